"""What texts and code of some models say differently, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.answer.wording import spaced
from modelsearch.records.jsontext import numbers_json
from modelsearch.store.database import fetch_all

_MOST = 12


def contradictions(connection: apsw.Connection, models: Sequence[int]) -> list[str]:
    """Return a sentence for each value that a text gives another one than the code, with both
    places; a dozen at most.
    """
    rows = fetch_all(
        connection,
        "SELECT m.model_id, e.field, e.value, coalesce(e.path, m.path), e.line, e.key, "
        "  (SELECT group_concat(CASE WHEN o.path = '' THEN 'corrected to ' || o.value || "
        "     coalesce(' ' || o.note, '') ELSE o.value || ' (' || coalesce(o.path, m.path) || "
        "     coalesce(':' || o.line, '') || ') in the code' END, ', ') FROM evidence o "
        "   WHERE o.model = e.model AND o.field = e.field AND o.agrees = 1) "
        "FROM evidence e JOIN model m ON m.id = e.model WHERE e.agrees = 0 AND e.kind <> 'code' "
        "AND e.model IN (SELECT value FROM json_each(?)) ORDER BY m.model_id, e.position",
        (numbers_json(models),),
    )
    said = [
        f"{model}: {spaced(field)} {value} in {path}{f':{line}' if line else key and f' ({key})'}"
        f", but {code or 'something else in the code'}"
        for model, field, value, path, line, key, code in rows[:_MOST]
    ]
    more = len(rows) - len(said)
    return [*said, f"{more} more such values are not shown"] if more > 0 else said
