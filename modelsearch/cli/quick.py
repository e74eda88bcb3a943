"""Plainly written commands, without the weight of the whole command line.

Declaring every command, and importing what checks their options, takes longer than most answers.
So those commands that only read, with options that are plainly written, are read here; whatever
is not (an abbreviation, a mistake, a request for help) is left to the full command line, which
knows how to explain it. Tests hold the two equal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from modelsearch.records.structs import frozen
from modelsearch.render.output import Format

_ENVIRONMENT = "MODELSEARCH_DB"
_COMPLETION = "_MODELSEARCH_COMPLETE"

#: What a command does with its words and its options by field name.
Run = Callable[[list[str], dict[str, Any]], None]


@frozen
class Command:
    """A command that can be read here: its options with the field each fills, how many words it
    takes, and what it does.
    """

    options: Mapping[str, str]
    run: Run
    least: int = 1
    most: int | None = None


def answer_quickly(arguments: Sequence[str]) -> bool:
    """Answer a plainly written command; False where the full command line must read it."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None or _COMPLETION in os.environ:
        return False
    read = plainly_written(command, arguments[1:])
    if read is None:
        return False
    command.run(*read)
    return True


def plainly_written(
    command: Command, arguments: Sequence[str]
) -> tuple[list[str], dict[str, Any]] | None:
    """Return a command's words and options, or None where they are not plainly written."""
    words: list[str] = []
    values: dict[str, Any] = {}
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            words.append(argument)
            continue
        option, equals, value = argument.partition("=")
        name = command.options.get(option, "")
        if equals and not option.startswith("--"):
            return None
        values[name] = _value(name, value if equals else None, rest)
        if values[name] is None:
            return None
    if len(words) < command.least or (command.most is not None and len(words) > command.most):
        return None
    if os.environ.get(_ENVIRONMENT):
        values.setdefault("db", os.environ[_ENVIRONMENT])
    return words, values


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
        from modelsearch.cli.query import Fusion

        return Fusion(text) if text in Fusion.__members__ else None
    return text


# Each command imports what it needs when it is run.


def _query(words: list[str], values: dict[str, Any]) -> None:
    from modelsearch.cli.query import Asked, ask

    ask(" ".join(words), Asked(**values))


def _show(words: list[str], values: dict[str, Any]) -> None:
    from modelsearch.cli.showing import Shown, show

    show(words, Shown(**values))


def _compare(words: list[str], values: dict[str, Any]) -> None:
    from modelsearch.cli.showing import Compared, compare

    compare(words, Compared(**values))


def _list(words: list[str], values: dict[str, Any]) -> None:
    from modelsearch.cli.showing import Shown, list_values

    list_values(words[0], Shown(**values))


def _images(words: list[str], values: dict[str, Any]) -> None:
    from modelsearch.cli.looking import Listed, list_pictures

    list_pictures(words, Listed(**values))


def _sql(words: list[str], values: dict[str, Any]) -> None:
    from modelsearch.cli.showing import Shown, run_sql

    run_sql(words[0], Shown(**values))


_SWITCHES = frozenset({"wide", "explain", "facets", "everything", "duplicates"})
_NUMBERS = frozenset({"limit", "details", "epoch"})
_SHOWN = {"--db": "db", "-d": "db", "--format": "format", "-f": "format"}
COMMANDS: Mapping[str, Command] = {
    "query": Command(
        _SHOWN
        | {"--limit": "limit", "-n": "limit", "--details": "details", "--wide": "wide",
           "-w": "wide", "--explain": "explain", "--facets": "facets", "--today": "today",
           "--encoder": "encoder", "--fusion": "fusion"},
        _query,
    ),
    "show": Command(_SHOWN, _show),
    "compare": Command(
        _SHOWN
        | {"--all": "everything", "--fields": "fields", "--drop": "drop", "--explain": "explain",
           "--today": "today"},
        _compare,
        least=2,
    ),
    "images": Command(
        _SHOWN
        | {"--epoch": "epoch", "--limit": "limit", "-n": "limit", "--wide": "wide", "-w": "wide",
           "--duplicates": "duplicates"},
        _images,
        least=0,
    ),
    "list": Command(_SHOWN, _list, most=1),
    "sql": Command(_SHOWN, _sql, most=1),
}  # fmt: skip
