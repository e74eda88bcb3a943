"""What `modelsearch runs` does: list recorded runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelsearch.cli.options import DB, FORMAT, RAW_CELLS, TODAY, option, options
from modelsearch.cli.query import Asked, ask_open
from modelsearch.render.output import Format

if TYPE_CHECKING:
    from pathlib import Path


@options
class RunsListed:
    """The options of `modelsearch runs`."""

    db: Path | str = DB
    format: Format = FORMAT
    raw_cells: bool = RAW_CELLS
    limit: int = option(20, "--limit", "-n", help="At most so many runs; 0: all.", least=0)
    explain: bool = option(False, "--explain", help="Show how the question was understood.")
    today: str | None = TODAY


def runs(words: Sequence[str], listed: RunsListed) -> None:
    """Print runs on stdout: the words are read as a question about them."""
    from modelsearch.store.sessions import reading

    text = " ".join(words)
    question = text if _speaks_of_runs(text) else f"runs {_joined(text)}".strip()
    asked = Asked(listed.db, listed.format, listed.raw_cells, limit=listed.limit,
                  explain=listed.explain, today=listed.today)  # fmt: skip
    with reading(listed.db) as connection:
        ask_open(connection, question, asked)


def _speaks_of_runs(text: str) -> bool:
    return any(word in ("run", "runs", "trial", "trials") for word in text.lower().split())


def _joined(text: str) -> str:
    first = text.partition(" ")[0].lower()
    linked = first in ("of", "with", "on", "since", "by", "in", "from", "that") or "," in text
    return text if linked or not text else f"of {text}"
