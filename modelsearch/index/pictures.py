"""The pictures of one index run: read what changed, find owners, write rows.

A picture that has not changed is not opened again. Owners and epochs may still change, because
scripts name the pictures that they write: they are found anew whenever a script of the root came,
went or changed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from modelsearch.index.batches import batches
from modelsearch.index.ownership import Ownership, PictureOwners
from modelsearch.records.artefacts import FileDates, ImageRecord
from modelsearch.records.progress import Progress, unwatched
from modelsearch.sources.discovery import Artefact
from modelsearch.sources.file_dates import DateReader
from modelsearch.sources.pictures.file import PictureFacts, read_facts
from modelsearch.sources.pictures.filenames import NameFacts, read_name
from modelsearch.sources.pictures.magic import VIDEOS
from modelsearch.sources.pictures.parallel import PictureResult, read_pictures
from modelsearch.store.database import fetch_all, read_meta, transaction, write_meta
from modelsearch.store.leaving_out import left_out
from modelsearch.store.secrets.masking import masker_of
from modelsearch.store.store import Store

#: Raised whenever pictures are read differently, so that unchanged ones are read again.
READER_VERSION = "5"
_BATCH = 512
_SERIAL_UP_TO = 2_000  #: reading headers takes less time than starting processes
_WORD = re.compile(r"[^\W\d_]{2,40}")
_MOST_WORDS = 200


@dataclass(slots=True)
class PictureSummary:
    """What a run did with pictures. ``failed`` lists (path, reason); ``mislabelled`` counts those
    whose suffix lies, which are read all the same; ``stated`` says of each picture that was read
    that it was, whether it has no owner, and whether its suffix lies.
    """

    read: int = 0
    unchanged: int = 0
    unowned: int = 0
    mislabelled: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    stated: dict[str, tuple[bool, bool, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of a picture's file."""

    size: int
    mtime: int
    status: str
    reason: str | None


