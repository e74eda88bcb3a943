"""Values with the number of models of each: what counts, values and lists print."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.shapes import ValueCount
from modelsearch.records.text import plain
from modelsearch.render.layout import Column, lay_out
from modelsearch.render.output import Output


def write_counts(values: Sequence[ValueCount], field: str, output: Output) -> None:
    """Print values and how many models have each, as many as a screen holds."""
    if not values:
        return
    shown = values[: output.most]
    columns = [
        Column(field.replace("_", " "), [plain(one.value) for one in shown], "text", asked=True),
        Column("models", [str(one.count) for one in shown], align="r", asked=True),
    ]
    output.text(lay_out(columns, output.width, style=output.style, header=output.header).text)
    if len(shown) < len(values):
        output.note(f"{len(values) - len(shown)} more values (--limit 0 for all)")
