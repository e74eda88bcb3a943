"""Which of several scripts printed a log: by the messages that stand in it, and by lines that have
the form of one script's message alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from modelsearch.index.runs.recorded import Recorded
from modelsearch.index.runs.signs import QUOTED
from modelsearch.records.files import locate, read_start

PRINTED = "text log"  #: the tool of a log that holds what a script printed
_MAX_LOG = 200_000  #: bytes of a log that are looked at
_PIECE = re.compile(r"\{[^{}]{0,80}\}|%[-+ #0-9.*]{0,8}[a-zA-Z%]|\\[ntr]|\d+")
_LETTERS = 8  #: of a piece of a text that a log may have
_LEAST_PIECES = 2
#: A line of a text ends at its own end and at a newline in it.
_NEWLINE = re.compile(r"\\[nr]")
_VALUE = re.compile(r"\{[^{}]{0,80}\}|%[-+ #0-9.*]{0,8}[a-zA-Z]")
_LEAST_VALUES = 2  #: that a message has places for
_LETTERS_OF_MESSAGE = 12  #: in all its pieces
_LONGEST_VALUE = 60
_LEAST_LINES = 3  #: that have the form of a message
_MOST_LINES = 2_000  #: of a log that are looked at

Message = tuple[str, ...]


def log_of(root: Path, told: Recorded) -> str:
    """Return the beginning of a log of printed lines; nothing of what is none."""
    if told.tool != PRINTED:
        return ""
    path = "/".join([told.path, *told.files[:1]]) if told.files else told.path
    if told.files and told.path.endswith(told.files[0]):
        path = told.path
    try:
        start = read_start(locate(root, path), _MAX_LOG, root)
    except OSError:
        return ""
    return start.decode("utf-8", "replace")


def printer_of(texts: Mapping[str, str], log: str) -> str | None:
    """Return the one script whose messages a log has: at least two pieces of texts between the
    values that are put in (``--- Current batch:``) which no other script has, or at least three
    lines of the form of a message that no other has. The log has no piece and no line that only
    another script prints.
    """
    if not log:
        return None
    heard = {script: count for script, count in _heard(texts, log).items() if count}
    if len(heard) == 1 and min(heard.values()) >= _LEAST_PIECES:
        return min(heard)
    writer = _writer_of_lines(texts, log)
    return writer if heard.keys() <= {writer} else None


def _heard(texts: Mapping[str, str], log: str) -> dict[str, int]:
    """How many pieces of its own, which no other script has, a log has of each script."""
    said = {script: _pieces(text) for script, text in texts.items()}
    common = Counter(piece for pieces in said.values() for piece in pieces)
    return {
        script: sum(common[piece] == 1 and piece in log for piece in pieces)
        for script, pieces in said.items()
    }


@lru_cache(maxsize=256)
def _pieces(text: str) -> frozenset[str]:
    """The pieces of a script's texts that stand between values, as they are printed; words alone
    are none, since any log may have them.
    """
    pieces = {piece.strip() for found in _written(text) for piece in _PIECE.split(found)}
    return frozenset(
        piece
        for piece in pieces
        if sum(sign.isalpha() for sign in piece) >= _LETTERS and not piece.isalnum()
    )


def _written(text: str) -> list[str]:
    """The texts between quotes of a script."""
    if text.lstrip().startswith("{"):  # a notebook, whose quotes are escaped
        text = text.replace('\\"', '"').replace("\\\\", "\\")
    return [found[0][1:-1] for found in QUOTED.finditer(text)]


def _writer_of_lines(texts: Mapping[str, str], log: str) -> str | None:
    """Return the one script that prints messages of the form that lines of a log have: ``Episode
    {n} reward {total:.3f} eps {eps:.3f}``. Of a line counts the message that says most of it; at
    least three lines must be one script's alone, and none another's.
    """
    said = {script: _messages(text) for script, text in texts.items()}
    common = Counter(message for messages in said.values() for message in messages)
    known = [message for message in common if all(piece in log for piece in message)]
    known.sort(key=_said_by, reverse=True)
    lines: Counter[str] = Counter()
    for line in islice(log.split("\n"), _MOST_LINES) if known else ():
        told = next((message for message in known if _has_form(line, message)), None)
        if told is not None and common[told] == 1:
            lines[next(script for script, messages in said.items() if told in messages)] += 1
    if len(lines) != 1:
        return None
    script, count = lines.popitem()
    return script if count >= _LEAST_LINES else None


@lru_cache(maxsize=256)
def _messages(text: str) -> frozenset[Message]:
    """The messages of a script that say something between at least two values: their pieces."""
    found = set()
    for line in (line for written in _written(text) for line in _NEWLINE.split(written)):
        first, *pieces = _VALUE.split(line)
        message = (first.lstrip(), *pieces)
        if len(pieces) >= _LEAST_VALUES and _said_by(message) >= _LETTERS_OF_MESSAGE:
            found.add(message)
    return frozenset(found)


def _said_by(message: Message) -> int:
    """How many letters a message has beside its values."""
    return sum(sign.isalpha() for piece in message for sign in piece)


def _has_form(line: str, message: Sequence[str]) -> bool:
    """Return whether a line has the pieces of a message one behind the other, each pair with a
    short value between them. Not by a pattern: a log is a stranger's, and may be one long line.
    """
    first, *pieces = message
    at = line.find(first) + len(first)
    if at < len(first):
        return False
    for piece in pieces:
        until = at + 1 + _LONGEST_VALUE + len(piece) if at else None  # before all: a logger's head
        found = line.find(piece, at + 1, until)
        if found < 0:
            return False
        at = found + len(piece)
    return True