class PictureRun:
    """Brings the pictures under one root up to date."""

    def __init__(
        self,
        connection: apsw.Connection,
        root: Path,
        root_id: int,
        dates: DateReader,
        text_of: Callable[[str], str],
        readmes: Sequence[Artefact] = (),
    ) -> None:
        self._connection = connection
        self._root = root
        self._root_id = root_id
        self._dates = dates
        self._store = Store(connection)
        self._text_of = text_of
        self._readmes = readmes
        self._models: dict[str, tuple[int, str]] = {
            path: (model, model_id)
            for path, model, model_id in self._rows(
                "SELECT path, id, model_id FROM model WHERE root = ?"
            )
        }
        self._runs = self._run_folders()
        self._in_git: dict[str, bool] = {}
        self.summary = PictureSummary()

    def run(
        self,
        pictures: Sequence[Artefact],
        jobs: int,
        progress: Progress = unwatched,
    ) -> PictureSummary:
        """Read new and changed pictures with ``jobs`` processes: all but what they look like
        (:mod:`modelsearch.index.looks`).
        """
        known = self._known()
        stored = self._stored()
        changed = [one for one in pictures if not _same(known.get(one.path), one, stored)]
        changed_paths = {one.path for one in changed}
        unchanged = [one for one in pictures if one.path not in changed_paths]
        others = self._rows(
            "SELECT path FROM artefact WHERE root = ? AND kind IN ('script', 'notebook') "
            "AND status <> 'model'"
        )
        names = self._rows(
            "SELECT path, pictures FROM artefact WHERE root = ? AND pictures IS NOT NULL"
        )
        owners = PictureOwners(
            self._models,
            self._text_of,
            [path for (path,) in others],
            [readme.path for readme in self._readmes],
            dict(names),
        )
        self._keep(unchanged, known, stored, owners)
        by_path = {one.path: one for one in changed}
        read = partial(read_facts, within=self._root)
        moved = partial(_told, progress, len(changed))
        results = read_pictures(self._root, list(by_path), jobs, read, _SERIAL_UP_TO, moved)
        for batch in batches(results, _BATCH):
            with transaction(self._connection):
                for result in batch:
                    self._write(by_path[result.path], result, owners)
        self._remember()
        return self.summary

    def _run_folders(self) -> dict[str, tuple[int, str, str | None]]:
        """Return the folders of recorded runs: the run, its name, and its model's path."""
        rows = self._rows(
            "SELECT r.path, r.id, r.run_id, m.path FROM run r LEFT JOIN model m ON m.id = r.model "
            "WHERE r.root = ?"
        )
        told = Counter(path for path, *_ in rows)
        return {
            path: (run, name, model)
            for path, run, name, model in rows
            if told[path] == 1 and path not in ("", ".")
        }

    def _owner(self, path: str, owners: PictureOwners) -> tuple[Ownership, int | None]:
        """Return who owns a picture, and the run in whose folder it lies. A run's model owns what
        no other sign gives to anybody.
        """
        owned, folder = owners.find(path), path
        while folder := folder.rpartition("/")[0]:
            if folder not in self._runs:
                continue
            run, name, model = self._runs[folder]
            if owned.model is None and model in self._models:
                owned = replace(owned, model=model, rule=f"in the folder of run {name}")
            return owned, run
        return owned, None

    # What is known already.

    def _known(self) -> dict[str, _Known]:
        if read_meta(self._connection, self._reader_key) != self._version:
            return {}
        return {
            path: _Known(size, mtime, status, reason)
            for path, size, mtime, status, reason in self._rows(
                "SELECT path, size_bytes, mtime_ns, status, reason FROM artefact "
                "WHERE root = ? AND kind = 'image'"
            )
        }

    def _stored(self) -> dict[str, tuple[int, int | None, list[str | None]]]:
        """Return each picture's row, its model's row, and its dates."""
        return {
            path: (row, model, dates)
            for path, row, model, *dates in self._rows(
                "SELECT path, id, model, created_at, modified_at, date_source FROM image "
                "WHERE root = ?"
            )
        }

    def _keep(
        self,
        unchanged: Sequence[Artefact],
        known: dict[str, _Known],
        stored: dict[str, tuple[int, int | None, list[str | None]]],
        owners: PictureOwners,
    ) -> None:
        """Count what has not changed; find owners anew where scripts did, dates where git did."""
        same_scripts = read_meta(self._connection, self._owners_key) == self._scripts_state()
        with transaction(self._connection):
            for artefact in unchanged:
                state = known[artefact.path]
                if state.status == "failed":
                    self.summary.failed.append((artefact.path, state.reason or "cannot be read"))
                    continue
                self.summary.unchanged += 1
                self.summary.mislabelled += bool(state.reason)
                row, model, dates = stored[artefact.path]
                if not same_scripts:
                    model = self._own_again(row, artefact.path, owners)
                self.summary.unowned += model is None
                self._date_again(row, artefact.path, dates)

    def _own_again(self, row: int, path: str, owners: PictureOwners) -> int | None:
        owned, run = self._owner(path, owners)
        model, image_id = self._identity(path, owned)
        name = read_name(path)
        epoch, epoch_from, step = _epoch(name, owned)
        self._connection.execute(
            "UPDATE image SET model = ?, image_id = ?, owner_from = ?, epoch = ?, epoch_from = ?, "
            "step = ?, run = ? WHERE id = ? AND (model IS NOT ? OR image_id IS NOT ? OR "
            "owner_from IS NOT ? OR epoch IS NOT ? OR step IS NOT ? OR run IS NOT ?)",
            (model, image_id, owned.rule, epoch, epoch_from, step, run, row,
             model, image_id, owned.rule, epoch, step, run),
        )  # fmt: skip
        return model

    def _date_again(self, row: int, path: str, stored: list[str | None]) -> None:
        """Follow git. File times cannot have changed with an unchanged file, so that a folder
        without a repository costs one look, not one for each picture.
        """
        folder = path.rpartition("/")[0]
        if folder not in self._in_git:
            self._in_git[folder] = self._dates.in_repository(path)
        if stored[2] == "file" and not self._in_git[folder]:
            return
        dates = self._dates.of(path)
        if dates is None or [dates.created_at, dates.modified_at, dates.source] == stored:
            return
        self._connection.execute(
            "UPDATE image SET created_at = ?, modified_at = ?, date_source = ? WHERE id = ?",
            (dates.created_at, dates.modified_at, dates.source, row),
        )

    # What is new.

    def _write(
        self, artefact: Artefact, result: PictureResult[PictureFacts], owners: PictureOwners
    ) -> None:
        content = result.content
        dates = self._dates.of(artefact.path)
        if content is None or dates is None:
            reason = result.failure or "it is gone"
            self.summary.failed.append((artefact.path, reason))
            self._connection.execute(
                "DELETE FROM image WHERE root = ? AND path = ?", (self._root_id, artefact.path)
            )
            self._record(artefact, b"", "failed", reason)
            return
        owned, run = self._owner(artefact.path, owners)
        model, image_id = self._identity(artefact.path, owned)
        record = picture_record(artefact.path, content, dates, owned, self._masked(artefact.path))
        self._store.write_image(model, self._root_id, image_id, replace(record, run=run))
        self._record(artefact, bytes.fromhex(content.sha256), "used", content.mislabelled)
        self.summary.read += 1
        self.summary.unowned += model is None
        self.summary.mislabelled += content.mislabelled is not None
        told = (True, model is None, content.mislabelled is not None)
        self.summary.stated[artefact.path] = told

    def _masked(self, path: str) -> Callable[[str], str]:
        """Return what turns a text of a picture into what will be stored, so that words are those
        of that.
        """
        masker = masker_of(self._connection)
        return lambda text: masker.text(text, lambda _text, _at: path)

    def _identity(self, path: str, owned: Ownership) -> tuple[int | None, str]:
        """Return the owner's row and the picture's name: after its model and its place beside
        the model's script, or after the root where no model is known.
        """
        if owned.model is None:
            return None, self._unowned_name(path)
        model, model_id = self._models[owned.model]
        folder = owned.model.rpartition("/")[0]
        beside = os.path.relpath(path, folder or ".").replace(os.sep, "/")
        return model, f"{model_id}:{beside}"

    def _unowned_name(self, path: str) -> str:
        name = f"{self._root.name}:{path}"
        taken = fetch_all(
            self._connection, "SELECT root, path FROM image WHERE image_id = ?", (name,)
        )
        # Another root of the same name may hold the same path.
        return name if not taken or taken == [(self._root_id, path)] else f"{self._root_id}:{name}"

    def _record(self, artefact: Artefact, digest: bytes, status: str, reason: str | None) -> None:
        self._connection.execute(
            "INSERT INTO artefact (root, path, kind, size_bytes, mtime_ns, content_hash, status, "
            "reason) VALUES (?, ?, 'image', ?, ?, ?, ?, ?) ON CONFLICT (root, path) DO UPDATE SET "
            "kind = excluded.kind, size_bytes = excluded.size_bytes, "
            "mtime_ns = excluded.mtime_ns, content_hash = excluded.content_hash, "
            "status = excluded.status, reason = excluded.reason",
            (self._root_id, artefact.path, artefact.size_bytes, artefact.mtime_ns, digest, status,
             reason),
        )  # fmt: skip

    # What the next run needs to know.

    @property
    def _owners_key(self) -> str:
        return f"picture owners {self._root_id}"

    @property
    def _reader_key(self) -> str:
        return f"picture reader {self._root_id}"

    @property
    def _version(self) -> str:
        """How pictures are read, and whether what they say is kept."""
        texts = " without texts" if "texts" in left_out(self._connection) else ""
        return READER_VERSION + texts

    def _scripts_state(self) -> str:
        """A text that changes whenever a script or README of this root came, went or changed."""
        digest = hashlib.blake2b(digest_size=16)
        for row in self._rows(
            "SELECT a.path, m.content_hash, d.path, d.content_hash FROM artefact a "
            "JOIN model m ON m.id = a.model LEFT JOIN dependency d ON d.reading = a.reading "
            "WHERE a.root = ? ORDER BY a.path, d.path"
        ):
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
        for folder, run in sorted(self._runs.items()):
            digest.update(repr((folder, run)).encode("utf-8", "surrogatepass"))
        for readme in self._readmes:
            digest.update(repr(readme).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def _remember(self) -> None:
        with transaction(self._connection):
            write_meta(self._connection, self._owners_key, self._scripts_state())
            write_meta(self._connection, self._reader_key, self._version)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return fetch_all(self._connection, sql, (self._root_id,))


def picture_record(
    path: str,
    content: PictureFacts,
    dates: FileDates,
    owned: Ownership,
    masked: Callable[[str], str] = str,
) -> ImageRecord:
    """Join what a picture's bytes, its name and its owner's script say. ``masked`` takes secrets
    out of a text before its words are kept.
    """
    name = read_name(path)
    epoch, epoch_from, step = _epoch(name, owned)
    made = content.generation
    moving = content.format in VIDEOS or (content.frames or 1) > 1
    kind = "animation" if moving else name.kind
    if kind is None and made is not None and (made.prompt or made.settings):
        kind = "samples"  # a generator wrote its settings into it
    return ImageRecord(
        path=path,
        size_bytes=content.size_bytes,
        created_at=dates.created_at,
        modified_at=dates.modified_at,
        date_source="git" if dates.source == "git" else "file",
        owner_from=owned.rule,
        format=content.format,
        width=content.width,
        height=content.height,
        frames=content.frames,
        seconds=content.seconds,
        epoch=epoch,
        epoch_from=epoch_from,
        step=step,
        kind=kind,
        sha256=content.sha256,
        program=(made.program if made else None) or content.software,
        prompt=made.prompt if made else None,
        negative_prompt=made.negative_prompt if made else None,
        metadata=made.as_json() if made else None,
        words=(
            *((word, "name") for word in name.words),
            *_words(masked((made and made.prompt) or ""), "prompt"),
            *_words(masked(" ".join(text for _, text in (made.texts if made else ()))), "text"),
        ),
        settings=made.settings if made else (),
    )


def _epoch(name: NameFacts, owned: Ownership) -> tuple[int | None, str | None, int | None]:
    """The name speaks first; what it leaves open, the script that writes such names may
    tell.
    """
    step = name.step if name.step is not None else owned.step
    if name.epoch is not None and name.epoch != owned.episode:  # "ep" may be either
        return name.epoch, name.epoch_from, step
    if owned.epoch is not None:
        return owned.epoch, owned.written_by, step
    return None, None, step


def _words(text: str, source: str) -> list[tuple[str, str]]:
    words = dict.fromkeys(word.lower() for word in _WORD.findall(text))
    return [(word, source) for word in list(words)[:_MOST_WORDS]]


def _same(known: _Known | None, artefact: Artefact, stored: Container[str]) -> bool:
    """Return whether a file is as it was. A picture whose row went with its model is read again."""
    if known is None or (known.status != "failed" and artefact.path not in stored):
        return False
    return (known.size, known.mtime) == (artefact.size_bytes, artefact.mtime_ns)


def _told(progress: Progress, total: int, done: int, at: str) -> None:
    progress("reading pictures", done, total, at)
