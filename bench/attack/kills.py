"""Kill -9 at random moments: what was committed is there, and the next command works.

A run is a fork of this process, so that its time goes into the database and not into imports.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw

from bench.attack.folder import index_folder, write_models
from modelsearch.records.errors import DatabaseError
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing

MODELS = 12
Run = Callable[[Path, Path], None]


def _schema(_folder: Path, db: Path) -> None:
    open_for_writing(db).close()


def _fresh(folder: Path, db: Path) -> None:
    index_folder(folder, db)


def _end(_folder: Path, db: Path) -> None:
    """Only what a run does at its end: the log is folded back, the file written anew."""
    connection = open_for_writing(db)
    connection.execute("UPDATE meta SET value = '0' WHERE key = 'compacted_pages'")
    connection.execute("UPDATE model SET description = description || ' again'")
    close_after_writing(connection)


def _vectors(folder: Path, db: Path) -> None:
    index_folder(folder, db, "default")


#: What is killed by phase, the share of all tries, and whether it begins with a whole database.
PHASES: dict[str, tuple[Run, float, bool]] = {
    "fresh index": (_fresh, 0.3, False),
    "re-index": (_fresh, 0.25, True),
    "embed": (_vectors, 0.1, True),
    "end of a run": (_end, 0.2, True),
    "schema": (_schema, 0.15, False),
}


def kills(place: Path, tries: int, seed: int) -> Iterator[str]:
    """Kill each phase at random moments; yield its figures."""
    dice = random.Random(seed)
    folder = write_models(place / "models", MODELS)
    whole = place / "whole.db"
    index_folder(folder, whole)
    for name, (run, share, begun) in PHASES.items():
        outcomes: Counter[str] = Counter()
        for attempt in range(max(1, round(tries * share))):
            if run is _fresh and begun:
                write_models(folder, MODELS, take=attempt + 1)
            db = place / f"{name.replace(' ', '-')}.db"
            _clear(db)
            if begun:
                shutil.copy(whole, db)
            outcomes[_killed(run, folder, db, dice, begun=begun)] += 1
        yield f"{name}: " + ", ".join(f"{count} {what}" for what, count in outcomes.most_common())


def _killed(run: Run, folder: Path, db: Path, dice: random.Random, *, begun: bool) -> str:
    child = os.fork()
    if child == 0:
        try:
            run(folder, db)
        finally:
            os._exit(0)
    time.sleep(dice.random() ** 2 * 0.8 if run is not _schema else dice.random() * 0.02)
    ended = os.waitpid(child, os.WNOHANG)[0] != 0
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    fault = _fault(folder, db, begun=begun)
    return fault or ("ran to its end first" if ended else "killed, sound")


def _fault(folder: Path, db: Path, *, begun: bool) -> str | None:
    """Return what is wrong after a kill, or None: ask, look, and run again."""
    if db.exists():
        try:
            connection = open_for_reading(db)
            count = connection.execute("SELECT count(*) FROM model").fetchone()[0]
            connection.close()
        except DatabaseError as error:
            if begun or "holds nothing" not in str(error):
                return f"FAULT: a reader is told {str(error).replace(str(db), 'x.db')!r}"
        else:
            if begun and count != MODELS:
                return f"FAULT: {count} of {MODELS} models are left"
    index_folder(folder, db)
    alone = db.with_name("alone.db")
    shutil.copy(db, alone)
    connection = apsw.Connection(str(alone))
    sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.execute("INSERT INTO passage_fts (passage_fts, rank) VALUES ('integrity-check', 1)")
    sound &= not connection.execute("PRAGMA foreign_key_check").fetchall()
    sound &= connection.execute("SELECT count(*) FROM model").fetchone()[0] == MODELS
    connection.close()
    _clear(alone)
    return None if sound else "FAULT: the next run left it unsound"


def _clear(db: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal", "-lock"):
        Path(f"{db}{suffix}").unlink(missing_ok=True)
