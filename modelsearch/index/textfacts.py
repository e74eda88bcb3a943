"""Settings that prose states, compared with what the code says.

READMEs and docstrings go stale. Where one states another batch size, learning rate or number of
epochs than the code, the code's value stands and the text's is kept as a disagreement to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import (
    Evidence,
    EvidenceKind,
    Fact,
    NamedFact,
    Passage,
    ScriptReading,
)
from modelsearch.store.profile import main_stage

_NUMBER = r"(\d+(?:[.,]\d+)?(?:e-?\d+)?)"
_IS = r"(?:\s*(?:[:=|]|\bof\b|\bis\b|\bwas\b|\bto\b|`|\*\*)\s*){0,4}"
#: Some words, none of which speaks of a test.
_WORDS = r"(?: (?!eval|test|valid|play|watch)[a-z]+){0,5}"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("batch_size", re.compile(rf"batch[ _-]?size{_IS}{_NUMBER}", re.IGNORECASE)),
    ("learning_rate", re.compile(rf"\b(?:learning[ _-]?rate|lr){_IS}{_NUMBER}", re.IGNORECASE)),
    ("epochs", re.compile(rf"\b(?:number of )?epochs\s*[:=|]\s*{_NUMBER}", re.IGNORECASE)),
    ("epochs", re.compile(rf"\b(?:for|trained?|after) {_NUMBER} epochs\b", re.IGNORECASE)),
    ("episodes", re.compile(rf"\btrain(?:ed|ing|s)?{_WORDS} {_NUMBER} episodes\b", re.IGNORECASE)),
)
#: A command that runs a script, with its options up to the end of the line.
_COMMAND = re.compile(
    r"\b(?:python[\d.]*|torchrun|accelerate launch)\s[^\n#|;&]*?([\w\-./]+\.py)\b"
    r"((?:[^\n\\#|;&]|\\\n)*)"
)
_OPTIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<!\S)--?(?:{words})[= ]\s*{_NUMBER}(?!\S)"))
    for name, words in (
        ("batch_size", "batch[-_]size|bs"),
        ("learning_rate", "learning[-_]rate|lr"),
        ("epochs", "(?:num[-_]|n[-_]|num[-_]train[-_])?epochs"),
        ("episodes", "(?:num[-_]|n[-_])?episodes"),
    )
)
_COUNTED = ("epochs", "episodes")  #: of which one tells how long a stage trains
#: Passages of these kinds state settings in prose.
_PROSE: dict[str, EvidenceKind] = {"readme": "readme", "docstring": "docstring"}


def disagreements(
    reading: ScriptReading, passages: Iterable[Passage], script: str = ""
) -> list[NamedFact]:
    """Return the values that prose, and the commands that run a ``script``, state differently from
    the main stage's code, one per value and place.
    """
    stage = main_stage(reading.stages)
    if stage is None:
        return []
    found: dict[tuple[str, float, str | None], NamedFact] = {}
    passages = list(passages)
    commanded = _commanded(PurePosixPath(script).name, passages)
    for passage in passages:
        for name, value, line in (*_stated(passage), *commanded.get(id(passage), ())):
            fact: Fact | None = getattr(stage, name)
            if fact is None or _same(fact.value, value) or not passage.path:
                continue
            evidence = Evidence(passage.path, _PROSE[passage.kind], line)
            note = f"the code says {fact.value}"
            shown = int(value) if value == int(value) else value
            found.setdefault(
                (name, value, passage.path), NamedFact(name, Fact(shown, evidence, note))
            )
    return list(found.values())


def fill_gaps(reading: ScriptReading, passages: Iterable[Passage]) -> None:
    """Fill empty settings of the main stage from text, where the text states exactly one value; it
    is marked as text.

    ``passages`` are those that speak of this script and of no other. Code always wins.
    """
    stage = main_stage(reading.stages)
    if stage is None:
        return
    stated: dict[str, dict[float, Fact]] = {}
    for passage in passages:
        for name, value, line in _stated(passage):
            shown = int(value) if value == int(value) else value
            if passage.path:
                evidence = Evidence(passage.path, _PROSE[passage.kind], line)
                stated.setdefault(name, {}).setdefault(
                    value, Fact(shown, evidence, "stated in text only")
                )
    counted = stage.epochs or stage.steps or stage.episodes
    filled: dict[str, Any] = {
        name: next(iter(values.values()))
        for name, values in stated.items()
        if len(values) == 1 and getattr(stage, name) is None and not (name in _COUNTED and counted)
    }
    if filled:
        place = reading.stages.index(stage)
        reading.stages[place] = replace(stage, **filled)


def _stated(passage: Passage) -> Iterator[tuple[str, float, int | None]]:
    if passage.kind not in _PROSE:
        return
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(passage.text):
            before = passage.text.count("\n", 0, match.start())
            yield name, float(match.group(1).replace(",", "")), _line(passage, before)


def _commanded(
    script: str, passages: Sequence[Passage]
) -> dict[int, list[tuple[str, float, int | None]]]:
    """Return by passage what all commands for a script in it give an option, where they agree: one
    command without it, or another value, says that it is an example.
    """
    found: dict[int, list[tuple[str, float, int | None]]] = {}
    commands = [
        (passage, match)
        for passage in passages
        if passage.kind == "readme"
        for match in _COMMAND.finditer(passage.text)
        if PurePosixPath(match[1]).name == script
    ]
    for name, pattern in _OPTIONS:
        values = [pattern.search(match[2]) for _, match in commands]
        numbers = {float(one[1].replace(",", "")) if one else None for one in values}
        if len(numbers) == 1 and None not in numbers:
            passage, match = commands[0]
            line = _line(passage, passage.text.count("\n", 0, match.start()))
            found.setdefault(id(passage), []).extend((name, n, line) for n in numbers if n)
    return found


def _line(passage: Passage, before: int) -> int | None:
    """Return the line of a match; a README section's text begins below its heading."""
    if passage.line is None:
        return None
    return passage.line + before + (1 if passage.kind == "readme" and passage.title else 0)


def _same(code: object, text: float) -> bool:
    return isinstance(code, int | float) and abs(float(code) - text) <= 1e-9 * abs(text)
