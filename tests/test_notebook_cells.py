"""No cell of a notebook, and no exported one, is lost to a magic or a line of the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelsearch.records.artefacts import ScriptReading
from modelsearch.records.errors import ReadingError
from modelsearch.static.reading import read_script

MODEL = """import numpy as np
from tensorflow import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(2e-3), loss="mse")
x, y = np.load("x.npy"), np.load("y.npy")
"""
FIT = "model.fit(x, y, epochs=6, batch_size=40)\n"


def notebook(folder: Path, *cells: str) -> ScriptReading:
    book = {
        "cells": [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells],
        "metadata": {},
        "nbformat": 4,
    }
    (folder / "book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return read_script(folder, "book.ipynb")


def whole(reading: ScriptReading) -> bool:
    (stage,) = reading.stages
    facts = (stage.epochs, stage.batch_size, stage.learning_rate)
    return [fact.value for fact in facts if fact] == [6, 40, 2e-3]


@pytest.mark.parametrize(
    "cell",
    [
        "%time history = " + FIT,
        "%time history = model.fit(\n    x, y,\n    epochs=6, batch_size=40)\n",
        "%prun -l 10 " + FIT,
        "x.shape??\n" + FIT,
        "model.fit?\n" + FIT,
        "?model\n" + FIT,
        "!pip install -q \\\n   torch\n" + FIT,
        "%pip install -q \\\n   torch \\\n   numpy\n" + FIT,
        "files = !ls\n" + FIT,
        "%%wandb\n" + FIT,
        "%%capture out\n%%time\n" + FIT,
        "print('loss %s'\n      % model.name)\n" + FIT,
        "print('''\n!important\n''')\n" + FIT,
    ],
)
def test_the_cell_is_kept(tmp_path: Path, cell: str) -> None:
    assert whole(notebook(tmp_path, MODEL, cell))
    assert whole(notebook(tmp_path, *_joined(MODEL, cell)))


def _joined(model: str, cell: str) -> list[str]:
    """One cell of both, unless the cell begins with a magic that must stand first."""
    return [model, cell] if cell.startswith("%%") else [model + cell]


def test_a_script_that_a_cell_writes_is_read(tmp_path: Path) -> None:
    reading = notebook(tmp_path, "%%writefile train.py\n" + MODEL + FIT, "!python train.py")
    assert whole(reading)
    assert reading.stages[0].epochs
    assert reading.stages[0].epochs.evidence.key == "cell 1, line 7"


def test_a_detector_that_is_trained_from_the_shell(tmp_path: Path) -> None:
    command = "!yolo task=detect mode=train model=yolov8s.pt data=data.yaml \\\n  epochs=25 batch=8"
    reading = notebook(tmp_path, "!pip install ultralytics", command)
    (stage,) = reading.stages
    assert [fact.value for fact in (stage.epochs, stage.batch_size) if fact] == [25, 8]
    assert "YOLO" in [fact.value for fact in reading.families]
    assert not notebook(tmp_path, "import ultralytics", "!yolo predict model=a.pt").is_model


def test_what_a_cell_writes_is_known_where_it_is_imported(tmp_path: Path) -> None:
    written = f"%%writefile train.py\n{MODEL}def start():\n    {FIT}"
    assert whole(notebook(tmp_path, written, "from train import start\nstart()"))


@pytest.mark.parametrize("magic", ["bash", "html", "writefile notes.txt", "R"])
def test_other_languages_are_left_out(tmp_path: Path, magic: str) -> None:
    reading = notebook(tmp_path, MODEL + FIT, f"%%{magic}\nepochs = 99\nmodel.fit(x, epochs=99)")
    assert whole(reading)


def test_cells_that_cannot_be_read_are_not_called_empty(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"no cell is Python that can be read \(2 left out\)"):
        notebook(tmp_path, "for x in:\n", "def f(:\n")


@pytest.mark.parametrize(
    "line",
    [
        f"get_ipython().run_cell_magic('time', '', {FIT!r})",
        f"get_ipython().run_line_magic('time', 'history = {FIT.strip()}')",
        "get_ipython().system('pip install torch')\n" + FIT,
        "!pip install -q torch\n" + FIT,
        "%cd /content\n%matplotlib inline\n" + FIT,
    ],
)
def test_exported_notebooks(tmp_path: Path, line: str) -> None:
    (tmp_path / "train.py").write_text(MODEL + line + "\n", encoding="utf-8")
    assert whole(read_script(tmp_path, "train.py"))


def test_marimo(tmp_path: Path) -> None:
    cell = "".join(f"    {line}\n" for line in MODEL.splitlines())
    text = f"""import marimo
app = marimo.App()

@app.cell
def _():
{cell}    return keras, model, x, y

@app.cell
def _(model, x, y):
    {FIT}    return

if __name__ == "__main__":
    app.run()
"""
    (tmp_path / "train.py").write_text(text, encoding="utf-8")
    assert whole(read_script(tmp_path, "train.py"))


TORCH = """import torch
from torch import nn
net = nn.Linear(4, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in xrange(5):
    try:
        loss = net(torch.rand(3, 4)).mean()
    except ValueError, e:
        print "failed", e
        print >>log, e
        raise RuntimeError, "no"
    opt.zero_grad(); loss.backward(); opt.step()
"""


def test_python_2(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TORCH, encoding="utf-8")
    (stage,) = read_script(tmp_path, "train.py").stages
    assert stage.epochs
    assert (stage.epochs.value, stage.epochs.evidence.line) == (5, 5)


def test_python_2_lets_tabs_stand_for_eight_columns(tmp_path: Path) -> None:
    """An indentation of a tab goes on where one of eight blanks began."""
    text = TORCH.replace("for ", "if True:\n        a = 1\n\tb = 2\nfor ", 1)
    (tmp_path / "train.py").write_text(text, encoding="utf-8")
    (stage,) = read_script(tmp_path, "train.py").stages
    assert stage.epochs
    assert (stage.epochs.value, stage.epochs.evidence.line) == (5, 8)


@pytest.mark.parametrize(
    ("text", "says"),
    [("print 'x'\nfor x in:\n", "Python 2"), ("for x in:\n", "newer syntax needs a newer Python")],
)
def test_what_cannot_be_parsed_says_which_version(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "train.py").write_text(text, encoding="utf-8")
    with pytest.raises(ReadingError, match=says):
        read_script(tmp_path, "train.py")
