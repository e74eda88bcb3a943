"""Numbers bound to their field: "batch size over 64", "8 heads", "64x64", "accuracy above 90%".

A number belongs to a field word that stands right before it ("lr below 1e-3") or right after it
("more than 100 epochs"); bytes and ``64x64`` name their field themselves. Any other number is
left for dates, names and text.
"""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.numbers.field_words import (
    belongs_elsewhere,
    is_compound,
    named_fields,
    spelled_out,
    stands_as_name,
)
from modelsearch.query.numbers.image_sizes import find_image_sizes
from modelsearch.query.numbers.quantities import (
    COMPARISONS,
    DIFFERENT,
    NUMBER_WORDS,
    Quantity,
    after_number,
    comparison_at,
    read_number,
    read_quantity,
    tidy,
)
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.question import And, Node, Not, Or
from modelsearch.records.structs import replace
from modelsearch.vocabulary.fields import by_name

_LINKS = frozenset({"of", "is", "was", "are", "were", "=", ":", "==", "set", "to", "at", "value",
                    "values", "being", "a", "an", "the", "with", "equal", "equals", "in",
                    "range", "somewhere", "anywhere", "either"})  # fmt: skip
_ADJECTIVES = frozenset({"total", "training", "full", "different", "separate", "whole", "hidden"})
_BETWEEN_BOUNDS = frozenset({"but", "and", "or", ","})
#: Fields that run on in time, so that "after epoch 200" bounds them.
_COUNTED = frozenset({"epochs", "steps", "episodes"})
_BOUNDS = {"after": ">", "past": ">", "since": ">=", "before": "<", "until": "<", "till": "<",
           "through": "<="}  # fmt: skip
_LARGEST_ORDINAL = 6  #: figures
_MOST_DIFFUSION_STEPS = 20_000
_LONGEST_QUANTITY = 9


def find_numbers(reading: Reading) -> None:
    """Claim every number that belongs to a field."""
    if not any(
        t.kind == "number" or t.text[0].isdigit() or t.lower in NUMBER_WORDS or t.lower == "a"
        for t in reading.tokens
    ):
        return
    find_image_sizes(reading)
    named = named_fields(reading)
    if any(_written_together(name) for spelled in named.values() for _, name in spelled):
        from modelsearch.query.numbers.tuples import find_tuples

        find_tuples(reading, named)
    for first in range(len(reading.tokens)):
        for last, name in named.get(first, ()):
            if reading.free(first, last) and _bind(reading, first, last, name):
                break
    for first, last, name in spelled_out(reading):
        _bind(reading, first, last, name)
    _sizes(reading)


def _written_together(name: str) -> bool:
    field = by_name().get(name)
    return field is not None and field.together


def _bind(reading: Reading, first: int, last: int, name: str) -> bool:
    if is_compound(reading, first, last):
        return False
    from modelsearch.query.numbers.chained import mirrored_before

    before = quantity_before(reading, first)
    follows = quantity_after(reading, last)
    flipped = mirrored_before(reading, first)
    if flipped is not None:
        return _bind_flipped(reading, flipped, follows, last, name)
    if before is not None and (follows is None or not _says(reading, last + 1)):
        before = postfixed(reading, before, last)
        start, end = min(before.first, first), max(before.last, last)
        other = _earlier_bound(reading, before)
        if other is not None:
            start = other.first
        node = _node(reading, before, name, start, end)
        nodes = [node, *_listed_before(reading, before, name)]
        if other is not None:
            nodes = [
                _joined(reading, before.first - 1, _node(reading, other, name, start, end), node)
            ]
        _keep(reading, nodes, _meant(name, before), start, end)
        return True
    if follows is None:
        return _differs(reading, first, last, name)
    if (
        first == last
        and len(reading.tokens[first].norm) == 1
        and not stands_as_name(reading, first)
    ):
        return False
    start, follows = _bounded(reading, first, follows, name)
    quantities = [follows, *_listed_after(reading, follows)]
    nodes = [_node(reading, one, name, start, one.last) for one in quantities]
    excepted = _excepted(reading, follows)
    other = _other_bound(reading, follows) if excepted is None else None
    if excepted is not None:
        without = Not(_node(reading, excepted, name, start, excepted.last))
        nodes, quantities = [And((nodes[0], without))], [excepted]
    if other is not None:
        second = _node(reading, other, name, start, other.last)
        nodes = [_joined(reading, follows.last + 1, nodes[0], second)]
        quantities = [other]
    _keep(reading, nodes, _meant(name, follows), start, quantities[-1].last)
    return True


