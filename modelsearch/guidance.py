"""What could be asked, for questions that name nothing: fields with values of this database."""

from __future__ import annotations

import apsw

from modelsearch.database import read_meta, write_meta
from modelsearch.facets import values_of
from modelsearch.query.fields import by_name
from modelsearch.query.model import ParsedQuery
from modelsearch.search.ranking import keep_candidates

_FIELDS = ("family", "dataset", "framework", "optimizer")
_VALUES = 3
_META = "what_to_ask"
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
    return read_meta(connection, _META) or _counted(connection)


def remember_what_to_ask(connection: apsw.Connection) -> None:
    """Count once, at the end of an index run, what every vague question would count again."""
    write_meta(connection, _META, _counted(connection))


def _counted(connection: apsw.Connection) -> str:
    keep_candidates(connection, "SELECT id FROM model", ())
    known = []
    for name in _FIELDS:
        values = [str(value) for value, _ in values_of(connection, by_name()[name])[:_VALUES]]
        if values:
            known.append(f"{name} ({', '.join(values)} …)")
    return f"ask for example by {', '.join([*known, _MORE])}"
