"""Ways in which scripts of many authors state their data, their training and their network.

Each case is a small script of its own; the forms come from public repositories.
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

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


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("--dataset", "cifar100", ["CIFAR-100"]),
        ("-dataset-name", "stl10", ["STL-10"]),
        ("--data", "ETTh1", ["ETT"]),
        ("--dataset", "cub", ["CUB-200"]),
        ("--dataset_name", "owner/celeba", ["CelebA"]),
        ("--dataset", "my_pictures", []),
        ("--test_dataset", "cifar100", []),
        ("--name", "cifar100", []),
        ("--game", "space_invaders", ["Space Invaders"]),
        ("--dataset", "space_invaders", []),
    ],
)
def test_an_option_that_names_the_data(
    tmp_path: Path, name: str, value: str, expected: list[str]
) -> None:
    assert names(tmp_path, OPTION.format(description="", name=name, value=value)) == expected


def test_the_fact_of_an_option_stands_where_its_default_does(tmp_path: Path) -> None:
    source = OPTION.format(description="", name="--dataset", value="svhn")
    fact = read(tmp_path, {"run.py": source + FIT}).datasets[0]
    assert fact.evidence.line == 5
    assert fact.note is not None and "weaker" in fact.note


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


def test_the_option_decides_among_registered_makers(tmp_path: Path) -> None:
    source = """
    import argparse
    from torchvision import datasets
    TABLE = {}
    def register(name):
        def keep(function):
            TABLE[name] = function
            return function
        return keep
    @register("mnist")
    def mnist(root): return datasets.MNIST(root)
    @register("svhn")
    def svhn(root): return datasets.SVHN(root)
    parser = argparse.ArgumentParser()
    parser.add_argument("--dataset", default="svhn")
    data = TABLE[parser.parse_args().dataset]("data")
    """
    assert names(tmp_path, source) == ["SVHN"]


def test_a_description_names_the_data_where_nothing_else_does(tmp_path: Path) -> None:
    text = 'description="PyTorch PennTreeBank language model"'
    source = OPTION.format(description=text, name="--file", value="corpus")
    assert names(tmp_path, source) == ["Penn Treebank"]
    pretrained = 'description="Fine-tune an ImageNet network"'
    source = OPTION.format(description=pretrained, name="--file", value="corpus")
    assert names(tmp_path, source) == []


# ---- data by paths and numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('pd.read_csv("data/ml-1m.train.rating")', ["MovieLens"]),
        ('open("rt-polaritydata/rt-polarity.pos").read()', ["Rotten Tomatoes"]),
        ('open("data/penn/train.txt").read()', ["Penn Treebank"]),
        ('glob.glob("ravdess-emotional-speech-audio/*.wav")', ["RAVDESS"]),
        ('open("imagenet_classes.txt").read()', []),
        ('glob.glob("imagenet_mean/*.npy")', []),
        ('pd.read_csv("Churn_Modelling.csv")', ["Bank Customer Churn"]),
        ('pd.read_csv("WA_Fn-UseC_-Telco-Customer-Churn.csv")', ["Telco Churn"]),
        ('os.listdir("chest_xray/train")', ["Chest X-ray Pneumonia"]),
        ('kagglehub.dataset_download("mlg-ulb/creditcardfraud")', ["Credit Card Fraud"]),
        ("fetch_ucirepo(id=53)", ["Iris"]),
        ('fetch_ucirepo(name="Adult")', ["Adult Census"]),
        ("fetch_openml(data_id=554)", ["MNIST"]),
        ('fetch_datasets()["ecoli"]', ["Ecoli"]),
        ('fetch_datasets(data_home=".")["mammography"]', ["Mammography"]),
        ("fetch_datasets()", []),
        ("fetch_ucirepo(id=161)", ["Mammographic Mass"]),
        ('tfds.load("binarized_mnist")', ["MNIST"]),
        ('YOLO("yolov8n.pt").train(data="coco128.yaml")', ["COCO"]),
        ('YOLO("yolov8n.pt").train(data="data.yaml")', []),
    ],
)
def test_paths_and_numbers(tmp_path: Path, call: str, expected: list[str]) -> None:
    imports = """
    import glob, os, kagglehub, pandas as pd, tensorflow_datasets as tfds
    from imblearn.datasets import fetch_datasets
    from sklearn.datasets import fetch_openml
    from ucimlrepo import fetch_ucirepo
    from ultralytics import YOLO
    """
    assert names(tmp_path, dedent(imports) + f"data = {call}\n") == expected


def test_words_of_a_class_in_capitals(tmp_path: Path) -> None:
    loaders = """
    from torch.utils.data import Dataset
    class KITTIDataset(Dataset):
        def __init__(self, root): self.root = root
    """
    source = "from loaders import KITTIDataset\ndata = KITTIDataset('here')\n"
    assert names(tmp_path, source, loaders=loaders) == ["KITTI"]


def test_a_library_of_data_is_not_read_as_the_project(tmp_path: Path) -> None:
    source = """
    from ogb.linkproppred import PygLinkPropPredDataset
    data = PygLinkPropPredDataset(name="ogbl-collab")
    """
    library = "class PygLinkPropPredDataset:\n    def __init__(self, name): open('COLLAB.csv')\n"
    files = {"ogb/__init__.py": "", "ogb/linkproppred/__init__.py": library}
    reading = read(tmp_path, {"run.py": dedent(source) + FIT, **files})
    assert [fact.name for fact in reading.datasets] == ["OGB-Collab"]


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
    assert not read(tmp_path, {"test_copy.py": source}, "test_copy.py").is_model


def test_an_optimizer_of_single_layers_trains_the_network_that_holds_them(tmp_path: Path) -> None:
    parameters = "[dict(params=net.one.parameters()), dict(params=net.two.parameters())]"
    reading = read(tmp_path, {"run.py": TORCH.format(parameters=parameters)})
    assert reading.architecture is not None and reading.architecture.value == "Net"


def test_what_was_stored_has_no_class(tmp_path: Path) -> None:
    source = """
    import torch
    net = torch.load("net.pt")
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for epoch in range(3):
        net(x).sum().backward()
        optimizer.step()
    """
    reading = read(tmp_path, {"run.py": source})
    assert reading.is_model and reading.architecture is None


def test_a_trainer_that_is_given_the_network_and_its_optimizer(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchkeras import KerasModel
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Linear(4, 8), nn.Linear(8, 1)
        def forward(self, x): return self.two(self.one(x))
    net = Net()
    adam = torch.optim.Adam(net.parameters(), lr=0.005)
    model = KerasModel(net, loss_fn=nn.MSELoss(), optimizer=adam)
    model.fit(train_data=DataLoader(data, batch_size=38), epochs=100)
    """
    reading = read(tmp_path, {"run.py": source})
    assert reading.architecture is not None and reading.architecture.value == "Net"
    found = [main(reading, f) for f in ("optimizer", "learning_rate", "batch_size", "epochs")]
    assert found == ["Adam", 0.005, 38, 100]


