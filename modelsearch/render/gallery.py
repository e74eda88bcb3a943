"""An HTML gallery in one file: thumbnails by model, those of training in the order of epochs.

The page asks for nothing beyond itself: pictures are data URIs, style and script stand in the page,
which allows no others. Without its script it shows everything; with it, it filters, enlarges, lays
two pictures over one another and two runs side by side. ``templates/gallery.html`` says how it
looks; it escapes what comes from files.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from itertools import groupby

from modelsearch.answer.viewing import PictureLoader, by_model, caption
from modelsearch.records.datafiles import read_text
from modelsearch.records.text import one_line, short_date, shorten
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.records.written import GENERATOR
from modelsearch.render.policy import content_policy
from modelsearch.render.templating import environment
from modelsearch.sources.pictures.magic import VIDEOS
from modelsearch.store.rows import ImageRow

if TYPE_CHECKING:
    from PIL import Image

#: More pictures than this make a page that browsers open slowly.
MOST = 1_000
#: Pixels of a picture's longer side, by how many pictures there are at most.
_SIDES = ((60, 512), (300, 320), (MOST, 224))
_FILE, _FILES = 2_000_000, 12_000_000  #: bytes of a moving picture that is shown whole, and of all
_MOVING = {"GIF": "image/gif", "WEBP": "image/webp", "PNG": "image/png"}
_SMALL = 96  #: pictures below this are shown with their pixels, not smoothed


def gallery(rows: Sequence[ImageRow], loader: PictureLoader, title: str) -> str:
    """Return the page; pictures keep their order within a model, but epochs are sorted."""
    from markupsafe import Markup

    heading = one_line(title) or "Pictures"
    shown = rows[:MOST]
    style = "\n" + read_text(__file__, "gallery.css")
    script = "\n" + read_text(__file__, "gallery.js")
    drawing = _Drawing(loader, shown)
    epochs = [row.epoch for row in shown if row.epoch is not None]
    counted = f"{len(rows)} picture{'' if len(rows) == 1 else 's'}"
    if len(shown) < len(rows):
        counted = f"the first {len(shown)} of {counted}"
    return (
        environment(__file__)
        .get_template("gallery.html")
        .render(
            title=heading,
            window=shorten(heading, 70),
            policy=content_policy(style, script=script),
            style=Markup(style),  # noqa: S704 - the file beside this one
            script=Markup(script),  # noqa: S704 - the file beside this one
            generator=GENERATOR,
            counted=counted,
            kinds=sorted({row.kind for row in shown if row.kind}),
            epochs=(min(epochs), max(epochs)) if epochs else None,
            sections=[_section(model, members, drawing) for model, members in by_model(shown)],
        )
    )


def _section(model: str | None, rows: list[ImageRow], drawing: _Drawing) -> dict[str, Any]:
    """A model's pictures: those of training by kind, and the others."""
    timed = sorted(
        (row for row in rows if _when(row) is not None), key=lambda row: _when(row) or (0,)
    )
    strips = []
    for kind, members in groupby(sorted(timed, key=_kind), key=_kind):
        strip = list(members)
        name = f"{kind or 'pictures'}, {caption(strip[0])}"
        if len(strip) > 1:
            name += f" to {caption(strip[-1])}"
        strips.append({"name": name, "pictures": [drawing.figure(row) for row in strip]})
    others = [drawing.figure(row) for row in rows if _when(row) is None]
    title = model or "Pictures of no known model"
    return {"title": title, "strips": strips, "others": others}


def _when(row: ImageRow) -> tuple[int, ...] | None:
    """Return where in training a picture stands; epochs and steps are never mixed in one order."""
    if row.epoch is not None:
        return (0, row.epoch, row.step or 0)
    return (1, row.step, 0) if row.step is not None else None


def _kind(row: ImageRow) -> str:
    return row.kind or ""


class _Drawing:
    """Makes the figures of one page, as large as their number allows."""

    def __init__(self, loader: PictureLoader, rows: Sequence[ImageRow]) -> None:
        self._loader = loader
        self._side = next(side for most, side in _SIDES if len(rows) <= most)
        self._settings = loader.settings(rows)
        self._left = _FILES

    def figure(self, row: ImageRow) -> dict[str, Any]:
        """Return what the page shows of a picture, and what it says."""
        settings = self._settings.get(row.rowid, ())
        found: dict[str, Any] = {
            "said": caption(row),
            "name": row.path.rpartition("/")[2],
            "path": row.path,
            "alt": f"{row.kind or 'picture'} {caption(row)}",
            "kind": row.kind or "",
            "epoch": "" if row.epoch is None else row.epoch,
            "words": one_line(f"{row.path} {row.prompt or ''}"),
            "facts": [*_facts(row), *settings],
            "video": None,
            "source": None,
            "moving": None,
            "absent": length(row) if row.format in VIDEOS else "file not here",
        }
        if row.format in VIDEOS:
            found["video"] = self._whole(row, "video/webm" if row.format == "WebM" else "video/mp4")
            return found
        picture = self._loader.load(row, self._side)
        if picture is not None:
            found |= {
                "source": _data_uri(picture),
                "width": picture.width,
                "height": picture.height,
                "small": max(picture.size) < _SMALL,
            }
            if (row.frames or 1) > 1 and row.format in _MOVING:
                found["moving"] = self._whole(row, _MOVING[row.format])
        return found

    def _whole(self, row: ImageRow, media: str) -> str | None:
        """Return a moving picture's file, where it is here and there is room for it."""
        content = self._loader.content(row, min(_FILE, self._left))
        if content is None:
            return None
        self._left -= len(content)
        return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"


def _facts(row: ImageRow) -> list[tuple[str, str]]:
    known = row.width is not None and row.height is not None
    facts = {
        "model": row.model_id,
        "epoch": row.epoch,
        "step": row.step,
        "kind": row.kind,
        "pixels": f"{row.width} × {row.height}" if known else None,
        "length": length(row),
        "created": short_date(row.created_at) if row.created_at else None,
        "path": row.path,
        "prompt": shorten(row.prompt, 2_000) if row.prompt else None,
    }
    return [(name, str(value)) for name, value in facts.items() if value not in (None, "")]


def length(row: ImageRow) -> str:
    """Return how long a moving picture is, in words; nothing for a still one."""
    frames = f"{row.frames} frames" if (row.frames or 0) > 1 else ""
    seconds = f"{row.seconds:.1f} s" if row.seconds else ""
    return ", ".join(part for part in (frames, seconds) if part)


def packed(picture: Image.Image) -> tuple[str, bytes]:
    """Return the media type and the bytes of a picture as a page shows it."""
    from PIL import features

    out = io.BytesIO()
    kind = "webp" if features.check("webp") else "png"
    # Small pictures are kept exactly: smeared pixels would be enlarged with them.
    picture.save(
        out,
        kind,
        **({"lossless": max(picture.size) < _SMALL, "quality": 78} if kind == "webp" else {}),
    )
    return f"image/{kind}", out.getvalue()


def _data_uri(picture: Image.Image) -> str:
    media, content = packed(picture)
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"
