"""TOML that anybody may have written: parsed within bounds, and where its names stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

MOST_PARTS = 100  #: of a name with dots; Python's parser takes the square of their number

#: A text that nobody ends goes on to the end of its line, so that it is not begun again within.
_PART = r"(?:[\w-]++|\"(?:[^\"\\\n]|\\.)*+\"?|'[^'\n]*+'?)"
#: Comments and long texts, in which no names stand; then names, with the sign that follows.
_TOKEN = re.compile(
    r"#[^\n]*+|\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)"
    rf"|(?P<name>{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+)[ \t]*+(?P<sign>[=\]]?)",
    re.DOTALL,
)
_PARTS = re.compile(_PART)


class Name(NamedTuple):
    """A part of a name with dots, and from where to where it stands in the text."""

    text: str
    start: int
    end: int


def parse(text: str) -> dict[str, Any]:
    """Return what a TOML document says. Raises ValueError that says what is wrong with it."""
    import tomllib

    for token in _TOKEN.finditer(text):
        if token["name"] is not None and token["name"].count(".") > MOST_PARTS:
            parts = sum(1 for _ in _PARTS.finditer(token["name"]))
            if parts > MOST_PARTS:
                raise ValueError(f"a name has {parts} parts; at most {MOST_PARTS} are read")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def names(text: str) -> Iterator[Name]:
    """Yield the names of keys and tables in their order, each part of one with dots for itself."""
    for token in _TOKEN.finditer(text):
        if token["name"] is None or not token["sign"]:
            continue
        for part in _PARTS.finditer(text, *token.span("name")):
            written = part[0]
            quoted = written[0] in "\"'"
            yield Name(written[1:-1] if quoted else written, *part.span())
