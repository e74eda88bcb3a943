"""The wide table of models, with all seventeen columns, and tables of any rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from modelsearch.records.structs import frozen
from modelsearch.records.text import (
    UNKNOWN,
    escape,
    human_size,
    listed,
    number,
    one_line,
    plain,
    rate,
    short_date,
)
from modelsearch.render import layout
from modelsearch.render.cells import architecture_name, framework_name
from modelsearch.render.layout import lay_out
from modelsearch.render.style import Style
from modelsearch.store.rows import ModelRow

_NO_LOOKS = Style()
_LONG = 24  #: characters from which text of any rows may be shortened


@frozen
class _ModelColumn:
    """How one column of the result table reads a row, and how much room it wants.

    ``when_known`` columns are left out when no row has a value (a question without words has no
    score); the others show a dash, because "not known" is an answer too.
    """

    title: str
    short: str
    cell: Callable[[ModelRow], str]
    importance: int
    least: int
    align: Literal["l", "c", "r"] = "l"
    most: int | None = None
    max_lines: int | None = None
    when_known: bool = False


def _three_places(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3f}"


MODEL_COLUMNS: tuple[_ModelColumn, ...] = (
    _ModelColumn("Rank", "Rank", lambda r: number(r.rank), 99, 4, "c", when_known=True),
    _ModelColumn("Model ID", "Model ID", lambda r: one_line(r.model_id), 98, 18),
    _ModelColumn("Similarity Score", "Score", lambda r: _three_places(r.score), 75, 5, "r",
                 when_known=True),
    _ModelColumn("Similarity Distance", "Distance", lambda r: _three_places(r.distance), 65, 8,
                 "r", when_known=True),
    _ModelColumn("Size", "Size", lambda r: human_size(r.size_bytes), 80, 6, "r"),
    _ModelColumn("Created", "Created", lambda r: short_date(r.created_at), 88, 10),
    _ModelColumn("Modified", "Modified", lambda r: short_date(r.modified_at), 70, 10),
    _ModelColumn("Path", "Path", lambda r: one_line(r.path), 50, 18),
    _ModelColumn("Description", "Description", lambda r: one_line(r.description or UNKNOWN), 55,
                 20, most=60, max_lines=3),
    _ModelColumn("Framework", "Framework", framework_name, 84, 9),
    _ModelColumn("Arch", "Arch", architecture_name, 96, 11),
    _ModelColumn("Dataset", "Dataset", lambda r: listed(r.datasets), 97, 10),
    _ModelColumn("Batch", "Batch", lambda r: number(r.batch_size), 94, 5, "r"),
    _ModelColumn("LR", "LR", lambda r: rate(r.learning_rate), 93, 6, "r"),
    _ModelColumn("Optimizer", "Optimizer", lambda r: one_line(r.optimizer or UNKNOWN), 90, 9),
    _ModelColumn("Epochs", "Epochs", lambda r: number(r.epochs), 92, 6, "r"),
    _ModelColumn("HW", "HW", lambda r: listed(r.hardware), 78, 5),
)  # fmt: skip


def wide_table(rows: Sequence[ModelRow]) -> str:
    """Draw all seventeen columns in a full grid, as wide as they must be. No rows, no text."""
    if not rows:
        return ""
    from modelsearch.render import grid

    columns = []
    for spec in MODEL_COLUMNS:
        least = max(spec.least, *map(len, spec.title.split()))
        columns.append(
            grid.Column(
                spec.title,
                [spec.cell(row) for row in rows],
                spec.align,
                spec.importance,
                least,
                spec.most,
                spec.max_lines,
            )
        )
    return grid.draw(grid.plan(columns, None, drop=False))


def record_table(
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[str],
    *,
    width: int,
    titles: Mapping[str, str] | None = None,
    style: Style = _NO_LOOKS,
    header: bool = True,
) -> str:
    """Draw any rows as a table; when the columns cannot fit, as one block per row.

    No column is dropped. ``titles`` gives headings for column names. No rows give no text.
    """
    if not rows or not columns:
        return ""
    named = titles or {}
    built = [
        _record_column(escape(named.get(name, name)), [row.get(name) for row in rows])
        for name in columns
    ]
    return lay_out(built, width, style=style, header=header, group=False).text


def _record_column(heading: str, values: Sequence[object]) -> layout.Column:
    known = [value for value in values if value is not None]
    numeric = bool(known) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in known
    )
    kind = "whole"
    if any(isinstance(value, str) and len(value) > _LONG for value in known):
        kind = "text" if any(" " in str(value) for value in known) else "name"
    cells = [plain(value) for value in values]
    return layout.Column(heading, cells, kind, "r" if numeric else "l", asked=True)
