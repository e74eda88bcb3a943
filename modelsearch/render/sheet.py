"""Contact sheets: many pictures on one, with captions, a heading for each model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from modelsearch.answer.viewing import PictureLoader, by_model, caption
from modelsearch.records.text import one_line
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.records.written import SOFTWARE
from modelsearch.store.rows import ImageRow

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

#: More pictures than this do not fit a sheet that anybody can read.
MOST = 400
_CELL = 192  #: pixels of a picture's place, across and down
_GAP = 16
_MARGIN = 24
_LINE = 18
_HEAD = 34
_INK, _PALE, _PAPER, _PLACE = "#1b1b1f", "#6a6a72", "#ffffff", "#f1f1f4"
_NOBODY = "no model known"


@dataclass(frozen=True, slots=True)
class _Fonts:
    """The three sizes of text on a sheet."""

    title: ImageFont.FreeTypeFont | ImageFont.ImageFont
    head: ImageFont.FreeTypeFont | ImageFont.ImageFont
    text: ImageFont.FreeTypeFont | ImageFont.ImageFont


def signed() -> Image.Exif:
    """Return what a sheet's file says of what made it."""
    from PIL import Image
    from PIL.ExifTags import Base

    exif = Image.Exif()
    exif[Base.Software] = SOFTWARE
    return exif


def contact_sheet(rows: Sequence[ImageRow], loader: PictureLoader, title: str) -> Image.Image:
    """Draw pictures in the order given, those of one model under its name.

    Each has its epoch or step and its file name below. Small pictures are enlarged without
    smoothing, so that a 28x28 digit is seen as it is.
    """
    from PIL import Image, ImageDraw, ImageFont

    fonts = _Fonts(*(ImageFont.load_default(size) for size in (22, 17, 14)))
    groups = [(name or _NOBODY, members) for name, members in by_model(rows[:MOST])]
    largest = max((len(members) for _name, members in groups), default=1)
    columns = max(2, min(8, math.ceil(math.sqrt(largest * 1.6)), largest))
    width = 2 * _MARGIN + columns * (_CELL + _GAP) - _GAP
    below = _CELL + 2 * _LINE + _GAP + 6
    height = (
        _MARGIN
        + 44
        + _MARGIN
        + sum(_HEAD + math.ceil(len(members) / columns) * below for _name, members in groups)
    )
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    inner = width - 2 * _MARGIN
    draw.text(
        (_MARGIN, _MARGIN),
        _fitted(draw, one_line(title), fonts.title, inner),
        _INK,
        font=fonts.title,
    )
    y = _MARGIN + 44
    for name, members in groups:
        draw.text(
            (_MARGIN, y), _fitted(draw, one_line(name), fonts.head, inner), _INK, font=fonts.head
        )
        y += _HEAD
        for at, row in enumerate(members):
            place = (_MARGIN + at % columns * (_CELL + _GAP), y + at // columns * below)
            _cell(sheet, draw, row, loader, place, fonts)
        y += math.ceil(len(members) / columns) * below
    return sheet


def _cell(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    row: ImageRow,
    loader: PictureLoader,
    place: tuple[int, int],
    fonts: _Fonts,
) -> None:
    x, y = place
    picture = loader.load(row, _CELL)
    draw.rectangle((x, y, x + _CELL - 1, y + _CELL - 1), fill=_PLACE)
    if picture is None:
        draw.text((x + 12, y + _CELL // 2 - 9), "file not here", _PALE, font=fonts.text)
    else:
        picture = _enlarged(picture)
        sheet.paste(picture, (x + (_CELL - picture.width) // 2, y + (_CELL - picture.height) // 2))
    said = caption(row)
    name = one_line(row.path.rpartition("/")[2])
    top = y + _CELL + 5
    if said:
        draw.text((x, top), _fitted(draw, said, fonts.text, _CELL), _INK, font=fonts.text)
        top += _LINE
    draw.text((x, top), _fitted(draw, name, fonts.text, _CELL, middle=True), _PALE, font=fonts.text)


def _enlarged(picture: Image.Image) -> Image.Image:
    from PIL import Image

    factor = _CELL // max(picture.size)
    if factor < 2:
        return picture
    size = (picture.width * factor, picture.height * factor)
    return picture.resize(size, Image.Resampling.NEAREST)


def _fitted(
    draw: ImageDraw.ImageDraw,
    text: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    width: int,
    *,
    middle: bool = False,
) -> str:
    """Shorten text to a width in pixels; ``middle`` keeps both ends, which file names need."""
    if draw.textlength(text, font=font) <= width:
        return text
    for kept in range(min(len(text) - 1, 200), 0, -1):
        tail = kept // 2 if middle else 0
        shown = text[: kept - tail].rstrip() + "…" + (text[-tail:] if tail else "")
        if draw.textlength(shown, font=font) <= width:
            return shown
    return "…"
