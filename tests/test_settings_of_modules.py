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


def test_a_package_may_be_called_after_a_folder_that_python_could_not_import(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "Ring-Net-main"
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "ring.py").write_text(
        "from torch import nn\n\n\nclass Ring(nn.Module):\n    def __init__(self, width):\n"
        "        super().__init__()\n        self.body = nn.LSTM(8, width)\n\n"
        "    def forward(self, x):\n        return self.body(x)[0]\n"
    )
    (folder / "losses.py").write_text("def apart(a, b):\n    return ((a - b) ** 2).mean()\n")
    (folder / "train.py").write_text(
        "import torch\nfrom Ring_Net.losses import apart\nfrom Ring_Net.model.ring import Ring\n\n"
        "net = Ring(16)\nopt = torch.optim.Adam(net.parameters(), lr=0.004)\n"
        "for x, y in torch.load('pairs.pt'):\n    loss = apart(net(x), y)\n    opt.zero_grad()\n"
        "    loss.backward()\n    opt.step()\n"
    )
    for root, path in ((tmp_path, "Ring-Net-main/train.py"), (folder, "train.py")):
        reading = read_script(root, path)
        assert reading.architecture is not None and reading.architecture.value == "Ring"
        assert [fact.value for fact in reading.families] == ["LSTM"]


def test_a_package_of_another_name_is_not_sought_among_the_project_s_files(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "ring.py").write_text(
        "from torch import nn\n\n\nclass Ring(nn.LSTM):\n    pass\n"
    )
    (tmp_path / "train.py").write_text(
        "import torch\nfrom elsewhere.model.ring import Ring\n\nnet = Ring(8, 16)\n"
        "opt = torch.optim.Adam(net.parameters(), lr=0.004)\nfor x in torch.load('pairs.pt'):\n"
        "    loss = net(x).mean()\n    opt.zero_grad()\n    loss.backward()\n    opt.step()\n"
    )
    assert not read_script(tmp_path, "train.py").families
