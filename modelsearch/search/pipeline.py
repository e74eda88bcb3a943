"""From a compiled filter and residual words to a ranked list of models.

Filters come first and are exact: every model that satisfies them is in the answer, whatever the
rankers say, and no other is. Words only order what the filters left; without filters, what shares
a word with the question or lies near it in meaning is the answer.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import apsw

from modelsearch.database import fetch_all, fetch_value, load_vector_functions
from modelsearch.query.model import Node, Sort
from modelsearch.search import bitsets, cohort, large, lexical, postings, semantic
from modelsearch.search.fusion import Fused, reciprocal_rank_fusion
from modelsearch.search.members import Members
from modelsearch.search.ordering import NEWEST, in_order
from modelsearch.search.ranking import CANDIDATES, Hit, keep_candidates, keep_models

DEPTH = 1_000  #: models that each ranker hands to fusion when nothing filters

#: Gives the vector (int8 components) of a text, or None where there is no encoder.
Vectoriser = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled filter: a query for ``m.id`` and its bound parameters, and what it was made of."""

    sql: str
    parameters: tuple[object, ...]
    node: Node | None = None


@dataclass(slots=True)
class Place:
    """A model's place in the answer. ``ranks`` and ``scores`` are by ranker, for --explain."""

    model: int
    score: float | None = None
    distance: float | None = None
    ranks: dict[str, int] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Ranking:
    """The models of the answer, best first, and which rankers took part.

    In a large catalogue ``places`` holds no more than were asked for, ``count`` how many there are
    and ``members`` the set of them all.
    """

    places: list[Place]
    rankers: list[str] = field(default_factory=list)
    count: int | None = None
    members: int | None = None

    @property
    def total(self) -> int:
        """How many models the answer holds."""
        return len(self.places) if self.count is None else self.count

    def everyone(self) -> list[int]:
        """Return the row ids of all models of the answer."""
        if self.members is not None:
            return list(bitsets.ids_of(self.members))
        return [place.model for place in self.places]


def rank(
    connection: apsw.Connection,
    where: Filter | None,
    text: str,
    vectorise: Vectoriser,
    order_by: str = "m.created_at DESC, m.model_id",
    *,
    limit: int | None = None,
    sort: Sort = NEWEST,
) -> Ranking:
    """Answer a question: ``where`` filters, ``text`` ranks, ``order_by`` orders what is left.

    ``order_by`` is one of the program's own SQL orders, never a user's text; ``sort`` says the
    same as a field. A large catalogue gives no more than ``limit`` places.
    """
    if postings.kept(connection) and (where is None or where.node is not None):
        return _rank_large(connection, where, text, vectorise, order_by, limit, sort)
    filtered = where is not None
    if where is not None and not keep_candidates(connection, where.sql, where.parameters):
        return Ranking([])
    if not text.strip():
        return Ranking([Place(model) for model in _in_order(connection, filtered, order_by)])
    rankings = _rankings(connection, text, vectorise, filtered)
    fused = reciprocal_rank_fusion(
        {name: [hit.model for hit in hits] for name, hits in rankings.items()}
    )
    places = [_place(entry, rankings) for entry in _stable(connection, fused)]
    if filtered:
        found = {place.model for place in places}
        rest = [model for model in _in_order(connection, True, order_by) if model not in found]
        places += [Place(model) for model in rest]
    return Ranking(places, [name for name, hits in rankings.items() if hits])


