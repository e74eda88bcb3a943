"""From a tree of filters to one SQL expression with bound parameters.

The expression stands in a WHERE over ``model m LEFT JOIN training_stage s ON s.model = m.id AND
s.main = 1`` (:func:`compile_filter`) or over ``image i`` (:func:`compile_images`). A question's
words reach SQL only as parameters.

Unknown values: a name that is not listed is not there, so "without attention" and "not PyTorch"
include models of which nothing is known; a number or date that is unknown satisfies neither a
comparison nor its negation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from modelsearch import vocabulary
from modelsearch.records.question import And, Filter, Node, Not, Sort
from modelsearch.records.splits import COUNTS, best_result
from modelsearch.records.structs import frozen
from modelsearch.search.conditions import (
    EXISTS,
    Parameter,
    json_list,
    names_below,
    subject_parameters,
)
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import Field, by_name
from modelsearch.vocabulary.picture_words import COLOURS, word_forms

#: Two numbers with a point are equal when they differ by no more than this share.
NUMBERS_EQUAL_WITHIN = 1e-9
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
#: Metrics that are shares: 90% and 0.9 are the same, however a file wrote them.
_SHARES = frozenset({"accuracy", "top-5 accuracy", "balanced accuracy", "precision", "recall", "F1",
                     "AUC", "average precision", "mAP", "IoU", "Dice score", "error rate",
                     "top-5 error", "win rate", "hit rate"})  # fmt: skip
#: Techniques that stages also state in a column of their own.
_IN_STAGES = {
    "weight decay": "s.weight_decay > 0",
    "EMA": "s.ema IS NOT NULL",
    "mixed precision": "s.mixed_precision IS NOT NULL",
    "gradient accumulation": "s.gradient_accumulation > 1",
    "learning rate schedule": "s.scheduler IS NOT NULL",
}
_IMAGE_COLUMNS = {"epoch": "i.epoch", "step": "i.step", "image_kind": "i.kind", "path": "i.path",
                  "created": "i.created_at", "modified": "i.modified_at", "epochs": "i.epoch",
                  "steps": "i.step", "size": "i.size_bytes",
                  "image_size": "max(i.width, i.height)"}  # fmt: skip


@frozen
class Sql:
    """An SQL expression and the parameters of its question marks, in order."""

    text: str
    params: tuple[Parameter, ...] = ()


def compile_filter(node: Node) -> Sql:
    """Return the condition on models that ``node`` states."""
    return _compile(node, _model_condition)


def compile_images(node: Node) -> Sql:
    """Return the condition on pictures that ``node`` states."""
    return _compile(node, _image_condition)


#: The models that a compiled filter, put behind it, leaves.
MATCHING = (
    "SELECT m.id FROM model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 WHERE "
)


def order_by(sort: Sort) -> tuple[str, Filter]:
    """Return an ORDER BY term list for models, and the filter that the value is known.

    A metric is compared by each model's best value.
    """
    direction = "DESC" if sort.descending else "ASC"
    field = by_name().get(sort.field)
    known = Filter(sort.field, "exists" if _ordered(field) else "stored", None, sort.text)
    expression = _sort_expression(sort)
    return f"{expression} IS NULL, {expression} {direction}, m.model_id", known


def value_expression(name: str) -> str:
    """Return the SQL expression of a field's value (a metric's lowest), for spans and distances."""
    return _sort_expression(Sort(name, False))


def _ordered(field: Field | None) -> bool:
    """Whether a field's own values have an order (of pictures their number); a loss is a name, and
    a metric by that name.
    """
    if field is None or field.source == "named":
        return False
    return field.kind in ("number", "date") or field.name == "images"


def _compile(node: Node, leaf: Callable[[Filter], Sql]) -> Sql:
    if isinstance(node, Filter):
        return leaf(node)
    if isinstance(node, Not):
        inner = _compile(node.part, leaf)
        return Sql(f"NOT {inner.text}", inner.params)
    joiner = " AND " if isinstance(node, And) else " OR "
    parts = [_compile(part, leaf) for part in node.parts]
    return Sql(
        "(" + joiner.join(part.text for part in parts) + ")",
        tuple(value for part in parts for value in part.params),
    )


def _model_condition(one: Filter) -> Sql:
    field = by_name().get(one.field)
    if one.op == "stored":
        return _exists(one, None)
    if one.op == "exists":
        return _exists(one, field)
    if field is None or field.source == "named":
        return _named(one)
    if field.kind == "term" and isinstance(one.value, int | float | tuple):
        return _named(one)  # "loss below 0.1": a result by the name of a field
    if field.kind == "date":
        return _interval(f"m.{field.column}", one)
    return _BY_SOURCE[field.source](one, field)


def _exists(one: Filter, field: Field | None) -> Sql:
    if field is None:
        term = vocabulary.find("metric", one.field)
        name = term.name if term else one.field
        return Sql(f"({EXISTS['named']})", (name, name, name))
    if field.source == "sizes":
        stored = json_list(field.stored)
        return Sql(f"({EXISTS['sizes']})", (stored, stored))
    if field.source in ("model", "reference"):
        return Sql(f"(m.{field.column} IS NOT NULL AND m.{field.column} <> '')")
    if field.source in ("task", "architecture"):
        return Sql(f"(m.{field.column} IS NOT NULL)")
    if field.source == "stage":
        return Sql(f"(s.{field.column} IS NOT NULL)")
    if field.source in ("table", "image"):
        return Sql("(m.id IN (SELECT model FROM image))")
    if field.name in EXISTS:
        return Sql(f"({EXISTS[field.name]})")
    return Sql(f"({EXISTS['term']})", (field.vocabulary or "dataset",))


def _term(one: Filter, field: Field) -> Sql:
    role = " AND x.role = 'train'" if field.vocabulary == "dataset" else ""
    text = (
        "m.id IN (SELECT x.model FROM term t JOIN term_ancestor c ON c.ancestor = t.id "
        "JOIN model_term x ON x.term = c.term "
        f"WHERE t.kind = ? AND t.name = ?{role})"
    )
    params: tuple[Parameter, ...] = (field.vocabulary, _text(one))
    if field.name == "technique":
        if _text(one) in _IN_STAGES:
            text += f" OR coalesce({_IN_STAGES[_text(one)]}, 0)"
        if vocabulary.find("loss", _text(one)):
            loss = _loss(one, field)
            text, params = f"{text} OR {loss.text}", (*params, *loss.params)
    elif field.name == "framework":
        text, params = (
            f"{text} OR coalesce(m.framework = ? COLLATE NOCASE, 0)",
            (*params, _text(one)),
        )
    return Sql(f"({text})", params)


def _subject(one: Filter, _field: Field) -> Sql:
    wanted, spellings, others = subject_parameters(_text(one))
    return Sql(
        "(m.id IN (SELECT x.model FROM term_subject u JOIN model_term x ON x.term = u.term "
        "WHERE u.subject IN (SELECT value FROM json_each(?)) AND x.role = 'train' "
        # A part of a dataset shows what its classes are: CIFAR-10's ships are no animals.
        "AND (x.subset IS NULL "
        "OR EXISTS (SELECT 1 FROM json_each(?) j "
        "WHERE instr(', ' || lower(x.subset) || ',', ', ' || j.value || ',')) "
        "OR NOT EXISTS (SELECT 1 FROM json_each(?) j "
        "WHERE instr(', ' || lower(x.subset) || ',', ', ' || j.value || ',')))))",
        (wanted, spellings, others),
    )


def _subset(one: Filter, _field: Field) -> Sql:
    return Sql(
        "(m.id IN (SELECT model FROM model_term WHERE "
        "instr(', ' || lower(subset) || ',', ', ' || lower(?) || ',')))",
        (_text(one),),
    )


def _modality(one: Filter, _field: Field) -> Sql:
    return Sql(
        "(m.id IN (SELECT x.model FROM model_term x JOIN term t ON t.id = x.term "
        "WHERE t.kind = 'dataset' AND t.modality = ? COLLATE NOCASE AND x.role = 'train'))",
        (_text(one),),
    )


def _stage(one: Filter, field: Field) -> Sql:
    if field.kind == "number":
        return _number(f"s.{field.column}", one)
    names = json_list(names_below(field.vocabulary, _text(one)))
    return Sql(
        f"(coalesce(s.{field.column} COLLATE NOCASE IN (SELECT value FROM json_each(?)), 0))",
        (names,),
    )


def _loss(one: Filter, _field: Field) -> Sql:
    return Sql(
        "(m.id IN (SELECT g.model FROM training_stage g JOIN json_each(?) j "
        "WHERE instr(', ' || lower(g.loss) || ',', ', ' || lower(j.value) || ',')))",
        (json_list(names_below("loss", _text(one))),),
    )


def _task(one: Filter, _field: Field) -> Sql:
    return Sql(
        "(coalesce(m.task COLLATE NOCASE IN (SELECT value FROM json_each(?)), 0))",
        (json_list(names_below("task", _text(one))),),
    )


def _architecture(one: Filter, _field: Field) -> Sql:
    return Sql(
        "(m.id IN (SELECT id FROM model WHERE architecture = ? COLLATE NOCASE UNION ALL "
        "SELECT model FROM training_stage WHERE model_class = ? COLLATE NOCASE))",
        (_text(one), _text(one)),
    )


def _reference(one: Filter, _field: Field) -> Sql:
    if one.op == "=":
        return Sql("(m.model_id = ?)", (_text(one),))
    return Sql(
        "(instr(lower(m.model_id), lower(?)) > 0 OR instr(lower(m.path), lower(?)) > 0)",
        (_text(one), _text(one)),
    )


def _column(one: Filter, field: Field) -> Sql:
    column = f"m.{field.column}"
    if field.kind == "number":
        return _number(column, one)
    if field.name in ("path", "description", "application", "readme"):
        return Sql(f"(coalesce(instr(lower({column}), lower(?)) > 0, 0))", (_text(one),))
    return Sql(f"(coalesce({column} = ? COLLATE NOCASE, 0))", (_text(one),))


def _phrase(one: Filter, _field: Field) -> Sql:
    words = _text(one).replace('"', '""').replace("\0", " ")
    if not normalise(words):
        return Sql("(1)")  # only signs: nothing to look for
    return Sql(
        "(m.id IN (SELECT p.model FROM passage_fts JOIN passage p ON p.id = passage_fts.rowid "
        "WHERE passage_fts MATCH ?))",
        (f'"{words}"',),
    )


def _sizes(one: Filter, field: Field) -> Sql:
    stored = json_list(field.stored)
    condition = _number("number", one)
    one_table = (
        "SELECT model FROM {} WHERE name IN (SELECT value FROM json_each(?)) AND " + condition.text
    )
    return Sql(
        f"(m.id IN ({one_table.format('layer_fact')} UNION {one_table.format('hyperparameter')}))",
        (stored, *condition.params, stored, *condition.params),
    )


def _image_field(_one: Filter, _field: Field) -> Sql:
    return Sql("(m.id IN (SELECT i.model FROM image i WHERE " + (
        inner := _image_condition(_one)).text + "))", inner.params)  # fmt: skip


def _named(one: Filter) -> Sql:
    """A metric, hyperparameter or layer fact by its own name."""
    term = vocabulary.find("metric", one.field)
    if term is not None:
        return _metric(one, term.name)
    metric, setting = _number("value", one), _number("number", one)
    return Sql(
        f"(m.id IN (SELECT model FROM hyperparameter WHERE name = ? AND {setting.text} "
        f"UNION SELECT model FROM layer_fact WHERE name = ? AND {setting.text} "
        f"UNION SELECT model FROM metric WHERE name = ? AND {metric.text}))",
        (one.field, *setting.params, one.field, *setting.params, one.field, *metric.params),
    )


def _metric(one: Filter, name: str) -> Sql:
    column = "value"
    if name in _SHARES:
        column = "(CASE WHEN value > 1 THEN value / 100.0 ELSE value END)"
        one = Filter(one.field, one.op, _as_share(one.value), one.text, one.span)
    condition = _number(column, one)
    return Sql(
        f"(m.id IN (SELECT model FROM metric WHERE name = ? AND {condition.text} AND {COUNTS}))",
        (name, *condition.params),
    )


def _as_share(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_as_share(one) for one in value)
    return value / 100 if isinstance(value, int | float) and value > 1 else value


def _number(column: str, one: Filter) -> Sql:
    if one.op == "between" and isinstance(one.value, tuple):
        low, high = one.value
        return Sql(f"({column} BETWEEN ? AND ?)", (_real(low), _real(high)))
    if one.op not in _COMPARISONS:
        return Sql("(0)")
    value = _real(one.value)
    if one.op == "=" and isinstance(value, float):
        return Sql(f"(abs({column} - ?) <= ?)", (value, abs(value) * NUMBERS_EQUAL_WITHIN))
    return Sql(f"({column} {one.op} ?)", (value,))


def _real(value: Any) -> Parameter:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, float) or abs(value) < 2**63 else float(value)


def _interval(column: str, one: Filter) -> Sql:
    if one.op != "in" or not isinstance(one.value, tuple) or len(one.value) != 2:
        return Sql("(0)")
    start, end = (None if bound is None else str(bound) for bound in one.value)
    if (start or end or "").startswith("--"):
        return _yearly(column, (start or "--01-01")[2:], (end or "--12-32")[2:])
    bounds = [(f"{column} >= ?", start), (f"{column} < ?", end)]
    given = [(text, bound) for text, bound in bounds if bound is not None]
    if not given:
        return Sql(f"({column} IS NOT NULL)")
    return Sql("(" + " AND ".join(t for t, _ in given) + ")", tuple(b for _, b in given))


def _yearly(column: str, start: str, end: str) -> Sql:
    """Month and day of any year; an interval that ends before it begins runs over New Year."""
    joiner = "AND" if start < end else "OR"
    day = f"substr({column}, 6, 5)"
    return Sql(f"({day} >= ? {joiner} {day} < ?)", (start, end))


def _image_condition(one: Filter) -> Sql:
    if one.field == "image_word":
        return _image_word(one)
    if one.field == "colour":
        colour = COLOURS.get(_text(one).lower(), _text(one))
        return Sql("(i.id IN (SELECT image FROM image_colour WHERE colour = ?))", (colour,))
    if one.field == "prompt":
        return Sql(
            "(i.id IN (SELECT image FROM image_word WHERE source = 'prompt' "
            "AND word IN (SELECT value FROM json_each(?))) "
            "OR coalesce(instr(lower(i.prompt), lower(?)) > 0, 0))",
            (word_forms(_text(one).lower()), _text(one)),
        )
    if one.field.startswith("setting "):
        return _image_setting(one)
    column = _IMAGE_COLUMNS.get(one.field)
    if column is None:
        return Sql("(1)")
    if one.op == "exists":
        return Sql(f"({column} IS NOT NULL)")
    if one.field in ("created", "modified"):
        return _interval(column, one)
    if one.field == "image_kind":
        return Sql(f"(coalesce({column} = ? COLLATE NOCASE, 0))", (_text(one),))
    if one.field == "path":
        return Sql(f"(instr(lower({column}), lower(?)) > 0)", (_text(one),))
    return _number(column, one)


def _image_word(one: Filter) -> Sql:
    """A word of the picture's name or prompt; names of models count as names of their pictures."""
    forms = word_forms(_text(one).lower())
    among = "word IN (SELECT value FROM json_each(?))"
    return Sql(
        f"(i.id IN (SELECT image FROM image_word WHERE {among}) OR coalesce(i.model IN "
        "(SELECT n.id FROM model n, json_each(?) j WHERE instr(' ' || replace(replace(replace("
        "lower(n.model_id), '_', ' '), '-', ' '), '/', ' ') || ' ', ' ' || j.value || ' ')), 0))",
        (forms, forms),
    )


