"""Whether an index run is going on or was ended before its time: answers say so, as what it has not
read yet is missing from them.
"""

from __future__ import annotations

import apsw

from modelsearch.store.database import read_meta, transaction, write_meta

KEY = "indexing"  #: of meta: the folders that are being read, one a line


def begin(connection: apsw.Connection, root: str) -> None:
    """Note that a folder is being read."""
    with transaction(connection):
        known = (read_meta(connection, KEY) or "").split("\n")
        write_meta(connection, KEY, "\n".join(dict.fromkeys(filter(None, [*known, root]))))


def end(connection: apsw.Connection, at: str) -> None:
    """Note that all folders that were begun are read, and when."""
    with transaction(connection):
        write_meta(connection, KEY, None)
        write_meta(connection, "indexed_at", at)


def unfinished(connection: apsw.Connection) -> str:
    """Say which folders are being read or were read in part; nothing where none is."""
    folders = (read_meta(connection, KEY) or "").split("\n")
    if not folders[0]:
        return ""
    more = f" and {len(folders) - 1} more" if len(folders) > 1 else ""
    return (
        f"an index run of {folders[0]}{more} goes on or did not end, so a part of it may be "
        "missing here; run `modelsearch index` again"
    )
