"""Sentences about answers and comparisons, each number in them from a stored fact.

A :class:`Sentence` names the cells (model and field) that it was made from, so that ``--explain``
can show them. What is not known is not spoken of, except in how many models a value is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from modelsearch.cohorts import CohortComparison, NumberField, NumberSummary, Typical
from modelsearch.compare import Comparison, FieldComparison, Value
from modelsearch.rankings import MetricRanking
from modelsearch.render.text import number, one_line, plain, sentence_list, short_date
from modelsearch.rows import ModelRow

_NAMED = 4  #: up to so many models are named one by one


@dataclass(frozen=True, slots=True)
class Cell:
    """A stored value that a sentence rests on: ``flower_v2``, ``epochs``."""

    model_id: str
    field: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the cells that it was made from."""

    text: str
    cells: tuple[Cell, ...] = ()

    def __str__(self) -> str:
        return self.text


def joined(sentences: Sequence[Sentence]) -> str:
    """Return the sentences as one text."""
    return " ".join(sentence.text for sentence in sentences)


# What was found.


def summarise_results(rows: Sequence[ModelRow], total: int | None = None) -> list[Sentence]:
    """Describe an answer: how many models match (``total``) and what those shown have in common.

    ``rows`` are those shown; statements beyond the count are about them, and say so when they
    are not all.
    """
    total = len(rows) if total is None else total
    if total == 0:
        return [Sentence("No models match.")]
    verb = "matches" if total == 1 else "match"
    if not rows:
        return [Sentence(f"{_count(total, 'model')} {verb}.")]
    names = _names([row.model_id for row in rows]) if len(rows) == total <= _NAMED else ""
    head = f"{_count(total, 'model')} {verb}" + (f": {names}" if names else "")
    clauses = [_Clause(text, field) for field, text in _result_clauses(rows)]
    if not clauses:
        return [Sentence(head + ".")]
    facts = "; ".join(clause.text for clause in clauses)
    cells = tuple(Cell(row.model_id, clause.field) for clause in clauses for row in rows)
    if len(rows) < total:
        return [Sentence(f"{head}."), Sentence(f"Of the {len(rows)} shown: {facts}.", cells)]
    return [Sentence(f"{head}; {facts}." if names else f"{head}: {facts}.", cells)]


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    field: str


def _result_clauses(rows: Sequence[ModelRow]) -> list[tuple[str, str]]:
    everyone = {1: "", 2: "both "}.get(len(rows), "all ")
    clauses = [
        ("datasets", _categories([row.datasets for row in rows], "on {}")),
        ("framework", _categories([_as_list(row.framework) for row in rows], "in {}")),
        ("batch_size", _range([row.batch_size for row in rows], "batch size", "batch sizes")),
        ("learning_rate", _range([row.learning_rate for row in rows], "learning rate",
                                 "learning rates")),
        ("optimizer", _categories([_as_list(row.optimizer) for row in rows], "with {}")),
        ("epochs", _range([row.epochs for row in rows], "", "", unit="epoch")),
        ("created_at", _dates([row.created_at for row in rows])),
    ]  # fmt: skip
    return [
        (field, everyone + text.removeprefix("all ") if text.startswith("all ") else text)
        for field, text in clauses
        if text
    ]


