"""Finds the database that is meant where none is named: here, else in the nearest folder above.

As git finds its repository from any folder below it, a question asked in ``models/flowers`` is
about the database in ``models``. Only a file of one's own is taken: in a folder that others can
write to, such as ``/tmp``, a stranger may have left one.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping

from modelsearch.cli.options import DB_NAME, Option
from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def database_above() -> str | None:
    """Return the path of the nearest ``models.db`` in a folder above this one, if there is one.

    None where one lies here. The search ends at the home folder, at another file system and at
    the root.
    """
    if os.path.lexists(DB_NAME):
        return None
    from pathlib import Path

    try:
        here, home = Path.cwd(), Path.home()
        device = here.stat().st_dev
        for folder in () if here == home else here.parents:
            if folder.stat().st_dev != device:
                break
            if _is_own_file(folder / DB_NAME):
                return str(folder / DB_NAME)
            if folder == home:
                break
    except (OSError, RuntimeError):  # the folder is gone, or nobody's home is known
        return None
    return None


def _is_own_file(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return stat.S_ISREG(found.st_mode) and mine


def found_above(known: Mapping[str, Option], named: bool) -> dict[str, Any]:
    """Return ``db`` where a command looks above for it, nobody named one, and one is there.

    The file is said on stderr, since it isn't in the folder that one stands in.
    """
    one = known.get("db")
    if named or one is None or not one.above or one.environment in os.environ:
        return {}
    found = database_above()
    if found is None:
        return {}
    from modelsearch.records.text import escape

    sys.stderr.write(f"(database: {escape(os.path.relpath(found))})\n")
    return {"db": found}
