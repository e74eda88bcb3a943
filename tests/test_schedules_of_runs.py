"""Schedules of learning rates as runs recorded them, under the short names of libraries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from modelsearch import vocabulary
from modelsearch.vocabulary.schedules import named_schedules, schedule_meant
from tests.test_runs import SCRIPT, Lab

SCHEDULED = SCRIPT + "schedule = optim.lr_scheduler.StepLR(opt, 3)\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Runs that recorded their schedule in several ways, and one that recorded none."""
    lab = Lab(tmp_path_factory.mktemp("schedules"))
    lab.write("digits/train.py", SCRIPT.replace("optimizer", "opt") + "\n")
    for name, setting in {
        "fox-1": "lr_scheduler_type: linear\n",
        "elk-2": "lr_scheduler_type: cosine\n",
        "owl-3": "scheduler: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts\n",
        "cod-4": "lr_scheduler: of the moon\n",
        "emu-5": "",
    }.items():
        lab.write(f"digits/runs/{name}/hparams.yaml", f"lr: 0.1\n{setting}")
        lab.write(f"digits/runs/{name}/log.csv", "epoch,val_acc\n0,0.5\n1,0.6\n2,0.7\n")
    lab.index()
    yield lab


@pytest.mark.parametrize(
    ("question", "runs"),
    [
        ("runs with cosine annealing", {"elk-2", "owl-3"}),
        ("runs with linear decay", {"fox-1"}),
        ("runs scheduler:CosineAnnealingWarmRestarts", {"owl-3"}),
        ("runs with lr_scheduler_type cosine", {"elk-2"}),
        ("runs with step decay", set()),
    ],
)
def test_runs_are_asked_by_their_schedule(lab: Lab, question: str, runs: set[str]) -> None:
    answer = lab.asked(question)["answer"] or {}
    assert {row["run_id"] for row in answer.get("runs", ())} == runs


def test_the_schedule_of_a_run_is_told(lab: Lab) -> None:
    assert "elk-2: scheduler cosine" in lab.said("query", "scheduler of run elk-2")


def test_short_names_mean_schedules_of_the_vocabulary() -> None:
    for alone, warmed in named_schedules().values():
        assert vocabulary.find("scheduler", alone) is not None
        assert vocabulary.find("scheduler", warmed) is not None
    assert schedule_meant("Cosine") == "CosineAnnealingLR"
    assert schedule_meant("of the moon") == "of the moon"