def _image_setting(one: Filter) -> Sql:
    value = (
        Sql("text = ? COLLATE NOCASE", (one.value,))
        if isinstance(one.value, str)
        else _number("number", one)
    )
    return Sql(
        f"(i.id IN (SELECT image FROM image_setting WHERE name = ? AND {value.text}))",
        (one.field.removeprefix("setting "), *value.params),
    )


def _sort_expression(sort: Sort) -> str:
    field = by_name().get(sort.field)
    best = "max" if sort.descending else "min"
    if field is None or not _ordered(field):
        name = _literal(sort.field)
        return (
            f"coalesce({best_result(name, best)}, "
            f"(SELECT {best}(number) FROM hyperparameter WHERE model = m.id AND name = {name}), "
            f"(SELECT {best}(number) FROM layer_fact WHERE model = m.id AND name = {name}))"
        )
    if field.name == "images":
        return "(SELECT nullif(count(*), 0) FROM image WHERE model = m.id)"
    if field.source == "sizes":
        names = ", ".join(_literal(name) for name in field.stored)
        return (
            f"coalesce((SELECT {best}(number) FROM layer_fact WHERE model = m.id "
            f"AND name IN ({names})), (SELECT {best}(number) FROM hyperparameter "
            f"WHERE model = m.id AND name IN ({names})))"
        )
    if field.source == "stage":
        return f"s.{field.column}"
    return f"m.{field.column}" if field.source == "model" else "m.created_at"


@cache
def _literal(name: str) -> str:
    """Quote a stored name; ORDER BY takes no parameters here. Other signs than those of names
    are dropped, so that no text of a question can leave the quotes.
    """
    return "'" + "".join(c for c in name if c.isalnum() or c in " _-.@/%+") + "'"


def _text(one: Filter) -> str:
    return one.value if isinstance(one.value, str) else str(one.value)


_BY_SOURCE: dict[str, Callable[[Filter, Field], Sql]] = {
    "term": _term,
    "subject": _subject,
    "subset": _subset,
    "modality": _modality,
    "stage": _stage,
    "loss": _loss,
    "task": _task,
    "architecture": _architecture,
    "reference": _reference,
    "model": _column,
    "text": _phrase,
    "sizes": _sizes,
    "image": _image_field,
    "table": _image_field,
}
