"""What to say, and what to offer, when the filters of a question leave nothing.

The filter that empties the set is named, with what there is instead: the values that are stored,
the range of a number, the span of dates. The nearest models are those that satisfy most of the
other filters, or come closest to the one; they are never mixed with answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

import apsw

from modelsearch.answer.closest import MODELS, instead
from modelsearch.answer.elsewhere import elsewhere
from modelsearch.records.question import And, Filter, Node, ParsedQuery, conjuncts, join_and, leaves
from modelsearch.records.structs import field, mutable
from modelsearch.search.compile import order_by, value_expression
from modelsearch.search.guidance import what_to_ask
from modelsearch.search.large import bitsets
from modelsearch.search.large.kept import kept
from modelsearch.search.large.members import Members
from modelsearch.search.large.rankers import keyword_hits
from modelsearch.search.lexical import search
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.vocabulary.fields import by_name

NEAREST = 5  #: models that are offered
_SHOWN = 6
_FOLDERS = 100  #: of models without pictures, in which others' pictures are counted
_NEGATIONS = frozenset(
    {"no", "not", "without", "missing", "unknown", "lacking", "lack", "lacks", "never"}
)
_NO_KIND = "other"


@mutable
class Emptiness:
    """Sentences that say why nothing is left, the row ids of the nearest models, and where the
    names that no model has stand otherwise.
    """

    notes: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    nearest: list[int] = field(default_factory=list)


def explain_empty(connection: apsw.Connection, parsed: ParsedQuery) -> Emptiness:
    """Return why no model satisfies a question, and which come nearest."""
    parts = list(conjuncts(parsed.where))
    found = Emptiness()
    if parsed.sort is not None:
        _unordered(connection, parsed, parts, found)
        return found
    if not parts:
        if not all(
            any(repr(word) in note for note in parsed.notes) for word in parsed.text.split()
        ):
            found.notes.append(f"no text here contains any of {parsed.text!r}")
        found.notes.append(what_to_ask(connection))
        return found
    known = Members(connection)
    matching = [(part, known.matching(part)) for part in parts]
    for part, models in matching:
        if not models:
            found.notes.append(f"no model matches {describe(part)}{instead(connection, part)}")
            found.elsewhere += filter(None, (elsewhere(connection, part),))
    if len(parts) == 1:
        found.nearest = _nearest_to(connection, parts[0])
        return found
    if all(models for _, models in matching):
        found.notes.append(_which_together(matching))
    found.nearest = bitsets.in_most([models for _, models in matching], NEAREST)
    return found


def describe(node: Node) -> str:
    """Write a part of a filter in the words of the question, or as a qualifier where it had
    none.
    """
    if isinstance(node, And):
        return " and ".join(dict.fromkeys(map(describe, node.parts)))
    words = []
    said = {leaf.text for leaf, negated in leaves(node) if not negated}
    for leaf, negated in leaves(node):
        if negated and leaf.text in said:
            continue  # one word of the question that asks for one thing and leaves out another
        text = leaf.text.strip('"')
        # The words of "without dropout" may hold the negation already.
        text = f"not {text}" if text and negated and not _says_not(leaf) else text
        words.append(f'"{text}"' if text else leaf.field)
    return " or ".join(dict.fromkeys(words))


def _says_not(leaf: Filter) -> bool:
    return leaf.text.split(" ")[0].lower() in _NEGATIONS


def _unordered(
    connection: apsw.Connection, parsed: ParsedQuery, parts: Sequence[Node], found: Emptiness
) -> None:
    """No model has the value that a superlative orders by."""
    assert parsed.sort is not None
    name = parsed.sort.field.replace("_", " ")
    rest = join_and(list(parts))
    models = Members(connection).matching(rest) if rest is not None else 0
    if rest is not None and not models:
        plain = ParsedQuery(parsed.question, where=rest)
        inner = explain_empty(connection, plain)
        found.notes, found.nearest = inner.notes, inner.nearest
        return
    _, known = order_by(parsed.sort)
    anywhere = Members(connection).matching(known) != 0
    scope = "none of these models" if anywhere else "no model"
    found.notes.append(f"{scope} has a recorded {name}, so there is no order by it")
    found.nearest = bitsets.first_ids(models, NEAREST)


def _which_together(matching: Sequence[tuple[Node, int]]) -> str:
    """Name the filters of which each alone makes the difference."""
    culprits = [
        describe(dropped)
        for dropped, _ in matching
        if reduce(and_, (models for part, models in matching if part is not dropped))
    ]
    if not culprits:
        return "no model matches all of these together, nor all but one of them"
    without = " or without ".join(culprits)
    return f"no model matches all of these together; without {without} some would"


def _nearest_to(connection: apsw.Connection, part: Node) -> list[int]:
    """Return the models that come closest to one filter."""
    leaf = part if isinstance(part, Filter) else None
    if leaf is None:
        return []
    words = leaf.text if leaf.by is not None else str(leaf.value)
    if kept(connection):
        hits = keyword_hits(connection, words, NEAREST, None) if leaf.text else []
        return [hit.model for hit in hits]
    known = by_name().get(leaf.field)
    expression = value_expression(leaf.field)
    if known is not None and known.kind == "date":
        return _nearest_in_time(connection, leaf, expression)
    if isinstance(leaf.value, int | float | tuple):
        target = leaf.value[0] if isinstance(leaf.value, tuple) else leaf.value
        return _ordered_by(connection, f"abs({expression} - ?)", expression, target)
    if not leaf.text:
        return []
    return [hit.model for hit in search(connection, words, filtered=False, depth=NEAREST)]


def _nearest_in_time(connection: apsw.Connection, leaf: Filter, expression: str) -> list[int]:
    bounds = leaf.value if isinstance(leaf.value, tuple) else ()
    day = next((str(bound) for bound in bounds if bound is not None), "")
    if not day or day.startswith("--"):
        return []
    gap = f"abs(julianday(substr({expression}, 1, 10)) - julianday(?))"
    return _ordered_by(connection, gap, expression, day[:10])


def _ordered_by(
    connection: apsw.Connection, order: str, expression: str, target: object
) -> list[int]:
    rows = fetch_all(
        connection,
        f"SELECT m.id FROM {MODELS} WHERE {expression} IS NOT NULL "
        f"ORDER BY {order}, m.model_id LIMIT {NEAREST:d}",
        (target,),
    )
    return [int(row[0]) for row in rows]


def picture_note(connection: apsw.Connection, parsed: ParsedQuery, models: Sequence[int]) -> str:
    """Say which pictures there are where none satisfies what was asked of them."""
    from modelsearch.records.jsontext import numbers_json

    ids = numbers_json(models)
    inside = "FROM image WHERE model IN (SELECT value FROM json_each(?1))"
    if parsed.where is None:
        inside = f"{inside} OR model IS NULL"  # pictures of no model were asked for, too
    count = int(fetch_value(connection, f"SELECT count(*) {inside}", (ids,)))
    if not count:
        return f"none of these models has pictures{_beside(connection, ids)}"
    low, high = fetch_all(connection, f"SELECT min(epoch), max(epoch) {inside}", (ids,))[0]
    kinds = fetch_all(
        connection,
        f"SELECT coalesce(kind, '{_NO_KIND}'), count(*) {inside} GROUP BY 1 ORDER BY 2 DESC, 1",
        (ids,),
    )
    shown = ", ".join(f"{kind} ({number})" for kind, number in kinds[:_SHOWN])
    shown = f"there are {shown}" if [kind for kind, _ in kinds] != [_NO_KIND] else ""
    epochs = (
        ""
        if low is None
        else f", of epochs {low} to {high}"
        if low != high
        else f", of epoch {low}"
    )
    asked = parsed.image.where if parsed.image is not None else None
    said = f" satisfies {describe(asked)}" if asked is not None else " matches"
    there = f"{shown or 'what they show is not known'}{epochs}"
    return f"none of the {count} pictures{said}; {there}"


def _beside(connection: apsw.Connection, ids: str) -> str:
    """Say how many pictures of no model lie in the folders of some models, and how to see them."""
    paths = fetch_all(
        connection,
        "SELECT root, path FROM model WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    folders = {(root, str(path).rpartition("/")[0]) for root, path in paths}
    outermost = [one for one in sorted(folders) if not _lies_in_another(one, folders)]
    counts = [_unowned_in(connection, root, folder) for root, folder in outermost[:_FOLDERS]]
    count = sum(counts)
    if not count:
        return ""
    are = "picture of no model lies" if count == 1 else "pictures of no model lie"
    first = next(folder for (_, folder), some in zip(outermost, counts, strict=False) if some)
    quote = '"' if " " in first else ""
    seen = f"pictures path:{quote}{first}/{quote}" if first else "pictures without a model"
    return f"; {count} {are} beside them (ask for '{seen}')"


def _lies_in_another(one: tuple[int, str], folders: set[tuple[int, str]]) -> bool:
    root, folder = one
    parts = folder.split("/") if folder else []
    return any((root, "/".join(parts[:end])) in folders for end in range(len(parts)))


def _unowned_in(connection: apsw.Connection, root: int, folder: str) -> int:
    """Count the pictures of no model below a folder of a root ('' for all of it)."""
    # '0' is the character after '/': all paths that begin with the folder, by the index.
    low, high = (f"{folder}/", f"{folder}0") if folder else ("", "\U0010ffff")
    sql = "SELECT count(*) FROM image WHERE root = ? AND path >= ? AND path < ? AND model IS NULL"
    return int(fetch_value(connection, sql, (root, low, high)))
