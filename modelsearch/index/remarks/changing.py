"""Opening a database to add or change remarks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from modelsearch.index.maintenance import refresh_derived
from modelsearch.store.sessions import writing_existing


@contextmanager
def changing(db: Path | str) -> Iterator[apsw.Connection]:
    """Open a database to change its remarks; afterwards what is derived from its rows is brought up
    to date.
    """
    with writing_existing(db) as connection:
        yield connection
        refresh_derived(connection)
