"""Looking at pictures: contact sheets, galleries, previews, and pictures that look alike."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.cli.options import DB, FILES, FORMAT, option, options, output_of
from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.records.structs import frozen
from modelsearch.records.written import put_in_place
from modelsearch.render.output import Output

if TYPE_CHECKING:
    import apsw

    from modelsearch.store.rows import ImageRow

_MOST_PREVIEWED = 12


@frozen
class Look:
    """How pictures are to be looked at."""

    sheet: Path | None
    gallery: Path | None
    open: bool
    preview: bool
    files: Path | None = None
    force: bool = False

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

        loader = PictureLoader(connection, self.files)
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
            note = write(rows, loader, title, path, force=self.force)
            output.note(note)
        output.note(loader.note())
        if self.open:
            import typer

            typer.launch(str(written[-1].resolve()))


@options
class Alike:
    """The options of `modelsearch similar-images`."""

    db: Path | str = DB
    format: str = FORMAT
    within: int = option(
        10, "--within", help="Bits of 64 in which the hashes may differ.", least=0, most=64
    )
    encoder: Path | None = option(
        None,
        "--encoder",
        takes="path",
        help="A folder with a CLIP model: likeness of what is shown.",
    )
    limit: int = option(20, "--limit", "-n", help="0: all.", least=0)
    files: Path | None = FILES


def similar_images(words: Sequence[str], alike: Alike) -> None:
    """Find stored pictures that look like one: copies, other sizes and formats, near versions."""
    from modelsearch.answer.similar_pictures import similar_by_encoder, similar_by_hash
    from modelsearch.answer.viewing import PictureLoader
    from modelsearch.render.images import write_likenesses
    from modelsearch.store.sessions import reading

    file, limit = words[0], alike.limit
    with reading(alike.db) as connection:
        if alike.encoder is not None:
            loader = PictureLoader(connection, alike.files)
            found = similar_by_encoder(connection, file, alike.encoder, loader, limit)
        else:
            found = similar_by_hash(connection, file, alike.within)
        shown = found[:limit] if limit else found
        with output_of(alike) as output:
            write_likenesses(found, shown, output)


def _write_sheet(
    rows: list[ImageRow], loader: object, title: str, path: Path, *, force: bool
) -> str:
    from modelsearch.render.sheet import MOST, contact_sheet, signed

    sheet = contact_sheet(rows, loader, title)  # type: ignore[arg-type]
    with put_in_place(path, force=force) as part:
        sheet.save(part, exif=signed())
    rest = f"; the first {MOST} of {len(rows)}" if len(rows) > MOST else ""
    return f"wrote {path} ({sheet.width}x{sheet.height} pixels{rest})"


def _write_gallery(
    rows: list[ImageRow], loader: object, title: str, path: Path, *, force: bool
) -> str:
    from modelsearch.render.gallery import gallery

    page = gallery(rows, loader, title)  # type: ignore[arg-type]
    with put_in_place(path, force=force) as part:
        part.write_text(page, encoding="utf-8")
    return f"wrote {path} ({len(page) / 1000:,.0f} kB)"


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
