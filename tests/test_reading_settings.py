"""Settings of training scripts: values that arrive by the ways that real scripts use."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

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


def test_training_code_that_another_file_starts_is_read_without_what_arrives(
    tmp_path: Path,
) -> None:
    source = TORCH + dedent(
        """
        def step(net, opt, x, y):
            nn.functional.cross_entropy(net(x), y).backward()
            opt.step()

        def train_and_evaluate(config):
            loader = DataLoader(datasets.MNIST("."), batch_size=config.batch_size)
            net = Net()
            opt = optim.SGD(net.parameters(), lr=0.1)
            for epoch in range(config.epochs):
                for x, y in loader:
                    step(net, opt, x, y)
        """
    )
    reading = read(tmp_path, source, main_py="import train\ntrain.train_and_evaluate(object())\n")
    assert reading.is_model
    assert settings(reading) == {"optimizer": "SGD", "learning_rate": 0.1}
    assert [data.name for data in reading.datasets] == ["MNIST"]


def test_a_helper_that_is_given_its_optimizer_is_no_model(tmp_path: Path) -> None:
    source = """
        import torch
        def train_one_epoch(net, opt, loader):
            for x, y in loader:
                net(x).sum().backward()
                opt.step()
        """
    reading = read(tmp_path, source, "engine.py", main_py="from engine import train_one_epoch\n")
    assert not reading.is_model


def test_a_lightning_command_line_fits_with_its_defaults(tmp_path: Path) -> None:
    source = """
        import torch
        from torch.utils.data import DataLoader
        from torchvision.datasets import CIFAR10
        from lightning.pytorch import LightningDataModule, LightningModule
        from lightning.pytorch.cli import LightningCLI

        class Lit(LightningModule):
            def __init__(self, rate: float = 0.02):
                super().__init__()
                self.rate = rate
                self.net = torch.nn.Linear(3, 10)
            def training_step(self, batch, i):
                return self.net(batch[0]).sum()
            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=self.rate)

        class Data(LightningDataModule):
            def train_dataloader(self):
                return DataLoader(CIFAR10("."), batch_size=16)

        def main():
            LightningCLI(Lit, Data, trainer_defaults={"max_epochs": 7})

        if __name__ == "__main__":
            main()
        """
    assert settings(read(tmp_path, source)) == {
        "optimizer": "SGD",
        "learning_rate": 0.02,
        "batch_size": 16,
        "epochs": 7,
    }


def test_a_trainer_made_with_an_optimizer_runs_where_it_is_started(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        from ignite.engine import create_supervised_trainer
        net = Net()
        opt = optim.SGD(net.parameters(), lr=0.3)
        trainer = create_supervised_trainer(net, opt, nn.NLLLoss())
        trainer.run(DataLoader(datasets.MNIST("."), batch_size=20), max_epochs=4)
        """
    )
    assert settings(read(tmp_path, source)) == {
        "optimizer": "SGD",
        "learning_rate": 0.3,
        "batch_size": 20,
        "epochs": 4,
    }


@pytest.mark.parametrize(
    ("condition", "steps"),
    [("step >= 500", 500), ("limit is not None and step == limit", 400)],
)
def test_an_endless_loop_ends_where_it_breaks(tmp_path: Path, condition: str, steps: int) -> None:
    source = TORCH + dedent(
        f"""
        net, step, limit = Net(), 0, 400
        batches = iter(DataLoader(datasets.MNIST("."), batch_size=24))
        opt = optim.AdamW(net.parameters(), lr=0.01)
        while True:
            x, y = next(batches)
            net(x).sum().backward()
            opt.step()
            step += 1
            if {condition}:
                break
        """
    )
    found = settings(read(tmp_path, source))
    assert (found["steps"], found["batch_size"]) == (steps, 24)


def test_an_inclusive_while_counts_its_limit(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        net = Net()
        opt = optim.Adam(net.parameters(), lr=0.01)
        epoch = 1
        while epoch <= 10:
            for x, y in DataLoader(datasets.MNIST("."), batch_size=24):
                net(x).sum().backward()
                opt.step()
            epoch += 1
        """
    )
    assert settings(read(tmp_path, source))["epochs"] == 10


def test_options_made_from_a_dictionary_and_required_ones(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import argparse

        def options():
            defaults = dict(data="", lr=0.004, batch=48, epochs=6, a=1, b=2, c=3, d=4, e=5, f=6)
            parser = argparse.ArgumentParser()
            for name, value in defaults.items():
                parser.add_argument(f"--{name}", default=value, type=type(value))
            return parser.parse_args()

        def load(args):
            if not args.data:
                raise ValueError("which data?")
            return DataLoader(datasets.ImageFolder(args.data), batch_size=args.batch)

        args = options()
        net = Net()
        opt = optim.Adam(net.parameters(), lr=args.lr)
        loader = load(args)
        for epoch in range(args.epochs):
            for x, y in loader:
                net(x).sum().backward()
                opt.step()
        """
    )
    assert settings(read(tmp_path, source)) == {
        "optimizer": "Adam",
        "learning_rate": 0.004,
        "batch_size": 48,
        "epochs": 6,
    }


