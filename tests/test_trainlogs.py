"""Logs that training wrote: read with their lines, owned by their script, shown as curves."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.index.indexing import index
from modelsearch.index.runs.merging import merge
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.records.runs import RunRecord
from modelsearch.sources.runs.logs import read, recognise
from modelsearch.sources.runs.opening import Folder
from modelsearch.store.curves import plain32, unpack
from modelsearch.store.database import close_after_writing, open_for_writing
from tests.conftest import run

SCRIPT = """
from torchvision import datasets
from torch.utils.data import DataLoader
from torch import nn, optim
net = nn.Linear(784, 10)
optimizer = optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in DataLoader(datasets.MNIST("."), batch_size=32):
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
"""


def logged(folder: Path, name: str, text: str) -> RunRecord:
    """Read one log as the run that it is."""
    (folder / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    reading = read(Folder(folder), ".", [name])
    (record,) = merge(".", reading.parts, has_scripts=False) or [RunRecord("", "", "")]
    return record


def series(run: RunRecord) -> dict[tuple[str, str | None], list[tuple[int, float]]]:
    return {
        (told.name, told.split): list(zip(told.curve.steps, told.curve.values, strict=True))
        for told in run.curves
        if told.known
    }


def lines(run: RunRecord) -> list[int]:
    return [line for told in run.curves for line in told.curve.lines]


def test_the_log_of_keras(tmp_path: Path) -> None:
    found = logged(
        tmp_path,
        "training.log",
        """
        epoch,accuracy,loss,lr,val_accuracy,val_loss
        0,0.30,1.8,0.01,0.41,1.5
        1,0.46,1.4,0.01,0.56,1.2
        """,
    )
    assert series(found) == {
        ("accuracy", "train"): [(0, 0.30), (1, 0.46)],
        ("loss", "train"): [(0, 1.8), (1, 1.4)],
        ("accuracy", "validation"): [(0, 0.41), (1, 0.56)],
        ("loss", "validation"): [(0, 1.5), (1, 1.2)],
    }
    accuracy = found.curves[0]
    assert accuracy.curve.lines == [2, 3] and accuracy.curve.evidence.path == "training.log"
    assert accuracy.higher
    assert [told.name for told in found.curves if not told.known] == ["lr"]


def test_the_log_of_lightning_counts_epochs_where_they_tell_all_points_apart(
    tmp_path: Path,
) -> None:
    found = logged(
        tmp_path,
        "metrics.csv",
        """
        epoch,step,train_loss,val_loss
        0,49,0.9,
        0,99,0.8,
        0,99,,0.7
        1,149,0.6,
        1,199,,0.5
        """,
    )
    assert series(found) == {
        ("loss", "train"): [(49, 0.9), (99, 0.8), (149, 0.6)],
        ("loss", "validation"): [(0, 0.7), (1, 0.5)],
    }
    assert lines(found) == [2, 3, 5, 4, 6]


def test_the_state_of_a_hugging_face_trainer(tmp_path: Path) -> None:
    state = {
        "best_metric": 0.4,
        "log_history": [
            {"epoch": 0.5, "learning_rate": 5e-5, "loss": 0.9, "step": 500},
            {"epoch": 1.0, "eval_accuracy": 0.81, "eval_loss": 0.6, "step": 1000},
            {"epoch": 2.0, "eval_accuracy": 0.85, "eval_loss": 0.4, "step": 2000},
            {"epoch": 2.0, "train_loss": 0.7, "train_runtime": 12.5, "step": 2000},
        ],
    }
    text = json.dumps(state, indent=2)
    found = logged(tmp_path, "trainer_state.json", text)
    assert series(found) == {
        ("loss", "train"): [(500, 0.9)],
        ("accuracy", "validation"): [(1000, 0.81), (2000, 0.85)],
        ("loss", "validation"): [(1000, 0.6), (2000, 0.4)],
    }
    for told in found.curves:
        for value, line in zip(told.curve.values, told.curve.lines, strict=True):
            assert str(value) in text.split("\n")[line - 1]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_saved_history(tmp_path: Path, indent: int | None) -> None:
    text = json.dumps({"loss": [0.9, 0.5, 0.25], "val_loss": [1.0, 0.75, 0.5]}, indent=indent)
    found = logged(tmp_path, "history.json", text)
    assert series(found) == {
        ("loss", "train"): [(1, 0.9), (2, 0.5), (3, 0.25)],
        ("loss", "validation"): [(1, 1.0), (2, 0.75), (3, 0.5)],
    }
    for told in found.curves:
        for value, line in zip(told.curve.values, told.curve.lines, strict=True):
            assert str(value) in text.split("\n")[line - 1]


def test_json_lines_and_tables_with_spaces(tmp_path: Path) -> None:
    found = logged(
        tmp_path,
        "log.txt",
        """
        {"train_loss": 0.9, "test_acc": 80.5, "epoch": 0, "n_parameters": 10}
        {"train_loss": 0.8, "test_acc": 82.0, "epoch": 1, "n_parameters": 10}
        """,
    )
    assert series(found) == {
        ("loss", "train"): [(0, 0.9), (1, 0.8)],
        ("accuracy", "test"): [(0, 0.805), (1, 0.82)],
    }
    assert found.curves[1].note == "stated in percent"
    found = logged(tmp_path, "loss.txt", "step  d_loss  g_loss\n10  0.5  1.5\n20  0.4  1.4\n")
    assert series(found) == {
        ("d loss", None): [(10, 0.5), (20, 0.4)],
        ("g loss", None): [(10, 1.5), (20, 1.4)],
    }


@pytest.mark.parametrize(
    "text",
    [
        "id,price,label\n1,2,3\n",
        "epoch,comment\n1,fine\n",
        "epoch,loss\n1,0.1\nx,0.5\n",
        "",
        "\0\0",
        "{",
        "[1, 2, 3]",
        "Epoch 1: loss 0.5\nEpoch 2: loss 0.4\n",
        '{"a": ' * 2000,
    ],
)
def test_what_is_no_log_gives_nothing(tmp_path: Path, text: str) -> None:
    assert series(logged(tmp_path, "results.csv", text)) == {}


def test_a_long_series_keeps_all_points(tmp_path: Path) -> None:
    rows = "".join(f"{step},{abs(step - 777) / 1000 + 0.1}\n" for step in range(5000))
    (curve,) = logged(tmp_path, "log.csv", "step,loss\n" + rows).curves
    assert curve.curve.steps == list(range(5000)) and curve.best == 777


@given(st.text(max_size=200))
def test_no_text_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "log.csv").write_text(text, encoding="utf-8", errors="replace")
    read(Folder(folder), ".", ["log.csv"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("metrics.csv", True),
        ("training.log", True),
        ("trainer_state.json", True),
        ("history_smallcnn.txt", True),
        ("train_log.csv", True),
        ("log.txt", True),
        ("results.csv", True),
        ("train_metrics.jsonl", True),
        ("resnet_history.json", True),
        ("train.csv", False),
        ("test.csv", False),
        ("data.json", False),
        ("logistic.csv", False),
        ("metrics.py", False),
        ("config.json", False),
        ("catalogue.txt", False),
    ],
)
def test_names_of_logs(name: str, expected: bool) -> None:
    assert (recognise(name) is not None) is expected


# ---- whose they are, and what is made of them ----------------------------------------------------


def write(folder: Path, **files: str) -> None:
    """Write files: ``runs__v1__metrics_csv`` is ``runs/v1/metrics.csv``."""
    for name, text in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        file = folder / f"{stem}.{suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def indexed(folder: Path, db: Path) -> IndexSummary:
    connection = open_for_writing(db)
    summary = index(connection, [folder], None, IndexOptions(jobs=1))
    close_after_writing(connection)
    return summary


def stored(db: Path) -> dict[str, list[tuple[int, float]]]:
    rows = apsw.Connection(str(db)).execute(
        "SELECT m.path, c.points, c.data FROM curve c JOIN run r ON r.id = c.run "
        "JOIN model m ON m.id = r.model WHERE m.kind = 'script' ORDER BY r.position"
    )
    found: dict[str, list[tuple[int, float]]] = {}
    for path, points, data in rows:
        steps, values = unpack(data, points)
        found[path] = list(zip(steps, map(plain32, values), strict=True))  # of the last run
    return found


LOG = "epoch,val_loss\n0,0.9\n1,{last}\n"


def test_the_only_training_script_above_a_log_owns_it(tmp_path: Path) -> None:
    write(
        tmp_path / "f",
        train_py=SCRIPT,
        utils_py="def plot(x):\n    return x\n",
        lightning_logs__version_9__metrics_csv=LOG.format(last=0.8),
        lightning_logs__version_10__metrics_csv=LOG.format(last=0.5),
    )
    indexed(tmp_path / "f", tmp_path / "m.db")
    assert stored(tmp_path / "m.db") == {"train.py": [(0, 0.9), (1, 0.5)]}


def test_of_several_scripts_the_named_one_owns_a_log(tmp_path: Path) -> None:
    other = SCRIPT + "\nlog = open('fine/metrics.csv', 'w')\n"
    write(
        tmp_path / "f",
        smallcnn_py=SCRIPT,
        bigcnn_py=SCRIPT,
        tuned_py=other,
        results__history_smallcnn_txt=LOG.format(last=0.7).replace(",", "\t"),
        fine__metrics_csv=LOG.format(last=0.6),
        nobody__log_csv=LOG.format(last=0.1),
    )
    indexed(tmp_path / "f", tmp_path / "m.db")
    assert stored(tmp_path / "m.db") == {
        "smallcnn.py": [(0, 0.9), (1, 0.7)],
        "tuned.py": [(0, 0.9), (1, 0.6)],
    }


def test_a_new_or_changed_log_is_read_again(tmp_path: Path) -> None:
    folder, db = tmp_path / "f", tmp_path / "m.db"
    write(folder, train_py=SCRIPT)
    indexed(folder, db)
    assert stored(db) == {}
    write(folder, runs__log_csv=LOG.format(last=0.7))
    assert indexed(folder, db).runs.read == 1
    write(folder, runs__log_csv=LOG.format(last=0.65))
    assert indexed(folder, db).runs.read == 1
    assert stored(db) == {"train.py": [(0, 0.9), (1, 0.65)]}
    again = indexed(folder, db)
    assert (again.unchanged, again.runs.read, again.runs.unchanged) == (1, 0, 1)


def test_curves_are_shown_compared_and_asked_for(tmp_path: Path) -> None:
    folder, db = tmp_path / "f", tmp_path / "m.db"
    rows = "epoch,val_accuracy\n" + "".join(f"{i},{v}\n" for i, v in enumerate([0.5, 0.8, 0.7]))
    write(
        folder,
        one__train_py=SCRIPT,
        one__log_csv=rows,
        two__train_py=SCRIPT,
        two__log_csv=rows.replace("0.8", "0.9"),
    )
    indexed(folder, db)
    told = run("show", "one/train.py", "--db", str(db))
    assert told.exit_code == 0, told.output
    assert "0.8 at best, epoch 1; 0.7 at last (validation, epochs 0 to 2)" in told.output
    assert "log.csv:3" in told.output
    compared = run("compare", "one/train.py", "two/train.py", "--db", str(db), "--format", "json")
    assert compared.exit_code == 0, compared.output
    rankings = json.loads(compared.stdout)["rankings"]
    assert [one["curve"] for one in rankings[0]["ranking"]] == [
        [[0, 0.5], [1, 0.9], [2, 0.7]],
        [[0, 0.5], [1, 0.8], [2, 0.7]],
    ]
    found = run("query", "accuracy above 0.85", "--db", str(db), "--format", "json")
    assert [row["path"] for row in json.loads(found.stdout)["results"]] == ["two/train.py"]


def test_the_progress_of_an_agent(tmp_path: Path) -> None:
    found = logged(
        tmp_path,
        "progress.csv",
        """
        rollout/ep_rew_mean,time/fps,time/total_timesteps,train/loss
        21.5,900,2048,
        43.0,870,4096,0.8
        """,
    )
    assert series(found) == {
        ("reward", None): [(2048, 21.5), (4096, 43.0)],
        ("loss", "train"): [(4096, 0.8)],
    }


def test_the_best_is_that_of_data_that_was_held_back(tmp_path: Path) -> None:
    folder, db = tmp_path / "f", tmp_path / "m.db"
    rows = "epoch,accuracy,val_accuracy\n0,0.6,0.5\n1,{train},{held}\n2,0.7,0.55\n"
    write(
        folder,
        one__train_py=SCRIPT,
        one__log_csv=rows.format(train=0.99, held=0.7),
        two__train_py=SCRIPT,
        two__log_csv=rows.format(train=0.9, held=0.8),
    )
    indexed(folder, db)
    best = run("query", "which model has the best accuracy", "--db", str(db), "--format", "json")
    answer = json.loads(best.stdout)
    assert answer["results"][0]["path"] == "two/train.py"
    (value,) = answer["answer"]["models"][0]["values"]
    assert value["value"] == 0.8 and [one["line"] for one in value["evidence"]] == [3]
    above = run("query", "accuracy above 0.85", "--db", str(db), "--format", "json")
    assert json.loads(above.stdout)["total"] == 0
    listed = run("query", "what accuracy values are there", "--db", str(db), "--format", "json")
    assert {one["value"] for one in json.loads(listed.stdout)["answer"]["values"]} == {0.55}
