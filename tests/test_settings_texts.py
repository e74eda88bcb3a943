"""Settings that somebody wrote down in a text beside what a training left."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelsearch.sources.runs.registry import recognise
from tests.test_runs import SCRIPT, Lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


OPTIONS = """----------------- Options ---------------
               batch_size: 10                            \t[default: 1]
                    beta1: 0.5
                       lr: 0.0002
                 netG: unet_256                      \t[default: resnet]
----------------- End -------------------
"""
NOTES = """normalized observations

n_steps=2048,
        batch_size=64,
        gamma=0.99,
        policy_kwargs=policy_kwargs,

Training took 112564.45 seconds
or
1876.07 minutes
"""


def test_the_options_that_a_script_wrote_down(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("checkpoints/maps/train_opt.txt", OPTIONS)
    lab.index()
    assert lab.rows("SELECT path, batch_size, learning_rate FROM run") == [
        ("checkpoints/maps", 10, 0.0002)
    ]
    assert lab.rows("SELECT name, number, text FROM run_setting ORDER BY name") == [
        ("batch_size", 10, None),
        ("beta1", 0.5, None),
        ("lr", 0.0002, None),
        ("netG", None, "unet_256"),
    ]


def test_what_a_person_noted_of_a_run(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("data/final/info.txt", NOTES)
    lab.index()
    assert lab.rows("SELECT path, batch_size, duration_s FROM run") == [
        ("data/final", 64, 112564.45)
    ]
    where = lab.rows("SELECT path, line FROM run_evidence WHERE field = 'batch_size'")
    assert where == [("./info.txt", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "name: desk\nwidth: 3\nheight: 4\nlegs: 4\n",
        "learning rate was 0.1\nand the batch size 4\n",
        "lr: 0.1\n\nbatch_size: 3\n\nepochs: 4\n",
    ],
    ids=["settings of something else", "prose", "lines that do not stand together"],
)
def test_other_texts_of_such_names_are_no_run(lab: Lab, text: str) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("out/config.txt", text)
    lab.index()
    assert lab.rows("SELECT path FROM run") == []


@pytest.mark.parametrize("name", ["test_opt.txt", "requirements.txt", "information.txt", "opt.yml"])
def test_names_that_say_something_else(name: str) -> None:
    found = recognise(f"checkpoints/maps/{name}")
    assert found is None or found[0] != "settings text"


def test_what_an_epoch_took_is_not_how_long_a_training_took(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    rows = "".join(f"Epoch {n}, loss: 0.{n}\n" for n in range(1, 4))
    lab.write("logs/one.log", rows + "epoch training took 12 s\n")
    lab.write("logs/two.log", rows.replace("0.", "1.") + "Training took 1h 2m 3s\n")
    lab.index()
    assert lab.rows("SELECT path, duration_s FROM run ORDER BY path") == [
        ("logs/one.log", None),
        ("logs/two.log", 3723.0),
    ]
