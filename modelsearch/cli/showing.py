"""What `modelsearch show`, `compare`, `list` and `sql` do, apart from reading their options."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from modelsearch.cli.options import DB, FORCE, FORMAT, LIMIT, TODAY, option, options, output_of
from modelsearch.records.errors import UsageError
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

    from modelsearch.answer.compare.cohorts import CohortComparison
    from modelsearch.answer.compare.models import Comparison


@options
class Shown:
    """The options of `show`."""

    db: Path | str = DB
    format: str = FORMAT


@options
class Counted:
    """The options of `list`."""

    db: Path | str = DB
    format: str = FORMAT
    limit: int | None = LIMIT


@options
class Statement:
    """The options of `modelsearch sql`."""

    db: Path | str = DB
    format: str = FORMAT
    timeout: int = option(
        60, "--timeout", help="Seconds of processor time that it may take; 0: any.", least=0
    )


@options
class FieldsShown:
    """The options of `fields`, which needs no database."""

    format: str = FORMAT


@options
class Compared:
    """The options of `compare`."""

    db: Path | str = DB
    format: str = FORMAT
    limit: int | None = LIMIT
    cohort: Sequence[str] | None = option(
        None,
        "--cohort",
        takes="text",
        many=True,
        quick=False,
        help="A question that names a group; give two or more.",
    )
    everything: bool = option(False, "--all", help="Also what is the same for all.")
    fields: str = option("", "--fields", help="Only these fields or groups, separated by commas.")
    drop: str = option("", "--drop", help="Leave these fields or groups out.")
    explain: bool = option(False, "--explain", help="Name the values behind each sentence.")
    html: Path | None = option(
        None,
        "--html",
        takes="path",
        quick=False,
        help="Write a page with plots to this file instead.",
    )
    force: bool = FORCE
    today: str | None = TODAY


def show(names: Sequence[str], shown: Shown) -> None:
    """Print everything known about the named models on stdout. Raises ModelsearchError."""
    from modelsearch.render.commands import write_details
    from modelsearch.store.loading import load_details
    from modelsearch.store.sessions import reading

    with reading(shown.db) as connection, output_of(shown) as output:
        write_details(load_details(connection, _resolve(connection, names)), output)


def list_values(words: Sequence[str], shown: Counted) -> None:
    """Print the values of a field on stdout, with the number of models of each.

    Raises UsageError for what is no field.
    """
    from modelsearch.answer.field_listing import listed_field, listed_values
    from modelsearch.render.commands import write_values
    from modelsearch.store.sessions import reading

    with reading(shown.db) as connection:
        field = listed_field(connection, words[0])
        if field.name == "model":
            _list_models(connection, shown)
            return
        counted = listed_values(connection, field)
        values = [{"value": value, "count": count} for value, count in counted]
        with output_of(shown) as output:
            write_values(field.plural, values, output)


def _list_models(connection: apsw.Connection, shown: Counted) -> None:
    from modelsearch.answer.listing import listed_models
    from modelsearch.render.models import write_listed

    with output_of(shown) as output:
        write_listed(*listed_models(connection, output.most), output)


def run_sql(words: Sequence[str], asked: Statement) -> None:
    """Print what a reading statement finds on stdout. Raises ModelsearchError."""
    from modelsearch.store.sessions import reading
    from modelsearch.store.sql import run_select

    with reading(asked.db) as connection:
        columns, rows = run_select(connection, words[0], asked.timeout, "--timeout gives more")
        with output_of(asked) as output:
            output.stream(rows, columns)


def list_fields(_words: Sequence[str], shown: FieldsShown) -> None:
    """Print the fields that a question can filter by on stdout."""
    from modelsearch.vocabulary.fields import FIELDS
    from modelsearch.vocabulary.fields.documentation import fields_help

    names = ("name", "kind", "unit", "about", "example", "aliases")
    rows = [{name: getattr(field, name) for name in names} for field in FIELDS]
    with output_of(shown) as output:
        if output.is_table:
            output.text(fields_help())
        else:
            output.rows(rows, names)


def compare(names: Sequence[str], compared: Compared) -> None:
    """Print a comparison on stdout. Raises ModelsearchError for what cannot be compared."""
    from modelsearch.answer.compare.report import report
    from modelsearch.store.sessions import reading

    names = _names_or_stdin(names)
    if compared.cohort and names:
        raise UsageError("give model names or --cohort questions, not both")
    if len(compared.cohort or names) < 2:
        raise UsageError("compare needs two or more models, or two or more --cohort questions")
    if names and all("@" in name for name in names):
        _compare_runs(names, compared)
        return
    with reading(compared.db) as connection, output_of(compared) as output:
        found = report(_compared(connection, names, compared))
        if compared.html is not None:
            from modelsearch.render.page import write_page

            output.note(write_page(found, compared.html, force=compared.force))
        else:
            from modelsearch.render.commands import write_comparison

            write_comparison(
                found, output, everything=compared.everything, explain=compared.explain
            )


def _compare_runs(names: Sequence[str], compared: Compared) -> None:
    from modelsearch.answer.compare.runs import compare_runs
    from modelsearch.render.runs import write_compared
    from modelsearch.store.sessions import reading

    with reading(compared.db) as connection, output_of(compared) as output:
        found = compare_runs(connection, names, everything=compared.everything)
        if compared.html is None:
            write_compared(found, output)
            return
        from modelsearch.render.page import write_page

        output.note(write_page(found, compared.html, force=compared.force))


def _compared(
    connection: apsw.Connection, names: Sequence[str], compared: Compared
) -> Comparison | CohortComparison:
    from modelsearch.answer.compare.selection import select

    found: Comparison | CohortComparison
    if compared.cohort:
        from modelsearch.answer.answers import compare_cohort_questions
        from modelsearch.cli.query import as_date

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


def _names_or_stdin(names: Sequence[str]) -> Sequence[str]:
    if list(names) != ["-"]:
        return names
    return [line.strip() for line in sys.stdin if line.strip()]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
