"""Evidence of names: the line that a stated name points at shows that name."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from modelsearch.records.artefacts import Evidence, Fact, ScriptReading, TrainingStage
from modelsearch.static.reading import read_script
from tests.torch_source import TORCH

LOOP = """
loader = DataLoader(datasets.MNIST("."), batch_size=32)
for epoch in range(3):
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
"""


def read(folder: Path, source: str, name: str = "train.py") -> ScriptReading:
    (folder / name).write_text(dedent(source), encoding="utf-8")
    return read_script(folder, name)


def main_stage(reading: ScriptReading) -> TrainingStage:
    return next(stage for stage in reading.stages if stage.main)


def line_of(folder: Path, evidence: Evidence) -> str:
    assert evidence.line is not None
    return (folder / evidence.path).read_text(encoding="utf-8").split("\n")[evidence.line - 1]


def shown(folder: Path, fact: Fact | None) -> str:
    """The line that a fact points at."""
    assert fact is not None
    return line_of(folder, fact.evidence)


def test_a_class_that_goes_by_another_name_is_shown_where_it_is_defined(tmp_path: Path) -> None:
    source = (
        TORCH + "\nModel = Net\nnet = Model()\nopt = optim.Adam(net.parameters(), lr=1e-3)\n" + LOOP
    )
    stage = main_stage(read(tmp_path, source))
    assert stage.model_class is not None and stage.model_class.value == "Net"
    assert shown(tmp_path, stage.model_class) == "class Net(nn.Module):"


def test_a_class_that_makes_itself_is_shown_where_it_is_defined(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
            @classmethod
            def create(cls):
                return cls()
        net = Net.create()
        opt = optim.Adam(net.parameters(), lr=1e-3)
        """
    )
    source = source.replace("\n    @classmethod", "    @classmethod")
    stage = main_stage(read(tmp_path, source + LOOP))
    assert stage.model_class is not None and stage.model_class.value == "Net"
    assert shown(tmp_path, stage.model_class) == "class Net(nn.Module):"


def test_an_optimizer_chosen_by_name_is_shown_where_the_name_stands(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        NAME = "RMSprop"
        net = Net()
        opt = getattr(optim, NAME)(net.parameters(), lr=1e-3)
        """
    )
    stage = main_stage(read(tmp_path, source + LOOP))
    assert stage.optimizer is not None and stage.optimizer.value == "RMSprop"
    assert shown(tmp_path, stage.optimizer) == 'NAME = "RMSprop"'


def test_an_algorithm_that_goes_by_another_name_is_shown_where_it_comes_from(
    tmp_path: Path,
) -> None:
    source = """
        from stable_baselines3 import A2C

        ALGO = A2C
        model = ALGO(
            "MlpPolicy", "CartPole-v1")
        model.learn(total_timesteps=20_000)
        """
    stage = main_stage(read(tmp_path, source))
    assert stage.model_class is not None and stage.model_class.value == "A2C"
    assert "A2C" in shown(tmp_path, stage.model_class)


def test_a_solver_is_shown_where_it_is_chosen(tmp_path: Path) -> None:
    source = """
        from sklearn.neural_network import MLPClassifier

        model = MLPClassifier(hidden_layer_sizes=(20,),
                              solver="lbfgs")
        model.fit(x, y)
        """
    stage = main_stage(read(tmp_path, source))
    assert stage.optimizer is not None and stage.optimizer.value == "LBFGS"
    assert "lbfgs" in shown(tmp_path, stage.optimizer)


def test_an_environment_named_in_parts_is_shown_by_the_part_that_names_it(tmp_path: Path) -> None:
    source = """
        import gymnasium as gym
        from stable_baselines3 import PPO

        GAME = "Breakout"
        env = gym.make(f"{GAME}NoFrameskip-v4")
        PPO("CnnPolicy", env).learn(total_timesteps=20_000)
        """
    reading = read(tmp_path, source)
    assert [data.name for data in reading.datasets] == ["Breakout"]
    assert line_of(tmp_path, reading.datasets[0].evidence) == 'GAME = "Breakout"'


def test_data_from_an_address_in_parts_is_shown_by_the_part_that_names_it(tmp_path: Path) -> None:
    source = (
        TORCH
        + dedent(
            """
            from urllib.request import urlretrieve

            BASE = "http://files.example.org/fashion-mnist/"
            urlretrieve(f"{BASE}{'images.gz'}", "images.gz")
            net = Net()
            opt = optim.Adam(net.parameters())
            """
        )
        + LOOP.replace('datasets.MNIST(".")', "files")
    )
    reading = read(tmp_path, source)
    assert [data.name for data in reading.datasets] == ["Fashion-MNIST"]
    assert line_of(tmp_path, reading.datasets[0].evidence).startswith("BASE = ")


def test_a_loader_without_a_telling_name_is_shown_by_its_import(tmp_path: Path) -> None:
    source = (
        TORCH
        + dedent(
            """
        from dm_control import suite
        env = suite.load("cheetah", "run")
        net = Net()
        opt = optim.Adam(net.parameters(), lr=1e-3)
        """
        )
        + LOOP.replace('datasets.MNIST(".")', "env")
    )
    reading = read(tmp_path, source)
    assert [data.name for data in reading.datasets] == ["MuJoCo"]
    assert line_of(tmp_path, reading.datasets[0].evidence) == "from dm_control import suite"


def test_a_class_out_of_a_table_is_shown_where_it_is_defined(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        TABLE = {"net": Net}
        net = TABLE["net"]()
        opt = optim.Adam(net.parameters(), lr=1e-3)
        """
    )
    stage = main_stage(read(tmp_path, source + LOOP))
    assert shown(tmp_path, stage.model_class) == "class Net(nn.Module):"


