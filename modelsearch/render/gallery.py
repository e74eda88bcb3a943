"""An HTML gallery in one file: thumbnails by model, those of training in the order of epochs.

The page asks for nothing beyond itself: pictures are data URIs, the style stands in the page,
there is no script. What comes from files is escaped.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from modelsearch.answer.viewing import PictureLoader, by_model, caption
from modelsearch.records.datafiles import read_text
from modelsearch.records.text import one_line
from modelsearch.render.policy import POLICY_ELEMENT
from modelsearch.store.rows import ImageRow

if TYPE_CHECKING:
    from PIL import Image

#: More pictures than this make a page that browsers open slowly.
MOST = 1_000
_SIDE = 256
_SMALL = 96  #: pictures below this are shown with their pixels, not smoothed


def gallery(rows: Sequence[ImageRow], loader: PictureLoader, title: str) -> str:
    """Return the page; pictures keep their order within a model, but epochs are sorted."""
    heading = escape(one_line(title)) or "Pictures"
    shown = rows[:MOST]
    style = read_text(__file__, "gallery.css")
    counted = f"{len(rows)} picture{'' if len(rows) == 1 else 's'}"
    if len(shown) < len(rows):
        counted = f"the first {len(shown)} of {counted}"
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        POLICY_ELEMENT,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{heading[:70]}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{heading}</h1>",
        f"<p>{counted}</p>",
    ]
    for model, members in by_model(shown):
        lines += _section(model, members, loader)
    lines += ["</main>", "</body>", "</html>", ""]
    return "\n".join(lines)


def _section(model: str | None, rows: list[ImageRow], loader: PictureLoader) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{escape(one_line(model)) if model else 'Pictures of no known model'}</h2>"
    timed = sorted(
        (row for row in rows if _when(row) is not None), key=lambda row: _when(row) or (0,)
    )
    for kind, members in groupby(sorted(timed, key=_kind), key=_kind):
        strip = list(members)
        name = f"{kind or 'pictures'}, {caption(strip[0])}"
        if len(strip) > 1:
            name += f" to {caption(strip[-1])}"
        yield f"<h3>{escape(name)}</h3>"
        # A strip that scrolls must be reachable by keyboard.
        yield f'<ul class="strip" tabindex="0" aria-label="{escape(name)}">'
        for row in strip:
            yield _figure(row, loader)
        yield "</ul>"
    others = [row for row in rows if _when(row) is None]
    if others:
        if timed:
            yield "<h3>others</h3>"
        yield '<ul class="grid">'
        for row in others:
            yield _figure(row, loader)
        yield "</ul>"
    yield "</section>"


def _when(row: ImageRow) -> tuple[int, ...] | None:
    """Where in training a picture stands; epochs and steps are never mixed in one order."""
    if row.epoch is not None:
        return (0, row.epoch, row.step or 0)
    return (1, row.step, 0) if row.step is not None else None


def _kind(row: ImageRow) -> str:
    return row.kind or ""


def _figure(row: ImageRow, loader: PictureLoader) -> str:
    picture = loader.load(row, _SIDE)
    said = escape(caption(row))
    name = escape(one_line(row.path.rpartition("/")[2]))
    alt = escape(one_line(f"{row.kind or 'picture'} {caption(row)}").strip())
    if picture is None:
        inner = "file not here"
    else:
        small = ' class="small"' if max(picture.size) < _SMALL else ""
        inner = (
            f'<img{small} src="{_data_uri(picture)}" alt="{alt}" '
            f'width="{picture.width}" height="{picture.height}" loading="lazy">'
        )
    strong = f"<strong>{said}</strong> " if said else ""
    place = escape(one_line(row.path), quote=True)
    return (
        f'<li><figure><div class="place">{inner}</div>'
        f'<figcaption title="{place}">{strong}<span>{name}</span></figcaption></figure></li>'
    )


def _data_uri(picture: Image.Image) -> str:
    from PIL import features

    out = io.BytesIO()
    kind = "webp" if features.check("webp") else "png"
    # Small pictures are kept exactly: smeared pixels would be enlarged with them.
    picture.save(out, kind, **({"lossless": max(picture.size) < _SMALL, "quality": 78}
                               if kind == "webp" else {}))  # fmt: skip
    return f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode('ascii')}"
