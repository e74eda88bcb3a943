"""Sentences about answers and comparisons, each number in them from a stored fact.

A sentence names the cells (model and field) that it was made from, so that ``--explain`` can show
them. What is not known is not spoken of, except in how many models a value is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelsearch.answer.compare.codediff import CodeDifference
from modelsearch.answer.compare.cohorts import CohortComparison
from modelsearch.answer.compare.models import Comparison, FieldComparison, Value
from modelsearch.answer.compare.rankings import MetricRanking, PairGap, Standing, leading
from modelsearch.answer.compare.sentences import (
    NAMED,
    SAID,
    Cell,
    Sentence,
    amount,
    count,
    joined,
    names,
    say,
)
from modelsearch.answer.result_summaries import summarise_results
from modelsearch.records.text import number, one_line, plain, sentence_list
from modelsearch.store.rows import ModelRow
from modelsearch.vocabulary.wording import said

__all__ = [
    "Cell",
    "Sentence",
    "joined",
    "summarise",
    "summarise_comparison",
    "summarise_results",
]


# What differs between models.


def summarise(comparison: Comparison | CohortComparison) -> list[Sentence]:
    """Say what a comparison of either kind shows."""
    if isinstance(comparison, CohortComparison):
        from modelsearch.answer.compare.cohort_summaries import summarise_cohorts

        return summarise_cohorts(comparison)
    return summarise_comparison(comparison)


#: Up to so many models each one's value is said; of more, the range or the frequent values.
_SAID_ONE_BY_ONE = 3


def summarise_comparison(comparison: Comparison) -> list[Sentence]:
    """Say what differs, what is shared and who leads, in the order of the groups."""
    models = list(dict.fromkeys(row.model_id for row in comparison.models))
    if not models:
        return [Sentence("There is no model to compare.")]
    if len(models) == 1:
        return [Sentence("All names mean the same model.")]
    different = [entry for entry in comparison.differences if entry.field in SAID]
    sentences = [_difference(entry, comparison.models) for entry in different]
    if not comparison.differences and not any(one.changes for one in comparison.code):
        sentences.append(Sentence("No known value differs."))
    sentences.extend(_shared(comparison, models))
    if len(models) == 2:
        sentences.extend(_code(one) for one in comparison.code if one.nearly_the_same)
    for ranking in leading(comparison.rankings):
        sentences.append(_leader(ranking))
        sentences.extend(_front(ranking))
    return sentences


def _difference(entry: FieldComparison, models: Sequence[ModelRow]) -> Sentence:
    known = {
        row.model_id: value
        for row, value in zip(models, entry.values, strict=True)
        if value is not None
    }
    cells = tuple(Cell(model_id, entry.field) for model_id in known)
    if len({row.model_id for row in models}) > _SAID_ONE_BY_ONE:
        return Sentence(_spread(entry, known), cells)
    same: dict[object, list[str]] = {}
    values: dict[object, Value] = {}
    for model_id, value in known.items():
        same.setdefault(entry.key(value), []).append(model_id)
        values.setdefault(entry.key(value), value)
    saying = SAID[entry.field]
    parts: list[str] = []
    for key, models_with_it in same.items():
        value = values[key]
        verb = saying.one if len(models_with_it) == 1 else saying.many
        first = f" {verb}" if not parts else ""
        unit = saying.unit if not parts else ""
        parts.append(f"{names(models_with_it)}{first} {say(entry.field, value, unit)}")
    mark = "; " if any(isinstance(one, tuple) and len(one) > 1 for one in values.values()) else ", "
    return Sentence(mark.join(parts) + ".", cells)


def _spread(entry: FieldComparison, known: dict[str, Value]) -> str:
    """One clause about a field of many models: its range, or its frequent values."""
    label = one_line(entry.label)
    some = f", known for {len(known)} of {len(entry.values)}" if entry.unknown else ""
    numbers = {m: v for m, v in known.items() if isinstance(v, int | float)}
    if len(numbers) == len(known):
        low, high = min(numbers, key=numbers.__getitem__), max(numbers, key=numbers.__getitem__)
        return (
            f"{label}: {said(entry.field, numbers[low])} ({one_line(low)}) to "
            f"{said(entry.field, numbers[high])} ({one_line(high)}){some}."
        )
    counts = Counter(
        part
        for value in known.values()
        for part in ((plain(one) for one in value) if isinstance(value, tuple) else [plain(value)])
    )
    frequent = sorted(counts, key=lambda text: (-counts[text], text))
    parts = [f"{text} ({counts[text]})" for text in frequent[:NAMED]]
    if len(frequent) > NAMED:
        parts.append(count(len(frequent) - NAMED, "other"))
    apart = any("," in text for text in frequent[:NAMED])  # a value may be a list in itself
    return f"{label}: {'; '.join(parts) if apart else sentence_list(parts)}{some}."


_SHARED = (
    "architecture",
    "families",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
    "datasets",
    "framework",
)


def _shared(comparison: Comparison, models: Sequence[str]) -> list[Sentence]:
    shared = [entry for entry in comparison.shared if entry.field in _SHARED]
    if not shared:
        return []
    who = "Both" if len(models) == 2 else f"All {len(models)}"
    parts = [f"{_lower(one_line(e.label))} {say(e.field, e.known[0])}" for e in shared]
    cells = tuple(Cell(model_id, entry.field) for entry in shared for model_id in models)
    return [Sentence(f"{who} share: {'; '.join(parts)}.", cells)]


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _code(one: CodeDifference) -> Sentence:
    pair = names([one.one, one.other])
    if not one.changes:
        return Sentence(f"The code of {pair} is the same but for comments and formatting.")
    first, second = one.statements
    return Sentence(
        f"The code of {pair} is nearly the same: {count(first, 'statement')} of the "
        f"first and {second} of the second differ."
    )


def _leader(ranking: MetricRanking) -> Sentence:
    """Who has the best value and by how much over the next; nothing is best without a direction."""
    label = one_line(ranking.label)
    cells = tuple(Cell(standing.model_id, ranking.label) for standing in ranking.standings)
    first, second = ranking.standings[0], ranking.standings[1]
    leaders = [one.model_id for one in ranking.standings if one.value == first.value]
    if ranking.higher_is_better is None:
        last = ranking.standings[-1]
        if len(leaders) == len(ranking.standings):
            text = f"{names(leaders)} have the same {label}, {number(first.value)}."
        else:
            text = (
                f"{label}: {number(last.value)} ({one_line(last.model_id)}) to "
                f"{number(first.value)} ({one_line(first.model_id)})."
            )
        return Sentence(text, cells)
    if len(leaders) > 1:
        return Sentence(f"{names(leaders)} share the best {label}, {number(first.value)}.", cells)
    pair = next(p for p in ranking.gaps if (p.better, p.worse) == (first.model_id, second.model_id))
    text = (
        f"{one_line(first.model_id)} has the best {label}, {number(first.value)}"
        f"{_at_the_end(first)}, {amount(pair.gap.absolute)}"
    )
    text += f" ({abs(pair.gap.relative):.1%})" if pair.gap.relative is not None else ""
    text += f" {'above' if ranking.higher_is_better else 'below'} {one_line(second.model_id)}"
    return Sentence(text + _price(pair) + ".", (*cells, *_price_cells(pair)))


def _at_the_end(best: Standing) -> str:
    """The best of a run is not its last value: say both."""
    if best.last is None or best.last == best.value:
        return ""
    return f" at step {best.step} ({number(best.last)} at the end)"


def _price(pair: PairGap) -> str:
    parts = []
    if pair.per_million_parameters is not None:
        parts.append(f"{amount(pair.per_million_parameters)} for each million parameters more")
    if pair.per_epoch is not None:
        parts.append(f"{amount(pair.per_epoch)} for each epoch more")
    if pair.per_hour is not None:
        parts.append(f"{amount(pair.per_hour)} for each hour more")
    return f", which is {sentence_list(parts)}" if parts else ""


def _price_cells(pair: PairGap) -> list[Cell]:
    prices = (
        ("parameters", pair.per_million_parameters),
        ("epochs", pair.per_epoch),
        ("run_duration", pair.per_hour),
    )
    return [
        Cell(model_id, field)
        for field, price in prices
        if price is not None
        for model_id in (pair.better, pair.worse)
    ]


def _front(ranking: MetricRanking) -> list[Sentence]:
    """Who is not beaten for the price, where there is a choice to make."""
    sentences = []
    for front, field, price in (
        (ranking.pareto, "parameters", "number of parameters"),
        (ranking.pareto_size, "size_bytes", "size"),
    ):
        if 1 < len(front) < len(ranking.standings) and len(front) <= NAMED:
            cells = tuple(Cell(one, name) for one in front for name in (ranking.label, field))
            text = f"For their {price}, {names(front)} are not beaten on {one_line(ranking.name)}."
            sentences.append(Sentence(text, cells))
    return sentences
