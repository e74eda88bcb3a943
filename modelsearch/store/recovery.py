"""Opening what a killed run or a full disk left behind: journals beside the database.

SQLite rolls a half-written file back to its last whole state as soon as someone who may write
opens it. A reader may not; so the reader lets that happen first, or says what stands in the way.
"""

from __future__ import annotations

import contextlib
import os

import apsw

from modelsearch.records.errors import DatabaseError
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: How a rollback journal ends that names a further journal: SQLite would remove the file of that
#: name afterwards. No run of this program writes such a one; a stranger's could name any file.
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")


def left_behind(path: Path | str) -> str | None:
    """Return the name of a journal or log that lies, not empty, beside a database, or None."""
    for suffix in ("-journal", "-wal"):
        with contextlib.suppress(OSError):
            if os.stat(f"{path}{suffix}").st_size:
                return f"{path}{suffix}"
    return None


def recover(path: Path | str) -> None:
    """Roll a half-written database back to its last whole state.

    Raises DatabaseError with the remedy where that is not possible here.
    """
    left = left_behind(path)
    if left is None:
        return
    if _is_foreign(left):
        raise DatabaseError(
            f"{left} is not a journal of modelsearch; move it away if you do not trust it"
        )
    connection = None
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(1_000)
        connection.execute("SELECT count(*) FROM sqlite_schema")
    except apsw.Error as error:
        raise DatabaseError(
            f"{path} was left half written by a run that was ended; {left} belongs to it, and it "
            "cannot be put right here: copy both files to where you may write, and ask again there"
        ) from error
    finally:
        if connection is not None:
            with contextlib.suppress(apsw.Error):
                connection.close()


def as_only_file(path: Path | str) -> str:
    """Return the URI by which a complete file that stands in log mode opens where no log can be
    made: it is the only file, and nobody can write it.
    """
    from urllib.parse import quote

    return f"file:{quote(os.path.abspath(path))}?immutable=1"


def _is_foreign(journal: str) -> bool:
    if not journal.endswith("-journal"):
        return False
    with open(journal, "rb") as file:
        file.seek(max(os.fstat(file.fileno()).st_size - len(_NAMES_ANOTHER), 0))
        return file.read() == _NAMES_ANOTHER
