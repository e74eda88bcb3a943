"""Runs by what they reached: any recorded result, on any part of the data, run by run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apsw
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


def study(lab: Lab, path: str, values: list[float]) -> None:
    """A study of Optuna that minimised its objective, a trial for each value."""
    connection = apsw.Connection(str(lab.folder / path))
    connection.execute(
        "CREATE TABLE studies (study_id, study_name);"
        "CREATE TABLE study_directions (study_id, direction, objective);"
        "CREATE TABLE trials (trial_id, number, study_id, state, datetime_start,"
        " datetime_complete);"
        "CREATE TABLE trial_params (trial_id, param_name, param_value, distribution_json);"
        "CREATE TABLE trial_values (trial_id, objective, value);"
        "INSERT INTO studies VALUES (1, 'width');"
        "INSERT INTO study_directions VALUES (1, 'MINIMIZE', 0);"
    )
    for number, value in enumerate(values):
        moments = (f"2025-03-01 10:0{number}:00", f"2025-03-01 10:0{number}:30")
        connection.execute(
            "INSERT INTO trials VALUES (?, ?, 1, 'COMPLETE', ?, ?)", (number, number, *moments)
        )
        connection.execute("INSERT INTO trial_values VALUES (?, 0, ?)", (number, value))
    connection.close()


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("best objective", 1.5),
        ("lowest objective", 1.5),
        ("highest objective", 9.0),
        ("what is the best objective value?", 1.5),
    ],
)
def test_a_result_under_its_own_name_beats_what_the_word_means_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, question: str, value: float
) -> None:
    lab = Lab(tmp_path_factory.mktemp("own_names"))
    lab.write("tune/train.py", SCRIPT)
    study(lab, "tune/study.db", [9.0, 1.5])
    lab.write("other/train.py", SCRIPT)
    lab.write("other/log.csv", "epoch,val_acc,val_loss\n0,0.5,2.0\n1,0.9,0.1\n")
    lab.index()
    answer = lab.asked(question)
    assert answer["answer"]["models"][0]["values"][0]["value"] == value


def test_a_search_over_settings_and_its_trials(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    lab = Lab(tmp_path_factory.mktemp("study"))
    lab.write("train.py", SCRIPT)
    study(lab, "study.db", [9.0, 1.5, 3.0])
    lab.index()
    assert found(lab, "runs with objective below 2")[0] == ["width trial 1"]
    assert found(lab, "which trial has the lowest objective")[0] == ["width trial 1"]
    assert lab.asked("value of trial 2")["summary"] == "width trial 2: objective 3."
    assert "3 runs took 90 s together" in lab.asked("how long did the study take")["summary"]


def test_the_best_point_of_a_result_is_counted_as_its_curve_is(lab: Lab) -> None:
    assert "at best, epoch 2" in lab.said("show", "two_train")
