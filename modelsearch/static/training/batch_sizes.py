"""Names and numbers of batch sizes, and the calls that draw a batch."""

from __future__ import annotations

import ast
import re

from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Seq, first, number, options

BATCH_NAME = re.compile(
    r"^(train(ing)?_?)?(mini_?)?batch_?(size|sz)?$|^(train_?)?bs$|^b_?size$|^bsz$|"
    r"^(train|micro|per_device_train|minibatch|mb)_batch_?(size|sz)$|^BATCH_?SIZE|^mb_?size$",
    re.I,
)
#: Names that mean nothing but a batch size, wherever they stand.
SIZE_NAME = re.compile(r"^(train(ing)?_?|mini_?)?batch_?(size|sz)$|^bsz?$|^mb_?size$", re.I)
#: Calls that draw examples: where the number of them stands, and its keyword.
DRAWS = {
    "next_batch": (0, "batch_size"),
    "sample": (None, "k"),
    "choice": (1, "size"),
    "choices": (None, "k"),
    "randint": (2, "size"),
    "integers": (2, "size"),
    "permutation": (None, "size"),
}


def is_batch_size(value: Abstract | None) -> bool:
    """Return whether a value may be a batch size: a positive whole number."""
    found = number(value)
    return found is not None and float(found).is_integer() and 0 < found < 10_000_000


def checked(value: Abstract | None) -> Abstract | None:
    """Return the first of a value's options that may be a batch size."""
    for option in options(value):
        if is_batch_size(option):
            return option
    return None


def draw(record: CallRecord | Call) -> Abstract | None:
    """Return how many examples a call draws at once (``random.sample(rows, 32)``)."""
    position, keyword = DRAWS[record.last]
    value = record.argument(position, keyword)
    if record.last == "sample":
        value = record.argument(0, "batch_size", "k", "n")
        if record.name == "random.sample":
            value = record.argument(1, "k")
        elif record.receiver is None:
            return None
    alone = record.last == "randint" and value is None and len(record.args) > 1
    if alone:
        value = record.args[1]
    head = first(value)
    if isinstance(head, Seq):
        value = _named_part(head) or (head.items[0] if head.items else None)
    elif alone:
        return None
    found = checked(value)
    return found if found is not None and (number(found) or 0) > 1 else None


def _named_part(shape: Seq) -> Abstract | None:
    """Return the part of a shape that is called a batch size: ``(iterations, batch_size)``."""
    node = shape.at.node if shape.at is not None else None
    parts = node.elts if isinstance(node, ast.Tuple | ast.List) else []
    for part, value in zip(parts, shape.items, strict=False):
        label = part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "")
        if BATCH_NAME.match(label):
            return value
    return None
