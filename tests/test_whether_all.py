"""Questions whether all of a group do something: yes or no, with how many do."""

from __future__ import annotations

import pytest

from tests.conftest import Indexed


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("did I use Adam in every GAN?", "No: "),
        ("do all U-Nets use PyTorch?", "Yes: all "),
        ("was every CycleGAN trained with Adam?", "Yes: all "),
    ],
)
def test_the_answer_begins_with_yes_or_no(indexed: Indexed, question: str, begins: str) -> None:
    assert indexed.json("query", question)["summary"].startswith(begins)


def test_the_numbers_are_those_of_the_lists(indexed: Indexed) -> None:
    every = indexed.json("query", "GANs", "--limit", "0")["total"]
    those = indexed.json("query", "GANs with Adam", "--limit", "0")["total"]
    said = indexed.json("query", "did I use Adam in every GAN?")["summary"]
    assert said == f"No: {those} of {every} found by 'GAN'."
    assert 0 < those < every
