"""Superlatives, facts and means of many runs: what is asked decides, not the usual result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_runs import SCRIPT, Lab, mlflow


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Six trials of a search, and two runs of a tracker with a higher rate than any trial."""
    lab = Lab(tmp_path_factory.mktemp("orders"))
    lab.write("search/tune.py", SCRIPT)
    trials = ((64, 0.1, 3.0), (32, 0.02, 1.0), (8, 0.3, 2.0), (8, 0.2, 5.0), (16, 0.25, 4.0),
              (24, 0.15, 6.0))  # fmt: skip
    for number, (width, rate, value) in enumerate(trials):
        folder = f"search/out/study_trial_{number}"
        precision = "fp16" if number % 2 else "fp32"
        settings = f"hidden_dim: {width}\nlr: {rate}\nprecision: {precision}\n"
        lab.write(f"{folder}/hparams.yaml", settings)
        lab.write(f"{folder}/metrics.csv", f"epoch,objective_loss\n0,9.0\n1,{value}\n")
    lab.write("flowers/fit.py", SCRIPT.replace("range(3)", "range(7)"))
    mlflow(lab, "calm-elk", "a" * 32, "flowers/fit.py", "0.5", 0.8)
    mlflow(lab, "bold-fox", "b" * 32, "flowers/fit.py", "0.5", 0.9)
    lab.index()
    yield lab


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("trial with the highest lr", "study_trial_2: learning rate 0.3, the highest of 6"),
        ("which trial has the lowest lr", "study_trial_1: learning rate 0.02, the lowest of 6"),
        ("run with the largest hidden_dim", "study_trial_0: hidden dim 64, the highest of 6"),
        ("trial with the smallest hidden_dim", "study_trial_2: hidden dim 8, the lowest of 6"),
        ("run with the highest learning rate", "0.5, the highest of 8 runs that say it; 1 more"),
        ("trial with the lowest objective loss", "study_trial_1: objective loss 1"),
        ("best three trials", "Best 3 of 6 by objective loss: study_trial_1: 1, study_trial_2: 2"),
        ("two worst trials", "Worst 2 of 6 by objective loss: study_trial_5: 6, study_trial_3: 5"),
        ("which precision did the trials use", "of 6 runs: fp32 (3), fp16 (3)."),
        ("mean lr of the trials with objective loss below 2.5", "rate of 2 runs: 0.16 (0.02 to"),
        ("last trial of search_tune", "recorded when it started, so none of them comes first"),
    ],
)
def test_the_first_line_answers(lab: Lab, question: str, said: str) -> None:
    assert said in lab.asked(question)["summary"]


def test_trials_are_runs_of_a_search(lab: Lab) -> None:
    found = lab.asked("trials with lr over 0.2")["answer"]["runs"]
    assert {one["run_id"] for one in found} == {"study_trial_2", "study_trial_4"}


def test_a_mean_by_group_says_who_is_silent(lab: Lab) -> None:
    said = lab.asked("average duration of the runs by tool")["summary"]
    assert said.startswith("Mean duration by tool: MLflow ")
    assert said.endswith("2 runs; 6 runs do not say.")


def test_a_date_says_how_many_starts_are_unknown(lab: Lab) -> None:
    notes = " ".join(lab.asked("runs from 3 March 2011")["notes"])
    assert "of 6 of the 8 runs it is not known when they started" in notes
