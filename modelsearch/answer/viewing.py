"""Getting pictures to look at: from their files, else from the copies in the database."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import apsw

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import read_bytes
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.sources.pictures.looks import open_small
from modelsearch.store.database import fetch_all
from modelsearch.store.known_roots import FilePlaces
from modelsearch.store.rows import ImageRow

_LONGEST = 2_000  #: characters of a text that is shown
_LARGEST_COPY = 1024  #: pixels a side; copies that index keeps are smaller

if TYPE_CHECKING:
    from PIL import Image


class PictureLoader:
    """Loads small RGB pictures of one database. ``missing`` counts those that could not be found.

    Files are read only below ``files``, or below folders that were indexed on this machine.
    """

    def __init__(self, connection: apsw.Connection, files: Path | None = None) -> None:
        self._connection = connection
        self._places = FilePlaces(files)
        self.missing = 0

    def load(self, row: ImageRow, side: int) -> Image.Image | None:
        """Return a picture of at most ``side`` pixels a side, or None where neither the file nor
        a copy is there.
        """
        place = self._places.find(row.root, row.path)
        try:
            if place is not None:
                return open_small(place, side)
        except ReadingError:
            pass
        copy = self._copy(row)
        if copy is None:
            self.missing += 1
            return None
        copy.thumbnail((side, side))
        return copy

    def content(self, row: ImageRow, limit: int) -> bytes | None:
        """Return a file as it is, where it is here and not larger than a limit."""
        place = self._places.find(row.root, row.path)
        try:
            return None if place is None else read_bytes(place, limit)
        except OSError:
            return None

    def settings(self, rows: Sequence[ImageRow]) -> dict[int, list[tuple[str, str]]]:
        """Return what generators wrote into pictures, by the rows of these: names and values."""
        found: dict[int, list[tuple[str, str]]] = {}
        wanted = numbers_json(row.rowid for row in rows)
        for image, name, text in fetch_all(
            self._connection,
            "SELECT s.image, s.name, s.text FROM json_each(?) w JOIN image_setting s "
            "ON s.image = w.value ORDER BY s.image, s.name",
            (wanted,),
        ):
            found.setdefault(image, []).append((name, text))
        for image, negative in fetch_all(
            self._connection,
            "SELECT i.id, i.negative_prompt FROM json_each(?) w JOIN image i ON i.id = w.value "
            "WHERE i.negative_prompt IS NOT NULL",
            (wanted,),
        ):
            found.setdefault(image, []).insert(0, ("negative prompt", negative[:_LONGEST]))
        return found

    def note(self) -> str:
        """Return a sentence about pictures that could not be loaded; empty if all could."""
        if not self.missing:
            return ""
        said = f"{self.missing} of the files are not here and have no copy in the database"
        if self._places.refused:
            root = ascii(sorted(self._places.refused)[0])[1:-1]
            said += (
                f"; {root} was not indexed on this machine, so nothing is read there: "
                "--files FOLDER says where the files are"
            )
        return said

    def _copy(self, row: ImageRow) -> Image.Image | None:
        from PIL import Image

        found = fetch_all(
            self._connection, "SELECT data FROM thumbnail WHERE image = ?", (row.rowid,)
        )
        if not found:
            return None
        try:
            with Image.open(io.BytesIO(found[0][0]), formats=["WEBP", "JPEG"]) as picture:
                return picture.convert("RGB") if max(picture.size) <= _LARGEST_COPY else None
        except (OSError, ValueError, SyntaxError, TypeError, Image.DecompressionBombError):
            return None


def by_model(rows: Sequence[ImageRow]) -> list[tuple[str | None, list[ImageRow]]]:
    """Group pictures by their model, models and pictures in the order in which they come."""
    groups: dict[str | None, list[ImageRow]] = {}
    for row in rows:
        groups.setdefault(row.model_id, []).append(row)
    return list(groups.items())


def caption(row: ImageRow) -> str:
    """Return what is known of a picture's place in training: ``epoch 100``, ``step 2000``."""
    parts = []
    if row.epoch is not None:
        parts.append(f"epoch {row.epoch}")
    if row.step is not None:
        parts.append(f"step {row.step}")
    return ", ".join(parts) or (row.kind or "")
