"""Rows of files that are gone."""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from modelsearch.sources.discovery import Artefact
from modelsearch.store.database import fetch_all, transaction
from modelsearch.store.store import MODEL_AT

_KNOWN_SQL = (
    "SELECT path FROM artefact WHERE root = ? AND kind NOT IN ('run', 'checkpoint', 'card')"
)


def remove_vanished(
    connection: apsw.Connection, root: int, artefacts: Iterable[Artefact], prefix: str
) -> int:
    """Remove scripts and pictures below ``prefix`` that are not among ``artefacts``; return how
    many models went with them.
    """
    present = {artefact.path for artefact in artefacts}
    gone = [
        path
        for (path,) in fetch_all(connection, _KNOWN_SQL, (root,))
        if path not in present and (not prefix or path == prefix or path.startswith(prefix + "/"))
    ]
    removed = 0
    with transaction(connection):
        for path in gone:
            place = (root, path)
            connection.execute(f"DELETE FROM model WHERE id = ({MODEL_AT})", place)
            removed += connection.changes()
            connection.execute("DELETE FROM image WHERE root = ? AND path = ?", place)
            connection.execute("DELETE FROM artefact WHERE root = ? AND path = ?", place)
    return removed
