"""What was removed or replaced is gone from the bytes of the file, not only from its rows.

SQLite overwrites deleted rows (``secure_delete``). The keyword index only marks words as deleted;
they go when the index is merged, once, at the end of a run that deleted something. (FTS5's
own secure-delete would make the file unreadable for the SQLite of many systems.)
"""

from __future__ import annotations

import apsw

_PENDING = "words to erase"  #: the key of meta that says that the keyword index holds deleted words
_NOTE = (
    f"BEGIN INSERT INTO meta (key, value) VALUES ('{_PENDING}', '1') "
    "ON CONFLICT (key) DO NOTHING; END"
)


def note_erasures(connection: apsw.Connection) -> None:
    """Note in the file when a passage goes or changes, so that also a later run can erase it."""
    for event in ("DELETE", "UPDATE OF title, text"):
        name = f"passage_gone_by_{event.partition(' ')[0].lower()}"
        connection.execute(f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.passage {_NOTE}")


def erase(connection: apsw.Connection) -> None:
    """Take the words of deleted passages out of the keyword index, where there are any."""
    if connection.execute("SELECT 1 FROM meta WHERE key = ?", (_PENDING,)).fetchone() is None:
        return
    with connection:
        connection.execute("INSERT INTO passage_fts (passage_fts) VALUES ('optimize')")
        connection.execute("DELETE FROM meta WHERE key = ?", (_PENDING,))
