"""Settings that a question about runs names, beside the columns that every list of runs has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import apsw

from modelsearch import vocabulary
from modelsearch.query.names.recorded_names import RecordedNames
from modelsearch.query.names.recorded_results import RecordedResults
from modelsearch.records.errors import UsageError
from modelsearch.records.jsontext import numbers_json, texts_json
from modelsearch.records.question import AskedRuns, Node, Sort, leaves
from modelsearch.records.typed import Any
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import by_name, find_field
from modelsearch.vocabulary.runs import column_called, columns

#: How tables call columns that people sort by.
_TITLES = {
    "value": "value",
    "result": "metric",
    "at": "at",
    "took": "duration_s",
    "started": "started_at",
    "done": "epochs_done",
    "run": "run_id",
}


def settings_asked(
    connection: apsw.Connection, where: Node | None, asked: AskedRuns, sort: Sort | None
) -> dict[str, tuple[str, ...]]:
    """Return the settings that conditions, an order or a question for one value name, each with the
    names under which runs recorded it; none that is a column of runs or a result.
    """
    fields = [leaf.field for leaf, _ in leaves(where) if leaf.op not in ("exists", "missing")]
    fields += [sort.field] if sort is not None else []
    told = [asked.fact] if asked.ask == "fact" else [asked.first.removeprefix("-")]
    recorded, results = RecordedNames(connection, "runs"), RecordedResults(connection)
    found = {}
    for field in dict.fromkeys((*told, *fields)):
        other = _is_no_setting(field) or results.results_spelled(field)
        if not field or field in columns() or (other and field not in told):
            continue
        names = recorded.names(field)
        if names:
            found[field] = names
    return found


def _is_no_setting(name: str) -> bool:
    field = by_name().get(name)
    if field is None:
        return vocabulary.find("metric", name) is not None
    return field.kind in ("term", "text", "date") or field.source in ("run", "run date")


def add_settings(
    connection: apsw.Connection,
    rows: Sequence[dict[str, Any]],
    asked: Mapping[str, Sequence[str]],
) -> None:
    """Give each run the values of settings, under ``settings``: None where it recorded none."""
    ids = numbers_json(row["id"] for row in rows)
    for row in rows:
        row["settings"] = dict.fromkeys(asked)
    by_id = {row["id"]: row["settings"] for row in rows}
    for field, names in asked.items():
        for run, value in fetch_all(
            connection,
            "SELECT run, coalesce(text, number) FROM run_setting WHERE name IN (SELECT value FROM "
            "json_each(?)) AND run IN (SELECT value FROM json_each(?))",
            (texts_json(names), ids),
        ):
            whole = isinstance(value, float) and value.is_integer()
            by_id[run][field] = int(value) if whole else value


def run_order(connection: apsw.Connection, text: str) -> Sort:
    """Read an order of runs, ``value:desc``: a column by its title or its words, a result under its
    own name, a setting. Raises UsageError for anything else.
    """
    name, _, direction = text.partition(":")
    if direction not in ("", "asc", "desc"):
        raise UsageError(f"--sort takes FIELD, FIELD:asc or FIELD:desc, not {text!r}")
    said = name.strip().lower()
    word = column_called(said)
    own = RecordedResults(connection).results_spelled(said)
    field = find_field(name)
    column = _TITLES.get(said) or (own[0] if own else None)
    if column is None and word is not None:
        column = columns()[word].column
    if column is None and field is not None:
        column = field.name
    if column is None:
        names = RecordedNames(connection, "runs").names(said)
        column = names[0] if names else None
    if column is None:
        from modelsearch.answer.columns import known_fields

        known_fields(connection, [name])
        column = name
    return Sort(column, descending=direction == "desc", text=text, all=True)
