"""What is a test is told by what a file holds, or by a folder of tests, not by a word in a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelsearch.static.reading import read_script

TRAIN = """
import torch
from torch import nn
net = nn.Linear(4, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(5):
    for x, y in torch.load("loader.pt"):
        loss = nn.functional.mse_loss(net(x), y)
        opt.zero_grad(); loss.backward(); opt.step()
"""
TESTS = "import pytest\n" + TRAIN + "\ndef test_loss():\n    assert loss < 1\n"


def is_model(folder: Path, path: str, text: str) -> bool:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return read_script(folder, path).is_model


@pytest.mark.parametrize(
    "path",
    [
        "test_adam/train.py",
        "lr_test_3/train.py",
        "exp_test/train.py",
        "setup_2/train.py",
        "train_setup.py",
        "train_test.py",
        "my-test/train.py",
        "test_adam.py",
        "setup_b.py",
    ],
)
def test_a_word_in_a_name_makes_no_test(tmp_path: Path, path: str) -> None:
    assert is_model(tmp_path, path, TRAIN)


@pytest.mark.parametrize("path", ["test_adam.py", "adam_test.py", "tests/train.py", "setup.py"])
def test_tests_are_tests(tmp_path: Path, path: str) -> None:
    assert not is_model(tmp_path, path, TESTS)


def test_a_function_that_measures_makes_no_test(tmp_path: Path) -> None:
    text = TRAIN + "\ndef test_epoch(loader):\n    return net(loader)\ntest_epoch(1)\n"
    assert is_model(tmp_path, "train_test.py", text)
