"""All models, each with what says most about it: families, data, date, size and a result."""

from __future__ import annotations

import apsw

from modelsearch.answer.field_values import telling_first
from modelsearch.answer.shapes import FieldColumn
from modelsearch.records.text import number
from modelsearch.records.typed import Any
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.store.loading import load_details, load_rows
from modelsearch.store.rows import ModelRow

#: The fields of a listed model beside its id, in order.
LISTED = ("family", "dataset", "created", "size", "result")


def listed_models(
    connection: apsw.Connection, most: int | None
) -> tuple[int, list[ModelRow], list[FieldColumn]]:
    """Return how many models there are, and the first ``most`` by their ids, with their fields."""
    total = int(fetch_value(connection, "SELECT count(*) FROM model"))
    limit = -1 if most is None else most
    sql = "SELECT id FROM model ORDER BY model_id LIMIT ?"
    ids = [int(row[0]) for row in fetch_all(connection, sql, (limit,))]
    rows = load_rows(connection, ids)
    results = {
        detail.row.rowid: _result(detail.metrics) for detail in load_details(connection, ids)
    }
    read: dict[str, Any] = {
        "family": lambda row: row.families,
        "dataset": lambda row: row.datasets,
        "created": lambda row: row.created_at,
        "size": lambda row: row.size_bytes,
        "result": lambda row: results.get(row.rowid),
    }
    columns = [FieldColumn(name, tuple(read[name](row) for row in rows)) for name in LISTED]
    return total, rows, columns


def _result(metrics: Any) -> str | None:
    """Return the name and the value of the result that says most."""
    first = next(iter(telling_first(metrics)), None)
    return None if first is None else f"{first.name} {number(first.value)}"
