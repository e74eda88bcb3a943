"""What a half-typed word may become: commands, options, ids of models, fields, stored values.

Used by the Tab key of a session and by the shell. Only what is asked for is read from the
database, and no more than a screenful of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from modelsearch.cli.commands import COMMANDS
from modelsearch.cli.finding import database_above
from modelsearch.cli.options import DB_NAME, ENVIRONMENT, Option, declared

if TYPE_CHECKING:
    import apsw

_MOST = 100
#: What the words of a command name; other commands take no names of the database.
_TAKES = {
    "show": "models",
    "compare": "models",
    "images": "models",
    "query": "question",
    "runs": "models",
    "list": "listed",
    "tag": "models",
    "note": "models",
    "set": "models",
    "unset": "models",
    "own": "models",
    "remarks": "models",
    "export": "models",
    "forget": "models",
}


def completions(connection: apsw.Connection | None, words: Sequence[str], word: str) -> list[str]:
    """Return what ``word`` may become after the words before it; the first is the command."""
    if not words:
        return _beginning(word, COMMANDS)
    command = COMMANDS.get(words[0])
    if command is None:
        return []
    options = {
        flag: one
        for one in declared(command.options_class).values()
        for part in one.flags
        for flag in part.split("/")
    }
    previous = options.get(words[-1]) if len(words) > 1 else None
    if previous is not None and previous.takes != "switch":
        return _values(previous, word)
    if word.startswith("-"):
        return _beginning(word, options)
    kind = _TAKES.get(command.name, "")
    if kind == "listed":
        return _beginning(word, _listed())
    return [] if connection is None or not kind else named(connection, word, kind == "question")


def _values(option: Option, word: str) -> list[str]:
    return _beginning(word, option.takes if isinstance(option.takes, tuple) else ())


def named(connection: apsw.Connection, word: str, question: bool = True) -> list[str]:
    """Return the ids of models, and inside a ``question`` also the fields and values, that begin
    with a half-typed word.
    """
    field, colon, value = word.partition(":")
    if question and colon:
        return [f"{field}:{one}" for one in _stored(connection, field, value)[:_MOST]]
    found = _ids(connection, word)
    if question:
        from modelsearch.vocabulary.fields import by_name

        found = [*_beginning(word, (f"{name}:" for name in by_name())), *found]
    return found[:_MOST]


def _ids(connection: apsw.Connection, word: str) -> list[str]:
    """Return the ids that begin so, else those that contain the word."""
    end = word + "\U0010ffff"
    rows = connection.execute(
        "SELECT model_id FROM model WHERE model_id >= ? AND model_id < ? ORDER BY model_id LIMIT ?",
        (word, end, _MOST),
    )
    found = [str(row[0]) for row in rows]
    if found or len(word) < 2:
        return found
    sql = "SELECT model_id FROM model WHERE instr(lower(model_id), lower(?)) LIMIT ?"
    return [str(row[0]) for row in connection.execute(sql, (word, _MOST))]


def _stored(connection: apsw.Connection, name: str, start: str) -> list[str]:
    """Return the values that a field of names has here; one with spaces is quoted."""
    from modelsearch.vocabulary.fields import find_field

    field = find_field(name)
    if field is None or field.kind not in ("term", "text"):
        return []
    if field.vocabulary and field.source.startswith("term"):
        sql = "SELECT name FROM term WHERE kind = ? AND name LIKE ? || '%' ESCAPE '\\' LIMIT ?"
        found = connection.execute(sql, (field.vocabulary, _literal(start), _MOST))
        values = [str(row[0]) for row in found]
    else:
        from modelsearch.search.facets import values_anywhere

        values = [str(one) for one, _ in values_anywhere(connection, field) or []]
    wanted = start.strip('"').casefold()
    return [
        f'"{one}"' if " " in one else one for one in values if one.casefold().startswith(wanted)
    ]


def _literal(start: str) -> str:
    text = start.strip('"')
    for sign in "\\%_":
        text = text.replace(sign, "\\" + sign)
    return text


def _listed() -> list[str]:
    from modelsearch.vocabulary.fields import FIELDS

    return sorted(one.plural.lower() for one in FIELDS if one.source != "image")


def _beginning(word: str, names: Iterable[str]) -> list[str]:
    return [one for one in names if one.casefold().startswith(word.casefold())]


def complete(arguments: Sequence[str], word: str) -> list[str]:
    """Return what a word of the shell's command line may become, for the database it names."""
    from modelsearch.records.errors import ModelsearchError
    from modelsearch.store.database import open_for_reading

    path = os.environ.get(ENVIRONMENT) or database_above() or DB_NAME
    for place, flag in enumerate(arguments[:-1]):
        path = arguments[place + 1] if flag in ("--db", "-d") else path
    try:
        connection = open_for_reading(path)
    except (ModelsearchError, OSError):
        return completions(None, arguments, word)
    try:
        return completions(connection, arguments, word)
    finally:
        connection.close()


def answer_the_shell(instruction: str) -> bool:
    """Print what bash, zsh or fish asks for when Tab is pressed; False for other instructions."""
    if instruction == "complete_bash":
        words, at = os.environ.get("COMP_WORDS", "").split("\n"), os.environ.get("COMP_CWORD", "0")
        words = words if len(words) > 1 else os.environ.get("COMP_WORDS", "").split()
        place = int(at) if at.isdecimal() else len(words)
        before, word = words[1:place], words[place] if place < len(words) else ""
        return _bash(before, word)
    if instruction in ("complete_zsh", "complete_fish"):
        line = os.environ.get("_TYPER_COMPLETE_ARGS", "")
        words = line.split()
        word = "" if line.endswith(" ") or len(words) < 2 else words[-1]
        before = words[1:] if not word else words[1:-1]
    else:
        return False
    found = complete(before, word)
    if os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        sys.stdout.flush()
        raise SystemExit(0 if found else 1)
    sys.stdout.write(_for_zsh(found) if instruction == "complete_zsh" else "\n".join(found))
    return True


def _bash(before: list[str], word: str) -> bool:
    """Print for bash, which takes a word apart at its colon and wants the last part alone."""
    start = ""
    if word == ":" and before:
        start, word = before.pop() + ":", ""
    elif len(before) > 1 and before[-1] == ":":
        start = before[-2] + ":"
        del before[-2:]
    found = complete(before, start + word)
    sys.stdout.write("\n".join(one.removeprefix(start) for one in found))
    return True


def _for_zsh(found: Sequence[str]) -> str:
    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace(":", "\\:")
        return '"' + escaped.replace("$", "\\$").replace("`", "\\`") + '"'

    if not found:
        return "_files"
    return "_arguments '*: :((" + "\n".join(map(quoted, found)) + "))'"
