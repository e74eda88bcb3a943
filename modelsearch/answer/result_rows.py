"""Results of all runs of a model: value, order and place of an answer are of one and the same row.

What ``show`` says of a model is of its best run. A question that names a result asks for more: the
best of any run on the data that it names, or the last value that a run reached.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch import vocabulary
from modelsearch.answer.shapes import AskedValue, Place
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import Sort
from modelsearch.records.splits import CALLED, of_split, telling_split
from modelsearch.records.typed import Any
from modelsearch.store.database import fetch_all
from modelsearch.store.loading import BELOW

_ROWS = f"""
    SELECT x.model, x.value, x.split, x.run, r.run_id, coalesce(r.stands, 1), e.line, e.key,
      {BELOW.format("e")}, x.reported_at IN ('last', 'final'), x.step
    FROM metric x LEFT JOIN run r ON r.id = x.run
    LEFT JOIN run_evidence e ON e.run = x.run AND e.field = 'metric ' || x.name COLLATE NOCASE
      AND CAST(e.value AS REAL) = x.value
"""
_SIGN = {1: -1, 0: 1, None: 0}
_FINAL = "final "


def extreme_results(
    connection: apsw.Connection, models: Sequence[int], sort: Sort
) -> dict[int, AskedValue]:
    """Return for each model the result that an order by a metric puts it by, with where it was
    read; models without one are left out. Values that no run recorded have no place here.
    """
    term = vocabulary.find("metric", sort.field)
    metric = sort.field if term is None else term.name
    kept = of_split(sort.split, "x.split") if sort.split else f"x.split IS {telling_split('x')}"
    found: dict[int, tuple[Any, ...]] = {}
    for row in _rows(connection, models, metric, kept):
        known = found.get(row[0])
        if known is None or (row[1] > known[1] if sort.descending else row[1] < known[1]):
            found[row[0]] = row
    label = f"{sort.split} {sort.field}".strip()
    return {model: _asked(label, row) for model, row in found.items()}


def results_beside(
    connection: apsw.Connection, models: Sequence[int], name: str
) -> dict[int, AskedValue]:
    """Return what ``name`` ("validation reward", "final train loss") is where a model's best run
    alone does not say it: the best of its other runs, or the last value. Empty for other names.
    """
    final = name.startswith(_FINAL)
    split, _, metric = name.removeprefix(_FINAL).partition(" ")
    if split not in CALLED:
        split, metric = "", name.removeprefix(_FINAL)
    term = vocabulary.find("metric", metric)
    if term is None or not (split or final):
        return {}
    found: dict[int, tuple[Any, ...]] = {}
    kept = of_split(split, "x.split") if split else f"x.split IS {telling_split('x')}"
    sign = _SIGN[None if term.higher_is_better is None else int(term.higher_is_better)]
    by_model: dict[int, list[tuple[Any, ...]]] = {}
    for row in _rows(connection, models, term.name, kept):
        by_model.setdefault(row[0], []).append(row)
    for model, called in by_model.items():
        # Beside results of the test data by that name, one without a split is of other data.
        rows = [row for row in called if split and row[2]] or called
        standing = [row for row in rows if row[5]]
        if final:
            its = max(standing or rows, key=lambda row: (row[9], row[10] or 0))
            if standing or len({row[3] for row in rows}) == 1:
                found[model] = its
        elif not standing:
            found[model] = min(rows, key=lambda row: sign * row[1])
    return {model: _asked(name, row) for model, row in found.items()}


def _rows(
    connection: apsw.Connection, models: Sequence[int], metric: str, kept: str
) -> list[tuple[Any, ...]]:
    return fetch_all(
        connection,
        f"{_ROWS} WHERE x.model IN (SELECT value FROM json_each(?)) AND x.name = ? AND {kept} "
        "ORDER BY x.id",
        (numbers_json(models), metric),
    )


def _asked(label: str, row: tuple[Any, ...]) -> AskedValue:
    _, value, _, run, run_id, _, line, key, path, _, _ = row
    if run is None or path is None:
        return AskedValue(label, value)
    place = Place(str(value), path, line, key, "output", f"run {run_id}")
    return AskedValue(label, value, (place,))
