"""Runs counted, averaged, ordered, without results, unfinished; and why an answer is empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import run
from tests.test_runs import SCRIPT, Lab, mlflow
from tests.test_runs_named import names


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Two finished runs of MLflow, a failed one without a result, a log that ends early."""
    lab = Lab(tmp_path_factory.mktemp("counted"))
    lab.write("flowers/fit.py", SCRIPT)
    mlflow(lab, "calm-elk-1", "a" * 32, "flowers/fit.py", "3e-4", 0.8)
    mlflow(lab, "bold-fox-2", "b" * 32, "flowers/fit.py", "0.01", 0.9)
    base = "mlruns/0/" + "c" * 32
    lab.write(
        f"{base}/meta.yaml",
        "run_name: sad-hen-3\nstatus: 4\nstart_time: 1740819600000\nend_time: 1740820500000\n",
    )
    lab.write(f"{base}/params/lr", "0.1")
    lab.write(f"{base}/tags/mlflow.source.name", "flowers/fit.py")
    lab.write("digits/train.py", SCRIPT.replace("range(3)", "range(100)"))
    lab.write("digits/log.csv", "epoch,val_acc\n1,0.5\n2,0.6\n3,0.7\n")
    lab.index()
    yield lab


LOG = "digits"


def test_runs_without_results_are_found(lab: Lab) -> None:
    assert names(lab, "runs without any result") == ["sad-hen-3"]
    assert "sad-hen-3" not in names(lab, "runs with results")


def test_a_log_that_ends_before_what_its_script_plans_is_unfinished(lab: Lab) -> None:
    answer = lab.asked("unfinished runs")
    rows = answer["answer"]["runs"]
    assert {row["tool"] for row in rows} == {"MLflow", "CSV log"}
    assert len(rows) == 2
    said = " ".join(answer["answer"]["said"])
    assert "stopped after epoch 3 of 100 that its script plans" in said
    assert "1 by their state: failed" in said


def test_runs_are_counted_by_what_they_recorded(lab: Lab) -> None:
    answer = lab.asked("how many runs per tool")
    assert answer["summary"] == "4 runs by tool: MLflow (3), CSV log (1)."
    assert answer["answer"]["groups"] == [
        {"value": "MLflow", "count": 3},
        {"value": "CSV log", "count": 1},
    ]
    assert lab.asked("runs per status")["summary"] == (
        "4 runs by status: finished (2), failed (1), not known (1)."
    )


def test_results_and_durations_of_runs_are_averaged(lab: Lab) -> None:
    said = lab.asked("average accuracy of the runs")["summary"]
    assert said == "Mean validation accuracy of 3 runs, each at its best: 0.8 (0.7 to 0.9)."
    said = lab.asked("average duration of the runs")["summary"]
    assert said == "Mean duration of 3 runs: 6 min (90 s to 15 min)."


def test_runs_are_ordered_by_a_column_and_the_first_is_said(lab: Lab) -> None:
    assert names(lab, "runs sorted by duration")[2] == "sad-hen-3"
    assert names(lab, "runs sorted by duration, longest first")[0] == "sad-hen-3"
    assert lab.asked("longest run")["summary"] == (
        "sad-hen-3: 15 min, the longest of 3 runs that say it."
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("runs that took more than 10 minutes", ["sad-hen-3"]),
        ("runs that lasted less than 2 minutes", ["bold-fox-2", "calm-elk-1"]),
        ("runs longer than an hour", []),
    ],
)
def test_runs_are_found_by_how_long_they_took(lab: Lab, question: str, expected: list[str]) -> None:
    assert sorted(names(lab, question)) == expected


def test_what_only_scripts_say_is_said_first(lab: Lab) -> None:
    said = lab.asked("runs with batch size 32")["summary"]
    assert said == "No run recorded such a batch size; 4 match by their script."


