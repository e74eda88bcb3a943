"""Opening a database to say something of its models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from modelsearch.index.maintenance import refresh_derived
from modelsearch.records.errors import DatabaseError
from modelsearch.store.sessions import writing


@contextmanager
def changing(db: Path | str) -> Iterator[apsw.Connection]:
    """Open a database to change it; what is derived from its rows is brought up to date."""
    if not Path(db).exists():
        raise DatabaseError(
            f"there is no database at {db}; make one with: modelsearch index FOLDER --db {db}"
        )
    with writing(Path(db)) as connection:
        yield connection
        refresh_derived(connection)
