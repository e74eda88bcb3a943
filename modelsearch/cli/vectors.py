"""`modelsearch embed`: add vectors to a database indexed without, or finish an interrupted run."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from modelsearch.cli.options import DB, option, options
from modelsearch.records.errors import UsageError
from modelsearch.records.text import escape


@options
class Embedded:
    """The options of `modelsearch embed`."""

    db: Path | str = DB
    encoder: str | None = option(
        None,
        "--encoder",
        takes="text",
        help="default, or a local sentence-transformers model; without it the database's own.",
    )


def embed(_words: Sequence[str], options: Embedded) -> None:
    """Add the vectors that passages still lack; stop it when you like, run it again to go on."""
    from modelsearch.index.embedding import embed_missing, missing, record_encoder
    from modelsearch.index.maintenance import refresh_derived
    from modelsearch.records.progress import ProgressBars
    from modelsearch.search.encoders import load_encoder
    from modelsearch.store.database import read_meta
    from modelsearch.store.sessions import writing_existing

    encoder = options.encoder
    if encoder == "none":
        raise UsageError("embed needs an encoder; --encoder none is for index and query")
    with writing_existing(options.db) as connection:
        known = read_meta(connection, "encoder")
        chosen = load_encoder(encoder or (known if known != "none" else None))
        if chosen is None:
            raise UsageError("embed needs an encoder")
        record_encoder(connection, chosen)
        total, done, started = missing(connection), 0, time.monotonic()
        with ProgressBars() as bars:

            def tick(count: int) -> None:
                nonlocal done
                done += count
                bars("encoding passages", done, total)

            encoded = embed_missing(connection, chosen, tick)
        refresh_derived(connection)
    said = _summary(total, encoded, time.monotonic() - started, chosen.name)
    sys.stderr.write(escape(said) + "\n")


def _summary(total: int, encoded: int, seconds: float, encoder: str) -> str:
    if not total:
        return f"every passage has its vector already ({encoder})"
    same = total - encoded
    reused = f", {same:,} of them the same as encoded ones" if same else ""
    rate = f", {encoded / seconds:.0f} a second" if encoded and seconds else ""
    noun = "passage has" if total == 1 else "passages have"
    return f"{total:,} {noun} vectors now{reused} ({encoder}, {seconds:.1f} s{rate})"