def _bind_flipped(
    reading: Reading, flipped: Quantity, follows: Quantity | None, last: int, name: str
) -> bool:
    """Claim "20 < epochs" and "64 < batch size <= 256": both bounds."""
    bounds = [flipped]
    if follows is not None and follows.compared and _says(reading, last + 1):
        bounds.append(follows)
        last = follows.last
    nodes = [_node(reading, one, name, flipped.first, last) for one in bounds]
    node = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
    _keep(reading, [node], _meant(name, flipped), flipped.first, last)
    return True


def _joined(reading: Reading, index: int, first: Node, second: Node) -> Node:
    """Join two bounds as the word between them says, which stands at a token."""
    return Or((first, second)) if reading.lower(index) == "or" else And((first, second))


def _earlier_bound(reading: Reading, second: Quantity) -> Quantity | None:
    """Return the first half of "more than 50 but fewer than 150 epochs"."""
    at = second.first - 1
    if second.op[:1] not in ("<", ">") or reading.lower(at) not in _BETWEEN_BOUNDS:
        return None
    while reading.lower(at) in _BETWEEN_BOUNDS or reading.lower(at) == "also":
        at -= 1
    found = None
    for start in range(at, max(at - _LONGEST_QUANTITY, -1), -1):
        if not reading.free(start, at):
            break
        first = read_quantity(reading, start)
        if first is not None and first.last == at and first.compared:
            found = first
    opposite = found is not None and found.op[:1] in ("<", ">") and found.op[:1] != second.op[:1]
    return found if opposite else None


def _excepted(reading: Reading, first: Quantity) -> Quantity | None:
    """Return the number of "smaller than 8 but not 1"."""
    at = first.last + 1
    while reading.lower(at) in ("but", "and", ","):
        at += 1
    for count in (3, 2, 1):
        if reading.words(at, count) in DIFFERENT:
            number = read_number(reading, at + count)
            if number is None or belongs_elsewhere(reading, number.last + 1):
                return None
            return number if reading.free(at, number.last) else None
    return None


def _other_bound(reading: Reading, first: Quantity) -> Quantity | None:
    """Return the second half of "higher than 5e-4 but lower than 2e-3"."""
    at = first.last + 1
    if first.op not in ("<", "<=", ">", ">=") or reading.lower(at) not in _BETWEEN_BOUNDS:
        return None
    while reading.lower(at) in _BETWEEN_BOUNDS or reading.lower(at) == "also":
        at += 1
    second = read_quantity(reading, at)
    if second is None or second.op[:1] == first.op[:1] or second.op[:1] not in ("<", ">"):
        return None
    return None if belongs_elsewhere(reading, second.last + 1) else second


def _differs(reading: Reading, first: int, last: int, name: str) -> bool:
    """Claim "batch size other than 64", "epochs not 10"."""
    index = last + 1
    while reading.lower(index) in ("is", "are", "was", "of", "that", "which"):
        index += 1
    for count in (3, 2, 1):
        if reading.words(index, count) not in DIFFERENT:
            continue
        number = read_quantity(reading, index + count)
        if number is None or number.op not in ("=", "between"):
            return False
        if not reading.free(index, number.last):
            return False
        several = [number, *_listed_after(reading, number)]
        last = several[-1].last
        nodes = [Not(_node(reading, one, name, first, last)) for one in several]
        node = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
        _keep(reading, [node], _meant(name, number), first, last)
        return True
    return False


