"""Every expected failure is one line and an exit code, wherever it comes from."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path

import apsw
import pytest
from PIL import Image

from modelsearch.cli.failures import told
from modelsearch.records.errors import DatabaseError, ReadingError, UsageError
from tests.attacks import command, one_line, process
from tests.conftest import Indexed, run
from tests.torch_source import TORCH

BYTES = b"caf\xe9"  # no UTF-8


@pytest.fixture
def copy(indexed: Indexed, tmp_path: Path) -> Path:
    return Path(shutil.copy(indexed.db, tmp_path / "models.db"))


def changed(path: Path, statements: str) -> Path:
    """Change a database as someone could who does not mind what it is for."""
    connection = apsw.Connection(str(path))
    connection.execute(statements)
    connection.close()
    return path


@pytest.mark.parametrize(
    "error",
    [
        apsw.CorruptError("database disk image is malformed"),
        OSError(28, "No space left on device"),
        PermissionError(13, "Permission denied", "/x/y"),
        MemoryError(),
        RecursionError(),
        UnicodeEncodeError("utf-8", "caf\udce9", 3, 4, "surrogates not allowed"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        zlib.error("Error -3"),
        Image.DecompressionBombError("65535x65535"),
        DatabaseError("a\nb"),
        ReadingError("broken"),
    ],
)
def test_expected_failures_are_one_line(error: Exception) -> None:
    found = told(error)
    assert found is not None and found.code in (1, 2)
    assert found.message and "\n" not in found.message


def test_a_defect_is_none_of_them() -> None:
    assert told(TypeError("unsupported operand")) is None
    assert told(UsageError("write it so")).code == 2  # type: ignore[union-attr]
    assert told(KeyboardInterrupt()).code == 130  # type: ignore[union-attr]


ARGUMENTS: dict[str, list[str | bytes]] = {
    "show": ["show", BYTES],
    "images": ["images", BYTES],
    "sql": ["sql", b"SELECT '" + BYTES + b"'"],
    "similar-images": ["similar-images", BYTES],
    "compare": ["compare", BYTES, "cnn"],
    "cohorts": ["compare", "--cohort", BYTES, "--cohort", "cnn"],
    "list": ["list", BYTES],
    "encoder": ["query", "cnn", "--encoder", BYTES],
    "index": ["index", BYTES],
    "query": ["query", b"models on " + BYTES],
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments_that_are_no_utf8(indexed: Indexed, case: str) -> None:
    done = process(*ARGUMENTS[case], "--db", indexed.db)
    assert "Traceback" not in done.stderr
    if case in ("query", "cohorts", "encoder"):  # a word like any other
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode in (1, 2) and done.stderr


def test_a_database_whose_name_is_no_utf8(indexed: Indexed, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/" + BYTES + b".db"
    shutil.copy(indexed.db, name)
    one_line(process("query", "cnn", "--db", name), "is not valid Unicode", code=2)


def test_an_argument_too_long_for_a_file_name(indexed: Indexed) -> None:
    one_line(process("similar-images", "a" * 300, "--db", indexed.db))


def closed_pipe(*arguments: str | Path) -> tuple[int, str]:
    """Run the program with nobody at the other end of its stdout."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as out:
        done = process(*arguments, capture_output=False, stdout=out, stderr=subprocess.PIPE)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["sql", "SELECT * FROM evidence"],
        ["query", "all models", "--format", "json"],
        ["--help"],
        ["query", "all models", "--help"],
        ["list", "models"],
        ["fields"],
    ],
)
def test_nobody_reads_the_output(indexed: Indexed, arguments: list[str]) -> None:
    database = [] if "--help" in arguments or arguments == ["fields"] else ["--db", indexed.db]
    code, said = closed_pipe(*arguments, *database)
    assert code in (0, 1)
    assert "Traceback" not in said and "Exception ignored" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "arguments", [["sql", "SELECT * FROM evidence"], ["list", "models"], ["images", "--limit", "1"]]
)
def test_no_space_for_the_output(indexed: Indexed, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process(
            *arguments,
            "--db",
            indexed.db,
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr and "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_started_without_its_streams(indexed: Indexed, closed: str) -> None:
    words = command("list", "datasets", "--db", indexed.db)
    line = " ".join(f"'{os.fspath(word)}'" for word in words)  # type: ignore[arg-type]
    done = subprocess.run(
        ["sh", "-c", f"{line} {closed}"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        timeout=60,
    )
    assert done.returncode == (1 if ">&-" in closed.replace("2>&-", "") else 0)
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
@pytest.mark.parametrize("arguments", [["query", "cnn"], ["sql", "SELECT 1"], ["index", "."]])
def test_a_database_that_is_a_pipe_is_not_waited_for(tmp_path: Path, arguments: list[str]) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    one_line(process(*arguments, "--db", tmp_path / "pipe.db", timeout=30), "is not a file")


def test_values_of_another_type_are_the_files_fault(copy: Path) -> None:
    """What the schema promises and the file does not keep is found by SQLite's own check."""
    changed(
        copy,
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'model';
        PRAGMA writable_schema = RESET;
        UPDATE model SET created_at = x'00ff', size_bytes = 'many', description = x'80';
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'model';
    """,
    )
    for arguments in (["query", "cnn models from 2025"], ["list", "models"], ["show", "cnn"]):
        done = process(*arguments, "--db", copy)
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1 or not done.returncode


def test_a_missing_table_is_named(copy: Path) -> None:
    changed(copy, "DROP TABLE metric")
    for arguments in (["show", "cyclegan_v1"], ["compare", "--cohort", "cnn", "--cohort", "gan"]):
        one_line(process(*arguments, "--db", copy), "models.db", "metric")


def test_a_session_goes_on_after_a_failure(copy: Path) -> None:
    changed(copy, "UPDATE meta SET value = 'junk' WHERE key LIKE 'encoder%'")
    done = process("repl", "--db", copy, input="cnn models\nlatest gan\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "flower_v1", "flower_v2", "--html"),
        ("images", "--gallery"),
        ("images", "--sheet"),
    ],
)
class TestWhatIsWritten:
    """A page or sheet is written whole, and over nothing but what was written so before."""

    def test_not_over_a_database(self, copy: Path, arguments: tuple[str, ...]) -> None:
        target = self.target(copy, arguments)
        target.write_bytes(copy.read_bytes())
        for more in ([], ["--force"]):
            done = run(*arguments, str(target), "--db", str(copy), *more)
            assert "a database stands there" in str(done.exception)
        assert target.read_bytes() == copy.read_bytes()

    def test_not_over_what_others_wrote(self, copy: Path, arguments: tuple[str, ...]) -> None:
        target = self.target(copy, arguments)
        mine = b"<!DOCTYPE html><title>Notes of mine about modelsearch</title>"
        target.write_bytes(mine)
        command = [*arguments, str(target), "--db", str(copy)]
        one_line(process(*command), "modelsearch did not write it", "--force")
        assert target.read_bytes() == mine
        assert run(*command, "--force").exit_code == 0
        assert run(*command).exit_code == 0  # over what it wrote itself
        assert target.read_bytes() != mine

    def test_through_a_link_and_with_the_permissions_that_were_there(
        self, copy: Path, arguments: tuple[str, ...]
    ) -> None:
        target = self.target(copy, arguments)
        target.touch(mode=0o600)
        link = target.with_name(f"link{target.suffix}")
        link.symlink_to(target)
        assert run(*arguments, str(link), "--db", str(copy)).exit_code == 0
        assert link.is_symlink()
        assert target.stat().st_size > 1000
        assert target.stat().st_mode & 0o777 == 0o600
        assert [one for one in target.parent.iterdir() if "part" in one.name] == []

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_into_a_pipe(self, copy: Path, arguments: tuple[str, ...]) -> None:
        target = self.target(copy, arguments)
        os.mkfifo(target)
        taken = target.with_name("taken")
        with taken.open("wb") as out, subprocess.Popen(["cat", target], stdout=out) as reader:
            try:
                assert run(*arguments, str(target), "--db", str(copy)).exit_code == 0
                reader.wait(60)
            finally:
                reader.kill()
        assert taken.stat().st_size > 1000

    @staticmethod
    def target(copy: Path, arguments: tuple[str, ...]) -> Path:
        return copy.with_name("page.png" if "--sheet" in arguments else "page.html")


def indexing_half_way(tmp_path: Path) -> tuple[subprocess.Popen[str], Path]:
    """Return an index run that has stored some of 400 files, and its database."""
    for number in range(400):
        text = TORCH + f"net = Net()\nopt = optim.Adam(net.parameters(), lr=0.{number + 1})\n"
        (tmp_path / "lab" / f"part{number % 9}").mkdir(parents=True, exist_ok=True)
        (tmp_path / "lab" / f"part{number % 9}" / f"train{number}.py").write_text(text)
    db = tmp_path / "m.db"
    started = subprocess.Popen(
        [sys.executable, "-m", "modelsearch", "index", str(tmp_path / "lab"), "--db", str(db),
         "--encoder", "none", "--jobs", "2"],
        stderr=subprocess.PIPE, text=True,
        # A suite that was started in the background has its children ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    while started.poll() is None and not files_in(db):
        time.sleep(0.05)
    return started, db


def test_ctrl_c_in_an_index_run_says_what_is_kept(tmp_path: Path) -> None:
    started, db = indexing_half_way(tmp_path)
    started.send_signal(signal.SIGINT)
    said = started.communicate(timeout=60)[1]
    assert started.returncode == 130, said
    kept = files_in(db)
    assert 0 < kept < 400
    files = "1 file is" if kept == 1 else f"{kept} files are"
    assert f"modelsearch: interrupted; {files} kept in {db}" in said
    assert said.count("\n") == 1


def test_no_reader_outlives_a_killed_index_run(tmp_path: Path) -> None:
    started, _db = indexing_half_way(tmp_path)
    started.kill()
    started.communicate(timeout=60)  # ends when nobody holds the pipe any more


def files_in(db: Path) -> int:
    """Return how many files a database holds now, 0 while it is being made."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM artefact").fetchone()[0])
    except sqlite3.Error:
        return 0
