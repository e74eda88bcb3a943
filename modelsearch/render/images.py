"""Lists of pictures: what the demo names (id, parent, created, modified, epoch, path) and more."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.text import UNKNOWN, human_size, number, one_line, plain, short_date
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.render.layout import GAP, Column, Table, lay_out
from modelsearch.render.output import Output
from modelsearch.store.rows import IMAGE_FIELDS

if TYPE_CHECKING:
    from modelsearch.answer.similar_pictures import Likeness
    from modelsearch.store.rows import ImageRow


def image_table(
    images: Sequence[ImageRow],
    output: Output,
    *,
    wide: bool = False,
    asked: Sequence[tuple[str, Sequence[Any]]] = (),
    total: int = 0,
) -> Table:
    """Draw pictures, a line each, all or those shown of a ``total``; ``wide`` shows every column,
    ``asked`` are further ones: the name of a field, and its value for each picture. No rows, no
    text.
    """
    if not images:
        return Table("")

    def size(image: ImageRow) -> str:
        known = image.width is not None and image.height is not None
        return f"{image.width}x{image.height}" if known else UNKNOWN

    links = [(f"{i.root}/{i.path}", None) for i in images]
    columns = [
        Column("picture", [one_line(i.path) for i in images], "name", asked=True, links=links),
        *(_asked(name, values) for name, values in asked),
        Column("model", [plain(i.model_id) for i in images], "name", importance=0.9, same="of"),
        Column("epoch", [number(i.epoch) for i in images], align="r", importance=0.95),
        Column("step", [number(i.step) for i in images], align="r", importance=0.7),
        Column("kind", [plain(i.kind) for i in images], importance=0.8),
        Column("created", [short_date(i.created_at) for i in images], importance=0.6),
        Column("pixels", [size(i) for i in images], align="r", importance=0.4),
        Column("size", [human_size(i.size_bytes) for i in images], align="r", importance=0.3),
    ]
    if wide:
        columns += [
            Column("modified", [short_date(i.modified_at) for i in images]),
            Column("id", [one_line(i.image_id) for i in images], "name"),
        ]
        columns = [
            Column(c.title, c.cells, "whole", c.align, asked=True, links=c.links) for c in columns
        ]
        width = sum(c.natural + GAP for c in columns)
        return lay_out(columns, max(width, output.width), style=output.style, header=output.header)
    return lay_out(columns, output.width, style=output.style, header=output.header, total=total)


def _asked(name: str, values: Sequence[Any]) -> Column:
    """Return a column of settings: numbers to the right, several names by commas."""
    title = name.removeprefix("image_").replace("_", " ")
    cells = [plain(", ".join(one) if isinstance(one, list) else one) for one in values]
    numeric = all(one is None or isinstance(one, int | float) for one in values)
    return Column(title, cells, align="r" if numeric else "l", asked=True)


def write_likenesses(
    everything: Sequence[Likeness], shown: Sequence[Likeness], output: Output
) -> None:
    """Print pictures that look alike, the likest first."""
    if not output.is_table:
        rows = [one.as_json() for one in shown]
        fields = (*IMAGE_FIELDS, "same_bytes", "distance", "colours", "similarity")
        if output.format == "json":
            output.document({"images": rows})
        else:
            output.rows(rows, fields)
        return
    alike = f"{len(everything)} picture{'' if len(everything) == 1 else 's'} like it"
    rest = f", {len(shown)} shown (--limit 0 for all)" if len(shown) < len(everything) else ""
    output.text(alike + rest + ".")
    if shown:
        columns = [
            Column("likeness", [_likeness(one) for one in shown], asked=True),
            Column("picture", [one_line(o.image.image_id) for o in shown], "name", asked=True),
            Column("epoch", [number(one.image.epoch) for one in shown], align="r"),
        ]
        drawn = lay_out(columns, output.width, style=output.style, header=output.header)
        output.text(drawn.whole)


def _likeness(one: Likeness) -> str:
    if one.same_bytes:
        return "same file"
    if one.similarity is not None:
        return f"{one.similarity:.3f}"
    bits = f"{one.distance} bit{'' if one.distance == 1 else 's'}"
    return f"{bits}, {(one.colours or 0):.0%} of colours"


def write_duplicates(groups: Sequence[Sequence[ImageRow]], output: Output) -> None:
    """Print groups of pictures that hold the same bytes."""
    if output.format == "json":
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
