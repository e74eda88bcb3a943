"""A question about the last answer: its filters hold beside those of that answer.

What the last answer listed decides what is meant: models, pictures, runs or checkpoints.
"""

from __future__ import annotations

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer, Listing
from modelsearch.records.question import (
    AskedRuns,
    Filter,
    ImagePart,
    Node,
    ParsedQuery,
    join_and,
    join_or,
)
from modelsearch.records.structs import replace
from modelsearch.store.loading import load_rows

_MOST = 500  #: models of the last answer that are named one by one
_FILTERING = frozenset({"search", "count", "values", "details"})


def listed_by(last: Answer) -> str:
    """Return what an answer listed: models, pictures, runs or checkpoints."""
    if last.parsed.intent == "images":
        return "pictures"
    if last.parsed.runs is not None and last.parsed.intent == "runs":
        return last.parsed.runs.thing
    return "models"


def within(finder: Finder, parsed: ParsedQuery, last: Answer) -> ParsedQuery:
    """Return a question that asks among what the last answer listed alone; one that asks for
    models, where that listed other things, asks among the models of these.
    """
    things = listed_by(last)
    if things == "pictures" and parsed.intent == "images":
        return _among_pictures(parsed, last)
    if parsed.intent == "runs" and parsed.runs is not None and things == parsed.runs.thing:
        return _among_runs(parsed, parsed.runs, last)
    earlier = last.parsed
    kept = parsed.sort or (earlier.sort if earlier.sort is not None and earlier.sort.all else None)
    if things == "models" and _again(parsed, earlier):
        # "and the worst?" asks among those of which the best was chosen.
        models, said = (
            earlier.where,
            _counted(finder.rank(replace(earlier, limit=None)).total, "models"),
        )
    elif things == "models":
        models, said = _models_of(finder, last), _counted(last.total, "models")
    else:
        names = _owners(last)
        # Nothing satisfies a filter by no name: what no model owns has no models.
        models = join_or([Filter("model", "=", name) for name in names or [""]])
        said = f"{_counted(len(names), 'models')} of the {things}"
    return replace(parsed, where=_both(models, parsed.where), sort=kept, notes=_noted(parsed, said))


def _again(parsed: ParsedQuery, earlier: ParsedQuery) -> bool:
    """Return whether one superlative follows another: "the newest", "and the oldest?"."""
    both = (parsed.sort, earlier.sort)
    chosen = all(sort is not None and not sort.all for sort in both)
    return chosen and parsed.limit == earlier.limit == 1 and not earlier.text


def _counted(count: int, things: str) -> str:
    return f"{count:,} {things.removesuffix('s') if count == 1 else things}"


def _noted(parsed: ParsedQuery, among: str) -> list[str]:
    things = among.split()[-1].removesuffix("s")
    note = f"among the {among} of the last answer; begin with 'all {things}s' to ask anew"
    return [*parsed.notes, note]


def _both(one: Node | None, other: Node | None) -> Node | None:
    return join_and([part for part in (one, other) if part is not None])


def _among_pictures(parsed: ParsedQuery, last: Answer) -> ParsedQuery:
    earlier, part = last.parsed.image or ImagePart(), parsed.image or ImagePart()
    before = earlier.where
    if earlier.limit or earlier.epochs:  # more than conditions decided which these are
        before = join_or([Filter("path", "=", one.path) for one in last.images[:_MOST]])
    image = replace(part, where=_both(before, part.where), sort=part.sort or earlier.sort)
    return replace(
        parsed,
        image=image,
        where=_both(last.parsed.where, parsed.where),
        notes=_noted(parsed, _counted(last.total, "pictures")),
    )


def _among_runs(parsed: ParsedQuery, asked: AskedRuns, last: Answer) -> ParsedQuery:
    earlier = last.parsed.runs or AskedRuns()
    before = last.parsed.where
    listed = last.answer.rows if isinstance(last.answer, Listing) else ()
    again = bool(asked.best or asked.limit) and bool(earlier.best or earlier.limit)
    if earlier.thing == "runs" and not again and (earlier.limit or earlier.best or earlier.only):
        before = join_or([Filter("run", "=", row["run_id"]) for row in listed])
    runs = replace(asked, where=[*earlier.where, *asked.where])
    if earlier.metric and not (asked.metric or asked.first):
        runs = replace(runs, metric=earlier.metric, split=earlier.split)
    return replace(
        parsed,
        runs=runs,
        where=_both(before, parsed.where),
        text=f"{last.parsed.text} {parsed.text}".strip(),
        notes=_noted(parsed, _counted(last.total, earlier.thing)),
    )


def _owners(last: Answer) -> list[str]:
    """Return the models of the pictures, runs or checkpoints of an answer."""
    rows = last.answer.rows if isinstance(last.answer, Listing) else ()
    names = [row.get("model_id") for row in rows] + [row.model_id for row in last.results]
    return [name for name in dict.fromkeys(names) if name is not None][:_MOST]


def _models_of(finder: Finder, last: Answer) -> Node | None:
    """Return the filter that the models of an answer satisfy: its own, where it has no more than
    filters, else one that names them.
    """
    earlier = last.parsed
    if earlier.intent in _FILTERING and not _chosen(earlier):
        return earlier.where
    if earlier.intent in _FILTERING:
        found = finder.matching(earlier)[: earlier.limit]
        rows = load_rows(finder.connection, found[:_MOST])
    else:
        rows = last.results[:_MOST]
    return join_or([Filter("model", "=", row.model_id) for row in rows])


def _chosen(earlier: ParsedQuery) -> bool:
    """Return whether more than filters decided which models an answer has."""
    superlative = earlier.sort is not None and not earlier.sort.all
    return bool(earlier.text or earlier.limit or earlier.similar_to or superlative)
