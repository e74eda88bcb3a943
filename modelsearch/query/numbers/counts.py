"""How many rows of another table a model has: "models with more than 2 runs", "at least three
checkpoints", "number of runs over 1".

The fields of kind ``count`` are asked for so. Their words mean other things as well (runs are asked
for themselves, a model is trained on 5,000 images), so that a number counts them only with a
comparison or a verb of having before it, or where the words say that they count.
"""

from __future__ import annotations

from modelsearch.query.numbers.bound_numbers import postfixed, quantity_after, quantity_before
from modelsearch.query.numbers.quantities import Quantity, tidy
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.question import Filter
from modelsearch.vocabulary.fields import Field, by_name, spellings

_LONGEST = 3
_SEVERAL = frozenset({"several", "multiple", "various", "many"})
_SINGLE = frozenset({"single", "sole"})
_HAVING = frozenset({"on", "using", "use", "uses", "in", "with", "have", "has", "having", "and",
                     "or", "but", "that", "which", "whose", ","})  # fmt: skip
_BEHIND = frozenset({"", "and", "or", "but", "with", "without"})
_COUNTING = frozenset({"number", "count", "counts", "amount", "numbers"})
#: Words that stand between "number of runs" and its number, or before all of it.
_AROUND = frozenset({"the", "a", "whose", "where", "with", "is", "are"})


def find_counts(reading: Reading) -> None:
    """Claim every number that counts rows of a model."""
    for first in range(len(reading.tokens)):
        for last, joined in reversed(reading.grams(first, _LONGEST)):
            field = _count(joined)
            other = spellings().get(joined)
            if field is None and other is not None and other.kind == "number":
                break  # "environment steps" are no environments
            if (
                field is not None
                and reading.free(first, last)
                and _bind(reading, first, last, field)
            ):
                break


def _count(joined: str) -> Field | None:
    for spelling in (joined, joined + "s"):
        field = spellings().get(spelling)
        if field is not None and field.kind == "count":
            return field
        if field is not None and f"{field.name}_count" in by_name():
            return by_name()[f"{field.name}_count"]  # "more than one dataset"
    return None


def _bind(reading: Reading, first: int, last: int, field: Field) -> bool:
    said = _said_to_count(reading, first, last)
    if said is not None:
        follows = quantity_after(reading, said[1])
        if follows is not None:
            return _keep(reading, follows, field, said[0], follows.last)
    if field.name.endswith("_count") and _in_words(reading, first, last, field):
        return True
    before = quantity_before(reading, first)
    if before is None or _per_something_else(reading, last):
        return False
    before = postfixed(reading, before, last)
    start = before.first - 1
    has = start >= 0 and reading.lower(start) in _HAVING
    of_models = start < 0 or reading.lower(start) in words("model_words")
    compared = before.compared or before.op != "="
    # "Over 5000 images of cats" is data; "fewer than 5 images" and no more asks for models.
    of_data = field.name == "images" and reading.lower(max(before.last, last) + 1) not in _BEHIND
    if not (has or (compared and of_models and not of_data)):
        return False
    return _keep(reading, before, field, before.first, max(before.last, last))


def _in_words(reading: Reading, first: int, last: int, field: Field) -> bool:
    """Read "several data sets" as two and more, "a single loss" as one."""
    said = reading.lower(first - 1)
    asked = reading.lower(first - 2) == "how"  # "how many data sets" asks for the number
    if said not in _SEVERAL | _SINGLE or asked or not reading.free(first - 1, last):
        return False
    op, count = (">=", 2) if said in _SEVERAL else ("=", 1)
    _mention(reading, first - 1, last, reading.filter(field.name, op, count, first - 1, last))
    return True


def _mention(reading: Reading, first: int, last: int, node: Filter) -> None:
    """Keep a condition on a count; say what is counted where a word may mean two things."""
    reading.mention(first, last, node, node.field)
    if node.field == "optimizer_count":
        reading.note(
            "Counted different optimizers; for how many loops with one of their own ask for "
            "training stages."
        )


def _per_something_else(reading: Reading, last: int) -> bool:
    """Return whether a rate is meant: "64 samples per batch" counts no pictures of a model."""
    return reading.lower(last + 1) == "per" and reading.lower(last + 2) not in words("model_words")


def _said_to_count(reading: Reading, first: int, last: int) -> tuple[int, int] | None:
    """Return the tokens of "number of runs", "run count" around or at a field's words."""
    if reading.lower(first) in _COUNTING or reading.lower(last) in _COUNTING:
        return first, last
    if reading.lower(first - 1) == "of" and reading.lower(first - 2) in _COUNTING:
        return first - 2, last
    if reading.lower(last + 1) in _COUNTING:
        return first, last + 1
    return None


def _keep(reading: Reading, quantity: Quantity, field: Field, first: int, last: int) -> bool:
    while reading.lower(first - 1) in _AROUND and first > 0 and reading.free(first - 1, first - 1):
        first -= 1
    while reading.lower(last + 1) in ("or", "more", "fewer", "less") and quantity.last > last:
        last += 1
    last = max(last, quantity.last)
    if not reading.free(first, last):
        return False
    value = quantity.value
    node = reading.filter(
        field.name, quantity.op, tidy(value) if isinstance(value, float) else value, first, last
    )
    _mention(reading, first, last, node)
    return True
