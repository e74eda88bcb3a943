"""Who wins on a metric, by how much, and at what price.

Only comparable values meet: the same metric, measured on the same dataset and the same split, with
the same direction. A value whose dataset is not stated counts for the model's training dataset
when it has exactly one; otherwise it stands apart, with the reason. Every number here depends on
at most two models, so that adding a third changes none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any

from modelsearch.rows import Detail, MetricRow

_Key = tuple[str, str, str, bool | None]
_ALL_PAIRS = 60  #: models up to which all pairwise gaps are stated (1,770 of them)


@dataclass(frozen=True, slots=True)
class Gap:
    """How far one value is from another: ``absolute`` = one - other, ``relative`` to the other.

    ``relative`` is None where the other is zero.
    """

    absolute: float
    relative: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One model's value. With several steps, ``value`` is the best of the run (the last where no
    direction is known) and ``last`` the one at the highest step.
    """

    model_id: str
    value: float
    step: int | None = None
    last: float | None = None
    last_step: int | None = None


@dataclass(frozen=True, slots=True)
class PairGap:
    """The gap of the better model over the worse one (the higher over the lower without a
    direction), and what it cost: gain per additional million parameters and per additional epoch,
    None unless the better model has more of them.
    """

    better: str
    worse: str
    gap: Gap
    per_million_parameters: float | None = None
    per_epoch: float | None = None


@dataclass(frozen=True, slots=True)
class MetricRanking:
    """The models that state one comparable metric, best first (highest first when no direction
    is known). ``pareto`` names those that no other beats with as few parameters.
    """

    name: str
    dataset: str
    split: str | None
    higher_is_better: bool | None
    standings: tuple[Standing, ...]
    gaps: tuple[PairGap, ...]
    pareto: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The metric and what it was measured on: ``accuracy on CIFAR-10 (test)``."""
        return f"{self.name} on {self.dataset}" + (f" ({self.split})" if self.split else "")

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "metric": self.name,
            "dataset": self.dataset,
            "split": self.split,
            "higher_is_better": self.higher_is_better,
            "ranking": [
                {"rank": rank, "model_id": one.model_id, "value": one.value, "step": one.step,
                 "last": one.last, "last_step": one.last_step}
                for rank, one in zip(self.ranks(), self.standings, strict=True)
            ],
            "gaps": [
                {"better": one.better, "worse": one.worse, "absolute": one.gap.absolute,
                 "relative": one.gap.relative,
                 "per_million_parameters": one.per_million_parameters, "per_epoch": one.per_epoch}
                for one in self.gaps
            ],
            "pareto": list(self.pareto),
        }  # fmt: skip

    def ranks(self) -> list[int]:
        """Return the rank of each standing; equal values share one."""
        values = [standing.value for standing in self.standings]
        return [values.index(value) + 1 for value in values]


@dataclass(frozen=True, slots=True)
class MetricApart:
    """A value that was not compared, and why; of a run's many steps, the one stated last."""

    model_id: str
    metric: MetricRow
    reason: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        metric = self.metric
        return {
            "model_id": self.model_id, "metric": metric.name, "value": metric.value,
            "dataset": metric.dataset, "split": metric.split, "step": metric.step,
            "reason": self.reason,
        }  # fmt: skip


@dataclass(slots=True)
class _Group:
    name: str
    dataset: str
    split: str | None
    values: dict[str, list[MetricRow]] = field(default_factory=dict)


def gap(one: float, other: float) -> Gap:
    """Return the gap of one value over another; swapping them swaps the sign of ``absolute``."""
    absolute = one - other
    relative = absolute / abs(other) if other else None
    return Gap(absolute, relative if relative is None or math.isfinite(relative) else None)


