"""Two or more groups of models side by side: sizes, medians, ranges, shares, what is typical.

Every share is over the models of a cohort where the field is known, and both counts are kept, so
that a reader sees how little a small share may mean.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from modelsearch.answer.compare.models import Comparison, FieldComparison, Value, compare_details
from modelsearch.answer.compare.rankings import MetricApart, MetricRanking
from modelsearch.answer.compare.selection import Selection
from modelsearch.records.question import Node, leaves
from modelsearch.records.structs import frozen, made, replace
from modelsearch.records.text import sentence_list
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.store.loading import load_details
from modelsearch.store.rows import ModelRow
from modelsearch.vocabulary import normalise

if TYPE_CHECKING:
    import apsw

#: Below this many models a cohort is said to be small.
SMALL = 5
#: A value is typical where at least this share has it, of every other cohort at most this one,
#: and the two are at least so far apart.
_MOST, _FEW, _APART = 2 / 3, 1 / 3, 1 / 2


@frozen
class NumberSummary:
    """One number over a cohort. ``spread`` is the interquartile range, None below four values."""

    known: int
    median: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    spread: float | None = None


@frozen
class Share:
    """How many of the ``known`` models of a cohort have a value."""

    count: int
    known: int

    @property
    def share(self) -> float:
        """The part of the known models, 0 to 1."""
        return self.count / self.known if self.known else 0.0


@frozen
class NumberField:
    """A number in every cohort, in the order of the cohorts."""

    group: str
    field: str
    label: str
    summaries: tuple[NumberSummary, ...]

    @property
    def differs(self) -> bool:
        """Return whether two cohorts with a known value have another median or range."""
        known = {(s.median, s.minimum, s.maximum) for s in self.summaries if s.known}
        return len(known) > 1


@frozen
class CategoryField:
    """A category in every cohort: for each value, its share in each, frequent values first."""

    group: str
    field: str
    label: str
    known: tuple[int, ...]
    shares: dict[str, tuple[Share, ...]]

    @property
    def differs(self) -> bool:
        """Return whether some value's share is not the same in all cohorts where the field is
        known.
        """
        return any(
            len({one.share for one in shares if one.known}) > 1 for shares in self.shares.values()
        )


@frozen
class Typical:
    """A value that most of one cohort have and few of any other; never one that was asked for."""

    cohort: int
    field: CategoryField
    value: str
    here: Share
    elsewhere: tuple[Share, ...]


@frozen
class Cohort:
    """A label and the models that it stands for."""

    label: str
    models: tuple[ModelRow, ...]

    @property
    def small(self) -> bool:
        """Return whether the cohort is too small to generalise from."""
        return len(self.models) < SMALL


@frozen
class CohortComparison:
    """Cohorts side by side. ``overlap`` names models that stand in several of them, ``notes`` say
    how the questions behind them were read, and ``everything`` compares all their models one by
    one.
    """

    cohorts: tuple[Cohort, ...]
    numbers: tuple[NumberField, ...]
    categories: tuple[CategoryField, ...]
    typical: tuple[Typical, ...]
    rankings: tuple[MetricRanking, ...]
    apart: tuple[MetricApart, ...]
    overlap: tuple[str, ...]
    notes: tuple[str, ...] = ()
    everything: Comparison = Comparison((), ())

    @property
    def entries(self) -> tuple[NumberField | CategoryField, ...]:
        """All fields."""
        return (*self.numbers, *self.categories)

    def cohorts_of(self, model_id: str) -> list[str]:
        """Return the labels of the cohorts in which a model stands."""
        return [c.label for c in self.cohorts if any(r.model_id == model_id for r in c.models)]

    def selected(self, fields: Iterable[str] = (), drop: Iterable[str] = ()) -> CohortComparison:
        """Return only the named fields or groups (all, when none is named), without ``drop``."""
        chosen = Selection.of(fields, drop)
        metrics = chosen.has_group("metrics")
        return replace(
            self,
            numbers=tuple(entry for entry in self.numbers if chosen.has(entry)),
            categories=tuple(entry for entry in self.categories if chosen.has(entry)),
            typical=tuple(entry for entry in self.typical if chosen.has(entry.field)),
            rankings=tuple(one for one in self.rankings if chosen.has_metric(one.label)),
            apart=self.apart if metrics else (),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON; lists follow the order of ``cohorts``."""
        return {
            "kind": "cohorts",
            "cohorts": [
                {"label": c.label, "count": len(c.models), "small": c.small,
                 "models": [row.model_id for row in c.models]}
                for c in self.cohorts
            ],
            "numbers": [
                {"group": n.group, "field": n.field, "label": n.label, "differs": n.differs,
                 "summaries": [{name: getattr(s, name) for name in _SUMMARY} for s in n.summaries]}
                for n in self.numbers
            ],
            "categories": [
                {"group": c.group, "field": c.field, "label": c.label, "differs": c.differs,
                 "known": list(c.known),
                 "values": [{"value": value, "counts": [one.count for one in shares],
                             "shares": [one.share if one.known else None for one in shares]}
                            for value, shares in c.shares.items()]}
                for c in self.categories
            ],
            "typical": [
                {"cohort": self.cohorts[t.cohort].label, "field": t.field.field, "value": t.value,
                 "count": t.here.count, "known": t.here.known}
                for t in self.typical
            ],
            "rankings": [ranking.as_json() for ranking in self.rankings],
            "not_compared": [entry.as_json() for entry in self.apart],
            "overlap": list(self.overlap),
            "notes": list(self.notes),
        }  # fmt: skip


