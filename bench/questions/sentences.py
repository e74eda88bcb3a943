"""A second generator of questions that could be turned round: whole sentences, other word stocks.

``python -m bench.questions.sentences [--count 100000] [--seed 1] [--work FOLDER]``

Three kinds, from ``sentences.json``: sentences of five languages with a negator, mostly misspelt;
two names joined by what denies the second in some way or other; numbers with units, in good and in
broken spellings, behind comparisons of five languages. A denied name that stands undenied, or an
affirmed one that stands denied, is an *inversion*; a number with another value, field or comparison
than its spelling can mean is a *number changed*; a name or number that is neither read nor spoken
of is a *dropped word*. What a spelling can mean is worked out here, by rules of this module alone.
"""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from bench.questions.attack import Kinds, run
from modelsearch import vocabulary
from modelsearch.records.question import ParsedQuery

_KINDS_OF_NAMES = ("family", "dataset", "framework", "optimizer", "technique", "task", "loss")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_UNITS = ("", "", "", "k", "K", "M", " thousand", " million", "%", " %", " percent", "px", " px",
          " pixels", "MB", " KB", " MiB", "e3", "e-3", "E-4", "x", "th", "+", "-", "--", "!", "?",
          "ms", "s", " GB", "m", "b", "bn", "0k", "k k", "%%", "°", "$", " dozen")  # fmt: skip
_VALUES = {
    "whole": ("4", "8", "12", "24", "48", "96", "250", "384", "512", "1500", "1,024", "1.024",
              "1 024", "2_048", "٢٤", "２４", "twenty-four", "ninety six", "a dozen", "XII", "1e2",
              "2^7", "0b11", "0x20", "1O0", "l28", "6 4", "64.0", "64.5", "-64", "+64", "#64",
              "64#", "(64)", "[64]", "'64'", "64,", "64.", ".64", "6,4", "64;", "64/2", "8*8",
              "8x8", "8×8", "1 0 0", "1,00", "10,0000", "1,000.5", "1.000,5", "½", "3½",
              "zwölf", "douze", "doce", "十二", "hundert", "cent", "cien"),
    "small": ("0.003", "0,003", ".003", "3e-4", "3E-4", "3e−4", "3.e-4", "3e-04", "3 e-4", "3e -4",
              "3*10^-4", "3·10⁻⁴", "3x10-4", "10^-3", "10**-3", "10e-3", "1/300", "1 / 300",
              "0.0.3", "0..3", "3e", "e-3", "3e-4e", "1e-3.5", "1e-", "three thousandths",
              "one per mille", "0,3%", "0.03 %", "3‰", "00.003", "0.003f", "1 000e-6", "0.00,3"),
    "large": ("5M", "5 M", "5m", "1.5M", "1,5M", "1,5 Mio", "2 Mio.", "5 million", "half a million",
              "1.2e6", "1,200,000", "1.200.000", "1 200 000", "1'200'000", "12,00,000", "1.2.3M",
              "5MM", "5 mil", "1/2 million", "3 Milliarden", "7B", "7 B", "0.7B", "70e6", "5K M"),
    "share": ("0.9", "0,9", ".9", "90%", "90 %", "90 percent", "90", "90pct", "9/10", "nine tenths",
              "0.9%", "90%%", "0.9.0", "99.5 %", "99,5 %", "1.0", "100%", "110%", "0.95f", "~0.9"),
}  # fmt: skip
#: What spellings mean that no rule below tells.
_SPELT = {
    "twenty-four": 24, "ninety six": 96, "a dozen": 12, "half a million": 5e5, "½": 0.5,
    "three thousandths": 0.003, "nine tenths": 0.9, "zwölf": 12, "douze": 12, "doce": 12,
    "十二": 12, "hundert": 100, "cent": 100, "cien": 100, "٢٤": 24, "２４": 24, "8*8": 8,
    "8x8": 8, "8×8": 8, "2^7": 128, "0x20": 32, "0b11": 3, "3½": 3.5, "one per mille": 0.001,
    "3‰": 0.003, "3x10-4": 0.0003, "3e−4": 0.0003, "XII": 12,
}  # fmt: skip
_SCALES = {"millions": 1e6, "milliarden": 1e9, "k": 1e3, "m": 1e6, "mio": 1e6, "mio.": 1e6,
           "million": 1e6, "thousand": 1e3, "b": 1e9, "bn": 1e9, "mil": 1e6, "dozen": 12,
           "%": 0.01, "percent": 0.01, "pct": 0.01, "kb": 1e3, "mb": 1e6, "gb": 1e9,
           "mib": 1024**2, "mm": 1e6}  # fmt: skip
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    )
    return found


