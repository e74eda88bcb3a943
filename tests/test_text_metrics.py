"""Results that READMEs and docstrings state are metrics, of the one script that they are about."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.index.readme_results import read_results
from modelsearch.records.artefacts import Metric
from modelsearch.sources.readme import split_sections
from modelsearch.sources.stated_results import results_in
from tests.conftest import Indexed, run

SCRIPT = """
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets

net = nn.Linear(784, 10)
opt = optim.Adam(net.parameters(), lr=0.001)
for epoch in range(20):
    for x, y in DataLoader(datasets.MNIST("."), batch_size=64):
        net(x).sum().backward()
        opt.step()
"""


class Lab:
    """A folder of scripts with READMEs, indexed through the command line."""

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.root, self.db = folder / "models", str(folder / "models.db")
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text) if path.endswith(".md") else text, encoding="utf-8")
        done = run("index", str(self.root), "--db", self.db, "--encoder", "none")
        assert done.exit_code == 0, done.output

    def show(self, name: str) -> dict[str, Any]:
        shown = run("show", name, "--db", self.db, "--format", "json")
        assert shown.exit_code == 0, shown.output
        found: dict[str, Any] = json.loads(shown.output)
        return found

    def metrics(self, name: str) -> list[tuple[str, float, str | None, str | None]]:
        return [
            (one["name"], one["value"], one["dataset"], one["split"])
            for one in self.show(name)["metrics"]
        ]


def test_a_table_row_that_names_a_script_gives_its_result(tmp_path: Path) -> None:
    readme = """
        # Runs

        | model | data | test accuracy (%) | BLEU |
        |-------|------|------------------:|------|
        | [alpha](alpha.py) | MNIST | **97.5** ± 0.2 | - |
        | sub/gamma.py | Fashion-MNIST | 91.0 % | 12.5 |
        | alpha and beta | MNIST | 50 | 1.5 |
        """
    lab = Lab(
        tmp_path,
        {"README.md": readme, "alpha.py": SCRIPT, "beta.py": SCRIPT, "sub/gamma.py": SCRIPT},
    )
    assert lab.metrics("alpha") == [("accuracy", 0.975, "MNIST", "test")]
    assert lab.metrics("gamma") == [
        ("accuracy", 0.91, "Fashion-MNIST", "test"),
        ("BLEU", 12.5, "Fashion-MNIST", None),
    ]
    assert lab.metrics("beta") == []


def test_a_result_says_where_it_stands_and_that_it_is_text(tmp_path: Path) -> None:
    readme = "# Runs\n\nSome words.\n\n- alpha.py: a line.\n  BLEU 31.2\n- beta: BLEU 30.4\n"
    lab = Lab(tmp_path, {"README.md": readme, "alpha.py": SCRIPT, "beta.py": SCRIPT})
    shown = lab.show("alpha")
    (place,) = [one for one in shown["evidence"] if one["field"] == "metric BLEU"]
    assert (place["path"], place["line"], place["kind"], place["note"]) == (
        "README.md",
        6,
        "readme",
        "stated in text",
    )
    assert lab.metrics("beta") == [("BLEU", 30.4, None, None)]
    plain = run("show", "alpha", "--db", lab.db).output
    assert "README.md:6" in plain and "stated in text" in plain


def test_prose_counts_in_a_section_about_one_script(tmp_path: Path) -> None:
    readme = """
        # Everything

        All in all 88.8% test accuracy.

        ## alpha.py
        Reaches 95.2% test accuracy. The paper reports 99.1% test accuracy. It used an ensemble.

        ## runs/one
        90.9 % mean accuracy on the test split. FID 31.

        ## alpha.py and beta.py
        F1 score 0.75 for one of them.
        """
    lab = Lab(
        tmp_path,
        {"README.md": readme, "alpha.py": SCRIPT, "beta.py": SCRIPT, "runs/one/train.py": SCRIPT},
    )
    assert lab.metrics("alpha") == [("accuracy", 0.952, None, "test")]
    assert lab.metrics("beta") == []
    assert lab.metrics("train") == [("accuracy", 0.909, None, "test"), ("FID", 31.0, None, None)]


def test_a_readme_speaks_of_the_only_script_below_it(tmp_path: Path) -> None:
    readme = "# Digits\n\nReaches a perplexity of 104 and more.\n"
    entry = "import parts\n" + SCRIPT
    drawing = "import torch\nnet = torch.load('net.pt')\nprint(net(torch.zeros(1, 784)))\n"
    lab = Lab(
        tmp_path,
        {
            "one/README.md": readme,
            "one/alpha.py": entry,
            "one/parts.py": "X = 1\n",
            "one/predict.py": drawing,
            "two/README.md": readme,
            "two/beta.py": SCRIPT,
            "two/gamma.py": SCRIPT,
        },
    )
    assert lab.metrics("alpha") == [("perplexity", 104.0, None, None)]
    assert lab.metrics("beta") == [] == lab.metrics("gamma")


def test_contradictions_are_not_stored_but_other_splits_are(tmp_path: Path) -> None:
    readme = """
        ## alpha.py
        Accuracy of 0.93 at first.

        Later it has an accuracy of 0.95.

        ## beta.py
        Train accuracy 0.99, test accuracy 0.93.

        Test accuracy: 0.93
        """
    lab = Lab(tmp_path, {"README.md": readme, "alpha.py": SCRIPT, "beta.py": SCRIPT})
    assert lab.metrics("alpha") == []
    assert lab.metrics("beta") == [
        ("accuracy", 0.99, None, "train"),
        ("accuracy", 0.93, None, "test"),
    ]


def test_a_line_that_begins_with_a_script_and_a_lone_row_count(tmp_path: Path) -> None:
    readme = """
        Two nets.
        `alpha.py` has attention. BLEU 31.2
        `beta.py` has none. BLEU 17.9

        ## sub/gamma.py
        | Test accuracy | FID |
        |-|-|
        | 93.5 % | 12.1 |
        """
    lab = Lab(
        tmp_path,
        {"README.md": readme, "alpha.py": SCRIPT, "beta.py": SCRIPT, "sub/gamma.py": SCRIPT},
    )
    assert lab.metrics("alpha") == [("BLEU", 31.2, None, None)]
    assert lab.metrics("beta") == [("BLEU", 17.9, None, None)]
    assert lab.metrics("gamma") == [("accuracy", 0.935, None, "test"), ("FID", 12.1, None, None)]


def test_code_in_a_readme_states_nothing(tmp_path: Path) -> None:
    readme = "## alpha.py\n```\nepoch 1 test accuracy: 0.31\n```\nTrains quickly.\n"
    assert Lab(tmp_path, {"README.md": readme, "alpha.py": SCRIPT}).metrics("alpha") == []


def test_a_docstring_states_results_with_its_line(tmp_path: Path) -> None:
    doc = '"""\nA small net.\n\nTest accuracy 97.1 %.\nThe goal was 99 % accuracy.\n"""\n'
    lab = Lab(tmp_path, {"alpha.py": doc + SCRIPT})
    shown = lab.show("alpha")
    assert lab.metrics("alpha") == [("accuracy", 0.971, None, "test")]
    (place,) = [one for one in shown["evidence"] if one["field"] == "metric accuracy"]
    assert (place["line"], place["kind"]) == (4, "docstring")


def test_what_a_notebook_printed_beats_what_the_readme_says(tmp_path: Path) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["test accuracy: 0.91\n"]}
    cell = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": 1,
        "outputs": [output],
        "source": SCRIPT.splitlines(keepends=True),
    }
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    readme = "## alpha.ipynb\nTest accuracy 95.0 %. Validation accuracy 92.0 %.\n"
    lab = Lab(tmp_path, {"README.md": readme, "alpha.ipynb": notebook})
    assert [(value, split) for _, value, _, split in lab.metrics("alpha")] == [
        (0.91, "test"),
        (0.92, "validation"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "BLEU-4 is what we measure.",
        "top-5 accuracy",
        "The paper has an accuracy of 93.6 %.",
        "It should reach 93 % accuracy.",
        "The baseline has a BLEU of 30.1.",
        "Human accuracy 94.9 %",
        "State of the art: FID 2.1",
        "Expected accuracy: 95 %",
        "The accuracy of 2017 models.",
        "Accuracy 90-95 %",
        "accuracy between 90 and 95.5 %",
        "accuracy of over 90 %",
        "Improves BLEU by 1.5 points",
        "accuracy 3.5x higher",
        "FID after 50 epochs",
        "accuracy 9/10",
        "Top-3 accuracy 98.1 %",
        "mixed precision 0.5",
        "FID on 64x64 images",
        "93.1 % accuracy on MNIST, 72.5 % accuracy on CIFAR-10",
        "accuracy 93.1 %, accuracy 94.2 %",
        "The accuracy of their model is 97.5 %",
        "The accuracy of model A is 95.2 %",
        "accuracy after 10 epochs",
        "The accuracy of the model by Smith is 96.1 %",
        "The accuracy that they reached is 96 %",
        "The paper's accuracy (cross-validated): 96 %",
        "Accuracy in 10-fold cross-validation",
    ],
)
def test_what_is_no_result_is_left_alone(sentence: str) -> None:
    assert results_in(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "name", "value", "split"),
    [
        ("Accuracy 85 % after 20 epochs.", "accuracy", 0.85, None),
        ("Reaches a perplexity of 104.", "perplexity", 104, None),
        ("validation acc: 0.91", "accuracy", 0.91, "validation"),
        ("accuracy on the test set is 93.1 %", "accuracy", 0.931, "test"),
        ("accuracy on CIFAR-10: 93.1%", "accuracy", 0.931, None),
        ("Accuracy on the test set after 10 epochs: 97.3%", "accuracy", 0.973, "test"),
        ("Accuracy of this model is 97.5% after 20 epochs.", "accuracy", 0.975, None),
        ("The accuracy that it reached is 96 %.", "accuracy", 0.96, None),
        ("accuracy (cross-validated): 96 %", "accuracy", 0.96, None),
        ("Validation accuracy after training = 91%", "accuracy", 0.91, "validation"),
        ("It classifies wines with 96 % (cross-validated) accuracy", "accuracy", 0.96, None),
        ("top-5 accuracy of 97.5 %", "top-5 accuracy", 0.975, None),
        ("31.2 BLEU on newstest", "BLEU", 31.2, None),
        ("gets down to an MSE of 0.011", "MSE", 0.011, None),
    ],
)
def test_one_sentence_states_one_result(
    sentence: str, name: str, value: float, split: str | None
) -> None:
    found = [(one.term.name, one.value, one.split) for one in results_in(sentence)]
    assert found == [(name, value, split)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("perplexity under 120", "Language-Models_lstm_wikitext"),
        ("best BLEU", "Seq2Seq_Transformer_v5_script"),
        ("FID below 40", "CelebA-Faces_gan_train"),
        ("accuracy above 0.95", "CIFAR-Classifiers_resnet18"),
    ],
)
def test_questions_about_results_are_answered(indexed: Indexed, question: str, first: str) -> None:
    assert indexed.json("query", question)["results"][0]["model_id"] == first


WORDS = st.lists(
    st.sampled_from(
        ["accuracy", "test", "95.2", "%", "|", "---", "\n", "a.py", "- ", "# ", "BLEU", "-4", "of",
         "CIFAR-10", "(", "top-5", "```", "\n\n", "paper", ". ", "±", ":", "0.5", "FID", "²"]
    ) | st.text(max_size=6),
    max_size=40,
)  # fmt: skip


@given(WORDS)
def test_no_text_makes_reading_fail(words: list[str]) -> None:
    text = " ".join(words)
    found = read_results("README.md", split_sections(text), ["a.py", "b/train.py"])
    assert all(isinstance(one.metric, Metric) for one in found)
    lines = len(text.splitlines()) + 1
    assert all(1 <= (one.metric.evidence.line or 0) <= lines for one in found)


def test_an_accuracy_that_a_readme_states_in_prose_can_be_asked_for(tmp_path: Path) -> None:
    readme = "# Digits\nThe accuracy that it reached after 20 epochs is 96 % (cross-validated).\n"
    lab = Lab(tmp_path, {"README.md": readme, "alpha.py": SCRIPT})
    found = run("query", "accuracy above 94 percent", "--db", lab.db, "--format", "json")
    assert [one["model_id"] for one in json.loads(found.stdout)["results"]] == ["models_alpha"]
