"""Scripts of one folder that are read in one run say what each says when it is read alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelsearch.sources.script import read_all, read_one

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
    together = list(read_all(folder, paths, jobs, moves.append))
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
    moves: list[int] = []
    for count, _ in enumerate(read_all(folder, paths, 1, moves.append), 1):
        assert moves[-1] == count


def test_a_file_that_changed_between_two_runs_is_read_anew(folder: Path) -> None:
    (first,) = read_all(folder, ["user00.py"], 1)
    (folder / "net.py").write_text(NET.replace("Adam(", "SGD("), encoding="utf-8")
    (second,) = read_all(folder, ["user00.py"], 1)
    optimizers = [
        each.reading.stages[0].optimizer.value  # type: ignore[union-attr]
        for each in (first, second)
    ]
    assert optimizers == ["Adam", "SGD"]
