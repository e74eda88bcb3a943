"""From passages, best first, to their models: the best passage of each counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.typed import Any
from modelsearch.search import memory
from modelsearch.search.ranking import Hit, in_order_of_score
from modelsearch.store.database import fetch_all, fetch_value

MOST = 100_000  #: passages whose models are kept in memory: some 10 MB


def best_by_model(
    connection: apsw.Connection,
    passages: Iterable[tuple[Any, ...]],
    depth: int,
    inside: Callable[[int], bool] | None = None,
    models: Mapping[int, int] | None = None,
) -> list[Hit]:
    """Return the best passage of each of the first ``depth`` models, in order of score, then id.

    ``passages`` begin with (row id, score), best first; only models that are ``inside`` count,
    where given. ``models`` are those of the passages, where they are known already.
    """
    hits: dict[int, Hit] = {}
    ordered = iter(passages)
    last: float | None = None
    known = models if models is not None else kept_models(connection)
    while len(hits) < depth and (chunk := list(islice(ordered, depth))):
        model_of = known if known is not None else _models(connection, chunk)
        for row in chunk:
            passage, score = row[0], row[1]
            model = model_of.get(passage)
            if model is None or (inside is not None and not inside(model)):
                continue
            if score != last and len(hits) >= depth:
                break
            if model not in hits:
                hits[model] = Hit(model, score, passage)
            last = score
    return in_order_of_score(connection, list(hits.values()))[:depth]


def kept_models(connection: apsw.Connection) -> Mapping[int, int] | None:
    """Return the models of all passages of an open catalogue, None while it is new and where they
    are too many.
    """
    return memory.kept(connection, "models", _read)


def _models(connection: apsw.Connection, passages: Sequence[tuple[Any, ...]]) -> Mapping[int, int]:
    sql = "SELECT p.id, p.model FROM json_each(?) j CROSS JOIN passage p ON p.id = j.value"
    return dict(fetch_all(connection, sql, (numbers_json(row[0] for row in passages),)))


def _read(connection: apsw.Connection) -> dict[int, int] | None:
    some = f"SELECT count(*) FROM (SELECT 1 FROM passage LIMIT {MOST + 1})"
    if int(fetch_value(connection, some)) > MOST:
        return None
    return dict(fetch_all(connection, "SELECT id, model FROM passage"))
