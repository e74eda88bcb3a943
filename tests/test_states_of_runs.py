"""What became of runs, what trackers deleted or copied, and which run stands for a model whose runs
are of several data sets.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from modelsearch.vocabulary.runs import ended_with, state_of
from tests.test_checkpoints import torch_zip
from tests.test_malicious import field
from tests.test_runs import SCRIPT, Lab, event, mlflow
from tests.test_runs_named import names


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def sacred(lab: Lab, number: int, status: str, config: dict[str, object], info: object) -> None:
    base = f"runs/{number}"
    told = {
        "experiment": {"name": "digits", "mainfile": "train.py"},
        "status": status,
        "start_time": "2025-03-01T10:00:00",
        "stop_time": "2025-03-01T11:00:00",
    }
    lab.write(f"{base}/run.json", json.dumps(told))
    lab.write(f"{base}/config.json", json.dumps(config))
    lab.write(f"{base}/info.json", json.dumps(info))


def session_end(status: int) -> bytes:
    """An event with the end of a session, as the hparams plugin writes it."""
    units = field(3, field(1, field(1, b"units") + field(2, field(3, b"8"))))
    content = units + field(4, b"\x08" + bytes([status]))
    value = field(1, b"_hparams_/session_end_info") + field(9, field(1, field(2, content)))
    summary = field(5, field(1, value))
    data = b"\x09" + struct.pack("<d", 1740819600.0) + summary
    return struct.pack("<Q", len(data)) + bytes(4) + data + bytes(4)


@pytest.mark.parametrize("folder", ["lightning_logs/version_0", "runs/exp"])
@pytest.mark.parametrize(
    ("results", "state"), [(b"", None), (event(3, "val/accuracy", 0.5), "finished")]
)
def test_a_session_that_logged_nothing_says_no_more_than_that_it_ended(
    lab: Lab, folder: str, results: bytes, state: str | None
) -> None:
    lab.write("train.py", SCRIPT)
    lab.write(f"{folder}/hparams.yaml", "lr: 0.1\nunits: 8\n")
    events = results + session_end(1)
    lab.write(f"{folder}/events.out.tfevents.1740819600.host", events)
    lab.index()
    assert lab.rows("SELECT status FROM run") == [(state,)]


def _weights(epoch: int) -> bytes:
    return torch_zip(epoch=epoch, state_dict={"w": (9, 9)})


@pytest.mark.parametrize(
    ("recorded", "state"),
    [
        ("COMPLETED", "finished"),
        ("INTERRUPTED", "interrupted"),
        ("DIED", "failed"),
        ("TIMEOUT", "killed"),
        ("KILLED", "killed"),
        ("PRUNED", "pruned"),
        ("QUEUED", None),
        (None, None),
    ],
)
def test_what_trackers_call_the_end_of_a_run(recorded: str | None, state: str | None) -> None:
    assert state_of(recorded) == state


def test_an_exit_code_tells_how_a_program_ended() -> None:
    ends = {0: "finished", 1: "failed", 130: "interrupted", 137: "killed", -15: "killed"}
    assert {code: ended_with(code) for code in ends} == ends


def test_interrupted_and_killed_runs_are_not_failed_ones(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    for number, status in enumerate(("COMPLETED", "FAILED", "INTERRUPTED", "TIMEOUT"), 1):
        sacred(lab, number, status, {"seed": number}, {"accuracy_test": 0.5})
    lab.index()
    assert names(lab, "failed runs") == ["2"]
    assert names(lab, "interrupted runs") == ["3"]
    assert names(lab, "killed runs") == ["4"]
    assert names(lab, "unfinished runs") == ["2", "3", "4"]
    assert names(lab, "runs that did not fail") == ["1", "3", "4"]


def test_the_best_run_of_a_model_is_one_on_its_own_data(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    of = {"batch_size": 8, "dataset_settings": {"name": "cifar100"}}
    sacred(lab, 1, "COMPLETED", of, {"evaluations": [{"accuracy_test": 0.6}]})
    sacred(lab, 2, "COMPLETED", {"dataset": "mnist"}, {"evaluations": [{"accuracy_test": 0.99}]})
    lab.index()
    assert lab.rows("SELECT run_id, dataset FROM run ORDER BY run_id") == [
        ("1", "CIFAR-100"),
        ("2", "MNIST"),
    ]
    assert lab.rows("SELECT run_id FROM run WHERE stands") == [("1",)]
    assert lab.rows("SELECT value, dataset FROM metric ORDER BY value") == [
        (0.6, "CIFAR-100"),
    ]
    assert "accuracy 0.6" in lab.said("query", "best accuracy on CIFAR-100")
    assert lab.asked("runs on MNIST with accuracy above 0.9")["answer"]["runs"][0]["run_id"] == "2"


def test_a_deleted_run_is_left_out_and_said(lab: Lab) -> None:
    lab.write("fit.py", SCRIPT)
    mlflow(lab, "calm-elk", "a" * 32, "fit.py", "3e-4", 0.8)
    mlflow(lab, "bold-fox", "b" * 32, "fit.py", "0.01", 0.9)
    base = f"mlruns/0/{'b' * 32}/meta.yaml"
    lab.write(base, (lab.folder / base).read_text() + "lifecycle_stage: deleted\n")
    said = lab.said("index", str(lab.folder))
    assert "1 run left out: deleted in MLflow (1)" in said
    assert "told nothing" not in said
    assert names(lab, "runs") == ["calm-elk"]


def test_what_a_tracker_copies_is_no_model(lab: Lab) -> None:
    lab.write("fit.py", SCRIPT)
    mlflow(lab, "calm-elk", "a" * 32, "fit.py", "3e-4", 0.8)
    lab.write(f"mlruns/0/{'a' * 32}/artifacts/model/code/fit.py", SCRIPT)
    lab.write(f"mlruns/0/{'a' * 32}/artifacts/model/data/model.pth", _weights(1))
    logged = f"mlruns/0/models/m-{'c' * 32}"
    lab.write(f"{logged}/meta.yaml", f"name: model\nsource_run_id: {'a' * 32}\n")
    lab.write(f"{logged}/artifacts/data/model.pth", _weights(2))
    lab.write(f"{logged}/artifacts/code/fit.py", SCRIPT)
    lost = f"elsewhere/0/{'d' * 32}"
    lab.write(f"{lost}/meta.yaml", "run_name: gone\nlifecycle_stage: deleted\n")
    lab.write(f"{lost}/artifacts/model/data/model.pth", _weights(3))
    said = lab.said("index", str(lab.folder))
    assert "a copy of a script that a tracker keeps (2)" in said
    lab.write("elsewhere/a.py", SCRIPT)
    lab.write("elsewhere/b.py", SCRIPT)
    lab.index()
    assert lab.rows("SELECT count(*) FROM model WHERE kind <> 'script'") == [(0,)]
    assert lab.rows("SELECT epoch, model_id, run_id FROM checkpoints ORDER BY epoch") == [
        (1, "lab_fit", "calm-elk"),
        (2, "lab_fit", "calm-elk"),
        (3, None, None),
    ]


def test_a_picture_that_a_tracker_keeps_counts(lab: Lab) -> None:
    lab.write("fit.py", SCRIPT)
    mlflow(lab, "calm-elk", "a" * 32, "fit.py", "3e-4", 0.8)
    size = struct.pack(">II", 2, 2)
    lab.write(f"mlruns/0/{'a' * 32}/artifacts/curve.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size)
    lab.index()
    assert lab.rows("SELECT count(*) FROM artefact WHERE kind = 'image'") == [(1,)]


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("checkpoints over 5 GB", 'no checkpoint is there with "over 5 GB"'),
        ("checkpoints of epoch 99", "no checkpoint is there with"),
        ("checkpoints called zebrafish", "goes by"),
    ],
)
def test_an_empty_answer_about_checkpoints_names_the_condition(
    lab: Lab, question: str, note: str
) -> None:
    lab.write("fit.py", SCRIPT)
    lab.write("a/last.pth", _weights(3))
    lab.index()
    answer = lab.asked(question)
    assert answer["total"] == 0
    assert any(note in one for one in answer["notes"]), answer["notes"]


def test_a_log_that_tells_nothing_beside_one_that_does_is_counted(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lines = [f"epoch {at} loss {1 / at:.3f} accuracy {at / 9:.3f}" for at in range(1, 7)]
    lab.write("logs/first.log", "\n".join(lines) + "\n")
    lab.write("logs/second.log", "loading\ndone\n")
    lab.write("logs/third.log", "killed\n")
    said = "2 files named like logs told nothing of a training: 2 plain log"
    assert said in lab.said("index", str(lab.folder))
    assert said in lab.said("index", str(lab.folder))  # nothing changed


def test_runs_on_other_data_than_their_script_says_are_said(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    sacred(lab, 1, "COMPLETED", {"dataset": "mnist"}, {"evaluations": [{"accuracy_test": 0.9}]})
    lab.index()
    (own,) = lab.rows(
        "SELECT name FROM term t JOIN model_term x ON x.term = t.id WHERE role = 'train'"
    )
    said = lab.said("query", f"models on {own[0]}")
    assert f"By its script on {own[0]}, but its runs name other data" in said
    assert "(on MNIST)" in said
    sacred(lab, 2, "COMPLETED", {"dataset": own[0]}, {"evaluations": [{"accuracy_test": 0.8}]})
    lab.index()
    assert "other data" not in lab.said("query", f"models on {own[0]}")