def test_a_keras_model_with_its_own_train_step_keeps_the_batch_of_fit(tmp_path: Path) -> None:
    source = """
        import tensorflow as tf
        from tensorflow import keras

        class VAE(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(4)
            def train_step(self, data):
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean(self.dense(data))
                grads = tape.gradient(loss, self.trainable_weights)
                self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
                return {"loss": loss}

        (x, _), _ = keras.datasets.mnist.load_data()
        vae = VAE()
        vae.compile(optimizer=keras.optimizers.Adam(1e-4))
        vae.fit(x, epochs=30, batch_size=128)
        """
    assert settings(read(tmp_path, source)) == {
        "optimizer": "Adam",
        "learning_rate": 1e-4,
        "batch_size": 128,
        "epochs": 30,
    }


def test_a_sequence_length_is_no_batch_size(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        ids = torch.load("ids.pt")
        seq_length, net = 30, Net()
        opt = optim.Adam(net.parameters(), lr=0.002)
        for epoch in range(5):
            for i in range(0, 900, seq_length):
                net(ids[:, i:i + seq_length]).sum().backward()
                opt.step()
        """
    )
    assert "batch_size" not in settings(read(tmp_path, source))


def test_boosting_settings_given_as_pairs(tmp_path: Path) -> None:
    source = """
        import xgboost as xgb
        param = {}
        param["eta"] = 0.1
        param["max_depth"] = 6
        pairs = list(param.items()) + [("eval_metric", "auc")]
        xgb.train(pairs, xgb.DMatrix("train.csv"), 120)
        """
    assert settings(read(tmp_path, source)) == {"learning_rate": 0.1, "steps": 120}


def test_the_generator_leads_whatever_else_its_optimizer_updates(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        class Q(Net): pass
        class Generator(Net): pass
        class Discriminator(Net): pass
        G, D, Q_net = Generator(), Discriminator(), Q()
        D_opt = optim.Adam(D.parameters(), lr=2e-4)
        G_opt = optim.Adam([{"params": G.parameters()}, {"params": Q_net.parameters()}], lr=1e-3)
        for epoch in range(5):
            for x, y in DataLoader(datasets.MNIST("."), batch_size=8):
                D(x).sum().backward(); D_opt.step()
                Q_net(G(x)).sum().backward(); G_opt.step()
        """
    )
    assert settings(read(tmp_path, source))["learning_rate"] == 1e-3


def test_a_loop_that_trains_through_a_function_is_not_unrolled(tmp_path: Path) -> None:
    source = """
        import jax, optax, tensorflow_datasets as tfds
        from flax import linen as nn

        class CNN(nn.Module):
            @nn.compact
            def __call__(self, x):
                return nn.Dense(10)(x)

        model, tx = CNN(), optax.adam(0.003)

        @jax.jit
        def apply(params, state, x):
            grads = jax.grad(lambda p: model.apply(p, x).mean())(params)
            updates, state = tx.update(grads, state)
            return optax.apply_updates(params, updates), state

        ds = tfds.load("mnist", split="train").batch(64)
        for epoch in range(12):
            for batch in tfds.as_numpy(ds):
                params, state = apply(params, state, batch)
        """
    assert settings(read(tmp_path, source)) == {
        "optimizer": "Adam",
        "learning_rate": 0.003,
        "batch_size": 64,
        "epochs": 12,
    }


def test_a_loop_over_one_or_two_epochs_still_counts(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        class Trainer:
            def __init__(self):
                self.net = Net()
                self.opt = optim.SGD(self.net.parameters(), lr=0.1)
            def one_pass(self, loader):
                for x, y in loader:
                    self.net(x).sum().backward()
                    self.opt.step()
            def main(self):
                loader = DataLoader(datasets.MNIST("."), batch_size=5)
                for n in range(1, 2 + 1):
                    self.one_pass(loader)

        if __name__ == "__main__":
            Trainer().main()
        """
    )
    assert settings(read(tmp_path, source))["epochs"] == 2


def test_folds_around_the_epochs_do_not_hide_them(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        from sklearn.model_selection import StratifiedKFold
        config = {"lr": 2e-5, "num_epochs": 3, "batch_size": 16}
        data = datasets.MNIST(".")
        for i, (train, valid) in enumerate(StratifiedKFold(5).split(data)):
            net = Net()
            opt = optim.AdamW(net.parameters(), lr=config["lr"])
            loader = DataLoader(data, batch_size=int(config["batch_size"]))
            for epoch in range(int(config["num_epochs"])):
                for x, y in loader:
                    net(x).sum().backward()
                    opt.step()
        """
    )
    assert settings(read(tmp_path, source)) == {
        "optimizer": "AdamW",
        "learning_rate": 2e-5,
        "batch_size": 16,
        "epochs": 3,
    }


