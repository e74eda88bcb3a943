"""Models whose path has a name that their code does not bear out: said, never slipped over.

``DDPG agents`` finds what is DDPG by its code. A script ``ddpg.py`` that was read as something else
is left out of the answer, and whoever knows the file should learn so; of ``not DDPG`` it is kept.
"""

from __future__ import annotations

from modelsearch.query.names.named_here import models_called
from modelsearch.query.state import Reading
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import And, Filter, Node, Not, leaves
from modelsearch.search.compile import compile_filter, models_on
from modelsearch.search.large.kept import kept

_FIELDS = frozenset({"family"})
_SHOWN = 3  #: models that are named


def note_called_otherwise(reading: Reading, where: Node | None) -> None:
    """Say of each family that is asked for which models have its name in their path alone."""
    connection = reading.lexicon.connection
    if where is None or connection is None or kept(connection):
        return
    for leaf, negated in leaves(where):
        if leaf.field not in _FIELDS or leaf.op != "=" or leaf.by is not None or leaf.strict:
            continue
        # Most of those that are called so satisfy the filter: only the few others are looked at.
        called = models_called(reading, leaf.text, among=Not(leaf))
        if not called:
            continue
        if negated:
            ids = _among(reading, called, where)
        else:
            ids = _among(reading, called, _left_out(where, leaf))
        if ids:
            _say(reading, leaf, ids, kept_so=negated)


def _say(reading: Reading, leaf: Filter, ids: list[str], *, kept_so: bool) -> None:
    shown = ", ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")
    noun = "model has" if len(ids) == 1 else "models have"
    done = "kept" if kept_so else "left out"
    reading.note(
        f"{len(ids)} {noun} {leaf.text!r} in the path and something else in the code, "
        f"and {'is' if len(ids) == 1 else 'are'} {done}: {shown}."
    )


def _left_out(where: Node, leaf: Filter) -> Node | None:
    """Return the condition of what a filter leaves out that fails a leaf of it: that it would be
    found with the leaf the other way round. None is no condition.
    """
    if where is leaf:
        return None
    if isinstance(where, And) and leaf in where.parts:
        rest = tuple(part for part in where.parts if part != leaf)
        return And(rest) if len(rest) > 1 else rest[0] if rest else None
    return And((_with(where, leaf, Not(leaf)), Not(where)))


def _with(node: Node, leaf: Filter, instead: Node) -> Node:
    """Return a tree with another condition in place of a filter."""
    if isinstance(node, Filter):
        return instead if node is leaf else node
    if isinstance(node, Not):
        return Not(_with(node.part, leaf, instead))
    return type(node)(tuple(_with(part, leaf, instead) for part in node.parts))


def _among(reading: Reading, paths: list[str], node: Node | None) -> list[str]:
    """Return the ids of the models of some paths that satisfy a condition, where there is one."""
    connection = reading.lexicon.connection
    assert connection is not None
    named = [id_ for path in paths if (id_ := reading.lexicon.id_titled(path))]
    if node is None:
        return sorted(named)
    ids = texts_json(named)
    sql = compile_filter(node)
    rows = connection.execute(
        "SELECT m.model_id FROM json_each(?) j "
        f"CROSS JOIN {models_on('m.model_id = j.value', sql.text)} "
        f"WHERE {sql.text} ORDER BY m.model_id",
        (ids, *sql.params),
    )
    return [row[0] for row in rows]
