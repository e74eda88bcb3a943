"""Settings that stand in the module of an agent or a trainer, which a script only drives."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelsearch.static.reading import read_script

_AGENT = """
import torch
from torch import nn, optim
import torch.nn.functional as F
GAMMA = 0.97
BUFFER_SIZE = int(1e5)
RATE = 2e-3
NAME = "agent"
limit = 7

class Agent:
    def __init__(self):
        self.net = nn.Linear(8, 4)
        self.opt = optim.Adam(self.net.parameters(), lr=RATE)
    def learn(self, x, y):
        loss = F.mse_loss(self.net(x), GAMMA * y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
"""
_TRAIN = """
import torch
{imported}
from drawing import COLOURS
agent = {made}()
for episode in range(20):
    agent.learn(torch.randn(16, 8), torch.randn(16, 4))
"""
_DRAWING = "COLOURS = 12\nWIDTH = 600\n"


@pytest.mark.parametrize(
    ("place", "imported", "made"),
    [
        ("agent.py", "from agent import Agent", "Agent"),
        ("agent.py", "import agent as learners", "learners.Agent"),
        ("core/agent.py", "from core.agent import *", "Agent"),
    ],
)
def test_numbers_beside_an_agent_are_settings_of_the_script_that_drives_it(
    tmp_path: Path, place: str, imported: str, made: str
) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / place).write_text(_AGENT)
    (tmp_path / "drawing.py").write_text(_DRAWING)
    (tmp_path / "train.py").write_text(_TRAIN.format(imported=imported, made=made))
    reading = read_script(tmp_path, "train.py")
    found = {one.name: (one.fact.value, one.fact.evidence.path) for one in reading.hyperparameters}
    assert found == {
        "gamma": (0.97, place),
        "buffer_size": (100000, place),
        "rate": (0.002, place),
    }


def test_a_script_s_own_setting_goes_before_its_agent_s(tmp_path: Path) -> None:
    (tmp_path / "agent.py").write_text(_AGENT)
    (tmp_path / "drawing.py").write_text(_DRAWING)
    code = _TRAIN.format(imported="from agent import Agent\nGAMMA = 0.5", made="Agent")
    (tmp_path / "train.py").write_text(code)
    found = {
        each.name: each.fact.value for each in read_script(tmp_path, "train.py").hyperparameters
    }
    assert found["gamma"] == 0.5
