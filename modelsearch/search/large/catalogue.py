"""Answers of a large catalogue: models are sets, and no more of them are sorted than shown."""

from __future__ import annotations

import apsw

from modelsearch.records.question import Node
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search.large import bitsets
from modelsearch.search.large.members import Members
from modelsearch.search.large.ordering import in_order
from modelsearch.search.ranking import DEPTH, Ranked, Ranking, Request, keep_models
from modelsearch.store.database import load_vector_functions

if TYPE_CHECKING:
    from modelsearch.search.hits import Hits


def rank_sets(connection: apsw.Connection, node: Node | None, asked: Request) -> Ranking:
    """Answer as :func:`modelsearch.search.pipeline.rank` does, from the sets that are kept."""
    sets = asked.sets or Members(connection)
    members = sets.matching(node) if node is not None else None
    return _from_sets(connection, members, _gather(connection, asked, members), asked)


def _from_sets(
    connection: apsw.Connection, members: int | None, found: Hits | None, asked: Request
) -> Ranking:
    """Answer from a large catalogue: models are sets, and no more of them are sorted than shown."""
    limit = asked.limit
    if found is None:
        members = Members(connection).everything() if members is None else members
        if limit == 0:
            return Ranking([], count=members.bit_count(), members=members)
        chosen = in_order(connection, members, asked.order_by, limit, asked.sort)
        return Ranking([Ranked(m) for m in chosen], count=members.bit_count(), members=members)
    from modelsearch.search import hits, variety  # a question of filters needs no ranker

    ranked = hits.places(connection, found)
    places = variety.spread(connection, ranked, versions=members is None)
    reached = bitsets.from_ids(place.model for place in places)
    if members is None:
        return Ranking(places[:limit], found.rankers, len(places), reached)
    if limit is None or limit > len(places):
        wanted = None if limit is None else limit - len(places)
        rest = in_order(connection, members & ~reached, asked.order_by, wanted, asked.sort)
        places += [Ranked(model) for model in rest]
    return Ranking(places[:limit], found.rankers, members.bit_count(), members)


def _gather(connection: apsw.Connection, asked: Request, members: int | None) -> Hits | None:
    """Return the rankers' hits, None where there is nothing to rank by."""
    text = asked.text
    if not text.strip():
        return None
    from modelsearch.search import cohort, semantic
    from modelsearch.search.hits import Hits
    from modelsearch.search.large import rankers

    if members == 0:
        return Hits({}, by_rank=asked.by_rank)
    rankings = {"keywords": rankers.keyword_hits(connection, text, DEPTH, members)}
    vector = asked.vectorise(asked.meaning)
    if vector is not None:
        load_vector_functions(connection)
        vectors = rankers.vector_hits(connection, vector, DEPTH, members)
        if members is None:
            vectors = semantic.without_noise(vectors, rankings["keywords"], asked)
        rankings["vectors"] = vectors
    size = 0 if members is None else members.bit_count()
    if members is not None and cohort.SMALLEST <= size <= cohort.LARGEST:
        keep_models(connection, list(bitsets.ids_of(members)))
        rankings["cohort"] = cohort.CohortIndex.load(connection, size).rank(text)
    return Hits(rankings, vector, feedback=members is None, by_rank=asked.by_rank)
