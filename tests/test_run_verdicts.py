"""Which runs diverged or overfitted: those that did alone, by a rule that holds for tiny values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import run
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
    if len(expected) == 1:
        assert "runs were judged" in answer["said"][-1]
