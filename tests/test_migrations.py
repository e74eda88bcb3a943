"""A file of an earlier version is brought up to the present schema in place."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from modelsearch.store import migrations
from modelsearch.store.database import SCHEMA_VERSION, migrate, open_for_reading, open_for_writing
from tests.conftest import run

VERSION_4 = Path(__file__).parent / "data" / "version4.db.gz"
SHELL = shutil.which("sqlite3")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file that version 4 wrote: a script with its README, its log and a picture."""
    path = tmp_path / "models.db"
    path.write_bytes(gzip.decompress(VERSION_4.read_bytes()))
    return path


def schema(path: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    connection = apsw.Connection(str(path))
    rows = connection.execute(
        "SELECT name, type FROM sqlite_schema WHERE sql IS NOT NULL "
        "AND name NOT LIKE 'sqlite_stat%'"
    )
    found = {
        str(name): (
            str(kind),
            tuple(str(row[1:6]) for row in connection.execute(f"PRAGMA table_info('{name}')")),
        )
        for name, kind in rows.fetchall()
    }
    connection.close()
    return found


def test_an_old_file_becomes_what_a_new_one_is(old: Path, tmp_path: Path) -> None:
    open_for_writing(old).close()
    open_for_writing(tmp_path / "new.db").close()
    assert schema(old) == schema(tmp_path / "new.db")


def test_an_old_file_keeps_what_it_knows(old: Path) -> None:
    open_for_writing(old).close()
    rows = open_for_reading(old)
    assert rows.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    for table, count in (("model", 1), ("image", 1), ("metric", 2), ("run", 0)):
        assert rows.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,), table
    found = rows.execute(
        "SELECT m.model_id, s.learning_rate FROM passage_fts f JOIN passage p ON p.id = f.rowid "
        "JOIN model m ON m.id = p.model JOIN training_stage s ON s.model = m.id "
        "WHERE passage_fts MATCH 'clipping'"
    )
    assert found.fetchone() == ("a_train", 0.001)
    assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rows.execute("PRAGMA foreign_key_check").fetchall() == []
    rows.close()


def test_a_question_to_an_old_file_says_what_to_do(old: Path) -> None:
    result = run("query", "models on MNIST", "--db", str(old))
    assert result.exit_code != 0
    assert "bring it up to date with: modelsearch index" in str(result.exception)


def test_an_interrupted_upgrade_leaves_the_old_file(old: Path) -> None:
    before = schema(old)
    connection = apsw.Connection(str(old))

    def killed(connection: apsw.Connection) -> None:
        migrations.align(connection)
        raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        migrate(connection, {**migrations.MIGRATIONS, SCHEMA_VERSION: killed})
    connection.close()
    assert schema(old) == before
    open_for_writing(old).close()
    assert "run" in schema(old)


def test_an_upgrade_that_was_killed_in_its_middle_is_completed_by_the_next(old: Path) -> None:
    program = (
        "import os, sys, apsw\n"
        "from modelsearch.store import migrations\n"
        "from modelsearch.store.database import migrate\n"
        "connection = apsw.Connection(sys.argv[1])\n"
        "connection.execute('PRAGMA cache_size = 5')\n"
        "def killed(connection):\n"
        "    migrations.align(connection)\n"
        "    os._exit(9)\n"
        "migrate(connection, {5: killed}, 5)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(old)], check=False)
    assert done.returncode == 9
    open_for_writing(old).close()
    rows = open_for_reading(old)
    assert rows.execute("SELECT count(*) FROM model").fetchone() == (1,)
    assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows.close()


def test_a_table_that_changed_keeps_its_rows(old: Path) -> None:
    """An old column order, a lost column and a full-text table of another kind are put right."""
    connection = apsw.Connection(str(old))
    connection.execute("ALTER TABLE metric ADD COLUMN gone TEXT")
    connection.execute("DROP TABLE passage_fts")
    connection.execute(
        "CREATE VIRTUAL TABLE passage_fts USING fts5 (title, text, content = 'passage', "
        "content_rowid = 'id')"
    )
    connection.close()
    open_for_writing(old).close()
    rows = open_for_reading(old)
    columns = [row[1] for row in rows.execute("PRAGMA table_info(metric)")]
    assert "gone" not in columns and "run" in columns
    assert rows.execute("SELECT count(*) FROM metric").fetchone() == (2,)
    found = rows.execute("SELECT count(*) FROM passage_fts WHERE passage_fts MATCH 'clip'")
    assert found.fetchone() == (1,)
    rows.close()


@pytest.mark.skipif(SHELL is None, reason="no sqlite3 shell on this machine")
def test_an_upgraded_file_is_sound_in_a_plain_shell(old: Path) -> None:
    open_for_writing(old).close()
    assert SHELL is not None
    sql = (
        "SELECT count(*) FROM runs; SELECT count(*) FROM curves; SELECT count(*) FROM checkpoints;"
        "DELETE FROM model; PRAGMA integrity_check; SELECT count(*) FROM passage"
    )
    done = subprocess.run([SHELL, "-batch", old, sql], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0", "0", "ok", "0"]
