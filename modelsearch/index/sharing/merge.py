"""Several people's databases as one: roots apart by owner, terms shared, ids free of clashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import apsw

from modelsearch.index.maintenance import refresh_derived
from modelsearch.index.sharing.contents import left_out_of, say_left_out
from modelsearch.index.sharing.tables import DERIVED, Table, tables
from modelsearch.records.errors import UsageError
from modelsearch.records.identifiers import choose_id
from modelsearch.store.database import (
    fetch_all,
    fetch_value,
    read_meta,
    transaction,
    write_meta,
)

#: Meta keys that say which encoder made the vectors; they must agree before vectors are shared.
_ENCODER = ("encoder", "encoder_dimension", "encoder_fingerprint")
#: Meta key of a file in which what is derived from the rows is that of all that was merged.
_FINISHED = "merge finished"
_SHARED = frozenset({"term", "term_alias", "term_subject", "term_ancestor"})


@dataclass(slots=True)
class Merged:
    """What came from one file. ``twins`` are models whose very bytes another owner has as well;
    ``left_out`` says what the file itself was exported without.
    """

    owner: str
    models: int = 0
    unchanged: bool = False
    twins: int = 0
    without_vectors: bool = False
    left_out: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)


def merge(target: apsw.Connection, sources: list[tuple[str, apsw.Connection]]) -> list[Merged]:
    """Copy the models of ``sources``, pairs of an owner and an open database, into ``target``.

    A source that was merged before is skipped where nothing in it changed, else replaced. Each is
    one transaction, so that an interrupted merge is finished by running it again. A merge that
    finds nothing new leaves ``target`` as it is, byte for byte (SQLite's counters in the header
    aside). Raises UsageError where two sources have the same owner.
    """
    owners = [owner for owner, _ in sources]
    if len(set(owners)) < len(owners):
        twice = next(owner for owner in owners if owners.count(owner) > 1)
        raise UsageError(f"two files have the owner {twice!r}; name them: alice=a.db bob=b.db")
    done = [_merge_one(target, owner, source) for owner, source in sources]
    if read_meta(target, _FINISHED) is None or not all(one.unchanged for one in done):
        refresh_derived(target)
        write_meta(target, _FINISHED, "yes")
    return done


def _merge_one(target: apsw.Connection, owner: str, source: apsw.Connection) -> Merged:
    state = _state(source)
    key = f"merged {owner}"
    known = _noted(read_meta(target, key))
    left_out = left_out_of(source)
    if known.get("state") == state and isinstance(known.get("models"), int):
        return Merged(owner, known["models"], unchanged=True, left_out=left_out)
    with transaction(target):
        write_meta(target, _FINISHED, None)
        target.execute(
            "DELETE FROM root WHERE substr(path, 1, ?) = ?", (len(owner) + 1, f"{owner}:")
        )
        copy = _Copy(target, source, owner)
        copy.run()
        copy.done.left_out = left_out
        say_left_out(target, left_out)
        if read_meta(target, "indexed_at") is None:
            write_meta(target, "indexed_at", read_meta(source, "indexed_at"))
        write_meta(target, key, json.dumps({"state": state, "models": copy.done.models}))
    return copy.done


def _noted(text: str | None) -> dict[str, Any]:
    """Return what was noted of an earlier merge; nothing where it cannot be read."""
    try:
        known = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _state(source: apsw.Connection) -> str:
    """Return a hash that changes whenever the file's models, pictures or runs do, or what was said
    of them.
    """
    digest = hashlib.sha256()
    for sql in (
        "SELECT id, model_id, path, content_hash, modified_at FROM model ORDER BY id",
        "SELECT id, model, path, sha256 FROM image ORDER BY id",
        "SELECT path, state FROM run_source ORDER BY id",
        "SELECT id, model, kind, field, value, undone_at FROM remark ORDER BY id",
        "SELECT key, value FROM meta ORDER BY key",
    ):
        for row in source.execute(sql):
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class _Copy:
    """Copies the rows of one source, table by table, with their ids moved out of the way."""

    def __init__(self, target: apsw.Connection, source: apsw.Connection, owner: str) -> None:
        self.target, self.source, self.owner = target, source, owner
        self.done = Merged(owner)
        self._offsets: dict[str, int] = {}
        self._terms: dict[int, int] = {}
        self._changes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("root", "path"): lambda path: f"{owner}:{path}",
            ("model", "model_id"): self._model_id,
            ("image", "image_id"): self._image_id,
            ("embedding", "cell"): lambda _cell: None,
        }

    def run(self) -> None:
        """Copy everything that is not derived."""
        self._share_terms()
        vectors = self._same_encoder()
        self.done.without_vectors = not vectors
        for table in tables(self.source):
            if table.name in DERIVED | _SHARED or (table.name == "embedding" and not vectors):
                continue
            self._copy(table)
        self.target.execute(  # who speaks was left out of a part without paths: its owner does
            "UPDATE remark SET author = ? WHERE author IS NULL AND id > ?",
            (self.owner, self._offset("remark")),
        )
        self.done.models = int(fetch_value(self.source, "SELECT count(*) FROM model"))
        self.done.twins = int(
            fetch_value(
                self.target,
                "SELECT count(*) FROM model m WHERE id > ? AND EXISTS "
                "(SELECT 1 FROM model o WHERE o.content_hash = m.content_hash AND o.id <= ? "
                "AND length(o.content_hash) > 0)",
                (self._offset("model"),) * 2,
            )
        )

    def _copy(self, table: Table) -> None:
        for parent in table.references.values():
            self._offset(parent)
        if table.row_id is not None:
            self._offset(table.name)
        columns = ", ".join(f'"{column}"' for column in table.columns)
        rows = self.source.execute(f'SELECT {columns} FROM "{table.name}"')
        marks = ", ".join("?" * len(table.columns))
        self.target.executemany(
            f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', self._moved(table, rows)
        )

    def _moved(self, table: Table, rows: Any) -> Iterator[tuple[Any, ...]]:
        moves = [self._move(table, column) for column in table.columns]
        for row in rows:
            yield tuple(
                value if value is None or move is None else move(value)
                for value, move in zip(row, moves, strict=True)
            )

    def _move(self, table: Table, column: str) -> Callable[[Any], Any] | None:
        """Return how a column's values change on the way; None: they stay."""
        own = self._changes.get((table.name, column))
        parent = table.name if column == table.row_id else table.references.get(column)
        if own is not None or parent is None:
            return own
        if parent == "term":
            return self._terms.__getitem__
        offset = self._offset(parent)
        return lambda value: value + offset

    def _offset(self, name: str) -> int:
        """Return what is added to the row ids of a table (or of a numbered column of it)."""
        if name not in self._offsets:
            table, _, column = name.partition(".")
            sql = f'SELECT coalesce(max("{column or "rowid"}"), 0) FROM "{table}"'
            self._offsets[name] = int(fetch_value(self.target, sql))
        return self._offsets[name]

    def _share_terms(self) -> None:
        for row, kind, name, modality in fetch_all(
            self.source, "SELECT id, kind, name, modality FROM term"
        ):
            self.target.execute(
                "INSERT INTO term (kind, name, modality) VALUES (?, ?, ?) "
                "ON CONFLICT (kind, name) DO UPDATE "
                "SET modality = coalesce(modality, excluded.modality)",
                (kind, name, modality),
            )
            same = "SELECT id FROM term WHERE kind = ? AND name = ?"
            self._terms[row] = int(fetch_value(self.target, same, (kind, name)))
        for table, mapped in (("term_alias", "term"), ("term_subject", "term")):
            other = "alias" if table == "term_alias" else "subject"
            for term, value in fetch_all(self.source, f"SELECT {mapped}, {other} FROM {table}"):
                self.target.execute(
                    f"INSERT OR IGNORE INTO {table} (term, {other}) VALUES (?, ?)",
                    (self._terms[term], value),
                )
        for term, ancestor, distance in fetch_all(
            self.source, "SELECT term, ancestor, distance FROM term_ancestor"
        ):
            self.target.execute(
                "INSERT OR IGNORE INTO term_ancestor (term, ancestor, distance) VALUES (?, ?, ?)",
                (self._terms[term], self._terms[ancestor], distance),
            )

    def _same_encoder(self) -> bool:
        """Return whether vectors of both files may meet; an empty target takes the source's."""
        ours = {key: read_meta(self.target, key) for key in _ENCODER}
        theirs = {key: read_meta(self.source, key) for key in _ENCODER}
        if all(value is None for value in ours.values()):
            for key, value in theirs.items():
                if value is not None:
                    write_meta(self.target, key, value)
            return True
        return ours == theirs

    def _model_id(self, model_id: str) -> str:
        sql = "SELECT 1 FROM model WHERE model_id = ?"
        if fetch_value(self.target, sql, (model_id,)) is None:
            return model_id
        chosen = choose_id(
            self.owner,
            f"{self.owner}/{model_id}",
            lambda one: fetch_value(self.target, sql, (one,)) is not None,
        )
        self.done.renamed.append((model_id, chosen))
        return chosen

    def _image_id(self, image_id: str) -> str:
        sql = "SELECT 1 FROM image WHERE image_id = ?"
        free, number = image_id, 1
        while fetch_value(self.target, sql, (free,)) is not None:
            free = (
                f"{image_id}_{self.owner}" if number == 1 else f"{image_id}_{self.owner}_{number}"
            )
            number += 1
        return free
