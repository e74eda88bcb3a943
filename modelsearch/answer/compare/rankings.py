"""Who wins on a metric, by how much, and at what price.

Only comparable values meet (see :mod:`modelsearch.answer.compare.comparable`); the others stand
apart, with the reason. Every number here depends on at most two models, so that adding a third
changes none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from modelsearch.answer.compare.comparable import Group, Key, MetricApart, comparable_groups
from modelsearch.records.splits import place
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any
from modelsearch.store.rows import Detail, MetricRow

__all__ = [
    "Gap",
    "MetricApart",
    "MetricRanking",
    "PairGap",
    "Standing",
    "gap",
    "leading",
    "rank_metrics",
]

#: Kinds of model whose file is the weights, so that its size is a price.
_WEIGHT_FILES = frozenset({"checkpoint", "weights"})
_ALL_PAIRS = 60  #: models up to which all pairwise gaps are stated (1,770 of them)


@frozen
class Gap:
    """How far one value is from another: ``absolute`` = one - other, ``relative`` to the other.

    ``relative`` is None where the other is zero.
    """

    absolute: float
    relative: float | None


@frozen
class Standing:
    """One model's value. With several steps, ``value`` is the best of the run (the last where no
    direction is known), ``last`` the one at the highest step and ``curve`` all of them in order.
    ``dataset_stated`` is false where the dataset is the model's only training dataset.
    """

    model_id: str
    value: float
    step: int | None = None
    last: float | None = None
    last_step: int | None = None
    dataset_stated: bool = True
    curve: tuple[tuple[int, float], ...] = ()


@frozen
class PairGap:
    """The gap of the better model over the worse one (the higher over the lower without a
    direction), and what it cost: gain per additional million parameters, per additional epoch, and
    per additional hour of the runs that recorded the two values; None unless the better model has
    more of them.
    """

    better: str
    worse: str
    gap: Gap
    per_million_parameters: float | None = None
    per_epoch: float | None = None
    per_hour: float | None = None


@frozen
class MetricRanking:
    """The models that state one comparable metric, best first (highest first when no direction
    is known). ``pareto`` names those that no other beats with as few parameters, ``pareto_size``
    with as small a file of weights. ``classes`` are those of the dataset that were kept.
    """

    name: str
    dataset: str
    split: str | None
    higher_is_better: bool | None
    standings: tuple[Standing, ...]
    gaps: tuple[PairGap, ...]
    pareto: tuple[str, ...] = ()
    pareto_size: tuple[str, ...] = ()
    classes: str | None = None
    percent: bool = False

    @property
    def label(self) -> str:
        """The metric and what it was measured on: ``accuracy on CIFAR-10 (test)``."""
        unit = " in percent" if self.percent else ""
        where = "; ".join(
            part for part in (self.classes and f"only {self.classes}", self.split) if part
        )
        return f"{self.name}{unit} on {self.dataset}" + (f" ({where})" if where else "")

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "metric": self.name,
            "dataset": self.dataset,
            "classes": self.classes,
            "split": self.split,
            "percent": self.percent,
            "higher_is_better": self.higher_is_better,
            "ranking": [
                {"rank": rank, "model_id": one.model_id, "value": one.value, "step": one.step,
                 "last": one.last, "last_step": one.last_step,
                 "dataset_stated": one.dataset_stated, "curve": [list(at) for at in one.curve]}
                for rank, one in zip(self.ranks(), self.standings, strict=True)
            ],
            "gaps": [
                {"better": one.better, "worse": one.worse, "absolute": one.gap.absolute,
                 "relative": one.gap.relative,
                 "per_million_parameters": one.per_million_parameters, "per_epoch": one.per_epoch,
                 "per_hour": one.per_hour}
                for one in self.gaps
            ],
            "pareto": list(self.pareto),
            "pareto_size": list(self.pareto_size),
        }  # fmt: skip

    def ranks(self) -> list[int]:
        """Return the rank of each standing; equal values share one."""
        values = [standing.value for standing in self.standings]
        return [values.index(value) + 1 for value in values]


def gap(one: float, other: float) -> Gap:
    """Return the gap of one value over another; swapping them swaps the sign of ``absolute``."""
    absolute = one - other
    relative = absolute / abs(other) if other else None
    return Gap(absolute, relative if relative is None or math.isfinite(relative) else None)


def rank_metrics(details: Sequence[Detail]) -> tuple[list[MetricRanking], list[MetricApart]]:
    """Rank the models on every metric that two or more of them state comparably; return also what
    could not be compared.
    """
    unique = {detail.row.model_id: detail for detail in details}
    if len(unique) < 2:
        return [], []
    groups, apart = comparable_groups(unique.values())
    rankings = [_ranking(key, group, unique) for key, group in groups.items()]
    return sorted(rankings, key=lambda one: place(one.split)), apart


def leading(rankings: Sequence[MetricRanking]) -> list[MetricRanking]:
    """Return one ranking for each metric and dataset: the one on the split that says most."""
    found: dict[tuple[object, ...], MetricRanking] = {}
    for one in rankings:
        found.setdefault((one.name, one.dataset, one.classes, one.percent), one)
    return list(found.values())


def _ranking(key: Key, group: Group, details: dict[str, Detail]) -> MetricRanking:
    higher = key.higher
    standings = [_standing(model_id, rows, higher) for model_id, rows in group.values.items()]
    sign = 1 if higher is False else -1
    standings.sort(key=lambda one: (sign * one.value, one.model_id))
    return MetricRanking(
        group.name,
        group.dataset,
        group.split,
        higher,
        tuple(standings),
        tuple(_pair(one, other, (group.name, higher), details) for one, other in _pairs(standings)),
        _front(standings, higher, "parameters", details),
        _front(standings, higher, "size_bytes", details),
        classes=group.classes,
        percent=key.percent,
    )


def _standing(model_id: str, rows: Sequence[MetricRow], higher: bool | None) -> Standing:
    stepped = sorted((row for row in rows if row.step is not None), key=lambda row: row.step or 0)
    last = stepped[-1] if stepped else rows[-1]
    best = last if higher is None else (max if higher else min)(rows, key=lambda row: row.value)
    named = any(row.dataset for row in rows)
    steps = {row.step: row.value for row in stepped}
    if len(steps) < 2:
        return Standing(model_id, best.value, best.step, dataset_stated=named)
    curve = tuple((step, value) for step, value in steps.items() if step is not None)
    if higher is None:
        return Standing(model_id, last.value, last.step, dataset_stated=named, curve=curve)
    return Standing(model_id, best.value, best.step, last.value, last.step, named, curve)


def _pairs(standings: Sequence[Standing]) -> Iterable[tuple[Standing, Standing]]:
    """Every pair; of very many models, each with the first and with the next one only."""
    if len(standings) <= _ALL_PAIRS:
        return combinations(standings, 2)
    with_first = [(standings[0], other) for other in standings[1:]]
    return [*with_first, *pairwise(standings[1:])]


def _pair(
    better: Standing,
    worse: Standing,
    metric: tuple[str, bool | None],
    details: dict[str, Detail],
) -> PairGap:
    name, higher = metric
    found = gap(better.value, worse.value)
    if higher is None or found.absolute == 0:
        return PairGap(better.model_id, worse.model_id, found)
    one, other = details[better.model_id].row, details[worse.model_id].row
    return PairGap(
        better.model_id,
        worse.model_id,
        found,
        _per(abs(found.absolute), one.parameters, other.parameters, 1e6),
        _per(abs(found.absolute), one.epochs, other.epochs, 1),
        _per(
            abs(found.absolute),
            _seconds(better, name, details[better.model_id]),
            _seconds(worse, name, details[worse.model_id]),
            3600,
        ),
    )


def _seconds(standing: Standing, name: str, detail: Detail) -> float | None:
    """Return how long the run took that recorded a ranked value; None where no run did: how long
    it took to reach what a script states is not known.
    """
    recorded = detail.recorded
    values = {
        value
        for curve in recorded.curves
        if curve.name == name
        for value in (curve.best, curve.last)
    }
    if standing.value not in values:
        return None
    return next((run.duration_s for run in recorded.runs if run.stands), None)


def _per(gain: float, more: float | None, less: float | None, unit: float) -> float | None:
    if more is None or less is None or more <= less:
        return None
    return gain / ((more - less) / unit)


def _front(
    standings: Sequence[Standing], higher: bool | None, cost: str, details: dict[str, Detail]
) -> tuple[str, ...]:
    """Name the models that no other beats at as low a cost, best first.

    The size of a file is a cost only where the file holds the weights.
    """
    if higher is None:
        return ()
    sign = 1 if higher else -1
    sized = [
        (one.model_id, sign * one.value, amount)
        for one in standings
        if (amount := _cost(details[one.model_id], cost)) is not None
    ]
    if len(sized) < 2:
        return ()
    return tuple(
        model_id
        for model_id, value, size in sized
        if not any(
            other >= value and fewer <= size and (other > value or fewer < size)
            for _, other, fewer in sized
        )
    )


def _cost(detail: Detail, name: str) -> int | None:
    if name == "size_bytes" and detail.row.kind not in _WEIGHT_FILES:
        return None
    amount: int | None = getattr(detail.row, name)
    return amount
