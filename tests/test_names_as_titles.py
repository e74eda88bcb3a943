"""Models whose file is called by a whole sentence, with words that join and names of families."""

from pathlib import Path

import pytest

from tests.conftest import Indexed, run
from tests.test_names_in_steps import MODULE

SCRIPTS = {
    "4 - Attention is All You Want.py": ("CIFAR10", 16, 0.1, 5),
    "5 - Sequence to Sequence with Attention.py": ("CIFAR10", 32, 0.1, 7),
    "6 - Convolutional Sequence to Sequence with Attention.py": ("SVHN", 64, 0.01, 9),
    "C - Loading, Saving and Freezing.py": ("SVHN", 48, 0.01, 3),
    "plain_net_raw.py": ("SVHN", 96, 0.01, 11),
    "other_plain_net_raw.py": ("SVHN", 128, 0.01, 13),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    base = tmp_path_factory.mktemp("titles")
    (base / "lab").mkdir()
    for name, (data, batch, rate, epochs) in SCRIPTS.items():
        text = MODULE.format(data=data, batch=batch, rate=rate, epochs=epochs)
        (base / "lab" / name).write_text(text)
    db = base / "models.db"
    run("index", str(base / "lab"), "--db", str(db), "--encoder", "none")
    return Indexed(Path(base), db, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "batch"),
    [
        ("batch size of Attention is All You Want", 16),
        ("batch size of Sequence to Sequence with Attention", 32),
        ("what is the batch size of Convolutional Sequence to Sequence with Attention?", 64),
        ("batch size of 6 - Convolutional Sequence to Sequence with Attention", 64),
        ("batch size of Loading, Saving and Freezing", 48),
        ("batch size of the plain_net_raw script", 96),
    ],
)
def test_a_title_that_stands_word_for_word_is_its_model(
    lab: Indexed, question: str, batch: int
) -> None:
    answer = lab.json("query", question)["answer"]
    assert [one["values"][0]["value"] for one in answer["models"]] == [batch], answer