def test_hugging_face_models_that_keras_trains(tmp_path: Path) -> None:
    source = """
    import tensorflow as tf
    from transformers import TFAutoModelForSequenceClassification
    model = TFAutoModelForSequenceClassification.from_pretrained("distilbert-base-uncased")
    model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=5e-5))
    model.fit(data, epochs=5)
    """
    reading = read(tmp_path, {"run.py": source})
    assert reading.is_model and families(reading) == {"BERT"}
    assert (main(reading, "learning_rate"), main(reading, "epochs")) == (5e-5, 5)


@pytest.mark.parametrize(
    ("source", "framework", "family"),
    [
        (
            "from ultralytics import YOLO\nm = YOLO('yolov8n.pt')\nm.train(data='d.yaml')",
            "Ultralytics",
            "YOLO",
        ),
        (
            "import surprise\nalgo = surprise.SVD(n_factors=9)\nalgo.fit(trainset)",
            "Surprise",
            "Matrix factorisation",
        ),
        (
            "from pytorch_tabnet.tab_model import TabNetClassifier as T\nm = T()\nm.fit(x, y)",
            "TabNet (PyTorch)",
            None,
        ),
    ],
)
def test_other_libraries_that_fit(
    tmp_path: Path, source: str, framework: str, family: str | None
) -> None:
    reading = read(tmp_path, {"run.py": source})
    assert reading.is_model
    assert reading.framework is not None and reading.framework.value == framework
    assert family is None or family in families(reading)


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


