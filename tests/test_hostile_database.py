"""A database that somebody else made is data: it runs, hangs and reads nothing."""

from __future__ import annotations

import html
import re
import shutil
import signal
import subprocess
import time
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import apsw
import pytest
from PIL import Image

import modelsearch
from modelsearch.records.errors import DatabaseError, ModelsearchError
from modelsearch.store.database import open_for_reading, open_for_writing
from modelsearch.store.distrust import check_schema
from modelsearch.store.schema import schema_sql
from tests.attacks import command, one_line, process
from tests.conftest import Indexed, run

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "


@pytest.fixture
def copy(indexed: Indexed, tmp_path: Path) -> Path:
    return Path(shutil.copy(indexed.db, tmp_path / "models.db"))


def changed(path: Path, statements: str) -> Path:
    connection = apsw.Connection(str(path))
    connection.execute(statements)
    connection.close()
    return path


def defined(path: Path, name: str, sql: str) -> Path:
    """Put another definition in the place of one, as only a hostile hand does."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, name))
    connection.close()
    return path


VIEWS = {
    "endless": f"CREATE VIEW root AS {ENDLESS} SELECT i id, '/x' path, '' indexed_at FROM n",
    "fat": "CREATE VIEW root AS SELECT 1 AS id, printf('%.*c', 900000000, 'x') AS path, "
    "'' AS indexed_at",
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_table_that_is_a_view(copy: Path, view: str) -> None:
    changed(copy, f"DROP TABLE root; {VIEWS[view]}")
    for arguments in (
        ["query", "cnn"],
        ["show", "cnn"],
        ["images"],
        ["list", "models"],
        ["sql", "SELECT 1"],
        ["compare", "a", "b"],
        ["similar-images", "x"],
        ["embed"],
        ["repl"],
        ["index", "."],
    ):
        done = run(*arguments, "--db", str(copy))
        assert isinstance(done.exception, DatabaseError), (arguments, done.output)
        assert "do not trust it" in str(done.exception)


CHANGES = {
    "a trigger of its own": "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM model; END",
    "a trigger that does more": "DROP TRIGGER artefact_deleted; CREATE TRIGGER artefact_deleted "
    "AFTER DELETE ON artefact BEGIN DELETE FROM model; END",
    "a view that says something else": "DROP VIEW models; CREATE VIEW models AS SELECT 1",
    "a table without types": "DROP TABLE code; CREATE TABLE code (model, length, text)",
    "a table that computes": "DROP TABLE code; CREATE TABLE code (model INTEGER PRIMARY KEY, "
    "length INTEGER, text BLOB AS (zeroblob(length))) STRICT",
    "a missing table": "DROP TABLE metric",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_schema_that_is_not_ours_is_not_read(copy: Path, change: str) -> None:
    changed(copy, CHANGES[change])
    for opener in (open_for_reading, open_for_writing):
        with pytest.raises(DatabaseError, match="is not as modelsearch makes it"):
            opener(copy)


def test_the_inside_of_the_keyword_index_is_tables(copy: Path) -> None:
    connection = apsw.Connection(str(copy))
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_schema SET type = 'view', rootpage = 0, "
        "sql = 'CREATE VIEW passage_fts_idx AS SELECT 1' WHERE name = 'passage_fts_idx'"
    )
    connection.close()
    with pytest.raises(DatabaseError):
        open_for_reading(copy)


def test_comments_and_spaces_may_differ_but_not_inside_quotes() -> None:
    def with_view(change: tuple[str, str]) -> apsw.Connection:
        connection = apsw.Connection(":memory:")
        connection.execute(schema_sql().replace(*change))
        return connection

    check_schema(with_view(("  s.batch_size,", "  s.batch_size, -- how many\n\n  ")), "x")
    tricks = [
        ("group_concat(name, ', ')", "group_concat(name, ',--'), ('\n')"),
        ("group_concat(name, ', ')", "group_concat(name, ',  ')"),
    ]
    for trick in tricks:
        with pytest.raises(DatabaseError):
            check_schema(with_view(trick), "x")


def test_tables_and_views_of_a_persons_own_are_left_alone(copy: Path) -> None:
    changed(copy, "CREATE TABLE note (text); CREATE VIEW adam AS SELECT * FROM stages")
    assert run("query", "cnn", "--db", str(copy)).exit_code == 0


def test_what_the_file_calls_is_not_trusted(copy: Path) -> None:
    changed(copy, "CREATE VIEW mine AS SELECT load_extension('/tmp/x.so')")
    connection = open_for_reading(copy)
    with pytest.raises(apsw.Error):
        connection.execute("SELECT * FROM mine")
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        ENDLESS + "SELECT max(i) FROM n",
        "SELECT max(length(a.value)) FROM evidence a, evidence b, evidence c",
    ],
)
def test_a_statement_of_ones_own_has_a_time(indexed: Indexed, statement: str) -> None:
    done = indexed.run("sql", statement, "--timeout", "1")
    assert isinstance(done.exception, DatabaseError)
    assert "--timeout gives more" in str(done.exception)
    with modelsearch.open(indexed.db) as catalogue, pytest.raises(DatabaseError) as refused:
        list(catalogue.sql(statement, seconds=1))
    assert "processor time" in str(refused.value) and "--timeout" not in str(refused.value)


@pytest.mark.parametrize("format", ["table", "csv"])
def test_ctrl_c_ends_a_statement(indexed: Indexed, tmp_path: Path, format: str) -> None:
    """While it computes, and while its rows are written."""
    what = "max(i)" if format == "table" else "i"
    with (tmp_path / "out").open("wb") as out:
        started = subprocess.Popen(
            command("sql", f"{ENDLESS} SELECT {what} FROM n", "--db", indexed.db, "-f", format),
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            # A suite that was started in the background has its children ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        time.sleep(1.5)
        started.send_signal(signal.SIGINT)
        said = started.communicate(timeout=10)[1]
    assert started.returncode == 130
    assert "interrupted" in said and "Traceback" not in said


def test_rows_without_end_do_not_fill_the_memory(indexed: Indexed) -> None:
    done = indexed.run("sql", f"{ENDLESS} SELECT i, printf('%.*c', 1000000, 'x') FROM n")
    assert isinstance(done.exception, ModelsearchError)
    assert "add a LIMIT" in str(done.exception)
    one_line(process("sql", "SELECT printf('%.*c', 900000000, 'x')", "--db", indexed.db), "too big")


def pictures(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 40), (255, 0, 0)).save(folder / name)


@pytest.fixture
def gallery_of(tmp_path: Path):
    """A database of one picture, and a way to make a gallery from a changed copy of it."""
    folder = tmp_path / "own"
    pictures(folder, "samples/epoch_1.png")
    made = tmp_path / "own.db"
    assert run("index", str(folder), "--db", str(made), "--encoder", "none").exit_code == 0

    def make(root: Path | None = None, path: str = "samples/epoch_1.png", *more: str):
        db = Path(shutil.copy(made, tmp_path / "mailed.db"))
        connection = apsw.Connection(str(db))
        if root is not None:
            connection.execute("UPDATE root SET path = ?", (str(root),))
        connection.execute("UPDATE image SET path = ?", (path,))
        connection.close()
        page = tmp_path / "page.html"
        done = run("images", "--gallery", str(page), "--db", str(db), *more)
        assert done.exit_code == 0, done.exception
        return page.read_text(encoding="utf-8").count("data:image"), done.output

    return make


def test_a_page_shows_files_of_folders_that_were_indexed_here(gallery_of) -> None:
    assert gallery_of()[0] == 1


def test_a_page_never_shows_what_the_database_only_claims(gallery_of, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    pictures(victim, "passport.png", "samples/epoch_1.png")
    (tmp_path / "own" / "link.png").symlink_to(victim / "passport.png")
    shown, said = gallery_of(victim, "passport.png")
    assert shown == 0 and "was not indexed on this machine" in said
    for path in (
        "../victim/passport.png",
        str(victim / "passport.png"),
        "samples/../../victim/passport.png",
        "samples\0.png",
        ".",
        "a" * 5000,
        "link.png",
    ):
        assert gallery_of(None, path)[0] == 0, path


def test_a_person_may_say_where_the_files_are(gallery_of, tmp_path: Path) -> None:
    pictures(tmp_path / "mine", "samples/epoch_1.png")
    gone = tmp_path / "elsewhere"
    assert gallery_of(gone)[0] == 0
    assert gallery_of(gone, "samples/epoch_1.png", "--files", str(tmp_path / "mine"))[0] == 1
    assert gallery_of(gone, "../own/samples/epoch_1.png", "--files", str(tmp_path / "mine"))[0] == 0


def test_copies_that_are_no_pictures(indexed: Indexed, copy: Path, tmp_path: Path) -> None:
    bomb = b"RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f\0\0"
    connection = apsw.Connection(str(copy))
    connection.execute("DELETE FROM thumbnail; UPDATE root SET path = '/nowhere'")
    connection.execute("INSERT INTO thumbnail SELECT id, 'WEBP', 1, 1, ? FROM image", (bomb,))
    connection.close()
    done = run("images", "--gallery", str(tmp_path / "page.html"), "--db", str(copy))
    assert done.exit_code == 0, done.exception


def test_every_page_forbids_what_it_does_not_need(indexed: Indexed, tmp_path: Path) -> None:
    page, gallery = tmp_path / "page.html", tmp_path / "gallery.html"
    assert (
        indexed.run(
            "compare", "CycleGAN_v1_train", "CycleGAN_v2_train", "--html", str(page)
        ).exit_code
        == 0
    )
    assert indexed.run("images", "--limit", "3", "--gallery", str(gallery)).exit_code == 0
    for file in (page, gallery):
        text = html.unescape(file.read_text(encoding="utf-8"))
        policy = text.index("Content-Security-Policy")
        assert "default-src 'none'" in text
        (rules,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
        allowed = dict(rule.strip().partition(" ")[::2] for rule in rules.split(";"))
        scripts = re.findall(r"<script>(.*?)</script>", file.read_text("utf-8"), re.DOTALL)
        hashes = [b64encode(sha256(one.encode()).digest()).decode() for one in scripts]
        assert allowed.get("script-src", "").split() == [f"'sha256-{one}'" for one in hashes]
        assert policy < text.index("<style") and policy < text.index("<title")


def test_a_run_that_took_for_ever_is_shown() -> None:
    from modelsearch.records.text import duration

    assert duration(float("inf")) == "inf s"
    assert duration(float("nan")) == "nan s"


# ---- what lies beside a database -----------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["-journal", "-wal", "-shm", "-lock"])
def test_what_lies_beside_a_database_is_no_way_to_write_elsewhere(
    copy: Path, tmp_path: Path, suffix: str
) -> None:
    """A clone may bring links, and a folder that several people use may bring hard links."""
    precious = tmp_path / "precious.txt"
    precious.write_text("precious " * 500)
    beside = Path(f"{copy}{suffix}")
    for link in (beside.symlink_to, beside.hardlink_to):
        link(precious)
        run("query", "adam", "--db", str(copy))
        if beside.exists():  # a reader may have taken a journal of nobody away
            done = run("tag", "mnist_train", "x", "--db", str(copy))
            assert isinstance(done.exception, DatabaseError)
            assert f"{beside} is a link" in str(done.exception)
        assert precious.read_text() == "precious " * 500
        beside.unlink(missing_ok=True)


def test_a_database_that_is_a_further_name_of_another_file_is_not_written(
    copy: Path, tmp_path: Path
) -> None:
    before = copy.read_bytes()
    name = tmp_path / "name.db"
    name.hardlink_to(copy)
    assert run("query", "adam", "--db", str(name)).exit_code == 0
    done = run("index", str(tmp_path), "--db", str(name))
    assert isinstance(done.exception, DatabaseError)
    assert "hard links" in str(done.exception)
    assert copy.read_bytes() == before