def _as_list(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _known(count: int, total: int) -> str:
    return "" if count == total else f" (known for {count})"


def _categories(values: Sequence[Sequence[str]], template: str) -> str:
    known = [one for one in values if one]
    if not known:
        return ""
    counts = Counter(name for names in known for name in dict.fromkeys(names))
    everywhere = [name for name, count in counts.items() if count == len(values)]
    if len(everywhere) == len(counts):
        return "all " + template.format(sentence_list([one_line(name) for name in everywhere]))
    frequent = sorted(counts, key=lambda name: (-counts[name], name))
    parts = [f"{one_line(name)} ({counts[name]})" for name in frequent[:_NAMED]]
    if len(frequent) > _NAMED:
        parts.append(_count(len(frequent) - _NAMED, "other"))
    return template.format(sentence_list(parts))


def _range(values: Sequence[float | None], one: str, many: str, unit: str = "") -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    if low == high:
        text = _count(low, unit) if unit else f"{one} {number(low)}"
    else:
        text = f"{number(low)} to {number(high)}" + (f" {unit}s" if unit else "")
        text = text if unit else f"{many} {text}"
    return text + _known(len(known), len(values))


def _dates(values: Sequence[str | None]) -> str:
    days = sorted(short_date(value) for value in values if value is not None)
    if not days:
        return ""
    when = f"created {days[0]}" if days[0] == days[-1] else f"created {days[0]} to {days[-1]}"
    return when + _known(len(days), len(values))


def _count(count: float, noun: str) -> str:
    return f"{number(count)} {noun}" + ("" if count == 1 else "s")


def _names(names: Sequence[str]) -> str:
    return sentence_list([one_line(name) for name in names])


# What differs between models.


@dataclass(frozen=True, slots=True)
class _Saying:
    """How a field is said of one model and of several, and the unit after its first value."""

    one: str
    many: str
    unit: str = ""


_SAID: dict[str, _Saying] = {
    "architecture": _Saying("trains the class", "train the class"),
    "families": _Saying("has the families", "have the families"),
    "parameters": _Saying("has", "have", "parameter"),
    "optimizer": _Saying("is optimised by", "are optimised by"),
    "learning_rate": _Saying("learns at the rate", "learn at the rate"),
    "batch_size": _Saying("uses batches of", "use batches of"),
    "epochs": _Saying("trains", "train", "epoch"),
    "steps": _Saying("trains", "train", "step"),
    "episodes": _Saying("trains", "train", "episode"),
    "datasets": _Saying("is trained on", "are trained on"),
    "kept_classes": _Saying("keeps", "keep"),
    "framework": _Saying("is written in", "are written in"),
    "hardware": _Saying("runs on", "run on"),
    "loss": _Saying("minimises", "minimise"),
}


def _said(field: str, value: Value, unit: str = "") -> str:
    """Write a value inside a sentence; the unit, where given, in the right number."""
    if isinstance(value, tuple):
        return sentence_list([plain(one) for one in value])
    text = f"{value:,}" if field == "parameters" and isinstance(value, int) else plain(value)
    return f"{text} {unit}{'' if value == 1 else 's'}" if unit else text


def summarise_comparison(comparison: Comparison) -> list[Sentence]:
    """Say what differs, what is shared and who leads, in the order of the groups."""
    models = list(dict.fromkeys(row.model_id for row in comparison.models))
    if not models:
        return [Sentence("There is no model to compare.")]
    if len(models) == 1:
        return [Sentence("This is one and the same model: nothing differs.")]
    different = [entry for entry in comparison.differences if entry.field in _SAID]
    sentences = [_difference(entry, comparison.models) for entry in different]
    if not comparison.differences:
        sentences.append(Sentence("Nothing that is known differs."))
    sentences.extend(_shared(comparison, models))
    sentences.extend(_leader(ranking) for ranking in comparison.rankings)
    return sentences


def _difference(entry: FieldComparison, models: Sequence[ModelRow]) -> Sentence:
    known = {
        row.model_id: value
        for row, value in zip(models, entry.values, strict=True)
        if value is not None
    }
    cells = tuple(Cell(model_id, entry.field) for model_id in known)
    if len(known) > _NAMED:
        return Sentence(_spread(entry, known), cells)
    same: dict[object, list[str]] = {}
    values: dict[object, Value] = {}
    for model_id, value in known.items():
        same.setdefault(entry.key(value), []).append(model_id)
        values.setdefault(entry.key(value), value)
    saying = _SAID[entry.field]
    parts: list[str] = []
    for key, models_with_it in same.items():
        value = values[key]
        verb = saying.one if len(models_with_it) == 1 else saying.many
        first = f" {verb}" if not parts else ""
        unit = saying.unit if not parts else ""
        parts.append(f"{_names(models_with_it)}{first} {_said(entry.field, value, unit)}")
    mark = "; " if any(isinstance(one, tuple) and len(one) > 1 for one in values.values()) else ", "
    return Sentence(mark.join(parts) + ".", cells)


def _spread(entry: FieldComparison, known: dict[str, Value]) -> str:
    label = one_line(entry.label)
    numbers = {m: v for m, v in known.items() if isinstance(v, int | float)}
    if len(numbers) == len(known):
        low, high = min(numbers, key=numbers.__getitem__), max(numbers, key=numbers.__getitem__)
        return (f"{label}: {number(numbers[low])} ({one_line(low)}) to "
                f"{number(numbers[high])} ({one_line(high)}).")  # fmt: skip
    counts = Counter(plain(value) for value in known.values())
    frequent = sorted(counts, key=lambda text: (-counts[text], text))
    parts = [f"{text} ({counts[text]})" for text in frequent[:_NAMED]]
    if len(frequent) > _NAMED:
        parts.append(_count(len(frequent) - _NAMED, "other"))
    return f"{label}: {sentence_list(parts)}."


_SHARED = ("architecture", "families", "optimizer", "learning_rate", "batch_size", "epochs",
           "datasets", "framework")  # fmt: skip


def _shared(comparison: Comparison, models: Sequence[str]) -> list[Sentence]:
    shared = [entry for entry in comparison.shared if entry.field in _SHARED]
    if not shared:
        return []
    who = "Both" if len(models) == 2 else f"All {len(models)}"
    parts = [f"{_lower(one_line(e.label))} {_said(e.field, e.known[0])}" for e in shared]
    cells = tuple(Cell(model_id, entry.field) for entry in shared for model_id in models)
    return [Sentence(f"{who} share: {'; '.join(parts)}.", cells)]


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _leader(ranking: MetricRanking) -> Sentence:
    """Who has the best value and by how much over the next; nothing is best without a direction."""
    label = one_line(ranking.label)
    cells = tuple(Cell(standing.model_id, ranking.label) for standing in ranking.standings)
    first, second = ranking.standings[0], ranking.standings[1]
    leaders = [one.model_id for one in ranking.standings if one.value == first.value]
    if ranking.higher_is_better is None:
        last = ranking.standings[-1]
        if len(leaders) == len(ranking.standings):
            text = f"{_names(leaders)} have the same {label}, {number(first.value)}."
        else:
            text = (f"{label}: {number(last.value)} ({one_line(last.model_id)}) to "
                    f"{number(first.value)} ({one_line(first.model_id)}).")  # fmt: skip
        return Sentence(text, cells)
    if len(leaders) > 1:
        return Sentence(f"{_names(leaders)} share the best {label}, {number(first.value)}.", cells)
    pair = next(p for p in ranking.gaps
                if (p.better, p.worse) == (first.model_id, second.model_id))  # fmt: skip
    text = (f"{one_line(first.model_id)} has the best {label}, {number(first.value)}, "
            f"{_amount(pair.gap.absolute)}")  # fmt: skip
    text += f" ({abs(pair.gap.relative):.1%})" if pair.gap.relative is not None else ""
    text += f" {'above' if ranking.higher_is_better else 'below'} {one_line(second.model_id)}"
    if pair.per_million_parameters is not None:
        text += f", {_amount(pair.per_million_parameters)} for each million parameters more"
    return Sentence(text + ".", cells)


def _amount(value: float) -> str:
    return number(float(f"{abs(value):.4g}"))


# What differs between cohorts.


def summarise_cohorts(comparison: CohortComparison) -> list[Sentence]:
    """Say how large the cohorts are, which numbers differ, what is typical, and how sure it is."""
    sentences = [_sizes(comparison)]
    if sum(1 for cohort in comparison.cohorts if cohort.models) > 1:
        sentences.extend(
            _medians(entry, comparison)
            for entry in comparison.numbers
            if entry.field in _SAID and entry.differs
        )
        sentences.extend(_typical(entry, comparison) for entry in comparison.typical)
    if comparison.overlap:
        verb = "stands" if len(comparison.overlap) == 1 else "stand"
        sentences.append(
            Sentence(f"{_names(comparison.overlap[:_NAMED])} {verb} in more than one cohort."
                     if len(comparison.overlap) <= _NAMED
                     else f"{len(comparison.overlap)} models stand in more than one cohort.")
        )  # fmt: skip
    small = [_quoted(c.label) for c in comparison.cohorts if c.small and c.models]
    if small:
        verb = "is small" if len(small) == 1 else "are small"
        sentences.append(Sentence(f"{sentence_list(small)} {verb}: read shares with care."))
    return sentences


def _quoted(label: str) -> str:
    return f"“{one_line(label)}”"


def _sizes(comparison: CohortComparison) -> Sentence:
    parts = [
        f"{_quoted(cohort.label)} has "
        + (_count(len(cohort.models), "model") if cohort.models else "no models")
        for cohort in comparison.cohorts
    ]
    return Sentence(f"{sentence_list(parts)}." if parts else "There is no cohort to compare.")


def _medians(entry: NumberField, comparison: CohortComparison) -> Sentence:
    parts = [
        f"{_middle(one)} in {_quoted(cohort.label)}"
        for one, cohort in zip(entry.summaries, comparison.cohorts, strict=True)
        if one.known
    ]
    cells = tuple(Cell(r.model_id, entry.field) for c in comparison.cohorts for r in c.models)
    return Sentence(f"{one_line(entry.label)}: {sentence_list(parts)}.", cells)


def _middle(one: NumberSummary) -> str:
    if one.minimum == one.maximum or one.median is None:
        return number(one.median)
    return f"median {number(one.median)} ({number(one.minimum)} to {number(one.maximum)})"


def _typical(entry: Typical, comparison: CohortComparison) -> Sentence:
    cohort = comparison.cohorts[entry.cohort]
    elsewhere = sentence_list([f"{one.count} of {one.known}" for one in entry.elsewhere])
    text = (f"{one_line(entry.value)} is typical of {_quoted(cohort.label)}: "
            f"{entry.here.count} of {entry.here.known}, against {elsewhere}.")  # fmt: skip
    cells = tuple(Cell(row.model_id, entry.field.field) for row in cohort.models)
    return Sentence(text, cells)
