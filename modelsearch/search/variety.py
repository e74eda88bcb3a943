"""Copies and versions of one script do not crowd out everything else.

Among the first results, a byte-identical copy of a model that is listed already, and more than a
few versions of one script (``v1/train.py``, ``v2/train.py`` …), stand back until the first page is
through. Nothing is dropped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.search.ranking import Ranked
from modelsearch.store.database import fetch_all

PAGE = 10  #: results among which room is made
VERSIONS = 3  #: results of one script's versions that the page may hold
LOOKED_AT = 100  #: results among which room is made for others
_NUMBER, _APART = "0123456789.", "_-. ("  #: signs of a version's number, and before its word
_NUMBERED = frozenset({"v", "ver", "version"})  #: words that a number follows
_LATER = frozenset({*"0123456789", "old", "new", "final", "copy", "backup"})


def lineage(path: str) -> str:
    """Return a path without what tells the versions of a script apart."""
    stem, dot, _suffix = path.rpartition(".")
    parts = (stem if dot else path).split("/")
    return "/".join(_unversioned(part) for part in parts)


def spread(
    connection: apsw.Connection, places: Sequence[Ranked], *, versions: bool
) -> list[Ranked]:
    """Return places in order of rank with copies, and with ``versions`` also the surplus of
    versions, standing behind the first page.
    """
    facts = _facts(connection, [place.model for place in places[:LOOKED_AT]])
    seen: set[bytes] = set()
    taken: Counter[tuple[int, str]] = Counter()
    page: list[Ranked] = []
    back: list[Ranked] = []
    for number, place in enumerate(places):
        if len(page) >= PAGE or place.model not in facts:
            return [*page, *back, *places[number:]]
        content, root, path = facts[place.model]
        family = (root, lineage(path))
        if content in seen or (versions and taken[family] >= VERSIONS):
            back.append(place)
            continue
        seen.add(content)
        taken[family] += 1
        page.append(place)
    return [*page, *back]


def copies(connection: apsw.Connection, models: Sequence[int]) -> list[list[str]]:
    """Return the groups of byte-identical models among some, as ids in the given order."""
    groups: dict[bytes, list[tuple[int, str]]] = defaultdict(list)
    place = {model: number for number, model in enumerate(models)}
    sql = (
        "SELECT id, content_hash, model_id FROM model WHERE id IN (SELECT value FROM json_each(?))"
    )
    for model, content, name in fetch_all(connection, sql, (numbers_json(models),)):
        if content:
            groups[content].append((place[model], name))
    alike = (sorted(group) for group in groups.values() if len(group) > 1)
    return [[name for _, name in group] for group in sorted(alike)]


def _facts(connection: apsw.Connection, models: Sequence[int]) -> dict[int, tuple[bytes, int, str]]:
    rows = fetch_all(
        connection,
        "SELECT id, content_hash, root, path FROM model "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (numbers_json(models),),
    )
    return {
        model: (content or str(model).encode(), root, path) for model, content, root, path in rows
    }


def _unversioned(part: str) -> str:
    while (shorter := _cut_version(part)) != part:
        part = shorter
    return part.rstrip("_-. (").casefold()


def _cut_version(part: str) -> str:
    """Return a part of a path without the version at its end, with the sign before it: ``_v2``,
    ``-final``, `` (1)``, ``_version_1.3``.
    """
    said = part.removesuffix(")")
    stem = said.rstrip(_NUMBER)
    number = said[len(stem) :]
    for named, rest in ((stem, number.removeprefix(".")), (stem[:-1], number)):
        apart = named == stem or stem[-1:] in ("_", "-", " ")
        if apart and rest[:1].isdecimal() and _last_word(named).casefold() in _NUMBERED:
            return _before_last_word(named)
    return _before_last_word(said) if _last_word(said).casefold() in _LATER else part


def _last_word(text: str) -> str:
    return text[_start_of_last_word(text) :]


def _before_last_word(text: str) -> str:
    return text[: max(_start_of_last_word(text) - 1, 0)]


def _start_of_last_word(text: str) -> int:
    return max(text.rfind(sign) for sign in _APART) + 1
