"""A folder that is as the last run left it is not read again, and anything else is noticed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import apsw
import pytest
from PIL import Image

from modelsearch.index import indexing, unchanged
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.sources.ignoring import IgnoreRules
from modelsearch.store.database import close_after_writing, open_for_writing
from tests.test_indexing import SCRIPT

RESULTS = "epoch,loss,accuracy\n1,0.9,0.5\n2,0.5,0.7\n3,0.4,0.8\n"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait until files are two seconds old."""
    monkeypatch.setattr(unchanged, "_YOUNG_NS", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "models"
    (top / "flowers" / "runs" / "train").mkdir(parents=True)
    (top / "flowers" / "train.py").write_text(SCRIPT.format(epochs=3))
    (top / "flowers" / "helpers.py").write_text("def double(x):\n    return 2 * x\n")
    (top / "flowers" / "runs" / "train" / "results.csv").write_text(RESULTS)
    (top / "flowers" / "runs" / "train" / "best.pt").write_bytes(b"no weights")
    Image.new("RGB", (8, 8)).save(top / "flowers" / "samples_epoch_3.png")
    (top / "flowers" / "broken.png").write_bytes(b"no picture")
    (top / "vendor").mkdir()
    (top / "vendor" / "copied.py").write_text(SCRIPT.format(epochs=9))
    (top / "README.md").write_text("# Flowers\n\nNets for flowers.\n")
    return top


def index(folder: Path, **options: Any) -> IndexSummary:
    connection = open_for_writing(folder.parent / "models.db")
    try:
        return indexing.index(connection, [folder], None, IndexOptions(jobs=1, **options))
    finally:
        close_after_writing(connection)


def told(summary: IndexSummary) -> dict[str, Any]:
    """What a summary says, without the time, and without what only a look at pictures needs."""
    return {
        name: value
        for name, value in asdict(summary).items()
        if name not in ("seconds", "images_read")
    }


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that runs really went through."""
    seen: list[Path] = []
    discover = indexing.discover

    def noting(base: Path, *others: Any) -> Any:
        seen.append(base)
        return discover(base, *others)

    monkeypatch.setattr(indexing, "discover", noting)
    return seen


def settle(folder: Path) -> None:
    """Index until the state of the folder is noted."""
    index(folder)
    index(folder)


def test_an_unchanged_folder_is_not_gone_through_and_the_summary_stays(
    folder: Path, walked: list[Path]
) -> None:
    index(folder)
    through = told(index(folder))
    assert len(walked) == 2
    assert told(index(folder)) == through
    assert len(walked) == 2
    assert through["runs"]["unchanged"] == 1
    assert [path for path, _ in through["failed"]] == ["flowers/broken.png"]


def test_where_nothing_fails_the_first_run_suffices(folder: Path, walked: list[Path]) -> None:
    (folder / "flowers" / "broken.png").unlink()
    index(folder)
    quick = told(index(folder))
    assert len(walked) == 1
    connection = open_for_writing(folder.parent / "models.db")
    unchanged.forget(connection, [1])
    close_after_writing(connection)
    assert told(index(folder)) == quick
    assert len(walked) == 2


def rewrite_in_the_same_size(folder: Path) -> None:
    script = folder / "flowers" / "train.py"
    state = script.stat()
    script.write_text(SCRIPT.format(epochs=7))
    os.utime(script, ns=(state.st_atime_ns, state.st_mtime_ns))


def commit(folder: Path) -> None:
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        person = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *person, *words], cwd=folder, check=True)


def forget_the_model(folder: Path) -> None:
    connection = apsw.Connection(str(folder.parent / "models.db"))
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("DELETE FROM model")
    connection.close()


CHANGES: dict[str, Callable[[Path], object]] = {
    "another content of the same size and time": rewrite_in_the_same_size,
    "a new script": lambda at: (at / "other.py").write_text(SCRIPT.format(epochs=1)),
    "a new empty folder": lambda at: (at / "flowers" / "runs" / "train2").mkdir(),
    "a script that is gone": lambda at: (at / "flowers" / "train.py").unlink(),
    "a run that goes on": lambda at: (at / "flowers" / "runs" / "train" / "results.csv").write_text(
        RESULTS + "4,0.3,0.9\n"
    ),
    "a renamed picture": lambda at: (at / "flowers" / "samples_epoch_3.png").rename(
        at / "flowers" / "samples_epoch_4.png"
    ),
    "patterns of what is left alone": lambda at: (at / ".modelsearchignore").write_text("flowers/"),
    "a README": lambda at: (at / "README.md").write_text("# Leaves\n"),
    "commits": commit,
    "rows that somebody deleted": forget_the_model,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_is_noticed(
    folder: Path, walked: list[Path], change: Callable[[Path], object]
) -> None:
    settle(folder)
    before = len(walked)
    change(folder)
    index(folder)
    assert len(walked) == before + 1


def test_other_options_are_noticed(folder: Path, walked: list[Path]) -> None:
    settle(folder)
    before = len(walked)
    index(folder, ignore=IgnoreRules(exclude=("runs/",)))
    assert len(walked) == before + 1
    index(folder)
    assert len(walked) == before + 2


def test_what_is_left_alone_may_change_unseen(folder: Path, walked: list[Path]) -> None:
    settle(folder)
    before = len(walked)
    (folder / "vendor" / "more.py").write_text("x = 1\n")
    index(folder)
    assert len(walked) == before


def test_a_link_is_followed_to_what_it_leads_to(folder: Path, walked: list[Path]) -> None:
    (folder / "linked.py").symlink_to("flowers/train.py")
    settle(folder)
    index(folder)
    before = len(walked)
    (folder / "linked.py").unlink()
    (folder / "linked.py").symlink_to("flowers/helpers.py")
    index(folder)
    assert len(walked) == before + 1


def test_files_that_were_just_written_are_looked_at_once_more(
    folder: Path, walked: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "_YOUNG_NS", 3_600_000_000_000)
    settle(folder)
    index(folder)
    assert len(walked) == 3


def test_a_part_of_the_folder_is_gone_through_as_it_is_asked_for(
    folder: Path, walked: list[Path]
) -> None:
    settle(folder)
    before = len(walked)
    connection = open_for_writing(folder.parent / "models.db")
    indexing.index(connection, [folder / "flowers"], None, IndexOptions(jobs=1))
    close_after_writing(connection)
    assert len(walked) == before + 1


def test_an_exported_file_says_nothing_of_the_folder(folder: Path) -> None:
    from tests.conftest import run

    settle(folder)
    target = folder.parent / "copy.db"
    assert run("export", str(target), "--db", str(folder.parent / "models.db")).exit_code == 0
    connection = apsw.Connection(str(target))
    keys = connection.execute("SELECT key FROM meta WHERE key LIKE 'unchanged %'").fetchall()
    connection.close()
    assert keys == []
