"""Finding models by their exact path in a large catalogue, without comparing every path."""

from __future__ import annotations

from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.vocabulary import normalise

if TYPE_CHECKING:
    import apsw

_SUFFIXES = ("", ".py", ".ipynb")


def by_path(connection: apsw.Connection, path: str) -> list[str]:
    """Return the ids of the models whose path, with or without suffix, is ``path``."""
    found: dict[str, None] = {}
    for suffix in _SUFFIXES:
        rows = connection.execute(
            "SELECT m.model_id FROM root r CROSS JOIN artefact a ON a.root = r.id AND a.path = ? "
            "CROSS JOIN model m ON m.id = a.model AND m.path = a.path",
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
