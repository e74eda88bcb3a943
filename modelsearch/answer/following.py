"""A question about the last answer: its filters hold beside those of that answer."""

from __future__ import annotations

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer
from modelsearch.records.question import Filter, Node, ParsedQuery, join_and, join_or
from modelsearch.records.structs import replace
from modelsearch.store.loading import load_rows

_MOST = 500  #: models of the last answer that are named one by one
_FILTERING = frozenset({"search", "count", "values", "details"})


def within(finder: Finder, parsed: ParsedQuery, last: Answer) -> ParsedQuery:
    """Return a question that asks among the models of the last answer alone."""
    earlier = last.parsed
    kept = parsed.sort or (earlier.sort if earlier.sort is not None and earlier.sort.all else None)
    parts = [one for one in (_models_of(finder, last), parsed.where) if one is not None]
    noun = "model" if last.total == 1 else "models"
    note = (
        f"among the {last.total:,} {noun} of the last answer; begin with 'all models' to ask anew"
    )
    return replace(parsed, where=join_and(parts), sort=kept, notes=[*parsed.notes, note])


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
