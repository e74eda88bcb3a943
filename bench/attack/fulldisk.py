"""A disk that fills up during index, embed or export: never success over half a file."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw

from bench.attack.folder import index_folder, write_models
from bench.attack.smalldisk import small_disk
from modelsearch.index.sharing.export import ExportOptions, export
from modelsearch.records.errors import ModelsearchError
from modelsearch.store.database import open_for_reading

MODELS = 12


def full_disk(place: Path, tries: int, seed: int) -> Iterator[str]:
    """Try ``tries`` sizes of disk for each kind of run; yield the figures of each."""
    folder = write_models(place / "models", MODELS)
    whole = place / "whole.db"
    index_folder(folder, whole)
    vectors = place / "vectors.db"
    shutil.copy(whole, vectors)
    index_folder(folder, vectors, "default")
    runs: dict[str, tuple[Callable[[Path], None], int]] = {
        "index": (lambda db: index_folder(folder, db), whole.stat().st_size),
        "embed": (lambda db: _embed(folder, whole, db), vectors.stat().st_size),
        "export": (lambda db: _export(vectors, db), vectors.stat().st_size),
    }
    for name, (run, needed) in runs.items():
        outcomes: Counter[str] = Counter()
        for number in range(tries):
            disk = place / f"disk-{name}"
            shutil.rmtree(disk, ignore_errors=True)
            disk.mkdir()
            size = int(needed * (0.02 + 2.6 * (number + 0.5 * (seed % 2)) / tries))
            outcomes[_outcome(run, disk, size)] += 1
        yield f"{name}, {tries} sizes: " + ", ".join(
            f"{count} {what}" for what, count in outcomes.most_common()
        )


def _embed(folder: Path, whole: Path, db: Path) -> None:
    shutil.copy(whole, db)
    index_folder(folder, db, "default")


def _export(source: Path, db: Path) -> None:
    connection = open_for_reading(source)
    try:
        export(connection, db, ExportOptions(paths=False))
    finally:
        connection.close()


def _outcome(run: Callable[[Path], None], disk: Path, size: int) -> str:
    db = disk / "made.db"
    try:
        with small_disk(disk, size):
            run(db)
    except ModelsearchError as error:
        return "one line" if "\n" not in str(error) else f"FAULT: {error}"
    except Exception as error:  # what the boundary would not know
        return f"FAULT: {error!r:.120}"
    alone = disk / "alone.db"
    shutil.copy(db, alone)
    connection = apsw.Connection(str(alone))
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        models = connection.execute("SELECT count(*) FROM model").fetchone()[0]
    finally:
        connection.close()
    return "whole" if sound and models == MODELS else f"FAULT: success over {models} models"
