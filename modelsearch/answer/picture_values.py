"""Values of pictures: the settings that generators wrote into them, a column each, counted, and
what differs between pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import apsw

from modelsearch.answer.shapes import FieldColumn, ValueCount
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import Node, ParsedQuery, leaves
from modelsearch.records.typed import Any
from modelsearch.search.sources import source_of
from modelsearch.search.sources.pictures import Image
from modelsearch.store.database import fetch_all
from modelsearch.store.rows import ImageRow
from modelsearch.vocabulary.fields import PICTURES, by_name

_EVERY = "settings"  #: asks for every setting that a picture has
#: What the table of pictures shows of each anyway.
_SHOWN = frozenset({"epoch", "step", "image_kind", "image_width", "image_height"})
_LONGEST = 60  #: letters of a prompt in a sentence
_SETTINGS = tuple(
    one.name
    for one in PICTURES
    if one.source == "image setting"
    or one.name in ("image_program", "image_format", "prompt", "negative_prompt")
)


def asked_columns(
    connection: apsw.Connection, parsed: ParsedQuery, rows: Sequence[ImageRow]
) -> list[FieldColumn]:
    """Return the fields that a question for pictures is about, with the value of each picture."""
    names = list(parsed.asked)
    if parsed.image is not None:
        names += _filtered(parsed.image.where)
        names += [parsed.image.sort.field] if parsed.image.sort is not None else []
    if _EVERY in names:
        names = [*_SETTINGS, *names]
    wanted = [name for name in dict.fromkeys(names) if name in by_name() and name not in _SHOWN]
    columns = [
        FieldColumn(name, values_of(connection, name, rows))
        for name in wanted
        if _is_of_pictures(name)
    ]
    if _EVERY in names:
        columns = [one for one in columns if any(value is not None for value in one.values)]
    return columns


def _filtered(where: Node | None) -> list[str]:
    """Return the settings that conditions are on, but for those that all pictures then share."""
    if where is None:
        return []
    return [
        leaf.field
        for leaf, negated in leaves(where)
        if leaf.field in _SETTINGS and not (negated and leaf.op == "exists")
    ]


def _is_of_pictures(name: str) -> bool:
    field = by_name().get(name)
    return field is not None and isinstance(source_of(field), Image)


def values_of(connection: apsw.Connection, name: str, rows: Sequence[ImageRow]) -> tuple[Any, ...]:
    """Return the value of a field for each picture: a list where it has several, None where it
    has none.
    """
    found: dict[int, list[Any]] = {}
    for image, value in _pairs(connection, name, rows):
        found.setdefault(image, []).append(value)
    each = [found.get(row.rowid, []) for row in rows]
    return tuple(None if not some else some[0] if len(some) == 1 else some for some in each)


def _pairs(
    connection: apsw.Connection, name: str, rows: Sequence[ImageRow]
) -> list[tuple[int, Any]]:
    field = by_name()[name]
    source = source_of(field)
    assert isinstance(source, Image)
    found = fetch_all(
        connection,
        f"SELECT v.image, v.value FROM ({source.pictures(field)}) v "
        "WHERE v.image IN (SELECT value FROM json_each(?)) ORDER BY v.image, v.value",
        (numbers_json(row.rowid for row in rows),),
    )
    return [(int(image), _whole(value)) for image, value in found]


def _whole(value: Any) -> Any:
    """Seeds and steps are whole numbers, whatever the column keeps them as."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def counted(connection: apsw.Connection, name: str, rows: Sequence[ImageRow]) -> list[ValueCount]:
    """Return how many pictures have each value of a field, frequent first."""
    counts = Counter(value for _, value in _pairs(connection, name, rows))
    ordered = sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))
    return [ValueCount(value, count) for value, count in ordered]


def without(connection: apsw.Connection, name: str, rows: Sequence[ImageRow]) -> int:
    """Return how many pictures have no value of a field."""
    return len(rows) - len({image for image, _ in _pairs(connection, name, rows)})


def said_of_one(row: ImageRow, columns: Sequence[FieldColumn], place: int) -> str:
    """Return a sentence with what was asked of a picture."""
    said = [f"{label(one.field)} {written(one.values[place])}" for one in columns]
    return f"{row.path}: {', '.join(said)}." if said else ""


def differences(rows: Sequence[ImageRow], columns: Sequence[FieldColumn]) -> str:
    """Return sentences about what pictures have in common, and what differs."""
    apart = [one for one in columns if len({str(value) for value in one.values}) > 1]
    same = [one for one in columns if one not in apart]
    sides = " and ".join(row.path for row in rows)
    said = [
        f"{label(one.field)} ({'; '.join(_short(value) for value in one.values)})" for one in apart
    ]
    first = f"{sides} differ in {', '.join(said) or 'no stated setting'}."
    shared = [f"{label(one.field)} {_short(one.values[0])}" for one in same]
    return f"{first} The same: {', '.join(shared)}." if shared else first


def label(name: str) -> str:
    """Return a field's name for a sentence or a heading: ``cfg scale``."""
    return name.removeprefix("image_").replace("_", " ")


def _short(value: Any) -> str:
    text = written(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def written(value: Any) -> str:
    """Return a value for a sentence."""
    if value is None:
        return "not stated"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
