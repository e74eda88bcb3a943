"""Options that several commands have, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modelsearch.cli.query import DB_NAME
from modelsearch.render.output import Format

DEFAULT_DB = Path(DB_NAME)

Database = Annotated[
    Path,
    typer.Option("--db", "-d", envvar="MODELSEARCH_DB", help="The database file."),
]
FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="How to print the answer.", show_choices=True)
]
Wide = Annotated[bool, typer.Option("--wide", "-w", help="All columns, however wide.")]
Names = Annotated[
    list[str], typer.Argument(help="Model ids, paths, or any part that names one model.")
]
Today = Annotated[
    str | None, typer.Option(help="The date that 'yesterday' counts from (YYYY-MM-DD).")
]
