"""Values with the number of models of each: what counts, values and lists print."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.structs import replace
from modelsearch.records.text import UNKNOWN
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.render.layout import Column, lay_out
from modelsearch.render.models import column_cell, column_title

if TYPE_CHECKING:
    from modelsearch.answer.shapes import FieldValues, GroupValues, ValueCount, Values
    from modelsearch.render.output import Output


def write_counts(values: Sequence[ValueCount], field: str, output: Output) -> None:
    """Print values and how many models have each, as many as a screen holds."""
    if not values:
        return
    shown = values[: output.most]
    columns = [
        Column(
            column_title(field),
            [column_cell(field, one.value) for one in shown],
            "text",
            align="r" if _numbers(shown) else "l",
            asked=True,
        ),
        Column("models", [str(one.count) for one in shown], align="r", asked=True),
    ]
    output.text(lay_out(columns, output.width, style=output.style, header=output.header).text)
    if len(shown) < len(values):
        output.note(f"{len(values) - len(shown)} more values (--limit 0 for all)")


def write_groups(found: Values, output: Output) -> None:
    """Print a table for each asked field, a line a group: its range and mean, or what is usual."""
    for one in found.fields:
        groups = [group for group in found.groups if group.values.field == one.field]
        shown = groups[: output.most]
        columns = group_columns(one, str(found.group_by), shown)
        output.text(lay_out(columns, output.width, style=output.style, header=output.header).text)
        if len(shown) < len(groups):
            output.note(f"{len(groups) - len(shown)} more groups (--limit 0 for all)")


def group_columns(field: FieldValues, by: str, groups: Sequence[GroupValues]) -> list[Column]:
    """Return the columns of a table of one asked field, a line a group."""
    title = column_title(field.field)
    values = [group.values for group in groups]
    columns = [
        Column(column_title(by), [column_cell(by, one.value) for one in groups], "text"),
        Column("models", [str(one.count) for one in groups], align="r"),
    ]
    if field.mean is not None:
        columns += [
            Column("known", [str(one.known) for one in values], align="r"),
            Column(f"lowest {title}", [column_cell(field.field, one.lowest) for one in values]),
            Column("mean", [column_cell(field.field, _rounded(one.mean)) for one in values]),
            Column("highest", [column_cell(field.field, one.highest) for one in values]),
        ]
    usual = "most often" if field.mean is not None else f"most often, {title}"
    columns.append(Column(usual, [_usual(field.field, one) for one in values], "text"))
    return [replace(one, asked=True, align=_side(one)) for one in columns]


def _side(column: Column) -> str:
    return "r" if column.title in ("mean", "highest") or "lowest" in column.title else column.align


def _rounded(mean: float | None) -> float | None:
    return None if mean is None else float(f"{mean:.4g}")


def _usual(field: str, values: FieldValues) -> str:
    usual = next(iter(values.values), None)
    return UNKNOWN if usual is None else f"{column_cell(field, usual.value)} ({usual.count})"


def _numbers(values: Sequence[ValueCount]) -> bool:
    return all(isinstance(one.value, int | float) for one in values)
