"""The one definition of the database, as text."""

from __future__ import annotations

from modelsearch.records.datafiles import read_text
from modelsearch.records.errors import DatabaseError


def schema_sql() -> str:
    """Return the text of schema.sql: inside the wheel, or at the top of a source checkout."""
    for candidate in ("../schema.sql", "../../schema.sql"):
        try:
            return read_text(__file__, candidate)
        except FileNotFoundError:
            continue
    raise DatabaseError("schema.sql is missing from the installation; install modelsearch again")
