"""Whether this catalogue keeps sets of models, which decides how it is asked.

Apart from the sets themselves: a question of a small catalogue asks only this.
"""

from __future__ import annotations

import apsw

from modelsearch.store.database import fetch_all, fetch_value, read_meta

META = "postings"
#: Says in ``meta`` that sets are kept, in the form that this version reads.
KEPT = "kept 4"
_MOST_CHANGED = 20_000  #: models that questions ask one by one between two index runs


def kept(connection: apsw.Connection) -> bool:
    """Return whether this catalogue has stored sets that are up to date enough to be used."""
    if read_meta(connection, META) != KEPT:
        return False
    some = f"SELECT count(*) FROM (SELECT 1 FROM posting_dirty LIMIT {_MOST_CHANGED + 1})"
    return int(fetch_value(connection, some)) <= _MOST_CHANGED


def changed(connection: apsw.Connection) -> list[int]:
    """Return the models that changed since the sets were written."""
    return [row[0] for row in fetch_all(connection, "SELECT model FROM posting_dirty")]
