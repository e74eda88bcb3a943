"""Names of models that only paths carry, beside an "or" or where no class of that name fits.

"mini-gpt or mini-deepseek", "bigan vs infogan": names on both sides of an "or".

A word that only paths carry filters by itself, and so would be one more condition beside the name
on the other side: no model is both. Here both sides become alternatives. A name may be several
words joined by signs, of which a part means something else alone (the gpt of ``mini-gpt``).

"The loss of LSGAN and EBGAN": where no model is both, values of each are asked for.

"TextCNN in TensorFlow": where the class is PyTorch's alone, the models whose path says so are
meant.
"""

from __future__ import annotations

from modelsearch.query.names.named_here import matches_any, models_called, paths_node
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.question import Filter, Node
from modelsearch.records.structs import replace

_OR = frozenset({"or", "vs", "versus", "|"})
_SIGNS = frozenset("-_./+")
_MOST = 50  #: models that one name may be carried by
_NAMES = frozenset({"family", "architecture", "model", "path", "dataset", "technique"})


def find_alternatives(reading: Reading) -> None:
    """Read a name that paths carry, beside an "or" and another name, as an alternative to it."""
    for index in range(1, len(reading.tokens) - 1):
        if reading.lower(index) not in _OR:
            continue
        sides = (_run_before(reading, index - 1), _run_from(reading, index + 1))
        if all(_is_name(reading, *side) for side in sides):
            for first, last in sides:
                _read(reading, first, last)


def _run_from(reading: Reading, first: int) -> tuple[int, int]:
    """Return the tokens of a name that begins at one: words joined by signs without a space."""
    last = first
    while last + 2 < len(reading.tokens) and _joined(reading, last + 1):
        last += 2
    return first, last


def _run_before(reading: Reading, last: int) -> tuple[int, int]:
    first = last
    while first >= 2 and _joined(reading, first - 1):
        first -= 2
    return first, last


def _joined(reading: Reading, sign: int) -> bool:
    """Return whether a sign holds the words on both of its sides together."""
    token, after = reading.tokens[sign], reading.tokens[sign + 1]
    return token.text in _SIGNS and token.glued and (after.glued or token.text == "_")


def _is_name(reading: Reading, first: int, last: int) -> bool:
    """Return whether a run is a name that was read, or one that the paths of some models carry."""
    inside = _mentions(reading, first, last)
    if any(one.first <= first and last <= one.last and one.field in _NAMES for one in inside):
        return True
    return _carried(reading, first, last) is not None


def _mentions(reading: Reading, first: int, last: int) -> list[Mention]:
    return [one for one in reading.mentions if one.first <= last and first <= one.last]


def _carried(reading: Reading, first: int, last: int) -> list[str] | None:
    """Return the paths of the models that carry a name which nothing else claims whole."""
    inside = _mentions(reading, first, last)
    covered = {i for one in inside for i in range(one.first, one.last + 1)}
    others = any(reading.uses[i] and i not in covered for i in range(first, last + 1))
    whole = any(one.first < first or one.last > last for one in inside)
    plain = first == last and reading.lower(first) in words("stop", "model_words")
    if others or whole or plain or any(one.field not in _NAMES for one in inside):
        return None
    paths = models_called(reading, reading.text(first, last), most=_MOST + 1)
    return paths if 0 < len(paths) <= _MOST else None


def _read(reading: Reading, first: int, last: int) -> None:
    """Keep the condition on the paths that carry a name, unless it was read already."""
    inside = _mentions(reading, first, last)
    if any(one.first <= first and last <= one.last for one in inside):
        return
    paths = _carried(reading, first, last)
    if paths is None:
        return
    for one in inside:
        reading.release(one)
    said = reading.text(first, last)
    reading.mention(first, last, paths_node(reading, said, paths), "path")
    reading.note(f"Read {said!r} as the models whose path says so.")


def either_of_both(reading: Reading) -> bool:
    """Let families that values are asked of ("the loss of LSGAN and EBGAN") be meant one by one,
    where each of several stands; tell whether there are several.
    """
    named = [one for one in reading.mentions if one.field == "family" and not one.plural]
    if len(named) < 2:
        return False
    for one in named:
        one.plural = True
    return True


def classes_by_path(reading: Reading, where: Node | None) -> bool:
    """Let names of classes mean the models whose path says so, where no model satisfies ``where``;
    tell whether any does.
    """
    named = [one for one in reading.mentions if one.field == "architecture"]
    if where is None or not named or matches_any(reading, where):
        return False
    changed = False
    for one in named:
        if not isinstance(one.node, Filter) or one.node.by is not None or ":" in one.node.text:
            continue
        said = reading.text(one.first, one.last)
        paths = models_called(reading, said, most=_MOST + 1)
        if 0 < len(paths) <= _MOST:
            one.node = replace(one.node, text=said, by=paths_node(reading, said, paths))
            reading.note(
                f"No model with the class {said!r} satisfies the rest; looked among the "
                f"{len(paths)} whose path says so."
            )
            changed = True
    return changed
