"""Questions about runs and checkpoints, on a lab whose answers were worked out by hand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.answer.shapes import Listing
from modelsearch.store.database import open_for_reading
from tests.conftest import run
from tests.test_checkpoints import torch_zip
from tests.test_runs import SCRIPT, Lab, mlflow


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Two scripts with three runs each, one of them with checkpoints, and one sweep."""
    lab = Lab(tmp_path_factory.mktemp("questions"))
    lab.write("digits/train.py", SCRIPT)
    rows = {
        "a": [
            (0.9, 0.95, 0.60),
            (0.6, 0.70, 0.75),
            (0.4, 0.80, 0.80),
            (0.3, 0.90, 0.78),
            (0.2, 1.00, 0.77),
        ],
        "b": [(0.9, 0.90, 0.65), (0.7, 0.80, 0.70), (0.6, 0.70, 0.82)],
        "c": [(0.9, 1.00, 0.10), (0.5, 0.50, 0.50), (5.0, 9.00, 0.10)],
    }
    for name, points in rows.items():
        lines = "".join(f"{n},{t},{v},{a}\n" for n, (t, v, a) in enumerate(points))
        lab.write(f"digits/runs/{name}/log.csv", "epoch,train_loss,val_loss,val_acc\n" + lines)
    for name, rate in (("a", "0.001"), ("b", "3e-4"), ("c", "0.1")):
        lab.write(
            f"digits/runs/{name}/hparams.yaml",
            f"lr: {rate}\nbatch_size: 64\ngamma: 0.9{len(rows[name])}\nepochs: 5\n",
        )
    for epoch in (0, 1, 4):
        lab.write(
            f"digits/runs/a/epoch_{epoch}.pt",
            torch_zip(epoch=epoch, state_dict={"w": (9, 9)}) + b"\0" * epoch,
        )
    lab.write("flowers/fit.py", SCRIPT)
    mlflow(lab, "calm-elk", "a" * 32, "flowers/fit.py", "3e-4", 0.8)
    mlflow(lab, "bold-fox", "b" * 32, "flowers/fit.py", "0.01", 0.9)
    for number in (0, 1):
        base = f"sweep/multirun/2025-03-01/10-00-00/{number}"
        lab.write(f"{base}/.hydra/config.yaml", f"width: {32 * (number + 1)}\ndepth: 2\n")
        lab.write(f"{base}/.hydra/overrides.yaml", f"- width={32 * (number + 1)}\n")
        lab.write(f"{base}/metrics.csv", f"epoch,val_acc\n0,0.5\n1,0.{6 + number}\n")
    lab.index()
    yield lab


def asked(lab: Lab, question: str) -> dict[str, Any]:
    answer = lab.asked(question, "--today", "2025-03-05")
    assert answer["intent"] == "runs", question
    return dict(answer["answer"])


DIGITS, FLOWERS, SWEEP = ["a", "b", "c"], ["bold-fox", "calm-elk"], ["0", "1"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("runs", [*DIGITS, *FLOWERS, *SWEEP]),
        ("list all runs", [*DIGITS, *FLOWERS, *SWEEP]),
        ("runs of digits_train", DIGITS),
        ("show me the runs of flowers_fit", FLOWERS),
        ("best run of digits_train", ["b"]),
        ("worst run of digits_train", ["c"]),
        ("which run of digits_train has the highest accuracy", ["b"]),
        ("run with the lowest val loss of digits_train", ["c"]),
        ("best run by accuracy of flowers_fit", ["bold-fox"]),
        ("best 2 runs of digits_train", ["b", "a"]),
        ("runs with lr 3e-4", ["b", "calm-elk"]),
        ("runs with learning rate over 0.05", ["c"]),
        ("runs with batch size 64", DIGITS),
        ("runs with gamma 0.95", ["a"]),
        ("runs with val_acc over 0.85", ["bold-fox"]),
        ("finished runs", FLOWERS),
        ("failed runs", []),
        ("did any run fail?", []),
        ("are there any runs that finished?", FLOWERS),
        ("have any of my runs finished", FLOWERS),
        ("did any run reach val_acc over 0.85?", ["bold-fox"]),
        ("unfinished runs", ["b", "c"]),
        ("accuracy per run of digits_train", DIGITS),
        ("longest run of flowers_fit", ["bold-fox"]),
        ("latest run", ["bold-fox"]),
        ("runs of last week", [*FLOWERS, *SWEEP]),
        ("runs since March 2025", [*FLOWERS, *SWEEP]),
        ("runs on 2 GPUs", []),
        ("did digits_train overfit", DIGITS),
        ("did digits_train diverge", DIGITS),
        ("how long did flowers_fit train", FLOWERS),
    ],
)
def test_which_runs(lab: Lab, question: str, expected: list[str]) -> None:
    found = [row["run_id"] for row in asked(lab, question)["runs"]]
    if question in ("longest run of flowers_fit", "latest run"):
        assert found and set(expected) <= {*found, *FLOWERS, *SWEEP}
        return
    ordered = question.startswith(("best", "worst"))
    assert (found if ordered else sorted(found)) == (expected if ordered else sorted(expected))


