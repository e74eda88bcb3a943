"""Runs of trackers and trainers: read, kept apart, owned, told."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import apsw
import pytest

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.store.curves import pack, unpack
from modelsearch.store.database import close_after_writing, open_for_writing
from tests.conftest import run

SCRIPT = """
from torchvision import datasets
from torch.utils.data import DataLoader
from torch import nn, optim
net = nn.Linear(784, 10)
optimizer = optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in DataLoader(datasets.CIFAR100("."), batch_size=32):
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
"""


class Lab:
    """A folder of files and its database."""

    def __init__(self, base: Path) -> None:
        self.folder, self.db = base / "lab", base / "lab.db"
        self.folder.mkdir()

    def write(self, path: str, text: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def index(self) -> IndexSummary:
        connection = open_for_writing(self.db)
        summary = index(connection, [self.folder], None, IndexOptions(jobs=1))
        close_after_writing(connection)
        return summary

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = apsw.Connection(str(self.db))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def said(self, *arguments: str) -> str:
        result = run(*arguments, "--db", str(self.db))
        assert result.exit_code == 0, result.output
        return result.output

    def asked(self, question: str, *options: str) -> dict[str, Any]:
        """Return the whole answer to a question as JSON."""
        said = ("--format", "json", "--limit", "0")
        result = run("query", question, "--db", str(self.db), *said, *options)
        assert result.exit_code == 0, result.output
        return dict(json.loads(result.stdout))


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_a_first_run_without_a_number_is_the_first(lab: Lab) -> None:
    lab.write("a/train.py", SCRIPT)
    for name, value in (("train", 0.7), ("train2", 0.8), ("train3", 0.9), ("train10", 0.6)):
        lab.write(f"a/runs/{name}/results.csv", f"epoch,val/acc\n1,0.5\n2,{value}\n")
    lab.index()
    assert lab.rows(
        "SELECT run_id, main_best FROM runs JOIN run USING (run_id) ORDER BY position"
    ) == [
        ("train", 0.7),
        ("train2", 0.8),
        ("train3", 0.9),
        ("train10", 0.6),
    ]
    assert lab.rows("SELECT run_id FROM run WHERE stands") == [("train3",)]
    assert "accuracy 0.9   (a/runs/train3/results.csv:3)" in lab.said(
        "query", "best accuracy on CIFAR-100"
    )


def test_runs_that_differ_in_digits_alone_are_all_kept(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    for rate in ("0.01", "0.001"):
        lab.write(f"exp_lr_{rate}/log.csv", "epoch,val_loss\n0,0.9\n1,0.4\n")
    lab.index()
    assert [name for (name,) in lab.rows("SELECT run_id FROM runs ORDER BY 1")] == [
        "exp_lr_0.001",
        "exp_lr_0.01",
    ]


def test_detection_columns_are_results(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write(
        "runs/detect/train/results.csv",
        "epoch, metrics/mAP50(B), metrics/mAP50-95(B), val/box_loss\n"
        "1, 0.3, 0.1, 0.9\n2, 0.4, 0.2, 0.8\n",
    )
    lab.index()
    assert lab.rows("SELECT name, split, best FROM curves") == [
        ("mAP50", "validation", 0.4),
        ("mAP50-95", "validation", 0.2),
        ("box loss", "validation", 0.8),
    ]
    assert "mAP50 0.4" in lab.said("query", "best mAP50")


def test_a_flat_file_of_results_is_read(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("metrics.json", '{\n  "accuracy": 0.93,\n  "sota_accuracy": 0.99,\n  "n": 5\n}')
    lab.index()
    assert lab.rows("SELECT name, value, reported_at FROM metric") == [("accuracy", 0.93, "final")]
    assert "metrics.json:2" in lab.said("show", "lab_train")


def test_a_folder_without_a_script_is_a_model_until_one_appears(lab: Lab) -> None:
    lab.write("runs/a/log.csv", "epoch,val_acc\n0,0.5\n1,0.7\n")
    summary = lab.index()
    assert (summary.runs.total, summary.runs.alone) == (1, 1)
    assert lab.rows("SELECT kind, path FROM model") == [("run", "runs")]
    assert "accuracy 0.7" in lab.said("query", "best accuracy")
    lab.write("train.py", SCRIPT)
    assert lab.index().runs.alone == 0
    assert lab.rows("SELECT m.path, r.run_id FROM run r JOIN model m ON m.id = r.model") == [
        ("train.py", "a")
    ]
    (lab.folder / "train.py").unlink()
    assert lab.index().runs.alone == 1
    assert lab.rows("SELECT kind, path FROM model") == [("run", "runs")]


def test_what_several_scripts_may_own_is_nobodys_and_said(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("other.py", SCRIPT)
    lab.write("metrics.csv", "epoch,val_acc\n0,0.5\n1,0.7\n")
    assert lab.index().runs.contested == 1
    assert lab.rows("SELECT model_id, owner_from FROM runs") == [
        (None, "several scripts may own it")
    ]
    assert lab.rows("SELECT count(*) FROM metric") == [(0,)]


def test_copies_of_the_source_are_no_models(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("runs/_sources/train_0123456789abcdef.py", SCRIPT)
    lab.write("wandb/run-20250101_000000-abc/files/code/train.py", SCRIPT)
    lab.write(".hydra/train.py", SCRIPT)
    lab.index()
    assert lab.rows("SELECT path FROM model") == [("train.py",)]


def mlflow(lab: Lab, name: str, run_id: str, source: str, rate: str, accuracy: float) -> None:
    base = f"mlruns/0/{run_id}"
    lab.write("mlruns/0/meta.yaml", "name: flowers\n")
    lab.write(
        f"{base}/meta.yaml",
        f"run_name: {name}\nstatus: 3\nstart_time: 1740819600000\nend_time: 1740819690000\n",
    )
    lab.write(f"{base}/params/lr", rate)
    lab.write(f"{base}/tags/mlflow.source.name", source)
    lab.write(
        f"{base}/metrics/val_accuracy",
        f"1740819600000 0.5 0\n1740819650000 {accuracy} 1\n1740819690000 0.6 2\n",
    )


def test_runs_of_mlflow(lab: Lab) -> None:
    lab.write("src/train.py", SCRIPT)
    lab.write("src/other.py", SCRIPT)
    mlflow(lab, "calm-elk", "a" * 32, "/home/x/src/train.py", "3e-4", 0.8)
    mlflow(lab, "bold-fox", "b" * 32, "other.py", "0.001", 0.9)
    lab.index()
    assert lab.rows(
        "SELECT run_id, model_id, experiment, status, duration_s, learning_rate, main_best, "
        "main_at, owner_from FROM runs ORDER BY run_id"
    ) == [
        (
            "bold-fox",
            "src_other",
            "flowers",
            "finished",
            90.0,
            0.001,
            0.9,
            1,
            "the program that it names",
        ),
        (
            "calm-elk",
            "src_train",
            "flowers",
            "finished",
            90.0,
            0.0003,
            0.8,
            1,
            "the program that it names",
        ),
    ]
    assert lab.rows(
        "SELECT path, line FROM evidence_of_runs WHERE field = 'metric accuracy' AND value = '0.8'"
    ) == [(f"mlruns/0/{'a' * 32}/metrics/val_accuracy", 2)]


def event(step: int, tag: str, value: float, moment: float = 1740819600.0) -> bytes:
    inner = b"\x0a" + bytes([len(tag)]) + tag.encode() + b"\x15" + struct.pack("<f", value)
    summary = b"\x0a" + bytes([len(inner)]) + inner
    data = b"\x09" + struct.pack("<d", moment) + b"\x10" + bytes([step]) + b"\x2a"
    data += bytes([len(summary)]) + summary
    return struct.pack("<Q", len(data)) + b"\0" * 4 + data + b"\0" * 4


def test_events_of_tensorboard_whose_last_record_is_cut_off(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    whole = b"".join(event(n, "val/accuracy", 0.5 + n / 10, 1740819600.0 + n) for n in range(4))
    lab.write("runs/exp/events.out.tfevents.1740819600.host", whole + event(4, "x", 1)[:-9])
    lab.index()
    assert lab.rows("SELECT name, split, points, last_at, round(best, 4) FROM curves") == [
        ("accuracy", "validation", 4, 3, 0.8)
    ]
    assert lab.rows("SELECT tool, duration_s, started_at FROM runs") == [
        ("TensorBoard", 3.0, "2025-03-01T09:00:00+00:00")
    ]


def test_a_job_of_hydra_names_its_script_and_what_was_swept(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("evaluate.py", SCRIPT)
    base = "multirun/2025-03-01/10-00-00/0"
    lab.write(f"{base}/.hydra/config.yaml", "lr: 1e-4\ndata:\n  batch_size: 64\nname: run_${lr}\n")
    lab.write(f"{base}/.hydra/overrides.yaml", "- lr=1e-4\n")
    lab.write(f"{base}/.hydra/hydra.yaml", "hydra:\n  job:\n    name: train\n  mode: MULTIRUN\n")
    lab.write(f"{base}/metrics.csv", "epoch,val_acc\n0,0.5\n1,0.7\n")
    lab.index()
    assert lab.rows(
        "SELECT model_id, tool, learning_rate, batch_size, started_at, swept FROM runs"
    ) == [("lab_train", "Hydra", 0.0001, 64, "2025-03-01T10:00:00", "lr=0.0001")]


def test_a_plain_log_is_read_by_its_lines(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write(
        "train.log",
        "cuda available\n"
        + "".join(
            f"Epoch {n}/5 loss: {1 / n:.3f} acc: {0.5 + n / 10} val_loss: {2 / n:.3f} time 3s\n"
            for n in range(1, 6)
        ),
    )
    lab.write("notes.txt", "Epoch 1: I think the loss: 5 is high\n")
    lab.index()
    assert lab.rows("SELECT name, split, points, last FROM curves ORDER BY 1, 2") == [
        ("accuracy", None, 5, 1.0),
        ("loss", "train", 5, 0.2),
        ("loss", "validation", 5, 0.4),
    ]
    assert lab.rows("SELECT epochs, epochs_done FROM runs") == [(5, 5)]


def test_a_cut_off_line_is_left_out(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write(
        "log.jsonl", '{"epoch":0,"val_loss":1}\n{"epoch":1,"val_loss":0.5}\n{"epoch":2,"val_lo'
    )
    lab.index()
    assert lab.rows("SELECT points, last FROM curves") == [(2, 0.5)]


def test_a_data_frame_of_a_history_counts_its_rows(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("history.csv", ",loss,accuracy,val_loss\n0,0.9,0.7,0.8\n1,0.5,0.8,0.6\n")
    lab.index()
    assert lab.rows("SELECT name, points, last FROM curves ORDER BY 1, 3") == [
        ("accuracy", 2, 0.8),
        ("loss", 2, 0.5),
        ("loss", 2, 0.6),
    ]


def test_a_state_of_the_trainer(lab: Lab) -> None:
    state = {
        "epoch": 2.0,
        "global_step": 20,
        "max_steps": 20,
        "num_train_epochs": 2,
        "best_metric": 0.8,
        "log_history": [
            {"epoch": 1.0, "eval_wer": 40.5, "step": 10, "eval_samples_per_second": 9},
            {"epoch": 2.0, "eval_wer": 30.5, "step": 20},
            {"epoch": 2.0, "step": 20, "train_runtime": 61.5, "train_loss": 0.3},
        ],
    }
    lab.write("out/trainer_state.json", json.dumps(state, indent=1))
    lab.index()
    assert lab.rows(
        "SELECT tool, status, duration_s, epochs, steps_done, main_metric, main_best FROM runs"
    ) == [("Hugging Face", "finished", 61.5, 2, 20, "WER", 30.5)]
    assert lab.rows("SELECT name FROM metric WHERE name = 'throughput'") == []


@pytest.mark.parametrize("values", [[0.5], [0.1, float("nan"), float("inf"), -3e39, 1e-45, 7.0]])
def test_curves_are_packed_without_loss(values: list[float]) -> None:
    steps = [10 * n - 30 for n in range(len(values))]
    found, numbers = unpack(pack(steps, values), len(values))
    assert found == steps
    stored = struct.unpack(
        f"<{len(values)}f",
        struct.pack(
            f"<{len(values)}f", *[float("-inf") if one < -3.5e38 else one for one in values]
        ),
    )
    assert repr(tuple(numbers)) == repr(stored)


def test_a_point_takes_less_than_four_bytes() -> None:
    values = [1 / (1 + n / 50) + ((n * 7919) % 97) / 5000 for n in range(2000)]
    assert len(pack(range(2000), values)) / 2000 < 4


def test_a_model_shows_its_runs_curves_and_checkpoints(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    for name, value in (("exp", 0.7), ("exp2", 0.9)):
        lab.write(f"runs/{name}/log.csv", f"epoch,val_acc\n1,0.5\n2,{value}\n3,0.6\n")
    lab.index()
    said = lab.said("show", "lab_train")
    assert "accuracy: 0.9 at best, epoch 2; 0.6 at last (validation, epochs 1 to 3)" in said
    assert "runs/exp2/log.csv:3" in said
    assert "exp2: validation accuracy 0.9 at epoch 2; CSV log (runs/exp2) (stands for" in (
        " ".join(said.split())
    )
    assert "Curves of exp2\n  validation accuracy: ▁█▃ 0.9 at best, epoch 2" in said
    told = json.loads(lab.said("show", "lab_train", "--format", "json"))
    assert [one["run_id"] for one in told["runs"]] == ["exp", "exp2"]
    assert told["curves"][0]["points"] == 3


def test_an_unknown_result_is_no_loss_and_a_loss_is_best_when_low(lab: Lab) -> None:
    lab.write("a/train.py", SCRIPT)
    lab.write("a/results.csv", "epoch,val/box_loss\n1,0.9\n2,0.8\n")
    lab.write("b/train.py", SCRIPT)
    lab.write("b/results.csv", "epoch,val/box_loss\n1,0.9\n2,0.7\n")
    lab.index()
    assert "box loss" not in lab.said("query", "best mAP50")
    assert "box loss 0.7" in lab.said("query", "best model")


def test_a_number_about_some_samples_is_no_result_of_the_data_set(lab: Lab) -> None:
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "source": SCRIPT,
            "outputs": [
                {
                    "output_type": "stream",
                    "name": "stdout",
                    "text": [
                        "Validation accuracy: 0.9965\n",
                        "Accuracy on these 20 samples: 100.00%\n",
                    ],
                }
            ],
        }
    ]
    lab.write(
        "a.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    lab.index()
    assert lab.rows("SELECT name, value, split FROM metric") == [("accuracy", 0.9965, "validation")]


CARD = """---
license: mit
base_model: openai/whisper-small
datasets:
- mozilla-foundation/common_voice_11_0
model-index:
- name: Whisper Small Hi
  results:
  - task: {type: automatic-speech-recognition}
    dataset: {name: Common Voice 11.0, type: common_voice, split: test}
    metrics:
    - {name: Wer, type: wer, value: 34.5}
