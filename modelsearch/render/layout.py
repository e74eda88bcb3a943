"""One layout for all tables: a line a row, the columns that matter, nothing broken.

Columns that were asked for are always shown. Of the others those come first that tell the rows
apart; one that is the same in every row is said once above the table, one that is known nowhere is
left out. Names and lists are shortened before a column is dropped; numbers, dates and single words
never are. Where even the asked columns cannot fit, each row becomes a block of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from modelsearch.records.structs import frozen
from modelsearch.records.text import UNKNOWN, display_width, is_narrow, paragraph, widest_of
from modelsearch.render.shortening import (
    ELLIPSIS,
    common_start,
    shorten_list,
    shorten_name,
    shorten_text,
)
from modelsearch.render.style import Style

GAP = 2  #: cells between columns
_PLAIN_STYLE = Style()

#: How the cells of a kind of column become shorter; other kinds never do.
_SHORTEN: dict[str, Callable[[str, int], str]] = {
    "name": shorten_name,
    "list": shorten_list,
    "text": shorten_text,
}
_LEAST_NAME, _LEAST_TEXT = 26, 24  #: cells below which a column is dropped rather than shortened
_WIDE, _EASY_NAME = 100, 32  #: cells from which names are given so many before another column
_WIDEST_ENTRY = 22  #: cells that the first entry of a list may claim
_MOST = {"text": 60}


@frozen
class Column:
    """A titled column of escaped one-line cells.

    ``kind`` says how cells may be shortened: ``name`` (ids, paths), ``list``, ``text``; ``whole``
    cells never are. ``asked`` columns are always shown, others by ``importance`` (0 to 1) and by
    how much they tell the rows apart. ``links`` are targets (path and line) of cells, ``same`` is
    how the column is called in a sentence, ``marked`` words and the cells of the
    rows ``apart`` stand out.
    """

    title: str
    cells: Sequence[str]
    kind: str = "whole"
    align: str = "l"
    asked: bool = False
    importance: float = 0.5
    links: Sequence[tuple[str, int | None] | None] = ()
    same: str = ""
    marked: Sequence[str] = ()
    apart: Collection[int] = ()

    @property
    def natural(self) -> int:
        """The width at which nothing is shortened, bounded for prose."""
        widest = widest_of((self.title, *self.cells))
        most = _MOST.get(self.kind)
        return widest if most is None else min(widest, max(most, display_width(self.title)))

    @property
    def least(self) -> int:
        """The width below which the column is of no use."""
        natural = self.natural
        wanted = {"name": _LEAST_NAME, "text": _LEAST_TEXT}.get(self.kind, natural)
        if self.kind == "list":
            wanted = min(max(map(_first_entry, self.cells)), _WIDEST_ENTRY)
        return max(min(natural, wanted), display_width(self.title))

    @property
    def known(self) -> bool:
        """Return whether any cell says something."""
        return any(cell not in (UNKNOWN, "") for cell in self.cells)


@frozen
class Table:
    """Lines of a drawn table; ``above`` says what is the same everywhere and what was cut from
    names, ``hidden`` names the columns that did not fit.
    """

    text: str
    above: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The table with what stands above it."""
        return "\n".join(line for line in (*self.above, self.text) if line)


def _first_entry(cell: str) -> int:
    """Return the cells of a list's first entry with the count of the others."""
    first, *others = cell.split(", ")
    return display_width(first) + (3 if others else 0)


def lay_out(
    columns: Sequence[Column],
    width: int,
    *,
    style: Style = _PLAIN_STYLE,
    header: bool = True,
    group: bool = True,
    total: int = 0,
) -> Table:
    """Choose columns and widths for at most ``width`` cells, and draw a line a row.

    ``group`` lets columns that are the same in every row be said once above the table, of the rows
    shown where these are not all of a ``total``.
    """
    rows = len(columns[0].cells) if columns else 0
    if not rows:
        return Table("")
    telling, same = _set_apart(columns, rows) if group else (list(columns), [])
    above = [_same_line(same, _all_of(rows, total), width)] if same else []
    if style.plain:
        return Table(_spoken(telling, rows), tuple(above))
    chosen = _chosen(telling, width)
    if chosen is None:
        return Table(_blocks([one for one in telling if one.asked], width), tuple(above))
    telling, cut = _without_common_start(telling, chosen, width)
    if cut:
        above.append(cut)
        chosen = _chosen(telling, width) or chosen
    widths = _widths(chosen, width)
    text = _draw(chosen, widths, style, header=header)
    shown = {id(one) for one in chosen}
    hidden = tuple(one.title for one in telling if id(one) not in shown)
    return Table(text, tuple(above), hidden)


