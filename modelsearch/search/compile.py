"""From a tree of filters to one SQL expression with bound parameters.

The expression stands in a WHERE over ``model m LEFT JOIN training_stage s ON s.model = m.id AND
s.main = 1`` (:func:`compile_filter`) or over ``image i`` (:func:`compile_images`). What a single
filter becomes is decided by the source of its field (:mod:`modelsearch.search.sources`).

Unknown values: a name that is not listed is not there, so "without attention" and "not PyTorch"
include models of which nothing is known; a number or date that is unknown satisfies neither a
comparison nor its negation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modelsearch import vocabulary
from modelsearch.records.question import And, Filter, Node, Not, Or, Sort
from modelsearch.search.sources import field_called, own_name, source_of
from modelsearch.search.sources.comparisons import (
    NUMBERS_EQUAL_WITHIN,
    Sql,
    literal,
    models_in,
    with_ids,
)
from modelsearch.vocabulary.fields import by_name
from modelsearch.vocabulary.fields.field import Field

__all__ = [
    "MATCHING",
    "NUMBERS_EQUAL_WITHIN",
    "Sql",
    "compile_filter",
    "compile_images",
    "compile_model",
    "compile_over",
    "folds_case",
    "listed",
    "matching",
    "named_together",
    "order_by",
    "sorted_by",
    "sorted_value",
    "value_expression",
]

_WITH_STAGES = " LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"


def models_on(condition: str, *expressions: str) -> str:
    """Return the models that join what stands before them on a condition, for some expressions:
    with their main stages where one may name them, which takes most of the time.
    """
    stages = _WITH_STAGES if any("s." in one for one in expressions) else ""
    return f"model m ON {condition}{stages}"


def listed(*expressions: str) -> str:
    """Return the models of a table ``j`` of row ids for some expressions."""
    return models_on("m.id = j.value", *expressions)


#: The models that a compiled filter, put behind it, leaves.
MATCHING = f"SELECT m.id FROM model m{_WITH_STAGES} WHERE "
_MODELS_ALONE = "SELECT m.id FROM model m WHERE "


def matching(condition: str) -> str:
    """Return the query for the models that a condition leaves, stages joined where it may name
    them.
    """
    return MATCHING + condition if "s." in condition else _MODELS_ALONE + condition


def compile_filter(node: Node) -> Sql:
    """Return the condition on models that ``node`` states."""
    return _compile(node, _model_condition)


def named_together(node: And | Or) -> tuple[Sql | None, Sequence[Node]]:
    """Return the condition of those parts of an "or" that name a model by its id, where there are
    several, and the other parts.
    """
    named = [part for part in node.parts if _is_an_id(part)] if isinstance(node, Or) else []
    if not named[1:]:
        return None, node.parts
    others = [part for part in node.parts if not _is_an_id(part)]
    return with_ids(part.value for part in named if isinstance(part, Filter)), others


def _is_an_id(node: Node) -> bool:
    return isinstance(node, Filter) and (node.field, node.op, node.by) == ("model", "=", None)


def compile_images(node: Node) -> Sql:
    """Return the condition on pictures that ``node`` states."""
    return _compile(node, _image_condition)


def compile_over(node: Node, leaf: Callable[[Filter], Sql]) -> Sql:
    """Return the condition that ``node`` states, each of its filters by ``leaf``: over what the
    caller joins.
    """
    return _compile(node, leaf)


def compile_model(one: Filter) -> Sql:
    """Return the condition on ``model m`` that one filter states."""
    return compile_filter(one)


def order_by(sort: Sort) -> tuple[str, Filter]:
    """Return an ORDER BY term list for models, and the filter that the value is known.

    A metric is compared by each model's best value.
    """
    direction = "DESC" if sort.descending else "ASC"
    expression, known = sorted_value(sort)
    collation = " COLLATE NOCASE" if folds_case(sort) else ""
    return f"{expression} IS NULL, {expression}{collation} {direction}, m.model_id", known


def folds_case(sort: Sort) -> bool:
    """Return whether values that differ in case alone have the same place in an order."""
    return sorted_by(sort.field).kind in ("term", "text", "thing")


def sorted_value(sort: Sort) -> tuple[str, Filter]:
    """Return the SQL expression that models are ordered by, NULL where there is nothing to order
    by, and the filter that a model has a value at all.
    """
    field = sorted_by(sort.field)
    listed = field.name in by_name() and field.source != "own name"
    known = Filter(sort.field, "exists" if listed else "stored", None, sort.text)
    best = "max" if sort.descending else "min"
    source = source_of(field)
    if source.everyone:
        known = Filter(sort.field, ">=", 0.0, sort.text)
    expression = source.order(field, best)
    if sort.split:
        from modelsearch.records.splits import result_of_split

        expression = result_of_split(literal(field.name), best, sort.split)
        known = Filter(sort.field, "stored", None, sort.text, split=sort.split)
    return expression, known


def value_expression(name: str) -> str:
    """Return the SQL expression of a field's value (a metric's lowest), for spans and distances."""
    field = sorted_by(name)
    return source_of(field).order(field, "min")


def sorted_by(name: str) -> Field:
    """Return the field whose values an order by ``name`` means: a loss is a name, and a result by
    that name, which is what has an order.
    """
    field = field_called(name)
    if field.kind == "term" and (field.source == "named" or vocabulary.find("metric", name)):
        return own_name(name)
    return field


def _compile(node: Node, leaf: Callable[[Filter], Sql]) -> Sql:
    if isinstance(node, Filter):
        return leaf(node) if node.by is None else _compile(node.by, leaf)
    if isinstance(node, Not):
        inner = _compile(node.part, leaf)
        return Sql(f"NOT {inner.text}", inner.params)
    joiner = " AND " if isinstance(node, And) else " OR "
    parts = _of_parts(node, leaf)
    return Sql(
        "(" + joiner.join(part.text for part in parts) + ")",
        tuple(value for part in parts for value in part.params),
    )


def _of_parts(node: And | Or, leaf: Callable[[Filter], Sql]) -> list[Sql]:
    """Return the conditions of the parts; models named by their ids, one or another, are one."""
    ids, others = named_together(node) if leaf is _model_condition else (None, node.parts)
    return [*([] if ids is None else [ids]), *(_compile(part, leaf) for part in others)]


def _model_condition(one: Filter) -> Sql:
    field = own_name(one.field) if one.op == "stored" else field_called(one.field)
    if one.op in ("exists", "stored"):
        return source_of(field).known(field) if not one.split else _on_split(one)
    if field.kind == "term" and isinstance(one.value, int | float | tuple):
        field = own_name(one.field)  # "loss below 0.1": a result by the name of a field
    return source_of(field).condition(field, one)


def _on_split(one: Filter) -> Sql:
    """Return the condition that a result is known on a split."""
    from modelsearch.records.splits import of_split

    rows = f"SELECT model FROM metric WHERE name = ? AND {of_split(one.split)}"
    return models_in(rows, (one.field,))


def _image_condition(one: Filter) -> Sql:
    from modelsearch.search.sources.pictures import Image, of_column, of_setting

    field = by_name().get(one.field)
    if field is None:
        return of_setting(one) or Sql("(1)")
    if field.name == "model" and one.op == "exists":
        return Sql("(i.model IS NOT NULL)")
    source = source_of(field)
    if isinstance(source, Image):
        return source.of_picture(field, one)
    return of_column(field, one) if field.picture else Sql("(1)")
