"""Generated questions with words that are misspelt, made up or out of place.

Two kinds: a negated name with an odd word beside the negator or a slip in it or in the words around
it (``not trained wiht PyTorch``, ``models zorping MNIST``), and a compared number with an odd word
or a slip (``at leest 50 epochs``). An answer in which the name stands undenied, or the number with
another comparison, is wrong here even where a note names the word.
"""

from __future__ import annotations

import itertools
import random

from modelsearch.records.question import ParsedQuery
from modelsearch.vocabulary.fields import spellings

#: Sentences with a negated name; ``@`` marks where an odd word may stand.
DENIED = (
    "models not @trained with {}",
    "models that do not @ use {}",
    "GANs without @ {}",
    "not @ {}",
    "no @ {}",
    "everything except @ {}",
    "models that were never @trained on {}",
    "models other than @ {}",
    "excluding @ {}",
    "diffusion models excluding @{}",
    "anything but @{}",
    "all models without @{}",
    "neither @ {}",
    "models which aren't @ {}",
    "models that don't @ {}",
    "none of the @ {}",
    "minus @ {}",
    "lacking any @ {}",
)
#: Sentences in which an odd word alone may deny the name.
TURNED = (
    "models @ {}",
    "GANs @ {}",
    "models that @ {}",
    "everything @ {}",
    "models @ of {}",
    "all models @ from {}",
    "VAEs @ of {}",
    "{field} @ {}",
)
#: Sentences with a compared number, and the operator and value that they state.
COMPARED = (
    ("models with more than @{} epochs", "epochs", ">"),
    ("batch size less than @{}", "batch_size", "<"),
    ("batch size greater than {}", "batch_size", ">"),
    ("batch size at most @{}", "batch_size", "<="),
    ("at least @{} epochs", "epochs", ">="),
    ("trained for fewer than {} epochs", "epochs", "<"),
    ("epochs above @{}", "epochs", ">"),
    ("epochs exceeding {}", "epochs", ">"),
    ("batch size not above {}", "batch_size", "<="),
    ("batch size under @{}", "batch_size", "<"),
)
ODD_COMPARED = (
    ("at @ {} epochs", "epochs"),
    ("epochs @ {}", "epochs"),
    ("batch size @ {}", "batch_size"),
    ("batch size @ than {}", "batch_size"),
    ("{} epochs @", "epochs"),
)
VALUES = (16, 32, 50, 64, 100, 128, 200)
_HEADS = (
    "zor",
    "blor",
    "fru",
    "qui",
    "sne",
    "gri",
    "plu",
    "tev",
    "mav",
    "ska",
    "dru",
    "yin",
    "exo",
)
_MIDDLES = ("", "pa", "ndi", "xu", "mbo", "lva", "che", "ri")
_TAILS = ("p", "ping", "ed", "less", "ent", "ish", "x", "th", "ly", "oid", "sk", "es")
#: Words that a slip may make and that say something else.
REAL = frozenset(
    {
        "net",
        "mines",
        "nine",
        "nmt",
        "last",
        "node",
        "bath",
        "note",
        "nor",
        "mot",
        "lease",
        "mote",
        "bust",
        "bug",
        "seed",
    }
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WRONG = 3  #: the slip of a wrong letter


def odd_word(chance: random.Random) -> str:
    """Return a word that no language has."""
    return chance.choice(_HEADS) + chance.choice(_MIDDLES) + chance.choice(_TAILS)


def odd_words() -> tuple[str, ...]:
    """Return all words that no language has."""
    parts = itertools.product(_HEADS, _MIDDLES, _TAILS)
    return tuple("".join(one) for one in parts)


def slip(word: str, chance: random.Random) -> str:
    """Return a word with one slip: letters swapped, a letter lost, doubled, wrong."""
    if len(word) < 3:
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    return _slipped(word, at, kind, chance.choice(_LETTERS) if kind == _WRONG else "")


def slips(word: str) -> list[str]:
    """Return all words that one slip makes of a word."""
    made = {
        _slipped(word, at, kind, letter)
        for at in range(1, len(word) - 1)
        for kind in range(_WRONG + 1)
        for letter in (_LETTERS if kind == _WRONG else " ")
    }
    return sorted(made - {word})


def _slipped(word: str, at: int, kind: int, letter: str) -> str:
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + letter + word[at + 1 :]


def _with_slip(sentence: str, chance: random.Random) -> str:
    """Put a slip into one of the words before the name or number."""
    parts = sentence.split(" ")
    places = [i for i, part in enumerate(parts) if part.isalpha() and len(part) > 2]
    if places:
        at = chance.choice(places)
        made = slip(parts[at], chance)
        # A slip may make a field or a setting out of an odd word: the "seed" of "sneed".
        parts[at] = parts[at] if made in REAL or made in spellings() else made
    return " ".join(parts)


def _filled(template: str, chance: random.Random, often: float) -> str:
    odd = odd_word(chance) if chance.random() < often else ""
    return " ".join(template.replace("@", f" {odd} ").split())


def garbled_negation(
    names: tuple[tuple[str, str, str], ...], chance: random.Random
) -> tuple[str, tuple[str, str]]:
    """Return a question in which a name is or may be denied, and the condition that must not be.

    A slip may make another word of the language ("nor", "nod"): such words deny nothing for sure,
    so only what stands in the question undenied counts.
    """
    name, field, value = chance.choice(names)
    turned = chance.random() < 0.4
    template = chance.choice(TURNED if turned else DENIED)
    # The name itself stands once, so that a slip makes no second one of it.
    template = template.replace(name, "LSTMs") if name in ("GANs", "VAEs") else template
    question = _filled(template, chance, 1.0 if turned else 0.5)
    if not turned and chance.random() < 0.6:
        question = _with_slip(question, chance)
    return question.replace("{field}", field).replace("{}", name), (field, value)


def judge_garbled(condition: tuple[str, str], parsed: ParsedQuery) -> str | None:
    """Return what is wrong where the condition stands in the question, or not at all."""
    denied = [
        leaf["negated"] for leaf in parsed.filters if (leaf["field"], leaf["value"]) == condition
    ]
    if denied and all(denied):
        return None
    return "inversion" if denied else "dropped word"


def garbled_comparison(chance: random.Random) -> tuple[str, tuple[str, str, int]]:
    """Return a question with a compared number, and field, operator and value that it states.

    The operator is empty where an odd word alone may compare: then no number must stand.
    """
    value = chance.choice(VALUES)
    if chance.random() < 0.3:
        template, field = chance.choice(ODD_COMPARED)
        return _filled(template, chance, 1.0).replace("{}", str(value)), (field, "", value)
    template, field, op = chance.choice(COMPARED)
    question = _with_slip(_filled(template, chance, 0.3), chance)
    return question.replace("{}", str(value)), (field, op, value)


def judge_comparison(stated: tuple[str, str, int], parsed: ParsedQuery) -> str | None:
    """Return what is wrong where a number stands with another comparison, or not at all."""
    field, op, value = stated
    found = [
        (leaf["op"], leaf["value"], leaf["negated"])
        for leaf in parsed.filters
        if leaf["field"] == field
    ]
    if not found:
        return "dropped word"
    return None if op and found == [(op, value, False)] else "number"
