"""What may be short for a negator, a slip of one, or one of another language: the letters of
"o. attention" and "u/o MNIST", the article of "modèles CIFAR-100 das GAN", a run of Chinese.

Whether it denies what follows cannot be known, unless letters are short for an everyday word
("e.g.").
"""

from __future__ import annotations

from itertools import pairwise

from modelsearch.query.names.spelling import looks_like_a_negator
from modelsearch.query.state import Mention, Reading, unread_word
from modelsearch.query.words import contract_words, words
from modelsearch.records.question import Filter, Not

_LONGEST = 3  #: letters between two signs


def in_doubt(reading: Reading, index: int) -> Mention | None:
    """Return the condition that a token may deny, where it may be short for a negator, a slip of
    one or a word of a language that is not read.
    """
    return (
        _article(reading, index)
        or _of_other_writing(reading, index)
        or _abbreviated(reading, index)
    )


def _of_other_writing(reading: Reading, index: int) -> Mention | None:
    """Return the condition beside an unread word of which a part denies: "GANじゃなくて"."""
    said = reading.tokens[index].text
    if said.isascii() or not unread_word(reading, index):
        return None
    for part in contract_words("affirming_parts"):
        said = said.replace(part, "")
    if not any(part in said for part in contract_words("denying_parts")):
        return None
    beside = (one for one in reading.mentions if index in (one.first - 1, one.last + 1))
    return next(beside, None)


def _article(reading: Reading, index: int) -> Mention | None:
    """Return the condition behind an article of another language that stands right behind a name or
    a noun, where none can, and may be a slip of a negator: the "das" of "modèles CIFAR-100 das GAN"
    is perhaps "pas".
    """
    said = reading.read_first[index].text.casefold()
    if reading.lower(index) != "the" or said == "the":
        return None
    named = any(one.last == index - 1 for one in reading.mentions)
    behind = named or reading.lower(index - 1) in words("model_words")
    if " " in said or not behind or not looks_like_a_negator(said, everyday=True):
        return None
    return next((one for one in reading.mentions if one.first == index + 1), None)


def _abbreviated(reading: Reading, index: int) -> Mention | None:
    """Return the condition behind letters that begin at a token and are no known abbreviation, if
    one follows after a space.
    """
    if reading.tokens[index].glued or reading.lower(index) in contract_words("abbreviations"):
        return None
    at = index
    while _letters(reading, at) and reading.lower(at + 1) in (".", "/"):
        if not reading.tokens[at + 1].glued:
            break
        at += 2
    if at == index:
        return None
    at += _letters(reading, at) and reading.tokens[at].glued
    mention = next((one for one in reading.mentions if one.first == at), None)
    return mention if mention is not None and not reading.tokens[at].glued else None


def _letters(reading: Reading, index: int) -> bool:
    """Return whether a token is a few letters that nothing read and that are no word."""
    return (
        reading.free(index, index)
        and reading.tokens[index].kind == "word"
        and len(reading.tokens[index].text) <= _LONGEST
        and reading.lower(index) not in words("stop")
    )


def denied_orders(reading: Reading) -> list[str]:
    """Ask about a superlative that a negation stands before: "all but the newest GAN" leaves out
    one model, not all GANs.
    """
    singular = {one.last: one.first for one in reading.mentions if not one.plural}
    asked = []
    for index in (i for i, use in enumerate(reading.uses) if use in ("sort", "limit")):
        at = index - 1
        while reading.lower(at) in ("the", "my", "our", "with", "having") or (
            at >= 0 and reading.uses[at] in ("sort", "limit")
        ):
            at -= 1
        named = singular.get(at) if at < index - 1 else None  # "the GAN with the most epochs"
        if named is not None and reading.lower(named - 1) == "the":
            at = named - 2
        if at >= 0 and reading.details[at] == "not" and at < index:
            said = reading.text(at, index)
            asked.append(
                f"{said!r} was not read: a superlative is left out only by the name of its model"
            )
    return asked[:1]


def nothing_else(reading: Reading) -> list[str]:
    """Return what to ask about a field of which there is nothing but a value: "no optimizer other
    than Adam" is neither no optimizer nor another one.
    """
    asked = []
    for before, after in pairwise(sorted(reading.mentions, key=lambda one: one.first)):
        node = before.node.part if isinstance(before.node, Not) else None
        nothing = isinstance(node, Filter) and node.op == "exists"
        between = range(before.last + 1, after.first)
        excepted = bool(between) and all(reading.details[i] == "not" for i in between)
        if nothing and excepted and after.field == before.field:
            said = reading.text(before.first, after.last)
            asked.append(f"{said!r} was not read; write for example only and the name")
    return asked
