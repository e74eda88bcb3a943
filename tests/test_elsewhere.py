"""Names that no model's code shows: the answer says where they stand otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_runs import SCRIPT, Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A script with Adam on CIFAR-100 whose runs had other optimizers, data and networks."""
    lab = Lab(tmp_path_factory.mktemp("elsewhere"))
    lab.write("digits/train.py", SCRIPT)
    lab.write("digits/README.md", "# Digits\n\nTrained on CIFAR-100; SVHN did not fit the disk.\n")
    settings = {"a": ("sgd", "vgg16"), "b": ("torch.optim.SGD", "vgg16"), "c": ("adam", "resnet")}
    for name, (optimizer, network) in settings.items():
        lab.write(f"digits/runs/{name}/log.csv", "epoch,val_acc\n0,0.5\n1,0.6\n")
        lab.write(
            f"digits/runs/{name}/hparams.yaml", f"optimizer: {optimizer}\nbackbone: {network}\n"
        )
    lab.index()
    yield lab


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("models using SGD", "No models match; 2 runs have SGD."),
        ("is there a model with SGD?", "No: no models match; 2 runs have SGD."),
        ("are there VGG models?", "No: no models match; 2 runs have VGG."),
        (
            "models on SVHN",
            'No models match; the texts of 1 model name it (ask for text:"SVHN").',
        ),
        ("how many models use SGD?", "0 models; 2 runs have SGD."),
        ("models using SGD on MNIST", "No models match; 2 runs have SGD."),
        ("models using RMSprop", "No models match."),
    ],
)
def test_where_a_name_stands_otherwise(lab: Lab, question: str, said: str) -> None:
    assert lab.said("query", question).replace("\n", " ").startswith(said)


def test_of_one_model_its_own_runs_count(lab: Lab) -> None:
    answer = lab.asked("does digits_train use SGD?")
    assert answer["summary"].startswith("No: its optimizer is Adam")
    assert answer["summary"].endswith("; 2 runs have SGD.")


def test_a_model_that_has_the_name_is_enough(lab: Lab) -> None:
    assert lab.said("query", "models using Adam").startswith("1 model matches")
