"""Words of a question that name a numeric field: "batch size", "lr", "heads"."""

from __future__ import annotations

from collections.abc import Mapping

from modelsearch import vocabulary
from modelsearch.query.names.entities import grams
from modelsearch.query.numbers.quantities import (
    COMPARISONS,
    MULTIPLIERS,
    NUMBER_WORDS,
)
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.vocabulary.fields import Field, for_models, spellings, stored_spellings

_STORED_KINDS = ("hyperparameter", "layer_fact", "metric")
#: Words for a field that mean another one after a noun: "patch size", "warmup steps".
_GENERAL = frozenset({"size", "sizes", "step", "steps", "iterations", "depth", "dimension"})
_LONGEST_FIELD = 4


def named_fields(reading: Reading) -> dict[int, list[tuple[int, str]]]:
    """Return, by first token, the runs that spell a numeric field (last token, field name)."""
    runs = {
        index: list(grams(reading.tokens, index, _LONGEST_FIELD))
        for index in range(len(reading.tokens))
        if not reading.uses[index]
    }
    stored = reading.lexicon.lookup(joined for run in runs.values() for _, joined in run)
    metrics = vocabulary.index("metric")
    named: dict[int, list[tuple[int, str]]] = {}
    for index, run in runs.items():
        for last, joined in reversed(run):
            name = field_name(joined, metrics)
            if name is None:
                name = next(
                    (
                        n.value
                        for n in stored.get(joined, ())
                        if n.kind in _STORED_KINDS and _usable(joined)
                    ),
                    None,
                )
            if name is not None:
                named.setdefault(index, []).append((last, name))
    return named


def field_name(joined: str, metrics: Mapping[str, vocabulary.Term]) -> str | None:
    """Return the numeric field or result that words, joined, spell; None where they spell none."""
    one: Field | None = spellings().get(joined)
    if one is not None and one.kind == "number":
        return for_models(one).name  # in a question for pictures, "epoch" is moved to them later
    metric = metrics.get(joined)
    if metric is not None:
        return metric.name
    one = stored_spellings().get(joined)
    if one is None and joined.endswith("es"):
        return field_name(joined[:-2] + "s", metrics)  # "epoches"
    return one.name if one is not None else None


def _usable(joined: str) -> bool:
    return len(joined) > 1 and joined not in words("stop") and not joined.isdigit()


def is_compound(reading: Reading, first: int, last: int) -> bool:
    """Return whether a word before a general one names another thing: "patch size", "warmup
    steps".
    """
    if first != last or reading.lower(first) not in _GENERAL or first == 0:
        return False
    token, word = reading.tokens[first - 1], reading.lower(first - 1)
    if word in MULTIPLIERS or word in NUMBER_WORDS:
        return False
    if (
        token.kind != "word"
        or word[0].isdigit()
        or word in words("stop") | words("clause") | words("using")
    ):
        return False
    extreme = word in ("max", "min", "maximum", "minimum")
    return extreme == (reading.lower(first) == "depth") or not (extreme or word in COMPARISONS)


def belongs_elsewhere(reading: Reading, index: int) -> bool:
    """Return whether a field word stands at index, so that the number beside it is that field's."""
    if not 0 <= index < len(reading.tokens):
        return False
    metrics = vocabulary.index("metric")
    return any(
        field_name(joined, metrics) is not None
        for _, joined in grams(reading.tokens, index, _LONGEST_FIELD)
    )
