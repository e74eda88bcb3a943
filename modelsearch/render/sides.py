"""Things side by side. Each field is a row while the sides fit the width, else each side is a row.

In the second form only the fields that tell the sides apart best are shown; the others are counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.structs import frozen
from modelsearch.records.text import UNKNOWN, display_width, paragraph
from modelsearch.render.layout import GAP, Column, lay_out
from modelsearch.render.shortening import (
    ELLIPSIS,
    common_start,
    shorten_list,
    shorten_name,
    wrap_list,
)
from modelsearch.render.style import Style

_LEAST_SIDE = 18  #: cells below which a side is no column

Side = tuple[str, list[str]]


@frozen
class Drawing:
    """The width of the terminal, how many sides are shown as rows, the looks, and how many lines a
    cell may take.
    """

    width: int
    most: int | None = None
    style: Style = Style()
    lines: int | None = None


def sides_table(labels: Sequence[str], sides: Sequence[Side], drawing: Drawing) -> str:
    """Draw labelled rows of cells, one column for each titled side, within the width; else a row
    for each side.

    Long titles that begin alike are cut to where they differ, and a line above says so. Numbers
    that differ stand out where there are looks.
    """
    if not labels or not sides:
        return ""
    width = drawing.width
    explained, titles = _shortened([title for title, _ in sides], width)
    cut = list(zip(titles, (cells for _, cells in sides), strict=True))
    upright = _upright(labels, cut, drawing)
    if upright is None:
        return _transposed(labels, sides, drawing)
    return f"{explained}\n{upright}" if explained else upright


def _shortened(titles: Sequence[str], width: int) -> tuple[str, Sequence[str]]:
    widest = max(map(display_width, titles))
    if widest + GAP <= (width - 20) // max(1, min(len(titles), 4)):
        return "", titles
    start = common_start(titles)
    line = f"{ELLIPSIS} stands for {start}"
    if not start or display_width(line) > width:
        return "", titles
    return line, [ELLIPSIS + title[len(start) :] for title in titles]


def _upright(labels: Sequence[str], sides: Sequence[Side], drawing: Drawing) -> str | None:
    """Fields as rows, or None where a side would be too narrow to read."""
    width = drawing.width
    field = max(map(display_width, labels))
    spare = width - field - GAP * len(sides)
    rooms = _rooms([max(map(display_width, (title, *cells))) for title, cells in sides], spare)
    if rooms is None:
        return None
    names: list[str] = []
    columns: list[list[str]] = [[] for _ in sides]
    apart: set[int] = set()
    for index, label in enumerate(labels):
        wrapped = [
            _wrapped(cells[index], room, drawing.lines)
            for (_, cells), room in zip(sides, rooms, strict=True)
        ]
        height = max(map(len, wrapped))
        if _numbers_differ([cells[index] for _, cells in sides]):
            apart.update(range(len(names), len(names) + height))
        names += [label, *[""] * (height - 1)]
        for column, lines in zip(columns, wrapped, strict=True):
            column += [*lines, *[""] * (height - len(lines))]
    fitting = [
        Column(shorten_name(title, room), cells, asked=True, apart=apart)
        for (title, _), cells, room in zip(sides, columns, rooms, strict=True)
    ]
    return lay_out(
        [Column("field", names, asked=True), *fitting], width, style=drawing.style, group=False
    ).text


def _wrapped(cell: str, room: int, most: int | None) -> list[str]:
    """Return the lines of a cell; where there are too many, the last counts what is left out."""
    lines = wrap_list(cell, room)
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], shorten_list(" ".join(lines[most - 1 :]), room)]


def _numbers_differ(cells: Sequence[str]) -> bool:
    """Return whether cells of a row are numbers, not all the same."""
    known = [cell for cell in cells if cell != UNKNOWN]
    return len(set(known)) > 1 and all(cell[:1].isdecimal() for cell in known)


def _rooms(wanted: Sequence[int], spare: int) -> list[int] | None:
    """Share the width among the sides: what the narrow ones leave goes to the wide ones."""
    rooms = [0] * len(wanted)
    left = spare
    for place, index in enumerate(sorted(range(len(wanted)), key=lambda i: wanted[i])):
        rooms[index] = min(wanted[index], left // (len(wanted) - place))
        if rooms[index] < min(wanted[index], _LEAST_SIDE):
            return None
        left -= rooms[index]
    return rooms


def _transposed(labels: Sequence[str], sides: Sequence[Side], drawing: Drawing) -> str:
    """A row for each side, with the fields that fit; what is left is counted."""
    width = drawing.width
    shown = sides[: drawing.most]
    columns = [Column("model", [title for title, _ in shown], "name", asked=True)]
    columns += [
        Column(
            label,
            texts := [cells[index] for _, cells in shown],
            _kind(texts),
            importance=1 - index / len(labels),
        )
        for index, label in enumerate(labels)
    ]
    drawn = lay_out(columns, width, style=drawing.style, group=False)
    left = []
    if len(shown) < len(sides):
        left.append(f"{len(sides) - len(shown)} more models (--limit 0 for all)")
    if drawn.hidden:
        noun = "field" if len(drawn.hidden) == 1 else "fields"
        left.append(f"{len(drawn.hidden)} more {noun} (--fields chooses, --format csv has all)")
    told = [paragraph(line, width, first="  ", rest="    ") for line in left]
    return "\n".join([drawn.whole, *told])


def _kind(cells: Sequence[str]) -> str:
    return "list" if any(", " in cell for cell in cells) else "whole"
