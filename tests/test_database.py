"""The file itself: refusals, migrations, and life in a plain sqlite3 shell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import apsw
import pytest

from modelsearch.records.errors import DatabaseError
from modelsearch.store.database import (
    SCHEMA_VERSION,
    close_after_writing,
    migrate,
    open_for_reading,
    open_for_writing,
)
from tests.conftest import Indexed
from tests.database_rows import Rows

SHELL = shutil.which("sqlite3")
needs_shell = pytest.mark.skipif(SHELL is None, reason="no sqlite3 shell on this machine")


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "models.db"
    connection = open_for_writing(path)
    rows = Rows(connection)
    for name in ("a_v1", "a_v2"):
        model = rows.model(name, families=("U-Net",), datasets=("MNIST",), training={"epochs": 5})
        passage = rows.insert(
            "passage",
            model=model,
            kind="profile",
            title=name,
            text="gradient clipping",
            hash=len(name),
        )
        rows.insert("embedding", passage=passage, model=model, vector=b"\x01" * 384)
        rows.insert(
            "image",
            image_id=f"{name}:x.png",
            model=model,
            root=rows.root,
            path=f"{name}.png",
            size_bytes=1,
        )
    close_after_writing(connection)
    return path


def shell(path: Path, sql: str) -> str:
    assert SHELL is not None
    done = subprocess.run([SHELL, "-batch", path, sql], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@needs_shell
def test_every_table_and_view_selects_in_a_plain_shell(filled: Path) -> None:
    names = shell(filled, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").split()
    assert {"models", "images", "stages", "facets", "evidence_of", "model"} <= set(names)
    for name in names:
        shell(filled, f"SELECT * FROM {name} LIMIT 3")


@needs_shell
def test_match_works_in_a_plain_shell(filled: Path) -> None:
    found = shell(
        filled,
        "SELECT m.model_id FROM passage_fts f JOIN passage p ON p.id = f.rowid "
        "JOIN model m ON m.id = p.model WHERE passage_fts MATCH 'clip gradients' ORDER BY 1",
    )
    assert found.split() == ["a_v1", "a_v2"]


@needs_shell
@pytest.mark.parametrize("enforced", ["ON", "OFF"])
def test_deleting_a_model_in_the_shell_leaves_nothing_behind(filled: Path, enforced: str) -> None:
    shell(filled, f"PRAGMA foreign_keys = {enforced}; DELETE FROM model WHERE model_id = 'a_v1'")
    for table in ("passage", "embedding", "image", "training_stage", "evidence"):
        left = shell(
            filled,
            f"SELECT count(*) FROM {table} WHERE model NOT IN (SELECT id FROM model)",
        )
        assert left == "0", table
    assert shell(filled, "PRAGMA integrity_check") == "ok"
    assert shell(filled, "SELECT count(*) FROM passage_fts WHERE passage_fts MATCH 'a_v1'") == "0"
    shell(filled, "INSERT INTO passage_fts (passage_fts, rank) VALUES ('integrity-check', 1)")


@needs_shell
def test_the_one_file_is_complete_after_closing(filled: Path) -> None:
    assert sorted(p.name for p in filled.parent.iterdir()) == ["models.db"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are notes, not a database" * 100)
    for opener in (open_for_reading, open_for_writing):
        with pytest.raises(DatabaseError, match="not an SQLite database"):
            opener(path)
    assert path.read_text().startswith("these are notes")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE t (x)")
    other.close()
    for opener in (open_for_reading, open_for_writing):
        with pytest.raises(DatabaseError, match="not a modelsearch database"):
            opener(path)


def test_a_newer_schema_is_refused_with_the_remedy(filled: Path) -> None:
    connection = apsw.Connection(str(filled))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    for opener in (open_for_reading, open_for_writing):
        with pytest.raises(DatabaseError, match="upgrade modelsearch"):
            opener(filled)


def test_an_older_schema_is_refused_with_the_remedy(filled: Path) -> None:
    connection = apsw.Connection(str(filled))
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with pytest.raises(DatabaseError, match="bring it up to date with: modelsearch index"):
        open_for_reading(filled)
    with pytest.raises(DatabaseError, match="may hold tags and notes") as said:
        open_for_writing(filled)
    assert "remove" not in str(said.value)


def test_a_missing_file_a_folder_and_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="make one with: modelsearch index"):
        open_for_reading(tmp_path / "none.db")
    for opener in (open_for_reading, open_for_writing):
        with pytest.raises(DatabaseError, match="is a folder"):
            opener(tmp_path)
    with pytest.raises(DatabaseError, match="does not exist"):
        open_for_writing(tmp_path / "no" / "models.db")


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "models.db"
    path.touch()
    open_for_writing(path).close()
    open_for_reading(path).close()


def test_migrations_run_in_order_each_in_its_own_transaction(filled: Path) -> None:
    connection = apsw.Connection(str(filled))
    first, second = SCHEMA_VERSION + 1, SCHEMA_VERSION + 2

    def add(connection: apsw.Connection) -> None:
        connection.execute("ALTER TABLE model ADD COLUMN colour TEXT")

    def fail(connection: apsw.Connection) -> None:
        connection.execute("ALTER TABLE model ADD COLUMN taste TEXT")
        raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        migrate(connection, {first: add, second: fail}, second)
    columns = {row[1] for row in connection.execute("PRAGMA table_info(model)")}
    assert "colour" in columns and "taste" not in columns
    assert connection.execute("PRAGMA user_version").fetchone() == (first,)

    def succeed(connection: apsw.Connection) -> None:
        connection.execute("ALTER TABLE model ADD COLUMN taste TEXT")

    assert migrate(connection, {first: add, second: succeed}, second) == [second]
    with pytest.raises(DatabaseError, match="cannot upgrade"):
        migrate(connection, {}, second + 1)


@needs_shell
def test_an_indexed_folder_is_sound_in_the_shell_before_and_after_deleting(
    indexed: Indexed, tmp_path: Path
) -> None:
    copy = tmp_path / "models.db"
    copy.write_bytes(indexed.db.read_bytes())
    assert shell(copy, "PRAGMA integrity_check") == "ok"
    shell(copy, "DELETE FROM model WHERE model_id LIKE 'C%'")
    assert shell(copy, "PRAGMA integrity_check") == "ok"
    shell(copy, "VACUUM")
    assert shell(copy, "PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok"


@needs_shell
def test_a_file_made_by_the_shell_from_the_schema_is_one_of_ours(
    filled: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made.db"
    schema = Path(__file__).parent.parent / "schema.sql"
    shell(made, f".read {schema}")
    for pragma in ("page_size", "application_id", "user_version"):
        assert shell(made, f"PRAGMA {pragma}") == shell(filled, f"PRAGMA {pragma}")
    open_for_reading(made).close()


def test_a_file_that_has_doubled_is_written_without_gaps(filled: Path) -> None:
    """Deleted rows leave free pages; they go when the file has grown to twice what it was."""

    def free_pages(models: int) -> int:
        connection = open_for_writing(filled)
        with connection:
            connection.execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
                "INSERT INTO model (model_id, name, kind, root, path, size_bytes, description) "
                "SELECT 'more' || ?1 || '_' || i, '', 'script', 1, '', 0, printf('%02000d', i) "
                "FROM n",
                (models,),
            )
            connection.execute("DELETE FROM model WHERE model_id LIKE 'more%'")
        close_after_writing(connection)
        return int(open_for_reading(filled).execute("PRAGMA freelist_count").fetchone()[0])

    assert free_pages(40) > 0  # less than twice the pages of an empty file
    assert free_pages(2_000) == 0
