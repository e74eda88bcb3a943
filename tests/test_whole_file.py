"""After `index` says that it is done, the one file alone holds everything; else it is not done."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import apsw
import pytest

from bench.attack.smalldisk import small_disk
from modelsearch.records.errors import DatabaseError
from modelsearch.store import database, locks, recovery
from modelsearch.store.database import open_for_reading, open_for_writing
from modelsearch.store.schema import schema_sql
from modelsearch.store.sessions import writing
from tests.attacks import command, models_in, one_line, process, write_models
from tests.conftest import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_models(tmp_path / "models", 6)


def index(folder: Path, db: Path) -> object:
    return run("index", str(folder), "--db", str(db), "--encoder", "none", "--jobs", "1")


@pytest.mark.parametrize("kilobytes", [0, 100, 250, 400, 450, 500, 550, 600, 700, 800, 1000, 1400])
def test_a_full_disk_is_never_called_success(folder: Path, tmp_path: Path, kilobytes: int) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    db, alone = disk / "lab.db", tmp_path / "alone.db"
    with small_disk(disk, kilobytes * 1000):
        done = index(folder, db)
    if done.exit_code == 0:
        assert models_in(db, alone) == 6
    else:
        assert isinstance(done.exception, DatabaseError), done.exception
        assert "no space is left" in str(done.exception)
        assert "models in" not in done.output
    again = index(folder, db)  # with space, the same command brings it to its end
    assert again.exit_code == 0, again.exception
    assert models_in(db, alone) == 6
    assert sorted(one.name for one in disk.iterdir()) == ["lab.db"]


def test_a_full_disk_while_vectors_are_added(folder: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    db = disk / "lab.db"
    assert index(folder, db).exit_code == 0
    with small_disk(disk, db.stat().st_size + 20_000):
        done = run("embed", "--db", str(db), "--encoder", "default")
    assert isinstance(done.exception, DatabaseError), done.exception
    assert models_in(db) == 6


def test_a_reader_of_an_older_state_keeps_the_file_incomplete(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_MS", 200)
    db, alone = tmp_path / "lab.db", tmp_path / "alone.db"
    assert index(folder, db).exit_code == 0
    connection = apsw.Connection(str(db))
    connection.execute("PRAGMA journal_mode = WAL")  # as while another run is under way
    connection.close()
    reader = open_for_reading(db)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM model").fetchone() == (6,)
    write_models(folder, 3, first=7)
    done = index(folder, db)
    assert isinstance(done.exception, DatabaseError), done.output
    assert "not complete yet" in str(done.exception) and "lab.db-wal" in str(done.exception)
    reader.close()
    assert models_in(db) == 9  # what was written is kept
    assert index(folder, db).exit_code == 0
    assert models_in(db, alone) == 9


def test_a_reader_that_only_waits_does_not(folder: Path, tmp_path: Path) -> None:
    """An open session between two questions: the log cannot go, but everything is in the file."""
    db, alone = tmp_path / "lab.db", tmp_path / "alone.db"
    assert index(folder, db).exit_code == 0
    reader = open_for_reading(db)
    write_models(folder, 3, first=7)
    assert index(folder, db).exit_code == 0
    assert models_in(db, alone) == 9
    assert reader.execute("SELECT count(*) FROM model").fetchone() == (9,)
    reader.close()


def test_a_file_in_log_mode_opens_where_nothing_can_be_written(
    folder: Path, tmp_path: Path
) -> None:
    db = tmp_path / "lab.db"
    assert index(folder, db).exit_code == 0
    connection = apsw.Connection(str(db))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    alone = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    opened = database.Opened(recovery.as_only_file(db), alone)
    assert database.fetch_value(opened, "SELECT count(*) FROM model") == 6
    opened.close()


def hot_journal(db: Path, statements: str, target: Path) -> Path:
    """Copy a database and its journal from the middle of a transaction, as a kill leaves them."""
    connection = apsw.Connection(str(db))
    connection.execute("PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN IMMEDIATE")
    connection.execute(statements)
    connection.cache_flush()
    shutil.copy(db, target)
    shutil.copy(f"{db}-journal", f"{target}-journal")
    connection.close()
    return target


def test_killed_while_the_tables_are_made(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    apsw.Connection(str(made)).close()
    db = hot_journal(made, schema_sql(), tmp_path / "lab.db")
    with pytest.raises(DatabaseError, match="holds nothing: a run was ended before it began"):
        open_for_reading(db)
    assert index(folder, db).exit_code == 0
    assert models_in(db) == 6


def test_a_reader_rolls_back_what_a_killed_run_left(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    assert index(folder, made).exit_code == 0
    db = hot_journal(made, "DELETE FROM model", tmp_path / "lab.db")
    reader = open_for_reading(db)
    assert reader.execute("SELECT count(*) FROM model").fetchone() == (6,)
    reader.close()
    assert not Path(f"{db}-journal").exists()


def test_a_reader_that_may_not_write_says_what_is_there(folder: Path, tmp_path: Path) -> None:
    made, place = tmp_path / "made.db", tmp_path / "place"
    place.mkdir()
    assert index(folder, made).exit_code == 0
    db = hot_journal(made, "DELETE FROM model", place / "lab.db")
    other = apsw.Connection(str(db), flags=apsw.SQLITE_OPEN_READONLY)
    with pytest.raises(apsw.ReadOnlyError):  # what a reader meets
        other.execute("SELECT 1 FROM model")
    other.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apsw, "SQLITE_OPEN_READWRITE", apsw.SQLITE_OPEN_READONLY)
        with pytest.raises(DatabaseError, match=r"left half written .* copy both files"):
            open_for_reading(db)


def test_a_journal_that_names_another_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """SQLite would remove the file that such a journal names."""
    made, victim = tmp_path / "made.db", tmp_path / "victim"
    victim.write_text("dear")
    assert index(folder, made).exit_code == 0
    db = hot_journal(made, "DELETE FROM model", tmp_path / "lab.db")
    name = str(victim).encode()
    with Path(f"{db}-journal").open("ab") as journal:
        journal.write(
            name + len(name).to_bytes(4, "big") + (sum(name) & 0xFFFFFFFF).to_bytes(4, "big")
        )
        journal.write(bytes.fromhex("d9d505f920a163d7"))
    with pytest.raises(DatabaseError, match="is not a journal of modelsearch"):
        open_for_reading(db)
    assert victim.read_text() == "dear"


def test_the_second_of_two_writers_says_who_the_first_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.3)
    db = tmp_path / "lab.db"
    with writing(db):
        done = index(folder, db)
        assert isinstance(done.exception, DatabaseError)
        assert f"is being written by process {os.getpid()} on " in str(done.exception)
        assert " since 20" in str(done.exception)
    assert index(folder, db).exit_code == 0


def test_a_lock_file_that_was_left_behind_holds_nobody_up(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "lab.db"
    Path(f"{db}-lock").write_text('{"pid": 1, "host": "elsewhere", "since": "2025-01-01"}')
    assert index(folder, db).exit_code == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["lab.db", "models"]


def test_two_index_runs_at_once_take_turns(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "lab.db"
    arguments = command("index", folder, "--db", db, "--encoder", "none", "--jobs", "1")
    runs = [subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [one.communicate(timeout=100)[1] for one in runs]
    assert [one.returncode for one in runs] == [0, 0, 0], said
    assert models_in(db) == 6


@pytest.mark.parametrize("delay", [0.3, 0.6, 0.8, 1.0, 1.2, 1.5])
def test_killed_at_any_moment_the_next_run_completes(
    folder: Path, tmp_path: Path, delay: float
) -> None:
    db = tmp_path / "lab.db"
    started = subprocess.Popen(
        command("index", folder, "--db", db, "--encoder", "none", "--jobs", "1"),
        stderr=subprocess.DEVNULL,
    )
    time.sleep(delay)
    started.send_signal(signal.SIGKILL)
    started.wait()
    if db.exists():
        asked = process("list", "models", "--db", db)
        if asked.returncode:
            one_line(asked, "holds nothing")
    assert index(folder, db).exit_code == 0
    assert models_in(db) == 6


def test_an_interrupted_run_leaves_one_whole_file(folder: Path, tmp_path: Path) -> None:
    db = tmp_path / "lab.db"
    with pytest.raises(KeyboardInterrupt), writing(db) as connection:
        connection.execute("INSERT INTO root (path) VALUES ('/x')")
        raise KeyboardInterrupt
    assert sorted(one.name for one in tmp_path.iterdir()) == ["lab.db", "models"]
    opened = open_for_writing(db)
    assert opened.execute("SELECT path FROM root").fetchall() == [("/x",)]
    opened.close()


@pytest.mark.parametrize("kilobytes", [0, 200, 400, 600, 900])
def test_a_full_disk_while_a_part_is_exported(folder: Path, tmp_path: Path, kilobytes: int) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    db, out = tmp_path / "lab.db", disk / "out.db"
    assert index(folder, db).exit_code == 0
    with small_disk(disk, kilobytes * 1000):
        done = run("export", str(out), "--no-paths", "--db", str(db))
    if done.exit_code == 0:
        assert models_in(out) == 6
    else:
        assert isinstance(done.exception, DatabaseError), done.exception
        assert not out.exists()
