"""Rows that follow their files: of models, pictures and what people said of them.

What was read from a file that moved is read again, because paths beside it may have changed with
it; the model's row, its id and its remarks stay.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.records.structs import frozen
from modelsearch.store.database import fetch_all

NOWHERE = "//"  #: ends a path that no file has, any more


@frozen
class Move:
    """A file's way from its old place to its new one: row ids of roots, paths relative to them."""

    root: int
    path: str
    to_root: int
    to_path: str

    @property
    def aside(self) -> str:
        """A path that no file has, for places that exchange their files."""
        return f"\0{self.root}\0{self.path}"


def move_files(connection: apsw.Connection, moves: Sequence[Move]) -> None:
    """Move the rows of files, whatever their kind; in a transaction. A row that stands at a new
    place must be among those that move.
    """
    _give_pictures(connection, moves)
    for move in moves:  # by way of places that nothing has: they may exchange their files
        _move(connection, Move(move.root, move.path, move.root, move.aside))
    for move in moves:
        _move(connection, Move(move.root, move.aside, move.to_root, move.to_path))


def remove_files(connection: apsw.Connection, files: Sequence[tuple[int, str]]) -> int:
    """Remove files (root, path) that others were moved over; return how many were models. What was
    said of them does not go to what lies there now; it waits for their content.
    """
    models = 0
    for place in files:
        connection.execute(
            "UPDATE remark SET path = path || ? WHERE (root, path) = (?, ?)",
            (NOWHERE, *place),
        )
        connection.execute(
            "DELETE FROM model WHERE id = (SELECT model FROM artefact WHERE root = ? AND path = ?)",
            place,
        )
        models += connection.changes()
        connection.execute("DELETE FROM image WHERE root = ? AND path = ?", place)
        connection.execute("DELETE FROM artefact WHERE root = ? AND path = ?", place)
    return models


def take_in(connection: apsw.Connection, inner: int, outer: int, prefix: str) -> None:
    """Make a root part of another one, in which it lies at ``prefix``; in a transaction."""
    rows = fetch_all(
        connection,
        "SELECT path FROM artefact WHERE root = ? AND (model IS NOT NULL OR kind = 'image')",
        (inner,),
    )
    move_files(
        connection,
        [
            Move(inner, path, outer, prefix if path == "." else f"{prefix}/{path}")
            for (path,) in rows
        ],
    )
    wait_at(connection, inner, outer, prefix)
    connection.execute("DELETE FROM root WHERE id = ?", (inner,))


def wait_at(connection: apsw.Connection, root: int, other: int, prefix: str) -> None:
    """Let what was said of models that are gone wait for them where their root lies now."""
    inside = prefix and f"{prefix}/"
    connection.execute(
        "UPDATE remark SET root = ?, path = ? || path WHERE root = ?", (other, inside, root)
    )


def _give_pictures(connection: apsw.Connection, moves: Sequence[Move]) -> None:
    """Let owners that were said of pictures name them by their new paths."""
    said = fetch_all(connection, "SELECT id, root, field FROM remark WHERE kind = 'own'")
    if not said:
        return
    paths = {(move.root, move.path): move.to_path for move in moves}
    for remark, root, path in said:
        if (root, path) in paths:
            connection.execute(
                "UPDATE remark SET field = ? WHERE id = ?", (paths[root, path], remark)
            )


def _move(connection: apsw.Connection, move: Move) -> None:
    old, new = (move.root, move.path), (move.to_root, move.to_path)
    of_file = "SELECT model FROM artefact WHERE root = ? AND path = ?"
    connection.execute(f"UPDATE model SET root = ?, path = ? WHERE id = ({of_file})", (*new, *old))
    connection.execute(
        f"UPDATE remark SET root = ?, path = ? WHERE model = ({of_file})", (*new, *old)
    )
    connection.execute(
        "UPDATE remark SET root = ?, path = ? WHERE model IS NULL AND root = ? AND path = ?",
        (*new, *old),
    )
    connection.execute(
        "UPDATE image SET root = ?, path = ? WHERE root = ? AND path = ?", (*new, *old)
    )
    connection.execute(  # a time and a content that no file has: it is read again
        "UPDATE artefact SET root = ?, path = ?, mtime_ns = -1, content_hash = x'' "
        "WHERE root = ? AND path = ?",
        (*new, *old),
    )
