"""Models as rows: the columns that a question is about, then those that tell the models apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from modelsearch.records.structs import frozen
from modelsearch.records.text import UNKNOWN, human_size, listed, number, one_line, plain, rate
from modelsearch.records.text import short_date as day
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.render.cells import architecture_name, framework_name
from modelsearch.render.layout import Column, Table, lay_out
from modelsearch.vocabulary.fields import by_name

if TYPE_CHECKING:
    from modelsearch.answer.shapes import FieldColumn
    from modelsearch.render.output import Output
    from modelsearch.store.rows import ModelRow


@frozen
class _Spec:
    """How a field is shown as a column. Without ``importance`` it is shown only when asked for."""

    title: str
    kind: str = "whole"
    align: str = "l"
    importance: float = 0.0
    write: Callable[[Any], str] = plain
    row: Callable[[ModelRow], str] | None = None
    same: str = ""


def _grouped(value: Any) -> str:
    from modelsearch.vocabulary.wording import grouped

    return grouped(value)


#: Fields with a look of their own; every other one is written as its value is.
_SPECS: dict[str, _Spec] = {
    "architecture": _Spec("arch", "list", importance=0.96, row=architecture_name, same="class"),
    "family": _Spec("families", "list"),
    "dataset": _Spec("dataset", "list", importance=0.95, row=lambda r: listed(r.datasets)),
    "batch_size": _Spec(
        "batch", align="r", importance=0.86, row=lambda r: number(r.batch_size), same="batch size"
    ),
    "learning_rate": _Spec(
        "lr",
        align="r",
        importance=0.85,
        write=rate,
        row=lambda r: rate(r.learning_rate),
        same="learning rate",
    ),
    "epochs": _Spec("epochs", align="r", importance=0.84, row=lambda r: number(r.epochs)),
    "optimizer": _Spec("optimizer", importance=0.8, row=lambda r: one_line(r.optimizer or UNKNOWN)),
    "created": _Spec("created", importance=0.7, write=day, row=lambda r: day(r.created_at)),
    "framework": _Spec("framework", importance=0.6, row=framework_name),
    "size": _Spec(
        "size", align="r", importance=0.4, write=human_size, row=lambda r: human_size(r.size_bytes)
    ),
    "hardware": _Spec("hardware", "list", importance=0.3, row=lambda r: listed(r.hardware)),
    "modified": _Spec("modified", write=day),
    "technique": _Spec("techniques", "list"),
    "path": _Spec("path", "name"),
    "description": _Spec("description", "text"),
    "task": _Spec("task", "list"),
    "application": _Spec("application", "list"),
    "parameters": _Spec("parameters", align="r", write=_grouped),
    "weight_decay": _Spec("weight decay", align="r", write=rate),
    "loss": _Spec("loss", "list"),
    "root": _Spec("folder", "name"),
}
_ID_TITLE = "model"


def model_table(
    rows: Sequence[ModelRow],
    output: Output,
    *,
    asked: Sequence[FieldColumn] = (),
    only: bool = False,
    total: int = 0,
) -> Table:
    """Draw models, a line each: what was ``asked``, then what tells them apart (unless ``only`` the
    first is wanted). They are all, or those shown of a ``total``.
    """
    columns = [*_place(rows), *(_asked_column(one) for one in asked)]
    if not only:
        shown = {one.field for one in asked}
        columns += [
            _column(name, spec, rows)
            for name, spec in _SPECS.items()
            if spec.importance and name not in shown
        ]
    return lay_out(columns, output.width, style=output.style, header=output.header, total=total)


def _place(rows: Sequence[ModelRow]) -> list[Column]:
    """Return the number by which a model can be named, its id, and its score where words ranked."""
    links = [(f"{row.root}/{row.path}", None) for row in rows]
    columns = [
        Column(_ID_TITLE, [one_line(row.model_id) for row in rows], "name", asked=True, links=links)
    ]
    if len(rows) > 1 and all(row.rank is not None for row in rows):
        columns.insert(0, Column("#", [str(row.rank) for row in rows], align="r", asked=True))
    if any(row.score is not None for row in rows):
        scores = [UNKNOWN if row.score is None else f"{row.score:.3f}" for row in rows]
        columns.append(Column("score", scores, align="r", asked=True))
    return columns


def _column(name: str, spec: _Spec, rows: Sequence[ModelRow]) -> Column:
    assert spec.row is not None
    cells = [spec.row(row) for row in rows]
    return Column(
        spec.title, cells, spec.kind, spec.align, importance=spec.importance, same=spec.same
    )


def _asked_column(one: FieldColumn) -> Column:
    spec = _SPECS.get(one.field) or _from_table(one.field, _align(one.values))
    cells = [_cell(spec, value) for value in one.values]
    return Column(
        spec.title,
        cells,
        _kind(spec, one.values),
        spec.align,
        asked=True,
        same=spec.same,
        marked=one.matched,
    )


def asked_cells(asked: Sequence[FieldColumn]) -> list[tuple[str, str]]:
    """Return the titles of asked fields with what the first model has in each."""
    columns = [_asked_column(one) for one in asked]
    return [(one.same or one.title, one.cells[0]) for one in columns]


def columns_to_choose() -> list[tuple[str, str]]:
    """Return the fields that have a look of their own as columns, with their titles."""
    return [(name, spec.title) for name, spec in _SPECS.items()]


def column_title(field: str) -> str:
    """Return what a field is called at the head of a column."""
    return _SPECS[field].title if field in _SPECS else _from_table(field).title


def column_cell(field: str, value: Any) -> str:
    """Write a value of a field as the cell of a column."""
    return _cell(_SPECS.get(field) or _from_table(field), value)


def _from_table(name: str, align: str = "l") -> _Spec:
    """Return the look of a field that has none of its own: title, unit and writing of the table of
    fields, or its name as it is stored.
    """
    field = by_name().get(name)
    if field is None:
        return _Spec(one_line(name.replace("_", " ")), align=align)
    title = field.label.lower() if field.label[1:].islower() else field.label
    if field.unit and not field.written and field.unit.rstrip("s") not in title:
        title = f"{title} ({field.unit})"
    return _Spec(title, align=align, write=partial(_said, field.key))


def _said(key: str, value: Any) -> str:
    from modelsearch.vocabulary.wording import said

    return said(key, value) if isinstance(value, int | float | str) else plain(value)


def _cell(spec: _Spec, value: Any) -> str:
    known = None if value == [] else value
    try:
        return spec.write(known)
    except (TypeError, ValueError):  # a value of another kind than the field's own
        return plain(known)


def _kind(spec: _Spec, values: Sequence[Any]) -> str:
    """Text of which nothing more is known may be cut at its words; a list, between entries."""
    if spec.kind != "whole":
        return spec.kind
    if any(isinstance(value, list | tuple) for value in values):
        return "list"
    return "text" if any(isinstance(value, str) and " " in value for value in values) else "whole"


def _align(values: Sequence[Any]) -> str:
    numbers = [isinstance(value, int | float) for value in values if value is not None]
    return "r" if numbers and all(numbers) else "l"


def write_listed(
    total: int, rows: Sequence[ModelRow], columns: Sequence[FieldColumn], output: Output
) -> None:
    """Print models with the fields of some columns: a table, or a row a model in other formats."""
    if not output.is_table:
        names = ["model_id", *(one.field for one in columns)]
        output.rows(
            [
                {"model_id": row.model_id} | {one.field: one.values[index] for one in columns}
                for index, row in enumerate(rows)
            ],
            names,
        )
        return
    rest = f", {len(rows)} shown (--limit 0 for all)" if len(rows) < total else ""
    output.text(f"{total:,} {'model' if total == 1 else 'models'}{rest}.")
    output.text(model_table(rows, output, asked=columns, only=True).whole)