def test_a_rate_that_each_step_writes_comes_from_the_option(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import argparse, numpy as np
        parser = argparse.ArgumentParser()
        parser.add_argument("--lr", type=float, default=0.0005)
        args = parser.parse_args()
        net = Net()
        opt = optim.AdamW(net.parameters())
        schedule = np.linspace(args.lr, 0, 100)
        for epoch in range(100):
            for x, y in DataLoader(datasets.MNIST("."), batch_size=5):
                for group in opt.param_groups:
                    group["lr"] = schedule[epoch]
                net(x).sum().backward()
                opt.step()
        """
    )
    stage = main_stage(read(tmp_path, source))
    assert stage.learning_rate is not None
    assert (stage.learning_rate.value, stage.learning_rate.evidence.line) == (0.0005, 16)
    assert stage.learning_rate.note == "set by a schedule at each step"


def test_a_batch_divided_among_devices_is_the_batch(tmp_path: Path) -> None:
    source = (
        TORCH
        + "import torch.distributed as dist\n"
        + loop(batch="int(256 // dist.get_world_size())")
    )
    assert settings(read(tmp_path, source))["batch_size"] == 256


def test_a_bounded_number_of_updates_inside_unknown_epochs(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import math
        loader = DataLoader(datasets.ImageFolder("pictures"), batch_size=4)
        net, done, limit = Net(), 0, 2000
        opt = optim.AdamW(net.parameters(), lr=1e-4)
        for epoch in range(math.ceil(limit / len(loader))):
            for x, y in loader:
                net(x).sum().backward()
                opt.step()
                global_step = done + 1
                if global_step >= limit:
                    break
        """
    )
    assert settings(read(tmp_path, source)) == {
        "optimizer": "AdamW",
        "learning_rate": 1e-4,
        "batch_size": 4,
        "steps": 2000,
    }


HYDRA = """
    import hydra, torch
    from torch.utils.data import DataLoader
    from torchvision.datasets import MNIST
    import lightning as L

    class Lit(L.LightningModule):
        def __init__(self, net, optimizer):
            super().__init__()
            self.save_hyperparameters(logger=False)
            self.net = net
        def training_step(self, batch, i):
            return self.net(batch[0]).sum()
        def configure_optimizers(self):
            return self.hparams.optimizer(params=self.parameters())
        def train_dataloader(self):
            return DataLoader(MNIST("."), batch_size=10)

    @hydra.main(version_base=None, config_path="conf", config_name="config")
    def main(cfg):
        model = hydra.utils.instantiate(cfg.model)
        trainer = hydra.utils.instantiate(cfg.trainer)
        trainer.fit(model=model)

    if __name__ == "__main__":
        main()
    """


def test_a_hydra_composition_makes_nested_and_partial_targets(tmp_path: Path) -> None:
    for path, text in {
        "config.yaml": "defaults:\n  - model: small\n  - _self_\ntrainer:\n"
        "  _target_: lightning.Trainer\n  max_epochs: 9\n",
        "model/small.yaml": "_target_: train.Lit\noptimizer:\n  _target_: torch.optim.Adam\n"
        "  _partial_: true\n  lr: 0.002\nnet:\n  _target_: torch.nn.Linear\n"
        "  in_features: 784\n  out_features: 10\n",
    }.items():
        file = tmp_path / "conf" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    reading = read(tmp_path, HYDRA)
    assert settings(reading) == {
        "optimizer": "Adam",
        "learning_rate": 0.002,
        "batch_size": 10,
        "epochs": 9,
    }
    rate = main_stage(reading).learning_rate
    assert rate is not None
    assert (rate.evidence.path, rate.evidence.line) == ("conf/model/small.yaml", 5)


def test_print_statements_of_python_2_may_go_on_over_lines(tmp_path: Path) -> None:
    source = TORCH + loop() + 'print "loss", loss.item(), \\\n    "after", epoch\n'
    assert settings(read(tmp_path, source))["epochs"] == 3


@pytest.mark.parametrize(
    "written",
    [
        '{"lr": 0.07}["lr"]',
        "0.7 / 10",
        "(0.07 if torch.cuda.is_available() else 0.07)",
        'float(os.environ.get("LR", "0.07"))',
        'json.load(open("settings.json"))["optimizer"]["lr"]',
        'yaml.safe_load(open("settings.yaml"))["optimizer"]["lr"]',
        'tomllib.load(open("settings.toml", "rb"))["optimizer"]["lr"]',
        'OmegaConf.load("settings.yaml").optimizer.lr',
        'OmegaConf.merge(OmegaConf.load("settings.yaml"), {"seed": 1}).optimizer.lr',
        "Settings().lr",
        "Pair(lr=0.07, wd=0).lr",
        "Defaults._make([0.07]).lr",
        "Choice.RATE.value",
        "max([0.07, 0.01])",
        "dict(lr=0.07, other=3).pop('lr')",
        "vars(Settings())['lr']",
        "asdict(Settings())['lr']",
        "replace(Settings(lr=1.0), lr=0.07).lr",
        "[rate for rate in (0.07, 0.5)][0]",
        "Settings.from_name('x').lr",
    ],
)
def test_a_rate_is_found_however_it_is_written(tmp_path: Path, written: str) -> None:
    preamble = dedent(
        """
        import enum, json, os, tomllib, yaml
        from collections import namedtuple
        from dataclasses import asdict, dataclass, replace
        from omegaconf import OmegaConf

        @dataclass
        class Settings:
            lr: float = 0.07
            @classmethod
            def from_name(cls, name):
                return cls(0.07)

        Pair = namedtuple("Pair", "lr wd")
        Defaults = namedtuple("Defaults", ["lr"])

        class Choice(enum.Enum):
            RATE = 0.07
        """
    )
    reading = read(
        tmp_path,
        TORCH + preamble + loop(rate=written),
        settings_json='{"optimizer": {"lr": 0.07}}',
        settings_yaml="optimizer:\n  lr: 0.07\n",
        settings_toml="[optimizer]\nlr = 0.07\n",
    )
    rate = main_stage(reading).learning_rate
    assert rate is not None
    assert rate.value == pytest.approx(0.07)