---
# Whisper Small Hi

Recognises Hindi.

### Training hyperparameters

- learning_rate: 1e-05
- train_batch_size: 16
- num_epochs: 4
"""


def test_a_card_without_a_script_is_a_model_with_its_results(lab: Lab) -> None:
    lab.write("whisper/README.md", CARD)
    lab.write(
        "whisper/trainer_state.json",
        json.dumps(
            {
                "log_history": [
                    {"epoch": 1.0, "step": 10, "eval_loss": 0.5},
                    {"epoch": 2.0, "step": 20, "eval_loss": 0.4},
                ]
            }
        ),
    )
    lab.write("page/README.md", "---\ntitle: A page\n---\n# Page\n")
    lab.index()
    assert lab.rows(
        "SELECT model_id, tool, learning_rate, batch_size, epochs, main_metric FROM runs"
    ) == [("lab_whisper", "Hugging Face", 1e-05, 16, 4, "loss")]
    assert lab.rows(
        "SELECT name, split, dataset, value FROM metric WHERE reported_at = 'final'"
    ) == [("WER", "test", "Common Voice 11.0", 34.5)]
    assert "whisper" in lab.said("query", "which model is fine-tuned from whisper-small?")
    assert lab.rows("SELECT path, line FROM evidence_of_runs WHERE field = 'metric WER'") == [
        ("whisper/README.md", 12)
    ]


def test_models_of_longer_runs_are_compared_by_what_an_hour_gained(lab: Lab) -> None:
    told = (("one", "a", 1740823200000, 0.7), ("two", "b", 1740830400000, 0.9))
    for name, letter, end, value in told:
        lab.write(f"{name}/train.py", SCRIPT)
        base = f"{name}/mlruns/0/{letter * 32}"
        lab.write(f"{base}/meta.yaml", f"status: 3\nstart_time: 1740819600000\nend_time: {end}\n")
        lab.write(
            f"{base}/metrics/val_accuracy",
            f"1740819600000 0.5 0\n1740819650000 {value} 1\n1740819690000 0.6 2\n",
        )
    lab.index()
    said = lab.said("compare", "one_train", "two_train")
    assert "0.1 for each hour more" in said
    ((pair,),) = [
        one["gaps"]
        for one in json.loads(lab.said("compare", "one_train", "two_train", "--format", "json"))[
            "rankings"
        ]
    ]
    assert pair["better"] == "two_train"
    assert pair["per_hour"] == pytest.approx(0.1)


def test_a_latest_run_that_was_copied_counts_once(lab: Lab) -> None:
    for folder in ("run-20250101_000000-abc12345", "latest-run"):
        lab.write(f"wandb/{folder}/files/config.yaml", "lr: {value: 0.5}\n")
        lab.write(f"wandb/{folder}/files/wandb-summary.json", '{"val_acc": 0.9, "_runtime": 7}')
        lab.write(f"wandb/{folder}/files/output.log", "epoch 1 loss 3\nepoch 2 loss 2\n" * 3)
        lab.write(f"wandb/{folder}/run-abc12345.wandb", b"")
    lab.index()
    assert lab.rows("SELECT path, duration_s FROM run") == [
        ("wandb/run-20250101_000000-abc12345", 7.0)
    ]


def test_a_latest_run_without_the_run_is_one(lab: Lab) -> None:
    lab.write("wandb/latest-run/files/config.yaml", "lr: {value: 0.5}\n")
    lab.write("wandb/latest-run/files/wandb-summary.json", '{"val_acc": 0.9}')
    lab.write("wandb/latest-run/run-abc12345.wandb", b"")
    lab.index()
    assert lab.rows("SELECT path, native_id, tool FROM run") == [
        ("wandb/latest-run", "abc12345", "W&B")
    ]
