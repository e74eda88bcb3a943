"""The values that one model has in a field, and the names under which their evidence is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

import apsw

from modelsearch import vocabulary
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import Sort
from modelsearch.records.structs import names
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.search.sources import source_of
from modelsearch.store.database import fetch_all
from modelsearch.store.rows import TERM_LISTS, Detail, MetricRow, ModelRow, NamedValue

if TYPE_CHECKING:
    from modelsearch.vocabulary.fields.field import Field
    from modelsearch.vocabulary.wording import Value


def value_in(detail: Detail, field: Field) -> Value | None:
    """Return what a model has in a field: a tuple where it is a list, None where it is unknown."""
    return reader_of(field)(detail)


def reader_of(field: Field) -> Callable[[Detail], Value | None]:
    """Return what reads a field from one model after another, as :func:`value_in` does."""
    read = _READERS.get(field.source)
    return _row_reader(field) if read is None else lambda detail: read(detail, field)


def _row_reader(field: Field) -> Callable[[Detail], Value | None]:
    """Return what reads a column of a model's row, or its list of terms."""
    if field.key not in names(ModelRow):
        return lambda _detail: None
    column = attrgetter(f"row.{field.key}")
    if field.key not in TERM_LISTS.values():
        return column
    return lambda detail: tuple(column(detail)) or None


def all_values_in(detail: Detail, field: Field) -> Value | None:
    """Return every value that a model has in a field which has one that stands for all."""
    values = getattr(detail.row, field.several) if field.several else None
    return value_in(detail, field) if values is None else tuple(values) or None


def stated_value(detail: Detail, field: Field) -> tuple[Value | None, set[str]]:
    """Return a model's value in a field, or under a name of its own, with the names under which
    its evidence is kept.
    """
    value = all_values_in(detail, field)
    if value is not None or field.source not in ("sizes", "named", "own name"):
        return value, set(field.evidence or (field.key,))
    stored = {name.casefold() for name in (*field.stored, field.name)}
    kinds: Sequence[tuple[str, Iterable[NamedValue | MetricRow]]] = (
        ("layer", detail.layer_facts),
        ("hyperparameter", detail.hyperparameters),
        ("metric", telling_first(detail.metrics)),
    )
    for prefix, entries in kinds:
        for entry in entries:
            if entry.name.casefold() in stored or field.name == prefix:
                return entry.value, {f"{prefix} {entry.name}"}
    return None, set()


def telling_first(metrics: Sequence[MetricRow]) -> list[MetricRow]:
    """Return results in the order of how much they tell: the best of a run on the most telling
    split comes first; of a metric without a better direction the last value.
    """
    from modelsearch.records.splits import place

    def rank(row: MetricRow) -> tuple[int, float, int]:
        sign = {True: -1, False: 1, None: 0}[row.higher_is_better]
        return place(row.split), sign * row.value, -(row.step or 0)

    return sorted(metrics, key=rank)


#: Sources whose values stand in rows of other tables: of a model's runs and their curves.
_BESIDE = ("run", "run date", "run curve", "base model", "contradiction")
_MOST_BESIDE = 8  #: values that are listed


def stands_beside(field: Field) -> bool:
    """Return whether the values of a field are read from a model's runs or checkpoints."""
    counted = field.source in ("rows", "different rows") and field.key not in names(Detail)
    return field.source in _BESIDE or counted


def values_beside(
    connection: apsw.Connection, field: Field, models: Sequence[int]
) -> dict[int, Value]:
    """Return the values of a field of runs or checkpoints for some models: one value, or a list."""
    found: dict[int, list[Any]] = {}
    for model, value in fetch_all(
        connection,
        f"SELECT DISTINCT model, value FROM ({source_of(field).rows(field)}) "
        "WHERE model IN (SELECT value FROM json_each(?)) ORDER BY value",
        (numbers_json(models),),
    ):
        found.setdefault(model, []).append(value)
    return {
        model: values[0] if len(values) == 1 else tuple(map(str, values[:_MOST_BESIDE]))
        for model, values in found.items()
    }


def result_on_split(name: str) -> Sort | None:
    """Return the order by a result on one part of the data that a name means ("test accuracy"),
    the best first; None for any other name.
    """
    from modelsearch.records.splits import CALLED

    split, _, metric = name.partition(" ")
    term = vocabulary.find("metric", metric) if split in CALLED else None
    if term is None:
        return None
    return Sort(term.name, descending=term.higher_is_better is not False, split=split)


def ordering_values(
    connection: apsw.Connection, sort: Sort, models: Sequence[int]
) -> dict[int, Any]:
    """Return the value of each of some models by which an order places it."""
    from modelsearch.search.compile import sorted_value

    rows = fetch_all(
        connection,
        f"SELECT m.id, {sorted_value(sort)[0]} FROM model m "
        "LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 "
        "WHERE m.id IN (SELECT value FROM json_each(?))",
        (numbers_json(models),),
    )
    return dict(rows)


def _in_main_stage(detail: Detail, field: Field) -> Value | None:
    value: Value | None = getattr(detail.main_stage, field.column, None)
    return value


def _in_stages(detail: Detail, field: Field) -> Value | None:
    values = (getattr(stage, field.column) for stage in detail.stages)
    return tuple(dict.fromkeys(value for value in values if value is not None)) or None


def _kept_classes(detail: Detail, _field: Field) -> Value | None:
    kept = [f"{t.name}: {t.subset}" for t in detail.terms if t.kind == "dataset" and t.subset]
    return tuple(kept) or None


def _number_of_rows(detail: Detail, field: Field) -> Value | None:
    rows = getattr(detail, field.key, ())
    return rows if isinstance(rows, int) else len(rows) or None


def _in_remarks(detail: Detail, field: Field) -> Value | None:
    """What people said: the tags, or the notes, that hold."""
    return tuple(one.value for one in detail.remarks if one.kind == field.column) or None


_READERS: dict[str, Callable[[Detail, Field], Value | None]] = {
    "stage": _in_main_stage,
    "stage text": _in_main_stage,
    "loss": _in_main_stage,
    "any stage": _in_stages,
    "subset": _kept_classes,
    "rows": _number_of_rows,
    "said": _in_remarks,
    "said words": _in_remarks,
}