def _bounded(reading: Reading, first: int, number: Quantity, name: str) -> tuple[int, Quantity]:
    """Apply words before the field: "after epoch 200", "up to epoch 50", "from epoch 1 to 9".

    Returns the first token with them and the changed quantity.
    """
    if number.op != "=" or number.compared:
        leads = number.op == "between" and reading.lower(first - 1) in ("from", "between")
        return (first - 1 if leads and reading.free(first - 1, first - 1) else first), number
    if reading.lower(first - 1) in ("from", "between") and name in _COUNTED:
        other = number.last + 2
        if reading.lower(other) in (reading.lower(first), reading.lower(first) + "s"):
            other += 1
        high = read_number(reading, other)
        if reading.lower(number.last + 1) in ("to", "and", "until", "-") and high is not None:
            low, top = sorted((number.low, high.low))
            return first - 1, replace(number, op="between", low=low, high=top, last=high.last)
    for count in (4, 3, 2, 1):
        start = first - count
        said = reading.words(start, count) if start >= 0 else ""
        op = COMPARISONS.get(said) or (_BOUNDS.get(said) if name in _COUNTED else None)
        if op and op != "~" and said != "some" and reading.free(start, first - 1):
            return start, replace(number, op=op, compared=True)
    return first, number


def _meant(name: str, quantity: Quantity) -> str:
    """Return the field that a value belongs to, where its word alone may mean another.

    Bytes are a file's size ("model size over 5 MB"), and millions of timesteps are training steps.
    """
    if quantity.unit == "bytes":
        return "size"
    if name == "diffusion_steps" and quantity.low >= _MOST_DIFFUSION_STEPS:
        return "steps"
    return name


def _keep(reading: Reading, nodes: list[Node], name: str, first: int, last: int) -> None:
    node = nodes[0] if len(nodes) == 1 else Or(tuple(nodes))
    reading.mention(first, last, node, name)


def _node(reading: Reading, quantity: Quantity, name: str, first: int, last: int) -> Node:
    name = _meant(name, quantity)
    from modelsearch.query.numbers.by_field import by_field

    quantity = by_field(reading, quantity, name)
    if name == "size" and quantity.op == "=" and quantity.unit == "bytes":
        quantity = replace(
            quantity, op="between", low=quantity.low * 0.95, high=quantity.low * 1.05
        )
    return reading.filter(name, quantity.op, quantity.value, first, last)


def _says(reading: Reading, index: int) -> bool:
    """Return whether a comparison or "=" stands at index: then what follows is the field's
    number.
    """
    return reading.lower(index) in ("of", "=", ":", "is") or comparison_at(reading, index)[1] > 0


def quantity_before(reading: Reading, first: int) -> Quantity | None:
    """Return the longest quantity that ends right before the field word."""
    end = first - 1
    figures = reading.lower(end)[:-2]
    ordinal = figures.isdecimal() and reading.lower(end)[-2:] in ("st", "nd", "rd", "th")
    if ordinal and len(figures) <= _LARGEST_ORDINAL and reading.free(end, end):
        return _bounded_ordinal(reading, end, float(figures))
    if reading.lower(end) in _ADJECTIVES or reading.lower(end) == "-":
        end -= 1
    if reading.lower(end) == "of" and reading.lower(end - 1) in ("dozen", "number"):
        return None
    found = None
    for start in range(end, max(end - _LONGEST_QUANTITY, -1), -1):
        if not reading.free(start, end):
            break
        quantity = read_quantity(reading, start)
        if quantity is not None and quantity.last == end:
            found = quantity
    if found is None or _part_of_name(reading, found):
        return None
    return found


