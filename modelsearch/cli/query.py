"""Answering one question from a database file: what `modelsearch query` does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

from modelsearch.cli.options import DB, FORMAT, LIMIT, TODAY, WIDE, option, options, output_of
from modelsearch.records.errors import UsageError
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

    from modelsearch.answer.shapes import Answer

_LIMIT = 20  #: results in the formats that have no screen


#: How rankers are joined: by reciprocal ranks, or by what they score.
FUSIONS = ("rrf", "score")


@options
class Asked:
    """The options of `modelsearch query`."""

    db: Path | str = DB
    format: str = FORMAT
    limit: int | None = LIMIT
    details: int = option(0, "--details", help="Details of so many results.", least=0)
    columns: str = option("", "--columns", help="These fields alone, separated by commas.")
    sort: str = option("", "--sort", help="A field to order by: FIELD or FIELD:desc.")
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
    strict: bool = option(
        False, "--strict", help="Only by what code shows, not by what names and texts say."
    )
    fusion: str = option(
        "rrf",
        "--fusion",
        takes=FUSIONS,
        help="Join the rankers by reciprocal ranks, or by their scores.",
    )


def ask(words: Sequence[str], asked: Asked) -> None:
    """Answer a question on stdout. Raises ModelsearchError for what cannot be answered."""
    from modelsearch.store.sessions import reading

    with reading(asked.db) as connection:
        ask_open(connection, " ".join(words), asked)


def ask_open(
    connection: apsw.Connection, question: str, asked: Asked, last: Answer | None = None
) -> Answer:
    """Answer a question from an open database, as :func:`ask` does, and return the answer; a
    question that speaks of the ``last`` answer's models is asked among these.
    """
    from modelsearch.answer.answers import QueryOptions, answer
    from modelsearch.render.answer import write_answer

    # Where numpy is needed, its linear algebra would start threads that one question never uses.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    output = output_of(asked)
    limit = asked.limit
    if limit is None:
        limit = output.most or _LIMIT
    options = QueryOptions(
        limit=limit,
        columns=asked.columns,
        sort=asked.sort,
        today=as_date(asked.today),
        encoder=asked.encoder,
        explain=asked.explain,
        facets=asked.facets,
        lenient=asked.lenient,
        strict=asked.strict,
        by_rank=asked.fusion == "rrf",
        details=asked.details if asked.format == "table" else 0,
    )
    found = answer(connection, question, options, last)
    with output:
        write_answer(found, output, details=asked.details, wide=asked.wide)
        if asked.explain:
            from modelsearch.render.explain_query import explanation

            output.note(explanation(found))
    return found


def as_date(text: str | None) -> date | None:
    """Read the option --today. Raises UsageError for anything but an ISO date."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--today is a date such as 2025-11-24, not {text!r}") from None
