"""Names with a number that only paths have: "Homework 10", "Exp 3 or Exp 4".

The word alone stands in the paths of all homeworks, and the number belongs to no field. Where paths
have both beside each other, they are one name. Several such names are alternatives: a script lies
in one folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelsearch.query.names.named_here import count_matching, models_called, paths_node
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.question import And, Filter, Node, join_or
from modelsearch.records.structs import replace

_MOST = 200  #: models that one name may be carried by


def narrow_by_numbered(reading: Reading, where: Node | None) -> Node | None:
    """Let unread words with a number behind them leave the models whose path has both."""
    found = [(first, list(paths)) for first, paths in _numbered(reading)]
    if not found:
        return where
    said = [reading.text(first, first + 1) for first, _ in found]
    each = [paths_node(reading, name, paths) for name, (_, paths) in zip(said, found, strict=True)]
    node = join_or([_called(one, name) for one, name in zip(each, said, strict=True)])
    both = node if where is None or node is None else And((where, node))
    count = count_matching(reading, both)
    if not count or node is None:
        return where
    for first, _ in found:
        reading.mention(first, first + 1, node, "path")
    among = f" of these {count_matching(reading, where)}" if where is not None else ""
    noun = "model" if count == 1 and not among else "models"
    named = " or ".join(map(repr, dict.fromkeys(said)))
    verb = "stands" if len(found) == 1 else "stand"
    reading.note(f"{named} {verb} in the path of {count}{among} {noun}; the others are left out.")
    return both


def _called(node: Node, said: str) -> Node:
    return replace(node, text=said) if isinstance(node, Filter) else node


def _numbered(reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield the words that a number follows, with the paths that have both."""
    plain = words("stop", "generate", "clause", "using", "model_words", "head_images")
    for index, (token, after) in enumerate(zip(reading.tokens, reading.tokens[1:], strict=False)):
        unread = not reading.uses[index] and not reading.uses[index + 1]
        if not unread or token.kind != "word" or not after.text.isdigit() or token.lower in plain:
            continue
        named = models_called(reading, reading.text(index, index + 1), most=_MOST + 1)
        if 0 < len(named) <= _MOST:
            yield index, named
