"""From a compiled filter and residual words to a ranked list of models.

Filters come first and are exact: every model that satisfies them is in the answer, whatever the
rankers say, and no other is. Words only order what the filters left; without filters, what shares
a word with the question or lies near it in meaning is the answer.
"""

from __future__ import annotations

import apsw

from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.search import memory
from modelsearch.search.compile import models_on
from modelsearch.search.large.kept import kept
from modelsearch.search.ranking import (
    CANDIDATES,
    DEPTH,
    Ranked,
    Ranking,
    Request,
    SqlFilter,
    keep_candidates,
)
from modelsearch.store.database import fetch_all, fetch_value, load_vector_functions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelsearch.search.hits import Hits

_TITLED = 100  #: models that the words of titles hand to fusion


def rank(connection: apsw.Connection, where: SqlFilter | None, asked: Request) -> Ranking:
    """Answer a request: ``where`` filters, words rank, and an order puts what is left in place."""
    if (where is None or where.node is not None) and _by_sets(connection, asked):
        from modelsearch.search.large.catalogue import rank_sets

        node = where.node if where is not None else None
        return rank_sets(connection, node, asked)
    filtered = where is not None
    if where is not None and not keep_candidates(connection, where.sql, where.parameters):
        return Ranking([])
    if not asked.text.strip():
        return _ordered(connection, filtered, asked)
    from modelsearch.search import hits, variety  # a question of filters needs no ranker

    found = _gather(connection, asked, filtered)
    places = variety.spread(connection, hits.places(connection, found), versions=not filtered)
    if filtered:
        ranked = {place.model for place in places}
        rest = [m for m in _in_order(connection, True, asked.order_by) if m not in ranked]
        places += [Ranked(model) for model in rest]
    return Ranking(places, found.rankers)


def _ordered(connection: apsw.Connection, filtered: bool, asked: Request) -> Ranking:
    """Answer without words: no more models are put in order than were asked for."""
    if asked.limit is None:
        ordered = _in_order(connection, filtered, asked.order_by)
        return Ranking([Ranked(model) for model in ordered])
    sql = f"SELECT model FROM {CANDIDATES}" if filtered else "SELECT id FROM model"
    ids = [row[0] for row in fetch_all(connection, sql)]
    wanted = min(asked.limit, len(ids))
    first = _in_order(connection, filtered, asked.order_by, wanted) if wanted else []
    return Ranking([Ranked(model) for model in first], count=len(ids), ids=ids)


def _by_sets(connection: apsw.Connection, asked: Request) -> bool:
    """Return whether models are found as sets: in a large catalogue, and in a small one of which a
    server keeps sets, where no words rank.
    """
    if kept(connection):
        return True
    if asked.text.strip() or memory.shared(connection) is None:
        return False
    from modelsearch.search.large.lookup import Postings

    return Postings(connection).usable


def _gather(connection: apsw.Connection, asked: Request, filtered: bool) -> Hits:
    from modelsearch.search import cohort, lexical, semantic
    from modelsearch.search.hits import Hits

    text = asked.text
    size = _count_candidates(connection) if filtered else 0
    depth = max(size, DEPTH) if filtered else DEPTH
    rankings = {}
    reached: frozenset[int] = frozenset()
    passages: Sequence[tuple[Any, ...]] = ()
    if not filtered and asked.by_rank:
        found = lexical.search_with_titles(connection, text, depth=depth, titled=_TITLED)
        rankings["keywords"], rankings["titles"] = found.models, found.titles
        passages = found.passages
    else:
        rankings["keywords"] = lexical.search(connection, text, filtered=filtered, depth=depth)
    vector = asked.vectorise(asked.meaning)
    if vector is not None:
        load_vector_functions(connection)
        vectors = semantic.search(connection, vector, filtered=filtered, depth=depth)
        if not filtered:
            reached = frozenset(hit.model for hit in vectors)
            vectors = semantic.without_noise(vectors, rankings["keywords"], asked)
        rankings["vectors"] = vectors
    ordered = len(rankings["keywords"]) > 1  # else the cohort could not change the order
    if filtered and ordered and cohort.SMALLEST <= size <= cohort.LARGEST:
        rankings["cohort"] = cohort.CohortIndex.load(connection, size).rank(text)
    return Hits(
        rankings,
        vector,
        not filtered,
        asked.by_rank,
        text,
        _detailed(asked),
        reached,
        passages,
    )


def _detailed(asked: Request) -> int | None:
    """Return how many places may be shown: copies may move so many behind the first page."""
    if asked.limit is None:
        return None
    from modelsearch.search import variety

    return asked.limit + variety.LOOKED_AT


def _count_candidates(connection: apsw.Connection) -> int:
    return int(fetch_value(connection, f"SELECT count(*) FROM {CANDIDATES}"))


def _in_order(
    connection: apsw.Connection, filtered: bool, order_by: str, limit: int = -1
) -> list[int]:
    # CROSS JOIN: from the few candidates to their rows; else SQLite walks through all models.
    models = models_on("m.id = c.model" if filtered else "1", order_by)
    source = f"{CANDIDATES} c CROSS JOIN {models}" if filtered else f"(SELECT 1) c JOIN {models}"
    rows = fetch_all(connection, f"SELECT m.id FROM {source} ORDER BY {order_by} LIMIT ?", (limit,))
    return [row[0] for row in rows]
