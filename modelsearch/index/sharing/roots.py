"""Moving a root to another folder, and forgetting roots or models."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.index.maintenance import refresh_derived
from modelsearch.records.errors import UsageError
from modelsearch.records.userfolders import expanded
from modelsearch.store.database import fetch_all, transaction


def relocate(connection: apsw.Connection, old: str, new: str) -> list[tuple[str, str]]:
    """Write every root that is ``old``, or lies below it, as lying below ``new``; return the pairs.

    Nothing else changes: paths are relative to their root, so models keep their ids and all that
    belongs to them. Raises UsageError where no root lies there, or where two would become one.
    """
    old, new = _plain(old), _plain(new)
    roots = fetch_all(connection, "SELECT id, path FROM root ORDER BY path")
    moved = [
        (row, path, new + path[len(old) :])
        for row, path in roots
        if path == old or path.startswith(old + "/")
    ]
    if not moved:
        known = ", ".join(path for _, path in roots) or "none"
        raise UsageError(f"no indexed folder is {old} or lies below it; indexed are: {known}")
    rows = {row for row, _, _ in moved}
    there = {path for row, path in roots if row not in rows}
    for _, _, target in moved:
        if target in there:
            raise UsageError(f"{target} is indexed already; forget it first, or merge instead")
    with transaction(connection):
        for row, _, target in moved:  # by way of names that no root has
            connection.execute("UPDATE root SET path = ? WHERE id = ?", (f"\0{target}", row))
        for row, _, target in moved:
            connection.execute("UPDATE root SET path = ? WHERE id = ?", (target, row))
    return [(path, target) for _, path, target in moved]


def forget(connection: apsw.Connection, roots: Sequence[str], models: Sequence[int]) -> int:
    """Remove whole roots by their path and single models by their row id; return how many models.

    What was removed is gone from the file's bytes once the file is closed after writing.
    """
    before = _count(connection)
    with transaction(connection):
        for path in roots:
            connection.execute("DELETE FROM root WHERE path = ?", (path,))
        for model in models:
            connection.execute("DELETE FROM model WHERE id = ?", (model,))
    refresh_derived(connection)
    return before - _count(connection)


def root_named(connection: apsw.Connection, text: str) -> str | None:
    """Return the root that a person names by its path (relative or absolute), or None."""
    known = {path for (path,) in fetch_all(connection, "SELECT path FROM root")}
    for candidate in (_plain(text), _plain(str(expanded(text).absolute()))):
        if candidate in known:
            return candidate
    return None


def _plain(path: str) -> str:
    return path.replace("\\", "/").rstrip("/") or "/"


def _count(connection: apsw.Connection) -> int:
    return int(fetch_all(connection, "SELECT count(*) FROM model")[0][0])
