"""Running the commands that documents show, as a terminal of 100 columns prints them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typer.testing import CliRunner

from modelsearch.cli import app


def runner(db: Path) -> Callable[[list[str]], str]:
    """Return what runs a command on a database and gives back all that it prints, in order."""

    def run(arguments: list[str]) -> str:
        environment = {"COLUMNS": "100", "MODELSEARCH_DB": str(db)}
        found = CliRunner(env=environment).invoke(app.app, arguments, catch_exceptions=False)
        return found.output

    return run
