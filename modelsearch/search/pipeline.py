"""From a compiled filter and residual words to a ranked list of models.

Filters come first and are exact: every model that satisfies them is in the answer, whatever the
rankers say, and no other is. Words only order what the filters left; without filters, what shares
a word with the question or lies near it in meaning is the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import apsw

from modelsearch.database import fetch_all, fetch_value, load_vector_functions
from modelsearch.query.model import Node, Sort
from modelsearch.search import (
    bitsets,
    cohort,
    evidence,
    large,
    lexical,
    postings,
    semantic,
    variety,
)
from modelsearch.search.evidence import Evidence, Place
from modelsearch.search.members import Members
from modelsearch.search.ordering import NEWEST, in_order
from modelsearch.search.ranking import CANDIDATES, Hit, keep_candidates, keep_models

DEPTH = 1_000  #: models that each ranker hands to fusion when nothing filters
LARGE_DEPTH = 300  #: the same in a large catalogue, where each costs a look into the file

#: Gives the vector (int8 components) of a text, or None where there is no encoder.
Vectoriser = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled filter: a query for ``m.id`` and its bound parameters, and what it was made of."""

    sql: str
    parameters: tuple[object, ...]
    node: Node | None = None


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
    sentence: str = "",
    *,
    limit: int | None = None,
    sort: Sort = NEWEST,
) -> Ranking:
    """Answer a question: ``where`` filters, ``text`` ranks, ``order_by`` orders what is left.

    ``sentence`` is what the encoder reads instead of ``text``: whole sentences lie nearer to what
    they mean than their bare words. ``order_by`` is one of the program's own SQL orders, never a
    user's text; ``sort`` says the same as a field. A large catalogue gives no more than ``limit``
    places.
    """
    if postings.kept(connection) and (where is None or where.node is not None):
        members = Members(connection).matching(where.node) if where and where.node else None
        found = _gather_large(connection, text, sentence or text, vectorise, members)
        return _from_sets(connection, members, found, order_by, limit, sort)
    filtered = where is not None
    if where is not None and not keep_candidates(connection, where.sql, where.parameters):
        return Ranking([])
    if not text.strip():
        return Ranking([Place(model) for model in _in_order(connection, filtered, order_by)])
    found = _gather(connection, text, sentence or text, vectorise, filtered)
    places = variety.spread(connection, evidence.places(connection, found), versions=not filtered)
    if filtered:
        ranked = {place.model for place in places}
        rest = [m for m in _in_order(connection, True, order_by) if m not in ranked]
        places += [Place(model) for model in rest]
    return Ranking(places, found.rankers)


def _from_sets(
    connection: apsw.Connection,
    members: int | None,
    found: Evidence | None,
    order_by: str,
    limit: int | None,
    sort: Sort,
) -> Ranking:
    """Answer from a large catalogue: models are sets, and no more of them are sorted than shown."""
    if found is None:
        members = Members(connection).everything() if members is None else members
        chosen = in_order(connection, members, order_by, limit, sort)
        return Ranking([Place(m) for m in chosen], count=members.bit_count(), members=members)
    ranked = evidence.places(connection, found)
    places = variety.spread(connection, ranked, versions=members is None)
    reached = bitsets.from_ids(place.model for place in places)
    if members is None:
        return Ranking(places[:limit], found.rankers, len(places), reached)
    if limit is None or limit > len(places):
        wanted = None if limit is None else limit - len(places)
        rest = in_order(connection, members & ~reached, order_by, wanted, sort)
        places += [Place(model) for model in rest]
    return Ranking(places[:limit], found.rankers, members.bit_count(), members)


def _gather_large(
    connection: apsw.Connection,
    text: str,
    sentence: str,
    vectorise: Vectoriser,
    members: int | None,
) -> Evidence | None:
    """Return the rankers' hits, None where there is nothing to rank by."""
    if not text.strip():
        return None
    if members == 0:
        return Evidence({})
    rankings = {"keywords": large.keyword_hits(connection, text, LARGE_DEPTH, members)}
    vector = vectorise(sentence)
    if vector is not None:
        load_vector_functions(connection)
        vectors = large.vector_hits(connection, vector, LARGE_DEPTH, members)
        if members is None:
            vectors = _without_noise(vectors, rankings["keywords"])
        rankings["vectors"] = vectors
    size = 0 if members is None else members.bit_count()
    if members is not None and cohort.SMALLEST <= size <= cohort.LARGEST:
        keep_models(connection, list(bitsets.ids_of(members)))
        rankings["cohort"] = cohort.CohortIndex.load(connection, size).rank(text)
    return Evidence(rankings, vector, feedback=members is None)


def _gather(
    connection: apsw.Connection, text: str, sentence: str, vectorise: Vectoriser, filtered: bool
) -> Evidence:
    size = _count_candidates(connection) if filtered else 0
    depth = max(size, DEPTH) if filtered else DEPTH
    rankings = {"keywords": lexical.search(connection, text, filtered=filtered, depth=depth)}
    vector = vectorise(sentence)
    if vector is not None:
        load_vector_functions(connection)
        vectors = semantic.search(connection, vector, filtered=filtered, depth=depth)
        if not filtered:
            vectors = _without_noise(vectors, rankings["keywords"])
        rankings["vectors"] = vectors
    if filtered and cohort.SMALLEST <= size <= cohort.LARGEST:
        rankings["cohort"] = cohort.CohortIndex.load(connection, size).rank(text)
    return Evidence(rankings, vector, feedback=not filtered)


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