def misspelt(word: str, chance: random.Random) -> str:
    """Return a word with one slip anywhere in it: a letter lost, doubled, wrong, added, two
    swapped, two words out of one.
    """
    if len(word) < 3 or word > "\u2e80":
        return word
    at, kind = chance.randrange(len(word)), chance.randrange(6)
    return _slips_at(word, at, chance.choice(_LETTERS))[kind]


def slips(word: str) -> list[str]:
    """Return a word and every one that one slip makes of it."""
    if len(word) < 3 or word > "\u2e80":
        return [word]
    made = (
        one for at in range(len(word)) for letter in _LETTERS for one in _slips_at(word, at, letter)
    )
    return sorted({word, *made})


def _slips_at(word: str, at: int, other: str) -> tuple[str, ...]:
    swap = min(at, len(word) - 2)
    return (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + other + word[at + 1 :],
        word[:at] + other + word[at:],
        word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :],
        f"{word[:at]} {word[at:]}" if 1 < at < len(word) - 1 else word,
    )


def denial(chance: random.Random) -> tuple[str, Any]:
    """Return a sentence with a negator that is spelled right or wrong, and its two names."""
    languages = denying()
    language = languages[chance.choice(tuple(languages))]
    right = chance.choice(language["negators"])
    slip = misspelt(right, chance) if chance.random() < 0.75 else right
    negator = right if says_something_else(slip) else slip
    denied, affirmed = _two_names(chance)
    return denied_sentence(chance.choice(language["sentences"]), negator, denied, affirmed)


def denying() -> dict[str, dict[str, list[str]]]:
    """Return the negators and the sentences of each language."""
    found: dict[str, dict[str, list[str]]] = _data()["denials"]
    return found


def names() -> list[list[str]]:
    """Return the names that are denied, each with the field and value that it is."""
    found: list[list[str]] = _data()["names"]
    return found


def denied_sentence(
    sentence: str, negator: str, denied: list[str], affirmed: list[str]
) -> tuple[str, Any]:
    """Return a sentence with a negator and two names, and which of them must be denied, which
    not.
    """
    question = _filled(sentence.replace("{neg}", negator), denied, affirmed)
    both = sentence.count("{neg}") > 1
    return question, ([denied, *([affirmed] if both else [])],
                      [affirmed] if "{yes}" in sentence and not both else [])  # fmt: skip


def says_something_else(word: str) -> bool:
    """Return whether a slip made a word that affirms, or a name that the vocabulary has: the NLE of
    NetHack out of "nie".
    """
    spelled = vocabulary.normalise(word)
    return word.lower() in _data()["affirming"] or any(
        spelled in vocabulary.index(kind) for kind in _KINDS_OF_NAMES
    )


def joined(chance: random.Random) -> tuple[str, Any]:
    """Return two names with words between or behind them that deny the second."""
    sentence, denies = chance.choice(joins())
    denied, affirmed = _two_names(chance)
    return joined_sentence(sentence, denies, denied, affirmed)


def joins() -> list[tuple[str, bool]]:
    """Return the sentences of two names, and whether they deny the second."""
    found: list[tuple[str, bool]] = _data()["joins"]
    return found


def joined_sentence(
    sentence: str, denies: bool, denied: list[str], affirmed: list[str]
) -> tuple[str, Any]:
    """Return a sentence of two names, and which of them must be denied, which not."""
    return _filled(sentence, denied, affirmed), ([denied] if denies else [], [affirmed])


def _two_names(chance: random.Random) -> tuple[list[str], list[str]]:
    denied, affirmed = chance.sample(names(), 2)
    return denied, affirmed


def _filled(sentence: str, denied: list[str], affirmed: list[str]) -> str:
    return sentence.replace("{yes}", affirmed[0]).replace("{}", denied[0])


def judge_denial(_: str, names: Any, parsed: ParsedQuery) -> str | None:
    """Return what is wrong with how two names stand."""
    denied, affirmed = names
    notes = " ".join(parsed.notes).casefold()
    for name, wanted in [(one, True) for one in denied] + [(one, False) for one in affirmed]:
        found = [
            leaf["negated"]
            for leaf in parsed.filters
            if (leaf["field"], leaf["value"]) == (name[1], name[2])
        ]
        if any(one is not wanted for one in found):
            return "inversion"
        words = {name[0].casefold(), name[2].casefold()}
        if not found and not any(word in notes for word in words) and not parsed.minus:
            return "dropped word"
    return None


def number(chance: random.Random) -> tuple[str, Any]:
    """Return a question with a number in a good or broken spelling, and what it states."""
    data = _data()["numbers"]
    field, name, kind = chance.choice(data["fields"])
    compared, op = chance.choice(data["compared"])
    text = chance.choice(_VALUES[kind])
    if chance.random() < 0.5:
        text = chance.choice(_VALUES[kind][:8]) + chance.choice(_UNITS)
    sentence = chance.choice(data["sentences"])
    if not compared.isascii() and compared.isalpha():
        sentence = "{field} {cmp} {n}"
    question = sentence.replace("{field}", field).replace("{cmp}", compared).replace("{n}", text)
    return question, (name, op, text)


