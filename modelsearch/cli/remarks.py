"""The commands by which people annotate models: tag, note, set, unset, own, remarks, undo."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelsearch.cli.options import DB, FORMAT, option, options
from modelsearch.index.remarks.changing import changing
from modelsearch.records.errors import UsageError
from modelsearch.render.output import Output

if TYPE_CHECKING:
    import apsw

AUTHOR: Any = option(
    None,
    "--author",
    help="Who says so; your user name if not given.",
    takes="text",
    environment="MODELSEARCH_AUTHOR",
)


@options
class Saying:
    """The options of `note`, `set`, `unset` and `own`."""

    db: Path | str = DB
    author: str | None = AUTHOR


@options
class Tagging:
    """The options of `tag`."""

    db: Path | str = DB
    author: str | None = AUTHOR
    remove: bool = option(False, "--remove", "-r", help="Take the tags back.")


@options
class Listing:
    """The options of `remarks`."""

    db: Path | str = DB
    format: str = FORMAT
    undone: bool = option(False, "--undone", help="Also what was taken back.")


@options
class Undoing:
    """The options of `undo`."""

    db: Path | str = DB


def tag(words: Sequence[str], options: Tagging) -> None:
    """Give a model tags, or take them back. Raises UsageError for an unknown tag to take back."""
    from modelsearch.index.remarks import saying

    name, tags = _head(words, 2, "tag MODEL baseline"), list(words[1:])
    with changing(options.db) as connection:
        model, model_id = _model(connection, name)
        if options.remove:
            saying.untag(connection, model, tags)
        else:
            saying.tag(connection, model, tags, author_of(options.author))
        held = [one.value for one in saying.remarks(connection, model) if one.kind == "tag"]
    _say(f"{model_id} is tagged {', '.join(map(str, held)) or 'with nothing'}")


def note(words: Sequence[str], options: Saying) -> None:
    """Write a note on a model."""
    from modelsearch.index.remarks import saying

    name = _head(words, 2, 'note MODEL "diverged after epoch 3"')
    with changing(options.db) as connection:
        model, model_id = _model(connection, name)
        saying.note(connection, model, " ".join(words[1:]), author_of(options.author))
    _say(f"noted on {model_id}")


def correct(words: Sequence[str], options: Saying) -> None:
    """Say what the value of a field is; it wins over what was read."""
    name = _head(words, 3, "set MODEL learning_rate 3e-4")
    _correct(options, name, words[1], " ".join(words[2:]))


def discard(words: Sequence[str], options: Saying) -> None:
    """Say that the value of a field is wrong: it is unknown then."""
    name = _head(words, 2, "unset MODEL dataset")
    if len(words) > 2:
        raise UsageError("unset takes a model and a field: modelsearch unset MODEL dataset")
    _correct(options, name, words[1], None)


def own(words: Sequence[str], options: Saying) -> None:
    """Say which model a picture is of."""
    from modelsearch.index.remarks import saying

    if len(words) != 2:
        raise UsageError("own takes a picture and a model: modelsearch own PICTURE MODEL")
    with changing(options.db) as connection:
        image, path = _picture(connection, words[0])
        model, model_id = _model(connection, words[1])
        saying.own(connection, image, model, author_of(options.author))
    _say(f"{path} is a picture of {model_id} now")


def list_remarks(words: Sequence[str], options: Listing) -> None:
    """Print what people said of a model, of all models without one."""
    from modelsearch.index.remarks.saying import remarks
    from modelsearch.store.sessions import reading

    with reading(options.db) as connection:
        model = _model(connection, " ".join(words))[0] if words else None
        rows = [one.as_json() for one in remarks(connection, model, undone=options.undone)]
        columns = ["id", "model_id", "kind", "field", "value", "author", "made_at"]
        if options.undone:
            columns.append("undone_at")
        output = Output.standard(options.format)
        if not rows and output.is_table:
            output.text("nobody has said anything yet; see tag, note, set, unset and own")
            return
        output.rows(rows, columns)


def undo(words: Sequence[str], options: Undoing) -> None:
    """Take a remark back by its number."""
    from modelsearch.index.remarks import saying

    if len(words) != 1 or not words[0].isdecimal():
        raise UsageError("undo takes the number of a remark; `modelsearch remarks` lists them")
    with changing(options.db) as connection:
        done = saying.undo(connection, int(words[0]))
    what = " ".join(part for part in (done.kind, done.field, done.value) if part)
    _say(f"undone: {what} of {done.model_id}")


def _correct(options: Saying, name: str, field: str, value: str | None) -> None:
    from modelsearch.index.remarks import saying

    with changing(options.db) as connection:
        model, model_id = _model(connection, name)
        saying.correct(connection, model, field, value, author_of(options.author))
    _say(f"{field} of {model_id} is {'unknown' if value is None else value} now")


def _head(words: Sequence[str], least: int, example: str) -> str:
    if len(words) < least:
        raise UsageError(f"too few words; write it so: modelsearch {example}")
    return words[0]


def _model(connection: apsw.Connection, name: str) -> tuple[int, str]:
    from modelsearch.query.names.references import resolve
    from modelsearch.store.database import fetch_value

    model_id = resolve(connection, name)
    row = fetch_value(connection, "SELECT id FROM model WHERE model_id = ?", (model_id,))
    return int(row), model_id


def _picture(connection: apsw.Connection, name: str) -> tuple[int, str]:
    """Return the one picture that an id or a path names."""
    from modelsearch.store.database import fetch_all
    from modelsearch.store.loading import ends_with

    rows = fetch_all(
        connection,
        f"SELECT id, path FROM image WHERE image_id = ?1 OR {ends_with('path')} "
        "ORDER BY (image_id = ?1) DESC, id LIMIT 3",
        (name.replace("\\", "/"),),
    )
    if not rows:
        raise UsageError(f"no picture is called {name!r}; `modelsearch images` lists them")
    if len(rows) > 1 and rows[0][1] != name:
        raise UsageError(f"{name!r} fits several pictures: {rows[0][1]}, {rows[1][1]}")
    return int(rows[0][0]), str(rows[0][1])


def author_of(given: str | None) -> str | None:
    """Return who says something: the given name, else that of the user."""
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return os.environ.get("USER") or None


def _say(text: str) -> None:
    from modelsearch.records.text import escape

    sys.stderr.write(escape(text) + "\n")
