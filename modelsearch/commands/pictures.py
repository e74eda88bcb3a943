"""The commands about pictures: list them, look at them, find those that look alike."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelsearch.commands.options import DEFAULT_DB, Database, FormatOption, Wide
from modelsearch.errors import ModelsearchError, ResolveError, UsageError
from modelsearch.output import Format, Output
from modelsearch.structs import frozen

if TYPE_CHECKING:
    import apsw

    from modelsearch.rows import ImageRow

Limit = Annotated[int, typer.Option("--limit", "-n", min=0, help="0: all.")]
_MOST_PREVIEWED = 12


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(
        epilog="Examples:  modelsearch images cyclegan_v1 --epoch 100    "
        'modelsearch images "last 5 epochs of flower_v1" --sheet sheet.png --open'
    )(images)
    app.command(
        "similar-images",
        epilog="Examples:  modelsearch similar-images sample.png    "
        "modelsearch similar-images sample.png --encoder models/clip-ViT-B-32",
    )(similar_images)


@frozen
class _Look:
    """How pictures are to be looked at."""

    sheet: Path | None
    gallery: Path | None
    open: bool
    preview: bool


def images(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Model ids, paths or parts of them, or a question for pictures."),
    ] = None,
    db: Database = DEFAULT_DB,
    format: FormatOption = Format.table,
    epoch: Annotated[int | None, typer.Option(help="Only pictures of this epoch.")] = None,
    limit: Limit = 0,
    wide: Wide = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Groups of files that hold the same bytes.")
    ] = False,
    sheet: Annotated[
        Path | None, typer.Option(help="Write a contact sheet (.png, .jpg, .webp).")
    ] = None,
    gallery: Annotated[
        Path | None, typer.Option(help="Write a gallery: one .html file, no network needed.")
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Open the sheet or the gallery (made if need be).")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Draw the pictures in the terminal.")
    ] = False,
) -> None:
    """List pictures: of a model, or what a question asks for; look at them."""
    from modelsearch.database import open_for_reading
    from modelsearch.render.commands import write_images

    connection = open_for_reading(db)
    try:
        output = Output.standard(format)
        if duplicates:
            _write_duplicates(connection, names or [], output, limit)
            return
        found, title, notes = _chosen(connection, names or [])
        if epoch is not None:
            found, title = [row for row in found if row.epoch == epoch], f"{title}, epoch {epoch}"
        found = found[:limit] if limit else found
        look = _Look(sheet, gallery, open_, preview)
        _check(look, output)
        write_images(found, output, wide=wide)
        for note in notes:
            output.note(note)
        _look(connection, found, title, look, output)
    finally:
        connection.close()


def similar_images(
    file: Annotated[str, typer.Argument(help="A picture file, or the id of a stored picture.")],
    db: Database = DEFAULT_DB,
    format: FormatOption = Format.table,
    within: Annotated[
        int, typer.Option(min=0, max=64, help="Bits of 64 in which the hashes may differ.")
    ] = 10,
    encoder: Annotated[
        Path | None, typer.Option(help="A folder with a CLIP model: likeness of what is shown.")
    ] = None,
    limit: Limit = 20,
) -> None:
    """Find stored pictures that look like one: copies, other sizes and formats, near versions."""
    from modelsearch.database import open_for_reading
    from modelsearch.pictures.viewing import PictureLoader
    from modelsearch.render.images import write_likenesses
    from modelsearch.similar import similar_by_encoder, similar_by_hash

    connection = open_for_reading(db)
    try:
        if encoder is not None:
            loader = PictureLoader(connection)
            found = similar_by_encoder(connection, file, encoder, loader, limit)
        else:
            found = similar_by_hash(connection, file, within)
        write_likenesses(found, found[:limit] if limit else found, Output.standard(format))
    finally:
        connection.close()


def _chosen(
    connection: apsw.Connection, names: Sequence[str]
) -> tuple[list[ImageRow], str, list[str]]:
    """Return pictures, a title and notes: of the named models, else of a question in words."""
    from modelsearch.database import fetch_value
    from modelsearch.query.references import resolve
    from modelsearch.rows import load_images

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
    from modelsearch.answers import QueryOptions, answer

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


def _check(look: _Look, output: Output) -> None:
    """Refuse before anything is printed."""
    if look.sheet and look.sheet.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
        raise UsageError(f"--sheet writes .png, .jpg or .webp, not {look.sheet.name!r}")
    if look.gallery and look.gallery.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--gallery writes .html, not {look.gallery.name!r}")
    for path in (look.sheet, look.gallery):
        if path is not None and not path.parent.is_dir():
            raise ModelsearchError(f"{path.parent} does not exist; create it first")
    if look.preview and not output.is_table:
        raise UsageError("--preview draws beside the table; leave --format out")


def _look(
    connection: apsw.Connection, rows: list[ImageRow], title: str, look: _Look, output: Output
) -> None:
    from modelsearch.pictures.viewing import PictureLoader

    loader = PictureLoader(connection)
    if not rows:
        if look.sheet or look.gallery or look.open:
            output.note("no pictures, so nothing was written")
        return
    if look.preview:
        _preview(rows, loader, output)
    written = [path for path in (look.sheet, look.gallery) if path is not None]
    if look.open and not written:
        folder = Path(tempfile.mkdtemp(prefix="modelsearch-"))
        look = _Look(None, folder / "gallery.html", look.open, look.preview)
        written = [folder / "gallery.html"]
    if look.sheet is not None:
        _write_sheet(rows, loader, title, look.sheet, output)
    if look.gallery is not None:
        _write_gallery(rows, loader, title, look.gallery, output)
    if loader.missing:
        output.note(f"{loader.missing} of the files are not here and have no copy in the database")
    if look.open:
        typer.launch(str(written[-1].resolve()))


def _write_sheet(
    rows: list[ImageRow], loader: object, title: str, path: Path, output: Output
) -> None:
    from modelsearch.render.sheet import MOST, contact_sheet

    sheet = contact_sheet(rows, loader, title)  # type: ignore[arg-type]
    try:
        sheet.save(path)
    except OSError as error:
        raise ModelsearchError(f"cannot write {path}: {error.strerror or error}") from error
    rest = f"; the first {MOST} of {len(rows)}" if len(rows) > MOST else ""
    output.note(f"wrote {path} ({sheet.width}x{sheet.height} pixels{rest})")


def _write_gallery(
    rows: list[ImageRow], loader: object, title: str, path: Path, output: Output
) -> None:
    from modelsearch.render.gallery import gallery

    page = gallery(rows, loader, title)  # type: ignore[arg-type]
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ModelsearchError(f"cannot write {path}: {error.strerror or error}") from error
    output.note(f"wrote {path} ({len(page) / 1000:,.0f} kB)")


def _preview(rows: list[ImageRow], loader: object, output: Output) -> None:
    """Draw pictures in the terminal; never into a pipe or a file."""
    if not sys.stdout.isatty():
        output.note("--preview draws only in a terminal; use --sheet or --gallery for a file")
        return
    from modelsearch.pictures.viewing import PictureLoader, caption
    from modelsearch.render.preview import SIDE, draw, protocol
    from modelsearch.render.text import one_line

    assert isinstance(loader, PictureLoader)
    way = protocol(os.environ)
    for row in rows[:_MOST_PREVIEWED]:
        picture = loader.load(row, SIDE)
        if picture is not None:
            output.text(draw(picture, way, output.width).rstrip("\n"))
        said = caption(row)
        output.text(f"{said}  {one_line(row.path)}" if said else one_line(row.path))
    if len(rows) > _MOST_PREVIEWED:
        output.note(
            f"{_MOST_PREVIEWED} of {len(rows)} drawn; --limit or a narrower question chooses"
        )


def _write_duplicates(
    connection: apsw.Connection, names: Sequence[str], output: Output, limit: int
) -> None:
    from modelsearch.render.images import write_duplicates
    from modelsearch.similar import duplicates

    groups = duplicates(connection)
    if names:
        wanted = {row.rowid for row in _chosen(connection, names)[0]}
        groups = [group for group in groups if any(row.rowid in wanted for row in group)]
    write_duplicates(groups[:limit] if limit else groups, output)
