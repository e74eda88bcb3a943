"""Starts common commands fast, without importing typer.

Declaring every command, and importing what checks their options, takes longer than most answers.
So those commands that only read, with options that are plainly written, are read here; whatever
is not (an abbreviation, a mistake, a request for help) is left to the full command line, which
knows how to explain it. Both are made from the same table of commands.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from modelsearch.cli.commands import COMMANDS, Command
from modelsearch.cli.finding import found_above
from modelsearch.cli.options import Option, declared
from modelsearch.records.typed import Any

_COMPLETION = "_MODELSEARCH_COMPLETE"


def answer_quickly(arguments: Sequence[str]) -> bool:
    """Answer a plainly written command; False where the full command line must read it."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None or not command.quick or _COMPLETION in os.environ:
        return False
    read = plainly_written(command, arguments[1:])
    if read is None:
        return False
    words, values = read
    command.function(words, command.options_class(**values))
    return True


def plainly_written(
    command: Command, arguments: Sequence[str]
) -> tuple[list[str], dict[str, Any]] | None:
    """Return a command's words and options, or None where they are not plainly written."""
    known = declared(command.options_class)
    by_flag = {flag: name for name, one in known.items() if one.quick for flag in one.flags}
    words: list[str] = []
    values: dict[str, Any] = {}
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-") or is_word(argument):
            words.append(argument)
            continue
        flag, equals, value = argument.partition("=")
        name = by_flag.get(flag)
        if name is None or (equals and not flag.startswith("--")):
            return None
        read = _value(known[name], value if equals else None, rest)
        if read is None:
            return None
        values[name] = read
    if not _enough(command, words):
        return None
    values = _from_environment(known) | values
    return words, found_above(known, "db" in values) | values


def _enough(command: Command, words: Sequence[str]) -> bool:
    taken = command.words
    if taken is None:
        return not words
    return len(words) >= taken.least and (taken.most is None or len(words) <= taken.most)


def _from_environment(known: Mapping[str, Option]) -> dict[str, Any]:
    named = {name: os.environ.get(one.environment or "") for name, one in known.items()}
    return {name: value for name, value in named.items() if value}


def _value(option: Option, text: str | None, following: Iterator[str]) -> object:
    """Return an option's value, or None where the full command line must judge it."""
    if option.takes == "switch":
        return True if text is None else None
    text = next(following, "-") if text is None else text
    if text.startswith("-"):
        return None
    if option.takes == "number":
        return _number(option, text)
    if isinstance(option.takes, tuple):
        return text if text in option.takes else None
    return text


def _number(option: Option, text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()):
        return None
    value = int(text)
    return value if (option.least or 0) <= value <= (option.most or value) else None


# Words of a question that begin with a minus: -framework:keras leaves models out.


def is_word(argument: str) -> bool:
    """Return whether an argument is of a question though it begins with a minus: ``-field:value``,
    or several words in quotes.
    """
    if not argument.startswith("-") or argument.startswith("--"):
        return False
    first = argument[1:].partition(" ")[0]
    name, colon, _ = first.partition(":")
    several = first != argument[1:] and len(first) > 1 and "=" not in first
    return several or bool(colon and name.replace("_", "").isalpha())


def words_last(command: Command, arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a command with such words at the end, behind ``--``, where no option
    is looked for.
    """
    if command.words is None or "--" in arguments:
        return list(arguments)
    takes_value = {
        flag
        for option in declared(command.options_class).values()
        if option.takes != "switch"
        for flag in option.flags
    }
    options: list[str] = []
    words: list[str] = []
    before = ""
    for argument in arguments:
        option = argument.startswith("-") and not is_word(argument)
        (options if option or before in takes_value else words).append(argument)
        before = argument
    if not any(map(is_word, words)):
        return list(arguments)
    return [*options, "--", *words]
