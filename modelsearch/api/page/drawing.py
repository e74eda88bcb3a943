"""Curves as small SVG drawings, and the tables of answers that are no list of models."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from modelsearch.answer.shapes import AskedValues, Count, Listing, Values
from modelsearch.records.structs import frozen, replace
from modelsearch.records.text import number, plain
from modelsearch.render.counts import group_columns
from modelsearch.render.layout import Column
from modelsearch.render.runs import listing_columns
from modelsearch.store.run_rows import CurveRow

WIDTH, HEIGHT = 240, 48
_MARGIN = 3
_MOST_POINTS = 240
_MOST_ROWS = 200


@frozen
class Sparkline:
    """A curve: its name, what is said of it, and the points of its lines in a drawing."""

    name: str
    said: str
    lines: list[str]


@frozen
class Grid:
    """A table of texts."""

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def sparkline(curve: CurveRow) -> Sparkline:
    """Draw a curve; where its values are no numbers, its line is broken."""
    said = f"{number(curve.last)} at last" if curve.last is not None else "no number at last"
    if curve.best is not None:
        said = f"{number(curve.best)} at best, {curve.counter} {curve.best_at}; {said}"
    name = f"{curve.split} {curve.name}" if curve.split else curve.name
    points = _thinned(list(zip(curve.steps, curve.values, strict=True)))
    return Sparkline(name, f"{said} ({len(curve.steps):,} points)", _lines(points))


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    if len(points) <= _MOST_POINTS:
        return points
    every = (len(points) - 1) / (_MOST_POINTS - 1)
    return [points[round(at * every)] for at in range(_MOST_POINTS)]


def _lines(points: list[tuple[int, float]]) -> list[str]:
    finite = [value for _, value in points if math.isfinite(value)]
    if not finite:
        return []
    low, high = min(finite), max(finite)
    first, last = points[0][0], points[-1][0]
    lines: list[list[str]] = [[]]
    for step, value in points:
        if not math.isfinite(value):
            lines.append([])
            continue
        across = (step - first) / ((last - first) or 1)
        up = (value - low) / (high - low) if math.isfinite(high - low) and high > low else 0.5
        x = _MARGIN + across * (WIDTH - 2 * _MARGIN)
        y = HEIGHT - _MARGIN - up * (HEIGHT - 2 * _MARGIN)
        lines[-1].append(f"{x:.1f},{y:.1f}")
    return [" ".join(line) for line in lines if len(line) > 1]


def grids(answer: AskedValues | Count | Values | Listing | None) -> list[Grid]:
    """Return what a question asks for beyond models, as tables."""
    if isinstance(answer, Count):
        rows = [(plain(one.value), plain(one.count)) for one in answer.groups[:_MOST_ROWS]]
        return [Grid((answer.group_by or "", "models"), rows)] if rows else []
    if isinstance(answer, Values) and answer.group_by:
        return _grouped(answer, answer.group_by)
    if isinstance(answer, Values):
        return [
            Grid(
                (one.field.replace("_", " "), "models"),
                [(plain(value.value), plain(value.count)) for value in one.values[:_MOST_ROWS]],
            )
            for one in answer.fields
        ]
    if isinstance(answer, Listing):
        shown = replace(answer, rows=answer.rows[:_MOST_ROWS])
        return [_table(listing_columns(shown))]
    if isinstance(answer, AskedValues):
        asked = [
            (
                model.model_id,
                value.field.replace("_", " "),
                plain(value.value),
                ", ".join(one.written for one in value.evidence),
            )
            for model in answer.models
            for value in model.values
        ]
        return [Grid(("model", "field", "value", "read in"), asked)]
    return []


def _grouped(answer: Values, by: str) -> list[Grid]:
    """Return a table for each asked field, a line a group, as the command line has them."""
    found = []
    for one in answer.fields:
        groups = [group for group in answer.groups if group.values.field == one.field]
        found.append(_table(group_columns(one, by, groups[:_MOST_ROWS])))
    return found


def _table(columns: Sequence[Column]) -> Grid:
    rows = list(zip(*(column.cells for column in columns), strict=True))
    return Grid([column.title for column in columns], rows)
