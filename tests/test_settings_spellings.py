"""Settings reach training through objects of every kind: one training loop, many ways to its
numbers. What is known is read with the file that says it; what may be anything is not guessed.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from modelsearch.records.artefacts import ScriptReading, TrainingStage
from modelsearch.static.reading import read_script

HEAD = """\
import torch, torch.nn as nn, yaml, os
from pathlib import Path
from torch.utils.data import DataLoader
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 2)
    def forward(self, x):
        return self.fc(x)
"""
LOOP = """\
model = Net()
loader = DataLoader(torch.load("data.pt"), batch_size={size}, shuffle=True)
optimizer = torch.optim.AdamW(model.parameters(), lr={rate})
for epoch in range({epochs}):
    for x, y in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
"""
#: How the loop names the three settings, by the kind of object.
ATTRIBUTES = LOOP.format(rate="cfg.lr", size="cfg.size", epochs="cfg.epochs")
ITEMS = LOOP.format(rate="cfg['lr']", size="cfg['size']", epochs="cfg['epochs']")
NESTED = LOOP.format(rate="cfg.train.lr", size="cfg.train.size", epochs="cfg.train.epochs")
CAPITALS = LOOP.format(rate="cfg.LR", size="cfg.SIZE", epochs="cfg.EPOCHS")
FLAT = {"config.yaml": "lr: 0.0123\nsize: 37\nepochs: 23\n"}
DEEP = {"config.yaml": "train:\n  lr: 0.0123\n  size: 37\n  epochs: 23\n"}
MODULE = {"settings.py": "LR = 0.0123\nSIZE = 37\nEPOCHS = 23\n"}
HYDRA = {
    "conf/config.yaml": "defaults:\n  - train: base\n",
    "conf/train/base.yaml": "lr: 0.5\nsize: 37\nepochs: 23\n",
}
GIN = {"base.gin": "rate = 0.0123\n", "run.gin": "include 'base.gin'\nmain.lr = %rate\n"}
GIN["run.gin"] += "main.size = 37  # of one card\nscope/main.epochs = 23\n"
LOADED = 'yaml.safe_load(open("config.yaml"))'
RECORD = "@dataclass\nclass C:\n    lr: float = 1.0\n    size: int = 1\n    epochs: int = 1\n"
RECORD = f"from dataclasses import dataclass\n{RECORD}"
GIVEN = RECORD.replace("= 1.0", "= 0.0123").replace("size: int = 1", "size: int = 37")
GIVEN = GIVEN.replace("epochs: int = 1", "epochs: int = 23")
MAIN = "def main(lr=1.0, size=1, epochs=1):\n" + indent(
    LOOP.format(rate="lr", size="size", epochs="epochs"), "    "
)

READ: dict[str, tuple[str, dict[str, str]]] = {
    "the working folder": (
        f'cfg = yaml.safe_load(open(Path.cwd() / "config.yaml"))\n{ITEMS}',
        FLAT,
    ),
    "the folder by os": (
        f'cfg = yaml.safe_load(open(os.path.join(os.getcwd(), "config.yaml")))\n{ITEMS}',
        FLAT,
    ),
    "an empty path": (
        f'HERE = Path().resolve()\ncfg = yaml.safe_load(open(f"{{HERE}}/config.yaml"))\n{ITEMS}',
        FLAT,
    ),
    "ruamel": (
        "from ruamel.yaml import YAML\n"
        f'with open("config.yaml") as file:\n    cfg = YAML(typ="safe").load(file)\n{ITEMS}',
        FLAT,
    ),
    "box": (f"from box import Box\ncfg = Box({LOADED})\n{NESTED}", DEEP),
    "box of a file": (
        f'from box import Box\ncfg = Box.from_yaml(filename="config.yaml")\n{NESTED}',
        DEEP,
    ),
    "munch": (f"from munch import munchify\ncfg = munchify({LOADED})\n{NESTED}", DEEP),
    "addict": (f"from addict import Dict\ncfg = Dict({LOADED})\n{NESTED}", DEEP),
    "own attributes": (
        "class Config:\n    def __init__(self, path):\n"
        "        self._all = yaml.safe_load(open(path))\n"
        "    def __getattr__(self, name):\n        return self._all[name]\n"
        f'cfg = Config("config.yaml")\n{ATTRIBUTES}',
        FLAT,
    ),
    "own items": (
        "class Config:\n    def __init__(self, path):\n"
        "        self.all = yaml.safe_load(open(path))\n"
        "    def __getitem__(self, name):\n        return self.all[name]\n"
        f'cfg = Config("config.yaml")\n{ITEMS}',
        FLAT,
    ),
    "a dictionary with attributes": (
        "class Config(dict):\n    def __init__(self, *given, **named):\n"
        "        super().__init__(*given, **named)\n        self.__dict__ = self\n"
        f"cfg = Config({LOADED})\n{ATTRIBUTES}",
        FLAT,
    ),
    "dacite": (f"{RECORD}import dacite\ncfg = dacite.from_dict(C, {LOADED})\n{ATTRIBUTES}", FLAT),
    "marshmallow": (
        f"{RECORD}from marshmallow_dataclass import class_schema\n"
        f"cfg = class_schema(C)().load({LOADED})\n{ATTRIBUTES}",
        FLAT,
    ),
    "pydantic": (
        "from pydantic import BaseModel\nclass T(BaseModel):\n    lr: float\n    size: int\n"
        "    epochs: int\nclass C(BaseModel):\n    train: T\n"
        f"cfg = C.model_validate({LOADED})\n{NESTED}",
        DEEP,
    ),
    "cattrs": (f"{RECORD}import cattrs\ncfg = cattrs.structure({LOADED}, C)\n{ATTRIBUTES}", FLAT),
    "a selected entry": (
        'from omegaconf import OmegaConf\ncfg = OmegaConf.load("config.yaml")\n'
        "size = cfg.train.size\nepochs = cfg.train['epochs']\n"
        + LOOP.format(rate='OmegaConf.select(cfg, "train.lr")', size="size", epochs="epochs"),
        DEEP,
    ),
    "composed": (
        "from hydra import compose, initialize\n"
        'with initialize(config_path="conf", version_base=None):\n'
        f'    cfg = compose(config_name="config", overrides=["train.lr=0.0123"])\n{NESTED}',
        HYDRA,
    ),
    "names of a module": (
        "import settings\nclass Settings:\n    def __init__(self, module):\n"
        "        for name in dir(module):\n            if name.isupper():\n"
        "                setattr(self, name, getattr(module, name))\n"
        f"cfg = Settings(settings)\n{CAPITALS}",
        MODULE,
    ),
    "a module as a dictionary": (
        "import settings\ncfg = {k.lower(): v for k, v in vars(settings).items()}\n" + ITEMS,
        MODULE,
    ),
    "chained mappings": (
        f"from collections import ChainMap\ncfg = ChainMap({LOADED}, {{'lr': 1.0}})\n{ITEMS}",
        FLAT,
    ),
    "a class of options": (
        f"{GIVEN}from simple_parsing import ArgumentParser\nparser = ArgumentParser()\n"
        f'parser.add_arguments(C, dest="run")\ncfg = parser.parse_args().run\n{ATTRIBUTES}',
        {},
    ),
    "a wrapped function": (
        f"{GIVEN}import draccus\n@draccus.wrap()\ndef main(cfg: C):\n{indent(ATTRIBUTES, '    ')}\n"
        'if __name__ == "__main__":\n    main()\n',
        {},
    ),
    "gin": (
        f'import gin\n{MAIN}\nif __name__ == "__main__":\n    gin.parse_config_file("run.gin")\n'
        "    main()\n",
        GIN,
    ),
}


def main_stage(reading: ScriptReading) -> TrainingStage:
    return next(stage for stage in reading.stages if stage.main)


def read(folder: Path, script: str, files: dict[str, str]) -> TrainingStage:
    for name, content in {"train.py": HEAD + script, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return main_stage(read_script(folder, "train.py"))


@pytest.mark.parametrize("spelling", READ)
def test_settings_reach_training(tmp_path: Path, spelling: str) -> None:
    stage = read(tmp_path, *READ[spelling])
    found = {"lr": stage.learning_rate, "size": stage.batch_size, "epochs": stage.epochs}
    values = {name: fact.value if fact else None for name, fact in found.items()}
    assert values == {"lr": 0.0123, "size": 37, "epochs": 23}
    files = READ[spelling][1]
    for name, fact in found.items():
        assert fact is not None
        stated = files.get(fact.evidence.path, HEAD + READ[spelling][0]).splitlines()
        assert str(values[name]) in stated[(fact.evidence.line or 1) - 1]


DECOYS = {
    "a name that only asks": (
        "class Config:\n    def __getattr__(self, name):\n        return os.environ[name]\n"
        f"cfg = Config()\n{ATTRIBUTES}"
    ),
    "a dictionary that others fill": (
        "class Config(dict):\n    def __init__(self, path):\n"
        f"        super().__init__(torch.load(path))\ncfg = Config('x.pt')\n{ITEMS}"
    ),
    "a schema of nothing known": (
        f"{RECORD}import dacite\ncfg = dacite.from_dict(C, torch.load('x.pt'))\n{ATTRIBUTES}"
    ),
}


@pytest.mark.parametrize("decoy", DECOYS)
def test_what_may_be_anything_is_not_guessed(tmp_path: Path, decoy: str) -> None:
    stage = read(tmp_path, DECOYS[decoy], FLAT)
    assert (stage.learning_rate, stage.batch_size, stage.epochs) == (None, None, None)
