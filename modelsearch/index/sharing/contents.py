"""What a database file holds: counts, roots, texts, vectors, and how large each part is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import apsw

from modelsearch.store.database import fetch_all, fetch_value, read_meta, write_meta
from modelsearch.store.unfinished import unfinished

_LEFT_OUT = "exported without"  #: of meta
_COUNTED = {
    "models": "model",
    "pictures": "image",
    "runs": "run",
    "curves": "curve",
    "checkpoints": "checkpoint",
    "metrics": "metric",
    "passages": "passage",
    "vectors": "embedding",
    "values with evidence": "evidence",
    "thumbnails": "thumbnail",
}
_SIZES = {
    "texts": "SELECT sum(length(title) + length(text)) FROM passage",
    "code": "SELECT sum(length(text)) FROM code",
    "vectors": "SELECT sum(length(vector)) FROM embedding",
    "curves": "SELECT sum(length(data)) FROM curve",
    "thumbnails": "SELECT sum(length(data)) FROM thumbnail",
}


def contents(connection: apsw.Connection, path: Path) -> dict[str, Any]:
    """Return what a file holds, as plain values for JSON. Sizes are in bytes."""
    return {
        "file": str(path),
        "size_bytes": path.stat().st_size,
        "schema_version": int(fetch_value(connection, "PRAGMA user_version")),
        "indexed_at": read_meta(connection, "indexed_at"),
        "unfinished": unfinished(connection),
        "encoder": read_meta(connection, "encoder"),
        "left_out": left_out_of(connection),
        "merged": int(
            fetch_value(connection, "SELECT count(*) FROM meta WHERE key LIKE 'merged %'")
        ),
        "counts": {
            name: int(fetch_value(connection, f"SELECT count(*) FROM {table}"))
            for name, table in _COUNTED.items()
        },
        "sizes": {name: int(fetch_value(connection, sql) or 0) for name, sql in _SIZES.items()},
        "roots": [
            {"path": root, "indexed_at": at, "models": models, "pictures": pictures}
            for root, at, models, pictures in fetch_all(
                connection,
                "SELECT r.path, r.indexed_at, "
                "(SELECT count(*) FROM model m WHERE m.root = r.id), "
                "(SELECT count(*) FROM image i WHERE i.root = r.id) FROM root r ORDER BY r.path",
            )
        ],
    }


def left_out_of(connection: apsw.Connection) -> list[str]:
    """Return what was left out when the file was exported, or from a part that was merged."""
    text = read_meta(connection, _LEFT_OUT)
    return text.split(", ") if text else []


def say_left_out(connection: apsw.Connection, names: Iterable[str]) -> None:
    """Note what was left out: it, and what was left out before."""
    known = dict.fromkeys([*left_out_of(connection), *names])
    write_meta(connection, _LEFT_OUT, ", ".join(known) or None)
