"""What `modelsearch show`, `compare`, `list` and `sql` do, apart from reading their options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelsearch.cli.query import DB_NAME, as_date
from modelsearch.records.errors import UsageError
from modelsearch.records.structs import frozen
from modelsearch.render.output import Format, Output

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

    from modelsearch.answer.compare.cohorts import CohortComparison
    from modelsearch.answer.compare.models import Comparison


@frozen
class Shown:
    """The options of `show`, `list` and `sql`; the defaults here are those of the command line."""

    db: Path | str = DB_NAME
    format: Format = Format.table


@frozen
class Compared:
    """The options of `compare`; the defaults here are those of the command line."""

    db: Path | str = DB_NAME
    format: Format = Format.table
    cohort: Sequence[str] | None = None
    everything: bool = False
    fields: str = ""
    drop: str = ""
    explain: bool = False
    html: Path | None = None
    today: str | None = None


def show(names: Sequence[str], shown: Shown) -> None:
    """Print everything known about the named models on stdout. Raises ModelsearchError."""
    from modelsearch.render.commands import write_details
    from modelsearch.store.rows import load_details
    from modelsearch.store.sessions import reading

    with reading(shown.db) as connection:
        rowids = _resolve(connection, names)
        write_details(load_details(connection, rowids), Output.standard(shown.format))


def list_values(what: str, shown: Shown) -> None:
    """Print the values of one kind on stdout. Raises UsageError for a kind that there is not."""
    from modelsearch.render.commands import write_values
    from modelsearch.store.listing import VALUE_KINDS, load_values
    from modelsearch.store.sessions import reading

    kind = what.casefold()
    if kind not in VALUE_KINDS and kind + "s" in VALUE_KINDS:
        kind += "s"
    if kind not in VALUE_KINDS:
        raise UsageError(f"cannot list {what!r}; choose from: {', '.join(VALUE_KINDS)}")
    with reading(shown.db) as connection:
        write_values(kind, load_values(connection, kind), Output.standard(shown.format))


def run_sql(statement: str, shown: Shown) -> None:
    """Print what a reading statement finds on stdout. Raises ModelsearchError."""
    from modelsearch.store.sessions import reading
    from modelsearch.store.sql import run_select

    with reading(shown.db) as connection:
        columns, rows = run_select(connection, statement)
        Output.standard(shown.format).rows(rows, columns)


def compare(names: Sequence[str], compared: Compared) -> None:
    """Print a comparison on stdout. Raises ModelsearchError for what cannot be compared."""
    from modelsearch.store.sessions import reading

    if compared.cohort and names:
        raise UsageError("give model names or --cohort questions, not both")
    if len(compared.cohort or names) < 2:
        raise UsageError("compare needs two or more models, or two or more --cohort questions")
    with reading(compared.db) as connection:
        found = _compared(connection, names, compared)
        output = Output.standard(compared.format)
        if compared.html is not None:
            from modelsearch.render.page import write_page

            output.note(write_page(found, compared.html))
        else:
            from modelsearch.render.commands import write_comparison

            write_comparison(
                found, output, everything=compared.everything, explain=compared.explain
            )


def _compared(
    connection: apsw.Connection, names: Sequence[str], compared: Compared
) -> Comparison | CohortComparison:
    from modelsearch.answer.compare.selection import select

    found: Comparison | CohortComparison
    if compared.cohort:
        from modelsearch.answer.answers import compare_cohort_questions

        today = as_date(compared.today)
        found = compare_cohort_questions(connection, compared.cohort, today)
    else:
        from modelsearch.answer.compare.models import compare_models

        found = compare_models(connection, _resolve(connection, names))
    return select(found, _split(compared.fields), _split(compared.drop))


def _resolve(connection: apsw.Connection, names: Sequence[str]) -> list[int]:
    """Return the row ids of named models, each once, in order."""
    from modelsearch.query.names.references import resolve
    from modelsearch.store.database import fetch_value

    ids = dict.fromkeys(resolve(connection, name) for name in names)
    return [
        int(fetch_value(connection, "SELECT id FROM model WHERE model_id = ?", (name,)))
        for name in ids
    ]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
