"""Indexing folders: discover, read what changed, write, own the pictures, encode.

Work that was committed is never lost: models are written in batches, one transaction each, and a
killed run leaves a sound database that the next run completes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from modelsearch.index import embedding
from modelsearch.index.assembly import Assembler
from modelsearch.index.batches import batches
from modelsearch.index.changes import ChangeDetector, Contents
from modelsearch.index.embedding import embed_missing, missing, record_encoder
from modelsearch.index.looks import choose_thumbnails, look_at_all, waiting
from modelsearch.index.maintenance import refresh_derived
from modelsearch.index.moved.following import Follower
from modelsearch.index.moved.rows import take_in
from modelsearch.index.own_names import said
from modelsearch.index.pictures import PictureRun
from modelsearch.index.redating import refresh_dates
from modelsearch.index.remarks.applying import reapply_owners
from modelsearch.index.remarks.saying import reconnect
from modelsearch.index.runs.stage import RunStage
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.index.unchanged import Standstill, forget
from modelsearch.index.vanished import remove_vanished
from modelsearch.records import plugins
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.files import locate, path_raw, path_text, read_start
from modelsearch.records.identifiers import choose_id
from modelsearch.records.progress import Progress, unwatched
from modelsearch.search.encoders import Encoder
from modelsearch.sources.discovery import Artefact, Ignored, Unreadable, Untouched, discover
from modelsearch.sources.file_dates import DateReader
from modelsearch.sources.runs.added import problems
from modelsearch.sources.script import ReadResult, read_all, read_proven
from modelsearch.store import unfinished
from modelsearch.store.database import fetch_all, fetch_value, transaction
from modelsearch.store.known_roots import remember_root
from modelsearch.store.leaving_out import choose, left_out
from modelsearch.store.secrets.masking import masker_of
from modelsearch.store.store import MODEL_AT, Store
from modelsearch.vocabulary.own import used

_BATCH = 64
_MAX_TEXT = 500_000  #: bytes of a script or README that picture owners look at


def index(
    connection: apsw.Connection,
    paths: Sequence[Path],
    encoder: Encoder | None,
    options: IndexOptions | None = None,
    progress: Progress = unwatched,
) -> IndexSummary:
    """Bring the database up to date with some folders or single files.

    Raises ModelsearchError when a path does not exist or the encoder is another than before;
    a single unreadable file is reported in the summary instead.
    """
    options = options or IndexOptions()
    with used(options.own):
        return _index(connection, [_absolute(path) for path in paths], encoder, options, progress)


def _index(
    connection: apsw.Connection,
    targets: Sequence[Path],
    encoder: Encoder | None,
    options: IndexOptions,
    progress: Progress,
) -> IndexSummary:
    summary, started = IndexSummary(), time.monotonic()
    record_encoder(connection, encoder)
    if plugins.found(plugins.LIBRARIES):
        from modelsearch.static.libraries.known import load

        summary.notes += load()
    summary.notes += filter(None, [said(options.own)])
    choose(connection, code=options.code, texts=options.texts)
    runs = [_IndexRun(connection, options, progress) for _ in targets]
    for target, run in zip(targets, runs, strict=True):
        run.run(target)
        summary.take_in(run.summary)
    summary.notes += problems()
    summary.masked = list(masker_of(connection).places)
    if encoder is not None:
        total = missing(connection)
        done = 0

        def tick(count: int) -> None:
            nonlocal done
            done += count
            progress("encoding passages", done, total)

        summary.encoded = embed_missing(connection, encoder, progress=tick)
    if summary.encoded or any(run.standstill is not None for run in runs):
        refresh_derived(connection)
    for run in runs:
        run.keep()
    unfinished.end(connection, _now())
    if options.images and options.looks:
        roots = [run.root_id for run in runs]
        _look_at_pictures(connection, roots, options, summary, progress)
    summary.images_waiting = waiting(connection)
    summary.seconds = time.monotonic() - started
    return summary


def _look_at_pictures(
    connection: apsw.Connection, roots: Sequence[int], options: IndexOptions,
    summary: IndexSummary, progress: Progress,
) -> None:  # fmt: skip
    """Look at the pictures, when everything else is stored and can be asked for."""
    looked = look_at_all(connection, options.workers(), progress, roots)
    for path, reason in looked.failed:
        summary.failed.append((path, reason))
        summary.forget_picture(path)
    if looked.failed:
        forget(connection, roots)
        refresh_derived(connection)


class _IndexRun:
    """One run over one folder (or one file of it)."""

    def __init__(
        self, connection: apsw.Connection, options: IndexOptions, progress: Progress
    ) -> None:
        self.connection = connection
        self.options = options
        self.summary = IndexSummary()
        self.passed: set[str] = set()
        self.scripts: dict[str, Artefact] = {}
        self.standstill: Standstill | None = None  #: None where the root is as it was left
        self.progress = progress
        self.store = Store(connection)

    def run(self, target: Path) -> None:
        """Index ``target``: within the root that already holds it, else as a root of its own."""
        self.root, prefix = self._root_of(target)
        here = path_text(self.root.as_posix())
        remember_root(here)
        known = fetch_value(self.connection, "SELECT id FROM root WHERE path = ?", (here,))
        standstill = Standstill(self.connection, known or 0, self.root, self.options)
        before = standstill.summary() if known and target == self.root else None
        if before is None:
            self.standstill = standstill
            self._bring_up_to_date(target, prefix, standstill)
        else:
            self.root_id, self.summary = int(known), before
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE root SET indexed_at = ? WHERE id = ?", (_now(), self.root_id)
            )

    def _bring_up_to_date(self, target: Path, prefix: str, standstill: Standstill) -> None:
        """Read what changed in a folder or file; note how the whole root stands then."""
        unfinished.begin(self.connection, path_text(self.root.as_posix()))
        artefacts = self._discover(target, prefix)
        standstill.begin(self.passed if target == self.root else None)
        contents = Contents(self.root)
        self._follow(artefacts, contents)
        with transaction(self.connection):
            self.root_id = self.store.root(path_text(self.root.as_posix()))
        standstill.is_of(self.root_id)
        self.dates = DateReader(self.root)
        self.changes = ChangeDetector(self.connection, self.root_id, contents, artefacts)
        if not self.options.keep_missing:
            gone = remove_vanished(self.connection, self.root_id, artefacts, prefix)
            self.summary.removed += gone
        self._read_scripts([a for a in artefacts if a.kind in ("script", "notebook")])
        self._read_runs([a for a in artefacts if a.kind in ("run", "checkpoint", "readme")], prefix)
        if self.options.images:
            readmes = [a for a in artefacts if a.kind == "readme"]
            self._read_images([a for a in artefacts if a.kind == "image"], readmes)
        self.summary.histories += self.dates.refused

    def keep(self) -> None:
        """Note how the root stands, when all that is derived from its rows is up to date."""
        if self.standstill is not None:
            self.standstill.keep(self.summary)

    def _root_of(self, target: Path) -> tuple[Path, str]:
        known_roots = "SELECT path FROM root ORDER BY length(path) DESC"
        for (text,) in fetch_all(self.connection, known_roots):
            known = Path(path_raw(text))
            if target == known or known in target.parents:
                relative = path_text(target.relative_to(known).as_posix())
                return known, "" if relative == "." else relative
        if target.is_file():
            return target.parent, path_text(target.name)
        self._take_in(target)
        return target, ""

    def _take_in(self, target: Path) -> None:
        """Make roots that lie in a folder parts of it, as that is indexed as a whole now."""
        outer = path_text(target.as_posix())
        for inner, text in fetch_all(self.connection, "SELECT id, path FROM root"):
            if target in Path(path_raw(text)).parents:
                prefix = path_text(Path(path_raw(text)).relative_to(target).as_posix())
                with transaction(self.connection):
                    take_in(self.connection, inner, self.store.root(outer), prefix)
                self.summary.notes.append(f"{text} is now indexed as part of {outer}")

    def _follow(self, artefacts: Sequence[Artefact], contents: Contents) -> None:
        """Let models whose files moved here keep their rows."""
        follower = Follower(self.connection, self.root, contents.of)
        done = follower.follow(artefacts, keep_missing=self.options.keep_missing)
        self.moved = done.models
        self.summary.ways += done.ways
        self.summary.notes += done.notes
        self.summary.removed += done.removed

    def _discover(self, target: Path, prefix: str) -> list[Artefact]:
        artefacts: list[Artefact] = []
        base = self.root if target.is_file() else target
        inside = "" if target.is_file() or not prefix else prefix + "/"
        if target.is_file() and prefix:
            base, inside = target, prefix.removesuffix(path_text(target.name))
        for found in discover(base, self.root, self.options.ignore):
            path = inside + found.path
            if isinstance(found, Ignored):
                self.summary.ignored[found.reason] += 1
                if found.is_folder:
                    self.passed.add(path)
            elif isinstance(found, Unreadable):
                self.summary.failed.append((path, found.reason))
            elif isinstance(found, Untouched):
                kept = self.summary.links if found.is_link else self.summary.specials
                kept.append(path)
            else:
                artefacts.append(found.moved(path) if inside else found)
        self.progress("looking for files", len(artefacts), len(artefacts))
        return artefacts

    def _read_scripts(self, scripts: Sequence[Artefact]) -> None:
        self.scripts = {artefact.path: artefact for artefact in scripts}
        changed: list[Artefact] = []
        for artefact in scripts:
            state = self.changes.state(artefact)
            if state.changed:
                self.changes.look_around(artefact)
                changed.append(artefact)
            elif state.status == "model":
                self.summary.unchanged += 1
            else:
                self._count_skip(artefact.path, state.status, state.reason)
        refresh_dates(self.connection, self.root_id, self.dates)
        assembler = Assembler(self.root, self.dates, self.changes)
        by_path = {artefact.path: artefact for artefact in changed}
        results = read_all(
            self.root,
            list(by_path),
            self.options.workers(),
            lambda read, at: self.progress("reading scripts", read, len(changed), at),
        )
        for batch in batches(results, _BATCH):
            self._write_batch(assembler, by_path, batch)
        self.summary.failed += assembler.failed

    def _write_batch(
        self, assembler: Assembler, artefacts: dict[str, Artefact], batch: Sequence[ReadResult]
    ) -> None:
        try:
            with transaction(self.connection):
                for result in batch:
                    self._write_result(assembler, artefacts[result.path], result)
        except BaseException:
            self.store.forget_terms()
            raise

    def _write_result(self, assembler: Assembler, artefact: Artefact, result: ReadResult) -> None:
        rows = fetch_all(
            self.connection,
            f"SELECT id, model_id FROM model WHERE id = ({MODEL_AT})",
            (self.root_id, artefact.path),
        )
        row = rows[0] if rows else None
        self.changes.were_read(result.digests)
        reading = result.reading
        if reading is None or not reading.is_model:
            failed = "fault" if result.fault else "failed"
            status = failed if reading is None else "skipped"
            reason = (result.failure or "cannot be read") if reading is None else reading.reason
            if row is not None:
                self.connection.execute("DELETE FROM model WHERE id = ?", (row[0],))
                self.summary.removed += 1
            imported = reading.imported if reading else ()
            self.changes.record(artefact, status, reason, imported, pictures=self._names(result))
            self._count_skip(artefact.path, status, reason)
            return
        if reading.cut_short:
            self.summary.cut_short.append(artefact.path)
        model_id = row[1] if row else self._new_id(artefact.path)
        record = assembler.assemble(artefact, model_id, reading)
        known = embedding.vectors_of(self.connection, [row[0]]) if row else {}
        model = self.store.write_model(self.root_id, record)
        reconnect(self.connection, model)
        embedding.restore_vectors(self.connection, model, known)
        self.changes.record(
            artefact, "model", None, assembler.dependencies(artefact, reading), model,
            self._names(result),
        )  # fmt: skip
        self._count(int(row[0]) if row else None)

    def _count(self, known: int | None) -> None:
        """Count a model that was read: new, changed, or moved and perhaps changed on the way."""
        if known is None:
            self.summary.added += 1
        elif known in self.moved:
            self.summary.moved += 1
        else:
            self.summary.updated += 1

    def _names(self, result: ReadResult) -> str | None:
        """Return the names of pictures that a script writes, without secrets, as they are kept."""
        if "code" in left_out(self.connection):
            return None
        masker = masker_of(self.connection)
        return masker.text(result.pictures, lambda _text, _at: result.path)

    def _new_id(self, path: str) -> str:
        """Return the id of a new model; one of which something was said before has its old one."""
        said = fetch_value(
            self.connection,
            "SELECT model_id FROM remark WHERE model IS NULL AND root = ? AND path = ?",
            (self.root_id, path),
        )
        if said is not None and not self._taken(said):
            return str(said)
        return choose_id(self.root.name, path, self._taken)

    def _taken(self, model_id: str) -> bool:
        sql = "SELECT 1 FROM model WHERE model_id = ?"
        return fetch_value(self.connection, sql, (model_id,)) is not None

    def _count_skip(self, path: str, status: str, reason: str | None) -> None:
        if status == "fault":
            self.summary.faults.append((path, reason or "no words"))
        elif status == "failed":
            self.summary.failed.append((path, reason or "cannot be read"))
        else:
            self.summary.skipped[reason or "not a model"] += 1

    def _read_runs(self, artefacts: Sequence[Artefact], prefix: str) -> None:
        sql = "SELECT path FROM artefact WHERE root = ? AND kind IN ('script', 'notebook')"
        scripts = [path for (path,) in self._of_root(sql)]
        stage = RunStage(self.connection, self.root, self.root_id, self.summary.runs)
        try:
            stage.run(artefacts, scripts, prefix, self.progress)
            if self._read_proven(stage.proven):
                stage.link_again()
            stage.count()
        finally:
            self.store.forget_terms()

    def _read_proven(self, paths: Collection[str]) -> int:
        """Read scripts that made what lies here as models; return how many."""
        by_path = {path: artefact for path, artefact in self.scripts.items() if path in paths}
        if not by_path:
            return 0
        assembler = Assembler(self.root, self.dates, self.changes)
        for path, reason in self._of_root("SELECT path, reason FROM artefact WHERE root = ?"):
            if path in by_path:
                self.summary.skipped -= Counter([reason])
                self.changes.look_around(by_path[path])
        self._write_batch(assembler, by_path, list(read_proven(self.root, sorted(by_path))))
        self.summary.failed += assembler.failed
        return len(by_path)

    def _read_images(self, pictures: Sequence[Artefact], readmes: Sequence[Artefact]) -> None:
        run = PictureRun(
            self.connection, self.root, self.root_id, self.dates, self._text_of, readmes
        )
        choose_thumbnails(self.connection, self.root_id, self.options.thumbnail)
        done = run.run(pictures, self.options.workers(), self.progress)
        with transaction(self.connection):
            reapply_owners(self.connection, self.root_id)
        self.summary.images += done.read
        self.summary.images_unchanged += done.unchanged
        self.summary.images_unowned += done.unowned
        self.summary.images_mislabelled += done.mislabelled
        self.summary.failed += done.failed
        self.summary.images_read.update(done.stated)

    def _of_root(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query that takes the root's row id."""
        return fetch_all(self.connection, sql, (self.root_id,))

    def _text_of(self, path: str) -> str:
        try:
            start = read_start(locate(self.root, path), _MAX_TEXT, self.root)
        except OSError:
            return ""
        return start.decode("utf-8", "replace")


def _absolute(path: Path) -> Path:
    if not path.exists():
        raise ModelsearchError(f"{path} does not exist; name a folder or a script to index")
    if not (path.is_dir() or path.is_file()):
        raise ModelsearchError(f"{path} is neither a folder nor a file; it is not opened")
    return path.resolve()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
