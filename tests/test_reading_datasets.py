"""Which data a script trains on, by the ways that real scripts and notebooks state it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from modelsearch.static.reading import read_script

FIT = """
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
"""


def datasets(folder: Path, source: str, name: str = "train.py") -> list[str]:
    """Write a script that trains a network, read it, and return the names of its data."""
    (folder / name).write_text(dedent(source) + FIT, encoding="utf-8")
    reading = read_script(folder, name)
    assert reading.is_model
    return [fact.name for fact in reading.datasets]


def notebook(folder: Path, *cells: str) -> list[tuple[str, str | None]]:
    """Write a notebook of code cells and return the names of its data and where they stand."""
    made = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": dedent(cell)}
        for cell in (*cells, FIT)
    ]
    book = {"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    (folder / "book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    found = read_script(folder, "book.ipynb").datasets
    return [(fact.name, fact.evidence.key) for fact in found]


def test_shell_lines_of_a_notebook_name_the_data(tmp_path: Path) -> None:
    address = "http://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz"
    found = notebook(tmp_path, "import os", f"# get it\n!wget {address}\n!tar -xf images.tar.gz")
    assert found == [("Oxford-IIIT Pet", "cell 2, line 2")]
    assert notebook(tmp_path, "!kaggle competitions download -c dogs-vs-cats") == [
        ("Dogs vs. Cats", "cell 1, line 1")
    ]
    assert notebook(tmp_path, "!pip install mnist", "!mkdir -p results/celeba") == []


def test_a_docstring_may_link_the_data(tmp_path: Path) -> None:
    source = '''
    """
    # Progressive GAN

    {LONG}

    We trained this on [CelebA-HQ dataset](https://example.org/celeba-hq).
    """
    '''
    assert datasets(tmp_path, source.replace("{LONG}", "")) == ["CelebA-HQ"]
    long = "It follows the paper. " * 40
    assert datasets(tmp_path, source.replace("{LONG}", long)) == ["CelebA-HQ"]
    before = f"{long} The encoder was pre-trained on ImageNet."
    assert datasets(tmp_path, source.replace("{LONG}", before)) == ["CelebA-HQ"]


def test_what_weights_were_trained_on_before_is_no_data(tmp_path: Path) -> None:
    text = "Transfer learning with networks trained on [ImageNet](http://www.image-net.org/)."
    assert datasets(tmp_path, f'"""{text}"""') == []
    assert datasets(tmp_path, '"""Trains a network on the ImageNet dataset."""') == ["ImageNet"]


def test_a_placeholder_is_no_name(tmp_path: Path) -> None:
    for name in ("dataset", "path/to/my/dataset", "username/my_dataset", "<your data>"):
        source = f"from datasets import load_dataset\ndata = load_dataset({name!r})"
        assert datasets(tmp_path, source) == [], name
    source = "from datasets import load_dataset\ndata = load_dataset('someone/birds-dataset')"
    assert datasets(tmp_path, source) == ["someone/birds-dataset"]


def test_a_file_format_is_no_second_data_set(tmp_path: Path) -> None:
    source = """
    from datasets import load_dataset
    from torchvision.datasets import CocoDetection
    data = load_dataset("rishitdagli/cppe-5")
    shown = CocoDetection("written", "annotations.json")
    """
    assert datasets(tmp_path, source) == ["rishitdagli/cppe-5"]
    alone = "from torchvision.datasets import CocoDetection\ndata = CocoDetection('a', 'b.json')"
    assert datasets(tmp_path, alone) == ["COCO"]


def test_training_written_out_in_numpy_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "rbm.py").write_text(
        "import numpy as np\n"
        "from tensorflow.examples.tutorials.mnist import input_data\n"
        "mnist = input_data.read_data_sets('MNIST_data')\n"
        "W = np.random.randn(784, 36)\n"
        "alpha = 0.1\n"
        "for t in range(1000):\n"
        "    v = mnist.train.next_batch(16)[0]\n"
        "    grad_w = v.T @ (v @ W)\n"
        "    W += alpha / 16 * grad_w\n"
    )
    (tmp_path / "sums.py").write_text(
        "import numpy as np\ntotal = 0\nfor x in np.arange(3):\n    total += x * 2\n"
    )
    reading = read_script(tmp_path, "rbm.py")
    assert reading.is_model and reading.framework is not None
    assert reading.framework.value == "NumPy"
    assert [fact.name for fact in reading.datasets] == ["MNIST"]
    assert not read_script(tmp_path, "sums.py").is_model
