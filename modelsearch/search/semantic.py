"""Vector search: cosine distance of the question to each model's nearest passage, by sqlite-vec.

Vectors lie as int8 BLOBs in an ordinary table, so a plain shell can read and delete them. Scoring
is exact: filtered questions score just the filtered rows.
"""

from __future__ import annotations

import apsw

from modelsearch.database import fetch_all
from modelsearch.search.ranking import CANDIDATES, Hit

#: Cosine distance beyond which a passage that shares no word with the question is noise.
NOISE_DISTANCE = 0.72


def search(connection: apsw.Connection, vector: bytes, *, filtered: bool, depth: int) -> list[Hit]:
    """Rank models by the distance of their nearest passage to ``vector`` (int8 components)."""
    source = (
        f"{CANDIDATES} c CROSS JOIN embedding e ON e.model = c.model" if filtered else "embedding e"
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
