"""The fixtures laid out with their dates and indexed, once for each test process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner, Result

from modelsearch.cli import app
from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing

#: What index runs note about this machine goes elsewhere than to the home of who runs the tests.
os.environ["COLUMNS"] = "100"  # the runner of several processes says 80, and a height
os.environ.pop("LINES", None)
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="modelsearch-state-")

ROOT = Path(__file__).parent.parent

# Speed is measured in bench/, never here: a busy machine must not fail a property.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@dataclass(frozen=True)
class Indexed:
    """A laid-out folder, its database and what the index run said."""

    folder: Path
    db: Path
    summary: IndexSummary

    def run(self, *arguments: str) -> Result:
        """Run a command on this database."""
        return run(*arguments, "--db", str(self.db))

    def json(self, *arguments: str) -> Any:
        """Run a command and read its JSON."""
        result = self.run(*arguments, "--format", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


def run(*arguments: str) -> Result:
    """Run the command line in this process; expected failures become exit codes as in main()."""
    return CliRunner().invoke(app.app, list(arguments))


def lay_out(target: Path) -> Path:
    """Lay the fixtures out with their git history."""
    subprocess.run(
        [sys.executable, str(ROOT / "fixtures" / "lay_out.py"), str(target)],
        check=True,
        capture_output=True,
    )
    return target


def index_folder(folder: Path, db: Path) -> Indexed:
    """Index a folder for keywords only (quick, and enough wherever filters decide)."""
    connection = open_for_writing(db)
    summary = index(connection, [folder], None, IndexOptions(jobs=1))
    close_after_writing(connection)
    return Indexed(folder, db, summary)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """The fixtures, indexed for keywords only."""
    base = tmp_path_factory.mktemp("fixtures")
    return index_folder(lay_out(base / "models"), base / "models.db")


@pytest.fixture
def database(indexed: Indexed) -> Iterator[apsw.Connection]:
    """A read-only connection to the indexed fixtures."""
    connection = open_for_reading(indexed.db)
    yield connection
    connection.close()
