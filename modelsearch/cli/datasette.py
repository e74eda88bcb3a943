"""What `modelsearch datasette-metadata` does: print what Datasette should know of a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from modelsearch.cli.options import DB, options


@options
class Described:
    """The options of `modelsearch datasette-metadata`."""

    db: Path | str = DB


def datasette_metadata(_words: Sequence[str], options: Described) -> None:
    """Print the metadata as JSON on stdout."""
    from modelsearch.api.datasette import datasette_metadata as metadata
    from modelsearch.store.sessions import reading

    with reading(options.db) as connection:
        found = metadata(connection, Path(options.db))
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
