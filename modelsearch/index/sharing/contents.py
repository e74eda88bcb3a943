"""What a database file holds: counts, roots, texts, vectors, and how large each part is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from modelsearch.store.database import fetch_all, fetch_value, read_meta

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
        "encoder": read_meta(connection, "encoder"),
        "left_out": _list(read_meta(connection, "exported without")),
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


def _list(text: str | None) -> list[str]:
    return text.split(", ") if text else []
