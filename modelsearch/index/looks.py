"""The second pass over pictures: what they look like, newest and owned first.

Everything else about them is stored and answered before it begins. What was looked at is committed
picture after picture, so that a run that is stopped is continued by the next.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import apsw

from modelsearch.index.batches import batches
from modelsearch.records.files import path_raw
from modelsearch.records.progress import Progress, unwatched
from modelsearch.sources.pictures.looks import Looks, Thumbnail, read_looks
from modelsearch.sources.pictures.magic import VIDEOS
from modelsearch.sources.pictures.parallel import PictureResult, read_pictures
from modelsearch.store.database import fetch_all, fetch_value, read_count, transaction, write_meta
from modelsearch.store.known_roots import FilePlaces

#: Raised whenever pictures are looked at differently, so that all are looked at again.
_VERSION = 2
_BATCH = 64
THUMBNAIL_SIDE = 192  #: pixels of the small copies that --thumbnails keeps
_VIDEOS = "(" + ", ".join(f"'{one}'" for one in sorted(VIDEOS)) + ")"  #: are not looked at
#: How what is still to be looked at is chosen: of a root, with another or no version.
_WAITING = "i.root = ? AND i.looks IS NOT ? AND i.format NOT IN " + _VIDEOS


@dataclass(slots=True)
class LooksSummary:
    """What a run did: pictures looked at, and (path, reason) of those that cannot be decoded."""

    seen: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def waiting(connection: apsw.Connection) -> int:
    """Return how many pictures were not looked at yet."""
    sql = f"SELECT count(*) FROM image WHERE looks IS NOT ? AND format NOT IN {_VIDEOS}"
    return int(fetch_value(connection, sql, (_VERSION,)) or 0)


def choose_thumbnails(connection: apsw.Connection, root_id: int, side: int | None) -> int:
    """Note of how many pixels small copies are to be (0: none; None: as before) and return it.
    Another choice makes copies anew, or removes them.
    """
    key = f"picture thumbnails {root_id}"
    before = read_count(connection, key)
    if side is None or side == before:
        return before
    with transaction(connection):
        write_meta(connection, key, str(side))
        if side:
            connection.execute("UPDATE image SET looks = NULL WHERE root = ?", (root_id,))
        connection.execute(
            "DELETE FROM thumbnail WHERE image IN (SELECT id FROM image WHERE root = ?)", (root_id,)
        )
    return side


def look_at_all(
    connection: apsw.Connection,
    jobs: int,
    progress: Progress = unwatched,
    roots: Sequence[int] | None = None,
) -> LooksSummary:
    """Look at every picture that waits, of some roots or of all whose folders are here."""
    summary = LooksSummary()
    for root_id, text in fetch_all(connection, "SELECT id, path FROM root ORDER BY id"):
        root = Path(path_raw(text))
        if (roots is None or root_id in roots) and root.is_dir():
            _look_at(connection, root, root_id, jobs, summary, progress)
    return summary


def _look_at(
    connection: apsw.Connection,
    root: Path,
    root_id: int,
    jobs: int,
    summary: LooksSummary,
    progress: Progress,
) -> None:
    rows = {
        path: row
        for row, path in fetch_all(
            connection,
            f"SELECT i.id, i.path FROM image i WHERE {_WAITING} "
            "ORDER BY i.model IS NULL, i.modified_at DESC, i.path",
            (root_id, _VERSION),
        )
    }
    side = choose_thumbnails(connection, root_id, None)
    read = partial(read_looks, thumbnail=side, within=root)
    moved = partial(_told, progress, len(rows))
    for batch in batches(read_pictures(root, list(rows), jobs, read, moved=moved), _BATCH):
        with transaction(connection):
            for result in batch:
                _store(connection, root_id, rows[result.path], result, summary)


def copy_pictures(connection: apsw.Connection, side: int) -> int:
    """Make small copies of the pictures that have none and whose files lie in folders that were
    indexed on this machine; return how many. Call it in a transaction.
    """
    places, made = FilePlaces(), 0
    for root_id, text in fetch_all(connection, "SELECT id, path FROM root ORDER BY id"):
        rows = {
            path: row
            for row, path in fetch_all(
                connection,
                f"SELECT id, path FROM image WHERE root = ? AND format NOT IN {_VIDEOS} "
                "AND id NOT IN (SELECT image FROM thumbnail) ORDER BY path",
                (root_id,),
            )
            if places.find(text, path) is not None
        }
        root = Path(path_raw(text))
        read = partial(read_looks, thumbnail=side, within=root)
        for result in read_pictures(root, list(rows), os.cpu_count() or 1, read):
            if result.content is not None and result.content.thumbnail is not None:
                _write_copy(connection, rows[result.path], result.content.thumbnail)
                made += 1
    return made


def _told(progress: Progress, total: int, done: int, at: str) -> None:
    progress("looking at pictures", done, total, at)


def _store(
    connection: apsw.Connection,
    root_id: int,
    row: int,
    result: PictureResult[Looks],
    summary: LooksSummary,
) -> None:
    looks = result.content
    if looks is None:
        reason = result.failure or "cannot be read"
        summary.failed.append((result.path, reason))
        connection.execute("DELETE FROM image WHERE id = ?", (row,))
        connection.execute(
            "UPDATE artefact SET status = 'failed', reason = ? WHERE root = ? AND path = ?",
            (reason, root_id, result.path),
        )
        return
    summary.seen += 1
    connection.execute(
        "UPDATE image SET looks = ?, perceptual_hash = ?, kind = CASE WHEN ? AND "
        "coalesce(kind, 'samples') = 'samples' THEN 'plot' ELSE kind END WHERE id = ?",
        (_VERSION, looks.perceptual_hash, looks.plot, row),
    )
    connection.execute("DELETE FROM image_colour WHERE image = ?", (row,))
    connection.executemany(
        "INSERT INTO image_colour (image, position, colour, share) VALUES (?, ?, ?, ?)",
        [(row, at, colour, share) for at, (colour, share) in enumerate(looks.colours, 1)],
    )
    if looks.thumbnail is not None:
        _write_copy(connection, row, looks.thumbnail)


def _write_copy(connection: apsw.Connection, row: int, copy: Thumbnail) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO thumbnail (image, format, width, height, data) "
        "VALUES (?, ?, ?, ?, ?)",
        (row, copy.format, copy.width, copy.height, copy.data),
    )