OPTIONS = {
    "argparse": """
        import argparse
        parser = argparse.ArgumentParser()
        group = parser.add_argument_group("training")
        group.add_argument("-r", "--learning-rate", type=float, default="0.07")
        main(parser.parse_args().learning_rate)
        """,
    "set_defaults": """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--rate", type=float, default=1.0)
        parser.set_defaults(rate=0.07)
        main(parser.parse_args([]).rate)
        """,
    "click": """
        import click
        @click.command()
        @click.option("--rate", "-r", default=0.07, show_default=True)
        def start(rate):
            main(rate)
        if __name__ == "__main__":
            start()
        """,
    "click group": """
        import click
        @click.group()
        def cli():
            pass
        @cli.command()
        @click.option("--rate", type=float, default=0.07)
        def train(rate):
            main(rate)
        if __name__ == "__main__":
            cli()
        """,
    "typer": """
        import typer
        from typing import Annotated
        def start(rate: Annotated[float, typer.Option(help="rate")] = 0.07):
            main(rate)
        if __name__ == "__main__":
            typer.run(start)
        """,
    "typer app": """
        import typer
        app = typer.Typer()
        @app.command()
        def train(rate: float = typer.Option(0.07, "--rate")):
            main(rate)
        if __name__ == "__main__":
            app()
        """,
    "fire": """
        import fire
        class Commands:
            def train(self, rate=0.07):
                main(rate)
        if __name__ == "__main__":
            fire.Fire(Commands)
        """,
    "absl": """
        from absl import app, flags
        FLAGS = flags.FLAGS
        flags.DEFINE_float("rate", 0.07, "learning rate")
        def start(_):
            main(FLAGS.rate)
        if __name__ == "__main__":
            app.run(start)
        """,
    "absl value": """
        from absl import app, flags
        RATE = flags.DEFINE_float("rate", 0.07, "learning rate")
        def start(_):
            main(RATE.value)
        if __name__ == "__main__":
            app.run(start)
        """,
    "tyro": """
        import tyro
        from dataclasses import dataclass, field
        @dataclass
        class Optim:
            rate: float = 0.07
        @dataclass
        class Args:
            optim: Optim = field(default_factory=Optim)
        main(tyro.cli(Args).optim.rate)
        """,
    "hf arguments": """
        from dataclasses import dataclass, field
        from transformers import HfArgumentParser
        @dataclass
        class Args:
            rate: float = field(default=0.07, metadata={"help": "rate"})
        args, = HfArgumentParser(Args).parse_args_into_dataclasses()
        main(args.rate)
        """,
    "config store": """
        import hydra
        from dataclasses import dataclass
        from hydra.core.config_store import ConfigStore
        @dataclass
        class Config:
            rate: float = 0.07
        ConfigStore.instance().store(name="base", node=Config)
        @hydra.main(version_base=None, config_name="base")
        def start(cfg):
            main(cfg.rate)
        if __name__ == "__main__":
            start()
        """,
    "docopt": """
        import configparser
        config = configparser.ConfigParser()
        config.read("settings.ini")
        main(float(config["training"]["rate"]))
        """,
    "configparser getter": """
        import configparser
        config = configparser.ConfigParser()
        config.read("settings.ini")
        main(config.getfloat("training", "rate"))
        """,
    "sweep": """
        for rate in [0.07]:
            main(rate)
        """,
    "module": """
        import settings_module as C
        main(C.RATE)
        """,
    "keyword star": """
        options = {"rate": 0.07}
        main(**options)
        """,
    "partial": """
        from functools import partial
        partial(main, rate=0.07)()
        """,
    "environment": """
        import os
        main(float(os.getenv("RATE") or 0.07))
        """,
    "chain": """
        def outer(total=0.7, parts=10):
            remaining = total - 0
            middle(remaining / parts)
        def middle(value):
            main(rate=value)
        outer()
        """,
    "simple namespace": """
        from types import SimpleNamespace
        main(SimpleNamespace(rate=0.07).rate)
        """,
    "pydantic": """
        from pydantic import BaseModel
        class Settings(BaseModel):
            rate: float = 0.07
        main(Settings().rate)
        """,
    "ml_collections": """
        import ml_collections
        def get_config():
            config = ml_collections.ConfigDict()
            config.optim = optim_part = ml_collections.ConfigDict()
            optim_part.rate = 0.07
            return config
        main(get_config().optim.rate)
        """,
    "yacs": """
        from yacs.config import CfgNode as CN
        _C = CN()
        _C.SOLVER = CN()
        _C.SOLVER.RATE = 0.5
        cfg = _C.clone()
        cfg.merge_from_file("solver.yaml")
        main(cfg.SOLVER.RATE)
        """,
    "wandb": """
        import wandb
        run = wandb.init(config={"rate": 0.07})
        main(wandb.config.rate)
        """,
}


@pytest.mark.parametrize("way", OPTIONS)
def test_an_option_reaches_the_optimizer(tmp_path: Path, way: str) -> None:
    source = TORCH + dedent(
        """
        def main(rate=1.0):
            loader = DataLoader(datasets.MNIST("."), batch_size=2)
            net = Net()
            opt = optim.Adam(net.parameters(), lr=rate)
            for epoch in range(3):
                for x, y in loader:
                    net(x).sum().backward()
                    opt.step()
        """
    )
    reading = read(
        tmp_path,
        source + dedent(OPTIONS[way]),
        settings_ini="[training]\nrate = 0.07\n",
        settings_module_py="RATE = 0.07\n",
        solver_yaml="SOLVER:\n  RATE: 0.07\n",
    )
    rate = main_stage(reading).learning_rate
    assert rate is not None
    assert rate.value == pytest.approx(0.07)


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


