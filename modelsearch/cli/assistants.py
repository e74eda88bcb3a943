"""What `modelsearch mcp` does: serve one database to an assistant, on stdin and stdout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from modelsearch.cli.options import DB, options


@options
class Served:
    """The options of `modelsearch mcp`."""

    db: Path | str = DB


def mcp(_words: Sequence[str], served: Served) -> None:
    """Serve until the assistant hangs up. Raises ModelsearchError without the extra."""
    from modelsearch.api.assistant import make_server

    make_server(Path(served.db).absolute()).run("stdio")
