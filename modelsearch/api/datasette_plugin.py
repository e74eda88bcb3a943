"""Shows small copies of pictures in Datasette, which loads this by itself where both are installed.

A cell of ``image_id`` becomes its picture, where the database was made with ``--thumbnails``; other
cells stay as they are.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from datasette import hookimpl
from markupsafe import Markup

_COLUMN = "image_id"
#: The formats that thumbnails are written in, by what a browser calls them.
_FORMATS = {"WEBP": "image/webp", "JPEG": "image/jpeg"}
_SQL = (
    "SELECT t.format, t.width, t.height, t.data FROM image i JOIN thumbnail t ON t.image = i.id "
    "WHERE i.image_id = :id"
)


@hookimpl  # type: ignore[untyped-decorator]  # datasette need not be installed
def render_cell(value: Any, column: str, database: str, datasette: Any) -> Any:
    """Return how a cell is shown: pictures are looked up, None leaves a cell to others."""
    if column != _COLUMN or not isinstance(value, str):
        return None
    return _picture(value, datasette.get_database(database))


async def _picture(image: str, database: Any) -> Markup | None:
    """Return a picture with its name, None where it has no copy or this is another database."""
    if not await database.table_exists("thumbnail"):
        return None
    row = (await database.execute(_SQL, {"id": image})).first()
    if row is None or row["format"] not in _FORMATS:
        return None
    source = f"data:{_FORMATS[row['format']]};base64,{b64encode(row['data']).decode()}"
    drawn = Markup('<img src="{}" width="{}" height="{}" alt="" loading="lazy"><br>{}')
    return drawn.format(source, row["width"], row["height"], image)
