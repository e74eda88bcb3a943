"""A number that a script states as a setting, whose use is not understood, is not slipped over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Indexed, index_folder

HIDDEN = """
import argparse, torch
from torch import nn
parser = argparse.ArgumentParser()
parser.add_argument("--weight-decay", type=float, default=0.02)
parser.add_argument("--lr", type=float, default=0.01)
args = parser.parse_args()
net = nn.Linear(784, 10)
optimizer = torch.optim.Adam(net.parameters(), lr=args.lr)
for epoch in range(9):
    for part in draw():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(part), part)
        loss.backward()
        optimizer.step()
"""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    folder = tmp_path_factory.mktemp("named") / "models"
    folder.mkdir()
    Path(folder / "hidden.py").write_text(HIDDEN)
    return index_folder(folder, folder.parent / "m.db")


@pytest.mark.parametrize(
    "question",
    [
        "models with a weight decay of at least 0.01",
        "weight_decay 0.02",
        "Adam models, weight_decay > 0.01",
    ],
)
def test_models_that_state_it_by_name_are_told(indexed: Indexed, question: str) -> None:
    found = indexed.json("query", question)
    assert found["total"] == 0
    assert any("hidden, where a setting" in note for note in found["notes"])


@pytest.mark.parametrize(
    "question", ["weight_decay under 0.01", "SGD models with weight_decay 0.02", "lr 0.01"]
)
def test_those_that_do_not_fit_or_are_found_are_not(indexed: Indexed, question: str) -> None:
    found = indexed.json("query", question)
    assert not any("left out" in note for note in found["notes"])
