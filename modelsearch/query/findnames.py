"""Models by parts of their names in a large catalogue, where looking at every name takes long.

The keyword index has each model's id and path, in words, as the title of its profile; so parts are
looked for as whole words or beginnings of words there, not in the middle of words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelsearch.vocabulary import normalise

if TYPE_CHECKING:
    import apsw

_MOST = 2_000
_SUFFIXES = ("", ".py", ".ipynb")


def by_path(connection: apsw.Connection, path: str) -> list[str]:
    """Return the ids of the models whose path, with or without suffix, is ``path``."""
    found: dict[str, None] = {}
    for suffix in _SUFFIXES:
        rows = connection.execute(
            "SELECT m.model_id FROM root r CROSS JOIN model m ON m.root = r.id AND m.path = ?",
            (path + suffix,),
        )
        found.update((str(row[0]), None) for row in rows)
    rows = connection.execute(
        "SELECT model_id FROM model WHERE spelling = ?1 "
        "AND lower(path) IN (?2, ?2 || '.py', ?2 || '.ipynb')",
        (normalise(path), path.lower()),
    )
    found.update((str(row[0]), None) for row in rows)
    return list(found)


def having(connection: apsw.Connection, parts: list[str]) -> list[tuple[str, str]]:
    """Return (id, path) of models whose name has all parts; no more than 2,000."""
    words = [f'"{part}"' + ("*" if len(part) > 2 else "") for part in parts if part.isalnum()]
    if not words:
        return []
    rows = connection.execute(
        "SELECT DISTINCT m.model_id, m.path FROM "
        "(SELECT rowid FROM passage_fts WHERE passage_fts MATCH ? LIMIT ?) f "
        "CROSS JOIN passage p ON p.id = f.rowid CROSS JOIN model m ON m.id = p.model "
        "WHERE p.kind = 'profile' ORDER BY m.model_id",
        (f"title : ({' AND '.join(words)})", _MOST),
    )
    return [(str(model_id), str(path)) for model_id, path in rows]
