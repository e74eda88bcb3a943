"""Lists of pictures: what the demo names (id, parent, created, modified, epoch, path) and more."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.render import grid
from modelsearch.render.grid import Column, Rendered
from modelsearch.render.text import UNKNOWN, human_size, number, one_line, plain, short_date
from modelsearch.rows import ImageRow

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
