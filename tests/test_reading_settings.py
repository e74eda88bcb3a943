"""Settings of training scripts: values that arrive by the ways that real scripts use."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from modelsearch.records import Fact, ScriptReading, TrainingStage
from modelsearch.static.reading import read_script

TORCH = """
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)
    def forward(self, x):
        return self.fc(x)
"""


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