def test_where_none_failed_the_others_are_told(lab: Lab) -> None:
    notes = " ".join(lab.asked("did any run fail?")["notes"])
    assert re.search(r"what became of the \d+ runs here: .*2 finished", notes)


def test_other_results_are_those_at_the_point_of_the_best(lab: Lab) -> None:
    (row,) = asked(lab, "best run of digits_train")["runs"]
    assert (row["metric"], row["split"], row["value"], row["at"]) == (
        "accuracy",
        "validation",
        0.82,
        2,
    )
    assert row["others"] == {"train loss": 0.6, "validation loss": 0.7}


def test_a_verdict_has_its_numbers(lab: Lab) -> None:
    rows = asked(lab, "did digits_train overfit")["runs"]
    verdicts = {row["run_id"]: row["verdict"] for row in rows}
    assert verdicts == {"a": "yes", "b": "no", "c": "no"}
    said = " ".join(asked(lab, "did digits_train overfit")["said"])
    assert "a: overfitted: validation loss 0.7 at its lowest (25% of the run), 1 at last" in said
    rows = asked(lab, "did digits_train diverge")["runs"]
    verdicts = {row["run_id"]: row["verdict"] for row in rows}
    assert verdicts == {"a": "no", "b": "no", "c": "yes"}


def test_what_was_swept(lab: Lab) -> None:
    said = asked(lab, "what did the sweep vary")["said"]
    assert any(one.endswith("width: 32, 64") for one in said)
    assert "digits_train: lr: 0.001, 0.0003, 0.1" in said
    assert not any("depth" in one or "batch_size" in one for one in said)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("checkpoints of digits_train", [0, 1, 4]),
        ("which checkpoint has the lowest val loss", [1]),
        ("which checkpoint of digits_train has the best accuracy", [1]),
        ("last checkpoint of digits_train", [4]),
        ("largest checkpoint", [4]),
        ("smallest checkpoint", [0]),
        ("checkpoints over 1 GB", []),
        ("checkpoints under 1 MB", [0, 1, 4]),
    ],
)
def test_which_checkpoints(lab: Lab, question: str, expected: list[int]) -> None:
    assert [row["epoch"] for row in asked(lab, question)["checkpoints"]] == expected


def test_the_checkpoint_of_a_best_point_is_the_nearest_before(lab: Lab) -> None:
    said = asked(lab, "which checkpoint of digits_train has the best accuracy")["said"]
    assert said == [
        "a: validation accuracy is best at epoch 2 (0.8); the nearest saved before is "
        "digits/runs/a/epoch_1.pt."
    ]


def test_the_command_lists_runs(lab: Lab) -> None:
    result = run("runs", "digits_train", "--db", str(lab.db), "--format", "csv")
    assert result.exit_code == 0, result.output
    assert [line.partition(",")[0] for line in result.stdout.splitlines()] == ["run_id", *DIGITS]
    assert "accuracy" in run("runs", "--db", str(lab.db)).output


def test_questions_about_models_are_not_taken_for_runs(lab: Lab) -> None:
    for question in (
        "models that run on a GPU",
        "models with checkpoints",
        "weight decay over 0.1",
        "which models run on CPU",
    ):
        result = run("query", question, "--db", str(lab.db), "--format", "json")
        assert json.loads(result.stdout)["intent"] != "runs", question


