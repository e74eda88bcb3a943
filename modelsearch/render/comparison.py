"""Comparisons as text: what differs in a table, what is shared in a line, who leads on what.

Fields are rows while the models fit side by side; with more models each becomes a row, and the
fields are spread over as many tables as the width asks for. Nothing is left out for want of room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelsearch.cohorts import CategoryField, CohortComparison, NumberField, NumberSummary
from modelsearch.compare import GROUPS, Comparison, FieldComparison, Value
from modelsearch.rankings import MetricRanking, gap
from modelsearch.render import grid
from modelsearch.render.grid import Column, Plan
from modelsearch.render.text import (
    UNKNOWN,
    display_width,
    human_size,
    number,
    one_line,
    paragraph,
    plain,
    rate,
    short_date,
)

_LEAST_FIELD, _LEAST_GROUP, _LEAST_MODEL = 16, 14, 16

#: How the values of a field are written; all others as :func:`plain` does.
_WRITERS: dict[str, Callable[[Any], str]] = {
    "learning_rate": rate,
    "weight_decay": rate,
    "size_bytes": human_size,
    "created_at": short_date,
    "modified_at": short_date,
    "parameters": lambda value: UNKNOWN if value is None else f"{value:,}",
}


def written(field: str, values: Sequence[Value | None]) -> list[str]:
    """Write the values of one field; in full where the short forms would hide a difference."""
    write = _WRITERS.get(field.rpartition(".")[2], plain)
    short = [write(value) for value in values]
    full = [plain(value) for value in values]
    return short if len(set(short)) == len(set(full)) else full


def comparison_text(
    comparison: Comparison | CohortComparison, *, width: int = 100, everything: bool = False
) -> str:
    """Return what differs as a table that fits ``width``, then what is shared, then rankings.

    With ``everything`` the shared and the partly known fields get their tables too.
    """
    if isinstance(comparison, CohortComparison):
        return cohorts_text(comparison, width=width, everything=everything)
    blocks = []
    different = comparison.differences
    blocks.append(_fields_table(comparison, different, width) or "Nothing that is known differs.")
    if everything:
        for title, fields in (
            ("The same for all:", comparison.shared),
            ("Not known for all:", comparison.partly_known),
        ):
            if fields:
                blocks.append(f"{title}\n{_fields_table(comparison, fields, width)}")
    else:
        blocks.extend(_shared_lines(comparison, width))
    blocks.extend(ranking_text(ranking, width) for ranking in comparison.rankings)
    if comparison.apart:
        blocks.append(_apart_text(comparison, width))
    return "\n\n".join(blocks)


def _shared_lines(comparison: Comparison, width: int) -> list[str]:
    lines = []
    if comparison.shared:
        parts = [f"{one_line(e.label)} {written(e.field, e.values)[0]}" for e in comparison.shared]
        lines.append(paragraph("Shared: " + "; ".join(parts), width, rest="  "))
    if comparison.partly_known:
        total = len(comparison.models)
        known: dict[str, int] = {}
        for entry in comparison.partly_known:
            stage, dot, _ = entry.field.rpartition(".")  # a further stage is named once
            name = f"stage {stage}" if dot else entry.label
            known[name] = max(len(entry.known), known.get(name, 0))
        parts = [f"{one_line(name)} ({count} of {total})" for name, count in known.items()]
        text = "Not known for all, so not compared: " + "; ".join(parts)
        lines.append(paragraph(text, width, rest="  "))
    return ["\n".join(lines)] if lines else []


def _headings(comparison: Comparison) -> list[str]:
    return [one_line(row.model_id) for row in comparison.models]


def _fields_table(comparison: Comparison, fields: Sequence[FieldComparison], width: int) -> str:
    if not fields:
        return ""
    texts = [written(entry.field, entry.values) for entry in fields]
    sides = [
        (heading, [cells[index] for cells in texts])
        for index, heading in enumerate(_headings(comparison))
    ]
    groups = [entry.group for entry in fields]
    labels = [one_line(entry.label) for entry in fields]
    upright = _upright(groups, labels, sides, width)
    return upright if upright is not None else _transposed(labels, sides, width)


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
        planned = grid.plan(columns, width)
        if not planned.hidden:
            # A row begins where its label stands; only a wrapped label needs rules to tell rows.
            room = planned.widths[-len(rest)]
            rules = any(display_width(label) > room for label in labels)
            return grid.draw(planned, rules=rules, after=[index - 1 for index in starts if index])
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
        tables.append(grid.draw(_planned([model, *columns[:count]], width)))
        columns = columns[count:]
    return "\n".join(tables)


def _fitting_count(model: Column, columns: Sequence[Column], width: int) -> int:
    count = 1
    while count < len(columns) and not grid.plan([model, *columns[: count + 1]], width).hidden:
        count += 1
    return count


def _planned(columns: Sequence[Column], width: int) -> Plan:
    """Plan all columns, squeezing them below their least width where there is no other way."""
    planned = grid.plan(columns, width)
    if planned.hidden:
        squeezed = [
            Column(c.title, c.cells, c.align, c.importance, max(1, width // len(columns) - 4))
            for c in columns
        ]
        planned = grid.plan(squeezed, width)
    return planned


def ranking_text(ranking: MetricRanking, width: int = 100) -> str:
    """Return the models of one metric, best first, with how far each is behind the first."""
    better = {True: " (higher is better)", False: " (lower is better)", None: ""}
    title = one_line(ranking.label) + better[ranking.higher_is_better]
    first = ranking.standings[0]
    rows = list(zip(ranking.ranks(), ranking.standings, strict=True))
    behind = ["" if one is first else _behind(first.value, one.value) for _, one in rows]
    columns = [
        Column("Model", [one_line(one.model_id) for _, one in rows], importance=9, least=18),
        Column("Value", [number(one.value) for _, one in rows], "r", importance=8, least=5),
        Column("Gap to first", behind, "r", importance=7, least=max(map(len, behind))),
    ]  # fmt: skip
    if ranking.higher_is_better is not None:
        columns.insert(0, Column("Rank", [str(rank) for rank, _ in rows], "c", importance=6,
                                 least=4))  # fmt: skip
    if any(one.last is not None for _, one in rows):
        last = [UNKNOWN if one.last is None else number(one.last) for _, one in rows]
        columns.append(Column("Last of run", last, "r", importance=5, least=11))
    table = grid.draw(_planned(columns, width))
    return f"{paragraph(title, width)}\n{table}"


def _behind(best: float, value: float) -> str:
    """The same numbers as in the gaps: relative to the value that is behind."""
    found = gap(best, value)
    text = number(_rounded(abs(found.absolute)))
    return text if found.relative is None else f"{text} ({abs(found.relative):.1%})"


def _rounded(value: float) -> float:
    """Six significant digits: a difference of floats carries noise beyond."""
    return float(f"{value:.6g}")


def _apart_text(comparison: Comparison, width: int) -> str:
    lines = ["Not compared:"]
    for entry in comparison.apart:
        metric = entry.metric
        where = ", ".join(one_line(part) for part in (metric.dataset, metric.split) if part)
        text = f"{one_line(entry.model_id)}: {one_line(metric.name)} {plain(metric.value)}"
        text += f" ({where})" if where else ""
        lines.append(paragraph(f"{text}: {entry.reason}", width, first="  ", rest="    "))
    return "\n".join(lines)


def comparison_rows(
    comparison: Comparison | CohortComparison, *, everything: bool = False
) -> tuple[list[dict[str, object]], list[str]]:
    """Return rows and columns for the flat machine formats: group, field, and one per model.

    Values are raw. With ``everything`` every field, else those that differ. Cohorts have one row
    per statistic or value, and one column each.
    """
    if isinstance(comparison, CohortComparison):
        return _cohort_rows(comparison, everything=everything)
    fields = comparison.fields if everything else comparison.differences
    names = [row.model_id for row in comparison.models]
    rows: list[dict[str, object]] = [
        {"group": entry.group, "field": entry.field, **dict(zip(names, entry.values, strict=True))}
        for entry in fields
    ]
    return rows, ["group", "field", *dict.fromkeys(names)]


def cohorts_text(
    comparison: CohortComparison, *, width: int = 100, everything: bool = False
) -> str:
    """Return cohorts side by side: sizes, then the fields that differ (or all), then rankings."""
    headings = [
        f"{one_line(cohort.label)} ({_models(len(cohort.models))})" for cohort in comparison.cohorts
    ]
    entries: list[NumberField | CategoryField] = [*comparison.categories, *comparison.numbers]
    entries.sort(key=lambda entry: GROUPS.index(entry.group))
    shown = [entry for entry in entries if everything or entry.differs]
    if not shown:
        text = "Nothing that is known differs: " + "; ".join(headings)
        blocks = [paragraph(text, width, rest="  ")]
    else:
        texts = [_cohort_cells(entry) for entry in shown]
        sides = [
            (heading, [cells[index] for cells in texts]) for index, heading in enumerate(headings)
        ]
        labels = [one_line(entry.label) for entry in shown]
        upright = _upright([entry.group for entry in shown], labels, sides, width)
        blocks = [upright if upright is not None else _transposed(labels, sides, width)]
    blocks.extend(ranking_text(ranking, width) for ranking in comparison.rankings)
    return "\n\n".join(blocks)


def _models(count: int) -> str:
    return "1 model" if count == 1 else f"{count} models"


def _cohort_cells(entry: NumberField | CategoryField) -> list[str]:
    if isinstance(entry, NumberField):
        return [_number_cell(entry.field, one) for one in entry.summaries]
    cells = []
    for index, known in enumerate(entry.known):
        counts = [(value, shares[index].count) for value, shares in entry.shares.items()]
        present = sorted((one for one in counts if one[1]), key=lambda one: -one[1])
        text = ", ".join(
            one_line(value) if count == known else f"{one_line(value)} {count} of {known}"
            for value, count in present
        )
        cells.append(text or UNKNOWN)
    return cells


def _number_cell(field: str, summary: NumberSummary) -> str:
    if not summary.known:
        return UNKNOWN
    numbers = (summary.median, summary.minimum, summary.maximum)
    median, low, high = written(field, [_whole(value) for value in numbers])
    return median if low == high else f"{median} ({low} to {high})"


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _cohort_rows(
    comparison: CohortComparison, *, everything: bool
) -> tuple[list[dict[str, object]], list[str]]:
    labels = [cohort.label for cohort in comparison.cohorts]
    columns = ["group", "field", "statistic", *dict.fromkeys(labels)]
    rows: list[dict[str, object]] = []

    def add(entry: NumberField | CategoryField, name: str, values: Sequence[object]) -> None:
        rows.append({"group": entry.group, "field": entry.field, "statistic": name,
                     **dict(zip(labels, values, strict=True))})  # fmt: skip

    for numbers in (one for one in comparison.numbers if everything or one.differs):
        for name in ("known", "median", "minimum", "maximum", "spread"):
            add(numbers, name, [getattr(one, name) for one in numbers.summaries])
    for category in (one for one in comparison.categories if everything or one.differs):
        add(category, "known", category.known)
        for value, shares in category.shares.items():
            add(category, f"count of {value}", [share.count for share in shares])
    return rows, columns
