"""The two beginnings: open a database, or index folders into one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.api.catalogue import Catalogue

if TYPE_CHECKING:
    from modelsearch.index.summary import IndexSummary


def open(path: str | os.PathLike[str] = "models.db") -> Catalogue:
    """Open a database for reading. Raises DatabaseError where there is none, or a foreign one."""
    return Catalogue(path)


def index_folders(
    folders: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    db: str | os.PathLike[str] = "models.db",
    *,
    encoder: str = "default",
    images: bool = True,
    jobs: int = 0,
) -> IndexSummary:
    """Bring a database up to date with folders, as ``modelsearch index`` does; return what it did.

    ``encoder`` is "default", "none", or a local sentence-transformers model; ``jobs`` 0 takes a
    process a core. Raises ModelsearchError for a folder that does not exist.
    """
    from modelsearch.index.indexing import index as run
    from modelsearch.index.own_names import with_own_names
    from modelsearch.index.summary import IndexOptions
    from modelsearch.search.encoders import load_encoder
    from modelsearch.store.sessions import writing

    several = [folders] if isinstance(folders, str | os.PathLike) else list(folders)
    chosen = load_encoder(encoder)
    with writing(Path(db)) as connection:
        options = with_own_names(IndexOptions(jobs=jobs, images=images), Path(db))
        return run(connection, [Path(folder) for folder in several], chosen, options)
