"""The commands about pictures: list them, look at them, find those that look alike."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelsearch.cli.looking import Listed, list_pictures
from modelsearch.cli.options import DEFAULT_DB, Database, FormatOption, Wide
from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.records.structs import frozen
from modelsearch.render.output import Format, Output

if TYPE_CHECKING:
    import apsw

    from modelsearch.store.rows import ImageRow

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

    def check(self, output: Output) -> None:
        """Refuse before anything is printed."""
        if self.sheet and self.sheet.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
            raise UsageError(f"--sheet writes .png, .jpg or .webp, not {self.sheet.name!r}")
        if self.gallery and self.gallery.suffix.lower() not in (".html", ".htm"):
            raise UsageError(f"--gallery writes .html, not {self.gallery.name!r}")
        for path in (self.sheet, self.gallery):
            if path is not None and not path.parent.is_dir():
                raise ModelsearchError(f"{path.parent} does not exist; create it first")
        if self.preview and not output.is_table:
            raise UsageError("--preview draws beside the table; leave --format out")

    def carry_out(
        self, connection: apsw.Connection, rows: list[ImageRow], title: str, output: Output
    ) -> None:
        """Write and draw what was asked for, and open it."""
        from modelsearch.answer.viewing import PictureLoader

        loader = PictureLoader(connection)
        if not rows:
            if self.sheet or self.gallery or self.open:
                output.note("no pictures, so nothing was written")
            return
        if self.preview:
            _preview(rows, loader, output)
        written = [path for path in (self.sheet, self.gallery) if path is not None]
        if self.open and not written:
            folder = Path(tempfile.mkdtemp(prefix="modelsearch-"))
            written = [folder / "gallery.html"]
        for path in written:
            write = _write_sheet if path == self.sheet else _write_gallery
            write(rows, loader, title, path, output)
        if loader.missing:
            output.note(
                f"{loader.missing} of the files are not here and have no copy in the database"
            )
        if self.open:
            typer.launch(str(written[-1].resolve()))


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
    listed = Listed(db, format, epoch, limit, wide, duplicates)
    list_pictures(names or [], listed, _Look(sheet, gallery, open_, preview))


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
    from modelsearch.answer.similar_pictures import similar_by_encoder, similar_by_hash
    from modelsearch.answer.viewing import PictureLoader
    from modelsearch.render.images import write_likenesses
    from modelsearch.store.sessions import reading

    with reading(db) as connection:
        if encoder is not None:
            loader = PictureLoader(connection)
            found = similar_by_encoder(connection, file, encoder, loader, limit)
        else:
            found = similar_by_hash(connection, file, within)
        write_likenesses(found, found[:limit] if limit else found, Output.standard(format))


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
    from modelsearch.answer.viewing import PictureLoader, caption
    from modelsearch.records.text import one_line
    from modelsearch.render.preview import SIDE, draw, protocol

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
