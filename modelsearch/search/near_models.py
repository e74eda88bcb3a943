"""Models near a given one: ranked by the words and the vector of its own profile."""

from __future__ import annotations

import apsw

from modelsearch.records.structs import replace
from modelsearch.search.ranking import Ranking
from modelsearch.store.database import fetch_all


def profile_of(connection: apsw.Connection, model_id: str) -> tuple[int, str, bytes | None] | None:
    """Return a model's row id, what its profile says, and the profile's vector where it has one."""
    rows = fetch_all(
        connection,
        "SELECT m.id, p.title || ' ' || p.text, e.vector FROM model m "
        "JOIN passage p ON p.model = m.id LEFT JOIN embedding e ON e.passage = p.id "
        "WHERE m.model_id = ? AND p.kind = 'profile' LIMIT 1",
        (model_id,),
    )
    return rows[0] if rows else None


def without(ranking: Ranking, model: int) -> Ranking:
    """Return a ranking that leaves a model out."""
    places = [place for place in ranking.places if place.model != model]
    members, count, ids = ranking.members, ranking.count, ranking.ids
    if ids is not None and model in ids:
        ids = [one for one in ids if one != model]
        count = len(ids)
    if members is not None and members >> model & 1:
        members ^= 1 << model
        count = None if count is None else count - 1
    return replace(ranking, places=places, members=members, count=count, ids=ids)