def test_a_file_without_runs_answers_as_before(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    lab.index()
    result = run("query", "how long did it train", "--db", str(lab.db), "--format", "json")
    assert json.loads(result.stdout)["intent"] != "runs"


def test_runs_are_compared_by_what_differs(lab: Lab) -> None:
    names = ("digits_train@a", "digits_train@b")
    result = run("compare", *names, "--db", str(lab.db), "--format", "json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    rows = {row["field"]: (row[names[0]], row[names[1]]) for row in told["rows"]}
    assert rows["lr"] == (0.001, 0.0003) and rows["validation accuracy"] == (0.8, 0.82)
    assert "batch_size" not in rows and told["same"] > 0
    said = run("compare", *names, "--db", str(lab.db)).output
    assert "validation loss: a " in said and "the same (--all shows them)" in said
    refused = run("compare", "digits_train@a", "digits_train@zz", "--db", str(lab.db))
    assert refused.exit_code == 1
    assert "no run is called 'zz' of digits_train; it has a, b, c" in str(refused.exception)


@pytest.mark.parametrize(
    ("question", "runs"),
    [
        ("best val accuracy run", ["bold-fox"]),
        ("which run has the lowest val loss", ["c"]),
        ("run calm-elk", ["calm-elk"]),
        ("show the run bold-fox", ["bold-fox"]),
    ],
)
def test_results_and_names_inside_questions(lab: Lab, question: str, runs: list[str]) -> None:
    assert [row["run_id"] for row in asked(lab, question)["runs"]] == runs


def test_curves_of_runs_stand_on_a_page(lab: Lab, tmp_path: Path) -> None:
    page = tmp_path / "runs.html"
    model = asked(lab, "run calm-elk")["runs"][0]["model_id"]
    names = (f"{model}@calm-elk", f"{model}@bold-fox")
    result = run("compare", *names, "--html", str(page), "--db", str(lab.db))
    assert result.exit_code == 0, result.output
    text = page.read_text(encoding="utf-8")
    assert "What differs" in text and "0.01" in text
    assert all(name.rpartition("@")[2] in text for name in names)
    names = ("digits_train@a", "digits_train@b")
    result = run("compare", *names, "--html", str(page), "--db", str(lab.db))
    assert result.exit_code == 0, result.output
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text and "0.95 at epoch 0 to 1 at epoch 4" in text


def test_a_script_does_not_speak_for_runs_beside_others_that_recorded_a_setting(
    tmp_path: Path,
) -> None:
    lab = Lab(tmp_path)
    lab.write("fit.py", SCRIPT)
    mlflow(lab, "calm-elk", "a" * 32, "fit.py", "3e-4", 0.8)
    mlflow(lab, "bold-fox", "b" * 32, "fit.py", "0.01", 0.9)
    (lab.folder / "mlruns/0" / ("b" * 32) / "params/lr").rename(
        lab.folder / "mlruns/0" / ("b" * 32) / "params/alpha"
    )
    lab.index()
    assert asked(lab, "runs with lr above 1e-5")["runs"][0]["run_id"] == "calm-elk"
    assert len(asked(lab, "runs with lr above 1e-5")["runs"]) == 1
    assert len(asked(lab, "runs with batch size 32")["runs"]) == 2


def test_settings_that_are_texts_by_their_names(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    for name, method, fusion in (("a", "lion", "max"), ("b", "adamw", "max"), ("c", "lion", "add")):
        lab.write(
            f"runs/{name}/hparams.yaml", f"optimizer:\n  method: {method}\nfusion: {fusion}\n"
        )
        lab.write(f"runs/{name}/log.csv", "epoch,val_acc\n0,0.5\n1,0.6\n2,0.7\n")
    lab.index()

    def named(question: str) -> list[str]:
        return sorted(row["run_id"] for row in asked(lab, question)["runs"])

    assert named("runs with optimizer.method lion") == ["a", "c"]
    assert named("runs with method=lion") == ["a", "c"]
    assert named("runs with fusion max") == ["a", "b"]
    assert named("runs with method lion and fusion max") == ["a"]


def test_the_parent_of_a_search_is_not_its_best_run(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("fit.py", SCRIPT)
    for name, id_, value in (("search", "a", 0.9), ("trial-1", "b", 0.9), ("trial-2", "c", 0.8)):
        mlflow(lab, name, id_ * 32, "fit.py", "0.01", value)
    for id_ in "bc":
        found = next(lab.folder.rglob(id_ * 32))
        (found / "tags" / "mlflow.parentRunId").write_text("a" * 32)
    lab.index()
    assert asked(lab, "best run")["runs"][0]["run_id"] == "trial-1"
    assert lab.rows("SELECT run_id FROM run WHERE stands = 1") == [("trial-1",)]


def test_a_question_says_how_runs_are_compared(lab: Lab) -> None:
    said = run("query", "compare digits_train@a and digits_train@b", "--db", str(lab.db)).output
    assert "modelsearch compare digits_train@a digits_train@b" in " ".join(said.split())


def test_a_setting_that_fills_a_column_is_compared_once(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("train.py", SCRIPT)
    for name in ("CIFAR-10", "MNIST"):
        lab.write(f"runs/{name}/hparams.yaml", f"dataset: {name}\n")
        lab.write(f"runs/{name}/log.csv", "epoch,val_acc\n0,0.5\n1,0.6\n2,0.7\n")
    lab.index()
    names = [f"lab_train@{name}" for name in ("CIFAR-10", "MNIST")]
    told = run("compare", *names, "--db", str(lab.db), "--format", "json")
    fields = [row["field"] for row in json.loads(told.stdout)["rows"]]
    assert fields.count("dataset") == 1


@pytest.mark.parametrize(
    ("dialogue", "names"),
    [
        (("runs of flowers_fit", "the one with the highest accuracy"), ["bold-fox"]),
        (("runs of flowers_fit", "only those with lr 0.01"), ["bold-fox"]),
        (("best run of flowers_fit", "how many?"), ["bold-fox"]),
        (("runs of digits_train", "sort them by duration"), []),
        (("runs of digits_train", "and which of them have lr 3e-4?"), ["b"]),
    ],
)
def test_a_follow_up_after_runs_asks_among_these(
    lab: Lab, dialogue: tuple[str, str], names: list[str]
) -> None:
    connection = open_for_reading(lab.db)
    options = QueryOptions(limit=0, encoder="none")
    last = answer(connection, dialogue[0], options)
    assert isinstance(last.answer, Listing)
    among = {row["run_id"] for row in last.answer.rows}
    found = answer(connection, dialogue[1], options, last)
    assert isinstance(found.answer, Listing)
    told = [row["run_id"].rpartition("/")[2] for row in found.answer.rows]
    assert {row["run_id"] for row in found.answer.rows} <= among
    assert told == names or not names
    assert any("of the last answer" in note and "run" in note for note in found.notes)


def test_the_rows_of_a_session_are_what_was_listed(lab: Lab) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "modelsearch", "repl", "--db", str(lab.db)],
        input="runs of flowers_fit\nshow 1\nshow 3\n",
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "100"},
    )
    first, other = ("calm-elk", "bold-fox")
    if found.stdout.index(other) < found.stdout.index(first):
        first, other = other, first
    assert found.stdout.count(first) > found.stdout.count(other) == 1
    assert "there is no row 3: the last answer has 2 runs" in found.stderr


def test_runs_are_listed_by_their_ids_and_by_chosen_columns(lab: Lab) -> None:
    ids = run("runs", "--format", "ids", "--db", str(lab.db)).stdout.split("\n")
    assert {"calm-elk", "bold-fox"} <= set(ids)
    command = ("runs", "--format", "csv", "--db", str(lab.db), "--columns")
    rows = run(*command, "run_id,run_tool").stdout.splitlines()
    assert rows[0] == "run_id,tool"
    assert "calm-elk,MLflow" in rows
    told = str(run(*command, "nonsense").exception)
    assert "runs have no column 'nonsense' here; there are: run_id, model_id" in told


def test_a_setting_of_one_letter_is_one_where_a_name_stands(tmp_path: Path) -> None:
    """The C of a support vector machine, the T of a distillation."""
    lab = Lab(tmp_path)
    lab.write("fit.py", SCRIPT)
    for name, number, value in (("near", "a", "0.1"), ("far", "b", "10")):
        mlflow(lab, name, number * 32, "fit.py", "0.01", 0.8)
        lab.write(f"mlruns/0/{number * 32}/params/C", value)
    lab.index()
    for question, expected in (
        ("runs with C 0.1", ["near"]),
        ("runs with C above 1", ["far"]),
        ("runs where c is 10", ["far"]),
        ("runs with C=0.1", ["near"]),
    ):
        found = [row["run_id"] for row in asked(lab, question)["runs"]]
        assert found == expected, question
