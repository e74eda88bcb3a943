"""Telling every model what its runs reached: their order, the names that tell them apart, the best
of them, and their results.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

import apsw

from modelsearch import vocabulary
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.splits import place
from modelsearch.search.sources.comparisons import names_around
from modelsearch.store.database import fetch_all

_NUMBERED = re.compile(r" \(\d+\)$")
#: Parts of the data by what a result on them says, the most first.
_RUNS_SQL = (
    "SELECT model, id, path, run_id, started_at FROM run WHERE root = ? "
    "AND model IS NOT NULL ORDER BY id"
)
#: A result is on the data that its file names, else on that which its run was made with.
_METRICS_SQL = (
    "INSERT INTO metric (model, name, value, dataset, split, step, higher_is_better, run, "
    "reported_at) SELECT r.model, x.name, x.value, coalesce(x.dataset, r.dataset), x.split, "
    "x.step, x.higher_is_better, x.run, x.reported_at FROM run r JOIN run_result x ON x.run = r.id "
    "WHERE r.root = ?1 AND r.model IS NOT NULL AND (x.dataset IS NOT NULL OR r.id NOT IN "
    "(SELECT value FROM json_each(?2))) ORDER BY r.model, r.position, x.id"
)
_RUNS_ON_SQL = (
    "SELECT id, model, dataset FROM run WHERE root = ? AND model IS NOT NULL "
    "AND dataset IS NOT NULL"
)
_RESULTS_SQL = (
    "SELECT r.model, r.id, x.name, x.split, x.higher_is_better, x.value FROM run r "
    "JOIN run_result x ON x.run = r.id WHERE r.root = ? AND r.model IS NOT NULL "
    "AND x.higher_is_better IS NOT NULL AND x.reported_at <> 'last' ORDER BY EXISTS "
    "(SELECT 1 FROM run y WHERE y.root = r.root AND y.parent = r.native_id), x.id"
)
_DATASETS_SQL = (
    "SELECT x.model, t.name FROM model_term x JOIN term t ON t.id = x.term "
    "JOIN model m ON m.id = x.model WHERE m.root = ? AND t.kind = 'dataset'"
)


def tell_models(connection: apsw.Connection, root: int) -> None:
    """Give every model its runs' order, names that tell them apart, and their results."""
    by_model: dict[int, list[tuple[int, str, str, str | None]]] = defaultdict(list)
    for model, *told in fetch_all(connection, _RUNS_SQL, (root,)):
        by_model[model].append((told[0], told[1], told[2], told[3]))
    foreign = _on_other_data(connection, root)
    best = _best_runs(connection, root, foreign)
    for model, runs in by_model.items():
        ordered = in_order(runs)
        stands = best.get(model, ordered[-1][0])
        names = told_apart([(path, name) for _, path, name, _ in ordered])
        for position, ((run, *_), name) in enumerate(zip(ordered, names, strict=True), 1):
            connection.execute(
                "UPDATE run SET position = ?, run_id = ?, stands = ? WHERE id = ? AND "
                "(position <> ? OR run_id <> ? OR stands <> ?)",
                (position, name, run == stands, run, position, name, run == stands),
            )
    connection.execute(
        "DELETE FROM metric WHERE run IN (SELECT id FROM run WHERE root = ?)", (root,)
    )
    connection.execute(_METRICS_SQL, (root, numbers_json(foreign)))


def _best_runs(
    connection: apsw.Connection, root: int, foreign: Mapping[int, str]
) -> dict[int, int]:
    """Return each model's best run, by the result that says most and that most runs have: of those
    on the model's own data where there are any, else of those on the data of most.
    """
    results: dict[int, list[tuple[int, str, str | None, int, float]]] = defaultdict(list)
    for model, *result in fetch_all(connection, _RESULTS_SQL, (root,)):
        run, name, split, better, value = result
        results[model].append((run, name, split, better, value))
    found = {}
    for model, its in results.items():
        own = [one for one in its if one[0] not in foreign]
        most = Counter(foreign[run] for run in {one[0] for one in its} & foreign.keys())
        kept = own or [one for one in its if foreign[one[0]] == most.most_common(1)[0][0]]
        found[model] = best_run(kept)
    return found


def _on_other_data(connection: apsw.Connection, root: int) -> dict[int, str]:
    """Return the runs that were made with a known data set which is none of their model's, nor
    narrower or broader than one, with that data set: what they reached is no result of the model
    on its data.
    """
    own: dict[int, set[str]] = defaultdict(set)
    for model, dataset in fetch_all(connection, _DATASETS_SQL, (root,)):
        if vocabulary.find("dataset", dataset) is not None:
            own[model].add(dataset)
    return {
        run: dataset
        for run, model, dataset in fetch_all(connection, _RUNS_ON_SQL, (root,))
        if model in own
        and own[model].isdisjoint(names_around("dataset", dataset))
        and vocabulary.find("dataset", dataset) is not None
    }


def best_run(results: Iterable[tuple[int, str, str | None, int, float]]) -> int:
    """Return the best run among (run, result, part of the data, higher is better, value).

    Judged is the part that says most (test, then what is not named, validation, training), there
    the result that most runs have; a loss only where there is no other.
    """
    known = list(results)
    first = min(place(split) for _, _, split, _, _ in known)
    told = [one for one in known if place(one[2]) == first]
    runs = Counter(name for _, name, _, _, _ in told)
    names = sorted(runs, key=lambda name: (name.endswith("loss"), -runs[name], name))
    judged = [one for one in told if one[1] == names[0]]
    pick = max if judged[0][3] else min
    return pick(judged, key=lambda one: one[4])[0]


def in_order(
    runs: Sequence[tuple[int, str, str, str | None]],
) -> list[tuple[int, str, str, str | None]]:
    """Sort (id, path, name, start) by their starts where all are known, else by their paths with
    numbers counted: ``train``, ``train2``, ``train10``.
    """
    starts = [start for *_, start in runs]
    if all(starts) and len({str(start)[19:] for start in starts}) == 1:
        return sorted(runs, key=lambda run: (run[3] or "", natural(run[1])))
    return sorted(runs, key=lambda run: (natural(run[1]), natural(run[2])))


def natural(path: str) -> list[list[tuple[str, int]]]:
    """Return a key that sorts ``exp`` before ``exp2`` before ``exp10``."""
    return [
        [
            (text, int(digits) if digits else -1)
            for text, digits in re.findall(r"(\D*)(\d*)", part)[:-1]
        ]
        for part in PurePosixPath(path).parts
    ]


def told_apart(runs: Sequence[tuple[str, str]]) -> list[str]:
    """Return names for (path, name) that tell the runs of a model apart: where two have the same,
    as much of their folders as it takes, else a number.
    """
    names = [_NUMBERED.sub("", name) for _, name in runs]
    count = Counter(name.lower() for name in names)
    told = [
        _longer(path, name) if count[name.lower()] > 1 else name
        for (path, _), name in zip(runs, names, strict=True)
    ]
    taken: Counter[str] = Counter()
    found = []
    for name in told:
        taken[name.lower()] += 1
        found.append(name if taken[name.lower()] == 1 else f"{name} ({taken[name.lower()]})")
    return found


def _longer(path: str, name: str) -> str:
    parts = [part for part in PurePosixPath(path).parts if part not in name.split("/")]
    return "/".join([*parts[-2:], name]) if parts else name
