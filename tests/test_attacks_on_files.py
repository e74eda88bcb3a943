"""The short form of ``make attack-files`` and ``make attack-patterns``."""

from __future__ import annotations

import os
from pathlib import Path

import apsw
import pytest

from bench.attack.files import attack
from bench.patterns import BOUNDED, Use, grows, uses
from modelsearch.records.limits import time_limit
from tests.test_odd_names import TRAIN, index, paths

#: Every how manieth pattern a run of the test suite looks at; ``ATTACK=all`` looks at each.
_STRIDE = 1 if os.environ.get("ATTACK") == "all" else 16
READING = ("sources", "index", "records", "static", "vocabulary")


def test_damaged_files_break_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    found = attack(180, 7, folder)
    assert found.broken == []
    assert found.slow == []


def test_patterns_that_explode_are_found() -> None:
    import re

    for bad in (r"\[!\[.*?\]\(.*?\)\]\(.*?\)", r"\s*([a-z]+):", r"(a+)+b"):
        assert grows(Use(re.compile(bad), "here", ("search",))) is not None, bad
    assert grows(Use(re.compile(r"[a-z]{1,40}+:"), "here", ("search",))) is None


@pytest.mark.parametrize("room", READING)
def test_no_pattern_takes_longer_than_its_text(room: str) -> None:
    some = [use for use in uses(f"{room}/") if use.where not in BOUNDED]
    chosen = some[sum(map(ord, room)) % _STRIDE :: _STRIDE]
    assert [(use.where, found) for use in chosen if (found := grows(use))] == []


def test_a_tracker_database_that_never_ends_does_not_stop_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT"
    connection = apsw.Connection(str(folder / "mlflow.db"))
    for table in ("runs", "experiments", "params", "metrics", "latest_metrics", "tags"):
        connection.execute(f"CREATE VIEW {table} AS {endless} x AS run_uuid FROM c")
    connection.close()
    with time_limit(30, 120):
        index(folder, tmp_path / "m.db")
    assert paths(tmp_path / "m.db") == ["train.py"]
