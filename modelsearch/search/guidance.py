"""What could be asked, for questions that name nothing: fields with values of this database."""

from __future__ import annotations

import apsw

from modelsearch.records.errors import DatabaseError
from modelsearch.records.jsontext import value_json, value_of_json
from modelsearch.records.question import ParsedQuery
from modelsearch.search.facets import values_anywhere
from modelsearch.store.database import read_meta, write_meta
from modelsearch.vocabulary.fields import by_name

_FIELDS = ("family", "dataset", "framework", "optimizer")
_VALUES = 3
_META = "common_values"
_MORE = "dates, numbers such as batch size over 64; `modelsearch fields` lists what can be asked"


def guidance(connection: apsw.Connection, parsed: ParsedQuery) -> list[str]:
    """Return what was done with a question that names nothing, and what could be asked."""
    if parsed.text:
        done = (
            f"no field or name was recognised in {parsed.text!r}, "
            "so these are the closest in words and meaning"
        )
    else:
        done = "nothing in the question narrows the answer, so these are all models, newest first"
    return [done, what_to_ask(connection)]


def what_to_ask(connection: apsw.Connection) -> str:
    """Return fields that can be asked for, with the commonest values of this database: as the
    last index run counted them.
    """
    known = [
        f"{name} ({', '.join(values)} …)" for name, values in _common(connection).items() if values
    ]
    return f"ask for example by {', '.join([*known, _MORE])}"


def refresh_common(connection: apsw.Connection) -> None:
    """Count once, at the end of an index run, what every vague question would count again."""
    write_meta(connection, _META, value_json(_count_common(connection)))


def _common(connection: apsw.Connection) -> dict[str, list[str]]:
    noted = read_meta(connection, _META)
    return _noted(noted) if noted else _count_common(connection)


def _count_common(connection: apsw.Connection) -> dict[str, list[str]]:
    return {
        name: [
            str(value)
            for value, _ in (values_anywhere(connection, by_name()[name]) or ())[:_VALUES]
        ]
        for name in _FIELDS
    }


def _noted(text: str) -> dict[str, list[str]]:
    """Read what an index run noted. Raises DatabaseError where the file is damaged."""
    try:
        known = value_of_json(text)
        return {name: [str(value) for value in known[name]] for name in _FIELDS}
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise DatabaseError(
            f"the database is damaged (what is common in it cannot be read: {error}); "
            "remove it, or choose another --db, and index the folders again"
        ) from None