def rank_metrics(details: Sequence[Detail]) -> tuple[list[MetricRanking], list[MetricApart]]:
    """Rank the models on every metric that two or more state comparably; name what stood apart."""
    groups: dict[_Key, _Group] = {}
    apart: list[MetricApart] = []
    unique = {detail.row.model_id: detail for detail in details}
    if len(unique) < 2:
        return [], []
    for model_id, detail in unique.items():
        for metric in detail.metrics:
            dataset = metric.dataset or _only_dataset(detail)
            if not math.isfinite(metric.value):
                apart.append(MetricApart(model_id, metric, "the value is not a finite number"))
            elif dataset is None:
                apart.append(MetricApart(model_id, metric, "its dataset is not stated"))
            else:
                key = (_plain(metric.name), _plain(dataset), _plain(metric.split or ""),
                       metric.higher_is_better)  # fmt: skip
                group = groups.setdefault(key, _Group(metric.name, dataset, metric.split))
                group.values.setdefault(model_id, []).append(metric)
    rankings = []
    apart = list({(e.model_id, _plain(e.metric.name), e.reason): e for e in apart}.values())
    for key, group in groups.items():
        if len(group.values) > 1:
            rankings.append(_ranking(group, key[3], unique))
        else:
            apart.extend(_alone(key, group, groups))
    return rankings, apart


def _only_dataset(detail: Detail) -> str | None:
    return detail.row.datasets[0] if len(detail.row.datasets) == 1 else None


def _plain(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _alone(key: _Key, group: _Group, groups: dict[_Key, _Group]) -> Iterable[MetricApart]:
    others = [other for other in groups if other != key and other[0] == key[0]]
    if any(other[1] == key[1] and other[2] == key[2] for other in others):
        reason = "the files disagree on whether higher is better"
    elif any(other[1] == key[1] for other in others):
        reason = "the others are measured on another split"
    elif others:
        reason = "the others are measured on other data"
    else:
        reason = "no other model states it"
    for model_id, metrics in group.values.items():
        yield MetricApart(model_id, metrics[-1], reason)


def _ranking(group: _Group, higher: bool | None, details: dict[str, Detail]) -> MetricRanking:
    standings = [_standing(model_id, rows, higher) for model_id, rows in group.values.items()]
    sign = 1 if higher is False else -1
    standings.sort(key=lambda one: (sign * one.value, one.model_id))
    return MetricRanking(
        group.name,
        group.dataset,
        group.split,
        higher,
        tuple(standings),
        tuple(_pair(one, other, higher, details) for one, other in _pairs(standings)),
        _pareto(standings, higher, details) if higher is not None else (),
    )


def _standing(model_id: str, rows: Sequence[MetricRow], higher: bool | None) -> Standing:
    stepped = [row for row in rows if row.step is not None]
    last = max(stepped, key=lambda row: row.step or 0) if stepped else rows[-1]
    if higher is None:
        return Standing(model_id, last.value, last.step)
    best = (max if higher else min)(rows, key=lambda row: row.value)
    if len(stepped) < 2:
        return Standing(model_id, best.value, best.step)
    return Standing(model_id, best.value, best.step, last.value, last.step)


def _pairs(standings: Sequence[Standing]) -> Iterable[tuple[Standing, Standing]]:
    """Every pair; of very many models, each with the first and with the next one only."""
    if len(standings) <= _ALL_PAIRS:
        return combinations(standings, 2)
    with_first = [(standings[0], other) for other in standings[1:]]
    return [*with_first, *pairwise(standings[1:])]


def _pair(
    better: Standing, worse: Standing, higher: bool | None, details: dict[str, Detail]
) -> PairGap:
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
    )


def _per(gain: float, more: int | None, less: int | None, unit: float) -> float | None:
    if more is None or less is None or more <= less:
        return None
    return gain / ((more - less) / unit)


def _pareto(
    standings: Sequence[Standing], higher: bool, details: dict[str, Detail]
) -> tuple[str, ...]:
    sign = 1 if higher else -1
    sized = [
        (one.model_id, sign * one.value, size)
        for one in standings
        if (size := details[one.model_id].row.parameters) is not None
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
