"""Files of any name, time and depth are indexed or reported; none of them ends a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, run
from tests.test_dates import git

TRAIN = "import torch\nnet = torch.nn.Linear(2, 2)\n"
TRAIN += "opt = torch.optim.Adam(net.parameters(), lr=0.1)\nnet(torch.zeros(2)).sum().backward()\n"
TRAIN += "opt.step()\n"
NO_UTF8 = "caf\udce9"
NAMES = [
    NO_UTF8,
    "two\nlines",
    "tab\there",
    "\x1b[31mred",
    "quote'\"",
    "back\\slash",
    "\\xe9",
    "~",
    "semi;colon",
    "$(touch x)",
    "-rf",
    "#hash",
    "per%cent",
    "née",
    "\u202eevil",
    " ",
]


def index(folder: Path, db: Path) -> str:
    done = run("index", str(folder), "--db", str(db), "--encoder", "none")
    assert done.exit_code == 0, done.output
    assert "Traceback" not in done.output
    return done.output


def paths(db: Path) -> list[str]:
    answer = run("query", "adam", "--db", str(db), "--format", "json", "--limit", "0")
    assert answer.exit_code == 0, answer.output
    return sorted(row["path"] for row in json.loads(answer.stdout)["results"])


def test_names_of_any_bytes_are_indexed(tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    picture = next((ROOT / "docs").rglob("*.png")).read_bytes()
    for name in NAMES:
        place = folder / name
        place.mkdir(parents=True)
        (place / f"{name}.py").write_text("import beside\n" + TRAIN)
        (place / "beside.py").write_text("SIZE = 3\n")
        (place / f"README{name if name == NO_UTF8 else ''}.md").write_text(f"# {place.name!r}\n")
        (place / f"{name}.png").write_bytes(picture)
        (place / "metrics.csv").write_text("epoch,accuracy\n1,0.5\n")
    db = tmp_path / "m.db"
    assert f"{len(NAMES)} models, " in index(folder, db)
    found = paths(db)
    assert len(found) == len(NAMES)
    assert r"caf\xe9/caf\xe9.py" in found
    assert f"{len(NAMES)} unchanged" in index(folder, db)
    shown = run("show", r"caf\xe9/caf\xe9.py", "--db", str(db), "--format", "json")
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["learning_rate"] == 0.1
    assert [one["path"] for one in json.loads(shown.stdout)["evidence"]]


def test_a_folder_that_is_no_utf8_is_a_root_and_its_git_dates_are_known(tmp_path: Path) -> None:
    folder = tmp_path / NO_UTF8
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / f"{NO_UTF8}.py").write_text(TRAIN)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first", date="2024-05-05T05:05:05+00:00")
    db = tmp_path / "m.db"
    index(folder, db)
    answer = json.loads(run("query", "adam", "--db", str(db), "--format", "json").stdout)
    (row,) = answer["results"]
    assert row["root"].endswith(r"caf\xe9")
    assert row["created_at"] == "2024-05-05T05:05:05+00:00"
    assert "1 unchanged" in index(folder, db)


@pytest.mark.parametrize("seconds", [-1, 0, 9_300_000_000, 2**34, 253_402_300_800])
def test_times_that_no_calendar_reaches(tmp_path: Path, seconds: int) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    (folder / "a.png").write_bytes(next((ROOT / "docs").rglob("*.png")).read_bytes())
    for file in folder.iterdir():
        try:
            os.utime(file, (seconds, seconds))
        except OSError:
            pytest.skip("this file system holds no such time")
    db = tmp_path / "m.db"
    index(folder, db)
    assert paths(db) == ["train.py"]
    index(folder, db)


def test_deeply_nested_folders(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    handle = os.open("train.py", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(handle, TRAIN.encode())
    os.close(handle)
    os.close(here)
    db = tmp_path / "m.db"
    try:
        index(folder, db)
        assert paths(db) == ["d/" * 1_200 + "train.py"]
    finally:  # shutil.rmtree, by which pytest cleans up, recurses and would fail
        subprocess.run(["rm", "-rf", folder], check=True)


@pytest.mark.parametrize("command", ["query", "show", "images", "similar-images", "sql", "compare"])
def test_arguments_that_are_no_text(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / f"{NO_UTF8}.py").write_text(TRAIN)
    index(folder, tmp_path / "m.db")
    arguments = [NO_UTF8, NO_UTF8] if command == "compare" else [NO_UTF8]
    done = subprocess.run(
        [sys.executable, "-m", "modelsearch", command, *arguments, "--db", tmp_path / "m.db"],
        capture_output=True,
        cwd=ROOT,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1, 2)
    assert done.returncode == 0 or len(done.stderr.strip().splitlines()) == 1
