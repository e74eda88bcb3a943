"""Dates from git: creation by the commit that added a file, renames followed, copies not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from modelsearch.records.artefacts import FileDates
from modelsearch.sources.file_dates import DateReader
from tests.conftest import run

BODY = "".join(f"line_{number} = {number}\n" for number in range(40))


def git(folder: Path, *arguments: str, date: str = "2025-01-01T00:00:00+00:00") -> None:
    environment = {
        **os.environ,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_DATE": date,
        "GIT_AUTHOR_NAME": "Test",
        "GIT_AUTHOR_EMAIL": "test@example.org",
        "GIT_COMMITTER_NAME": "Test",
        "GIT_COMMITTER_EMAIL": "test@example.org",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    subprocess.run(
        ["git", "-C", folder, *arguments], check=True, capture_output=True, env=environment
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "work"
    top.mkdir()
    git(top, "init", "-q")
    (top / "v1.py").write_text(BODY)
    git(top, "add", ".")
    git(top, "commit", "-qm", "first", date="2025-03-05T23:30:00-08:00")
    (top / "v2.py").write_text(BODY + "copied = True\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "copy", date="2025-04-02T10:00:00+02:00")
    (top / "old").mkdir()
    git(top, "mv", "v1.py", "old/first.py")
    git(top, "commit", "-qm", "rename", date="2025-04-20T10:00:00+02:00")
    (top / "old" / "first.py").write_text(BODY + "late = 1\n")
    git(top, "commit", "-qam", "change", date="2025-05-01T10:00:00+02:00")
    return top


def dates_of(repository: Path, path: str) -> FileDates:
    dates = DateReader(repository).of(path)
    assert dates is not None
    return dates


def test_renames_are_followed_and_copies_are_not(repository: Path) -> None:
    first, copy = dates_of(repository, "old/first.py"), dates_of(repository, "v2.py")
    assert first.created_at == "2025-03-05T23:30:00-08:00"  # its author's own offset
    assert first.modified_at == "2025-05-01T10:00:00+02:00"
    assert (first.commits, first.source) == (3, "git")
    assert copy.created_at == "2025-04-02T10:00:00+02:00"


def test_a_file_that_a_merge_adds_was_created_then(repository: Path) -> None:
    git(repository, "checkout", "-qb", "side", "HEAD~1")
    (repository / "side.py").write_text("x = 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "side", date="2025-05-02T10:00:00+02:00")
    git(repository, "checkout", "-q", "-")
    git(
        repository,
        "merge",
        "-q",
        "--no-ff",
        "--no-commit",
        "side",
        date="2025-05-03T10:00:00+02:00",
    )
    (repository / "late.py").write_text("added_while = 'merging'\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "merge", date="2025-05-03T10:00:00+02:00")
    for name, day in (("late.py", "05-03"), ("side.py", "05-02"), ("v2.py", "04-02")):
        assert dates_of(repository, name).created_at == f"2025-{day}T10:00:00+02:00"


def test_an_uncommitted_change_counts_as_modified_now(repository: Path) -> None:
    (repository / "v2.py").write_text("changed = 1\n")
    os.utime(repository / "v2.py", (1_750_000_000, 1_750_000_000))
    dates = dates_of(repository, "v2.py")
    assert (dates.source, dates.modified_from) == ("git", "file")
    assert dates.created_at == "2025-04-02T10:00:00+02:00"
    assert (dates.modified_at or "").startswith("2025-06-15")


def test_untracked_files_take_file_times_marked_so(repository: Path) -> None:
    (repository / "new.py").write_text("x = 1\n")
    os.utime(repository / "new.py", (1_750_000_000, 1_750_000_000))
    dates = DateReader(repository).of("new.py")
    assert dates is not None
    assert dates.source == "file"
    assert (dates.modified_at or "").startswith("2025-06-15")


def test_a_folder_inside_a_repository(repository: Path) -> None:
    dates = DateReader(repository / "old").of("first.py")
    assert dates is not None and dates.created_at == "2025-03-05T23:30:00-08:00"


def test_a_shallow_clone_does_not_invent_creation_dates(repository: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(shallow))
    dates = DateReader(shallow)
    changed, untouched = dates.of("old/first.py"), dates.of("v2.py")
    assert changed is not None and changed.created_at is None
    assert untouched is not None and untouched.created_at is None


def test_questions_respect_the_offset_that_a_model_was_made_in(
    repository: Path, tmp_path: Path
) -> None:
    """23:30 at -08:00 is the 5th for its author, though the 6th in London and Tokyo."""
    script = "import torch\nmodel = torch.nn.Linear(1, 1)\n"
    script += "torch.optim.SGD(model.parameters(), lr=0.1).step()\n"
    (repository / "late.py").write_text(script)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "late", date="2025-07-05T23:30:00-08:00")
    db = str(tmp_path / "models.db")
    assert run("index", str(repository), "--db", db, "--encoder", "none").exit_code == 0
    for day, count in (("5 July 2025", 1), ("6 July 2025", 0)):
        found = run("query", f"models created on {day}", "--db", db, "--format", "json")
        assert json.loads(found.stdout)["total"] == count, day


def test_a_folder_without_git(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("x = 1\n")
    dates = DateReader(tmp_path).of("x.py")
    assert dates is not None and dates.source == "file"
    assert DateReader(tmp_path).of("gone.py") is None
