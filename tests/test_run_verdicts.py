"""Which runs diverged or overfitted: those that did alone, by a rule that holds for tiny values."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from tests.conftest import run
from tests.test_malicious import field, varint
from tests.test_runs import SCRIPT, Lab

_CURVES = {
    "steady": "epoch,train_loss,val_loss\n0,1,1\n1,0.5,0.6\n2,0.3,0.5\n3,0.2,0.45\n",
    "burst": "epoch,train_loss,val_loss\n0,1,1\n1,0.2,0.3\n2,3,4\n3,8,9\n",
    "tiny": "epoch,train_loss\n0,1\n1,0.0001\n2,0.0009\n3,0.0005\n",
    "agent": "epoch,train_value_loss,val_reward\n0,5,1\n1,0.1,5\n2,9,8\n3,20,9\n",
    "over": "epoch,train_loss,val_loss\n0,1,1\n1,0.6,0.5\n2,0.4,0.7\n3,0.2,0.9\n4,0.1,1\n",
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("which runs diverged?", ["burst"]),
        ("diverged runs", ["burst"]),
        ("which model overfits?", ["over"]),
        ("overfitted runs", ["over"]),
        ("did train overfit", sorted(_CURVES)),
        ("which runs did not diverge?", ["agent", "over", "steady", "tiny"]),
        ("runs that didn't diverge", ["agent", "over", "steady", "tiny"]),
        ("runs that never overfitted", ["burst", "steady"]),
        ("runs without overfitting", ["burst", "steady"]),
    ],
)
def test_only_those_that_did_are_the_answer(
    tmp_path: Path, question: str, expected: list[str]
) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    for name, text in _CURVES.items():
        lab.write(f"runs/{name}/log.csv", text)
    lab.index()
    result = run("query", question, "--db", str(lab.db), "--format", "json", "--limit", "0")
    answer = json.loads(result.stdout)["answer"]
    assert sorted(row["run_id"] for row in answer["runs"]) == expected
    if question != "did train overfit":
        assert "runs were judged" in answer["said"][-1]


def test_whether_any_run_did_is_answered_in_the_first_line(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    for name, text in _CURVES.items():
        lab.write(f"runs/{name}/log.csv", text)
    lab.index()
    first = run("query", "did any run diverge?", "--db", str(lab.db)).stdout.splitlines()[0]
    assert first == "Yes: 1 of 5 runs diverged."
    first = run("query", "did any run overfit?", "--db", str(lab.db)).stdout.splitlines()[0]
    assert first == "Yes: 1 of 3 runs overfitted; 2 recorded too little to say."


def _table(values: list[float], name: str = "train_loss") -> str:
    return f"step,{name}\n" + "".join(f"{at},{value}\n" for at, value in enumerate(values))


#: Long curves, and whether they diverged: one batch is no end.
_LONG = {
    "noisy": ([2.0 * 0.97**at for at in range(99)] + [0.9], "no"),
    "noise": ([0.1 if at % 7 == 3 else 0.5 for at in range(100)], "no"),
    "risen": ([2.0 * 0.9**at for at in range(50)] + [3.0 + at for at in range(50)], "yes"),
    "clamped": ([0.7, 0.4, 0.2, 0.0] * 20 + [50.0] * 20, "yes"),
    "solved": ([0.7, 0.4, 0.2, 0.0] * 20 + [0.4] * 20, "no"),
}


@pytest.mark.parametrize("name", list(_LONG))
def test_one_batch_is_no_end_of_a_long_curve(tmp_path: Path, name: str) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    values, word = _LONG[name]
    lab.write(f"runs/{name}/log.csv", _table(values))
    lab.index()
    said = json.dumps(lab.asked("did train diverge")["answer"])
    assert ("did not diverge" in said) == (word == "no")


def _value(said: str) -> bytes:
    return varint(16 << 3 | 2) + varint(len(said)) + said.encode()


def wandb_log(history: list[dict[str, float]]) -> bytes:
    """The log of W&B with a record for each step."""
    found = b":W&B" + b"\xbe\xe1\x00"
    for entry in history:
        items = [
            field(1, field(1, name.encode()) + _value(str(value))) for name, value in entry.items()
        ]
        record = field(2, b"".join(items))
        found += bytes(4) + struct.pack("<H", len(record)) + b"\x01" + record
    return found


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        ({"train_loss": 0.0004}, "0.0004 at last"),
        ({"train_loss": 9.5}, "diverged, train loss 9.5 at last"),
        ({}, '"verdict": "unknown"'),
    ],
)
def test_a_history_that_is_cut_off_does_not_tell_the_end(
    tmp_path: Path, final: dict[str, float], expected: str
) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    folder = "wandb/run-20240515_162310-abc123"
    lab.write(f"{folder}/files/wandb-metadata.json", json.dumps({"program": "train.py"}))
    lab.write(f"{folder}/files/wandb-summary.json", json.dumps({**final, "_step": 60000}))
    history = [{"train_loss": value, "_step": at} for at, value in enumerate((2, 0.1, 0.5, 0.5))]
    lab.write(f"{folder}/run-abc123.wandb", wandb_log(history))
    lab.index()
    assert expected in json.dumps(lab.asked("did train diverge")["answer"])


def test_one_batch_of_a_history_that_is_cut_off_is_no_lowest(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    folder = "wandb/run-20240515_162310-abc123"
    lab.write(f"{folder}/files/wandb-metadata.json", json.dumps({"program": "train.py"}))
    summary = {"train_loss": 0.4, "_step": 60000}
    lab.write(f"{folder}/files/wandb-summary.json", json.dumps(summary))
    values = [0.5] * 20 + [0.05] + [0.5] * 20
    history = [{"train_loss": value, "_step": at} for at, value in enumerate(values)]
    lab.write(f"{folder}/run-abc123.wandb", wandb_log(history))
    lab.index()
    assert "train loss 0.4 at last, 0.05 at its lowest" in " ".join(
        lab.asked("did train diverge")["answer"]["said"]
    )
