"""Value, order and place of a result are of one and the same run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import run
from tests.test_runs import SCRIPT, Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A script whose best run by accuracy (b) is not the one with the lowest loss (a), another one
    whose losses lie between those of both runs, and one whose two runs know different parts.
    """
    lab = Lab(tmp_path_factory.mktemp("results"))
    for name, accuracy, loss in (("a", 0.6, 0.1), ("b", 0.9, 3.0)):
        lab.write("one/train.py", SCRIPT)
        rows = f"0,0.5,5\n1,{accuracy},{loss}\n2,0.4,4\n"
        lab.write(f"one/runs/{name}/log.csv", "epoch,val_acc,val_loss\n" + rows)
    lab.write("two/train.py", SCRIPT)
    lab.write("two/runs/c/log.csv", "epoch,val_acc,val_loss\n0,0.5,2\n1,0.7,0.5\n2,0.6,0.8\n")
    lab.index()
    yield lab


def first(lab: Lab, question: str) -> tuple[Any, str, str]:
    result = run("query", question, "--db", str(lab.db), "--format", "json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    model = told["answer"]["models"][0]
    (value,) = model["values"]
    return model["model_id"], value["value"], value["evidence"][0]["path"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("lowest loss", ("one_train", 0.1, "one/runs/a/log.csv")),
        ("lowest validation loss", ("one_train", 0.1, "one/runs/a/log.csv")),
        ("highest accuracy", ("one_train", 0.9, "one/runs/b/log.csv")),
        ("worst accuracy", ("one_train", 0.4, "one/runs/a/log.csv")),
        ("final validation accuracy of one_train", ("one_train", 0.4, "one/runs/b/log.csv")),
        ("final validation loss of two_train", ("two_train", 0.8, "two/runs/c/log.csv")),
        ("validation loss of two_train", ("two_train", 0.5, "two/runs/c/log.csv")),
    ],
)
def test_value_and_place_are_of_one_run(
    lab: Lab, question: str, expected: tuple[str, float, str]
) -> None:
    assert first(lab, question) == expected


def test_the_column_of_an_order_holds_what_it_ordered_by(lab: Lab) -> None:
    result = run("query", "models sorted by loss ascending", "--db", str(lab.db))
    assert "0.1" in result.output and "cross-entropy" not in result.output


def test_another_run_answers_where_the_best_one_has_no_such_result(lab: Lab) -> None:
    lab.write("agent/train.py", SCRIPT)
    lab.write("agent/runs/d/log.csv", "epoch,test_reward\n0,1\n1,9\n2,8\n")
    lab.write("agent/runs/e/log.csv", "epoch,val_reward\n0,1\n1,4\n2,5\n")
    lab.index()
    assert first(lab, "validation reward of agent_train") == (
        "agent_train",
        5.0,
        "agent/runs/e/log.csv",
    )
