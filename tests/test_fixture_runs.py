"""Runs that the tools themselves wrote (`fixtures/make_runs.py`): every value that was logged."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.store.curves import plain32, unpack
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> apsw.Connection:
    base = tmp_path_factory.mktemp("runs")
    shutil.copytree(ROOT / "fixtures" / "runs", base / "runs")
    connection = open_for_writing(base / "runs.db")
    index(connection, [base / "runs"], None, IndexOptions(jobs=1))
    close_after_writing(connection)
    return open_for_reading(base / "runs.db")


def curve(rows: apsw.Connection, run: str, name: str) -> list[tuple[int, float]]:
    ((points, data),) = rows.execute(
        "SELECT c.points, c.data FROM curve c JOIN run r ON r.id = c.run "
        "WHERE r.run_id = ? AND c.name = ?",
        (run, name),
    ).fetchall()
    steps, values = unpack(data, points)
    return list(zip(steps, map(plain32, values), strict=True))


LOSS = [(0, 0.9), (1, 0.6), (2, 0.4), (3, 0.5)]
ACCURACY = [(0, 0.50), (1, 0.71), (2, 0.83), (3, 0.80)]


@pytest.mark.parametrize("run", ["calm-elk", "first-leaf", "roots_1"])
def test_all_points_of_a_curve_are_kept(rows: apsw.Connection, run: str) -> None:
    assert curve(rows, run, "accuracy") == ACCURACY
    assert curve(rows, run, "loss") == LOSS


def test_what_each_tool_says_of_its_runs(rows: apsw.Connection) -> None:
    found = rows.execute(
        "SELECT run_id, tool, status, experiment, learning_rate, batch_size, seed, optimizer "
        "FROM runs WHERE tool <> 'Optuna' ORDER BY run_id"
    ).fetchall()
    assert found == [
        ("bold-fox", "MLflow", "failed", "petals", 0.01, 32, None, "Adam"),
        ("calm-elk", "MLflow", "finished", "petals", 0.001, 32, None, "Adam"),
        ("first-leaf", "W&B", "finished", "leaves", 0.0003, 16, 7, None),
        ("hp", "TensorBoard", "finished", None, 0.05, 8, None, None),
        ("roots_1", "TensorBoard", None, None, None, None, None, None),
    ]


def test_trials_of_a_study(rows: apsw.Connection) -> None:
    found = rows.execute(
        "SELECT r.status, x.value FROM run r LEFT JOIN run_result x ON x.run = r.id "
        "WHERE r.tool = 'Optuna' ORDER BY r.position"
    ).fetchall()
    assert found == [("finished", 0.75), ("pruned", None), ("failed", None)]
    choices = rows.execute(
        "SELECT DISTINCT text FROM run_setting WHERE name = 'activation' AND swept"
    ).fetchall()
    assert {text for (text,) in choices} <= {"relu", "silu"}


def test_headers_of_weights(rows: apsw.Connection) -> None:
    found = rows.execute(
        "SELECT format, parameters, class, epoch, base_model FROM checkpoint ORDER BY format"
    ).fetchall()
    assert found == [
        ("ONNX", 6, None, None, None),
        ("safetensors", 16, None, 3, "base"),
        ("scikit-learn", None, "LogisticRegression", None, None),
    ]


def test_every_value_names_where_it_stands(rows: apsw.Connection) -> None:
    missing = rows.execute(
        "SELECT count(*) FROM evidence_of_runs WHERE path IS NULL OR (line IS NULL AND key IS NULL "
        "AND path NOT LIKE '%/mlruns/%' AND field NOT IN ('started_at'))"
    ).fetchone()
    assert missing == (0,)
    places = {str(path) for (path,) in rows.execute("SELECT path FROM evidence_of_runs")}
    assert places and all((ROOT / "fixtures" / "runs" / Path(path)).exists() for path in places)