def _set_apart(columns: Sequence[Column], rows: int) -> tuple[list[Column], list[Column]]:
    """Return the columns that tell rows apart or were asked for, and those the same everywhere."""
    telling, same = [], []
    for one in columns:
        if one.asked:
            telling.append(one)
        elif not one.known:
            continue
        elif rows > 1 and len(set(one.cells)) == 1:
            same.append(one)
        else:
            telling.append(one)
    return telling, same


def _all_of(rows: int, total: int) -> str:
    """Name the rows of a table, as those shown where there are more."""
    who = "Both" if rows == 2 else f"All {rows}"
    return f"{who} shown" if total > rows else who


def _same_line(same: Sequence[Column], who: str, width: int) -> str:
    said = "; ".join(f"{one.same or one.title} {one.cells[0]}" for one in same)
    return paragraph(f"{who}: {said}.", width, rest="  ")


def _score(column: Column) -> float:
    """Return how useful a column is: what it is, and how many rows it tells apart."""
    rows = len(column.cells)
    known = [cell for cell in column.cells if cell not in (UNKNOWN, "")]
    apart = (len(set(known)) - 1) / (rows - 1) if rows > 1 and known else 0.0
    return 0.7 * column.importance + 0.2 * apart + 0.1 * len(known) / rows


def _chosen(columns: Sequence[Column], width: int) -> list[Column] | None:
    """Take what was asked for, then the most useful while they fit, in the order given; None
    where not even the asked columns fit.
    """
    asked = [one for one in columns if one.asked]
    least = {id(one): one.least for one in columns}
    room = width - sum(least[id(one)] + GAP for one in asked) + GAP
    if room < 0:
        return None
    taken = {id(one) for one in asked}
    if width >= _WIDE:
        names = [one for one in asked if one.kind == "name"]
        room -= sum(min(one.natural, _EASY_NAME) - least[id(one)] for one in names)
    for one in sorted((c for c in columns if not c.asked), key=_score, reverse=True):
        needed = least[id(one)]
        if needed + GAP <= room or (not taken and needed <= room):
            taken.add(id(one))
            room -= needed + GAP
    return [one for one in columns if id(one) in taken]


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """Give every column what it needs at least, then let names grow, then lists, then prose."""
    widths, natural = [one.least for one in columns], [one.natural for one in columns]
    spare = width - sum(widths) - GAP * (len(columns) - 1)
    for kind in ("name", "list", "text"):
        growing = [i for i, one in enumerate(columns) if one.kind == kind]
        while spare > 0:
            open_columns = [i for i in growing if widths[i] < natural[i]]
            if not open_columns:
                break
            narrowest = min(open_columns, key=lambda i: widths[i] / natural[i])
            widths[narrowest] += 1
            spare -= 1
    return widths


def _without_common_start(
    columns: list[Column], chosen: Sequence[Column], width: int
) -> tuple[list[Column], str]:
    """Cut the beginning that all names of a column share where they would not fit otherwise."""
    for one, room in zip(chosen, _widths(chosen, width), strict=True):
        start = common_start(one.cells) if one.kind == "name" and one.natural > room else ""
        line = f"{ELLIPSIS} stands for {start}"
        if start and display_width(line) <= width:
            cut = _with_cells(one, [ELLIPSIS + cell[len(start) :] for cell in one.cells])
            return [cut if column is one else column for column in columns], line
    return columns, ""


def _with_cells(one: Column, cells: Sequence[str]) -> Column:
    return Column(
        one.title,
        cells,
        one.kind,
        one.align,
        one.asked,
        one.importance,
        one.links,
        one.same,
        one.marked,
    )


def shortened(column: Column, room: int) -> list[str]:
    """Return the cells of a column in at most ``room`` cells each; different names stay so."""
    shorten = _SHORTEN.get(column.kind)
    if shorten is None or (column.natural <= room and column.kind != "text"):
        return list(column.cells)
    texts = [shorten(cell, room) for cell in column.cells]
    if column.kind == "name" and len(set(texts)) < len(set(column.cells)):
        ends = [shorten_name(cell, room, start=False) for cell in column.cells]
        return ends if len(set(ends)) > len(set(texts)) else texts
    return texts