def _rank_large(
    connection: apsw.Connection,
    where: Filter | None,
    text: str,
    vectorise: Vectoriser,
    order_by: str,
    limit: int | None,
    sort: Sort,
) -> Ranking:
    """Answer from a large catalogue: models are sets, and no more of them are sorted than shown."""
    known = Members(connection)
    members = known.matching(where.node) if where and where.node else None
    if members == 0:
        return Ranking([])
    if not text.strip():
        members = known.everything() if members is None else members
        chosen = in_order(connection, members, order_by, limit, sort)
        places = [Place(model) for model in chosen]
        return Ranking(places, count=members.bit_count(), members=members)
    rankings = _large_rankings(connection, text, vectorise, members)
    fused = reciprocal_rank_fusion(
        {name: [hit.model for hit in hits] for name, hits in rankings.items()}
    )
    ranked = _stable(connection, fused)
    places = [_place(entry, rankings) for entry in ranked[:limit]]
    rankers = [name for name, hits in rankings.items() if hits]
    if members is None:
        found = bitsets.from_ids(entry.model for entry in ranked)
        return Ranking(places, rankers, len(ranked), found)
    if limit is None or limit > len(ranked):
        rest = members & ~bitsets.from_ids(entry.model for entry in ranked)
        wanted = None if limit is None else limit - len(ranked)
        places += [Place(m) for m in in_order(connection, rest, order_by, wanted, sort)]
    return Ranking(places, rankers, members.bit_count(), members)


def _large_rankings(
    connection: apsw.Connection, text: str, vectorise: Vectoriser, members: int | None
) -> dict[str, list[Hit]]:
    size = 0 if members is None else members.bit_count()
    rankings = {"keywords": large.keyword_hits(connection, text, DEPTH, members)}
    vector = vectorise(text)
    if vector is not None:
        load_vector_functions(connection)
        vectors = large.vector_hits(connection, vector, DEPTH, members)
        rankings["vectors"] = (
            _without_noise(vectors, rankings["keywords"]) if members is None else vectors
        )
    if members is not None and cohort.SMALLEST <= size <= cohort.LARGEST:
        keep_models(connection, list(bitsets.ids_of(members)))
        rankings["cohort"] = cohort.CohortIndex.load(connection).rank(text)
    return rankings


def _rankings(
    connection: apsw.Connection, text: str, vectorise: Vectoriser, filtered: bool
) -> dict[str, list[Hit]]:
    size = _count_candidates(connection) if filtered else 0
    depth = max(size, DEPTH) if filtered else DEPTH
    keywords = lexical.search(connection, text, filtered=filtered, depth=depth)
    vectors: list[Hit] = []
    vector = vectorise(text)
    if vector is not None:
        load_vector_functions(connection)
        vectors = semantic.search(connection, vector, filtered=filtered, depth=depth)
        if not filtered:
            vectors = _without_noise(vectors, keywords)
    rankings = {"keywords": keywords, "vectors": vectors}
    if filtered and cohort.SMALLEST <= size <= cohort.LARGEST:
        rankings["cohort"] = cohort.CohortIndex.load(connection).rank(text)
    return rankings


def _without_noise(vectors: list[Hit], keywords: list[Hit]) -> list[Hit]:
    """Drop far neighbours that share no word with the question."""
    matched = {hit.model for hit in keywords}
    return [hit for hit in vectors if hit.score <= semantic.NOISE_DISTANCE or hit.model in matched]


def _count_candidates(connection: apsw.Connection) -> int:
    return int(fetch_value(connection, f"SELECT count(*) FROM {CANDIDATES}"))


def _in_order(connection: apsw.Connection, filtered: bool, order_by: str) -> list[int]:
    source = f"{CANDIDATES} c JOIN model m ON m.id = c.model" if filtered else "model m"
    rows = fetch_all(
        connection,
        f"SELECT m.id FROM {source} "
        "LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 "
        f"ORDER BY {order_by}",
    )
    return [row[0] for row in rows]


def _stable(connection: apsw.Connection, fused: list[Fused]) -> list[Fused]:
    """Break ties by model id, so that the same question gives the same bytes."""
    tied = {
        entry.model
        for pair in itertools.pairwise(fused)
        if pair[0].score == pair[1].score
        for entry in pair
    }
    names = dict(
        fetch_all(
            connection,
            "SELECT m.id, m.model_id FROM json_each(?) j CROSS JOIN model m ON m.id = j.value",
            (json.dumps(list(tied)),),
        )
    )
    return sorted(fused, key=lambda entry: (-entry.score, names.get(entry.model, "")))


def _place(entry: Fused, rankings: dict[str, list[Hit]]) -> Place:
    scores = {name: rankings[name][rank - 1].score for name, rank in entry.ranks.items()}
    return Place(entry.model, entry.score, scores.get("vectors"), entry.ranks, scores)
