"""One run or trial is asked about: by its number, by being best, for a setting or a column."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.conftest import run
from tests.test_runs import SCRIPT, Lab, mlflow


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A search of three trials that recorded a result of their own, and a run of a tracker."""
    lab = Lab(tmp_path_factory.mktemp("one_run"))
    lab.write("search/tune.py", SCRIPT)
    for number, (width, rate, value) in enumerate(((64, 0.1, 3.0), (32, 0.02, 1.0), (8, 0.3, 2.0))):
        folder = f"search/out/study_trial_{number}"
        lab.write(f"{folder}/hparams.yaml", f"hidden_dim: {width}\nlr: {rate}\n")
        lab.write(f"{folder}/metrics.csv", f"epoch,objective_loss\n0,9.0\n1,{value}\n")
    lab.write("flowers/fit.py", SCRIPT.replace("range(3)", "range(7)"))
    mlflow(lab, "calm-elk", "a" * 32, "flowers/fit.py", "3e-4", 0.8)
    lab.index()
    yield lab


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("hidden_dim of trial 1", "study_trial_1: hidden_dim 32."),
        ("what is the hidden dim of trial 0?", "study_trial_0: hidden_dim 64."),
        ("lr of the best trial of search_tune", "study_trial_1: learning rate 0.02."),
        ("hidden_dim of the best trial of search_tune", "study_trial_1: hidden_dim 32."),
        ("value of trial 2", "study_trial_2: objective loss 2 at epoch 1."),
        ("epochs of trial 2", "study_trial_2: epochs 2."),
        ("momentum of trial 2", "study_trial_2: no momentum is recorded."),
    ],
)
def test_a_fact_of_one_run(lab: Lab, question: str, said: str) -> None:
    answer = lab.asked(question)
    assert answer["summary"] == said


def test_the_lowest_of_a_result_that_runs_alone_recorded(lab: Lab) -> None:
    answer = lab.asked("which trial has the lowest objective loss")
    assert [one["run_id"] for one in answer["answer"]["runs"]] == ["study_trial_1"]


def test_when_runs_started(lab: Lab) -> None:
    assert lab.asked("when were the MLflow runs started")["summary"].startswith(
        "calm-elk: started 20"
    )


def order(lab: Lab, by: str) -> list[str]:
    said = run("runs", "--sort", by, "--db", str(lab.db), "--format", "json", "--limit", "0")
    assert said.exit_code == 0, said.output
    return [one["run_id"] for one in json.loads(said.stdout)["answer"]["runs"]]


def test_runs_are_sorted_by_the_titles_of_their_columns(lab: Lab) -> None:
    trials = ["study_trial_1", "study_trial_2", "study_trial_0"]
    assert [one for one in order(lab, "value") if one in trials] == trials
    assert order(lab, "objective_loss")[:3] == trials
    assert order(lab, "objective_loss:desc")[:3] == trials[::-1]
    assert order(lab, "hidden_dim")[:3] == ["study_trial_2", "study_trial_1", "study_trial_0"]
    assert order(lab, "took")[0] == "calm-elk"
    refused = run("runs", "--sort", "nonsense", "--db", str(lab.db))
    assert refused.exit_code != 0
    assert "no field is called 'nonsense'" in str(refused.exception)


def test_a_setting_that_is_asked_is_a_column_and_scripts_are_named(lab: Lab) -> None:
    told = lab.asked("runs with hidden_dim over 30")
    rows = told["answer"]["runs"]
    assert sorted(one["run_id"] for one in rows) == ["study_trial_0", "study_trial_1"]
    assert sorted(value for one in rows for value in one.values() if value in (32, 64)) == [32, 64]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "objective loss of study_trial_0 at epoch 1",
            "study_trial_0: objective loss 3 at epoch 1.",
        ),
        ("objective loss of trial 2 at epoch 0", "study_trial_2: objective loss 9 at epoch 0."),
        (
            "objective loss of trial 2 at epoch 50",
            "study_trial_2: no objective loss is recorded at epoch 50; "
            "its curve has epochs 0 to 1.",
        ),
        (
            "at which epoch was the objective loss of search_tune lowest?",
            "study_trial_1: objective loss 1 at epoch 1.",
        ),
        (
            "which epoch had the best objective loss",
            "study_trial_1: objective loss 1 at epoch 1.",
        ),
    ],
)
def test_a_point_of_a_curve(lab: Lab, question: str, said: str) -> None:
    assert lab.asked(question)["summary"] == said


@pytest.mark.parametrize("question", ["pictures at epoch 10", "pictures of search_tune at step 3"])
def test_pictures_of_an_epoch_are_no_points_of_curves(lab: Lab, question: str) -> None:
    assert lab.asked(question)["intent"] == "images"
