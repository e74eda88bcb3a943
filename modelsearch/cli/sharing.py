"""The commands that share a database: info, export, merge, relocate, forget."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.cli.options import DB, FORMAT, option, options, output_of
from modelsearch.records.errors import ResolveError, UsageError
from modelsearch.records.text import escape
from modelsearch.records.userfolders import expanded

if TYPE_CHECKING:
    import apsw


@options
class OneFile:
    """The options of commands that have only the database."""

    db: Path | str = DB


@options
class Information:
    """The options of `modelsearch info`."""

    db: Path | str = DB
    format: str = FORMAT


@options
class Exported:
    """The options of `modelsearch export`."""

    db: Path | str = DB
    format: str = FORMAT
    paths: bool = option(True, "--paths/--no-paths", help="Keep absolute paths.")
    code: bool = option(True, "--code/--no-code", help="Keep the code.")
    texts: bool = option(
        True, "--texts/--no-texts", help="Keep READMEs, docstrings, comments and prompts."
    )
    code_words: bool = option(
        False, "--code-words",
        help="With --no-code: keep the words of identifiers, by which questions rank.",
    )  # fmt: skip
    thumbnails: bool | None = option(
        None,
        "--thumbnails/--no-thumbnails",
        takes="switch",
        help="Put small copies of pictures in, or leave them out; as they are if not given.",
    )


@options
class MergedInto:
    """The options of `modelsearch merge`."""

    output: Path | str | None = option(
        None, "--output", "-o", help="The file to merge them into.", takes="path"
    )
    format: str = FORMAT


def info(_words: Sequence[str], options: Information) -> None:
    """Say what a database holds: counts, sizes, indexed folders, and what was left out of it."""
    from modelsearch.index.sharing.contents import contents
    from modelsearch.render.sharing import write_contents
    from modelsearch.store.sessions import reading

    db = Path(options.db)
    with reading(db) as connection:
        found = contents(connection, db)
    with output_of(options) as output:
        write_contents(found, output)


#: Endings of files that hold rows, and the format that writes them.
_TABLES = {".csv": "csv", ".tsv": "tsv", ".json": "json", ".jsonl": "jsonl", ".md": "markdown",
           ".tex": "latex"}  # fmt: skip


def export(words: Sequence[str], options: Exported) -> None:
    """Write a file to pass on: everything, or the models that a question or their ids name."""
    from modelsearch.index.sharing.contents import contents
    from modelsearch.index.sharing.encoding import encode_again
    from modelsearch.index.sharing.export import ExportOptions
    from modelsearch.index.sharing.export import export as write
    from modelsearch.render.sharing import contents_text, write_contents
    from modelsearch.store.sessions import reading

    target, what = Path(words[0]), words[1:]
    if target.suffix.lower() in _TABLES:
        _say(
            f"{target} will be a database, not a table; for rows write: "
            f"modelsearch query models --format {_TABLES[target.suffix.lower()]} --limit 0"
        )
    with reading(options.db) as connection:
        models = None if not what else _asked_for(connection, what)
        left_out = ExportOptions(
            models, paths=options.paths, code=options.code, texts=options.texts,
            code_words=options.code_words, thumbnails=options.thumbnails,
        )  # fmt: skip
        write(connection, target, left_out)
    if left := encode_again(target):
        _say(f"{left:,} texts changed and have no vectors: their encoder is not here")
    with reading(target) as connection:
        found = contents(connection, target)
    with output_of(options) as output:
        if output.is_table:
            _say(contents_text(found))
        else:
            write_contents(found, output)


def merge(words: Sequence[str], options: MergedInto) -> None:
    """Join several people's databases in one; run it again to bring it up to date."""
    from modelsearch.index.sharing.merge import merge as join
    from modelsearch.render.sharing import merged_text, write_merged
    from modelsearch.store.database import fetch_value
    from modelsearch.store.sessions import reading, writing

    if options.output is None:
        raise UsageError("merge needs the file to write: modelsearch merge a.db b.db -o lab.db")
    output = Path(options.output)
    with ExitStack() as stack:
        sources = []
        for owner, file in map(_owner_and_file, words):
            if output.exists() and file.exists() and file.samefile(output):
                raise UsageError(f"{file} cannot be merged into itself; name another --output")
            sources.append((owner, stack.enter_context(reading(file))))
        with writing(output) as target:
            done = join(target, sources)
            total = int(fetch_value(target, "SELECT count(*) FROM model"))
    with output_of(options) as told:
        if told.is_table:
            _say(f"{escape(str(output))}: {merged_text(done, total)}")
        else:
            write_merged(done, total, told)


def relocate(words: Sequence[str], options: OneFile) -> None:
    """Say that an indexed folder lies elsewhere now; models keep their ids and notes."""
    from modelsearch.index.sharing.roots import relocate as move
    from modelsearch.store.sessions import writing_existing

    if len(words) != 2:
        raise UsageError("relocate takes two folders: modelsearch relocate OLD NEW")
    old, new = words
    if not expanded(new).is_dir():
        raise UsageError(f"there is no folder {new}; move the files there first, then relocate")
    with writing_existing(options.db) as connection:
        moved = move(connection, old, str(expanded(new).absolute()))
    for before, after in moved:
        _say(escape(f"{before} is {after} now"))


def forget(words: Sequence[str], options: OneFile) -> None:
    """Remove folders or models from the database; their files stay, and can be indexed again."""
    from modelsearch.index.sharing.roots import forget as remove
    from modelsearch.index.sharing.roots import root_named
    from modelsearch.store.sessions import writing_existing

    with writing_existing(options.db) as connection:
        roots: list[str] = []
        models: list[int] = []
        for name in words:
            root = root_named(connection, name)
            if root is None:
                models += _named(connection, [name])
            else:
                roots.append(root)
        count = remove(connection, roots, models)
    _say(f"{count:,} model{'' if count == 1 else 's'} removed")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _owner_and_file(text: str) -> tuple[str, Path]:
    """Read ``OWNER=FILE`` or ``FILE``, whose owner is then the file's name without its suffix."""
    owner, equals, file = text.partition("=")
    path = Path(file if equals else text)
    owner = owner if equals else path.stem
    if not owner or ":" in owner or "/" in owner:
        raise UsageError(f"{text!r} names no owner; write OWNER=FILE, such as alice=a.db")
    return owner, path


def _asked_for(connection: apsw.Connection, words: Sequence[str]) -> list[int]:
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


def _named(connection: apsw.Connection, names: Sequence[str]) -> list[int]:
    from modelsearch.query.names.references import resolve
    from modelsearch.store.database import fetch_value

    ids = dict.fromkeys(resolve(connection, name) for name in names)
    sql = "SELECT id FROM model WHERE model_id = ?"
    return [int(fetch_value(connection, sql, (name,))) for name in ids]
