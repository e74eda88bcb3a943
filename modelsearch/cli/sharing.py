"""The commands that pass a catalogue on: info, export, merge, relocate, forget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelsearch.cli.options import DEFAULT_DB, Database, FormatOption
from modelsearch.records.errors import DatabaseError, ResolveError, UsageError
from modelsearch.render.output import Format, Output

if TYPE_CHECKING:
    import apsw


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(epilog="Example:  modelsearch info --db lab.db")(info)
    app.command(
        epilog="Examples:  modelsearch export share.db    modelsearch export part.db "
        '"diffusion models since March" --no-paths --no-code'
    )(export)
    app.command(epilog="Example:  modelsearch merge alice=a.db bob=b.db -o lab.db")(merge)
    app.command(epilog="Example:  modelsearch relocate /old/models /new/models")(relocate)
    app.command(epilog="Example:  modelsearch forget ~/models/old_project")(forget)


def info(db: Database = DEFAULT_DB, format: FormatOption = Format.table) -> None:
    """Say what a database holds: counts, sizes, indexed folders, and what was left out of it."""
    from modelsearch.index.sharing.contents import contents
    from modelsearch.render.sharing import contents_text
    from modelsearch.store.database import open_for_reading

    connection = open_for_reading(db)
    try:
        found = contents(connection, db)
    finally:
        connection.close()
    output = Output.standard(format)
    if output.is_table:
        output.text(contents_text(found))
    elif format in (Format.json, Format.jsonl):
        output.document(found)
    else:
        output.rows(found["roots"], ["path", "indexed_at", "models", "pictures"])


def export(
    target: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
    what: Annotated[
        list[str] | None,
        typer.Argument(help="A question, or ids of models; without it everything is exported."),
    ] = None,
    db: Database = DEFAULT_DB,
    paths: Annotated[bool, typer.Option("--paths/--no-paths", help="Keep absolute paths.")] = True,
    code: Annotated[bool, typer.Option("--code/--no-code", help="Keep the code.")] = True,
    texts: Annotated[
        bool,
        typer.Option("--texts/--no-texts", help="Keep READMEs, docstrings, comments and prompts."),
    ] = True,
) -> None:
    """Write a file to pass on: everything, or the models that a question or their ids name."""
    from modelsearch.index.sharing.contents import contents
    from modelsearch.index.sharing.export import ExportOptions
    from modelsearch.index.sharing.export import export as write
    from modelsearch.render.sharing import contents_text
    from modelsearch.store.database import open_for_reading

    connection = open_for_reading(db)
    try:
        models = None if not what else _asked_for(connection, what)
        write(connection, target, ExportOptions(models, paths=paths, code=code, texts=texts))
    finally:
        connection.close()
    _encode_again(target)
    connection = open_for_reading(target)
    try:
        typer.echo(contents_text(contents(connection, target)), err=True)
    finally:
        connection.close()


def merge(
    files: Annotated[list[str], typer.Argument(help="Databases, as a.db or OWNER=a.db.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to merge them into.")],
) -> None:
    """Join several people's databases in one; run it again to bring it up to date."""
    from contextlib import ExitStack

    from modelsearch.index.sharing.merge import merge as join
    from modelsearch.render.sharing import merged_text
    from modelsearch.store.database import (
        close_after_writing,
        fetch_value,
        open_for_reading,
        open_for_writing,
    )

    named = [_owner_and_file(text) for text in files]
    with ExitStack() as stack:
        sources = []
        for owner, file in named:
            if output.exists() and file.samefile(output) if file.exists() else False:
                raise UsageError(f"{file} cannot be merged into itself; name another --output")
            source = open_for_reading(file)
            stack.callback(source.close)
            sources.append((owner, source))
        target = open_for_writing(output)
        try:
            done = join(target, sources)
            total = int(fetch_value(target, "SELECT count(*) FROM model"))
        finally:
            close_after_writing(target)
    typer.echo(f"{output}: {merged_text(done, total)}", err=True)


