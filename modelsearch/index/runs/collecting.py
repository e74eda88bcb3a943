"""The runs under one root: which folders hold them, which changed, and what they tell now."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import apsw

from modelsearch.index.moved.matching import match
from modelsearch.index.runs.merging import merge
from modelsearch.records import plugins
from modelsearch.records.progress import Progress
from modelsearch.records.runs import RunReading
from modelsearch.sources.discovery import Artefact
from modelsearch.sources.runs import cards, logs, registry, textlogs
from modelsearch.sources.runs.opening import Folder
from modelsearch.store.database import fetch_all, transaction
from modelsearch.store.loading import BELOW
from modelsearch.store.runs import RunStore

#: Raised whenever runs are read differently, so that unchanged ones are read again.
READER_VERSION = b"11"
_KIND = "run"
_BATCH = 64
#: What files are called that told nothing, by their reader.
_SILENT = {
    "log": "log",
    "text log": "plain log",
    "tensorboard": "TensorBoard",
    "trackerdb": "SQLite",
    "huggingface": "Hugging Face",
    "wandb": "W&B",
    "mlflow": "MLflow",
    "agent": "Stable-Baselines3",
    "dvc": "DVC",
}


#: The kinds of which each file is read by itself: some may tell nothing where others do.
_EACH_ALONE = frozenset({logs.KIND, textlogs.KIND})


class RunCollector:
    """Brings the runs of one root up to date with its files; owners are found afterwards."""

    def __init__(self, connection: apsw.Connection, root: Path, root_id: int) -> None:
        self._connection = connection
        self._root_id = root_id
        self._folder = Folder(root)
        self._store = RunStore(connection)
        self.notes: list[str] = []
        self.silent: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.read = self.unchanged = self.removed = 0
        self.moved: dict[str, str] = {}

    def collect(
        self,
        artefacts: Sequence[Artefact],
        scripts: Iterable[str],
        prefix: str,
        progress: Progress,
    ) -> bool:
        """Read what changed, forget what is gone below ``prefix``; return whether anything did.
        Afterwards ``moved`` says which runs lie elsewhere now.
        """
        by_path = {one.path: one for one in artefacts}
        units = registry.group({one.path: one.run for one in artefacts})
        with_scripts = {str(PurePosixPath(path).parent) for path in scripts}
        known = self._known()
        wanted: list[tuple[str, Mapping[str, Sequence[str]], bytes]] = []
        new: dict[str, bytes] = {}
        for run, files in units.items():
            state = _state(run, run in with_scripts, files, by_path)
            if run not in known:
                new[run] = state
            if known.pop(run, None) == state:
                self.unchanged += 1
            else:
                wanted.append((run, files, state))
        gone = [run for run in known if not prefix or f"{run}/".startswith(f"{prefix}/")]
        self.moved = match({run: known[run] or b"" for run in gone}, new).pairs
        with transaction(self._connection):
            for run in gone:
                self._forget(run)
        for first in range(0, len(wanted), _BATCH):
            with transaction(self._connection):
                for done, one in enumerate(wanted[first : first + _BATCH], first):
                    run, its_files, state = one
                    progress("reading runs", done, len(wanted), run)
                    self._read(run, its_files, state, run in with_scripts)
        progress("reading runs", len(wanted), len(wanted))
        self._count_silent(units)
        return bool(wanted or gone)

    def _count_silent(self, units: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Count the files that told nothing, by the kind that their names speak of, and the runs
        that do not count, by the reason.
        """
        rows = fetch_all(
            self._connection,
            "SELECT id, path, status FROM run_source WHERE root = ? AND kind = ? "
            "AND (status = 'read' OR (status = 'skipped' AND reason IS NULL))",
            (self._root_id, _KIND),
        )
        for source, run, status in rows:
            files = units.get(run, {})
            if status == "read" and _EACH_ALONE.isdisjoint(files):
                continue
            if status == "read" and sum(map(len, files.values())) == 1:
                continue  # the only file is what told: nothing need be asked
            telling = self._telling(source) if status == "read" else set()
            for kind, paths in files.items():
                counted = kind in _EACH_ALONE if status == "read" else kind != cards.KIND
                silent = len(set(paths) - telling) if counted else 0
                if silent:
                    self.silent[_SILENT.get(kind, kind)] += silent
        left_out = fetch_all(
            self._connection,
            "SELECT reason, count(*) FROM run_source WHERE root = ? AND kind = ? "
            "AND status = 'left out' GROUP BY reason",
            (self._root_id, _KIND),
        )
        self.left_out += Counter(dict(left_out))

    def _telling(self, source: int) -> set[str]:
        """Return the files in which the runs of a source have values."""
        rows = [
            row
            for table in ("run_evidence", "curve")
            for row in fetch_all(
                self._connection,
                f"SELECT DISTINCT {BELOW.format('x')} FROM run r JOIN {table} x ON x.run = r.id "
                "WHERE r.source = ?",
                (source,),
            )
        ]
        return {path for (path,) in rows}

    def _read(
        self, run: str, files: Mapping[str, Sequence[str]], state: bytes, has_scripts: bool
    ) -> None:
        reading: RunReading = registry.read(self._folder, run, files)
        records = merge(run, reading.parts, has_scripts=has_scripts)
        reason = reading.left_out or "; ".join(reading.notes)[:1000] or None
        status = "read" if records else "left out" if reading.left_out else "skipped"
        source = self._store.source(self._root_id, run, _KIND, state, status, reason)
        for record in records:
            if record.path == "." and record.run_id == "run":
                record.run_id = self._folder.root.name
            self._store.write_run(self._root_id, source, record)
        self.read += len(records)
        self.notes += reading.notes

    def _known(self) -> dict[str, bytes | None]:
        return dict(
            fetch_all(
                self._connection,
                "SELECT path, state FROM run_source WHERE root = ? AND kind = ?",
                (self._root_id, _KIND),
            )
        )

    def _forget(self, run: str) -> None:
        self._connection.execute(
            "DELETE FROM run_source WHERE root = ? AND path = ? AND kind = ?",
            (self._root_id, run, _KIND),
        )
        self.removed += 1


def _state(
    run: str,
    has_scripts: bool,
    files: Mapping[str, Sequence[str]],
    by_path: Mapping[str, Artefact],
) -> bytes:
    """Return a hash that changes whenever one of a run's files does, and not with its folder."""
    read_by = READER_VERSION + plugins.versions(plugins.RUNS).encode()
    digest = hashlib.blake2b(read_by + bytes([has_scripts]), digest_size=16)
    for paths in files.values():
        for path in sorted(paths):
            one = by_path[path]
            inside = path.removeprefix(f"{run}/")
            digest.update(
                f"{inside}\0{one.size_bytes}\0{one.mtime_ns}\n".encode("utf-8", "replace")
            )
    return digest.digest()
