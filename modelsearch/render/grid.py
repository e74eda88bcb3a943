"""Fitting columns into a terminal's width, and drawing them with prettytable.

The planner is ours and prettytable draws: cells come to it already escaped, wrapped and of known
width. Columns are dropped by importance before anything is squeezed beyond reading, and what was
dropped is named by the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from modelsearch.records.structs import frozen
from modelsearch.records.text import display_width, is_narrow, wrap

#: Cells that a column costs beside its text: two of padding and one rule; the frame adds one.
_COST = 3
_FRAME = 1

Align = Literal["l", "c", "r"]


@frozen
class Column:
    """A titled column of escaped one-line cells.

    ``least`` is the width below which it is dropped rather than squeezed (never wider than its
    content asks); ``most`` bounds its width and ``max_lines`` its height: only a column with
    ``max_lines`` is ever cut. A lower ``importance`` is dropped earlier.
    """

    title: str
    cells: Sequence[str]
    align: Align = "l"
    importance: int = 0
    least: int = 8
    most: int | None = None
    max_lines: int | None = None

    @property
    def natural(self) -> int:
        """The width at which no cell wraps, bounded by ``most``."""
        content = max((display_width(cell) for cell in (self.title, *self.cells)), default=0)
        return max(1, content if self.most is None else min(content, self.most))


@frozen
class Plan:
    """The columns that are shown, their widths, and the titles of the others."""

    columns: tuple[Column, ...]
    widths: tuple[int, ...]
    hidden: tuple[str, ...]


def plan(columns: Sequence[Column], limit: int | None, *, drop: bool = True) -> Plan:
    """Choose columns and widths for a table of at most ``limit`` cells.

    With ``drop`` false every column stays and the table may be wider than ``limit``. Without a
    limit every column has its natural width.
    """
    natural = [column.natural for column in columns]
    if limit is None:
        return Plan(tuple(columns), tuple(natural), ())
    least = [min(want, max(1, column.least)) for want, column in zip(natural, columns, strict=True)]
    shown = _chosen(columns, least, limit) if drop else list(range(len(columns)))
    widths = {index: least[index] for index in shown}
    spare = limit - _total(widths.values())
    if spare < 0 and drop:
        _squeeze(widths, -spare)
    for phase in (True, False):  # what is never cut grows before what may be
        growing = [index for index in shown if (columns[index].max_lines is None) is phase]
        spare = _grow(widths, natural, growing, spare)
    return Plan(
        tuple(columns[index] for index in shown),
        tuple(widths[index] for index in shown),
        tuple(column.title for index, column in enumerate(columns) if index not in widths),
    )


def _total(widths: Collection[int]) -> int:
    return sum(widths) + _COST * len(widths) + _FRAME


def _chosen(columns: Sequence[Column], least: Sequence[int], limit: int) -> list[int]:
    """Take columns in order of importance while they fit; the most important always."""
    order = sorted(range(len(columns)), key=lambda index: (-columns[index].importance, index))
    taken: list[int] = []
    room = limit - _FRAME
    for index in order:
        cost = least[index] + _COST
        if cost <= room or not taken:
            taken.append(index)
            room -= cost
    return sorted(taken)


def _squeeze(widths: dict[int, int], excess: int) -> None:
    while excess > 0 and max(widths.values()) > 1:
        widest = max(widths, key=lambda index: widths[index])
        widths[widest] -= 1
        excess -= 1


def _grow(widths: dict[int, int], natural: Sequence[int], growing: list[int], spare: int) -> int:
    """Give spare cells where rows are tallest, until all have what they ask for."""
    open_columns = [index for index in growing if widths[index] < natural[index]]
    while spare > 0 and open_columns:
        tallest = max(open_columns, key=lambda index: (natural[index] / widths[index], -index))
        widths[tallest] += 1
        spare -= 1
        if widths[tallest] >= natural[tallest]:
            open_columns.remove(tallest)
    return spare


def draw(planned: Plan, *, rules: bool | None = None, after: Collection[int] = ()) -> str:
    """Draw the planned columns.

    ``rules`` between rows: by default only when a cell wraps; otherwise only below the titles and
    the rows whose numbers (from 0) are in ``after``.
    """
    if not planned.columns:
        return ""
    columns = [
        _wrapped(column, room) for column, room in zip(planned.columns, planned.widths, strict=True)
    ]
    rows = list(zip(*columns, strict=True))
    if rules is None:
        rules = any("\n" in cell for row in rows[1:] for cell in row)
    ruled = {0, *(row + 1 for row in after)}
    if all(is_narrow(cell) for row in rows for cell in row):
        return _plain(planned, rows, None if rules else ruled)
    from prettytable import HRuleStyle, PrettyTable

    table = PrettyTable(header=False, hrules=HRuleStyle.ALL if rules else HRuleStyle.FRAME)
    table.field_names = [str(index) for index in range(len(columns))]
    for index, column in enumerate(planned.columns):
        table.align[str(index)] = column.align
        table.min_width[str(index)] = planned.widths[index]
    for index, row in enumerate(rows):
        table.add_row(list(row), divider=index in ruled and not rules and index + 1 < len(rows))
    return table.get_string()


def _plain(planned: Plan, rows: Sequence[tuple[str, ...]], ruled: Collection[int] | None) -> str:
    """Draw cells of narrow characters as prettytable does: it, and the widths of all others,
    take longer to import than a small table to be answered. ``ruled`` None rules every row.
    """
    place = {"l": str.ljust, "c": str.center, "r": str.rjust}
    frame = "+" + "+".join("-" * (width + 2) for width in planned.widths) + "+"
    lines = [frame]
    for number, row in enumerate(rows):
        cells = [cell.split("\n") for cell in row]
        for height in range(max(map(len, cells))):
            parts = [
                place[column.align](cell[height] if height < len(cell) else "", width)
                for cell, column, width in zip(cells, planned.columns, planned.widths, strict=True)
            ]
            lines.append("| " + " | ".join(parts) + " |")
        if (ruled is None or number in ruled) and number + 1 < len(rows):
            lines.append(frame)
    return "\n".join([*lines, frame])


def _wrapped(column: Column, room: int) -> list[str]:
    title = "\n".join(wrap(column.title, room))
    cells = ["\n".join(wrap(cell, room, column.max_lines)) for cell in column.cells]
    return [title, *cells]
