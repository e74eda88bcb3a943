"""On which devices runs trained: as their settings say it where no tracker named the GPU."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_runs import SCRIPT, Lab

LOG = "epoch,val_acc\n0,0.5\n1,0.6\n2,0.7\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Four runs on different devices, and one that does not say on which."""
    lab = Lab(tmp_path_factory.mktemp("devices"))
    lab.write("digits/train.py", SCRIPT)
    for name, settings in {
        "one": "device: cuda:0\n",
        "two": "trainer:\n  accelerator: gpu\n  devices: 2\n",
        "slow": "device: cpu\n",
        "mac": "device: mps\n",
        "silent": "device: auto\n",
    }.items():
        lab.write(f"digits/runs/{name}/hparams.yaml", f"lr: 0.1\n{settings}")
        lab.write(f"digits/runs/{name}/log.csv", LOG)
    meta = {"gpu": "NVIDIA A100-SXM4-40GB", "gpu_count": 4, "program": "train.py"}
    base = "digits/wandb/run-20240101_000000-abcdefgh/files"
    lab.write(f"{base}/wandb-metadata.json", json.dumps(meta))
    lab.write(f"{base}/config.yaml", "device:\n  value: cuda\nlr:\n  value: 0.2\n")
    lab.write(f"{base}/wandb-summary.json", '{"val_acc": 0.9}')
    lab.index()
    yield lab


def runs_of(lab: Lab, question: str) -> set[str]:
    """Return the names of the runs that answer a question."""
    found = lab.asked(question)
    return {row["run_id"] for row in (found["answer"] or {}).get("runs", ())}


def test_what_settings_say_is_stored_with_its_place(lab: Lab) -> None:
    rows = lab.rows("SELECT run_id, hardware, devices FROM run ORDER BY run_id")
    assert rows == [
        ("abcdefgh", "NVIDIA A100-SXM4-40GB", 4),
        ("mac", "MPS", None),
        ("one", "CUDA", 1),
        ("silent", None, None),
        ("slow", "CPU", None),
        ("two", "CUDA", 2),
    ]
    assert lab.rows(
        "SELECT e.path, e.key FROM run_evidence e JOIN run r ON r.id = e.run "
        "WHERE r.run_id = 'two' AND e.field = 'devices'"
    ) == [("./hparams.yaml", "trainer.devices")]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("runs on cuda", {"one", "two", "abcdefgh"}),
        ("runs on the gpu", {"one", "two", "abcdefgh"}),
        ("runs that used a GPU", {"one", "two", "abcdefgh"}),
        ("runs on cpu", {"slow"}),
        ("which runs used the cpu", {"slow"}),
        ("runs on MPS", {"mac"}),
        ("runs on an A100", {"abcdefgh"}),
        ("runs on 2 GPUs", {"two"}),
        ("runs with at least 2 devices", {"two", "abcdefgh"}),
        ("runs on more than two GPUs", {"abcdefgh"}),
        ("runs on fewer than 2 gpus", {"one"}),
        ("runs on a single GPU", {"one"}),
    ],
)
def test_runs_are_asked_by_their_device(lab: Lab, question: str, names: set[str]) -> None:
    assert runs_of(lab, question) == names


@pytest.mark.parametrize(
    ("settings", "stored"),
    [
        ("gpu_ids: 0,1\n", ("CUDA", 2)),
        ("gpus: 1\n", ("CUDA", 1)),
        ("gpus: 0\n", (None, None)),
        ("use_cuda: true\n", ("CUDA", None)),
        ("use_cuda: false\n", (None, None)),
        ("device: '0,1,2'\n", ("CUDA", 3)),
        ("device: ''\n", (None, None)),
        ("accelerator: ddp\n", (None, None)),
        ("device: kitchen\n", (None, None)),
        ("devices: [0, 3]\naccelerator: tpu\n", ("TPU", 2)),
        ("devices: 1e9\n", (None, None)),
    ],
)
def test_settings_that_name_devices(
    tmp_path: Path, settings: str, stored: tuple[str | None, int | None]
) -> None:
    lab = Lab(tmp_path)
    lab.write("digits/train.py", SCRIPT)
    lab.write("digits/runs/a/hparams.yaml", f"lr: 0.1\n{settings}")
    lab.write("digits/runs/a/log.csv", LOG)
    lab.index()
    assert lab.rows("SELECT hardware, devices FROM run") == [stored]


def test_where_no_run_says_its_device_runs_is_the_verb_of_models(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("digits/train.py", SCRIPT + "net.to('cpu')\ndevice = torch.device('cuda')\n")
    lab.write("digits/runs/a/log.csv", LOG)
    lab.index()
    assert "digits_train" in lab.said("query", "runs on cuda", "--encoder", "none")
