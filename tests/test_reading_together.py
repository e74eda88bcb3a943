"""Scripts of one folder that are read in one run say what each says when it is read alone."""

from __future__ import annotations

import gc
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from modelsearch.sources.at_work import AtWork, at_hand
from modelsearch.sources.processes import fresh_processes
from modelsearch.sources.script import read_all, read_one
from modelsearch.static.source.parsing import Module

NET = """
import torch
from torch import nn
from data import loader
class Net(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, width), nn.ReLU(), nn.Linear(width, 2))
    def forward(self, x):
        return self.body(x)
def fit(net, lr=0.01, epochs=3):
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    for epoch in range(epochs):
        for x, y in loader(16):
            loss = nn.functional.cross_entropy(net(x), y)
            opt.zero_grad(); loss.backward(); opt.step()
if __name__ == "__main__":
    fit(Net(), lr=0.5)
"""
DATA = """
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
def loader(size):
    return DataLoader(MNIST("."), batch_size=size)
"""
USER = """
from net import Net, fit
fit(Net({width}), lr=0.{number}, epochs={number})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty scripts that share two modules, one of which is a script itself, and a test."""
    (tmp_path / "net.py").write_text(NET, encoding="utf-8")
    (tmp_path / "data.py").write_text(DATA, encoding="utf-8")
    (tmp_path / "broken.py").write_text("def f(:\n", encoding="utf-8")
    (tmp_path / "test_net.py").write_text(USER.format(width=4, number=9), encoding="utf-8")
    for number in range(30):
        text = USER.format(width=16 + number, number=number + 1)
        (tmp_path / f"user{number:02}.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_shared_changes_no_reading(folder: Path, jobs: int) -> None:
    paths = sorted(file.name for file in folder.iterdir())
    moves: list[int] = []
    together = list(read_all(folder, paths, jobs, lambda done, _: moves.append(done)))
    assert together == [read_one(folder, path) for path in paths]
    assert moves == sorted(moves)
    assert moves[-1] == len(paths)
    rates = {
        str(result.reading.stages[0].learning_rate.value)
        for result in together
        if result.reading and result.reading.stages and result.reading.stages[0].learning_rate
    }
    assert len(rates) > 25


def test_progress_moves_by_file(folder: Path) -> None:
    paths = sorted(file.name for file in folder.iterdir())
    moves: list[tuple[int, str]] = []
    results = read_all(folder, paths, 1, lambda *move: moves.append(move))
    for count, result in enumerate(results):
        assert moves[-1] == (count, result.path)
    assert moves[-1] == (len(paths), "")


def test_a_file_that_takes_long_is_named_while_it_is_read(monkeypatch) -> None:
    told = AtWork(fresh_processes(), 2)
    monkeypatch.setattr(AtWork, "mine", None)
    told.take_place()
    finished: Future[int] = Future()
    finished.set_result(7)
    moves: list[tuple[int, str]] = []
    with at_hand(0):
        pass
    with at_hand(1):
        assert told.result_of(finished, ["a.py", "b.py"], lambda *move: moves.append(move)) == 7
        later = time.monotonic() + 3
        monkeypatch.setattr(time, "monotonic", lambda: later)
        told.result_of(finished, ["a.py", "b.py"], lambda *move: moves.append(move))
    assert moves == [(1, ""), (1, "b.py 3 s")]


def test_a_file_that_changed_between_two_runs_is_read_anew(folder: Path) -> None:
    (first,) = read_all(folder, ["user00.py"], 1)
    (folder / "net.py").write_text(NET.replace("Adam(", "SGD("), encoding="utf-8")
    (second,) = read_all(folder, ["user00.py"], 1)
    optimizers = [
        each.reading.stages[0].optimizer.value  # type: ignore[union-attr]
        for each in (first, second)
    ]
    assert optimizers == ["Adam", "SGD"]


def test_parsed_files_leave_memory_without_a_look_for_garbage(folder: Path) -> None:
    """A look among all objects takes long, so what is no longer used must hold no circles."""
    gc.unfreeze()
    gc.collect()
    before = _parsed_files()
    gc.disable()
    try:
        list(read_all(folder, sorted(path.name for path in folder.iterdir()), 1))
        gc.unfreeze()
        assert _parsed_files() <= before
    finally:
        gc.enable()


def _parsed_files() -> int:
    return sum(isinstance(each, Module) for each in gc.get_objects())
