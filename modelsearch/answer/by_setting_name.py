"""Models that state a setting under a field's name of which nothing shows that it is used.

They are not found by the field: ``--batch-size 1024`` in a script whose loop is not understood may
be no size of a batch. But whoever asks for such models should learn that they are here.
"""

from __future__ import annotations

from modelsearch.answer.finder import Finder
from modelsearch.answer.wording import listed, spaced
from modelsearch.records.question import And, Filter, Not, ParsedQuery, conjuncts
from modelsearch.search.compile import compile_filter, matching
from modelsearch.search.large.kept import kept
from modelsearch.search.sources import own_name, source_of
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import by_name

_COMPARED = frozenset({"=", "<", "<=", ">", ">=", "between"})
_MOST = 50
_SHOWN = 3


def named_alone(finder: Finder, parsed: ParsedQuery) -> list[str]:
    """Return a note for each number that is asked for which models state as a setting alone."""
    if parsed.where is None or kept(finder.connection):
        return []
    notes = []
    for part in conjuncts(parsed.where):
        if isinstance(part, Filter) and part.op in _COMPARED and _is_of_a_stage(part):
            models = _stating(finder, parsed, part)
            if models:
                shown = listed(models[:_SHOWN]) + (" and others" if len(models) > _SHOWN else "")
                notes.append(
                    f"left out: {shown}, where a setting {part.field} alone says so and nothing "
                    f"shows that it is the {spaced(part.field)} that is used"
                )
    return notes


def _is_of_a_stage(one: Filter) -> bool:
    field = by_name().get(one.field)
    return field is not None and field.kind == "number" and field.source == "stage"


def _stating(finder: Finder, parsed: ParsedQuery, one: Filter) -> list[str]:
    """Return the models that satisfy all else, and the number by a setting alone."""
    others = (part for part in conjuncts(parsed.where) if part != one)
    rest = compile_filter(And((*others, Not(Filter(one.field, "exists")))))
    field = by_name()[one.field]
    for name in dict.fromkeys((field.name, *field.stored)):
        own = own_name(name)
        stated = source_of(own).condition(own, one)
        found = matching(f"{rest.text} AND {stated.text}")
        sql = f"SELECT model_id FROM model WHERE id IN ({found}) ORDER BY model_id LIMIT {_MOST}"
        rows = fetch_all(finder.connection, sql, (*rest.params, *stated.params))
        if rows:
            return [str(row[0]) for row in rows]
    return []
