"""Which data a script trains on, by the ways that real scripts and notebooks state it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

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


def test_files_count_beside_data_that_a_call_states(tmp_path: Path) -> None:
    source = """
    import os, keras, pandas as pd
    (x, y), _ = keras.datasets.imdb.load_data()
    frame = pd.read_csv(os.path.join("data", "jena_climate_2009_2016.csv"))
    """
    assert datasets(tmp_path, source) == ["IMDB", "Jena Climate"]


def test_the_folder_of_a_stated_data_set_is_no_second_one(tmp_path: Path) -> None:
    source = """
    import os
    from torchvision.datasets import FashionMNIST
    data = FashionMNIST("data/mnist")
    print(os.listdir("data/mnist"))
    """
    assert datasets(tmp_path, source) == ["Fashion-MNIST"]


def test_a_file_that_is_written_is_no_data(tmp_path: Path) -> None:
    assert datasets(tmp_path, 'log = open("mnist.txt", "w")') == []


def test_shell_lines_of_a_notebook_name_the_data(tmp_path: Path) -> None:
    address = "http://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz"
    found = notebook(tmp_path, "import os", f"# get it\n!wget {address}\n!tar -xf images.tar.gz")
    assert found == [("Oxford-IIIT Pet", "cell 2, line 2")]
    assert notebook(tmp_path, "!kaggle competitions download -c dogs-vs-cats") == [
        ("Dogs vs. Cats", "cell 1, line 1")
    ]
    assert notebook(tmp_path, "!pip install mnist", "!mkdir -p results/celeba") == []


def test_an_address_in_a_function_that_is_not_called_here(tmp_path: Path) -> None:
    source = """
    URL = "https://storage.example.org/data/cats_and_dogs_filtered.zip"
    def prepare(folder):
        download_and_extract_archive(url=URL, download_root=folder)
    """
    assert datasets(tmp_path, source) == ["Dogs vs. Cats"]


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


def test_the_module_of_a_data_set_is_looked_up_where_the_function_only_loads(
    tmp_path: Path,
) -> None:
    source = """
    import quickml.datasets.fashion_mnist as data
    x, y = data.load_data()
    """
    assert datasets(tmp_path, source) == ["Fashion-MNIST"]


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


def test_the_tasks_of_meta_learning_are_looked_up_by_name(tmp_path: Path) -> None:
    source = """
    import learn2learn as l2l
    tasks = l2l.vision.benchmarks.get_tasksets("mini-imagenet", train_samples=2)
    """
    assert datasets(tmp_path, source) == ["miniImageNet"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from sklearn.datasets import fetch_mldata; fetch_mldata('MNIST original')", "MNIST"),
        ("from surprise import Dataset; Dataset.load_builtin('ml-100k')", "MovieLens"),
        ("from spektral.datasets import Citation; Citation('cora')", "Cora"),
        ("from d2l import torch as d2l; d2l.load_data_fashion_mnist(256)", "Fashion-MNIST"),
        ("from torchrl.envs import GymEnv; GymEnv('Pendulum-v1')", "Pendulum"),
        ("import mxnet as mx; mx.io.MNISTIter(image='train-images')", "MNIST"),
        ("import pandas as pd; pd.read_csv('../input/digit-recognizer/train.csv')", "MNIST"),
        ("import scipy.io as sio; sio.loadmat('train_32x32.mat')", "SVHN"),
        ("import torch; torch.load('data/cora.pt')", "Cora"),
    ],
)
def test_loaders_of_further_libraries(tmp_path: Path, source: str, expected: str) -> None:
    assert datasets(tmp_path, source) == [expected]


def test_weights_that_are_restored_are_no_data(tmp_path: Path) -> None:
    assert datasets(tmp_path, "import torch; weights = torch.load('checkpoints/mnist.pt')") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from my_data import load_mnist\nx = load_mnist('x')", ["MNIST"]),
        ("def load_mnist_images():\n    return 3\nx = load_mnist_images()", ["MNIST"]),
        ("import loader\nx = loader.load_imdb_data()", ["IMDB"]),
        ("from zoo import load_imagenet_weights\nw = load_imagenet_weights()", []),
        ("from zoo import get_mnist_model\nm = get_mnist_model()", []),
        (
            "from torch.utils.data import Dataset\nclass CelebA(Dataset):\n"
            "    def __init__(self, root):\n        self.root = root\ndata = CelebA('x')",
            ["CelebA"],
        ),
        ("import os\nos.system('wget https://example.org/ml-100k.zip')", ["MovieLens"]),
        (
            "import subprocess\nsubprocess.run(['wget', 'https://example.org/ml-100k.zip'])",
            ["MovieLens"],
        ),
    ],
)
def test_names_of_loading_functions_and_commands(
    tmp_path: Path, source: str, expected: list[str]
) -> None:
    assert datasets(tmp_path, source) == expected


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


def test_names_of_classes_are_no_names_of_data(tmp_path: Path) -> None:
    source = (
        "from keras.preprocessing.image import ImageDataGenerator\n"
        "classes = ['Tulip', 'Iris', 'Daisy']\n"
        "data = ImageDataGenerator().flow_from_directory('train_images', classes=classes)\n"
    )
    assert datasets(tmp_path, source) == []
