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
from modelsearch.records.patterns import IGNORECASE, lazy
from modelsearch.search.ranking import Ranked
from modelsearch.store.database import fetch_all

PAGE = 10  #: results among which room is made
VERSIONS = 3  #: results of one script's versions that the page may hold
LOOKED_AT = 100  #: results among which room is made for others
_VERSION = lazy(
    r"(?:^|[_\-. (])(?:v(?:er(?:sion)?)?[_\-. ]?\d[\d.]*|old|new|final|copy|backup|\d)\)?$",
    IGNORECASE,
)


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
    while (shorter := _VERSION.sub("", part)) != part:
        part = shorter
    return part.rstrip("_-. (").casefold()
