"""Patterns of names and paths: ``path:*celeba*``, ``path LIKE 'vae%'``, ``path:~v[12]``."""

from __future__ import annotations

import re

from modelsearch.query.names.named_here import paths_node
from modelsearch.query.state import Reading
from modelsearch.records.errors import UsageError
from modelsearch.records.patterns import lazy
from modelsearch.records.question import Filter, Node

_WILD = lazy(r"[*?%]")
_MOST_PATHS = 20_000  #: that a regular expression is tried on
_LONGEST = 200


def pattern_node(
    reading: Reading, field: str, value: str, text: str, span: tuple[int, int]
) -> Node | None:
    """Return the condition that a pattern of names or paths states, None where it is plain text."""
    if value.startswith("~"):
        return _by_expression(reading, value[1:], text, span)
    if not _WILD.search(value):
        return None
    return Filter(field, "like", as_like(value), text, span)


def as_like(value: str) -> str:
    """Return a pattern with ``*`` and ``?`` (or SQL's ``%``) as one for LIKE."""
    escaped = value.replace("\\", "\\\\").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")


def _by_expression(reading: Reading, value: str, text: str, span: tuple[int, int]) -> Node:
    """Return the models whose path a regular expression fits somewhere, in any case."""
    try:
        wanted = re.compile(value[:_LONGEST], re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"{text!r} is no regular expression: {error}") from None
    paths = reading.lexicon.paths(_MOST_PATHS)
    named = [path for path in paths if wanted.search(path)]
    if len(paths) == _MOST_PATHS:
        reading.note(f"{text!r} was tried on the first {_MOST_PATHS} paths alone.")
    if not named:
        return Filter("path", "=", value, text, span)
    return paths_node(reading, text, named)