def _draw(columns: Sequence[Column], widths: Sequence[int], style: Style, *, header: bool) -> str:
    cells = [shortened(one, room) for one, room in zip(columns, widths, strict=True)]
    used = [
        widest_of((one.title if header else "", *texts))
        for one, texts in zip(columns, cells, strict=True)
    ]
    rows = list(zip(*cells, strict=True))
    if is_narrow("".join([cell for row in rows for cell in row])):
        lines = _lines(columns, used, rows, style, header=header)
    else:
        lines = _lines_by_prettytable(columns, used, rows, style, header=header)
    return "\n".join(lines)


def _looks(column: Column, row: int, cell: str, style: Style) -> str:
    for word in column.marked if style.colour else ():
        cell = cell.replace(word, style("match", word))
    if row in column.apart:
        cell = style("differs", cell)
    target = column.links[row] if column.links else None
    return style.link(cell, *target) if target is not None else cell


def _lines(
    columns: Sequence[Column],
    widths: Sequence[int],
    rows: Sequence[tuple[str, ...]],
    style: Style,
    *,
    header: bool,
) -> list[str]:
    """Draw as prettytable does: it, and the widths of all other characters, take longer to import
    than a small table to be answered.
    """
    gap = " " * GAP
    lines = []
    if header:
        titles = [_padded(c.title, w, c.align) for c, w in zip(columns, widths, strict=True)]
        lines += [style("heading", gap.join(titles).rstrip()), style("faint", rule(widths))]
    for number, row in enumerate(rows):
        padded = []
        for column, cell, width in zip(columns, row, widths, strict=True):
            spaces = " " * (width - display_width(cell))
            looked = _looks(column, number, cell, style)
            padded.append(spaces + looked if column.align == "r" else looked + spaces)
        lines.append(gap.join(padded).rstrip())
    return lines


def _padded(text: str, width: int, align: str) -> str:
    spaces = " " * (width - display_width(text))
    return spaces + text if align == "r" else text + spaces


def rule(widths: Sequence[int]) -> str:
    """Return the light rule below the titles."""
    return "─" * (sum(widths) + GAP * (len(widths) - 1))


def _lines_by_prettytable(
    columns: Sequence[Column],
    widths: Sequence[int],
    rows: Sequence[tuple[str, ...]],
    style: Style,
    *,
    header: bool,
) -> list[str]:
    from prettytable import PrettyTable

    table = PrettyTable(header=False, border=False)
    table.left_padding_width, table.right_padding_width = 0, GAP
    table.field_names = [str(index) for index in range(len(columns))]
    for index, (column, width) in enumerate(zip(columns, widths, strict=True)):
        table.align[str(index)] = "r" if column.align == "r" else "l"
        table.min_width[str(index)] = width
    if header:
        table.add_row([column.title for column in columns])
    for number, row in enumerate(rows):
        table.add_row(
            [_looks(column, number, cell, style) for column, cell in zip(columns, row, strict=True)]
        )
    lines = [line.rstrip() for line in table.get_string().split("\n")]
    if header:
        lines[:1] = [style("heading", lines[0]), style("faint", rule(widths))]
    return lines


def _spoken(columns: Sequence[Column], rows: int) -> str:
    """A line a row in words, for who listens: no alignment, no dashes, nothing shortened."""
    lines = []
    for row in range(rows):
        said = [f"{one.title} {one.cells[row]}" for one in columns if one.cells[row] != UNKNOWN]
        lines.append(f"{'; '.join(said)}.")
    return "\n".join(lines)


def _blocks(columns: Sequence[Column], width: int) -> str:
    """A line a value, where a line a row cannot hold what was asked for."""
    label = min(max(display_width(one.title) for one in columns), max(width // 3, 8))
    lines: list[str] = []
    for row in range(len(columns[0].cells)):
        if row:
            lines.append("")
        for one in columns:
            title = shorten_name(one.title, label)
            first = title + " " * (label - display_width(title) + GAP)
            lines.append(paragraph(one.cells[row], width, first=first, rest=" " * (label + GAP)))
    return "\n".join(lines)
