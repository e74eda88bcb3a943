"""Names that only paths carry: on both sides of an "or", and where a class fits nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_runs import SCRIPT, Lab

TENSORFLOW = """
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 4])
cost = tf.reduce_mean(tf.square(tf.layers.dense(x, 1)))
train = tf.train.AdamOptimizer(0.001).minimize(cost)
with tf.Session() as session:
    for epoch in range(5):
        session.run(train)
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Four models that are told apart by their folders, and a class that one of two has."""
    lab = Lab(tmp_path_factory.mktemp("alternatives"))
    for name in ("mini-gpt", "mini-deepseek", "bigan", "plain"):
        lab.write(f"{name}/train.py", SCRIPT)
    network = "class TextNet(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    network += (
        "        self.l = nn.Linear(4, 1)\n    def forward(self, x):\n        return self.l(x)\n"
    )
    torch = SCRIPT.replace("net = nn.Linear(784, 10)", f"{network}net = TextNet()")
    lab.write("textnet/torch_train.py", torch)
    lab.write("textnet/tf_train.py", TENSORFLOW)
    lab.index()
    yield lab


@pytest.mark.parametrize(
    ("question", "folders"),
    [
        ("mini-gpt or mini-deepseek", {"mini-gpt", "mini-deepseek"}),
        ("bigan or mini-deepseek", {"bigan", "mini-deepseek"}),
        ("models called bigan or plain", {"bigan", "plain"}),
        ("mini-gpt or mini-deepseek or bigan", {"mini-gpt", "mini-deepseek", "bigan"}),
        ("mini-gpt or mini-deepseek with Adam", {"mini-gpt", "mini-deepseek"}),
        ("mini-gpt or mini-deepseek with SGD", set()),
    ],
)
def test_names_beside_an_or(lab: Lab, question: str, folders: set[str]) -> None:
    results = lab.asked(question)["results"]
    assert {row["path"].split("/")[0] for row in results} == folders


def test_a_class_that_fits_nothing_gives_way_to_the_path_of_its_name(lab: Lab) -> None:
    answer = lab.asked("TextNet in TensorFlow")
    assert [row["path"] for row in answer["results"]] == ["textnet/tf_train.py"]
    assert any("whose path says so" in note for note in answer["notes"])
    assert [row["path"] for row in lab.asked("TextNet")["results"]] == ["textnet/torch_train.py"]
    assert lab.asked("TextNet in JAX")["results"] == []
