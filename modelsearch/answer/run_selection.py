"""Which runs satisfy a question's conditions, and their rows."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

import apsw

from modelsearch.answer.emptiness import describe
from modelsearch.answer.run_conditions import RunConditions
from modelsearch.answer.run_notes import STEPS_PLANNED
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import AskedRuns, Node, conjuncts, leaves
from modelsearch.records.typed import Any
from modelsearch.records.wordlists import word_tuple
from modelsearch.search import memory
from modelsearch.search.compile import Sql, compile_over
from modelsearch.store.database import fetch_all, fetch_value

_FROM = (
    "run r JOIN root o ON o.id = r.root LEFT JOIN model m ON m.id = r.model "
    "LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"
)
_FIELDS = word_tuple("""
    id run_id model_id tool status started_at duration_s experiment name learning_rate
    batch_size optimizer epochs epochs_done steps_done seed dataset hardware devices commit_hash
    program owner_from path base_model best starts planned steps_planned possible_models
""")
_BASE = (
    "coalesce((SELECT e.value FROM run_evidence e WHERE e.run = r.id AND e.field = 'base_model'), "
    "(SELECT k.base_model FROM checkpoint k WHERE k.run = r.id AND k.base_model IS NOT NULL))"
)
#: The scripts of which one made a run that is nobody's, a line each.
_POSSIBLE = (
    "CASE WHEN r.model IS NULL THEN (SELECT group_concat(e.value, char(10)) FROM run_evidence e "
    "WHERE e.run = r.id AND e.field = 'possible owner') END"
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
        "possible_models": _POSSIBLE,
        "planned": "coalesce(r.epochs, s.epochs)",
        "steps_planned": STEPS_PLANNED,
    }.get(name, f"r.{name}")
    for name in _FIELDS
)


def matching(connection: apsw.Connection, where: Node | None, asked: AskedRuns) -> Sequence[int]:
    """Return the ids of the runs that satisfy all conditions, in the order of their models and
    their own.
    """
    of_runs = RunConditions(connection)
    conditions = [] if where is None else [compile_over(of_runs.meant(where), of_runs.of)]
    conditions += [of_runs.of(one) for one in asked.where]
    text = " AND ".join(one.text for one in conditions) or "1"
    params = tuple(value for one in conditions for value in one.params)
    order = "m.model_id IS NULL, m.model_id, r.position, r.path"
    sql = f"SELECT r.id FROM {_FROM} WHERE {text} ORDER BY {order}"
    return memory.latest(
        connection, "runs", (sql, params), lambda: array("q", _column(connection, sql, params))
    )


def _column(connection: apsw.Connection, sql: str, params: Sequence[Any]) -> list[int]:
    return [row[0] for row in fetch_all(connection, sql, params)]


def conditions_told(
    conditions: Sequence[tuple[str, Sql]], count: Callable[[Sql], int], noun: str
) -> list[str]:
    """Say which of some conditions, each with its words, nothing satisfies; where each is satisfied
    by something, by how many.
    """
    counted = [(words, count(sql)) for words, sql in conditions]
    none = [words for words, number in counted if not number]
    if none or len(counted) < 2:
        return [f"no {noun} is there with {words}" for words in none]
    told = ", ".join(f"{words} {number:,}" for words, number in counted)
    return [f"no {noun} satisfies all of these together: {told}"]


def emptied_by(connection: apsw.Connection, where: Node | None, asked: AskedRuns) -> list[str]:
    """Say which condition no run satisfies, where none satisfies all of them; how many satisfy each
    where it is only all together that nothing does.
    """
    of_runs = RunConditions(connection)
    told = [
        (describe(part), compile_over(of_runs.meant(part), of_runs.of)) for part in conjuncts(where)
    ]
    told += [(f'"{one.text or one.field}"', of_runs.of(one)) for one in asked.where]

    def count(sql: Sql) -> int:
        return int(
            fetch_value(connection, f"SELECT count(*) FROM {_FROM} WHERE {sql.text}", sql.params)
        )

    said = conditions_told(told, count, "run")
    return [*said, *_states_told(connection, asked), *_starts_told(connection, where)]


def _starts_told(connection: apsw.Connection, where: Node | None) -> list[str]:
    """Say of how many runs it is not known when they started, where a date is asked for."""
    if not any(leaf.field == "created" for leaf, _ in leaves(where)):
        return []
    ((total, unknown),) = fetch_all(connection, "SELECT count(*), sum(started_at IS NULL) FROM run")
    said = f"of {unknown:,} of the {total:,} runs it is not known when they started"
    return [said] if unknown else []


def _states_told(connection: apsw.Connection, asked: AskedRuns) -> list[str]:
    """Say what became of all runs, where one thing is asked for that became of none."""
    if not any(one.field == "status" for one in asked.where):
        return []
    rows = fetch_all(
        connection, "SELECT status, count(*) FROM run GROUP BY 1 ORDER BY status IS NULL, 2 DESC"
    )
    total = sum(number for _, number in rows)
    said = ", ".join(f"{number:,} {status or 'do not say'}" for status, number in rows)
    return [f"what became of the {total:,} runs here: {said}"]


def loaded(connection: apsw.Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return runs by their ids, in that order."""
    sql = (
        f"SELECT {_SELECT} FROM json_each(?) j CROSS JOIN {_FROM} WHERE r.id = j.value "
        "ORDER BY j.key"
    )
    rows = [
        dict(zip(_FIELDS, row, strict=True))
        for row in fetch_all(connection, sql, (numbers_json(ids),))
    ]
    for row in rows:
        row["possible_models"] = (row["possible_models"] or "").splitlines()
    return rows
