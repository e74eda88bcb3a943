"""Which stated results may be set side by side, and why the others may not.

Two values are compared when they are the same metric on the same dataset (and the same classes
of it), the same split, in the same unit and with the same direction. A value whose dataset is not
stated
counts for the model's training dataset when it has exactly one. Each rule looks at one model
alone, so that adding a model never moves another one's value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from modelsearch import vocabulary
from modelsearch.records.structs import field, frozen, mutable
from modelsearch.records.typed import Any
from modelsearch.records.wordlists import word_set
from modelsearch.store.rows import Detail, MetricRow

#: Metrics between 0 and 1; where a run states more than 1, it states them in percent.
_RATIOS = word_set("""
    accuracy top5accuracy balancedaccuracy precision recall f1 auc averageprecision map iou
    dicescore errorrate top5error hitrate winrate mrr ndcg
""")


@frozen
class Key:
    """What two values must have in common. All but ``higher`` and ``percent`` are normalised."""

    name: str
    dataset: str
    classes: str
    split: str
    higher: bool | None
    percent: bool


@mutable
class Group:
    """The values of one key, by model; the names are those of the first that states it."""

    name: str
    dataset: str
    classes: str | None
    split: str | None
    values: dict[str, list[MetricRow]] = field(default_factory=dict)


@frozen
class MetricApart:
    """A value that was not compared, and why; of a run's many steps, the one stated last."""

    model_id: str
    metric: MetricRow
    reason: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        metric = self.metric
        return {
            "model_id": self.model_id,
            "metric": metric.name,
            "value": metric.value,
            "dataset": metric.dataset,
            "split": metric.split,
            "step": metric.step,
            "reason": self.reason,
        }


def comparable_groups(
    details: Iterable[Detail],
) -> tuple[dict[Key, Group], list[MetricApart]]:
    """Return the values of different models that may be compared, and the other values with the
    reason why not.
    """
    groups: dict[Key, Group] = {}
    apart: list[MetricApart] = []
    for detail in details:
        model_id = detail.row.model_id
        for rows in _series(detail):
            reason = _unusable(rows[-1], detail)
            if reason:
                apart.append(MetricApart(model_id, rows[-1], reason))
                continue
            key, group = _placed(rows, detail)
            groups.setdefault(key, group).values.setdefault(model_id, []).extend(rows)
    alone = {key: group for key, group in groups.items() if len(group.values) == 1}
    of_metric: dict[str, dict[Key, Group]] = {}
    for key, group in groups.items():
        of_metric.setdefault(key.name, {})[key] = group
    for key, group in alone.items():
        ((model_id, rows),) = group.values.items()
        apart.append(
            MetricApart(model_id, rows[-1], _why_alone(key, model_id, of_metric[key.name]))
        )
    return {key: group for key, group in groups.items() if key not in alone}, apart


def _series(detail: Detail) -> Iterable[list[MetricRow]]:
    """A model's values by metric, dataset, split and direction; what is not finite by itself."""
    series: dict[tuple[object, ...], list[MetricRow]] = {}
    for row in detail.metrics:
        key = (
            _metric_name(row),
            vocabulary.normalise(row.dataset or ""),
            _split(row),
            _direction(row),
            math.isfinite(row.value),
        )
        series.setdefault(key, []).append(row)
    return series.values()


def _unusable(row: MetricRow, detail: Detail) -> str:
    if not math.isfinite(row.value):
        return "the value is not a finite number"
    if row.dataset or len(detail.row.datasets) == 1:
        return ""
    several = ", and the model is trained on several" if detail.row.datasets else ""
    return f"its dataset is not stated{several}"


def _placed(rows: Sequence[MetricRow], detail: Detail) -> tuple[Key, Group]:
    row = rows[-1]
    dataset = row.dataset or detail.row.datasets[0]
    classes = _kept_classes(detail, dataset)
    name = _metric_name(row)
    key = Key(
        name,
        _dataset_name(dataset),
        vocabulary.normalise(classes or ""),
        _split(row),
        _direction(row),
        name in _RATIOS and max(one.value for one in rows) > 1,
    )
    return key, Group(row.name, dataset, classes, row.split)


def _metric_name(row: MetricRow) -> str:
    term = vocabulary.find("metric", row.name)
    return vocabulary.normalise(term.name if term else row.name)


def _dataset_name(name: str) -> str:
    term = vocabulary.find("dataset", name)
    return vocabulary.normalise(term.name if term else name)


def _split(row: MetricRow) -> str:
    return vocabulary.normalise(row.split or "")


def _direction(row: MetricRow) -> bool | None:
    if row.higher_is_better is not None:
        return row.higher_is_better
    term = vocabulary.find("metric", row.name)
    return term.higher_is_better if term else None


def _kept_classes(detail: Detail, dataset: str) -> str | None:
    wanted = _dataset_name(dataset)
    return next(
        (
            t.subset
            for t in detail.terms
            if t.kind == "dataset" and t.subset and _dataset_name(t.name) == wanted
        ),
        None,
    )


def _why_alone(key: Key, model_id: str, groups: dict[Key, Group]) -> str:
    """Say what keeps the only value of a key from those of other models, of whose metric
    ``groups`` are.
    """
    others = [
        other
        for other, group in groups.items()
        if other != key and group.values.keys() != {model_id}
    ]
    if not others:
        return "no other model states it"
    near = [other for other in others if other.dataset == key.dataset]
    if not near:
        return "the others are measured on other data"
    if all(other.classes != key.classes for other in near):
        return "the others are measured on other classes of the data"
    near = [other for other in near if other.classes == key.classes]
    if all(other.split != key.split for other in near):
        if not key.split:
            return "its split is not stated"
        stated = any(other.split for other in near)
        return (
            "the others are measured on another split"
            if stated
            else "the split of the others is not stated"
        )
    near = [other for other in near if other.split == key.split]
    if all(other.percent != key.percent for other in near):
        return (
            "it is stated in percent, the others as fractions"
            if key.percent
            else "it is stated as a fraction, the others in percent"
        )
    return "the files disagree on whether higher is better"
