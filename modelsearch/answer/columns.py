"""Which fields a question is about, and their values for the models that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import apsw

from modelsearch.answer.asked_values import row_value, value_of
from modelsearch.answer.shapes import FieldColumn
from modelsearch.records.errors import UsageError
from modelsearch.records.question import ParsedQuery, leaves
from modelsearch.records.suggestions import did_you_mean
from modelsearch.store.rows import Detail, ModelRow, load_details
from modelsearch.vocabulary.fields import by_name, find_field

#: Fields that are seen in another one's column, or in the id itself.
_SEEN_IN = {"subject": "dataset", "modality": "dataset", "subset": "dataset", "model": "",
            "text": "", "path": ""}  # fmt: skip


def field_columns(
    connection: apsw.Connection, names: Iterable[str], rows: Sequence[ModelRow], parsed: ParsedQuery
) -> list[FieldColumn]:
    """Return the columns of the named fields for the models of some rows.

    What stands in no row is read from the database, for all of them at once.
    """
    names = list(dict.fromkeys(names))
    if not names or not rows:
        return []
    details: dict[int, Detail] = {}
    if not all(known for known, _ in (row_value(rows[0], name) for name in names)):
        loaded = load_details(connection, [row.rowid for row in rows])
        details = {detail.row.rowid: detail for detail in loaded}
    matched = _matched(parsed)
    return [
        FieldColumn(
            name,
            tuple(_value(row, details, name) for row in rows),
            tuple(matched.get(name, ())),
        )
        for name in names
    ]


def _value(row: ModelRow, details: dict[int, Detail], name: str) -> Any:
    known, value = row_value(row, name)
    return value if known else value_of(details[row.rowid], name)


def question_fields(parsed: ParsedQuery) -> list[str]:
    """Return the fields that a question filters, orders, groups or asks by, in its own order."""
    names = [leaf.field for leaf, _ in leaves(parsed.where)]
    if parsed.sort is not None:
        names.insert(0, parsed.sort.field)
    names = [*parsed.asked, *names, *([parsed.group_by] if parsed.group_by else [])]
    return [name for name in dict.fromkeys(_SEEN_IN.get(name, name) for name in names) if name]


def named_fields(text: str) -> list[str]:
    """Read a list of fields as people write it: ``epochs, lr, accuracy``; others by their name."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    return [found.name if (found := find_field(name)) else name for name in names]


def known_fields(connection: apsw.Connection, names: Sequence[str]) -> None:
    """Raise UsageError for a name that is no field and that nothing stored is called."""
    for name in names:
        if name not in by_name() and not _stored(connection, name):
            raise UsageError(f"no field is called {name!r}{_near(connection, name)}")


def _stored(connection: apsw.Connection, name: str) -> bool:
    sql = "SELECT 1 FROM {} WHERE name = ? COLLATE NOCASE LIMIT 1"
    return any(
        connection.execute(sql.format(table), (name,)).fetchone()
        for table in ("metric", "hyperparameter", "layer_fact")
    )


def _near(connection: apsw.Connection, name: str) -> str:
    stored = connection.execute(
        "SELECT name FROM metric UNION SELECT name FROM hyperparameter "
        "UNION SELECT name FROM layer_fact LIMIT 5000"
    )
    known = [*by_name(), *(str(row[0]) for row in stored)]
    return did_you_mean(name, known) or "; `modelsearch fields` lists them"


def _matched(parsed: ParsedQuery) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for leaf, negated in leaves(parsed.where):
        if not negated and isinstance(leaf.value, str):
            found.setdefault(_SEEN_IN.get(leaf.field) or leaf.field, []).append(leaf.value)
    return found
