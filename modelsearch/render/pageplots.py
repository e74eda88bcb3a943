"""Which plots a comparison gets: bars and curves of its metrics, prices, and cohorts' numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modelsearch.answer.compare.cohorts import CohortComparison
from modelsearch.answer.compare.fields import FieldComparison
from modelsearch.answer.compare.models import Comparison
from modelsearch.answer.compare.rankings import MetricRanking
from modelsearch.answer.compare.runs import RunsCompared
from modelsearch.records.text import number, one_line
from modelsearch.render import plots
from modelsearch.vocabulary.wording import said

_MOST_PLOTS = 16
#: Numbers that are worth a plot beside the metrics: of models, and of cohorts.
_BARS = ("parameters", "epochs")
_NUMBERS = ("parameters", "learning_rate", "batch_size", "epochs")


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with the names of its ``lines`` or numbered ``points``, for the page to list."""

    plot: plots.Plot
    lines: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


def comparison_figures(comparison: Comparison | CohortComparison) -> list[Figure]:
    """Return the plots of a comparison, those of metrics first."""
    models = comparison.everything if isinstance(comparison, CohortComparison) else comparison
    found = list(_metric_figures(comparison.rankings, models))
    if isinstance(comparison, CohortComparison):
        found += _strips(comparison)
    else:
        found += _bars(models)
    return found[:_MOST_PLOTS]


def run_figures(found: RunsCompared) -> list[Figure]:
    """Return a plot for each curve that all runs have; values that are not finite are left out."""
    drawn = []
    for index, (name, curves) in enumerate(found.curves.items()):
        lines = [
            (
                one_line(run),
                [
                    (step, value)
                    for step, value in zip(steps, values, strict=True)
                    if math.isfinite(value)
                ],
            )
            for run, steps, values in zip(found.names, found.steps[name], curves, strict=True)
        ]
        lines = [(run, points) for run, points in lines if points]
        if lines:
            plot = plots.curves(one_line(name), lines, name, f"runs{index}", found.counters[name])
            drawn.append(Figure(plot, lines=tuple(run for run, _ in lines)))
    return drawn[:_MOST_PLOTS]


def _metric_figures(rankings: Sequence[MetricRanking], models: Comparison) -> Iterator[Figure]:
    parameters = {row.model_id: row.parameters for row in models.models}
    for index, ranking in enumerate(rankings):
        label = one_line(ranking.label)
        values = [
            (one_line(one.model_id), one.value, number(one.value)) for one in ranking.standings
        ]
        best = 0 if ranking.higher_is_better is not None else None
        yield Figure(plots.bars(label, values, best, f"bars{index}"))
        points = [(one.model_id, parameters[one.model_id], one.value) for one in ranking.standings]
        sized = [(name, size, value) for name, size, value in points if size]
        if len(sized) > 1:
            numbered = [
                (str(place), float(size), value) for place, (_, size, value) in enumerate(sized, 1)
            ]
            front = [
                str(place) for place, (name, _, _) in enumerate(sized, 1) if name in ranking.pareto
            ]
            plot = plots.scatter(
                f"{label} against parameters",
                numbered,
                ("parameters", ranking.name),
                front,
                f"points{index}",
            )
            yield Figure(plot, points=tuple(name for name, _, _ in sized))
        lines = [(one_line(one.model_id), one.curve) for one in ranking.standings if one.curve]
        if lines:
            plot = plots.curves(f"{label} over the run", lines, ranking.name, f"curves{index}")
            yield Figure(plot, lines=tuple(name for name, _ in lines))


def _bars(comparison: Comparison) -> Iterator[Figure]:
    for entry in comparison.differences:
        if entry.field in _BARS:
            values = _numbers(entry, comparison)
            if len(values) > 1:
                written = [(name, value, said(entry.field, value)) for name, value in values]
                yield Figure(plots.bars(one_line(entry.label), written, None, entry.field))


def _strips(comparison: CohortComparison) -> Iterator[Figure]:
    everything = comparison.everything
    for entry in everything.fields:
        if entry.field not in _NUMBERS:
            continue
        values = dict(_numbers(entry, everything))
        groups = [
            (
                one_line(cohort.label),
                [
                    values[one_line(row.model_id)]
                    for row in cohort.models
                    if one_line(row.model_id) in values
                ],
            )
            for cohort in comparison.cohorts
        ]
        groups = [(label, found) for label, found in groups if found]
        if len(groups) > 1:
            title = f"{one_line(entry.label)} (a mark a model, the bar is the median)"
            yield Figure(plots.strips(title, groups, f"strip-{entry.field}"))


def _numbers(entry: FieldComparison, comparison: Comparison) -> list[tuple[str, float]]:
    return [
        (one_line(row.model_id), value)
        for row, value in zip(comparison.models, entry.values, strict=True)
        if isinstance(value, int | float)
    ]
