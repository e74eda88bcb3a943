"""Vector search: cosine distance of the question to each model's nearest passage, by sqlite-vec.

Vectors lie as int8 BLOBs in an ordinary table, so a plain shell can read and delete them. Scoring
is exact: filtered questions score just the filtered rows. A catalogue that is asked more than once
has them in memory (:mod:`modelsearch.search.matrix`), with the same distances.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.search import matrix
from modelsearch.search.lexical import words_of
from modelsearch.search.ranking import CANDIDATES, Hit, Request, in_order_of_score
from modelsearch.store.database import fetch_all

_PASSAGES_PER_MODEL = 10
#: Cosine distance beyond which a passage that shares no word with the question is noise: it keeps
#: 99 of 100 questions about another subject away from a catalogue of models (docs/ranking.md).
NOISE_DISTANCE = 0.72
#: The same for a question none of whose words is known, to the catalogue or to the encoder: of 200
#: questions of made-up words, 6 have a passage of the fixtures nearer.
UNKNOWN_DISTANCE = 0.6


def search(connection: apsw.Connection, vector: bytes, *, filtered: bool, depth: int) -> list[Hit]:
    """Rank models by the distance of their nearest passage to ``vector`` (int8 components)."""
    if (memory := matrix.kept(connection, vector)) is not None:
        among = None if not filtered else _candidates(connection)
        return in_order_of_score(connection, memory.nearest(vector, depth, among))[:depth]
    source = (
        f"{CANDIDATES} c CROSS JOIN passage p ON p.model = c.model "
        "CROSS JOIN embedding e ON e.passage = p.id"
        if filtered
        else "embedding e"
    )
    return nearest(connection, vector, source, (), depth)


def nearest(
    connection: apsw.Connection,
    vector: bytes,
    source: str,
    parameters: tuple[object, ...],
    depth: int,
) -> list[Hit]:
    """Rank models by the distance of their nearest passage among those of ``source``, a FROM clause
    (the program's own) that calls embedding ``e``.

    Some more passages than ``depth`` are read, nearest first: that costs less than grouping all of
    them by model. Where those are of too few models all are read, and where more may be as near as
    the last model that counts, all that are no further.
    """
    best: dict[int, Hit] = {}
    last = math.inf
    for most in (_PASSAGES_PER_MODEL * depth, -1):
        within = "WHERE distance <= ?" if last < math.inf else ""
        rows = fetch_all(
            connection,
            "SELECT * FROM (SELECT e.model, vec_distance_cosine(vec_int8(e.vector), vec_int8(?)) "
            f"AS distance, e.passage FROM {source}) {within} ORDER BY distance LIMIT ?",
            (vector, *parameters, *((last,) if within else ()), most),
        )
        for model, distance, passage in rows:
            best.setdefault(model, Hit(model, distance, passage))
        hits = list(best.values())
        last = hits[depth - 1].score if len(hits) >= depth > 0 else math.inf
        if len(rows) < most or (rows and rows[-1][1] > last):
            break
    return in_order_of_score(connection, [hit for hit in hits if hit.score <= last])[:depth]


def distances(
    connection: apsw.Connection, vector: bytes, models: Collection[int]
) -> dict[int, Hit]:
    """Return the nearest passage of each of some models; those without vectors are left out."""
    if (memory := matrix.kept(connection, vector)) is not None:
        return {hit.model: hit for hit in memory.nearest(vector, len(models), models)}
    rows = fetch_all(
        connection,
        """
        SELECT e.model, min(vec_distance_cosine(vec_int8(e.vector), vec_int8(?))), e.passage
        FROM json_each(?) j CROSS JOIN passage p ON p.model = j.value
        CROSS JOIN embedding e ON e.passage = p.id GROUP BY e.model
        """,
        (vector, numbers_json(models)),
    )
    return {model: Hit(model, distance, passage) for model, distance, passage in rows}


def _candidates(connection: apsw.Connection) -> list[int]:
    return [row[0] for row in fetch_all(connection, f"SELECT model FROM {CANDIDATES}")]


def without_noise(vectors: list[Hit], keywords: list[Hit], asked: Request) -> list[Hit]:
    """Drop far neighbours that share no word with the question: all but the nearest where its words
    stand nowhere and the encoder has to spell each of them in pieces.
    """
    matched = {hit.model for hit in keywords}
    known = matched or any(len(word) > 1 and asked.knows(word) for word in words_of(asked.text))
    bound = NOISE_DISTANCE if known else UNKNOWN_DISTANCE
    return [hit for hit in vectors if hit.score <= bound or hit.model in matched]
