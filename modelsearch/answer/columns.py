"""Which fields a question is about, and their values for the models that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import apsw

from modelsearch.answer.field_values import stands_beside, stated_value, values_beside
from modelsearch.answer.shapes import FieldColumn, Listing
from modelsearch.records.errors import UsageError
from modelsearch.records.question import ParsedQuery, leaves
from modelsearch.records.structs import names, replace
from modelsearch.records.typed import Any
from modelsearch.search.sources import field_called
from modelsearch.store.loading import load_details
from modelsearch.store.rows import Detail, ModelRow
from modelsearch.vocabulary import ancestors
from modelsearch.vocabulary.fields import by_name, find_field
from modelsearch.vocabulary.fields.field import Field

#: Fields that are seen in another one's column, or in the id itself.
_SEEN_IN = {
    "subject": "dataset",
    "modality": "dataset",
    "subset": "dataset",
    "model": "",
    "text": "",
    "path": "",
}


def field_columns(
    connection: apsw.Connection,
    wanted: Iterable[str],
    rows: Sequence[ModelRow],
    parsed: ParsedQuery,
) -> list[FieldColumn]:
    """Return the columns of the named fields for the models of some rows.

    What stands in no row is read from the database, for all of them at once.
    """
    fields = [field_called(name) for name in dict.fromkeys(wanted)]
    if not fields or not rows:
        return []
    details: dict[int, Detail] = {}
    beside = {
        field.name: values_beside(connection, field, [row.rowid for row in rows])
        for field in fields
        if stands_beside(field)
    }
    if not all(_in_row(field) or field.name in beside for field in fields):
        loaded = load_details(connection, [row.rowid for row in rows])
        details = {detail.row.rowid: detail for detail in loaded}
    matched = _matched(parsed)

    def value(row: ModelRow, field: Field) -> Any:
        if field.name in beside:
            return beside[field.name].get(row.rowid)
        return _value(row, details, field)

    return [
        _column(field, [value(row, field) for row in rows], matched.get(field.name, ()))
        for field in fields
    ]


def _column(field: Field, values: Sequence[Any], wanted: Sequence[str]) -> FieldColumn:
    """Return a column in which lists begin with what was asked for, or what is a kind of it."""
    if not wanted or not any(isinstance(value, list | tuple) for value in values):
        return FieldColumn(field.name, tuple(values), tuple(wanted))
    narrow = {
        one: _is_one_of(field, str(one), wanted)
        for value in values
        if isinstance(value, list | tuple)
        for one in value
    }
    ordered = [
        sorted(value, key=lambda one: not narrow[one]) if isinstance(value, list | tuple) else value
        for value in values
    ]
    return FieldColumn(field.name, tuple(ordered), tuple(one for one in narrow if narrow[one]))


def _is_one_of(field: Field, name: str, wanted: Sequence[str]) -> bool:
    if name in wanted:
        return True
    return bool(field.vocabulary) and any(
        above in wanted for above, _ in ancestors(field.vocabulary, name)
    )


def _in_row(field: Field) -> bool:
    """Return whether a field's value stands in every row that is loaded for a result."""
    return (field.several or field.key) in names(ModelRow)


def _value(row: ModelRow, details: dict[int, Detail], field: Field) -> Any:
    if _in_row(field):
        return getattr(row, field.several or field.key)
    return stated_value(details[row.rowid], field)[0]


def question_fields(parsed: ParsedQuery) -> list[str]:
    """Return the fields that a question filters, orders, groups or asks by, in its own order."""
    found = [*parsed.asked]
    if parsed.sort is not None:
        found.append(parsed.sort.field)
    found += [leaf.field for leaf, _ in leaves(parsed.where)]
    if parsed.group_by:
        found.append(parsed.group_by)
    return [name for name in dict.fromkeys(_SEEN_IN.get(name, name) for name in found) if name]


def named_fields(text: str) -> list[str]:
    """Read a list of fields as people write it: ``epochs, lr, accuracy``; others by their name."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [found.name if (found := find_field(part)) else part for part in parts]


def known_fields(connection: apsw.Connection, wanted: Sequence[str]) -> None:
    """Check names of fields. Raises UsageError for one that is no field and that nothing stored is
    called.
    """
    for name in wanted:
        if name not in by_name() and not _stored(connection, name):
            raise UsageError(f"no field is called {name!r}{_near(connection, name)}")


def listed_columns(found: Listing, wanted: Sequence[str]) -> Listing:
    """Return a list of runs or checkpoints with the named columns alone, by the names of their
    columns or of the fields. Raises UsageError for one that the list does not have.
    """
    there = list(dict.fromkeys((*found.columns, *(name for row in found.rows for name in row))))
    chosen = []
    for name in wanted if found.rows else ():
        field = by_name().get(name)
        column = name if name in there or field is None else field.column
        if column not in there:
            known = ", ".join(name for name in there if name != "others")
            raise UsageError(f"{found.thing} have no column {name!r} here; there are: {known}")
        chosen.append(column)
    return replace(found, columns=tuple(dict.fromkeys(chosen)) or found.columns)


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
    from modelsearch.records.suggestions import did_you_mean

    return did_you_mean(name, known) or "; `modelsearch fields` lists them"


def _matched(parsed: ParsedQuery) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for leaf, negated in leaves(parsed.where):
        if not negated and isinstance(leaf.value, str):
            found.setdefault(_SEEN_IN.get(leaf.field) or leaf.field, []).append(leaf.value)
    return found
