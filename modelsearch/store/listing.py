"""Listing what the database holds: datasets, architectures, frameworks, optimizers, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import apsw


def load_values(connection: apsw.Connection, what: str) -> list[dict[str, Any]]:
    """List the values of one kind as rows of ``value`` and ``count`` (models), frequent first.

    ``what`` is a key of VALUE_KINDS. Families count what is below them too: RNN counts LSTMs.
    Raises KeyError for another kind.
    """
    rows = connection.execute(VALUE_KINDS[what])
    return [{"value": value, "count": count} for value, count in rows]


def _column_values(expression: str, table: str) -> str:
    count = "count(DISTINCT model)" if table == "training_stage" else "count(*)"
    return (
        f"SELECT {expression}, {count} AS n FROM {table} "
        f"WHERE {expression} IS NOT NULL GROUP BY {expression} ORDER BY n DESC, {expression}"
    )


def _term_values(kind: str) -> str:
    return (
        "SELECT a.name, count(DISTINCT x.model) AS n FROM term a "
        "JOIN term_ancestor c ON c.ancestor = a.id JOIN model_term x ON x.term = c.term "
        f"WHERE a.kind = '{kind}' AND (a.kind <> 'dataset' OR x.role = 'train') "
        "GROUP BY a.id ORDER BY n DESC, a.name"
    )


#: What can be listed, and the statement that lists it.
VALUE_KINDS: Mapping[str, str] = {
    "models": "SELECT model_id, 1 FROM model ORDER BY model_id",
    "datasets": _term_values("dataset"),
    "architectures": _term_values("family"),
    "classes": _column_values("architecture", "model"),
    "frameworks": _term_values("framework"),
    "techniques": _term_values("technique"),
    "hardware": _term_values("hardware"),
    "optimizers": _column_values("optimizer", "training_stage"),
    "losses": _column_values("loss", "training_stage"),
    "schedulers": _column_values("scheduler", "training_stage"),
    "tasks": _column_values("task", "model"),
    "months": _column_values("substr(created_at, 1, 7)", "model"),
}
