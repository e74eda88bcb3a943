"""The database that is meant where none is named."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import run

SCRIPT = """
import torch
model = torch.nn.Linear(3, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    loss = model(torch.rand(4, 3)).sum()
    loss.backward()
    optimizer.step()
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with models.db, and one below it in which one stands."""
    monkeypatch.delenv("MODELSEARCH_DB", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    top = tmp_path / "project"
    below = top / "experiments" / "first"
    below.mkdir(parents=True)
    (below / "train.py").write_text(SCRIPT)
    monkeypatch.chdir(top)
    assert run("index", "experiments", "--encoder", "none").exit_code == 0
    monkeypatch.chdir(below)
    return top


def test_a_question_is_about_the_nearest_database_above(project):
    for command in (("query", "models with SGD", "--format", "ids"), ("list", "optimizers")):
        done = run(*command)
        assert done.exit_code == 0, done.stderr
        assert f"(database: {Path('..', '..', 'models.db')})" in done.stderr
        assert "(database" not in done.stdout
    assert "SGD" in run("list", "optimizers").stdout


def test_the_quick_path_finds_it_too(project):
    command = [sys.executable, "-m", "modelsearch", "list", "optimizers"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "SGD" in done.stdout
    assert "(database: " in done.stderr


def test_remarks_go_to_the_database_above(project):
    assert run("tag", "first", "baseline").exit_code == 0
    assert "baseline" in run("remarks", "--format", "csv").stdout
    assert not Path("models.db").exists()


def test_a_database_that_is_named_or_lies_here_is_meant(project, monkeypatch):
    named = run("query", "models", "--db", "models.db")
    assert named.exit_code == 1
    assert "there is no database at models.db" in str(named.exception)
    monkeypatch.chdir(project)
    assert "(database" not in run("query", "models").stderr


def test_index_writes_here_and_never_above(project):
    assert run("index", ".", "--encoder", "none").exit_code == 0
    assert Path("models.db").exists()


def test_the_search_ends_at_the_home_folder(project, monkeypatch):
    monkeypatch.setenv("HOME", str(project / "experiments"))
    done = run("query", "models")
    assert done.exit_code == 1
    assert "there is no database at models.db" in str(done.exception)


def test_a_link_above_is_not_followed(project, tmp_path):
    (project / "models.db").rename(tmp_path / "elsewhere.db")
    (project / "models.db").symlink_to(tmp_path / "elsewhere.db")
    assert run("query", "models").exit_code == 1


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives away")
def test_a_strangers_file_above_is_left_alone(project):
    os.chown(project / "models.db", 12345, 12345)
    assert run("query", "models").exit_code == 1
    with sqlite3.connect(project / "models.db") as there:
        assert there.execute("SELECT count(*) FROM model").fetchone() == (1,)
