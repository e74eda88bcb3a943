"""How far runs went: epochs counted from zero, runs that stopped before their end, and which
checkpoint is the latest.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelsearch.sources.runs.bars import unreached
from tests.test_checkpoints import torch_zip
from tests.test_runs import SCRIPT, Lab, event
from tests.test_runs_named import names

EVERY = 25


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def version(lab: Lab, number: int, epochs: int, *, hparams: str | None = "{}\n") -> None:
    """A run of Lightning's logger that wrote each 25th epoch, counted from zero."""
    folder = f"lightning_logs/version_{number}"
    rows = "".join(f"{1 / at},{at - 1},{2 * at - 1}\n" for at in range(EVERY, epochs + 1, EVERY))
    lab.write(f"{folder}/metrics.csv", "train_loss,epoch,step\n" + rows)
    if hparams is not None:
        lab.write(f"{folder}/hparams.yaml", hparams)


def script(epochs: int) -> str:
    return SCRIPT.replace("range(3)", f"range({epochs})")


def tracked(lab: Lab, name: str, step: int, output: str, **more: Any) -> None:
    """A folder of W&B without its log, as people commit it."""
    files = f"wandb/run-20240515_16231{name}-abc{name}/files"
    lab.write(f"{files}/wandb-metadata.json", json.dumps({"program": "train.py", **more}))
    lab.write(f"{files}/wandb-summary.json", json.dumps({"loss": 0.5, "_step": step}))
    lab.write(f"{files}/output.log", output)


def test_epochs_that_are_counted_from_zero_are_one_more(lab: Lab) -> None:
    lab.write("train.py", script(1200))
    version(lab, 1, 1200)
    version(lab, 2, 1000)
    version(lab, 3, 6000, hparams=None)
    lab.index()
    assert lab.rows("SELECT run_id, epochs_done FROM run ORDER BY run_id") == [
        ("version_1", 1200),
        ("version_2", 1000),
        ("version_3", 6000),
    ]
    assert names(lab, "runs with more than 1100 epochs") == ["version_1", "version_3"]


def version_with_test(lab: Lab, number: int, epochs: int, *, tested: bool = True) -> None:
    """The events of a fit of so many epochs of ten steps, and of a test behind it: its epoch is how
    many were done.
    """
    folder = f"lightning_logs/version_{number}"
    fitted = [
        event(10 * at + 9, tag, value)
        for at in range(epochs)
        for tag, value in (("epoch", at), ("train_loss", 1 / (at + 1)), ("val_acc", 0.5))
    ]
    lab.write(f"{folder}/hparams.yaml", "units: 8\n")
    if fitted:
        lab.write(f"{folder}/events.out.tfevents.1740819600.host.1.0", b"".join(fitted))
    if tested:
        test = [
            event(10 * epochs, tag, value) for tag, value in (("epoch", epochs), ("test_acc", 1))
        ]
        lab.write(f"{folder}/events.out.tfevents.1740819700.host.1.1", b"".join(test))


def test_a_test_behind_a_fit_is_no_epoch(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    version_with_test(lab, 1, 5)
    version_with_test(lab, 2, 5, tested=False)
    version_with_test(lab, 3, 0)
    lab.index()
    assert lab.rows("SELECT run_id, epochs_done FROM run ORDER BY run_id") == [
        ("version_1", 5),
        ("version_2", 5),
        ("version_3", None),
    ]


@pytest.mark.parametrize(
    ("last", "epochs"), [("2,19,,0.9\n", 2), ("1,19,,0.9\n", 2), ("", 2)], ids=str
)
def test_the_row_of_a_test_in_a_table_is_no_epoch(lab: Lab, last: str, epochs: int) -> None:
    lab.write("train.py", SCRIPT)
    rows = "epoch,step,val_acc,test_acc\n0,9,0.5,\n1,18,0.6,\n" + last
    lab.write("lightning_logs/version_0/metrics.csv", rows)
    lab.write("lightning_logs/version_0/hparams.yaml", "units: 8\n")
    lab.index()
    assert lab.rows("SELECT epochs_done FROM run") == [(epochs,)]


def test_epochs_that_are_counted_from_one_stay(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("log.csv", "epoch,loss\n" + "".join(f"{at},0.5\n" for at in (25, 50, 75)))
    lab.index()
    assert lab.rows("SELECT epochs_done FROM run") == [(75,)]


def test_what_a_script_plans_now_says_nothing_of_runs_of_other_settings(lab: Lab) -> None:
    lab.write("train.py", script(1200))
    version(lab, 1, 1200)
    version(lab, 2, 1000)
    lab.index()
    assert names(lab, "unfinished runs") == ["version_2"]
    version(lab, 3, 6000)
    lab.index()
    assert names(lab, "unfinished runs") == []
    version(lab, 4, 1000, hparams="max_epochs: 2000\n")
    lab.index()
    assert names(lab, "which runs did not finish") == ["version_4"]


def test_versions_without_settings_are_runs_of_lightning(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    version(lab, 1, 100)
    version(lab, 2, 100, hparams="")
    version(lab, 3, 100, hparams=None)
    lab.index()
    assert lab.rows("SELECT run_id, tool FROM run ORDER BY run_id") == [
        ("version_1", "Lightning"),
        ("version_2", "Lightning"),
        ("version_3", "CSV log"),
    ]
    assert lab.asked("models with run_tool:Lightning")["total"] == 1


def test_a_run_whose_own_output_counts_further_did_not_finish(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    tracked(lab, "1", 517, "  0%|      | 0/20347 [00:00<?, ?it/s]\n")
    tracked(lab, "2", 99, "100%|#####| 100/100 [00:10<00:00, 9.9it/s]\n")
    tracked(lab, "3", 5, "".join(f"{n}/90 [00:01<00:01]\n" for n in (0, 40, 80, 0, 40)))
    lab.index()
    answer = lab.asked("unfinished runs")["answer"]
    assert len(answer["runs"]) == 1
    assert "stopped after step 517 of 20347 of its output" in " ".join(answer["said"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0/20347 [00:00<?, ?it/s]", (20347, 1)),
        ("start\n 5/9 [00:00<00:03]", (9, 2)),
        ("9/9 [00:09<00:00]", None),
        ("5/9 [00:05<00:04] 1/7 [00:01<00:06]", None),
        ("step 5/9", None),
        ("", None),
    ],
)
def test_a_bar_that_never_reached_its_end(text: str, told: tuple[int, int] | None) -> None:
    assert unreached(text) == told


def test_checkpoints_are_ordered_by_their_epochs(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("out/last_epoch_model.pt", torch_zip(state_dict={"w": (99, 99)}) + b"\0" * 9000)
    lab.write("out/epoch_4.pt", torch_zip(epoch=4, state_dict={"w": (9, 9)}))
    lab.write("out/epoch=12-step=48.ckpt", torch_zip(state_dict={"w": (9, 9)}))
    lab.index()
    answer = lab.asked("which checkpoint has the highest epoch")
    first = answer["answer"]["checkpoints"][0]
    assert (first["path"], first["epoch"]) == ("out/epoch=12-step=48.ckpt", 12)
    assert "1 says no epoch" in " ".join(answer["answer"]["said"])
    lowest = lab.asked("checkpoint with the lowest epoch")["answer"]["checkpoints"][0]
    assert lowest["path"] == "out/epoch_4.pt"
    most = lab.asked("which checkpoint has the most parameters")["answer"]["checkpoints"][0]
    assert most["path"] == "out/last_epoch_model.pt"
    largest = lab.asked("largest checkpoint")["answer"]["checkpoints"][0]
    assert largest["path"] == "out/last_epoch_model.pt"