def test_a_composition_with_overrides_packages_and_references(tmp_path: Path) -> None:
    for path, text in {
        "config.yaml": "defaults:\n  - _self_\n  - model: small\n  - experiment: big\n"
        "  - optional local: default\nrate: 0.1\n",
        "model/small.yaml": "name: small\nrate: 5\n",
        "model/large.yaml": "defaults:\n  - head: wide\nname: large\nrate: ${rate}\n",
        "model/head/wide.yaml": "width: ${oc.env:WIDTH, 64}\n",
        "experiment/big.yaml": "# @package _global_\ndefaults:\n  - override /model: large\n"
        "rate: 0.025\n",
    }.items():
        file = tmp_path / "conf" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    source = TORCH + dedent(
        """
        import hydra

        @hydra.main(version_base=None, config_path="conf", config_name="config")
        def main(cfg):
            net = Net()
            opt = optim.SGD(net.parameters(), lr=cfg.model.rate)
            for epoch in range(3):
                for x, y in DataLoader(datasets.MNIST("."), batch_size=cfg.model.head.width):
                    net(x).sum().backward()
                    opt.step()

        if __name__ == "__main__":
            main()
        """
    )
    reading = read(tmp_path, source)
    assert settings(reading) == {
        "optimizer": "SGD",
        "learning_rate": 0.025,
        "batch_size": 64,
        "epochs": 3,
    }
    rate = main_stage(reading).learning_rate
    assert rate is not None
    assert (rate.evidence.path, rate.evidence.line) == ("conf/experiment/big.yaml", 4)


def test_training_behind_an_option_that_is_off_is_still_training(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--train", action="store_true")
        args = parser.parse_args()
        if args.train:
            net = Net()
            opt = optim.Adam(net.parameters(), lr=0.004)
            for epoch in range(8):
                for x, y in DataLoader(datasets.MNIST("."), batch_size=12):
                    net(x).sum().backward()
                    opt.step()
        """
    )
    assert settings(read(tmp_path, source)) == {
        "optimizer": "Adam",
        "learning_rate": 0.004,
        "batch_size": 12,
        "epochs": 8,
    }


CHOSEN = """
def choose(name, net):
    if name == "adam":
        return optim.Adam(net.parameters(), lr=0.01)
    elif name == "sgd":
        return optim.SGD(net.parameters(), lr=0.01)
    return optim.RMSprop(net.parameters(), lr=0.01)

net = Net()
opt = choose(input(), net)
for epoch in range(8):
    for x, y in DataLoader(datasets.MNIST("."), batch_size=12):
        net(x).sum().backward()
        opt.step()
"""


def test_an_optimizer_chosen_among_three_is_not_guessed(tmp_path: Path) -> None:
    found = settings(read(tmp_path, TORCH + CHOSEN))
    assert "optimizer" not in found
    assert found["epochs"] == 8


def test_an_optimizer_of_an_unknown_library_goes_by_its_own_name(tmp_path: Path) -> None:
    source = TORCH + "from somewhere import Ranger99\n" + loop().replace("optim.Adam", "Ranger99")
    assert settings(read(tmp_path, source))["optimizer"] == "Ranger99"


def test_an_optimizer_chosen_by_name_alone_has_no_name_but_a_rate(tmp_path: Path) -> None:
    source = TORCH + loop(rate="0.02").replace("optim.Adam(", "getattr(optim, input())(")
    found = settings(read(tmp_path, source))
    assert found == {"learning_rate": 0.02, "batch_size": 32, "epochs": 3}


def test_the_keyword_async_of_old_scripts(tmp_path: Path) -> None:
    source = TORCH + loop() + "x = x.cuda(async=True)\n"
    assert settings(read(tmp_path, source))["epochs"] == 3


def test_replay_with_fit_counts_episodes(tmp_path: Path) -> None:
    source = """
        import random
        import gym
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.optimizers import Adam
        EPISODES = 1000

        class Agent:
            def __init__(self):
                self.memory = []
                self.model = Sequential([Dense(24), Dense(2)])
                self.model.compile(loss="mse", optimizer=Adam(lr=0.001))
            def replay(self, size):
                for state, target in random.sample(self.memory, size):
                    self.model.fit(state, target, epochs=1, verbose=0)

        env, agent, batch_size = gym.make("CartPole-v1"), Agent(), 32
        for e in range(EPISODES):
            agent.replay(batch_size)
        """
    stage = main_stage(read(tmp_path, source))
    assert stage.episodes is not None
    assert stage.batch_size is not None
    assert (stage.episodes.value, stage.batch_size.value, stage.epochs) == (1000, 32, None)


def test_the_batch_of_validation_is_not_that_of_training(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import val
        net = Net()
        opt = optim.SGD(net.parameters(), lr=0.1)
        for epoch in range(4):
            for x, y in val.unknown_loader("train", size=7):
                net(x).sum().backward()
                opt.step()
            val.run(net, batch_size=99)
        """
    )
    validation = """
        def unknown_loader(split, size):
            return open(split)
        def run(net, batch_size=64):
            return loader(batch_size=batch_size)
        """
    assert "batch_size" not in settings(read(tmp_path, source, val_py=validation))


