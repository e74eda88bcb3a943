"""How strongly an answer stands: what code shows, what texts state, what only a name says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import apsw

from modelsearch.answer.wording import listed
from modelsearch.records.jsontext import numbers_json, texts_json
from modelsearch.records.question import Filter, ParsedQuery, leaves, made_strict
from modelsearch.records.structs import replace
from modelsearch.search.compile import MATCHING, compile_filter
from modelsearch.search.sources.comparisons import names_around, names_below
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import by_name

_LINKED = (
    "SELECT DISTINCT x.model, x.strength FROM term t JOIN model_term x ON x.term = t.id "
    "WHERE x.strength <> 'code' AND t.kind = ? AND t.name IN (SELECT value FROM json_each(?))"
)
_TASKS = (
    "SELECT id, task_strength FROM model WHERE task_strength <> 'code' "
    "AND task COLLATE NOCASE IN (SELECT value FROM json_each(?))"
)
_ON_OTHER_DATA = (
    "SELECT m.model_id, group_concat(DISTINCT r.dataset) FROM json_each(?) j "
    "CROSS JOIN model m ON m.id = j.value CROSS JOIN run r ON r.model = m.id "
    "WHERE r.dataset IS NOT NULL GROUP BY m.id "
    "HAVING NOT max(r.dataset COLLATE NOCASE IN (SELECT value FROM json_each(?))) "
    "ORDER BY m.model_id"
)
#: What bears out a fact that code does not, as a note says it.
BY = {"stated": "by what a text or a class name states", "named": "by a name alone"}


def strictly(parsed: ParsedQuery) -> ParsedQuery:
    """Return a question that is answered only from what code shows; its groups, too."""
    return replace(
        parsed,
        where=None if parsed.where is None else made_strict(parsed.where),
        cohorts=[strictly(cohort) for cohort in parsed.cohorts],
    )


def weaker_notes(connection: apsw.Connection, parsed: ParsedQuery) -> list[str]:
    """Return a sentence for each filter that some models satisfy only by texts or names."""
    notes = []
    for one in _asked(parsed):
        weaker = _weaker(connection, one)
        for strength, said in BY.items():
            models = [model for model, its in weaker if its == strength]
            named = _among(connection, parsed, models) if models else []
            if named:
                noun = "model is" if len(named) == 1 else "models are"
                notes.append(
                    f"{len(named)} {noun} {one.value} {said}, not by code: "
                    f"{listed(named)} (left out by --strict)"
                )
    return notes


def notes_of_runs(
    connection: apsw.Connection, parsed: ParsedQuery, models: Sequence[int]
) -> list[str]:
    """Return a sentence for each data set of which a script speaks, where all runs of some of the
    shown ``models`` that name their data name other data.
    """
    notes = []
    for one in _asked(parsed):
        if by_name()[one.field].vocabulary != "dataset":
            continue
        # What a broader name says is less, and nothing else.
        same = texts_json(sorted(names_around("dataset", str(one.value))))
        rows = fetch_all(connection, _ON_OTHER_DATA, (numbers_json(models), same))
        told = [f"{model_id} (on {datasets})" for model_id, datasets in rows]
        if told:
            their = "its runs name" if len(told) == 1 else "their runs name"
            notes.append(f"By its script on {one.value}, but {their} other data: {listed(told)}.")
    return notes


def _asked(parsed: ParsedQuery) -> Iterator[Filter]:
    """Yield the filters by name that models must satisfy, each once."""
    seen = set()
    for one, negated in leaves(parsed.where):
        field = by_name().get(one.field)
        if negated or one.strict or one.op != "=" or field is None or one.key in seen:
            continue
        if one.by is not None:
            continue  # a note says already that a name alone tells these
        if field.vocabulary in ("family", "technique", "dataset", "task"):
            seen.add(one.key)
            yield one


def _weaker(connection: apsw.Connection, one: Filter) -> list[tuple[int, str]]:
    """Return the models, with the strength, that have the name of a filter by less than code."""
    kind = by_name()[one.field].vocabulary
    names = texts_json(sorted(names_below(kind, str(one.value))))
    if kind == "task":
        return fetch_all(connection, _TASKS, (names,))
    return fetch_all(connection, _LINKED, (kind, names))


def _among(connection: apsw.Connection, parsed: ParsedQuery, models: list[int]) -> list[str]:
    """Return the ids of those of some models that the whole question finds."""
    if parsed.where is None:
        return []
    sql = compile_filter(parsed.where)
    inside = f"{MATCHING}{sql.text} AND m.id IN (SELECT value FROM json_each(?))"
    rows = fetch_all(
        connection,
        f"SELECT model_id FROM model WHERE id IN ({inside}) ORDER BY model_id",
        (*sql.params, numbers_json(models)),
    )
    return [row[0] for row in rows]
