"""What `modelsearch images` lists, apart from reading its options and drawing the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from modelsearch.cli.query import DB_NAME
from modelsearch.records.errors import ResolveError
from modelsearch.records.structs import frozen
from modelsearch.render.output import Format, Output

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

    from modelsearch.store.rows import ImageRow


@frozen
class Listed:
    """The options of `images` that say what is listed, and how; the defaults are the command's."""

    db: Path | str = DB_NAME
    format: Format = Format.table
    epoch: int | None = None
    limit: int = 0
    wide: bool = False
    duplicates: bool = False


class Look(Protocol):
    """A way to look at pictures beside their list."""

    def check(self, output: Output) -> None:
        """Refuse what cannot be done before anything is printed."""
        ...

    def carry_out(
        self, connection: apsw.Connection, rows: list[ImageRow], title: str, output: Output
    ) -> None:
        """Show the pictures."""
        ...


def list_pictures(names: Sequence[str], listed: Listed, look: Look | None = None) -> None:
    """List pictures on stdout: of the named models, or what a question in words asks for."""
    from modelsearch.render.commands import write_images
    from modelsearch.store.sessions import reading

    with reading(listed.db) as connection:
        output = Output.standard(listed.format)
        if listed.duplicates:
            _write_duplicates(connection, names, output, listed.limit)
            return
        found, title, notes = _chosen(connection, names)
        if listed.epoch is not None:
            found = [row for row in found if row.epoch == listed.epoch]
            title = f"{title}, epoch {listed.epoch}"
        found = found[: listed.limit] if listed.limit else found
        if look is not None:
            look.check(output)
        write_images(found, output, wide=listed.wide)
        for note in notes:
            output.note(note)
        if look is not None:
            look.carry_out(connection, found, title, output)


def _chosen(
    connection: apsw.Connection, names: Sequence[str]
) -> tuple[list[ImageRow], str, list[str]]:
    """Return pictures, a title and notes: of the named models, else of a question in words."""
    from modelsearch.query.names.references import resolve
    from modelsearch.store.database import fetch_value
    from modelsearch.store.rows import load_images

    if not names:
        return load_images(connection), "All pictures", []
    try:
        ids = list(dict.fromkeys(resolve(connection, name) for name in names))
    except ResolveError as error:
        return _asked(connection, " ".join(names), error)
    rowids = [fetch_value(connection, "SELECT id FROM model WHERE model_id = ?", (one,))
              for one in ids]  # fmt: skip
    marks = ", ".join("?" * len(rowids))
    return load_images(connection, f"i.model IN ({marks})", rowids), _several(ids), []


def _several(ids: Sequence[str]) -> str:
    return ", ".join(ids) if len(ids) < 3 else f"{ids[0]} and {len(ids) - 1} others"


def _asked(
    connection: apsw.Connection, question: str, error: ResolveError
) -> tuple[list[ImageRow], str, list[str]]:
    """Answer a question for pictures; what is no question either is the unknown name it was."""
    from modelsearch.answer.answers import QueryOptions, answer

    options = QueryOptions(limit=0, encoder="none")
    found = answer(connection, question, options)
    if found.parsed.intent != "images":
        found = answer(connection, f"images of {question}", options)
    understood = found.parsed.where is not None or (
        found.parsed.image is not None
        and (found.parsed.image.where or found.parsed.image.sort or found.parsed.image.epochs)
    )
    if found.parsed.intent != "images" or not understood:
        raise error
    return found.images, question, [*found.notes, found.summary]


def _write_duplicates(
    connection: apsw.Connection, names: Sequence[str], output: Output, limit: int
) -> None:
    from modelsearch.answer.similar_pictures import duplicates
    from modelsearch.render.images import write_duplicates

    groups = duplicates(connection)
    if names:
        wanted = {row.rowid for row in _chosen(connection, names)[0]}
        groups = [group for group in groups if any(row.rowid in wanted for row in group)]
    write_duplicates(groups[:limit] if limit else groups, output)
