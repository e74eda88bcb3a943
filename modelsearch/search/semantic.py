"""Vector search: cosine distance of the question to each model's nearest passage, by sqlite-vec.

Vectors lie as int8 BLOBs in an ordinary table, so a plain shell can read and delete them. Scoring
is exact: filtered questions score just the filtered rows.
"""

from __future__ import annotations

import json
from collections.abc import Collection

import apsw

from modelsearch.database import fetch_all
from modelsearch.search.ranking import CANDIDATES, Hit

#: Cosine distance beyond which a passage that shares no word with the question is noise: it keeps
#: 99 of 100 questions about another subject away from a catalogue of models (docs/ranking.md).
NOISE_DISTANCE = 0.72


def search(connection: apsw.Connection, vector: bytes, *, filtered: bool, depth: int) -> list[Hit]:
    """Rank models by the distance of their nearest passage to ``vector`` (int8 components)."""
    source = (
        f"{CANDIDATES} c CROSS JOIN passage p ON p.model = c.model "
        "CROSS JOIN embedding e ON e.passage = p.id"
        if filtered
        else "embedding e"
    )
    rows = fetch_all(
        connection,
        f"""
        SELECT near.model, near.distance, near.passage FROM (
          SELECT e.model AS model, e.passage AS passage,
                 min(vec_distance_cosine(vec_int8(e.vector), vec_int8(?))) AS distance
          FROM {source} GROUP BY e.model
        ) near JOIN model m ON m.id = near.model
        ORDER BY near.distance, m.model_id LIMIT ?
        """,
        (vector, depth),
    )
    return [Hit(model, distance, passage) for model, distance, passage in rows]


def distances(
    connection: apsw.Connection, vector: bytes, models: Collection[int]
) -> dict[int, Hit]:
    """Return the nearest passage of each of some models; those without vectors are left out."""
    rows = fetch_all(
        connection,
        """
        SELECT e.model, min(vec_distance_cosine(vec_int8(e.vector), vec_int8(?))), e.passage
        FROM json_each(?) j CROSS JOIN passage p ON p.model = j.value
        CROSS JOIN embedding e ON e.passage = p.id GROUP BY e.model
        """,
        (vector, json.dumps(list(models))),
    )
    return {model: Hit(model, distance, passage) for model, distance, passage in rows}
