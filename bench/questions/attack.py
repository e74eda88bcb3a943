"""Generated questions with negators, operators and numbers that may not be known.

``python -m bench.questions.attack [--count 100000] [--seed 1] [--work FOLDER]``

Each question has one condition and one thing that could turn it: a negator in one of five
languages, a sign or word that is no operator, a number in some spelling or in none, a word that is
misspelt or made up (:mod:`bench.questions.garbled`). The answer must be right, or a note must name
the words, or the question must be asked back. What is counted: an *inversion* (a condition that was
denied stands as it is, whatever a note says), a *dropped word*, a *number changed*.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.questions.evaluate import ROOT, prepare
from bench.questions.garbled import (
    garbled_comparison,
    garbled_negation,
    judge_comparison,
    judge_garbled,
)
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.errors import UsageError
from modelsearch.records.question import ParsedQuery
from modelsearch.store.database import open_for_reading

TODAY = date(2025, 6, 15)

#: Makes a question and the part of it that could turn it; says what is wrong with its reading.
Make = Callable[[random.Random], tuple[str, Any]]
Judge = Callable[[str, Any, ParsedQuery], str | None]
Kinds = tuple[tuple[Make, Judge], ...]

#: Names, the filter that each is, and the field word that may stand before it.
NAMES = (
    ("GANs", "family", "GAN"),
    ("VAEs", "family", "VAE"),
    ("MNIST", "dataset", "MNIST"),
    ("CelebA", "dataset", "CelebA"),
    ("CIFAR-10", "dataset", "CIFAR-10"),
    ("PyTorch", "framework", "PyTorch"),
    ("Keras", "framework", "Keras"),
    ("attention", "technique", "attention"),
    ("Adam", "optimizer", "Adam"),
    ("SGD", "optimizer", "SGD"),
)
NEGATORS = (
    # English
    "not {}", "no {}", "without {}", "w/o {}", "except {}", "excluding {}", "excl. {}",
    "other than {}", "anything but {}", "save for {}", "barring {}", "minus {}", "sans {}",
    "lacking {}", "{} excluded", "{} excepted", "none of the {}", "outside {}", "unlike {}",
    "apart from {}", "devoid of {}", "free of {}", "short of {}", "absent {}", "bypassing {}",
    "notwithstanding {}", "modulo {}", "far from {}", "hardly {}", "never {}", "exempting {}",
    "discounting {}", "beyond {}", "bereft of {}",
    "in lieu of {}", "in place of {}", "in the absence of {}", "with the exception of {}",
    "save {}", "bar {}", "less {}", "\\ {}",
    # German
    "ohne {}", "nicht {}", "kein {}", "keine {}", "außer {}", "ausgenommen {}", "{} ausgenommen",
    "weder {}", "niemals {}", "abgesehen von {}", "bis auf {}", "statt {}",
    # French
    "sans {}", "pas {}", "sauf {}", "hormis {}", "aucun {}", "ni {}", "jamais {}", "à part {}",
    "excepté {}", "autre que {}",
    # Spanish
    "sin {}", "no {}", "excepto {}", "salvo {}", "menos {}", "ningún {}", "nunca {}",
    "tampoco {}", "a excepción de {}", "fuera de {}",
    # Chinese
    "不用 {}", "没有 {}", "不是 {}", "非 {}", "不含 {}", "除了 {}", "从不 {}", "除 {}",
)  # fmt: skip
#: What may stand before and behind a denied name.
BEFORE = ("models ", "", "diffusion models ", "all models, ", "list models ")
AFTER = ("", " with batch size 64", " please", ", newest first")
OPERATORS = ("!=", "<>", "≠", "!==", "=/=", "⊄", "∉", "≁", "⊃", "!~", "¬=", "nin", "isnt", "ne",
             "zorp", "quux", "exklusive", "diff", "≢", "><", "!in", "~=", "^=", "<=>", "=>>", "**",
             "unequals", "contra", "isn't", "is not", "is anything except", "not in")  # fmt: skip
_POSITIVE = frozenset({"=>>", "~="})
FIELDS = (
    ("batch size", "batch_size"),
    ("epochs", "epochs"),
    ("learning rate", "learning_rate"),
    ("batch_size", "batch_size"),
    ("lr", "learning_rate"),
)
_VALUES = (8, 16, 20, 64, 100, 128, 1000, 2500, 1_000_000, 0.001, 0.0005, 1e-5)
_SPELLINGS = (
    "1 000",
    "1'000",
    "0,001",
    "2×10^-4",
    "2·10⁻⁴",
    "1e-3",
    "10^-3",
    "1/1000",
    "5 x 10^-4",
    "2**6",
    "1,000",
    "32,64",
    "16-64",
    "1.000",
    "thirty-two",
    "two hundred",
    "sixty-forty",
    "one thousandth",
    "12e",
    "0.0.1",
    "½",
    "٣٢",
    "1_000",
    "0x10",
    "1e",
    "five-ish",
    "2 500",
)
_NOISE = ("^", "^^", "--", "..", ",,", "e", "x", "'", ".", ",", "*", "/", "~", "%%", "·", "_", "#")


def negated_question(chance: random.Random) -> tuple[str, str]:
    """Return a question with a negated name, and the words that deny it."""
    name, _, _ = chance.choice(NAMES)
    negator = chance.choice(NEGATORS)
    before, after = chance.choice(BEFORE), chance.choice(AFTER)
    return f"{before}{negator.format(name)}{after}", negator


def judge_negation(question: str, negator: str, parsed: ParsedQuery) -> str | None:
    """Return what is silently wrong with the reading of a negation."""
    name = next(one for one in NAMES if one[0] in question)
    denied = [
        leaf["negated"]
        for leaf in parsed.filters
        if (leaf["field"], leaf["value"]) == (name[1], name[2])
    ]
    if denied and all(denied):
        return None
    if denied:
        return "inversion"  # saying so does not make it right
    words = [word for word in re.findall(r"[^\s{}]+", negator) if len(word) > 1 or word > "\u2e80"]
    notes = " ".join(parsed.notes).casefold()
    if any(word.casefold() in notes for word in words) or (notes and not parsed.filters):
        return None
    return "dropped word"


def operator_question(chance: random.Random) -> tuple[str, str]:
    """Return a question with a sign or word between a field and a value, and that sign."""
    name, field, _ = chance.choice(NAMES)
    operator = chance.choice(OPERATORS)
    space = "" if chance.random() < 0.3 and not operator[0].isalpha() else " "
    return f"{field}{space}{operator}{space}{name}", operator


def judge_operator(question: str, operator: str, parsed: ParsedQuery) -> str | None:
    """Return what is silently wrong with the reading of an operator."""
    return None if operator in _POSITIVE else judge_negation(question, operator, parsed)


def number_question(chance: random.Random) -> tuple[str, str]:
    """Return a question with a number in some spelling, or in none, and its text."""
    field, _ = chance.choice(FIELDS)
    digits = str(
        chance.choice((8, 16, 20, 64, 100, 128, 1000, 2500, 1_000_000, 0.001, 0.0005, 1e-5))
    )
    place = chance.randrange(len(digits) + 1)
    text = digits[:place] + chance.choice(_NOISE) + digits[place:]
    if chance.random() < 0.3:
        text = chance.choice(_SPELLINGS)
    compared = chance.choice(("", " of", " over", " under", " =", ":", " >"))
    return f"models with {field}{compared}{'' if compared == ':' else ' '}{text}", text


def judge_number(question: str, text: str, parsed: ParsedQuery) -> str | None:
    """Return what is silently wrong with the reading of a number."""
    numbers = [
        value
        for leaf in parsed.filters
        if leaf["field"] in {name for _, name in FIELDS}
        for value in _values(leaf["value"])
    ]
    notes = " ".join(parsed.notes)
    said = any(part in notes for part in (text, *re.findall(r"[\w.,^']+", text)) if part)
    if said:
        return None
    if not numbers:
        return None if _spoken_of(question, notes) else "dropped word"
    right = meanings(text)
    return None if all(any(_near(one, number) for one in right) for number in numbers) else "number"


def _spoken_of(question: str, notes: str) -> bool:
    """Return whether the notes say that a field stands without its number."""
    return any(field in question and field.split("_")[0] in notes for field, _ in FIELDS)


def _values(value: object) -> list[float]:
    listed = value if isinstance(value, list | tuple) else [value]
    return [float(one) for one in listed if isinstance(one, int | float)]


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1e-12)


_WORDS = {"thirty-two": 32, "two hundred": 200, "one thousandth": 0.001, "½": 0.5}
_PLAIN = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?")


def meanings(text: str) -> list[float]:
    """Return every number that a text may stand for, by rules of its own."""
    if text in _WORDS:
        return [float(_WORDS[text])]
    found: list[float] = []
    grouped = re.fullmatch(r"([1-9]\d{0,2})((?:[ ',_.]\d{3})+)", text)
    if grouped:
        found.append(float(re.sub(r"\D", "", text)))
    if _PLAIN.fullmatch(text):
        found.append(float(text))
    if re.fullmatch(r"\d+,\d+", text):
        found.append(float(text.replace(",", ".")))
    listed = [part for part in re.split("[,/]", text) if part]
    if all(_PLAIN.fullmatch(part) for part in listed):
        found += [float(part) for part in listed]
    power = re.fullmatch(
        r"(?:([\d.]+) ?[x×·*] ?)?([\d.]+)(?:\^|\*\*)(-?\d+)", text.replace("⁻⁴", "^-4")
    )
    if power:
        found.append(float(power[1] or 1) * float(power[2]) ** int(power[3]))
    span = re.fullmatch(r"([\d.]*\d(?:e[+-]?\d+)?)\.\.(\.?\d+)", text)
    found += [float(part) for part in span.groups()] if span else []
    pair = re.fullmatch(r"([\d.]+)(?:-|\.\.|/|,|~|x|'|_| )+([\d.]+)", text)
    if pair and all(_PLAIN.fullmatch(part) for part in pair.groups()):
        low, high = float(pair[1]), float(pair[2])
        found += [low, high]  # a range or a list
        found += [low / high] if "/" in text and high else []
    percent = re.fullmatch(r"([\d.]+)%", text)
    if percent and _PLAIN.fullmatch(percent[1]):
        found += [float(percent[1]) / 100]
    plain = text.strip("~#'.,")
    if _PLAIN.fullmatch(plain):
        found += [float(plain), float(plain) * 0.9, float(plain) * 1.1]
    return found


def garbled_question(chance: random.Random) -> tuple[str, Any]:
    """Return a question with a word that is misspelt or made up beside a negator."""
    return garbled_negation(NAMES, chance)


KINDS: Kinds = (
    (negated_question, judge_negation),
    (operator_question, judge_operator),
    (number_question, judge_number),
    (garbled_question, lambda _, condition, parsed: judge_garbled(condition, parsed)),
    (garbled_comparison, lambda _, stated, parsed: judge_comparison(stated, parsed)),
)


def attack(
    lexicon: Lexicon, count: int, seed: int, kinds: Kinds = KINDS
) -> tuple[Counter[str], list[str]]:
    """Ask ``count`` questions; return how they ended and some that were silently wrong."""
    chance = random.Random(seed)
    ends: Counter[str] = Counter()
    examples: list[str] = []
    for number in range(count):
        make, judge = kinds[number % len(kinds)]
        question, part = make(chance)
        try:
            parsed = parse(question, lexicon, today=TODAY)
        except UsageError:
            ends["asked back"] += 1
            continue
        problem = judge(question, part, parsed)
        ends[problem or "right or announced"] += 1
        if problem and len(examples) < 4000:
            examples.append(
                f"{problem}: {question!r} ({part!r}) -> {parsed.filters} {parsed.notes}"
            )
    return ends, examples


def run(about: str, kinds: Kinds) -> None:
    """Ask generated questions of some kinds over the fixtures, as the command line says; print what
    was silently wrong, and exit with 1 where anything was.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "questions")
    parser.add_argument("--examples", type=int, default=20)
    options = parser.parse_args()
    lexicon = Lexicon(open_for_reading(prepare(options.work, keep=True)))
    ends, examples = attack(lexicon, options.count, options.seed, kinds)
    for example in examples[: options.examples]:
        print(example)
    for end, count in ends.most_common():
        print(f"{end:<24}{count:>8}")
    if set(ends) - {"asked back", "right or announced"}:
        raise SystemExit(1)


def main() -> None:
    """Attack the parser over the fixtures; print what was silent."""
    run("Ask generated questions; count silent misreadings.", KINDS)


if __name__ == "__main__":
    main()