def test_a_graph_object_whose_loss_is_minimised_over_a_generator(tmp_path: Path) -> None:
    files = {
        "run.py": """
        import tensorflow as tf
        from helpers import batches
        from text_cnn import TextCNN
        cnn = TextCNN(10)
        optimizer = tf.train.AdamOptimizer(1e-3)
        train = optimizer.apply_gradients(optimizer.compute_gradients(cnn.loss))
        sess = tf.Session()
        for batch in batches(list(data), 64, 200):
            sess.run(train, {cnn.x: batch})
        """,
        "helpers.py": """
        def batches(data, batch_size, num_epochs):
            for epoch in range(num_epochs):
                for i in range(len(data) // batch_size):
                    yield data[i * batch_size:(i + 1) * batch_size]
        """,
        "text_cnn.py": """
        import tensorflow as tf
        class TextCNN(object):
            def __init__(self, length):
                self.x = tf.placeholder(tf.int32, [None, length])
                out = tf.nn.conv2d(self.x, tf.Variable(1.0), strides=[1, 1, 1, 1], padding="VALID")
                self.loss = tf.reduce_mean(out)
        """,
    }
    reading = read(tmp_path, files)
    assert reading.architecture is not None and reading.architecture.value == "TextCNN"
    assert (main(reading, "epochs"), main(reading, "batch_size")) == (200, 64)


HAIKU = """
import haiku as hk, jax, optax
import tensorflow_datasets as tfds
def load(split, batch_size):
    return iter(tfds.load("mnist", split=split).batch(batch_size))
def net_fn(batch):
    return hk.Sequential([hk.Linear(300), jax.nn.relu, hk.Linear(10)])(batch)
net = hk.without_apply_rng(hk.transform(net_fn))
opt = optax.adam(1e-3)
train = load("train", batch_size=1000)
test_eval = load("test", batch_size=10000)
params = net.init(jax.random.PRNGKey(0), next(train))
state = opt.init(params)
def update(params, state, batch):
    grads = jax.grad(lambda p: net.apply(p, batch).sum())(params)
    updates, state = opt.update(grads, state)
    return optax.apply_updates(params, updates), state
for step in range(100):
    if step % 10 == 0:
        print(net.apply(params, next(test_eval)))
    params, state = update(params, state, next(train))
"""


def test_haiku_makes_its_network_in_a_function(tmp_path: Path) -> None:
    reading = read(tmp_path, {"run.py": HAIKU})
    assert families(reading) == {"MLP"}
    assert main(reading, "batch_size") == 1000


# ---- devices and networks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("device = torch.device('cuda:{:d}'.format(rank))\nnet.to(device)", ["CUDA"]),
        ("device = torch.device('cuda:' + str(rank))\nnet.to(device)", ["CUDA"]),
        (
            "def loss(z):\n    d = torch.device('cuda') if z.is_cuda else torch.device('cpu')\n"
            "    return z.to(d)\nnet.cuda()\nloss(z)",
            ["CUDA"],
        ),
        (
            "if torch.cuda.is_available():\n    torch.cuda.manual_seed(1)\nelse: pass\nnet.cuda()",
            ["CUDA"],
        ),
        (
            "if torch.cuda.is_available():\n    net = net.cuda()\nelse:\n    net = net",
            ["CUDA", "CPU"],
        ),
    ],
)
def test_devices(tmp_path: Path, lines: str, expected: list[str]) -> None:
    head = "import torch, sys\nrank = int(sys.argv[1])\nz = torch.zeros(2)\n"
    source = TORCH.format(parameters="net.parameters()").replace(
        "net = Net()\n", f"net = Net()\n{lines}\n"
    )
    found = [fact.value for fact in read(tmp_path, {"run.py": head + source}).hardware]
    assert found == expected


