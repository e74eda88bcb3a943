"""Conditions on what runs reached: "runs with train loss below 0.01", "objective under 240".

Any result that a run recorded is compared, under its own name or the vocabulary's. Where no part of
the data is named, a run is judged by the one that says most of it: the test's, else one that has
no name, else the validation's, else the training's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import apsw

from modelsearch.records.jsontext import numbers_json, texts_json
from modelsearch.records.question import Filter
from modelsearch.records.splits import of_split, place, placed
from modelsearch.search.compile import Sql
from modelsearch.search.sources.comparisons import comparison
from modelsearch.store.database import fetch_all

#: What runs recorded under a name: results, and of curves that are none, how they end.
_VALUES = (
    "(SELECT run, name, split, value FROM run_result UNION ALL "
    "SELECT c.run, c.name, c.split, c.last FROM curve c WHERE NOT EXISTS (SELECT 1 FROM run_result "
    "y WHERE y.run = c.run AND y.name = c.name))"
)


def of_result(names: Sequence[str], one: Filter) -> Sql:
    """Return the condition that a run ``r`` reached a result of some names, on the data that is
    named, else on that which says most of the run.
    """
    test = comparison("x.value", "number", one)
    listed = texts_json(names)
    named = "{0}.run = r.id AND {0}.name IN (SELECT value FROM json_each(?))"
    if one.split:
        return Sql(
            f"(EXISTS (SELECT 1 FROM {_VALUES} x WHERE {named.format('x')} "
            f"AND {of_split(one.split, 'x.split')} AND {test.text}))",
            (listed, *test.params),
        )
    most = (
        f"(SELECT min({placed('z.split')}) FROM {_VALUES} z WHERE {named.format('z')} "
        "AND z.value IS NOT NULL)"
    )
    return Sql(
        f"(EXISTS (SELECT 1 FROM {_VALUES} x WHERE {named.format('x')} "
        f"AND {placed('x.split')} = {most} AND {test.text}))",
        (listed, listed, *test.params),
    )


def splits_said(
    connection: apsw.Connection, asked: Sequence[tuple[str, Filter]], ids: Sequence[int]
) -> list[str]:
    """Say on which data results were compared, where no data was named and some of the runs have
    the result on several.
    """
    said = []
    for name, one in asked:
        if one.split or not ids:
            continue
        splits: dict[int, list[str]] = {}
        for run, split in fetch_all(
            connection,
            "SELECT DISTINCT run, coalesce(split, '') FROM run_result WHERE name = ? "
            "AND run IN (SELECT value FROM json_each(?))",
            (name, numbers_json(ids)),
        ):
            splits.setdefault(run, []).append(split)
        used = Counter(min(its, key=place) for its in splits.values())
        several = any(len(its) > 1 for its in splits.values())
        if several:
            parts = [
                f"{split} {name} ({count:,})"
                if split
                else f"{name} of data that is not named ({count:,})"
                for split, count in used.most_common()
            ]
            said.append(f"Compared: {', '.join(parts)}; name the data for another.")
    return said
