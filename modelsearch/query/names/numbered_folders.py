"""Names with a number that only paths have: "Homework 10", "Exp 3 or Exp 4".

The word alone stands in the paths of all homeworks, and the number belongs to no field. Where paths
have both beside each other, they are one name. Several such names are alternatives: a script lies
in one folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelsearch.query.names.named_here import (
    MOST_NAMED,
    called,
    count_matching,
    models_called,
    paths_node,
    say_narrowed,
    tells_nothing,
)
from modelsearch.query.state import Reading
from modelsearch.records.question import And, Node, join_or


def narrow_by_numbered(reading: Reading, where: Node | None) -> Node | None:
    """Let unread words with a number behind them leave the models whose path has both."""
    found = [(first, list(paths)) for first, paths in _numbered(reading)]
    if not found:
        return where
    said = [reading.text(first, first + 1) for first, _ in found]
    each = [paths_node(reading, name, paths) for name, (_, paths) in zip(said, found, strict=True)]
    node = join_or([called(one, name) for one, name in zip(each, said, strict=True)])
    both = node if where is None or node is None else And((where, node))
    count = count_matching(reading, both)
    if not count or node is None:
        return where
    for first, _ in found:
        reading.mention(first, first + 1, node, "path")
    named = " or ".join(map(repr, dict.fromkeys(said)))
    say_narrowed(reading, f"{named} {'stands' if len(found) == 1 else 'stand'}", count, where)
    return both


def _numbered(reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield the words that a number follows, with the paths that have both."""
    for index, (token, after) in enumerate(zip(reading.tokens, reading.tokens[1:], strict=False)):
        unread = not reading.uses[index] and not reading.uses[index + 1]
        if (
            not unread
            or token.kind != "word"
            or not after.text.isdigit()
            or tells_nothing(token.lower)
        ):
            continue
        named = models_called(reading, reading.text(index, index + 1), most=MOST_NAMED + 1)
        if 0 < len(named) <= MOST_NAMED:
            yield index, named