_SUMMARY = ("known", "median", "minimum", "maximum", "spread")

_NUMBER = (int, float)  # asked a hundred thousand times: int | float would be made each time

#: Fields that nearly every model has another value of.
_NOT_SUMMARISED = frozenset({"created_at", "modified_at"})


#: Models that groups may have together: each is read in full, some half a millisecond.
MOST = 10_000


def too_many(labels: Sequence[str], sizes: Sequence[int]) -> str:
    """Return why groups of some sizes are too large to be compared; nothing where they are not."""
    if sum(sizes) <= MOST:
        return ""
    told = [f"{label!r} has {size:,} models" for label, size in zip(labels, sizes, strict=True)]
    return (
        f"{sentence_list(told)}; groups of up to {MOST:,} models together are compared: "
        "narrow them, or ask for one value by group (average learning rate by family)"
    )


def compare_cohorts(
    connection: apsw.Connection,
    cohorts: Sequence[tuple[str, Sequence[int]]],
    asked: Iterable[Node | None] = (),
) -> CohortComparison:
    """Compare labelled groups of models (``model.id``); a model may stand in several.

    ``asked`` are the filters that made the groups: that a value of theirs is typical goes without
    saying.
    """
    obvious = {
        normalise(str(leaf.value))
        for node in asked
        for leaf, _ in leaves(node)
        if isinstance(leaf.value, str)
    }
    wanted = list(dict.fromkeys(rowid for _, rowids in cohorts for rowid in rowids))
    details = load_details(connection, wanted)
    everything = compare_details(details)
    position = {row.rowid: index for index, row in enumerate(everything.models)}
    members = [
        [position[rowid] for rowid in dict.fromkeys(rowids) if rowid in position]
        for _, rowids in cohorts
    ]
    numbers, categories = _summarised(everything, members)
    times = Counter(index for cohort in members for index in cohort)
    return CohortComparison(
        cohorts=tuple(
            Cohort(label, tuple(everything.models[index] for index in indexes))
            for (label, _), indexes in zip(cohorts, members, strict=True)
        ),
        numbers=tuple(numbers),
        categories=tuple(categories),
        typical=tuple(t for t in _typical(categories) if normalise(t.value) not in obvious),
        rankings=everything.rankings,
        apart=everything.apart,
        overlap=tuple(everything.models[i].model_id for i, count in times.items() if count > 1),
        everything=everything,
    )


def _summarised(
    everything: Comparison, members: Sequence[Sequence[int]]
) -> tuple[list[NumberField], list[CategoryField]]:
    numbers: list[NumberField] = []
    categories: list[CategoryField] = []
    for entry in everything.fields:
        if entry.field in _NOT_SUMMARISED:
            continue
        if all(isinstance(value, _NUMBER) for value in entry.known):
            numbers.append(_number_field(entry, members))
        else:
            categories.append(_category_field(entry, members))
    return numbers, categories


def _number_field(entry: FieldComparison, members: Sequence[Sequence[int]]) -> NumberField:
    summaries = []
    for indexes in members:
        values = map(entry.values.__getitem__, indexes)
        summaries.append(summary([v for v in values if isinstance(v, _NUMBER)]))
    return NumberField(entry.group, entry.field, entry.label, tuple(summaries))


def summary(values: Sequence[float]) -> NumberSummary:
    """Summarise the known values of one number; values that are not finite do not count."""
    values = sorted([value for value in values if math.isfinite(value)])  # which takes it once
    if not values:
        return NumberSummary(0)
    import statistics  # brings decimal and fractions along, which two models never need

    spread = None
    if len(values) >= 4:
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
        spread = high - low
    return NumberSummary(len(values), statistics.median(values), values[0], values[-1], spread)


def _category_field(entry: FieldComparison, members: Sequence[Sequence[int]]) -> CategoryField:
    counts = [Counter[str]() for _ in members]
    known = []
    for counter, indexes in zip(counts, members, strict=True):
        values = [v for v in map(entry.values.__getitem__, indexes) if v is not None]
        known.append(len(values))
        for words, times in Counter(map(_words, values)).items():  # few differ in a large group
            for word in set(words):
                counter[word] += times
    total = sum(counts, Counter())
    return CategoryField(
        entry.group,
        entry.field,
        entry.label,
        tuple(known),
        {
            value: tuple(made(Share, [(c[value], n) for c, n in zip(counts, known, strict=True)]))
            for value in sorted(total, key=lambda value: (-total[value], value))
        },
    )


def _words(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _typical(categories: Sequence[CategoryField]) -> list[Typical]:
    """Values of at least two models here, most of them, and few of every other cohort's."""
    found = []
    for entry in categories:
        for value, shares in entry.shares.items():
            for cohort, here in enumerate(shares):
                elsewhere = shares[:cohort] + shares[cohort + 1 :]
                if here.count < 2 or here.share < _MOST or not all(e.known for e in elsewhere):
                    continue
                most = max((other.share for other in elsewhere), default=1.0)
                if most <= _FEW and here.share - most >= _APART:
                    found.append(Typical(cohort, entry, value, here, elsewhere))
    return found
