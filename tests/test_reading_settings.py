"""Settings of training scripts: values that arrive by the ways that real scripts use."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

from modelsearch.records.artefacts import Fact, ScriptReading, TrainingStage
from modelsearch.static.reading import read_script
from tests.torch_source import TORCH


def read(folder: Path, source: str, name: str = "train.py", **others: str) -> ScriptReading:
    """Write a script (and other files, ``config_yaml`` for ``config.yaml``) and read it."""
    for other, text in others.items():
        stem, _, suffix = other.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(dedent(text), encoding="utf-8")
    (folder / name).write_text(dedent(source), encoding="utf-8")
    return read_script(folder, name)


def main_stage(reading: ScriptReading) -> TrainingStage:
    return next(stage for stage in reading.stages if stage.main)


def settings(reading: ScriptReading) -> dict[str, Any]:
    """What the main stage states, as plain values."""
    stage = main_stage(reading)
    names = ("optimizer", "learning_rate", "batch_size", "epochs", "steps")
    found: dict[str, Any] = {}
    for name in names:
        fact: Fact | None = getattr(stage, name)
        if fact is not None:
            found[name] = fact.value
    return found


LOOP = """
loader = DataLoader(datasets.MNIST("."), batch_size={batch})
net = Net()
opt = optim.Adam(net.parameters(), lr={rate})
for epoch in range({epochs}):
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
"""


def loop(batch: str = "32", rate: str = "1e-3", epochs: str = "3") -> str:
    return LOOP.format(batch=batch, rate=rate, epochs=epochs)


def test_evidence_is_the_line_that_shows_the_value(tmp_path: Path) -> None:
    source = """\
        import argparse
        import gymnasium as gym
        import torch
        from torch import nn, optim

        parser = argparse.ArgumentParser()
        parser.add_argument("--env-id", type=str, default="CartPole-v1")
        parser.add_argument(
            "--lr",
            type=float,
            default=2.5e-4,
        )
        args = parser.parse_args()
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        criterion = nn.SmoothL1Loss()

        def make(env_id):
            return gym.make(env_id)

        env = make(args.env_id)
        net = nn.Linear(4, 2).to(device)
        opt = optim.Adam(net.parameters(), lr=args.lr)
        steps = 10 * 500
        for step in range(steps):
            loss = criterion(net(torch.zeros(4)), torch.zeros(2))
            loss.backward()
            opt.step()
        """
    reading = read(tmp_path, source)
    stage = main_stage(reading)
    lines = {
        "data": reading.datasets[0].evidence.line,
        "rate": stage.learning_rate.evidence.line if stage.learning_rate else None,
        "loss": stage.loss[0].evidence.line,
        "cuda": reading.hardware[0].evidence.line,
        "cpu": reading.hardware[1].evidence.line,
        "steps": stage.steps.evidence.line if stage.steps else None,
        "setting": next(n.fact for n in reading.hyperparameters if n.name == "lr").evidence.line,
    }
    assert lines == {
        "data": 7,
        "rate": 11,
        "loss": 15,
        "cuda": 14,
        "cpu": 14,
        "steps": 23,
        "setting": 11,
    }
    assert stage.steps is not None
    assert stage.steps.note == "computed"


def test_modules_and_files_beside_the_script_or_where_it_looks(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "loaders.py").write_text(
        "from torchvision import datasets\nfrom torch.utils.data import DataLoader\n"
        "def loader(size):\n    return DataLoader(datasets.SVHN('.'), batch_size=size)\n"
    )
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text("training:\n  lr: 0.004\n")
    source = TORCH + dedent(
        """
        import pathlib, sys, yaml
        sys.path.append("../../common")
        from loaders import loader
        with open(pathlib.Path(__file__).with_name("config.yaml")) as f:
            config = yaml.safe_load(f)
        net = Net()
        opt = optim.Adam(net.parameters(), lr=config["training"]["lr"])
        for epoch in range(4):
            for x, y in loader(96):
                net(x).sum().backward()
                opt.step()
        """
    )
    (folder / "train.py").write_text(source)
    reading = read_script(tmp_path, "runs/one/train.py")
    assert settings(reading) == {
        "optimizer": "Adam",
        "learning_rate": 0.004,
        "batch_size": 96,
        "epochs": 4,
    }
    assert [data.name for data in reading.datasets] == ["SVHN"]
    assert set(reading.imported) == {"common/loaders.py", "runs/one/config.yaml"}


def test_a_notebook_names_the_version_that_it_installs(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["!pip install -q 'torch==2.0.1' tqdm\n"], "outputs": []},
        {"cell_type": "code", "source": (TORCH + loop()).splitlines(True), "outputs": []},
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "net.ipynb").write_text(json.dumps(book), encoding="utf-8")
    reading = read_script(tmp_path, "net.ipynb")
    assert reading.framework_version is not None
    assert reading.framework_version.value == "2.0.1"
    assert settings(reading)["epochs"] == 3


def test_a_model_chosen_by_its_name_in_a_module(tmp_path: Path) -> None:
    script = TORCH + dedent(
        """
        import argparse, nets
        from torchvision import models
        parser = argparse.ArgumentParser()
        parser.add_argument("--arch", default="SmallNet")
        args = parser.parse_args()
        net = {0}
        opt = optim.Adam(net.parameters(), lr=0.1)
        for epoch in range(3):
            for x, y in DataLoader(datasets.MNIST("."), batch_size=5):
                net(x).sum().backward()
                opt.step()
        """
    )
    nets = TORCH.replace("class Net", "class SmallNet")
    for written, name in (
        ("nets.__dict__[args.arch]()", "SmallNet"),
        ("getattr(nets, args.arch)()", "SmallNet"),
        ("models.__dict__['resnet18']()", "resnet18"),
    ):
        reading = read(tmp_path, script.replace("{0}", written), nets_py=nets)
        found = reading.architecture.value if reading.architecture else None
        assert found == name, written


def test_fields_of_the_arguments_class_are_settings(tmp_path: Path) -> None:
    source = (
        TORCH
        + dedent(
            """
        import tyro
        from dataclasses import dataclass

        @dataclass
        class Args:
            gamma: float = 0.99
            total_timesteps: int = 500000

        args = tyro.cli(Args)
        """
        )
        + loop()
    )
    found = {n.name: n.fact for n in read(tmp_path, source).hyperparameters}
    assert found["gamma"].value == 0.99
    assert found["total_timesteps"].evidence.line == 20


def test_all_values_that_a_loop_tries_are_kept_and_marked(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import torch\n"
        "for lr in [0.1, 0.01]:\n"
        "    net = torch.nn.Linear(3, 2)\n"
        "    opt = torch.optim.SGD(net.parameters(), lr=lr)\n"
        "    for epoch in range(5):\n"
        "        for x in torch.load('data.pt'):\n"
        "            loss = net(x).sum(); opt.zero_grad(); loss.backward(); opt.step()\n"
    )
    reading = read_script(tmp_path, "train.py")
    (stage,) = reading.stages
    assert stage.learning_rate is None
    assert (stage.epochs and stage.epochs.value) == 5
    (swept,) = [each.fact for each in reading.hyperparameters if each.name == "lr"]
    assert (swept.value, swept.note, swept.evidence.line) == ("0.1, 0.01", "swept", 2)