@pytest.mark.parametrize(
    ("batches", "size"),
    [
        ("X[torch.randperm(len(X))].split(200)", 200),
        ("torch.split(X, 64)", 64),
        ("[X[rng.integers(0, len(X), 48)] for _ in range(10)]", 48),
        ("[X[np.random.randint(0, len(X), size=24)] for _ in range(10)]", 24),
        ("(X[i : i + bs] for i in range(0, len(X), bs))", 12),
        ("zip(range(10), DataLoader(X, 36))", 36),
    ],
)
def test_batches_that_are_cut_or_drawn(tmp_path: Path, batches: str, size: int) -> None:
    source = TORCH + dedent(
        f"""
        import numpy as np
        rng, bs = np.random.default_rng(1), 12
        X = torch.load("x.pt")
        net = Net()
        opt = optim.Adam(net.parameters(), lr=0.01)
        for epoch in range(4):
            for x in {batches}:
                net(x).sum().backward()
                opt.step()
        """
    )
    assert settings(read(tmp_path, source))["batch_size"] == size


def test_a_stream_of_text_that_is_laid_out_in_batches(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        def batchify(ids, bsz):
            return ids[: len(ids) // bsz * bsz].view(bsz, -1).t().contiguous()

        train, bptt = batchify(torch.load("ids.pt"), 20), 35
        net = Net()
        opt = optim.SGD(net.parameters(), lr=20.0)
        for epoch in range(40):
            for i in range(0, len(train) - 1, bptt):
                net(train[i : i + bptt]).sum().backward()
                opt.step()
        """
    )
    assert settings(read(tmp_path, source))["batch_size"] == 20


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


def test_an_environment_of_the_scripts_own_is_known_by_its_name(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        class Game2048:
            def reset(self):
                return 0
            def step(self, action):
                return 0, 1.0, False

        env, net = Game2048(), Net()
        opt = optim.Adam(net.parameters(), lr=0.01)
        for episode in range(4):
            env.reset()
            net(env.step(1)).sum().backward()
            opt.step()
        """
    )
    data = read(tmp_path, source).datasets
    assert [(each.name, each.note) for each in data] == [("2048", "the script's own environment")]


def test_the_docstring_names_the_data_when_the_code_does_not(tmp_path: Path) -> None:
    source = (
        '"""Trains a small net on the CelebA dataset."""\n'
        + TORCH
        + loop().replace('datasets.MNIST(".")', "torch.load('x.pt')")
    )
    data = read(tmp_path, source).datasets
    assert [(each.name, each.note) for each in data] == [("CelebA", "from the docstring, weaker")]
    assert data[0].evidence.kind == "docstring"


@pytest.mark.parametrize(
    ("name", "text", "version", "line"),
    [
        ("requirements.txt", "numpy\ntorch==2.1.0  # with CUDA\n", "2.1.0", 2),
        ("requirements-dev.txt", "torch[extra]==1.13\n", "1.13", 1),
        ("requirements.txt", "torch>=2.0\ntorchvision==0.15\n", None, None),
        (
            "environment.yml",
            "dependencies:\n  - python=3.9\n  - pip:\n    - torch==1.8\n",
            "1.8",
            4,
        ),
        ("pyproject.toml", '[project]\ndependencies = [\n  "torch==2.2",\n]\n', "2.2", 3),
        ("uv.lock", '[[package]]\nname = "torch"\nversion = "2.4.1"\n', "2.4.1", 3),
        ("setup.py", 'setup(install_requires=["numpy", "torch==1.7.1"])\n', "1.7.1", 1),
    ],
)
def test_the_framework_version_is_the_pinned_one_or_none(
    tmp_path: Path, name: str, text: str, version: str | None, line: int | None
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read(tmp_path, TORCH + loop()).framework_version
    assert (found.value if found else None) == version
    assert (found.evidence.line if found else None) == line


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


def test_a_configuration_class_whose_options_are_functions(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        from labml import experiment, monit
        from labml.configs import BaseConfigs, calculate, option

        class OptimizerConfigs(BaseConfigs):
            optimizer: optim.Adam
            learning_rate: float = 0.5
            parameters: any
            def __init__(self):
                super().__init__(_primary="optimizer")

        @option(OptimizerConfigs.optimizer, "SGD")
        def _sgd(c):
            return optim.SGD(c.parameters, lr=c.learning_rate)

        @option(OptimizerConfigs.optimizer, "Adam")
        def _adam(c):
            return optim.Adam(c.parameters, lr=c.learning_rate)

        class Configs(BaseConfigs):
            model: Net
            optimizer: optim.Adam
            width: int
            epochs: int = 1_000
            batch_size: int = 16
            loader: DataLoader = "digits"
            def run(self):
                for _ in monit.loop(self.epochs):
                    for x, y in monit.enum("train", self.loader):
                        self.model(x).sum().backward()
                        self.optimizer.step()

        calculate(Configs.width, lambda c: 10)

        @option(Configs.model)
        def _model(c):
            return Net()

        @option(Configs.optimizer)
        def _optimizer(c):
            made = OptimizerConfigs()
            made.parameters = c.model.parameters()
            return made

        @option(Configs.loader)
        def digits(c):
            return DataLoader(datasets.MNIST("."), batch_size=c.batch_size)

        @option(Configs.loader)
        def clothes(c):
            return DataLoader(datasets.FashionMNIST("."), batch_size=c.batch_size)

        def main():
            conf = Configs()
            experiment.configs(conf, {
                "optimizer.optimizer": "Adam",
                "optimizer.learning_rate": 5e-3,
                "epochs": 32,
                "loader": "clothes",
            })
            conf.run()

        if __name__ == "__main__":
            main()
        """
    )
    reading = read(tmp_path, source)
    assert settings(reading) == {
        "optimizer": "Adam",
        "learning_rate": 5e-3,
        "batch_size": 16,
        "epochs": 32,
    }
    assert [data.name for data in reading.datasets] == ["Fashion-MNIST"]


def test_epochs_worked_out_from_themselves(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import argparse, math
        parser = argparse.ArgumentParser()
        parser.add_argument("--epochs", type=int, default=30)
        parser.add_argument("--max_steps", type=int, default=None)
        args = parser.parse_args()
        loader = DataLoader(datasets.ImageFolder("pictures"), batch_size=4)
        per_epoch = math.ceil(len(loader) / 2)
        if args.max_steps is None:
            args.max_steps = args.epochs * per_epoch
        per_epoch = math.ceil(len(loader) / 2)
        args.epochs = math.ceil(args.max_steps / per_epoch)
        net = Net()
        opt = optim.AdamW(net.parameters(), lr=1e-4)
        for epoch in range(args.epochs):
            for x, y in loader:
                net(x).sum().backward()
                opt.step()
        """
    )
    stage = main_stage(read(tmp_path, source))
    assert stage.epochs is not None
    assert (stage.epochs.value, stage.epochs.evidence.line) == (30, 16)


def test_a_training_that_is_repeated_keeps_its_epochs(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--itr", type=int, default=2)
        args = parser.parse_args()
        for ii in range(args.itr):
            net = Net()
            opt = optim.AdamW(net.parameters(), lr=1e-4)
            for e in range(10):
                for x, y in DataLoader(datasets.MNIST("."), batch_size=4):
                    net(x).sum().backward()
                    opt.step()
        """
    )
    assert settings(read(tmp_path, source))["epochs"] == 10


def test_a_rate_in_a_variable_of_the_graph(tmp_path: Path) -> None:
    source = """
        import tensorflow as tf
        x = tf.placeholder(tf.float32, [None, 4])
        loss = tf.reduce_mean(tf.layers.dense(x, 2))
        rate = tf.Variable(0.007, trainable=False)
        train = tf.train.AdamOptimizer(rate).minimize(loss)
        with tf.Session() as session:
            for epoch in range(6):
                session.run(train, {x: [[1, 2, 3, 4]]})
        """
    assert settings(read(tmp_path, source))["learning_rate"] == 0.007


def test_an_engine_trains_in_its_handlers_too(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import ignite.distributed as idist
        from ignite.engine import Engine, Events

        def training(rank, config):
            net = idist.auto_model(Net())
            opt = idist.auto_optim(optim.SGD(net.parameters(), lr=config["lr"]))

            def step(engine, batch):
                net(batch[0]).sum().backward()

            trainer = Engine(step)

            @trainer.on(Events.ITERATION_COMPLETED)
            def update(engine):
                opt.step()

            trainer.run(DataLoader(datasets.MNIST("."), batch_size=9), max_epochs=config["epochs"])

        def main(epochs=5, lr=0.3):
            config = locals()
            with idist.Parallel(backend=None) as parallel:
                parallel.run(training, config)

        if __name__ == "__main__":
            main()
        """
    )
    assert settings(read(tmp_path, source)) == {
        "optimizer": "SGD",
        "learning_rate": 0.3,
        "batch_size": 9,
        "epochs": 5,
    }


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


@pytest.mark.parametrize(
    "schedule",
    [
        "optax.linear_schedule(0.003, 0.0, 1000)",
        "optax.linear_schedule(0.0, 0.003, 1000)",
        "optax.cosine_decay_schedule(0.003, 1000)",
        "optax.cosine_decay_schedule(init_value=0.003, decay_steps=1000, alpha=0.01)",
        "optax.exponential_decay(0.003, 1000, 0.9)",
        "optax.warmup_cosine_decay_schedule(0.0, 0.003, 100, 1000)",
        "optax.warmup_cosine_decay_schedule(init_value=0.0, peak_value=0.003, warmup_steps=100,"
        " decay_steps=1000)",
        "optax.join_schedules([optax.linear_schedule(0.0, 0.003, 100),"
        " optax.cosine_decay_schedule(0.003, 900)], [100])",
        "optax.join_schedules(schedules=[optax.linear_schedule(0.0, 0.003, 100),"
        " optax.constant_schedule(0.003)], boundaries=[100])",
        "optax.piecewise_constant_schedule(0.003, {500: 0.1})",
        "(lambda base: lambda step: base * 0.9 ** step)(0.003)",
    ],
)
def test_the_rate_of_a_schedule_is_its_peak(tmp_path: Path, schedule: str) -> None:
    source = f"""
        import jax, optax, tensorflow_datasets as tfds
        from flax import linen as nn

        model = nn.Dense(10)
        tx = optax.chain(optax.clip_by_global_norm(1.0), optax.adam({schedule}))
        ds = tfds.load("mnist", split="train").batch(64)
        for epoch in range(12):
            for batch in tfds.as_numpy(ds):
                updates, state = tx.update(grads, state)
        """
    assert settings(read(tmp_path, source))["learning_rate"] == 0.003


def test_the_version_of_one_package_is_not_that_of_another(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==2.20.0\n", encoding="utf-8")
    source = """
        import keras
        model = keras.Sequential([keras.layers.Dense(2)])
        model.compile(optimizer="adam", loss="mse")
        model.fit([[1.0]], [[1.0]], epochs=3)
        """
    reading = read(tmp_path, source)
    assert reading.framework is not None
    assert (reading.framework.value, reading.framework_version) == ("Keras", None)


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


@pytest.mark.parametrize(
    ("read_with", "name"),
    [
        ("open('../data/%s-%s.txt' % ('eng', 'fra'))", "Tatoeba"),
        ("open('../data/{}-{}.txt'.format('eng', 'fra'))", "Tatoeba"),
        ("glob.glob('../data/names/*.txt')", "Surnames by language"),
        ("datasets.ImageFolder('/datasets01/imagenet_full_size/061417/')", "ImageNet"),
        ("datasets.ImageFolder(os.path.join('data', 'img_align_celeba'))", "CelebA"),
    ],
)
def test_paths_name_the_data(tmp_path: Path, read_with: str, name: str) -> None:
    source = TORCH + "import glob, os\n" + loop().replace('datasets.MNIST(".")', read_with)
    found = read(tmp_path, source).datasets
    assert [(each.name, each.note) for each in found] == [(name, "from the path, weaker")]


def test_a_number_that_no_line_writes_is_marked_as_computed(tmp_path: Path) -> None:
    source = TORCH + "words = ['a', 'b', 'c']\nsize = len(words)\n" + loop(batch="size")
    found = main_stage(read(tmp_path, source)).batch_size
    assert found is not None
    assert (found.value, found.note) == (3, "computed")


def test_rounds_that_a_condition_ends_are_no_epochs(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        net = Net()
        opt = optim.Adam(net.parameters(), lr=1e-3)
        cycles = 1
        while cycles <= 5000:
            for x, y in ready_batches():
                nn.functional.cross_entropy(net(x), y).backward()
                opt.step()
            cycles += 1
        """
    )
    assert "epochs" not in settings(read(tmp_path, source))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("optax.scale_by_adam(), optax.scale(-3e-4)", ("Adam", 3e-4)),
        ("optax.clip(1.0), optax.scale_by_rms(), optax.scale(-rate)", ("RMSprop", 1e-2)),
        (
            "optax.scale_by_adam(), optax.add_decayed_weights(0.1), "
            "optax.scale_by_learning_rate(rate)",
            ("AdamW", 1e-2),
        ),
        (
            "optax.scale_by_adam(), "
            "optax.scale_by_schedule(optax.cosine_decay_schedule(-rate, 1000))",
            ("Adam", 1e-2),
        ),
    ],
)
def test_an_optimizer_that_is_chained_of_parts(
    tmp_path: Path, parts: str, expected: tuple[str, float]
) -> None:
    source = f"""
        import jax
        import optax
        rate = 1e-2
        tx = optax.chain({parts})
        state = tx.init(params)
        for step in range(500):
            grads = jax.grad(loss)(params, next(batches))
            updates, state = tx.update(grads, state)
            params = optax.apply_updates(params, updates)
        """
    reading = read(tmp_path, source)
    found = settings(reading)
    assert (found["optimizer"], found["learning_rate"]) == expected
    rate = main_stage(reading).learning_rate
    assert rate is not None and rate.evidence.line == (5 if expected[1] == 3e-4 else 4)


def test_the_batch_of_indices_drawn_for_several_rounds(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import numpy as np
        ROUNDS, BATCH_SIZE = 20, 2048
        net = Net()
        opt = optim.Adam(net.parameters(), lr=1e-3)
        for update in range(1000):
            indices = np.random.randint(0, len(x), (ROUNDS, BATCH_SIZE))
            for i in range(ROUNDS):
                nn.functional.cross_entropy(net(x[indices[i]]), y[indices[i]]).backward()
                opt.step()
        """
    )
    assert settings(read(tmp_path, source))["batch_size"] == 2048


def test_a_configuration_is_read_beyond_the_bound_on_imports(tmp_path: Path) -> None:
    names = [f"part{number}" for number in range(60)]
    for name in names:
        (tmp_path / f"{name}.py").write_text("X = 1\n", encoding="utf-8")
    (tmp_path / "settings.py").write_text(
        "import ml_collections\n"
        "def get_config():\n"
        "    config = ml_collections.ConfigDict()\n"
        "    config.rate = 3e-4\n"
        "    return config\n",
        encoding="utf-8",
    )
    source = (
        "".join(f"import {name}\n" for name in names)
        + "from absl import app, flags\nfrom ml_collections import config_flags\n"
        + "FLAGS = flags.FLAGS\nconfig_flags.DEFINE_config_file('config', 'settings.py')\n"
        + TORCH
        + loop(rate="FLAGS.config.rate")
    )
    assert settings(read(tmp_path, source))["learning_rate"] == 3e-4


def test_a_generator_of_a_known_number_of_batches(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        def batches():
            for _ in range(20):
                yield torch.rand(32, 784), torch.zeros(32).long()

        net = Net()
        opt = optim.Adam(net.parameters(), lr=1e-3)
        for x, y in batches():
            nn.functional.cross_entropy(net(x), y).backward()
            opt.step()
        """
    )
    assert settings(read(tmp_path, source))["steps"] == 20
