"""Words of a question that name a numeric field: "batch size", "lr", "heads".

Code shortens the words of its names (``ent_coef``). Words beside a number that name nothing
("entropy coefficient 0.01") are compared with the names that are stored here, part by part; only
where one name fits it is meant, and a note says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from modelsearch import vocabulary
from modelsearch.query.numbers.quantities import (
    COMPARISONS,
    MULTIPLIERS,
    NUMBER_WORDS,
    comparison_at,
    read_number,
)
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import lazy
from modelsearch.vocabulary.fields import Field, for_models, spellings, stored_spellings

_STORED_KINDS = ("hyperparameter", "layer_fact", "metric")
#: Words for a field that mean another one after a noun: "patch size", "warmup steps".
_GENERAL = frozenset({"size", "sizes", "step", "steps", "iterations", "depth", "dimension"})
_LONGEST_FIELD = 4
_MOST_WORDS = 3  #: that spell a setting out
_BETWEEN = frozenset({"of", "is", "=", ":", "at", "to", "set"})
_SHORTEST = 2  #: letters of a part of a setting's name
_PARTS = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def named_fields(reading: Reading) -> dict[int, list[tuple[int, str]]]:
    """Return, by first token, the runs that spell a numeric field (last token, field name)."""
    runs = {
        index: reading.grams(index, _LONGEST_FIELD)
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
                        if n.kind in _STORED_KINDS and _usable(reading, index, joined)
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


def _usable(reading: Reading, index: int, joined: str) -> bool:
    if len(joined) == 1 and not stands_as_name(reading, index):
        return False
    return joined not in words("stop") and not joined.isdigit()


def stands_as_name(reading: Reading, index: int) -> bool:
    """Return whether a single letter stands where a name does: "with C 0.1", "T=1000"; the letter
    of "GAN T 5" may be anything.
    """
    written = reading.lower(index + 1)[:1] in ("=", ":")
    return written or reading.lower(index - 1) in ("with", "having", "where")


def is_compound(reading: Reading, first: int, last: int) -> bool:
    """Return whether a word before a general one names another thing: "patch size", "warmup
    steps".
    """
    if first != last or reading.lower(first) not in _GENERAL or first == 0:
        return False
    token, word = reading.tokens[first - 1], reading.lower(first - 1)
    if word in MULTIPLIERS or word in NUMBER_WORDS:
        return False
    if token.kind != "word" or word[0].isdigit() or word in words("stop", "clause", "using"):
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
        for _, joined in reading.grams(index, _LONGEST_FIELD)
    )


def spelled_out(reading: Reading) -> list[tuple[int, int, str]]:
    """Return (first token, last token, stored name) of words before a number that belongs to
    nothing, where they are one stored name in full.
    """
    found = []
    for index in range(1, len(reading.tokens)):
        skip = comparison_at(reading, index)[1]
        if not reading.free(index, index) or read_number(reading, index + skip) is None:
            continue
        last = index - 1
        while last > 0 and reading.lower(last) in _BETWEEN:
            last -= 1
        for first in range(max(last - _MOST_WORDS + 1, 0), last):
            name = _stored(reading, first, last)
            if name is not None:
                said = reading.text(first, last)
                reading.note(f"Read {said!r} as {name}, the only setting here that it may be.")
                found.append((first, last, name))
                break
    return found


def _stored(reading: Reading, first: int, last: int) -> str | None:
    """Return the one stored name whose parts shorten the words of some free tokens."""
    said = [reading.tokens[index] for index in range(first, last + 1)]
    plain = words("stop", "clause", "using", "model_words")
    if not reading.free(first, last) or any(
        one.kind != "word"
        or one.lower in plain
        or len(one.norm) <= _SHORTEST
        or field_name(one.norm, vocabulary.index("metric")) is not None  # "epochs abve 50"
        for one in said
    ):
        return None
    fitting = [
        name
        for name in reading.lexicon.settings_from(said[0].norm[0])
        if _shortens([part.casefold() for part in _PARTS.findall(name)], [t.norm for t in said])
    ]
    return fitting[0] if len(fitting) == 1 else None


def _shortens(parts: list[str], said: list[str]) -> bool:
    """Return whether each part is a word or its letters in order, from the first letter on."""
    return len(parts) == len(said) and all(
        len(part) >= _SHORTEST
        and part[0] == word[0]
        and (word.startswith(part) or (len(part) > _SHORTEST and _in_order(part, word)))
        for part, word in zip(parts, said, strict=True)
    )


def _in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)
