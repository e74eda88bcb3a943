"""Result tables: models, values, and any rows with named columns.

The seventeen columns of a result are one data table here. By default those that fit the width
are shown, the least useful dropped first and named in a note; ``wide`` shows all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from modelsearch.records.structs import frozen
from modelsearch.records.text import (
    UNKNOWN,
    display_width,
    escape,
    human_size,
    listed,
    number,
    one_line,
    paragraph,
    plain,
    rate,
    short_date,
    wrap,
)
from modelsearch.render import grid
from modelsearch.render.grid import Align, Column, Rendered
from modelsearch.store.rows import ModelRow


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
    align: Align = "l"
    most: int | None = None
    max_lines: int | None = None
    when_known: bool = False


def _three_places(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3f}"


def framework_name(row: ModelRow) -> str:
    """Return the framework with its version where that is known: ``PyTorch 2.7``."""
    if row.framework is None:
        return UNKNOWN
    return one_line(f"{row.framework} {row.framework_version or ''}")


def architecture_name(row: ModelRow) -> str:
    """Return the trained class, else the families."""
    return one_line(row.architecture) if row.architecture else listed(row.families)


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


def model_table(rows: Sequence[ModelRow], *, width: int | None, wide: bool = False) -> Rendered:
    """Draw the result table in at most ``width`` cells; ``wide`` shows all seventeen columns.

    A wide table is as wide as it must be. No rows give no text.
    """
    if not rows:
        return Rendered("")
    columns = []
    for spec in MODEL_COLUMNS:
        cells = [spec.cell(row) for row in rows]
        if spec.when_known and not wide and all(cell == UNKNOWN for cell in cells):
            continue
        title = spec.title if wide else spec.short
        least = max(spec.least, *map(len, title.split()))
        columns.append(
            Column(title, cells, spec.align, spec.importance, least, spec.most, spec.max_lines)
        )
    planned = grid.plan(columns, width, drop=not wide)
    return Rendered(grid.draw(planned), planned.hidden)


def record_table(
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[str],
    *,
    width: int | None,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Draw any rows as a table; when the columns cannot fit, as one block per row.

    Nothing is dropped. ``titles`` gives headings for column names. No rows give no text.
    """
    if not rows or not columns:
        return ""
    headings = [escape((titles or {}).get(name, name)) for name in columns]
    built = [
        _record_column(heading, [row.get(name) for row in rows])
        for heading, name in zip(headings, columns, strict=True)
    ]
    planned = grid.plan(built, width)
    if planned.hidden:
        return _blocks(built, width or 80)
    return grid.draw(planned)


def value_table(rows: Sequence[Mapping[str, object]], *, width: int | None, title: str) -> str:
    """Draw rows of ``value`` and ``count`` under a title such as ``Dataset``."""
    return record_table(
        rows, ("value", "count"), width=width, titles={"value": title, "count": "Models"}
    )


def _record_column(heading: str, values: Sequence[object]) -> Column:
    known = [value for value in values if value is not None]
    numeric = bool(known) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in known
    )
    cells = [plain(value) for value in values]
    return Column(heading, cells, "r" if numeric else "l", least=12, importance=1)


def _blocks(columns: Sequence[Column], limit: int) -> str:
    """One line per value, for rows with more columns than the width can hold."""
    label = min(max(display_width(column.title) for column in columns), max(limit // 3, 8))
    lines: list[str] = []
    for index in range(len(columns[0].cells)):
        lines.append(f"--- {index + 1} ---")
        for column in columns:
            title = wrap(column.title, label, 1)[0]
            pad = " " * (label - display_width(title))
            lines.append(
                paragraph(
                    column.cells[index], limit, first=f"{title}{pad}  ", rest=" " * (label + 2)
                )
            )
    return "\n".join(lines)