def test_an_optimizer_that_a_trainer_is_given_by_name(tmp_path: Path) -> None:
    source = """
        from mxnet import autograd, gluon

        def fit(net, batches, optimizer):
            trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.1})
            for epoch in range(3):
                for x, y in batches:
                    with autograd.record():
                        loss = gluon.loss.L2Loss()(net(x), y)
                    loss.backward()
                    trainer.step(32)

        net = gluon.nn.Dense(10)
        fit(net, gluon.data.DataLoader(data, batch_size=32), "adagrad")
        """
    stage = main_stage(read(tmp_path, source))
    assert "adagrad" in shown(tmp_path, stage.optimizer)


def test_a_game_that_a_modules_name_is_made_of(tmp_path: Path) -> None:
    source = TORCH + dedent(
        """
        import importlib
        GAME = "pong_v3"
        env = importlib.import_module(f"pettingzoo.atari.{GAME}").parallel_env()
        net = Net()
        opt = optim.Adam(net.parameters(), lr=1e-3)
        for step in range(100):
            nn.functional.mse_loss(net(env.reset()), target).backward()
            opt.step()
        """
    )
    (data,) = read(tmp_path, source).datasets
    assert data.name == "Pong"
    assert line_of(tmp_path, data.evidence) == 'GAME = "pong_v3"'


def test_a_key_of_several_tables_of_a_configuration_has_a_line_in_each(tmp_path: Path) -> None:
    for name, text in {
        "config.json": '{\n"arch": {"type": "Net", "lr": 1},\n"optimizer": {\n'
        '"type": "SGD",\n"lr": 0.05,\n"betas": [\n0.8,\n0.9\n]}}',
        "config.toml": '[arch]\ntype = "Net"\nlr = 1\n[optimizer]\ntype = "SGD"\nlr = 0.05\n',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        load = "json" if name.endswith("json") else "tomllib"
        source = (
            f"import {load}\n" + TORCH + f'\nconfig = {load}.load(open("{name}", "rb"))\n'
            "net = Net()\n"
            'opt = getattr(optim, config["optimizer"]["type"])(\n'
            '    net.parameters(), lr=config["optimizer"]["lr"])\n' + LOOP
        )
        stage = main_stage(read(tmp_path, source))
        assert '"SGD"' in shown(tmp_path, stage.optimizer)
        assert "0.05" in shown(tmp_path, stage.learning_rate)


def test_data_is_shown_where_its_class_was_chosen(tmp_path: Path) -> None:
    source = TORCH + (
        "\nchosen = datasets.CIFAR10\nnet = Net()\nopt = optim.Adam(net.parameters(), lr=1e-3)\n"
        + LOOP.replace("datasets.MNIST", "chosen")
    )
    (fact,) = read(tmp_path, source).datasets
    assert (fact.name, line_of(tmp_path, fact.evidence)) == (
        "CIFAR-10",
        "chosen = datasets.CIFAR10",
    )


def test_what_a_configuration_makes_in_part_is_shown_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "train.yaml").write_text(
        "optimizer:\n  _target_: torch.optim.RMSprop\n  _partial_: true\n  lr: 0.02\n"
    )
    source = (
        "import hydra\n"
        + TORCH
        + '\n@hydra.main(config_path="conf", config_name="train")\ndef main(cfg):\n'
        "    net = Net()\n"
        "    make = hydra.utils.instantiate(cfg.optimizer)\n"
        "    opt = make(net.parameters())\n"
        + "".join(f"    {line}\n" for line in LOOP.strip().split("\n"))
        + "\nmain()\n"
    )
    stage = main_stage(read(tmp_path, source))
    assert "RMSprop" in shown(tmp_path, stage.optimizer)
    assert "0.02" in shown(tmp_path, stage.learning_rate)
