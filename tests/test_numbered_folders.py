"""Names of folders with a number, and values that are asked of several families."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_runs import SCRIPT, Lab

LSTM = SCRIPT.replace("nn.Linear(784, 10)", "nn.LSTM(784, 10)")
GRU = SCRIPT.replace("nn.Linear(784, 10)", "nn.GRU(784, 10)")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Three homeworks and two recurrent networks."""
    lab = Lab(tmp_path_factory.mktemp("numbered"))
    for name in ("Homework 01", "Homework 10", "Homework 11"):
        lab.write(f"{name}/train.py", SCRIPT)
    lab.write("one/first.py", LSTM)
    lab.write("two/second.py", GRU)
    lab.index()
    yield lab


@pytest.mark.parametrize(
    ("question", "folders"),
    [
        ("Homework 10", {"Homework 10"}),
        ("scripts of homework 10 with Adam", {"Homework 10"}),
        ("Homework 01 or Homework 11", {"Homework 01", "Homework 11"}),
        ("Homework 01 and Homework 11 on CIFAR-100", {"Homework 01", "Homework 11"}),
    ],
)
def test_a_number_belongs_to_the_name_that_paths_have(
    lab: Lab, question: str, folders: set[str]
) -> None:
    answer = lab.asked(question)
    assert {row["path"].split("/")[0] for row in answer["results"]} == folders
    assert any("in the path" in note or "as the model" in note for note in answer["notes"])
    assert not any("belongs to no field" in note for note in answer["notes"])


def test_a_number_that_no_path_has_is_said_to_filter_nothing(lab: Lab) -> None:
    answer = lab.asked("Homework 12")
    assert any("'12' belongs to no field" in note for note in answer["notes"])


def test_values_of_two_families_that_no_model_is_at_once_are_those_of_each(lab: Lab) -> None:
    answer = lab.asked("optimizer of LSTM and GRU")
    (values,) = answer["answer"]["fields"]
    assert values["values"] == [{"value": "Adam", "count": 2}]
    assert any("as either of them" in note for note in answer["notes"])
