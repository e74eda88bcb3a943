"""From a compiled filter and residual words to a ranked list of models.

Filters come first and are exact: every model that satisfies them is in the answer, whatever the
rankers say, and no other is. Words only order what the filters left; without filters, what shares
a word with the question or lies near it in meaning is the answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import apsw

from modelsearch.database import fetch_all, fetch_value, load_vector_functions
from modelsearch.search import cohort, feedback, lexical, semantic, variety
from modelsearch.search.fusion import shares, weighted_sum, weights_of
from modelsearch.search.ranking import CANDIDATES, Hit, keep_candidates

DEPTH = 1_000  #: models that each ranker hands to fusion when nothing filters

#: Gives the vector (int8 components) of a text, or None where there is no encoder.
Vectoriser = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled filter: a query for ``m.id`` and its bound parameters."""

    sql: str
    parameters: tuple[object, ...]


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
    """All models of the answer, best first, and how many rankers took part."""

    places: list[Place]
    rankers: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many models the answer holds."""
        return len(self.places)


def rank(
    connection: apsw.Connection,
    where: Filter | None,
    text: str,
    vectorise: Vectoriser,
    order_by: str = "m.created_at DESC, m.model_id",
    sentence: str = "",
) -> Ranking:
    """Answer a question: ``where`` filters, ``text`` ranks, ``order_by`` orders what is left.

    ``sentence`` is what the encoder reads instead of ``text``: whole sentences lie nearer to what
    they mean than their bare words. ``order_by`` is one of the program's own SQL orders, never a
    user's text.
    """
    filtered = where is not None
    if where is not None and not keep_candidates(connection, where.sql, where.parameters):
        return Ranking([])
    if not text.strip():
        return Ranking([Place(model) for model in _in_order(connection, filtered, order_by)])
    evidence = _gather(connection, text, sentence or text, vectorise, filtered)
    places = _ordered(connection, evidence)
    versions = not filtered and len(places) > variety.PAGE
    order = variety.spread(connection, [place.model for place in places], versions=versions)
    by_model = {place.model: place for place in places}
    places = [by_model[model] for model in order]
    if filtered:
        rest = [m for m in _in_order(connection, True, order_by) if m not in by_model]
        places += [Place(model) for model in rest]
    return Ranking(places, [name for name, hits in evidence.rankings.items() if hits])


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What each ranker says of a question, best first, and the question's vector."""

    rankings: dict[str, list[Hit]]
    vector: bytes | None = None
    #: Whether the first results may speak for the others: what filters left has been chosen.
    feedback: bool = False


def _gather(
    connection: apsw.Connection, text: str, sentence: str, vectorise: Vectoriser, filtered: bool
) -> _Evidence:
    size = _count_candidates(connection) if filtered else 0
    depth = max(size, DEPTH) if filtered else DEPTH
    rankings = {"keywords": lexical.search(connection, text, filtered=filtered, depth=depth)}
    vector = vectorise(sentence)
    if vector is not None:
        load_vector_functions(connection)
        vectors = semantic.search(connection, vector, filtered=filtered, depth=depth)
        if not filtered:
            vectors = _without_noise(vectors, rankings["keywords"])
        rankings["vectors"] = _with_distances(connection, vector, vectors, rankings["keywords"])
    if filtered and cohort.SMALLEST <= size <= cohort.LARGEST:
        rankings["cohort"] = cohort.CohortIndex.load(connection, size).rank(text)
    return _Evidence(rankings, vector, not filtered)


def _with_distances(
    connection: apsw.Connection, vector: bytes, vectors: list[Hit], keywords: list[Hit]
) -> list[Hit]:
    """Add the distances of models that only the keywords found."""
    near = {hit.model for hit in vectors}
    others = [hit.model for hit in keywords if hit.model not in near]
    if not others:
        return vectors
    added = semantic.distances(connection, vector, others)
    return sorted([*vectors, *added.values()], key=lambda hit: hit.score)


def _ordered(connection: apsw.Connection, evidence: _Evidence) -> list[Place]:
    """Fuse, then score the first results again by what the very first of them say."""
    fused = _fused(connection, evidence.rankings)
    places = _places(fused, evidence.rankings)
    nearest = {hit.model: hit.passage for hit in evidence.rankings.get("vectors", ())}
    first = [nearest.get(place.model) for place in places[: feedback.FIRST]]
    passages = [passage for passage in first if passage is not None]
    if not evidence.feedback or evidence.vector is None or not passages:
        return places
    pool = places[: feedback.POOL]
    members = {place.model for place in pool}
    moved = feedback.moved_vector(connection, evidence.vector, passages)
    again = semantic.distances(connection, moved, members)
    rankings = {
        name: [hit for hit in hits if hit.model in members]
        for name, hits in evidence.rankings.items()
    }
    rankings["vectors"] = sorted(again.values(), key=lambda hit: hit.score)
    by_model = {place.model: place for place in pool}
    ahead = []
    for model, score in _fused(connection, rankings):
        place = by_model[model]
        place.score = score
        ahead.append(place)
    lowest = ahead[-1].score or 0.0
    for place in places[feedback.POOL :]:
        place.score = min(place.score or 0.0, lowest)
    return ahead + places[feedback.POOL :]


def _fused(connection: apsw.Connection, rankings: dict[str, list[Hit]]) -> list[tuple[int, float]]:
    """Fuse rankings; ties break by model id, so that the same question gives the same bytes."""
    strengths = {name: _strengths(name, hits) for name, hits in rankings.items() if hits}
    fused = weighted_sum(strengths, weights_of(list(strengths)))
    names: dict[int, str] = {}
    if any(one[1] == other[1] for one, other in itertools.pairwise(fused)):
        names.update(fetch_all(connection, "SELECT id, model_id FROM model"))
    return sorted(fused, key=lambda entry: (-entry[1], names.get(entry[0], "")))


def _strengths(ranker: str, hits: list[Hit]) -> dict[int, float]:
    """Bring a ranker's scores to 0 … 1, larger being better."""
    if ranker == "vectors":
        return {hit.model: max(0.0, 1.0 - hit.score) for hit in hits}
    return shares({hit.model: abs(hit.score) for hit in hits})


def _places(fused: list[tuple[int, float]], rankings: dict[str, list[Hit]]) -> list[Place]:
    places = {model: Place(model, score) for model, score in fused}
    for name, hits in rankings.items():
        for rank, hit in enumerate(hits, 1):
            place = places[hit.model]
            place.ranks[name] = rank
            place.scores[name] = hit.score
            if name == "vectors":
                place.distance = hit.score
    return list(places.values())


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
