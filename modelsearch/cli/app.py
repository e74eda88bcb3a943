"""The command line: parse options, call, render. Every command is thin.

Answers go to stdout, everything else to stderr. Exit codes: 0 answered (also when nothing was
found), 1 an expected failure with one line on stderr, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from modelsearch import __version__
from modelsearch.cli import repl, showing, vectors
from modelsearch.cli.options import DEFAULT_DB, Database, FormatOption, Names, Today, Wide
from modelsearch.cli.pictures import register as register_picture_commands
from modelsearch.cli.query import Asked, Fusion, ask
from modelsearch.cli.showing import Compared, Shown
from modelsearch.records.errors import ModelsearchError
from modelsearch.render.output import Format

app = typer.Typer(
    name="modelsearch",
    help="Offline search over your machine-learning models, in one SQLite file.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"modelsearch {__version__}")
        raise typer.Exit


@app.command(
    epilog="Examples:  modelsearch index ~/models    "
    "modelsearch index project/ other/ --db lab.db --encoder none"
)
def index(
    paths: Annotated[list[Path], typer.Argument(help="Folders (or single scripts) to index.")],
    db: Database = DEFAULT_DB,
    encoder: Annotated[
        str,
        typer.Option(help="default, none (keywords only), or a local sentence-transformers model."),
    ] = "default",
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="Keep models whose files are gone.")
    ] = False,
    images: Annotated[bool, typer.Option("--images/--no-images", help="Read pictures.")] = True,
    thumbnails: Annotated[
        bool | None,
        typer.Option(
            "--thumbnails/--no-thumbnails",
            help="Keep small copies of pictures in the database; stays as it was if not given.",
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Processes; 0: a core each.")
    ] = 0,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name every file that failed.")
    ] = False,
) -> None:
    """Read folders into the database; run it again to bring it up to date."""
    from modelsearch.index.indexing import THUMBNAIL_SIDE, IndexOptions
    from modelsearch.index.indexing import index as run
    from modelsearch.records.progress import ProgressBars
    from modelsearch.render.indexing import index_text
    from modelsearch.search.encoders import load_encoder
    from modelsearch.store.database import close_after_writing, open_for_writing

    for path in paths:
        if not path.exists():
            raise ModelsearchError(f"{path} does not exist; name a folder or a script to index")
    chosen = load_encoder(encoder)
    connection = open_for_writing(db)
    try:
        with ProgressBars() as progress:
            thumbnail = None if thumbnails is None else THUMBNAIL_SIDE if thumbnails else 0
            options = IndexOptions(
                jobs=jobs, keep_missing=keep_missing, images=images, thumbnail=thumbnail
            )
            summary = run(connection, paths, chosen, options, progress)
    finally:
        close_after_writing(connection)
    typer.echo(index_text(summary, db, verbose=verbose), err=True)


@app.command(
    epilog='Examples:  modelsearch query "diffusion models on Oxford flowers"    '
    'modelsearch query "dataset:mnist lr:<1e-3 -framework:tensorflow" --format json'
)
def query(
    question: Annotated[list[str], typer.Argument(help="A question in plain words.")],
    db: Database = DEFAULT_DB,
    format: FormatOption = Format.table,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, help="At most so many results; 0: all.")
    ] = 20,
    details: Annotated[
        int, typer.Option("--details", min=0, help="Details blocks below the table.")
    ] = 1,
    wide: Wide = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the question was understood.")
    ] = False,
    facets: Annotated[
        bool, typer.Option("--facets", help="Count the results by dataset, family …")
    ] = False,
    today: Today = None,
    encoder: Annotated[str | None, typer.Option(help="'none' ranks by keywords only.")] = None,
    fusion: Annotated[
        Fusion, typer.Option(help="Join the rankers by their scores, or by reciprocal ranks.")
    ] = Fusion.scores,
) -> None:
    """Answer a question about the indexed models."""
    asked = Asked(db, format, limit, details, wide, explain, facets, today, encoder, fusion)
    ask(" ".join(question), asked)


@app.command(epilog="Example:  modelsearch show flower_v2")
def show(names: Names, db: Database = DEFAULT_DB, format: FormatOption = Format.table) -> None:
    """Print everything known about a model, each value with where it was read."""
    showing.show(names, Shown(db, format))


register_picture_commands(app)
vectors.register(app)
repl.register(app)


@app.command(
    epilog="Examples:  modelsearch compare flower_v1 flower_v2    "
    'modelsearch compare --cohort "diffusion on CIFAR-10" --cohort "diffusion on MNIST"'
)
def compare(
    names: Annotated[
        list[str] | None, typer.Argument(help="Two or more models; - reads ids from stdin.")
    ] = None,
    db: Database = DEFAULT_DB,
    format: FormatOption = Format.table,
    cohort: Annotated[
        list[str] | None, typer.Option(help="A question that names a group; give two or more.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is the same for all.")
    ] = False,
    fields: Annotated[
        str, typer.Option(help="Only these fields or groups, separated by commas.")
    ] = "",
    drop: Annotated[str, typer.Option(help="Leave these fields or groups out.")] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Name the values behind each sentence.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with plots to this file instead.")
    ] = None,
    today: Today = None,
) -> None:
    """Show what differs between models or groups of models, and what they share."""
    compared = Compared(db, format, cohort, everything, fields, drop, explain, html, today)
    showing.compare(_names_or_stdin(names or []), compared)


@app.command("list", epilog="Example:  modelsearch list datasets")
def list_values(
    what: Annotated[
        str, typer.Argument(help="models, datasets, architectures, frameworks, optimizers …")
    ],
    db: Database = DEFAULT_DB,
    format: FormatOption = Format.table,
) -> None:
    """List what the database holds, with the number of models of each."""
    showing.list_values(what, Shown(db, format))


@app.command(epilog='Example:  modelsearch sql "SELECT model_id, epochs FROM models"')
def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT; the file is opened read-only.")],
    db: Database = DEFAULT_DB,
    format: FormatOption = Format.table,
) -> None:
    """Run a read-only SQL statement over the tables and views of the database."""
    showing.run_sql(statement, Shown(db, format))


@app.command()
def fields() -> None:
    """List the fields that a question can filter by, with examples."""
    from modelsearch.vocabulary.fields.documentation import fields_help

    typer.echo(fields_help())


def _names_or_stdin(names: list[str]) -> list[str]:
    if names != ["-"]:
        return names
    return [line.strip() for line in sys.stdin if line.strip()]
