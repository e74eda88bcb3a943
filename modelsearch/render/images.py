"""Lists of pictures: what the demo names (id, parent, created, modified, epoch, path) and more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelsearch.records.text import UNKNOWN, human_size, number, one_line, plain, short_date
from modelsearch.render import grid
from modelsearch.render.grid import Column, Rendered
from modelsearch.render.output import Format, Output
from modelsearch.store.rows import ImageRow

if TYPE_CHECKING:
    from modelsearch.answer.similar_pictures import Likeness

#: Column names of pictures in the machine formats.
IMAGE_FIELDS: tuple[str, ...] = (
    "image_id", "model_id", "root", "path", "epoch", "created_at", "modified_at", "kind",
)  # fmt: skip


def image_table(images: Sequence[ImageRow], *, width: int | None, wide: bool = False) -> Rendered:
    """Draw pictures in at most ``width`` cells; ``wide`` shows every column. No rows, no text."""
    if not images:
        return Rendered("")

    def size(image: ImageRow) -> str:
        known = image.width is not None and image.height is not None
        return f"{image.width}x{image.height}" if known else UNKNOWN

    columns = [
        Column("Image ID", [one_line(i.image_id) for i in images], importance=9, least=16),
        Column("Model ID", [plain(i.model_id) for i in images], importance=7, least=16),
        Column("Epoch", [number(i.epoch) for i in images], "r", importance=8, least=5),
        Column("Kind", [plain(i.kind) for i in images], importance=4, least=8),
        Column("Created", [short_date(i.created_at) for i in images], importance=6, least=10),
        Column("Modified", [short_date(i.modified_at) for i in images], importance=5, least=10),
        Column("Pixels", [size(i) for i in images], "r", importance=2, least=7),
        Column("Size", [human_size(i.size_bytes) for i in images], "r", importance=1, least=6),
        Column("Path", [one_line(i.path) for i in images], importance=8, least=20),
    ]
    planned = grid.plan(columns, width, drop=not wide)
    return Rendered(grid.draw(planned), planned.hidden)


def write_likenesses(
    everything: Sequence[Likeness], shown: Sequence[Likeness], output: Output
) -> None:
    """Print pictures that look alike, the likest first."""
    if not output.is_table:
        rows = [one.as_json() for one in shown]
        fields = (*IMAGE_FIELDS, "same_bytes", "distance", "colours", "similarity")
        if output.format is Format.json:
            output.document({"images": rows})
        else:
            output.rows(rows, fields)
        return
    if shown:
        columns = [
            Column("Likeness", [_likeness(one) for one in shown], importance=9, least=8),
            Column("Image ID", [one_line(o.image.image_id) for o in shown], importance=9, least=16),
            Column("Epoch", [number(one.image.epoch) for one in shown], "r", importance=7, least=5),
            Column("Path", [one_line(one.image.path) for one in shown], importance=5, least=20),
        ]
        output.text(grid.draw(grid.plan(columns, output.width, drop=True)))
    alike = f"{len(everything)} picture{'' if len(everything) == 1 else 's'} like it"
    rest = f", {len(shown)} shown (--limit 0 for all)" if len(shown) < len(everything) else ""
    output.note(alike + rest)


def _likeness(one: Likeness) -> str:
    if one.same_bytes:
        return "same file"
    if one.similarity is not None:
        return f"{one.similarity:.3f}"
    bits = f"{one.distance} bit{'' if one.distance == 1 else 's'}"
    return f"{bits}, {(one.colours or 0):.0%} of colours"


def write_duplicates(groups: Sequence[Sequence[ImageRow]], output: Output) -> None:
    """Print groups of pictures that hold the same bytes."""
    if output.format is Format.json:
        output.document({"groups": [[row.as_json() for row in group] for group in groups]})
        return
    if not output.is_table:
        rows = [
            {"group": at, **row.as_json()} for at, group in enumerate(groups, 1) for row in group
        ]
        output.rows(rows, ("group", *IMAGE_FIELDS))
        return
    for group in groups:
        output.text(f"{len(group)} times {human_size(group[0].size_bytes)}:")
        for row in group:
            output.text(f"  {one_line(row.image_id)}")
    spare = sum((len(group) - 1) * (group[0].size_bytes or 0) for group in groups)
    count = f"{len(groups)} group{'' if len(groups) == 1 else 's'} of the same picture"
    output.note(f"{count}; the copies take {human_size(spare)}" if groups else "no duplicates")