def relocate(
    old: Annotated[str, typer.Argument(help="The folder as the database has it.")],
    new: Annotated[str, typer.Argument(help="Where it is now.")],
    db: Database = DEFAULT_DB,
) -> None:
    """Say that an indexed folder lies elsewhere now; models keep their ids and notes."""
    from modelsearch.index.sharing.roots import relocate as move
    from modelsearch.store.database import close_after_writing, open_for_writing

    _must_exist(db)
    connection = open_for_writing(db)
    try:
        moved = move(connection, old, str(Path(new).expanduser().absolute()))
    finally:
        close_after_writing(connection)
    for before, after in moved:
        typer.echo(f"{before} is {after} now", err=True)


def forget(
    names: Annotated[list[str], typer.Argument(help="Indexed folders, or models.")],
    db: Database = DEFAULT_DB,
) -> None:
    """Remove folders or models from the database; their files stay, and can be indexed again."""
    from modelsearch.index.sharing.roots import forget as remove
    from modelsearch.index.sharing.roots import root_named
    from modelsearch.store.database import close_after_writing, open_for_writing

    _must_exist(db)
    connection = open_for_writing(db)
    try:
        roots, models = [], []
        for name in names:
            root = root_named(connection, name)
            if root is None:
                models += _named(connection, [name])
            else:
                roots.append(root)
        count = remove(connection, roots, models)
    finally:
        close_after_writing(connection)
    typer.echo(f"{count:,} model{'' if count == 1 else 's'} removed", err=True)


def _must_exist(db: Path) -> None:
    if not db.exists():
        raise DatabaseError(
            f"there is no database at {db}; make one with: modelsearch index FOLDER --db {db}"
        )


def _owner_and_file(text: str) -> tuple[str, Path]:
    """Read ``OWNER=FILE`` or ``FILE``, whose owner is then the file's name without its suffix."""
    owner, equals, file = text.partition("=")
    path = Path(file if equals else text)
    owner = owner if equals else path.stem
    if not owner or ":" in owner or "/" in owner:
        raise UsageError(f"{text!r} names no owner; write OWNER=FILE, such as alice=a.db")
    return owner, path


def _asked_for(connection: apsw.Connection, words: list[str]) -> list[int]:
    """Return the row ids of the models that ids name, else of those that answer a question."""
    from modelsearch.answer.answers import QueryOptions, answer
    from modelsearch.store.database import fetch_all

    try:
        return _named(connection, words)
    except ResolveError:
        if len(words) > 1:
            raise
    found = answer(connection, words[0], QueryOptions(limit=0))
    ids = [row.model_id for row in found.results]
    if not ids:
        raise UsageError(f"no model answers {words[0]!r}, so nothing was exported")
    return [
        int(row)
        for one in ids
        for (row,) in fetch_all(connection, "SELECT id FROM model WHERE model_id = ?", (one,))
    ]


def _named(connection: apsw.Connection, names: list[str]) -> list[int]:
    from modelsearch.query.names.references import resolve
    from modelsearch.store.database import fetch_value

    ids = dict.fromkeys(resolve(connection, name) for name in names)
    sql = "SELECT id FROM model WHERE model_id = ?"
    return [int(fetch_value(connection, sql, (name,))) for name in ids]


def _encode_again(target: Path) -> None:
    """Give passages that were shortened their vectors, where the file's encoder is here."""
    from modelsearch.index.embedding import embed_missing, missing
    from modelsearch.records.errors import EncoderError
    from modelsearch.search.encoders import load_encoder
    from modelsearch.store.database import close_after_writing, open_for_writing, read_meta

    connection = open_for_writing(target)
    try:
        name = read_meta(connection, "encoder")
        left = missing(connection) if name not in (None, "none") else 0
        if not left:
            return
        try:
            encoder = load_encoder(name)
        except EncoderError:
            typer.echo(f"{left:,} texts changed and have no vectors: {name} is not here", err=True)
            return
        if encoder is not None:
            embed_missing(connection, encoder, lambda _count: None)
    finally:
        close_after_writing(connection)