def test_an_empty_answer_names_the_condition(lab: Lab) -> None:
    notes = lab.asked("wandb runs")["notes"]
    assert any('no run is there with "wandb"' in note for note in notes)
    notes = lab.asked("failed runs that took less than 2 minutes")["notes"]
    assert any("all of these together" in note and '"failed" 1' in note for note in notes)


_FINISHED, _NOT = ["bold-fox-2", "calm-elk-1"], ["sad-hen-3"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("failed runs", _NOT),
        ("runs that failed", _NOT),
        ("MLflow runs that did not fail", _FINISHED),
        ("MLflow runs that didn't fail", _FINISHED),
        ("MLflow runs except the failed ones", _FINISHED),
        ("MLflow runs not failed", _FINISHED),
        ("MLflow runs that were not finished", _NOT),
        ("MLflow runs that never finished", _NOT),
    ],
)
def test_what_did_not_become_of_runs(lab: Lab, question: str, found: list[str]) -> None:
    assert sorted(names(lab, question)) == found


def test_what_is_not_read_of_runs_is_asked_back(lab: Lab) -> None:
    done = run("query", "runs that I did not like", "--db", str(lab.db))
    assert done.exit_code == 1 and "'not'" in str(done.exception)


def test_a_setting_that_is_called_model_is_no_model(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("flowers/fit.py", SCRIPT)
    mlflow(lab, "calm-elk-1", "a" * 32, "flowers/fit.py", "3e-4", 0.8)
    lab.write("mlruns/0/" + "a" * 32 + "/params/model", "big")
    lab.index()
    assert names(lab, "runs of flowers_fit") == ["calm-elk-1"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("runs without a learning rate", ["log"]),
        ("runs that recorded no lr", ["log"]),
        ("runs with a learning rate", ["bold-fox-2", "calm-elk-1", "sad-hen-3"]),
        ("runs with lr", ["bold-fox-2", "calm-elk-1", "sad-hen-3"]),
        ("runs without batch size", ["bold-fox-2", "calm-elk-1", "log", "sad-hen-3"]),
        ("runs where batch size is missing", ["bold-fox-2", "calm-elk-1", "log", "sad-hen-3"]),
        ("runs whose lr is not recorded", ["log"]),
        ("runs without a batch size or a learning rate", ["log"]),
        ("runs with a seed", []),
        ("runs without weight decay", ["bold-fox-2", "calm-elk-1", "log", "sad-hen-3"]),
        ("runs with an experiment and without epochs", ["bold-fox-2", "calm-elk-1", "sad-hen-3"]),
    ],
)
def test_whether_runs_recorded_a_setting_is_asked_of_the_runs(
    lab: Lab, question: str, expected: list[str]
) -> None:
    assert sorted(name.rpartition("/")[2] for name in names(lab, question)) == expected


def test_what_scripts_say_does_not_count_for_what_runs_recorded(lab: Lab) -> None:
    said = " ".join(lab.asked("runs without batch size")["answer"]["said"])
    assert "Counted is the batch size that runs recorded, not what their scripts say." in said


def test_runs_are_counted_by_the_month_that_they_began_in(lab: Lab) -> None:
    assert lab.asked("runs per month")["summary"] == "4 runs by month: 2025-03 (3), not known (1)."
    assert lab.asked("how many runs per year")["summary"].startswith("4 runs by year: 2025 (3)")


def test_a_run_without_epochs_tells_its_steps(lab: Lab) -> None:
    said = lab.asked("how many epochs did calm-elk-1 run?")["summary"]
    assert said == "calm-elk-1: no epochs are recorded, steps 2."


def test_how_far_the_runs_of_a_model_went_is_what_they_recorded(lab: Lab) -> None:
    said = lab.asked("how many epochs did digits_train run?")["summary"]
    assert said.endswith("log: epochs 3.")
    said = lab.asked("how many epochs did flowers_fit run?")["summary"]
    assert "calm-elk-1: no epochs are recorded, steps 2" in said
