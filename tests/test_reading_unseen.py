"""Ways in which scripts of many authors state their data, their training and their network.

Each case is a small script of its own; the forms come from public repositories.
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from modelsearch.records.artefacts import ScriptReading
from modelsearch.static.reading import read_script

FIT = """
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
"""


def read(folder: Path, files: dict[str, str], script: str = "run.py") -> ScriptReading:
    """Write files and read one of them."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return read_script(folder, script)


def names(folder: Path, source: str, **files: str) -> list[str]:
    """The data of a script that trains a network."""
    others = {f"{name}.py": text for name, text in files.items()}
    reading = read(folder, {"run.py": dedent(source) + FIT, **others})
    assert reading.is_model
    return [fact.name for fact in reading.datasets]


def families(reading: ScriptReading) -> set[str]:
    return {str(fact.value) for fact in reading.families}


def main(reading: ScriptReading, field: str) -> object:
    stage = next(stage for stage in reading.stages if stage.main)
    fact = getattr(stage, field)
    return fact.value if fact else None


# ---- data that a setting names -------------------------------------------------------------------

OPTION = """
import argparse
from elsewhere import make
parser = argparse.ArgumentParser({description})
parser.add_argument("{name}", default="{value}")
args = parser.parse_args()
data = make(args)
"""


def test_a_configuration_and_a_parameter_name_the_data(tmp_path: Path) -> None:
    source = """
    import yaml
    from elsewhere import make
    cfg = yaml.safe_load(open("run.yaml"))
    data = make(cfg["data"]["name"])
    """
    text = "data:\n  name: celeba\n"
    (tmp_path / "run.yaml").write_text(text, encoding="utf-8")
    assert names(tmp_path, source) == ["CelebA"]
    parameter = """
    from elsewhere import make
    def main(dataset_name="flickr30k"):
        return make(dataset_name)
    main()
    """
    assert names(tmp_path, parameter) == ["Flickr30k"]


def test_a_description_names_the_data_where_nothing_else_does(tmp_path: Path) -> None:
    text = 'description="PyTorch PennTreeBank language model"'
    source = OPTION.format(description=text, name="--file", value="corpus")
    assert names(tmp_path, source) == ["Penn Treebank"]
    pretrained = 'description="Fine-tune an ImageNet network"'
    source = OPTION.format(description=pretrained, name="--file", value="corpus")
    assert names(tmp_path, source) == []


# ---- data by paths and numbers -------------------------------------------------------------------


# ---- what trains ---------------------------------------------------------------------------------

TORCH = """
import torch
from torch import nn, optim
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 8)
        self.two = nn.Linear(8, 1)
    def forward(self, x): return self.two(self.one(x))
net = Net()
optimizer = optim.Adam({parameters}, lr=0.01)
for epoch in range(5):
    optimizer.zero_grad()
    net(x).sum().backward()
    optimizer.step()
"""


def test_a_script_called_test_that_trains_is_a_model(tmp_path: Path) -> None:
    source = TORCH.format(parameters="net.parameters()")
    assert read(tmp_path, {"copy_test.py": source}, "copy_test.py").is_model
    checks = source + "\ndef test_net():\n    assert net\n"
    reading = read(tmp_path, {"net_test.py": checks}, "net_test.py")
    assert (reading.is_model, reading.reason) == (False, "a test")
    assert read(tmp_path, {"test_copy.py": source}, "test_copy.py").is_model
    smoke = "smoke_tests/smoke_test_net.py"
    assert not read(tmp_path, {smoke: source}, smoke).is_model


def test_a_learner_in_half_precision(tmp_path: Path) -> None:
    source = """
    from fastai.vision.all import *
    dls = ImageDataLoaders.from_folder(path, bs=16)
    learn = vision_learner(dls, resnet18, metrics=error_rate).to_fp16()
    learn.fine_tune(3, 0.01)
    """
    reading = read(tmp_path, {"run.py": source})
    assert (main(reading, "epochs"), main(reading, "learning_rate")) == (3, 0.01)
    assert "ResNet" in families(reading)
    named = source.replace("resnet18", "'resnet26d'")
    reading = read(tmp_path, {"run.py": named})
    assert reading.architecture is not None and reading.architecture.value == "resnet26d"
    assert "ResNet" in families(reading)


# ---- devices and networks ------------------------------------------------------------------------


def test_notebooks_name_what_they_load_by_numbers(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": text}
        for text in ("from ucimlrepo import fetch_ucirepo\nwine = fetch_ucirepo(id=109)", FIT)
    ]
    book = {"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    (tmp_path / "book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    found = read_script(tmp_path, "book.ipynb").datasets
    assert [(fact.name, fact.evidence.key) for fact in found] == [("Wine", "cell 1, line 2")]


def test_a_device_variable_that_is_the_cpu_by_default(tmp_path: Path) -> None:
    source = TORCH.format(parameters="net.parameters()").replace(
        "net = Net()\n", "gpu = None\ndevice = 'cuda' if gpu else 'cpu'\nnet = Net().to(device)\n"
    )
    found = [fact.value for fact in read(tmp_path, {"run.py": source}).hardware]
    assert found == ["CPU"]
    back = TORCH.format(parameters="net.parameters()") + "print(net(x).to('cpu'))\n"
    assert read(tmp_path, {"run.py": back}).hardware == []


def test_a_class_of_graph_code_that_another_script_makes_is_its_helper(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "import tensorflow as tf\n"
        "class DCGAN(object):\n"
        "    def __init__(self, rate):\n"
        "        self.x = tf.placeholder(tf.float32, [None, 4])\n"
        "        self.loss = tf.reduce_mean(tf.layers.dense(self.x, 2))\n"
        "    def train(self, config):\n"
        "        step = tf.train.AdamOptimizer(0.1).minimize(self.loss)\n"
        "        for epoch in range(config.epoch):\n"
        "            self.sess.run(step)\n",
        encoding="utf-8",
    )
    (tmp_path / "main.py").write_text(
        "import tensorflow as tf\n"
        "from model import DCGAN\n"
        "flags = tf.app.flags\n"
        "flags.DEFINE_integer('epoch', 25, '')\n"
        "def main(_):\n"
        "    DCGAN(0.1).train(flags.FLAGS)\n"
        "if __name__ == '__main__':\n"
        "    tf.app.run()\n",
        encoding="utf-8",
    )
    assert not read_script(tmp_path, "model.py").is_model
    assert read_script(tmp_path, "main.py").is_model


def test_a_folder_that_says_more_leaves_the_task_open(tmp_path: Path) -> None:
    code = """
import torch
from torch import nn

net = nn.Sequential(nn.Linear(48, 64), nn.ReLU(), nn.Linear(64, 12))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x, y in torch.load("rows.pt"):
    opt.zero_grad()
    nn.functional.mse_loss(net(x), y).backward()
    opt.step()
"""
    tasks = {}
    for folder in ("time_series", "houses"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "fusion.py").write_text(code, encoding="utf-8")
        task = read_script(tmp_path, f"{folder}/fusion.py").task
        tasks[folder] = task.value if task is not None else None
    assert tasks == {"time_series": None, "houses": "regression"}
