"""What `modelsearch serve` does: show one database in a browser, from this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from modelsearch.cli.options import DB, FILES, option, options
from modelsearch.cli.remarks import AUTHOR, author_of


@options
class Page:
    """The options of `modelsearch serve`."""

    db: Path | str = DB
    port: int = option(0, "--port", "-p", help="The port; 0: any free one.", least=0, most=65535)
    host: str = option(
        "127.0.0.1",
        "--host",
        help="The address to serve on; others than this machine's own are "
        "open to the network, unencrypted.",
    )
    write: bool = option(False, "--write", help="Let the page tag, note and correct.")
    author: str | None = AUTHOR
    files: Path | None = FILES
    encoder: str | None = option(
        None, "--encoder", help="none: rank by keywords only.", takes="text"
    )
    open: bool = option(False, "--open", help="Open it in the browser.")


def serve(_words: Sequence[str], page: Page) -> None:
    """Serve until Ctrl-C; the address stands on stdout. Raises ModelsearchError without the
    extra.
    """
    # Pages are answered by threads already; those of linear algebra would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from modelsearch.api.page.application import Serving
    from modelsearch.api.page.application import serve as run

    def ready(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stderr.write("whoever has this address can read the database; Ctrl-C ends it\n")
        if page.open:
            from webbrowser import open_new_tab

            open_new_tab(address)

    serving = Serving(
        Path(page.db).absolute(),
        page.host,
        page.port,
        page.write,
        author_of(page.author),
        page.files,
        page.encoder,
    )
    run(serving, ready)
