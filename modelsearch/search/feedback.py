"""Relevance feedback without a judge: what the first results say sharpens the order below them.

The question's vector is moved towards the vectors of the first few results (Rocchio 1971, with the
first results taken as relevant), and the results are scored again by their distance to it. Where a
question has many right answers this brings more of them forward; where it has one, it changes
little (docs/ranking.md).
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.search import semantic
from modelsearch.search.encoders.vectors_without_numpy import added, as_int8, as_unit, mean
from modelsearch.search.ranking import Hit
from modelsearch.store.database import fetch_all

FIRST = 3  #: results that are taken as relevant
WEIGHT = 0.8  #: of their mean, beside the question's own vector
POOL = 100  #: results that are scored again
NEAREST = 50  #: models, of those that the question reached, that lie nearest to the moved vector
BOUND = 0.6  #: distance to it within which it finds a model that the question did not


def moved_vector(connection: apsw.Connection, vector: bytes, passages: Sequence[int]) -> bytes:
    """Return ``vector`` moved towards the vectors of some passages, as int8 components."""
    rows = fetch_all(
        connection,
        "SELECT vector FROM embedding WHERE passage IN (SELECT value FROM json_each(?))",
        (numbers_json(passages),),
    )
    if not rows:
        return vector
    first = mean([as_unit(row[0]) for row in rows])
    return as_int8(added(as_unit(vector), first, WEIGHT))


def nearest(
    connection: apsw.Connection,
    moved: bytes,
    reached: Collection[int],
    found: Container[int],
    *,
    finding: bool,
) -> list[Hit]:
    """Rank the models nearest to a moved vector, out of those that the question's own vector
    ``reached`` at all: those that were found and, with ``finding``, others that lie near enough.
    """
    distances = semantic.distances(connection, moved, reached)
    hits = sorted(distances.values(), key=lambda hit: (hit.score, hit.model))[:NEAREST]
    return [hit for hit in hits if hit.model in found or (finding and hit.score <= BOUND)]
