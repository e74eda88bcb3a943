"""Finding whose runs are takes work in proportion to them: counted are calls, not seconds."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from modelsearch.index.runs import writing
from modelsearch.index.runs.linking import RunLinker
from modelsearch.records.files import read_start
from modelsearch.store.database import close_after_writing, open_for_writing
from tests.test_run_signs import LOG, OTHER
from tests.test_runs import SCRIPT, Lab

FEW, MANY = 10, 40
SCRIPTS = {
    "one": SCRIPT,
    "two": OTHER + "name = 'deep_best'\nwriter = open(f'studies/kept-{name}.csv', 'w')\n",
    "three": SCRIPT.replace("784, 10", "784, 30") + "import wandb\nwandb.init(config={})\n",
}


def a_study(base: Path, runs: int) -> Lab:
    """A project of three scripts and many runs, whose names differ and that no sign tells apart."""
    base.mkdir()
    lab = Lab(base)
    lab.write("requirements.txt", "torch\n")
    for name, text in SCRIPTS.items():
        lab.write(f"{name}.py", text)
    for number in range(runs):
        lab.write(f"studies/trial_{number}/metrics.csv", LOG.replace("0.7", f"0.7{number}"))
        lab.write(f"studies/trial_{number}/hparams.yaml", "width: 64\nwarmup: 10\n")
    lab.index()
    return lab


def linked(lab: Lab, around: Callable[[Callable[[], None]], None]) -> None:
    """Find the owners of all runs anew."""
    connection = open_for_writing(lab.db)
    linker = RunLinker(connection, lab.folder, 1)
    around(lambda: linker.link(changed=True))
    close_after_writing(connection)


def calls(lab: Lab) -> int:
    """How many functions are called, those of Python's own libraries included."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    def profiled(work: Callable[[], None]) -> None:
        before = sys.getprofile()
        sys.setprofile(count)
        try:
            work()
        finally:
            sys.setprofile(before)

    linked(lab, profiled)
    return counted


def test_calls_grow_with_the_runs_and_no_faster(tmp_path: Path) -> None:
    few, many = a_study(tmp_path / "few", FEW), a_study(tmp_path / "many", MANY)
    for each in (few, many):
        calls(each)  # patterns are made once
    assert calls(many) <= 1.1 * MANY / FEW * calls(few)


def test_each_script_is_read_once_for_all_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = a_study(tmp_path / "many", MANY)
    read: Counter[str] = Counter()

    def noted(path: Path, *given: Any) -> bytes:
        read[Path(path).name] += 1
        return read_start(path, *given)

    monkeypatch.setattr("modelsearch.index.runs.owners.read_start", noted)
    linked(lab, lambda work: work())
    assert {name: count for name, count in read.items() if name.endswith(".py")} == {
        f"{name}.py": 1 for name in SCRIPTS
    }


class Watched:
    """A pattern that counts from where it is tried."""

    def __init__(self, tried: list[int]) -> None:
        self.tried = tried

    def match(self, text: str, at: int) -> None:
        self.tried.append(at)


def test_in_a_long_script_a_name_is_looked_at_where_it_stands() -> None:
    tried: list[int] = []
    text = "x = 1\n" * 50_000 + "name = 'kite_7'\n"
    assert not writing.stands_in(text, "kite", Watched(tried))  # type: ignore[arg-type]
    assert tried == [text.index("kite")]
