"""Things side by side: fields as rows while the sides fit, else a row for each side.

With more sides than the width holds, the fields are spread over as many tables as they need.
Nothing is left out for want of room.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.text import display_width
from modelsearch.render import grid
from modelsearch.render.grid import Column, Plan

_LEAST_FIELD, _LEAST_GROUP, _LEAST_MODEL = 16, 14, 16
_LEAST_PREFIX = 6  #: a shorter beginning in common is not worth a line that explains it

Side = tuple[str, list[str]]


def sides_table(
    groups: Sequence[str], labels: Sequence[str], sides: Sequence[Side], width: int
) -> str:
    """Draw labelled rows of cells, one column (or row) for each titled side, within ``width``.

    Long titles that begin alike are cut to where they differ, and a line above says so.
    """
    explained, sides = _shortened(sides, width)
    upright = _upright(groups, labels, sides, width)
    table = upright if upright is not None else _transposed(labels, sides, width)
    return f"{explained}\n{table}" if explained and table else table


def _shortened(sides: Sequence[Side], width: int) -> tuple[str, Sequence[Side]]:
    titles = [title for title, _ in sides]
    widest = max(map(display_width, titles), default=0)
    if len(set(titles)) < 2 or widest + 3 <= (width - 40) // max(1, min(len(titles), 4)):
        return "", sides
    start = common_start(titles)
    if len(start) < _LEAST_PREFIX:
        return "", sides
    cut = [(f"…{title[len(start) :]}", cells) for title, cells in sides]
    line = f"… stands for {start}"
    return (line, cut) if display_width(line) <= width else ("", sides)


def common_start(titles: Sequence[str]) -> str:
    """Return how all titles begin, up to a separator, leaving something of each."""
    first, last = min(titles), max(titles)
    length = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    while length and (first[length - 1] not in "_-/. " or any(len(t) <= length for t in titles)):
        length -= 1
    return first[:length]


def _upright(
    groups: Sequence[str],
    labels: Sequence[str],
    sides: Sequence[tuple[str, list[str]]],
    width: int,
) -> str | None:
    """Fields as rows: with their groups, else without, else None when the sides do not fit."""
    starts = [
        index for index in range(len(groups)) if groups[index] != groups[index - 1] or not index
    ]
    shown = [group if index in starts else "" for index, group in enumerate(groups)]
    first = Column("Group", shown, least=_LEAST_GROUP)
    rest = [Column("Field", labels, least=_LEAST_FIELD)]
    rest += [Column(heading, cells, least=_LEAST_MODEL) for heading, cells in sides]
    for columns in ([first, *rest], rest):
        fitted = grid.plan(columns, width)
        if not fitted.hidden:
            # A row begins where its label stands; only a wrapped label needs rules to tell rows.
            room = fitted.widths[-len(rest)]
            rules = any(display_width(label) > room for label in labels)
            return grid.draw(fitted, rules=rules, after=[index - 1 for index in starts if index])
    return None


def _transposed(labels: Sequence[str], sides: Sequence[tuple[str, list[str]]], width: int) -> str:
    """Models as rows, the fields over as many tables as they need."""
    model = Column("Model", [heading for heading, _ in sides], least=18, importance=1)
    columns = [
        Column(label, [cells[index] for _, cells in sides], least=16)
        for index, label in enumerate(labels)
    ]
    tables = []
    while columns:
        count = _fitting_count(model, columns, width)
        tables.append(grid.draw(planned([model, *columns[:count]], width)))
        columns = columns[count:]
    return "\n".join(tables)


def _fitting_count(model: Column, columns: Sequence[Column], width: int) -> int:
    count = 1
    while count < len(columns) and not grid.plan([model, *columns[: count + 1]], width).hidden:
        count += 1
    return count


def planned(columns: Sequence[Column], width: int) -> Plan:
    """Plan all columns, squeezing them below their least width where there is no other way."""
    fitted = grid.plan(columns, width)
    if not fitted.hidden:
        return fitted
    room = max(1, width // len(columns) - 4)
    squeezed = [Column(c.title, c.cells, c.align, c.importance, room) for c in columns]
    return grid.plan(squeezed, width)
