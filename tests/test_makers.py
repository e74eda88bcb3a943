"""Scripts that made what lies here, although their own text shows no training."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_checkpoints import torch_zip
from tests.test_runs import SCRIPT, Lab

AGENT = """
import torch
from torch import nn, optim
class Agent:
    def __init__(self):
        self.net = nn.Linear(4, 2)
        self.optimizer = optim.Adam(self.net.parameters(), lr=1e-3)
    def learn(self, x):
        loss = self.net(x).sum()
        loss.backward()
        self.optimizer.step()
    def save(self, path):
        torch.save(self.net.state_dict(), path)
"""
DRIVER = """
import torch
import sys
sys.path.insert(0, "src")
def work(agent, name):
    torch.manual_seed(0)
    agent.learn(torch.zeros(1, 4))
    folder = "results"
    agent.save(f"{folder}/genetic_agent_{name}.pth")
if __name__ == "__main__":
    work(sys.modules["factory"].build(), sys.argv[1])
"""
WEIGHTS = torch_zip(epoch=1, state_dict={"w": (9, 9)})


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.write("requirements.txt", "torch\n")
    return lab


def test_a_script_that_saved_what_lies_here_is_a_model(lab: Lab) -> None:
    lab.write("examples/run_genetic.py", DRIVER)
    lab.write("examples/show.py", DRIVER.replace("genetic_agent", "shown").replace("save", "show"))
    lab.write("src/agent.py", AGENT)
    summary = lab.index()
    assert lab.rows("SELECT path FROM model WHERE path LIKE 'examples%'") == []
    skipped = summary.skipped.total()
    lab.write("results/genetic_agent_FT06.pth", WEIGHTS)
    summary = lab.index()
    assert lab.rows("SELECT path FROM model WHERE path LIKE 'examples%'") == [
        ("examples/run_genetic.py",)
    ]
    assert summary.skipped.total() == skipped - 1
    assert lab.rows(
        "SELECT m.path, k.owner_from FROM checkpoint k JOIN model m ON m.id = k.model"
    ) == [("examples/run_genetic.py", "writes genetic_agent_FT06.pth")]
    again = lab.index()
    assert (again.added, again.updated, again.removed) == (0, 0, 0)


def test_a_program_that_a_run_names_is_a_model(lab: Lab) -> None:
    lab.write("stage_train.py", DRIVER)
    lab.write("other.py", SCRIPT)
    lab.write(
        "dvc.lock",
        "stages:\n  train:\n    cmd: python stage_train.py\n    params:\n      params.yaml:\n"
        "        lr: 0.1\n        epochs: 3\n    outs:\n    - path: model.pt\n      md5: a\n",
    )
    lab.index()
    assert lab.rows("SELECT m.path, r.owner_from FROM run r JOIN model m ON m.id = r.model") == [
        ("stage_train.py", "the program that it names")
    ]


def test_of_two_that_write_the_same_none_is_taken(lab: Lab) -> None:
    lab.write("examples/a.py", DRIVER)
    lab.write("examples/b.py", DRIVER)
    lab.write("src/agent.py", AGENT)
    lab.write("results/genetic_agent_FT06.pth", WEIGHTS)
    lab.index()
    assert lab.rows("SELECT path FROM model WHERE path LIKE 'examples%'") == []
