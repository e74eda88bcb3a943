"""An HTML gallery in one file: thumbnails by model, those of training in the order of epochs.

The page asks for nothing beyond itself: pictures are data URIs, the style stands in the page,
there is no script. ``templates/gallery.html`` says how it looks; it escapes what comes from files.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from modelsearch.answer.viewing import PictureLoader, by_model, caption
from modelsearch.records.datafiles import read_text
from modelsearch.records.text import one_line, shorten
from modelsearch.render.policy import content_policy
from modelsearch.render.templating import environment
from modelsearch.store.rows import ImageRow

if TYPE_CHECKING:
    from PIL import Image

#: More pictures than this make a page that browsers open slowly.
MOST = 1_000
_SIDE = 256
_SMALL = 96  #: pictures below this are shown with their pixels, not smoothed


def gallery(rows: Sequence[ImageRow], loader: PictureLoader, title: str) -> str:
    """Return the page; pictures keep their order within a model, but epochs are sorted."""
    from markupsafe import Markup

    heading = one_line(title) or "Pictures"
    shown = rows[:MOST]
    style = "\n" + read_text(__file__, "gallery.css")
    counted = f"{len(rows)} picture{'' if len(rows) == 1 else 's'}"
    if len(shown) < len(rows):
        counted = f"the first {len(shown)} of {counted}"
    return (
        environment(__file__)
        .get_template("gallery.html")
        .render(
            title=heading,
            window=shorten(heading, 70),
            policy=content_policy(style),
            style=Markup(style),  # noqa: S704 - the file beside this one
            counted=counted,
            sections=[_section(model, members, loader) for model, members in by_model(shown)],
        )
    )


def _section(model: str | None, rows: list[ImageRow], loader: PictureLoader) -> dict[str, Any]:
    """A model's pictures: strips of training by kind, and the others."""
    timed = sorted(
        (row for row in rows if _when(row) is not None), key=lambda row: _when(row) or (0,)
    )
    strips = []
    for kind, members in groupby(sorted(timed, key=_kind), key=_kind):
        strip = list(members)
        name = f"{kind or 'pictures'}, {caption(strip[0])}"
        if len(strip) > 1:
            name += f" to {caption(strip[-1])}"
        strips.append({"name": name, "pictures": [_figure(row, loader) for row in strip]})
    others = [_figure(row, loader) for row in rows if _when(row) is None]
    title = model or "Pictures of no known model"
    return {"title": title, "strips": strips, "others": others}


def _when(row: ImageRow) -> tuple[int, ...] | None:
    """Where in training a picture stands; epochs and steps are never mixed in one order."""
    if row.epoch is not None:
        return (0, row.epoch, row.step or 0)
    return (1, row.step, 0) if row.step is not None else None


def _kind(row: ImageRow) -> str:
    return row.kind or ""


def _figure(row: ImageRow, loader: PictureLoader) -> dict[str, Any]:
    picture = loader.load(row, _SIDE)
    found: dict[str, Any] = {
        "said": caption(row),
        "name": row.path.rpartition("/")[2],
        "path": row.path,
        "alt": f"{row.kind or 'picture'} {caption(row)}",
        "source": None,
    }
    if picture is not None:
        found |= {
            "source": _data_uri(picture),
            "width": picture.width,
            "height": picture.height,
            "small": max(picture.size) < _SMALL,
        }
    return found


def packed(picture: Image.Image) -> tuple[str, bytes]:
    """Return the media type and the bytes of a picture as a page shows it."""
    from PIL import features

    out = io.BytesIO()
    kind = "webp" if features.check("webp") else "png"
    # Small pictures are kept exactly: smeared pixels would be enlarged with them.
    picture.save(out, kind, **({"lossless": max(picture.size) < _SMALL, "quality": 78}
                               if kind == "webp" else {}))  # fmt: skip
    return f"image/{kind}", out.getvalue()


def _data_uri(picture: Image.Image) -> str:
    media, content = packed(picture)
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"
