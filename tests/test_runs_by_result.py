"""Runs by what they reached: any recorded result, on any part of the data, run by run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.test_runs import SCRIPT, Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Runs with a training loss alone, runs whose parts of the data differ, and results that no
    vocabulary knows.
    """
    lab = Lab(tmp_path_factory.mktemp("by_result"))
    lab.write("one/train.py", SCRIPT)
    for name, last in (("a", 0.001), ("b", 0.5)):
        rows = f"0,0.9,0.5\n1,{last},0.01\n"
        lab.write(f"one/runs/{name}/log.csv", "epoch,train_loss,epsilon\n" + rows)
    lab.write("two/train.py", SCRIPT)
    for name, test, train in (("c", 0.7, 0.99), ("d", 0.95, 0.9)):
        rows = f"1,0.5,0.5,-3\n2,{test},{train},{test * 100}\n"
        lab.write(f"two/runs/{name}/log.csv", "epoch,test_acc,train_acc,avg_reward\n" + rows)
    lab.index()
    yield lab


def found(lab: Lab, question: str) -> tuple[list[str], dict[str, Any]]:
    told = lab.asked(question)
    return sorted(one["run_id"] for one in told["answer"]["runs"]), told


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("runs with loss below 0.01", ["a"]),
        ("runs with train loss below 0.01", ["a"]),
        ("runs with train_loss under 0.01", ["a"]),
        ("runs with loss over 0.01", ["b"]),
        ("runs with accuracy over 0.9", ["d"]),
        ("runs with test accuracy over 0.9", ["d"]),
        ("runs with train accuracy over 0.95", ["c"]),
        ("runs with avg_reward over 80", ["d"]),
        ("runs with avg reward below 80", ["c"]),
        ("runs with epsilon below 0.1", ["a", "b"]),
        ("runs with F1 over 0.1", []),
    ],
)
def test_each_run_is_compared_by_its_own_result(
    lab: Lab, question: str, expected: list[str]
) -> None:
    assert found(lab, question)[0] == expected


def test_the_result_that_was_compared_is_shown_and_which_data_it_is_of(lab: Lab) -> None:
    told = found(lab, "runs with accuracy over 0.9")[1]
    (row,) = told["answer"]["runs"]
    assert (row["split"], row["metric"], row["value"]) == ("test", "accuracy", 0.95)
    assert any("Compared: test accuracy" in note for note in told["notes"])
    (row,) = found(lab, "runs with avg_reward over 80")[1]["answer"]["runs"]
    assert (row["metric"], row["value"]) == ("reward", 95.0)
