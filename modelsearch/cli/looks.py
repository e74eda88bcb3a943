"""`modelsearch looks`: look at pictures that were indexed without, or finish a stopped pass."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from modelsearch.cli.options import DB, option, options


@options
class Looked:
    """The options of `modelsearch looks`."""

    db: Path | str = DB
    jobs: int = option(0, "--jobs", "-j", help="Processes; 0: a core each.", least=0)


def looks(_words: Sequence[str], options: Looked) -> None:
    """Look at the pictures that wait; stop it when you like, run it again to go on."""
    import os

    from modelsearch.index.looks import look_at_all, waiting
    from modelsearch.index.maintenance import refresh_derived
    from modelsearch.records.progress import ProgressBars
    from modelsearch.render.indexing import looks_text
    from modelsearch.render.output import terminal_width
    from modelsearch.store.sessions import writing_existing

    with writing_existing(options.db) as connection:
        with ProgressBars() as bars:
            summary = look_at_all(connection, options.jobs or os.cpu_count() or 1, bars)
        if summary.failed:
            refresh_derived(connection)
        left = waiting(connection)
    sys.stderr.write(looks_text(summary, left, terminal_width()) + "\n")
