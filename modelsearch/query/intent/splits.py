"""On which data a result was measured: "val_acc over 0.9", "best test accuracy"."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import And, Filter, Node, Not, Or, ParsedQuery
from modelsearch.records.splits import SPOKEN
from modelsearch.records.structs import replace

_REACH = 3  #: tokens before a result's name within which its split stands
_RESULTS = frozenset({"reached", "achieved", "lowest"})
_ENDS = frozenset({"final", "last"})
_SIGNS = ("_", "-", "/", "set", "split", "the", "on", "data")


def mark_splits(reading: Reading) -> None:
    """Give conditions on results the split that is said beside them."""
    for mention in reading.mentions:
        if vocabulary.find("metric", mention.field) is None:
            continue
        at = _split_before(reading, mention.first, mention.last)
        at = _split_after(reading, mention) if at is None else at
        if at is not None:
            split = SPOKEN[reading.lower(at)]
            reading.claim(min(at, mention.first), max(at, mention.last), "filter", f"{split} data")
            mention.node = _with_split(mention.node, split)


def mark_order(reading: Reading, parsed: ParsedQuery) -> None:
    """Give an order by a result, or a result that is asked for, the split said before it."""
    if parsed.sort is not None and vocabulary.find("metric", parsed.sort.field) is not None:
        split = _said_before(reading, "sort")
        if split:
            parsed.sort = replace(parsed.sort, split=split)
    parsed.asked = [_asked_result(reading, name) for name in parsed.asked]


def says_split(reading: Reading, index: int) -> bool:
    """Return whether a token was read as the data of a result: "train" in "train loss of X"."""
    split = SPOKEN.get(reading.lower(index))
    said = reading.details[index]
    told = said == f"{split} data" or said.startswith("asks for ")
    return split is not None and (told or reading.uses[index] == "filter")


def _asked_result(reading: Reading, name: str) -> str:
    if vocabulary.find("metric", name) is None:
        return name
    split = _said_before(reading, "intent")
    at = next((i for i, token in enumerate(reading.tokens) if token.lower in _ENDS), None)
    if at is not None and reading.uses[at] in ("", "intent", "stop"):
        reading.claim(at, at, "intent", "the last value")
        return f"final {split} {name}".replace("  ", " ")
    if not split and name == "loss" and any(t.lower in _RESULTS for t in reading.tokens):
        return f"best {name}"  # "lowest loss" is a number, not the loss function
    return f"{split} {name}" if split else name


def _said_before(reading: Reading, use: str) -> str:
    """Return the split whose word stands before tokens of a use, or inside them."""
    for index in range(len(reading.tokens)):
        split = SPOKEN.get(reading.lower(index))
        if split is None or reading.uses[index] == "filter":
            continue
        near = range(index, min(index + _REACH + 1, len(reading.tokens)))
        if any(reading.uses[i] == use for i in near):
            reading.claim(index, index, use, f"{split} data")
            return split
    return ""


def _split_before(reading: Reading, first: int, last: int) -> int | None:
    """Return the token of a split inside a condition, or right before it."""
    for index in range(first, last + 1):
        if reading.lower(index) in SPOKEN:
            return index
    at = first - 1
    while at >= max(first - _REACH, 0) and reading.lower(at) in _SIGNS:
        at -= 1
    return at if at >= 0 and reading.lower(at) in SPOKEN and reading.free(at, at) else None


def _split_after(reading: Reading, mention: Mention) -> int | None:
    """Return the token of "on the test set" behind a condition."""
    at = mention.last + 1
    if reading.lower(at) not in ("on", "for", "in"):
        return None
    at += 2 if reading.lower(at + 1) == "the" else 1
    follows = reading.lower(at + 1) in ("set", "split", "data")
    return at if reading.lower(at) in SPOKEN and follows else None


def _with_split(node: Node, split: str) -> Node:
    if isinstance(node, Filter):
        return replace(node, split=split)
    if isinstance(node, Not):
        return Not(_with_split(node.part, split))
    parts = tuple(_with_split(part, split) for part in node.parts)
    return And(parts) if isinstance(node, And) else Or(parts)