def _bounded_ordinal(reading: Reading, at: int, value: float) -> Quantity:
    """Read "the 100th" before "epoch", with "after" or "before" in front of it."""
    first = at - 1 if reading.lower(at - 1) == "the" else at
    op = _BOUNDS.get(reading.lower(first - 1), "")
    if op and reading.free(first - 1, first - 1):
        return Quantity(first - 1, at, op, value, compared=True)
    return Quantity(at, at, "=", value)


def _part_of_name(reading: Reading, quantity: Quantity) -> bool:
    """Return whether the number belongs to a name before it (CIFAR-10) or to "top 5"."""
    first = quantity.first
    token = reading.tokens[first]
    if quantity.compared or first == 0 or token.kind != "number":
        return False
    previous = reading.tokens[first - 1]
    if token.glued and (previous.text in ("-", "_") or previous.is_word):
        return True
    joined = previous.norm + token.norm
    return previous.kind == "word" and any(
        joined in vocabulary.index(kind) for kind in ("dataset", "family")
    )


def quantity_after(reading: Reading, last: int) -> Quantity | None:
    """Return the quantity behind a field's words, with at most a few links between."""
    index = last + 1
    for _ in range(4):
        if not reading.free(index, index):
            return None
        quantity = read_quantity(reading, index)
        if quantity is not None:
            return quantity
        if reading.lower(index) not in _LINKS:
            return None
        index += 1
    return None


def postfixed(reading: Reading, quantity: Quantity, last: int) -> Quantity:
    """Apply "or more" after the field word: "100 epochs or more"."""
    if quantity.op != "=":
        return quantity
    changed = after_number(reading, quantity, last + 1)
    return changed if changed is not quantity else quantity


def _listed_after(reading: Reading, quantity: Quantity) -> list[Quantity]:
    """Return further numbers of a list: "batch size 32, 64 or 128"."""
    found: list[Quantity] = []
    if quantity.op != "=":
        return found
    index = quantity.last + 1
    while True:
        start = index
        while reading.lower(index) in (",", "or", "and", "/") and index - start < 2:
            index += 1
        number = read_number(reading, index) if index > start else None
        if number is None or belongs_elsewhere(reading, number.last + 1):
            return found
        if reading.lower(start) == "and" and _counts_something(reading, number.last + 1):
            return found
        found.append(number)
        index = number.last + 1


def _counts_something(reading: Reading, index: int) -> bool:
    """Return whether the number before a token counts what the token names: "and 2 GPUs"."""
    word = reading.lower(index)
    known = words("stop", "clause", "model_words")
    return reading.free(index, index) and word.endswith("s") and word not in known


def _listed_before(reading: Reading, quantity: Quantity, name: str) -> list[Node]:
    """Return earlier numbers of a list: "32, 64 or 128 epochs"."""
    nodes: list[Node] = []
    index = quantity.first - 1
    while quantity.op == "=" and reading.lower(index) in ("or", ",", "and"):
        while reading.lower(index) in ("or", ",", "and"):
            index -= 1
        number = read_number(reading, index)
        if number is None or number.last != index or number.unit != quantity.unit:
            break
        if _part_of_name(reading, number) or belongs_elsewhere(reading, index - 1):
            break
        nodes.append(reading.filter(name, "=", tidy(number.low), index, quantity.last))
        reading.claim(index, quantity.last, "filter", name)
        index -= 1
    return nodes


def _sizes(reading: Reading) -> None:
    """Claim numbers whose unit is enough: 20 MB is a file size, "under 5M" counts weights."""
    index = 0
    while index < len(reading.tokens):
        quantity = read_quantity(reading, index) if reading.free(index, index) else None
        if quantity is None or not reading.free(quantity.first, quantity.last):
            index += 1
            continue
        name = ""
        if quantity.unit == "bytes":
            name = "size"
        elif quantity.scaled and quantity.compared and quantity.low >= 1e5:
            name = "parameters"
        if name:
            node = _node(reading, quantity, name, quantity.first, quantity.last)
            reading.mention(quantity.first, quantity.last, node, name)
            index = quantity.last
        index += 1
