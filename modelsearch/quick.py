"""The plain question, without the weight of the whole command line.

Declaring every command, and importing what checks their options, takes longer than most answers.
So `modelsearch query WORDS` with options that are plainly written is read here; whatever is not
(an abbreviation, a mistake, a request for help) is left to the full command line, which knows how
to explain it. A test holds the two equal.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from modelsearch.commands.asking import Asked, Fusion, ask
from modelsearch.output import Format

#: Option → field of :class:`Asked`.
NAMES: dict[str, str] = {
    "--db": "db", "-d": "db", "--format": "format", "-f": "format", "--limit": "limit",
    "-n": "limit", "--details": "details", "--wide": "wide", "-w": "wide",
    "--explain": "explain", "--facets": "facets", "--today": "today", "--encoder": "encoder",
    "--fusion": "fusion",
}  # fmt: skip
_SWITCHES = frozenset({"wide", "explain", "facets"})
_NUMBERS = frozenset({"limit", "details"})
_ENVIRONMENT = "MODELSEARCH_DB"
_COMPLETION = "_MODELSEARCH_COMPLETE"


def answer_quickly(arguments: Sequence[str]) -> bool:
    """Answer a plainly written question; False where the full command line must read it."""
    if arguments[:1] != ["query"] or _COMPLETION in os.environ:
        return False
    read = plain_question(arguments[1:])
    if read is None:
        return False
    ask(*read)
    return True


def plain_question(arguments: Sequence[str]) -> tuple[str, Asked] | None:
    """Return the question and its options, or None where they are not plainly written."""
    words: list[str] = []
    values: dict[str, Any] = {}
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            words.append(argument)
            continue
        option, equals, value = argument.partition("=")
        name = NAMES.get(option, "")
        if equals and not option.startswith("--"):
            return None
        values[name] = _value(name, value if equals else None, rest)
        if values[name] is None:
            return None
    if not words:
        return None
    if os.environ.get(_ENVIRONMENT):
        values.setdefault("db", Path(os.environ[_ENVIRONMENT]))
    return " ".join(words), Asked(**values)


def _value(name: str, text: str | None, following: Iterator[str]) -> object:
    """Return an option's value, or None where the full command line must judge it."""
    if name in _SWITCHES:
        return True if text is None else None
    text = next(following, "-") if text is None else text
    if not name or text.startswith("-"):
        return None
    if name in _NUMBERS:
        return int(text) if text.isascii() and text.isdecimal() else None
    if name == "format":
        return Format(text) if text in Format.__members__ else None
    if name == "fusion":
        return Fusion(text) if text in Fusion.__members__ else None
    return Path(text) if name == "db" else text
