"""Two models measured against each other: which has the larger value, or whether one has."""

from __future__ import annotations

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import AskedValues, ModelValues
from modelsearch.answer.wording import spaced
from modelsearch.records.question import Filter, ParsedQuery
from modelsearch.records.structs import replace
from modelsearch.vocabulary.wording import said


def measured(finder: Finder, parsed: ParsedQuery, asked: AskedValues) -> str:
    """Return the sentence that answers, with both values; nothing where the question names no two
    models that have one value each.
    """
    if parsed.measures is None or len(asked.models) != 2 or not parsed.asked:
        return ""
    larger, subject = parsed.measures
    name = spaced(parsed.asked[0])
    unknown = [one.model_id for one in asked.models if not _is_one_value(one)]
    if unknown:
        return f"Not known: {name} of {' and '.join(unknown)}."
    first, second = sorted(asked.models, key=_value, reverse=larger)
    if _value(first) == _value(second):
        both = f"both have {name} {_written(first)}."
        return both.capitalize() if subject is None else f"No: {both}"
    told = f"{first.model_id}: {name} {_written(first)}; {second.model_id} {_written(second)}."
    if subject is None:
        return told
    itself = finder.matching(replace(parsed, where=subject, text=""))
    is_first = itself == finder.matching(replace(parsed, where=_itself(first), text=""))
    return f"{'Yes' if is_first else 'No'}: {told}"


def _itself(model: ModelValues) -> Filter:
    return Filter("model", "=", model.model_id)


def _value(model: ModelValues) -> int | float | str:
    value: int | float | str = model.values[0].value
    return value


def _is_one_value(model: ModelValues) -> bool:
    return isinstance(_value(model), int | float | str)


def _written(model: ModelValues) -> str:
    return said(model.values[0].field, model.values[0].value)
