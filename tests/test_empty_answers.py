"""Answers that find nothing: the values that come closest, and the nearest models, marked."""

from __future__ import annotations

import pytest

from tests.conftest import Indexed

#: A question that no fixture satisfies, and what is said there is instead.
INSTEAD = [
    ("batch size 100 and lr 0.3", '"lr 0.3"; the closest here: 0.1 and 1'),
    ("with 33 epochs", '"33 epochs"; the closest here: 30 and 35'),
    ("epochs over 5000", "; the highest here is 1000"),
    ("learning rate below 1e-7", "; the lowest here is 2e-5"),
    ("created in June 2019", "; the earliest here is 2024-06-11"),
    ("created in August 2025", "; the latest here is 2025-"),
    ("on SVHN", "; the closest datasets here: MNIST (12)"),
    ("GRUs on ImageNet", "; the closest datasets here: CIFAR (12), CIFAR-10 (11)"),
    ("Lion optimizer", "none of the 6 optimizers here comes close, most have Adam (38)"),
    ("modality:video", "none of the 7 kinds of data here comes close, most have image (47)"),
]


@pytest.mark.parametrize(("question", "instead"), INSTEAD)
def test_what_comes_closest_is_named(indexed: Indexed, question: str, instead: str) -> None:
    found = indexed.run("query", question, "--lenient", "--encoder", "none")
    assert found.stdout.startswith("No models match.")
    assert instead in " ".join(found.stderr.split())


def test_what_is_everywhere_cannot_be_left_out(indexed: Indexed) -> None:
    found = indexed.run("query", "not size:>0", "--encoder", "none")
    assert "all 75 are or have it" in " ".join(found.stderr.split())


def test_groups_without_models_have_nothing_to_compare(indexed: Indexed) -> None:
    found = indexed.run("query", "compare the GANs on Iris and on Wine", "--encoder", "none")
    assert found.stdout.startswith("Nothing to compare: ")
    assert " differ in 0 " not in found.stdout


def test_the_nearest_models_show_the_field_that_was_asked_for(indexed: Indexed) -> None:
    found = indexed.run("query", "with 33 epochs", "--encoder", "none").stdout.splitlines()
    titles = found[found.index("Nearest (these do NOT satisfy every filter):") + 1].split()
    assert titles[:3] == ["#", "model", "epochs"]


def test_words_of_pictures_are_said_as_they_were_asked(indexed: Indexed) -> None:
    found = indexed.run("query", "samples after epoch 5000", "--encoder", "none")
    said = " ".join(found.stderr.split())
    assert '"samples" and "after epoch 5000"' in said
    assert "not samples" not in said


def test_what_was_asked_for_comes_first_in_a_list(indexed: Indexed) -> None:
    rows = indexed.json("query", "U-Nets with attention", "--columns", "family,technique")
    for row in rows["results"]:
        assert row["asked"]["family"][0] == "U-Net"
        assert "attention" in row["asked"]["technique"][0]
