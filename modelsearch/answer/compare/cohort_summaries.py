"""Sentences about groups of models: how large, where their numbers lie, what is typical."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.compare.cohorts import CohortComparison, NumberField, NumberSummary, Typical
from modelsearch.answer.compare.rankings import MetricRanking, Standing, leading
from modelsearch.answer.compare.sentences import NAMED, SAID, Cell, Sentence, count, names
from modelsearch.records.text import number, one_line, sentence_list
from modelsearch.vocabulary.wording import said


def summarise_cohorts(comparison: CohortComparison) -> list[Sentence]:
    """Say how large the cohorts are, which numbers differ, what is typical, and how sure it is."""
    sentences = [_sizes(comparison)]
    if sum(1 for cohort in comparison.cohorts if cohort.models) > 1:
        sentences.extend(
            _medians(entry, comparison)
            for entry in comparison.numbers
            if entry.field in SAID
            and entry.differs
            and sum(1 for s in entry.summaries if s.known) > 1
        )
        sentences.extend(_typical(comparison))
        sentences.extend(_bests(comparison))
    sentences.extend(_overlap(comparison))
    small = [_quoted(c.label) for c in comparison.cohorts if c.small and c.models]
    if small and all(cohort.models for cohort in comparison.cohorts):
        verb = "is small" if len(small) == 1 else "are small"
        sentences.append(Sentence(f"{sentence_list(small)} {verb}: read shares with care."))
    return sentences


def _quoted(label: str) -> str:
    return f"“{one_line(label)}”"


def _sizes(comparison: CohortComparison) -> Sentence:
    parts = [
        f"{_quoted(cohort.label)} has "
        + (count(len(cohort.models), "model") if cohort.models else "no models")
        for cohort in comparison.cohorts
    ]
    return Sentence(f"{sentence_list(parts)}." if parts else "There is no cohort to compare.")


def _overlap(comparison: CohortComparison) -> list[Sentence]:
    several = comparison.overlap
    if not several:
        return []
    if len(several) > NAMED:
        return [Sentence(f"{len(several)} models stand in more than one cohort.")]
    verb = "stands" if len(several) == 1 else "stand"
    return [Sentence(f"{names(several)} {verb} in more than one cohort.")]


def _medians(entry: NumberField, comparison: CohortComparison) -> Sentence:
    parts = [
        f"{_middle(entry.field, one, len(cohort.models))} in {_quoted(cohort.label)}"
        for one, cohort in zip(entry.summaries, comparison.cohorts, strict=True)
        if one.known
    ]
    cells = _known_cells(comparison, entry.field)
    return Sentence(f"{one_line(entry.label)}: {sentence_list(parts)}.", cells)


def _known_cells(comparison: CohortComparison, field: str) -> tuple[Cell, ...]:
    everything = comparison.everything
    values = next((entry.values for entry in everything.fields if entry.field == field), ())
    return tuple(
        Cell(row.model_id, field)
        for row, value in zip(everything.models, values, strict=False)
        if value is not None
    )


def _middle(field: str, one: NumberSummary, size: int) -> str:
    known = f", known for {one.known}" if one.known < size else ""
    median, low, high = (
        said(field, int(value) if value == int(value) else value)
        for value in (one.median or 0, one.minimum or 0, one.maximum or 0)
    )
    if one.minimum == one.maximum:
        return f"{median} ({known.removeprefix(', ')})" if known else median
    return f"median {median} ({low} to {high}{known})"


def _typical(comparison: CohortComparison) -> list[Sentence]:
    """One sentence a cohort: what most of its models have and few of the others."""
    sentences = []
    for index, cohort in enumerate(comparison.cohorts):
        found = [one for one in comparison.typical if one.cohort == index]
        if not found:
            continue
        text = "; ".join(_share(one) for one in found)
        cells = tuple(
            cell
            for field in dict.fromkeys(one.field.field for one in found)
            for cell in _known_cells(comparison, field)
        )
        sentences.append(Sentence(f"Typical of {_quoted(cohort.label)}: {text}.", cells))
    return sentences


def _share(entry: Typical) -> str:
    elsewhere = sentence_list([f"{one.count} of {one.known}" for one in entry.elsewhere])
    return (
        f"{one_line(entry.value)} ({entry.here.count} of {entry.here.known}, against {elsewhere})"
    )


def _bests(comparison: CohortComparison) -> list[Sentence]:
    """Return the best of each cohort on every metric that models of two cohorts state
    comparably.
    """
    sentences = []
    for ranking in leading(comparison.rankings):
        if ranking.higher_is_better is None:
            continue
        best = [
            (cohort.label, found)
            for cohort in comparison.cohorts
            if (found := _best(ranking, [row.model_id for row in cohort.models])) is not None
        ]
        if len(best) < 2:
            continue
        parts = [
            f"{number(one.value)} in {_quoted(label)} ({one_line(one.model_id)})"
            for label, one in best
        ]
        cells = tuple(Cell(one.model_id, ranking.label) for _, one in best)
        text = f"Best {one_line(ranking.label)}: {sentence_list(parts)}."
        sentences.append(Sentence(text, cells))
    return sentences


def _best(ranking: MetricRanking, models: Sequence[str]) -> Standing | None:
    return next((one for one in ranking.standings if one.model_id in models), None)
