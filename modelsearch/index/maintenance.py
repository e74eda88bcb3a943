"""What an index run does at its end: bring everything that is derived from the rows up to date."""

from __future__ import annotations

import apsw

from modelsearch.search.guidance import refresh_common
from modelsearch.search.large import cells, frequent, postings
from modelsearch.store.name_index import refresh_name_index


def refresh_derived(connection: apsw.Connection) -> None:
    """Bring names, frequent words, cells and sets up to date with the rows.

    Costs what changed, as far as each part can; parts that a small catalogue does not need are
    left empty. The sets come last, because what changed is known from what is not in them.
    """
    refresh_name_index(connection)
    if frequent.refresh(connection):  # the catalogue has grown by a fifth
        connection.execute("INSERT INTO passage_fts (passage_fts) VALUES ('optimize')")
    cells.refresh(connection)
    postings.refresh(connection)
    refresh_common(connection)
