"""Masking secrets in rows before they are written, and remembering where they stood."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from weakref import WeakKeyDictionary

import apsw

from modelsearch.records.wordlists import word_set
from modelsearch.store.secrets.likeness import (
    MASK,
    is_key,
    is_password,
    is_secret,
    is_word_password,
)
from modelsearch.store.secrets.rules import (
    Rule,
    names_key,
    names_password,
    names_secret,
    names_word,
    rules,
)

#: Columns that name things or places, never what a file says.
_NAMES = word_set("""
    path model_id image_id run_id spelling kind format sha256 perceptual_hash created_at
    modified_at date_source
""")
#: Tables of named values: the column of the name, and that of the value.
_NAMED = {"evidence": ("field", "value")}
_LEAST_REMEMBERED = 8  #: characters of a secret that is masked wherever else it stands
_MOST_REMEMBERED = 500
_LEAST_NUMBER = 1_000  #: smaller numbers of a name such as "secret" are settings

#: Texts that Python joins: side by side, with a plus, or on the lines that follow (in packed code a
#: line begins with its place and a tab).
_PIECE = re.compile(r"\"[^\"\\\n]{1,300}\"|'[^'\\\n]{1,300}'")
_JOINED = re.compile(
    rf"(?:{_PIECE.pattern})(?:(?:\n[\d:]{{1,20}}\t|[\s\\+]){{0,60}}+[rbuf]?(?:{_PIECE.pattern}))+"
)
_BEFORE_JOINED = 60  #: characters that may name what follows

#: Says in which file and on which line a place of a text is.
Place = Callable[[str, int], str]


class Masker:
    """Masks secrets in the values of rows, and remembers where they stood."""

    def __init__(self) -> None:
        self._found_at: dict[str, set[int]] = {}
        self._known: list[str] = []

    @property
    def places(self) -> list[str]:
        """The files and lines where secrets stood, in order. A file without a line is left out
        where the lines of all that was found so are known.
        """
        lined: dict[str, set[int]] = {}
        for place, secrets in self._found_at.items():
            path, _, line = place.rpartition(":")
            if line.isdecimal():
                lined.setdefault(path, set()).update(secrets)
        return [
            place
            for place, secrets in self._found_at.items()
            if not secrets <= lined.get(place, set())
        ]

    def row(self, table: str, values: Mapping[str, object], file: str) -> dict[str, object]:
        """Return a row's values with secrets masked; ``file`` is what was read."""
        path = str(values.get("path") or file)
        line = values.get("line")
        first = line if isinstance(line, int) else None
        place = _at_line(path, first)
        below = _at_line(path, first + 1) if first and _stands_below_title(values) else place
        if table == "code":
            return self._code(values, path)
        masked = {
            column: self.text(value, below if column == "text" else place)
            if isinstance(value, str) and column not in _NAMES
            else value
            for column, value in values.items()
        }
        self._mask_named(table, masked, place("", 0))
        return masked

    def text(self, text: str, place: Place) -> str:
        """Return a text with secrets masked."""
        if len(text) < _LEAST_REMEMBERED:
            return text
        lowered = text.lower()
        for rule in rules():
            if any(word in lowered for word in rule.words):
                text = rule.pattern.sub(self._masking(rule, text, place), text)
        if '"' in text or "'" in text:
            text = self._joined(text, place)
        for known in self._known:
            if known in text:
                text = text.replace(known, MASK)
        return text

    def _joined(self, text: str, place: Place) -> str:
        """Mask secrets that a script puts together from texts side by side."""

        def mask(match: re.Match[str]) -> str:
            pieces = [piece[1:-1] for piece in _PIECE.findall(match[0])]
            before = text[max(match.start() - _BEFORE_JOINED, 0) : match.start()]
            if not _has_secret(before, "".join(pieces)):
                return match[0]
            self._found("".join(pieces), place(text, match.start()))
            for piece in pieces:
                self._remember(piece)
            return _PIECE.sub(lambda piece: piece[0][0] + MASK + piece[0][-1], match[0])

        return _JOINED.sub(mask, text)

    def _masking(self, rule: Rule, text: str, place: Place) -> Callable[[re.Match[str]], str]:
        def mask(match: re.Match[str]) -> str:
            group = "secret" if "secret" in match.re.groupindex else 0
            secret = match[group]
            if not secret or not rule.fits(secret):
                return match[0]
            start, end = match.span(group)
            self._found(secret, place(text, start))
            return match[0][: start - match.start()] + MASK + match[0][end - match.start() :]

        return mask

    def _found(self, secret: str, place: str) -> None:
        self._found_at.setdefault(place, set()).add(hash(secret))
        self._remember(secret)

    def _remember(self, secret: str) -> None:
        """Mask a secret wherever else it stands, if it is none that could be a word."""
        if (
            _LEAST_REMEMBERED <= len(secret) <= 1_000
            and not secret.isalpha()
            and secret not in self._known
            and len(self._known) < _MOST_REMEMBERED
        ):
            self._known.append(secret)

    def _code(self, values: Mapping[str, object], path: str) -> dict[str, object]:
        """Mask packed code: a line each after its place (:mod:`modelsearch.static.codelines`)."""
        data = values["text"]
        assert isinstance(data, bytes)
        plain = zlib.decompress(data).decode("utf-8", "replace")

        def place(text: str, at: int) -> str:
            begin = text.rfind("\n", 0, at) + 1
            return f"{path}:{text[begin:at].partition(chr(9))[0]}"

        text = self.text(plain, place)
        if text == plain:
            return dict(values)
        packed = text.encode("utf-8", "replace")
        return {**values, "length": len(packed), "text": zlib.compress(packed, 9)}

    def _mask_named(self, table: str, row: dict[str, object], place: str) -> None:
        """Mask the value of a row whose name is that of a secret."""
        named, valued = _NAMED.get(table, ("name", "text"))
        name, value = row.get(named), row.get(valued)
        if not isinstance(name, str):
            return
        number = row.get("number")
        if isinstance(value, str) and self._is_secret(name, value):
            self._found(value, place)
            row[valued] = MASK
        elif value is None and isinstance(number, int | float) and "text" in row:
            self._mask_number(name, number, row, place)

    def _mask_number(self, name: str, number: float, row: dict[str, object], place: str) -> None:
        if abs(number) >= _LEAST_NUMBER and (names_password(name) or names_secret(name)):
            self._found_at.setdefault(place, set()).add(hash(f"{number:g}"))
            row["number"], row["text"] = None, MASK

    @staticmethod
    def _is_secret(name: str, value: str) -> bool:
        return bool(
            (names_password(name) and is_password(value))
            or (names_secret(name) and is_secret(value))
            or (names_key(name) and is_key(value))
            or (names_word(name) and is_word_password(value))
        )


def _has_secret(before: str, joined: str) -> bool:
    """Return whether texts that are joined behind ``before`` are, or hold, a secret."""
    text = f'{before}"{joined}"'
    lowered, start = text.lower(), len(before)
    for rule in rules():
        if any(word in lowered for word in rule.words):
            group = "secret" if "secret" in rule.pattern.groupindex else 0
            for match in rule.pattern.finditer(text):
                if match.end(group) > start and match[group] and rule.fits(match[group]):
                    return True
    return False


_MASKERS: WeakKeyDictionary[apsw.Connection, Masker] = WeakKeyDictionary()


def masker_of(connection: apsw.Connection) -> Masker:
    """Return the masker that all who write through a connection share."""
    return _MASKERS.setdefault(connection, Masker())


def _stands_below_title(values: Mapping[str, object]) -> bool:
    """Return whether a passage's line is that of its heading, which its text lacks."""
    return values.get("kind") == "readme" and bool(values.get("title"))


def _at_line(path: str, first: int | None) -> Place:
    def place(text: str, at: int) -> str:
        return path if first is None else f"{path}:{first + text.count(chr(10), 0, at)}"

    return place