NETWORK = """
import torch
from torch import nn
import torch.nn.functional as F
{classes}
net = {name}()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(5):
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
"""

ASPP = """
class ASPP(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 3, dilation=6)
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 8, 1))
        self.out = nn.Conv2d(24, 8, 1)
    def forward(self, x):
        a = self.one(x)
        b = self.two(x)
        c = self.pool(x)
        c = F.interpolate(c, size=a.size()[2:])
        return self.out(torch.cat((a, b, c), 1))
class DeepLab(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.pool, self.aspp = nn.Conv2d(3, 8, 3), nn.MaxPool2d(2), ASPP()
    def forward(self, x):
        return F.interpolate(self.aspp(self.pool(self.stem(x))), scale_factor=2)
"""

WIDE = """
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.equal, self.conv1, self.conv2 = True, nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3)
        self.shortcut = nn.Conv2d(8, 8, 1)
    def forward(self, x):
        out = self.conv2(F.relu(self.conv1(x)))
        return torch.add(x if self.equal else self.shortcut(x), out)
class WideResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(), Block(), Block())
    def forward(self, x): return self.blocks(x)
"""

FORMER = """
class Correlation(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k = nn.Linear(8, 8), nn.Linear(8, 8)
    def forward(self, x): return torch.fft.irfft(torch.fft.rfft(self.q(x)) * self.k(x))
class Trend(nn.Module):
    def __init__(self):
        super().__init__()
        self.average = nn.AvgPool1d(3)
    def forward(self, x):
        trend = self.average(x)
        return x - trend, trend
class EncoderLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention, self.norm, self.trend = Correlation(), nn.LayerNorm(8), Trend()
        self.one, self.two = nn.Linear(8, 8), nn.Linear(8, 8)
    def forward(self, x):
        rest, trend = self.trend(x + self.attention(x))
        return self.norm(self.two(self.one(rest)))
class Autoformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = EncoderLayer(), EncoderLayer()
    def forward(self, x): return self.decoder(self.encoder(x))
"""


@pytest.mark.parametrize(
    ("classes", "name", "expected"),
    [
        (ASPP, "DeepLab", {"DeepLab", "CNN"}),
        (WIDE, "WideResNet", {"Wide ResNet", "CNN"}),
        (FORMER, "Autoformer", {"Transformer"}),
    ],
)
def test_networks(tmp_path: Path, classes: str, name: str, expected: set[str]) -> None:
    source = NETWORK.format(classes=classes, name=name)
    assert families(read(tmp_path, {"run.py": source})) == expected


