"""Answering one question from a database file: what `modelsearch query` does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from modelsearch.cli.options import DB, FORMAT, RAW_CELLS, TODAY, WIDE, option, options
from modelsearch.records.errors import UsageError
from modelsearch.render.output import Format, Output

if TYPE_CHECKING:
    from pathlib import Path

    import apsw


class Fusion(StrEnum):
    """How rankers are joined: by reciprocal ranks, or by what they score."""

    rrf = "rrf"
    score = "score"


@options
class Asked:
    """The options of `modelsearch query`."""

    db: Path | str = DB
    format: Format = FORMAT
    raw_cells: bool = RAW_CELLS
    limit: int = option(20, "--limit", "-n", help="At most so many results; 0: all.", least=0)
    details: int = option(1, "--details", help="Details blocks below the table.", least=0)
    wide: bool = WIDE
    explain: bool = option(False, "--explain", help="Show how the question was understood.")
    facets: bool = option(False, "--facets", help="Count the results by dataset, family …")
    today: str | None = TODAY
    encoder: str | None = option(
        None, "--encoder", help="'none' ranks by keywords only.", takes="text"
    )
    lenient: bool = option(
        False, "--lenient", help="Answer without what was not understood, rather than ask back."
    )
    fusion: Fusion = option(
        Fusion.rrf, "--fusion",
        help="Join the rankers by reciprocal ranks, or by their scores.",
    )  # fmt: skip


def ask(words: Sequence[str], asked: Asked) -> None:
    """Answer a question on stdout. Raises ModelsearchError for what cannot be answered."""
    from modelsearch.store.sessions import reading

    with reading(asked.db) as connection:
        ask_open(connection, " ".join(words), asked)


def ask_open(connection: apsw.Connection, question: str, asked: Asked) -> None:
    """Answer a question from an open database, as :func:`ask` does."""
    from modelsearch.answer.answers import QueryOptions, answer
    from modelsearch.render.answer import write_answer

    # Where numpy is needed, its linear algebra would start threads that one question never uses.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    options = QueryOptions(
        limit=asked.limit,
        today=as_date(asked.today),
        encoder=asked.encoder,
        explain=asked.explain,
        facets=asked.facets,
        lenient=asked.lenient,
        by_rank=asked.fusion is Fusion.rrf,
        details=asked.details if asked.format is Format.table else 0,
    )
    found = answer(connection, question, options)
    output = Output.standard(asked.format, raw_cells=asked.raw_cells)
    write_answer(found, output, details=asked.details, wide=asked.wide)
    if asked.explain:
        from modelsearch.render.explain_query import explanation

        output.note(explanation(found))


def as_date(text: str | None) -> date | None:
    """Read the option --today. Raises UsageError for anything but an ISO date."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--today is a date such as 2025-11-24, not {text!r}") from None