def judge_number(_: str, stated: Any, parsed: ParsedQuery) -> str | None:
    """Return what is wrong with how a number stands."""
    name, op, text = stated
    found = [leaf for leaf in parsed.filters if _is_number(leaf["value"])]
    if not found:
        notes = " ".join(parsed.notes)
        parts = {part for part in re.findall(r"\w+", text) if len(part) > 1 or part.isdigit()}
        said = any(part in notes for part in (*parts, name, name.replace("_", " "), "not clear"))
        return None if said or text in notes else "dropped word"
    for leaf in found:
        if leaf["field"] != name or leaf["negated"]:
            return "number"
        if leaf["op"] not in _ops(op, text) or not _may_mean(text, leaf["value"]):
            return "number"
    return None


def _is_number(value: object) -> bool:
    listed = value if isinstance(value, list) else [value]
    return all(isinstance(one, int | float) for one in listed) and bool(listed)


def _ops(op: str, text: str) -> set[str]:
    """Return the comparisons that a stated one may become beside a number: "64+" is at least."""
    allowed = {op}
    if op == "=":
        allowed |= {">="} if "+" in text else set()
        allowed |= {"between"} if text.startswith("~") else set()
        allowed |= {"between"} if re.search(r"\d ?(?:-+|\.\.) ?\d", text) else set()
    return allowed


def _may_mean(text: str, value: Any) -> bool:
    wanted = [one for low in meanings(text) for one in (low, low * 0.9, low * 1.1)]
    listed = value if isinstance(value, list) else [value]
    near = text.startswith("~") or len(listed) > 1
    wanted = wanted if near else meanings(text)
    return all(any(abs(one - v) <= 1e-9 * max(abs(v), 1e-12) for v in wanted) for one in listed)


def meanings(text: str) -> list[float]:
    """Return every number that a spelling may stand for."""
    plain = text.strip("()[]'#;,!?$").rstrip(".") if text not in _SPELT else text
    found = _meanings(plain)
    for scale, factor in _SCALES.items():
        stem = plain[: -len(scale)].rstrip()
        if plain.casefold().endswith(scale) and stem != plain:
            found += [one * factor for one in _meanings(stem)]
    if plain.endswith(("%", "percent", "pct")):
        found += _meanings(re.sub(r" ?(?:%|percent|pct)$", "", plain))  # a scale of 0 to 100
    bare = re.sub(r" ?(?:px|pixels|x|th|\+|m?s|-+|°)$", "", plain)
    if bare != plain:
        found += meanings(bare)
    return found


def _meanings(text: str) -> list[float]:
    if text in _SPELT:
        return [float(_SPELT[text])]
    text = text.lstrip("~#")
    found = [float(text)] if _PLAIN.fullmatch(text) else []
    if re.fullmatch(r"[1-9]\d{0,2}(?:[ ',._]\d{3})+", text):
        found.append(float(re.sub(r"\D", "", text)))
    if re.fullmatch(r"\d*,\d+(?:e[-+]?\d+)?", text, re.IGNORECASE):
        found.append(float(text.replace(",", ".")))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", text):
        found.append(float(text.replace(".", "").replace(",", ".")))
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d+", text):
        found.append(float(text.replace(",", "")))
    power = re.fullmatch(r"(?:([\d.]+)[x*·])?10(?:\^|\*\*)?([-⁻]?[\d⁴]+)", text)
    if power:
        raised = power[2].replace("⁻", "-").replace("⁴", "4")
        found.append(float(f"{power[1] or 1}e{int(raised)}"))
    if re.fullmatch(r"\d+,[1-9]\d*", text):
        found += [float(part) for part in text.split(",")]  # a list
    shared = re.fullmatch(r"(\d+) ?/ ?(\d+)", text)
    if shared:
        found += [int(shared[1]) / int(shared[2]), float(shared[1]), float(shared[2])]
    span = re.fullmatch(r"(\d+)\.\.(\d+)", text)
    found += [float(part) for part in span.groups()] if span else []
    half = re.fullmatch(r"(\d+) ?/ ?(\d+) million", text)
    if half:
        found.append(int(half[1]) / int(half[2]) * 1e6)
    return found


KINDS: Kinds = (
    (denial, judge_denial),
    (joined, judge_denial),
    (number, judge_number),
)


def main() -> None:
    """Attack the parser over the fixtures with these kinds; print what was silent."""
    run("Ask generated sentences; count silent misreadings.", KINDS)


if __name__ == "__main__":
    main()
