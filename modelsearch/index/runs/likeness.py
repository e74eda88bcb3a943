"""Runs that no path gives to a script, by what they recorded: the settings that one script alone
has, the same curve as that of a run that has a script, the values that a notebook printed. Nobody
where several fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import apsw

from modelsearch.store.database import fetch_all

SAME_CURVE = "the same results as another run of it"
PRINTED = "the results that it printed"
_CURVES_SQL = (
    "SELECT c.run, c.points, c.first, c.last, c.lowest, c.highest FROM curve c "
    "JOIN run r ON r.id = c.run WHERE r.root = ? AND c.points >= 10 AND c.first <> c.last"
)
_RESULTS_SQL = (
    "SELECT x.run, x.name, x.value FROM run_result x JOIN run r ON r.id = x.run WHERE r.root = ?"
)
_PRINTED_SQL = (
    "SELECT x.model, x.name, x.value FROM metric x JOIN model m ON m.id = x.model "
    "WHERE m.root = ? AND m.kind = 'notebook' AND x.run IS NULL"
)
_DIGITS = 5  #: that two curves must share in each of their values; event files keep seven
_DECIMALS = (3, 6)  #: of a printed value that says enough, and that are compared
_LEAST = 2  #: results that a notebook must have printed

Sign = tuple[int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The model of a run, and by what it was found."""

    model: int
    rule: str


def alike(
    connection: apsw.Connection, root: int, owned: Mapping[int, int], open_runs: Collection[int]
) -> dict[int, Likeness]:
    """Return whose the open runs of a root are by their results; ``owned`` are the models of
    runs.
    """
    if not open_runs:
        return {}
    by_curve = _by_curve(fetch_all(connection, _CURVES_SQL, (root,)), owned, set(open_runs))
    found = {run: Likeness(model, SAME_CURVE) for run, model in by_curve.items()}
    rest = [run for run in open_runs if run not in found]
    for run, model in printers(connection, root, rest).items():
        found[run] = Likeness(model, PRINTED)
    return found


def printers(connection: apsw.Connection, root: int, runs: Collection[int]) -> dict[int, int]:
    """Return the one notebook that printed the results of each of some runs, where one alone
    did.
    """
    if not runs:
        return {}
    wanted = set(runs)
    printed: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for model, name, value in fetch_all(connection, _PRINTED_SQL, (root,)):
        printed[model].append((name, value))
    results: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for run, name, value in fetch_all(connection, _RESULTS_SQL, (root,)) if printed else ():
        if run in wanted:
            results[run].append((name, value))
    found = {}
    for run, its in results.items():
        models = [model for model, said in printed.items() if _count(its, said) >= _LEAST]
        if len(models) == 1:
            found[run] = models[0]
    return found


def _by_curve(
    curves: Iterable[tuple[int, int, float, float, float, float]],
    owned: Mapping[int, int],
    open_runs: Collection[int],
) -> dict[int, int]:
    owners: dict[Sign, set[int]] = defaultdict(set)
    signs: dict[int, set[Sign]] = defaultdict(set)
    for run, points, *values in curves:
        if None in values:
            continue
        first, last, lowest, highest = (f"{value:.{_DIGITS}g}" for value in values)
        sign = (points, first, last, lowest, highest)
        if run in open_runs:
            signs[run].add(sign)
        elif run in owned:
            owners[sign].add(owned[run])
    found = {}
    for run, its in signs.items():
        models = {model for sign in its for model in owners.get(sign, ())}
        if len(models) == 1:
            found[run] = models.pop()
    return found


def _count(results: Iterable[tuple[str, float]], printed: Iterable[tuple[str, float]]) -> int:
    """How many different results were printed, to the digits that the printed value has."""
    said = list(printed)
    return len(
        {
            (name, round(value, _DECIMALS[0]))
            for name, value in results
            if any(name == its and _same(value, shown) for its, shown in said)
        }
    )


def _same(value: float, shown: float) -> bool:
    decimals = len(f"{shown:.12g}".partition(".")[2])
    if decimals < _DECIMALS[0]:
        return False
    return round(value, min(decimals, _DECIMALS[1])) == round(shown, _DECIMALS[1])


#: Settings in which a run must agree with a script that nothing else tells from others.
AGREEING = ("learning_rate", "batch_size", "epochs", "optimizer")
_LEAST_EQUAL = 2


def by_settings(recorded: Sequence[object], scripted: Mapping[str, Sequence[object]]) -> str | None:
    """Return the one script whose settings are those that a run recorded: at least two are equal
    and none differs. Both are in the order of :data:`AGREEING`, None where unknown.
    """
    alike = [
        script
        for script, settings in scripted.items()
        if _equal(recorded, settings) >= _LEAST_EQUAL
    ]
    return alike[0] if len(alike) == 1 else None


def _equal(recorded: Sequence[object], scripted: Sequence[object]) -> int:
    """How many known settings are equal; 0 where any differs."""
    known = [
        (one, other)
        for one, other in zip(recorded, scripted, strict=True)
        if one is not None and other is not None
    ]
    return len(known) if all(one == other for one, other in known) else 0
