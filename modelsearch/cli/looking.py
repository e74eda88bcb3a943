"""What `modelsearch images` lists, apart from drawing the pictures."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.cli.options import (
    DB,
    FILES,
    FORCE,
    FORMAT,
    LIMIT,
    WIDE,
    option,
    options,
    output_of,
)
from modelsearch.records.errors import ResolveError
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.render.output import Output

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

    from modelsearch.answer.shapes import Answer
    from modelsearch.cli.pictures import Look
    from modelsearch.store.rows import ImageRow


@options
class Listed:
    """The options of `modelsearch images`."""

    db: Path | str = DB
    format: str = FORMAT
    epoch: int | None = option(None, "--epoch", help="Only pictures of this epoch.", takes="number")
    limit: int | None = LIMIT
    wide: bool = WIDE
    duplicates: bool = option(
        False, "--duplicates", help="Groups of files that hold the same bytes."
    )
    sheet: Path | None = option(
        None,
        "--sheet",
        help="Write a contact sheet (.png, .jpg, .webp).",
        takes="path",
        quick=False,
    )
    gallery: Path | None = option(
        None,
        "--gallery",
        help="Write a gallery: one .html file, no network needed.",
        takes="path",
        quick=False,
    )
    open: bool = option(
        False, "--open", help="Open the sheet or the gallery (made if need be).", quick=False
    )
    preview: bool = option(
        False, "--preview", help="Draw the pictures in the terminal.", quick=False
    )
    files: Path | None = FILES
    force: bool = FORCE

    @property
    def looks(self) -> bool:
        """Return whether pictures are to be looked at, not only listed."""
        return bool(self.sheet or self.gallery or self.open or self.preview)

    @property
    def only_written(self) -> bool:
        """Return whether files of pictures were asked for and nothing else: no table goes with
        them.
        """
        asked_for_rows = self.preview or self.wide
        return bool(self.sheet or self.gallery or self.open) and not asked_for_rows


def list_pictures(names: Sequence[str], listed: Listed) -> None:
    """List pictures on stdout: of the named models, or what a question in words asks for."""
    from modelsearch.render.commands import write_images
    from modelsearch.store.sessions import reading

    look = _look(listed)
    with reading(listed.db) as connection, output_of(listed) as output:
        if listed.duplicates:
            _write_duplicates(connection, names, output, listed.limit)
            return
        found, title, said, notes = _chosen(connection, names)
        if listed.epoch is not None:
            found = [row for row in found if row.epoch == listed.epoch]
            title, said = f"{title}, epoch {listed.epoch}", ""
        if look is not None:
            look.check(output)
            found = found[: listed.limit] if listed.limit else found
            said = ""
        if not (listed.only_written and output.is_table):
            write_images(found, output, wide=listed.wide, said=said, notes=notes)
        for note in notes:
            output.note(note)
        if look is not None:
            look.carry_out(connection, found, title, output)


def _look(listed: Listed) -> Look | None:
    if not listed.looks:
        return None
    from modelsearch.cli.pictures import Look

    return Look(
        listed.sheet, listed.gallery, listed.open, listed.preview, listed.files, listed.force
    )


def _chosen(
    connection: apsw.Connection, names: Sequence[str]
) -> tuple[list[ImageRow], str, str, list[str]]:
    """Return pictures, a title, the sentence that answers, and notes: of the named models, else of
    a question in words.
    """
    from modelsearch.query.names.references import resolve
    from modelsearch.store.database import fetch_value
    from modelsearch.store.loading import load_images

    if not names:
        return load_images(connection), "All pictures", "", []
    try:
        ids = list(dict.fromkeys(resolve(connection, name) for name in names))
    except ResolveError as error:
        return _asked(connection, " ".join(names), error)
    rowids = [
        fetch_value(connection, "SELECT id FROM model WHERE model_id = ?", (one,)) for one in ids
    ]
    marks = ", ".join("?" * len(rowids))
    return load_images(connection, f"i.model IN ({marks})", rowids), _several(ids), "", []


def _several(ids: Sequence[str]) -> str:
    return ", ".join(ids) if len(ids) < 3 else f"{ids[0]} and {len(ids) - 1} others"


def _asked(
    connection: apsw.Connection, question: str, error: ResolveError
) -> tuple[list[ImageRow], str, str, list[str]]:
    """Answer a question for pictures; what is no question either is the unknown name it was."""
    from modelsearch.answer.answers import QueryOptions, answer

    options = QueryOptions(limit=0, encoder="none")
    found = answer(connection, question, options)
    if found.parsed.intent != "images":
        asked = answer(connection, f"images of {question}", options)
        found = asked if asked.parsed.intent == "images" else found
    if found.parsed.intent != "images" and found.parsed.where is not None:
        return _of_models(connection, question, found)
    understood = found.parsed.where is not None or (
        found.parsed.image is not None
        and (found.parsed.image.where or found.parsed.image.sort or found.parsed.image.epochs)
    )
    nothing = not found.images and len(question.split()) == 1  # a name, and nobody's
    if found.parsed.intent != "images" or not understood or nothing:
        raise error
    return found.images, question, found.summary if found.images else "", list(found.notes)


def _of_models(
    connection: apsw.Connection, question: str, found: Answer
) -> tuple[list[ImageRow], str, str, list[str]]:
    """Return the pictures of the models that a question finds: what a picture shows is known of
    few, what a model was trained on of most.
    """
    from modelsearch.records.jsontext import numbers_json
    from modelsearch.store.loading import load_images

    rows = numbers_json([row.rowid for row in found.results])
    pictures = load_images(connection, "i.model IN (SELECT value FROM json_each(?))", (rows,))
    number = f"{len(pictures)} picture{'' if len(pictures) == 1 else 's'}"
    models = "the model that fits" if found.total == 1 else f"the {found.total} models that fit"
    return pictures, question, f"{number} of {models}.", list(found.notes)


def _write_duplicates(
    connection: apsw.Connection, names: Sequence[str], output: Output, limit: int | None
) -> None:
    from modelsearch.answer.similar_pictures import duplicates
    from modelsearch.render.images import write_duplicates

    groups = duplicates(connection)
    if names:
        wanted = {row.rowid for row in _chosen(connection, names)[0]}
        groups = [group for group in groups if any(row.rowid in wanted for row in group)]
    write_duplicates(groups[:limit] if limit else groups, output)
