"""Dates of models that were read before: commits may have come in or gone since."""

from __future__ import annotations

import apsw

from modelsearch.sources.file_dates import DateReader
from modelsearch.store.database import fetch_all, transaction


def refresh_dates(connection: apsw.Connection, root: int, reader: DateReader) -> None:
    """Follow git where its history changed after the models of a root were read."""
    rows = fetch_all(
        connection,
        "SELECT id, path, created_at, modified_at, date_source FROM model WHERE root = ?",
        (root,),
    )
    with transaction(connection):
        for model, path, *known in rows:
            dates = reader.of(path)
            if dates is None or [dates.created_at, dates.modified_at, dates.source] == known:
                continue
            connection.execute(
                "UPDATE model SET created_at = ?, modified_at = ?, date_source = ?, "
                "commits = ? WHERE id = ?",
                (dates.created_at, dates.modified_at, dates.source, dates.commits, model),
            )
            for field_name, value, source in (
                ("created_at", dates.created_at, dates.source),
                ("modified_at", dates.modified_at, dates.modified_from or dates.source),
            ):
                connection.execute(
                    "UPDATE evidence SET value = ?, kind = ? WHERE model = ? AND field = ?",
                    (value or "", source, model, field_name),
                )
