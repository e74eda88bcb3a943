"""Which runs satisfy a question's conditions, and their rows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import apsw

from modelsearch import vocabulary
from modelsearch.answer.run_notes import SCRIPTED
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import AskedRuns, Filter, Node
from modelsearch.records.wordlists import word_tuple
from modelsearch.search import memory
from modelsearch.search.compile import Sql, compile_model, compile_over
from modelsearch.search.sources.comparisons import comparison
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import FIELDS

#: But not where the run recorded settings and only others of its model this one: it had none.
_OR_SCRIPT = (
    "coalesce(r.{0}, CASE WHEN NOT (EXISTS (SELECT 1 FROM run_setting x WHERE x.run = r.id) AND "
    "EXISTS (SELECT 1 FROM run y WHERE y.model = r.model AND y.{0} IS NOT NULL)) THEN s.{0} END)"
)
#: Columns of a run that a question's fields mean.
_COLUMNS = {
    **{name: (_OR_SCRIPT.format(name), kind) for name, kind in SCRIPTED.items()},
    "created": ("coalesce(r.started_at, r.ended_at)", "date"),
    "modified": ("coalesce(r.ended_at, r.started_at)", "date"),
    "devices": ("r.devices", "number"),
    "seed": ("r.seed", "number"),
    **{
        field.name: (f"r.{field.column}", field.kind)
        for field in FIELDS
        if field.source in ("run", "run date")
    },
}
_UNFINISHED = (
    "(r.status = 'running' OR r.status = 'failed' OR (r.epochs IS NOT NULL AND "
    "r.epochs_done IS NOT NULL AND r.epochs_done < r.epochs))"
)
_FROM = (
    "run r JOIN root o ON o.id = r.root LEFT JOIN model m ON m.id = r.model "
    "LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"
)
_FIELDS = word_tuple("""
    id run_id model_id tool status started_at duration_s experiment name learning_rate
    batch_size optimizer epochs epochs_done steps_done seed dataset hardware devices commit_hash
    program owner_from path base_model best starts
""")
_BASE = (
    "coalesce((SELECT e.value FROM run_evidence e WHERE e.run = r.id AND e.field = 'base_model'), "
    "(SELECT k.base_model FROM checkpoint k WHERE k.run = r.id AND k.base_model IS NOT NULL))"
)
#: Whether a run only started others: the parent of a search states the best result of its trials.
_STARTS = (
    "(r.native_id IS NOT NULL AND EXISTS (SELECT 1 FROM run y WHERE y.root = r.root AND "
    "y.parent = r.native_id AND y.id <> r.id))"
)
_SELECT = ", ".join(
    {
        "model_id": "m.model_id",
        "best": "r.stands",
        "base_model": _BASE,
        "starts": _STARTS,
    }.get(name, f"r.{name}")
    for name in _FIELDS
)


def matching(connection: apsw.Connection, where: Node | None, asked: AskedRuns) -> Sequence[int]:
    """Return the ids of the runs that satisfy all conditions, in the order of their models and
    their own.
    """
    conditions = [] if where is None else [compile_over(where, _condition)]
    conditions += [_condition(one) for one in asked.where]
    text = " AND ".join(one.text for one in conditions) or "1"
    params = tuple(value for one in conditions for value in one.params)
    order = "m.model_id IS NULL, m.model_id, r.position, r.path"
    sql = f"SELECT r.id FROM {_FROM} WHERE {text} ORDER BY {order}"
    return memory.latest(
        connection, "runs", (sql, params), lambda: array("q", _column(connection, sql, params))
    )


def _column(connection: apsw.Connection, sql: str, params: Sequence[Any]) -> list[int]:
    return [row[0] for row in fetch_all(connection, sql, params)]


def loaded(connection: apsw.Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return runs by their ids, in that order."""
    sql = (
        f"SELECT {_SELECT} FROM json_each(?) j CROSS JOIN {_FROM} WHERE r.id = j.value "
        "ORDER BY j.key"
    )
    rows = fetch_all(connection, sql, (numbers_json(ids),))
    return [dict(zip(_FIELDS, row, strict=True)) for row in rows]


def _condition(one: Filter) -> Sql:
    """Return the condition on ``run r`` that a filter states; what speaks of models is asked of
    ``m``.
    """
    if one.field == "status":
        if one.value == "unfinished":
            return Sql(_UNFINISHED)
        return Sql("(coalesce(r.status = ?, 0))", (str(one.value),))
    if one.field in ("experiment", "run"):
        column = "r.experiment" if one.field == "experiment" else "r.run_id"
        return Sql(f"(coalesce({column} = ? COLLATE NOCASE, 0))", (str(one.value),))
    if one.field == "base_model":
        return Sql(
            "(EXISTS (SELECT 1 FROM run_evidence e WHERE e.run = r.id AND e.field = 'base_model' "
            "AND instr(lower(e.value), lower(?)) > 0) OR EXISTS (SELECT 1 FROM checkpoint k "
            "WHERE k.run = r.id AND instr(lower(k.base_model), lower(?)) > 0))",
            (str(one.value), str(one.value)),
        )
    if one.field.startswith("setting "):
        return _of_setting(one)
    if one.field in _COLUMNS and one.op not in ("exists", "stored"):
        column, kind = _COLUMNS[one.field]
        test = comparison(column, kind, one)
        return Sql(f"(coalesce({test.text}, 0))", test.params)
    if one.field == "hardware":
        return Sql("(coalesce(instr(lower(r.hardware), lower(?)) > 0, 0))", (str(one.value),))
    if one.field == "dataset" and isinstance(one.value, str):
        model = compile_model(one)
        return Sql(
            f"(coalesce(r.dataset = ? COLLATE NOCASE, {model.text}))", (one.value, *model.params)
        )
    term = vocabulary.find("metric", one.field)
    if term is not None and isinstance(one.value, int | float | tuple):
        test = comparison("x.value", "number", one)
        return Sql(
            "(EXISTS (SELECT 1 FROM run_result x WHERE x.run = r.id AND x.name = ? "
            f"AND x.split IS NOT 'train' AND {test.text}))",
            (term.name, *test.params),
        )
    return compile_model(one)


def _of_setting(one: Filter) -> Sql:
    """Return the condition that a run recorded a setting by its own name, a number or a text."""
    name = one.field.removeprefix("setting ")
    if isinstance(one.value, str):
        return Sql(
            "(EXISTS (SELECT 1 FROM run_setting x WHERE x.run = r.id AND x.name = ? "
            "AND x.text = ? COLLATE NOCASE))",
            (name, one.value),
        )
    test = comparison("x.number", "number", one)
    return Sql(
        f"(EXISTS (SELECT 1 FROM run_setting x WHERE x.run = r.id AND x.name = ? AND {test.text}))",
        (name, *test.params),
    )