def test_notebooks_name_what_they_load_by_numbers(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": text}
        for text in ("from ucimlrepo import fetch_ucirepo\nwine = fetch_ucirepo(id=109)", FIT)
    ]
    book = {"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    (tmp_path / "book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    found = read_script(tmp_path, "book.ipynb").datasets
    assert [(fact.name, fact.evidence.key) for fact in found] == [("Wine", "cell 1, line 2")]


LOOPS = """
import itertools, torch
from torch import nn
net = nn.Linear(4, 1)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
def endless(loader):
    while True:
        yield from loader
def update(batch):
    net(batch).sum().backward()
    opt.step()
{loop}
"""


@pytest.mark.parametrize(
    ("loop", "steps"),
    [
        ("for b in itertools.islice(endless(loader), 500):\n    update(b)", 500),
        ("for i, b in enumerate(endless(loader)):\n    if i >= 500: break\n    update(b)", 500),
        ("for i, b in enumerate(endless(loader)):\n    if b.bad >= 5: break\n    update(b)", None),
        ("n = 20000\nfor i in range(n + 1):\n    update(next(it))", 20000),
        ("for i in range(10001):\n    update(next(it))", 10001),
    ],
)
def test_steps_of_endless_batches(tmp_path: Path, loop: str, steps: int | None) -> None:
    assert main(read(tmp_path, {"run.py": LOOPS.format(loop=loop)}), "steps") == steps


def test_the_bound_behind_a_progress_bar_says_what_is_counted(tmp_path: Path) -> None:
    source = """
    import gym, torch
    from torch import nn
    from tqdm import tqdm
    net = nn.Linear(4, 2)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    env = gym.make("CartPole-v1")
    nb_episodes = 5000
    bar = tqdm(range(nb_episodes), desc="Score")
    for e in bar:
        state, done = env.reset(), False
        while not done:
            state, reward, done, info = env.step(0)
        net(state).sum().backward()
        opt.step()
    """
    reading = read(tmp_path, {"run.py": source})
    assert (main(reading, "episodes"), main(reading, "epochs")) == (5000, None)


def test_an_estimator_that_trains_and_evaluates(tmp_path: Path) -> None:
    source = """
    import tensorflow as tf
    def model_fn(features, labels, mode):
        out = tf.layers.dense(tf.layers.dense(features, 8), 1)
        loss = tf.reduce_mean(out)
        train = tf.train.AdamOptimizer(0.01).minimize(loss)
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)
    estimator = tf.estimator.Estimator(model_fn=model_fn)
    spec = tf.estimator.TrainSpec(input_fn=lambda: data.batch(32), max_steps=20000)
    tf.estimator.train_and_evaluate(estimator, spec, tf.estimator.EvalSpec(lambda: data))
    """
    reading = read(tmp_path, {"run.py": source})
    assert reading.is_model
    assert [main(reading, f) for f in ("optimizer", "learning_rate", "steps")] == [
        "Adam",
        0.01,
        20000,
    ]


def test_settings_objects_of_library_classes(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    from yacs.config import CfgNode
    class Node(CfgNode):
        def __init__(self, start=None): super().__init__(start)
    config = Node()
    config.train = Node()
    config.train.rate, config.train.epochs = 0.1, 160
    config = config.clone()
    net = nn.Linear(4, 1)
    opt = torch.optim.SGD(net.parameters(), lr=config.train.rate)
    for epoch in range(config.train.epochs):
        net(x).sum().backward()
        opt.step()
    """
    reading = read(tmp_path, {"run.py": source})
    assert (main(reading, "learning_rate"), main(reading, "epochs")) == (0.1, 160)


def test_parts_that_one_optimizer_trains_are_the_network_that_holds_them(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)
        def forward(self, x): return self.conv(x)
    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Conv2d(8, 21, 1)
        def forward(self, x): return self.out(x)
    class FCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone, self.classifier = Backbone(), Head()
        def forward(self, x): return self.classifier(self.backbone(x))
    model = FCN()
    parts = [
        {"params": [p for p in model.backbone.parameters() if p.requires_grad]},
        {"params": [p for p in model.classifier.parameters() if p.requires_grad]},
    ]
    optimizer = torch.optim.SGD(parts, lr=1e-4)
    for epoch in range(30):
        model(x).sum().backward()
        optimizer.step()
    """
    reading = read(tmp_path, {"run.py": source})
    assert reading.architecture is not None and reading.architecture.value == "FCN"
    assert families(reading) == {"FCN", "CNN"}


def test_a_module_that_an_option_names_by_eval(tmp_path: Path) -> None:
    files = {
        "run.py": """
        import argparse, torch
        from nets import Wide
        parser = argparse.ArgumentParser()
        parser.add_argument("--model", default="Wide")
        args = parser.parse_args()
        net = eval(args.model).Model()
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
        for epoch in range(3):
            net(x).sum().backward()
            optimizer.step()
        """,
        "nets/__init__.py": "",
        "nets/Wide.py": """
        from torch import nn
        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.gru = nn.GRU(4, 8)
            def forward(self, x): return self.gru(x)
        """,
    }
    assert families(read(tmp_path, files)) == {"GRU"}


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
