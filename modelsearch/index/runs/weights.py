"""The checkpoints under one root: read what changed, give them to runs and models."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import apsw

from modelsearch.index.moved.matching import match
from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.progress import Progress
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.checkpoints import registry
from modelsearch.sources.discovery import Artefact
from modelsearch.sources.runs import mlflow
from modelsearch.sources.runs.opening import Folder
from modelsearch.store.database import fetch_all, transaction
from modelsearch.store.runs import RunStore

#: Raised whenever checkpoints are read differently, so that unchanged ones are read again.
READER_VERSION = b"7"
KIND = "checkpoint"
MADE_BY = "made by run"  #: the fact that names the run of a tracker which keeps the file
_BATCH = 64
_DIGITS = re.compile(r"\d+(\.\d+)?")


class CheckpointCollector:
    """Brings the checkpoints of one root up to date with its files."""

    def __init__(self, connection: apsw.Connection, root: Path, root_id: int) -> None:
        self._connection = connection
        self._root_id = root_id
        self._folder = Folder(root)
        self._store = RunStore(connection)
        self.read = self.unchanged = 0
        self.moved: dict[str, str] = {}

    def collect(self, artefacts: Sequence[Artefact], prefix: str, progress: Progress) -> bool:
        """Read what changed, forget what is gone below ``prefix``; return whether anything did.
        Afterwards ``moved`` says which checkpoints lie elsewhere now.
        """
        units: dict[str, list[Artefact]] = defaultdict(list)
        for one in artefacts:
            units[registry.shard_of(one.path)].append(one)
        known = dict(self._rows("SELECT path, state FROM run_source WHERE root = ? AND kind = ?"))
        wanted = []
        new: dict[str, bytes] = {}
        for path, shards in units.items():
            if path not in known:
                new[path] = _state(shards)
            if known.pop(path, None) == _state(shards):
                self.unchanged += 1
            else:
                wanted.append((path, shards))
        gone = [one for one in known if not prefix or f"{one}/".startswith(f"{prefix}/")]
        self.moved = match({path: known[path] or b"" for path in gone}, new).pairs
        with transaction(self._connection):
            for path in gone:
                self._connection.execute(
                    "DELETE FROM run_source WHERE root = ? AND path = ? AND kind = ?",
                    (self._root_id, path, KIND),
                )
        for first in range(0, len(wanted), _BATCH):
            with transaction(self._connection):
                for done, (path, shards) in enumerate(wanted[first : first + _BATCH], first):
                    progress("reading checkpoints", done, len(wanted), path)
                    self._write(path, shards)
        progress("reading checkpoints", len(wanted), len(wanted))
        return bool(wanted or gone)

    def unread(self) -> Counter[str]:
        """Return what was found and not read, by the reason."""
        return Counter(
            dict(
                self._rows(
                    "SELECT reason, count(*) FROM run_source WHERE root = ? AND kind = ? "
                    "AND status = 'failed' GROUP BY reason"
                )
            )
        )

    def _write(self, path: str, shards: Sequence[Artefact]) -> None:
        record, reason = self._record(shards)
        status = "failed" if reason else "skipped" if record is None else "read"
        source = self._store.source(self._root_id, path, KIND, _state(shards), status, reason)
        if record is not None:
            self._store.write_checkpoint(self._root_id, source, replace(record, path=path))
            self.read += 1

    def _record(self, shards: Sequence[Artefact]) -> tuple[CheckpointRecord | None, str | None]:
        """Read all shards as one checkpoint: their sizes, tensors and parameters together."""
        records: list[CheckpointRecord] = []
        for one in sorted(shards, key=lambda shard: shard.path):
            try:
                found = registry.read(self._folder, one.path, one.size_bytes)
            except (ReadingError, RecursionError, MemoryError) as error:
                return None, str(error) or type(error).__name__
            if found is not None:
                records.append(found)
        if not records:
            return None, None
        first = records[0]
        first.size_bytes = sum(one.size_bytes for one in records)
        first.files = len(records)
        for name in ("parameters", "tensors"):
            facts = [one.facts[name] for one in records if name in one.facts]
            if len(records) > 1 and len(facts) == len(records):
                total = sum(int(fact.value) for fact in facts)
                first.facts[name] = replace(facts[0], value=total, note=f"of {len(records)} files")
        made_by = mlflow.made_by(self._folder, first.path)
        if made_by is not None:
            first.add(MADE_BY, made_by.value, made_by.evidence)
        if "saved_at" not in first.facts:
            moment = datetime.fromtimestamp(max(one.mtime_ns for one in shards) / 1e9, UTC)
            first.add(
                "saved_at", moment.isoformat(timespec="seconds"), Evidence(first.path, "file")
            )
        return first, None

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return fetch_all(self._connection, sql, (self._root_id, KIND))


def _state(shards: Sequence[Artefact]) -> bytes:
    """Return a hash that changes with the files of a checkpoint, and not with their folder."""
    digest = hashlib.blake2b(READER_VERSION, digest_size=16)
    for one in sorted(shards, key=lambda shard: shard.path):
        name = one.path.rpartition("/")[2]
        digest.update(f"{name}\0{one.size_bytes}\0{one.mtime_ns}\n".encode("utf-8", "replace"))
    return digest.digest()


def nearest(path: str, folders: Mapping[str, int]) -> int | None:
    """Return what ``folders`` has for the nearest folder above a path."""
    for folder in PurePosixPath(path).parents:
        found = folders.get(str(folder))
        if found is not None and str(folder) != ".":
            return found
    return None


def series(paths: Sequence[str]) -> dict[str, str]:
    """Return, for each path, the path of the first of its series: checkpoints in a folder whose
    names differ in numbers alone are of one model.
    """
    first: dict[tuple[str, str], str] = {}
    found = {}
    for path in sorted(paths):
        pure = PurePosixPath(path)
        folder = re.sub(r"(^|/)checkpoint-\d+$", "", str(pure.parent)) or "."
        key = (folder, _DIGITS.sub("#", pure.name))
        found[path] = first.setdefault(key, path)
    return found
