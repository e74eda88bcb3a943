"""Answering one question from a database file: what `modelsearch query` does."""

from __future__ import annotations

import os
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from modelsearch.records.errors import UsageError
from modelsearch.records.structs import frozen
from modelsearch.render.output import Format, Output

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

DB_NAME = "models.db"  #: the database where none is named


class Fusion(StrEnum):
    """How rankers are joined: by what they score (measured best), or by reciprocal ranks."""

    scores = "scores"
    rrf = "rrf"


@frozen
class Asked:
    """The options of `modelsearch query`; the defaults here are those of the command line."""

    db: Path | str = DB_NAME
    format: Format = Format.table
    limit: int = 20
    details: int = 1
    wide: bool = False
    explain: bool = False
    facets: bool = False
    today: str | None = None
    encoder: str | None = None
    fusion: Fusion = Fusion.scores


def ask(question: str, asked: Asked) -> None:
    """Answer a question on stdout. Raises ModelsearchError for what cannot be answered."""
    from modelsearch.store.sessions import reading

    with reading(asked.db) as connection:
        ask_open(connection, question, asked)


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
        by_rank=asked.fusion is Fusion.rrf,
    )
    found = answer(connection, question, options)
    output = Output.standard(asked.format)
    write_answer(connection, found, output, details=asked.details, wide=asked.wide)
    if asked.explain:
        from modelsearch.render.explain_query import explanation

        output.note(explanation(found, connection))


def as_date(text: str | None) -> date | None:
    """Read the option --today. Raises UsageError for anything but an ISO date."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--today is a date such as 2025-11-24, not {text!r}") from None
