"""Writing remarks, taking them back, listing them, and finding the models of remarks again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import apsw

from modelsearch.index.remarks.applying import checked, correctable, reapply
from modelsearch.records.errors import UsageError
from modelsearch.records.structs import frozen
from modelsearch.store.database import fetch_all, fetch_value, transaction

_COLUMNS = ("id", "kind", "model_id", "field", "value", "author", "made_at", "undone_at")


@frozen
class Remark:
    """One remark; ``here`` is whether its model is in the database now."""

    id: int
    kind: str
    model_id: str
    field: str | None
    value: str | None
    author: str | None
    made_at: str
    undone_at: str | None
    here: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**{name: getattr(self, name) for name in _COLUMNS}, "model_is_here": self.here}


def tag(connection: apsw.Connection, model: int, tags: Sequence[str], author: str | None) -> None:
    """Add tags to a model; one that it has already is not added twice."""
    for text in tags:
        name = text.strip()
        if not name:
            raise UsageError("a tag is a word such as baseline, not an empty text")
        if not _holding(connection, model, "tag", name):
            _write(connection, model, "tag", None, name, author)


def untag(connection: apsw.Connection, model: int, tags: Sequence[str]) -> None:
    """Take tags back. Raises UsageError for one that the model does not have."""
    for text in tags:
        found = _holding(connection, model, "tag", text.strip())
        if not found:
            raise UsageError(f"the model has no tag {text.strip()!r}")
        for remark in found:
            undo(connection, remark)


def note(connection: apsw.Connection, model: int, text: str, author: str | None) -> None:
    """Add a note to a model. Raises UsageError for an empty one."""
    if not text.strip():
        raise UsageError('a note needs words: modelsearch note MODEL "diverged after epoch 3"')
    with transaction(connection):
        _write(connection, model, "note", None, text.strip(), author)
        reapply(connection, model)


def correct(
    connection: apsw.Connection, model: int, name: str, value: str | None, author: str | None
) -> None:
    """Say that a field of a model has another value, or (``None``) that its value is wrong.

    Raises UsageError where there is no such field, or ``value`` is none of it.
    """
    field = correctable(name)
    kind = "unset" if value is None else "set"
    said = None if value is None else checked(field, value)
    with transaction(connection):
        _write(connection, model, kind, field.name, said, author)
        reapply(connection, model)


def own(connection: apsw.Connection, image: int, model: int, author: str | None) -> None:
    """Say that a picture is of a model. Raises UsageError where both are not of one root."""
    root, path = fetch_all(connection, "SELECT root, path FROM image WHERE id = ?", (image,))[0]
    of_model = fetch_value(connection, "SELECT root FROM model WHERE id = ?", (model,))
    if root != of_model:
        raise UsageError("the picture and the model are of different indexed folders")
    with transaction(connection):
        for remark, other in fetch_all(
            connection,
            "SELECT id, model FROM remark WHERE kind = 'own' AND root = ? AND field = ? "
            "AND undone_at IS NULL",
            (root, path),
        ):
            connection.execute("UPDATE remark SET undone_at = ? WHERE id = ?", (_now(), remark))
            if other is not None:
                reapply(connection, other)
        _write(connection, model, "own", path, None, author)
        reapply(connection, model)


def undo(connection: apsw.Connection, remark: int) -> Remark:
    """Take a remark back; it stays listed as undone. Raises UsageError where there is none."""
    found = [one for one in remarks(connection, undone=True) if one.id == remark]
    if not found:
        raise UsageError(f"there is no remark {remark}; `modelsearch remarks` lists them")
    if found[0].undone_at is not None:
        raise UsageError(f"remark {remark} was undone already")
    with transaction(connection):
        connection.execute("UPDATE remark SET undone_at = ? WHERE id = ?", (_now(), remark))
        model = fetch_value(connection, "SELECT model FROM remark WHERE id = ?", (remark,))
        if model is not None:
            reapply(connection, int(model))
    return found[0]


def remarks(
    connection: apsw.Connection, model: int | None = None, *, undone: bool = False
) -> list[Remark]:
    """Return the remarks of a model, of all without one, in the order in which they were made."""
    where = ["1"] if model is None else ["k.model = ?"]
    if not undone:
        where.append("k.undone_at IS NULL")
    columns = ", ".join(f"k.{name}" for name in _COLUMNS if name != "model_id")
    rows = fetch_all(
        connection,
        f"SELECT coalesce(m.model_id, k.model_id), m.id IS NOT NULL, {columns} FROM remark k "
        f"LEFT JOIN model m ON m.id = k.model WHERE {' AND '.join(where)} ORDER BY k.id",
        () if model is None else (model,),
    )
    return [
        Remark(one, kind, model_id, field, value, author, made_at, undone_at, bool(here))
        for model_id, here, one, kind, field, value, author, made_at, undone_at in rows
    ]


def reconnect(connection: apsw.Connection, model: int) -> None:
    """Give a model that was just written the remarks about it, and put its corrections into force.

    Remarks whose model went are found by its place; where its file moved since,
    :mod:`modelsearch.index.moved` has written its new one. Call it in the transaction that wrote
    the model.
    """
    lost = "model IS NULL AND (root, path) = (SELECT root, path FROM model WHERE id = ?1)"
    if not fetch_value(connection, "SELECT EXISTS (SELECT 1 FROM remark)"):
        return
    connection.execute(f"UPDATE remark SET model = ?1 WHERE {lost}", (model,))
    connection.execute(
        "UPDATE remark SET (path, content_hash) = (SELECT path, content_hash FROM model "
        "WHERE id = ?1) WHERE model = ?1",
        (model,),
    )
    # What was read stands in the rows now: nothing is in force.
    connection.execute(
        "UPDATE remark SET before = NULL WHERE model = ? AND kind <> 'own'", (model,)
    )
    reapply(connection, model)


def _holding(connection: apsw.Connection, model: int, kind: str, value: str) -> list[int]:
    rows = fetch_all(
        connection,
        "SELECT id FROM remark WHERE model = ? AND kind = ? AND value = ? COLLATE NOCASE "
        "AND undone_at IS NULL",
        (model, kind, value),
    )
    return [int(row) for (row,) in rows]


def _write(
    connection: apsw.Connection,
    model: int,
    kind: str,
    field: str | None,
    value: str | None,
    author: str | None,
) -> None:
    connection.execute(
        "INSERT INTO remark (kind, model, root, model_id, path, content_hash, field, value, "
        "author, made_at) SELECT ?, id, root, model_id, path, content_hash, ?, ?, ?, ? "
        "FROM model WHERE id = ?",
        (kind, field, value, author, _now(), model),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
