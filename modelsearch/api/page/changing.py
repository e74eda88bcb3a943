"""What the forms of the page ask for: tags, notes, corrections, owners of pictures, undoing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import apsw

from modelsearch.index.remarks import saying
from modelsearch.index.remarks.changing import changing
from modelsearch.query.names.references import resolve
from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.store.database import fetch_all, fetch_value

#: A form's fields.
Form = Mapping[str, str]
_LONGEST = 10_000  #: characters of a value or note


class Changer:
    """Carries out the forms of one database, in the name of an author."""

    def __init__(self, db: Path, author: str | None) -> None:
        self._db = db
        self._author = author

    def carry_out(self, form: Form) -> str:
        """Do what a form asks; return the id of the model that it is about, or "" where none.

        Raises UsageError where the form asks for nothing that there is.
        """
        action = _ACTIONS.get(form.get("action", ""))
        if action is None:
            raise UsageError("the form asks for nothing that can be done")
        if any(len(value) > _LONGEST for value in form.values()):
            raise UsageError(f"a value or note has at most {_LONGEST:,} characters")
        with changing(self._db) as connection:
            return action(connection, form, self._author)


def _tag(connection: apsw.Connection, form: Form, author: str | None) -> str:
    model, name = _model(connection, form)
    saying.tag(connection, model, form.get("value", "").split(","), author)
    return name


def _note(connection: apsw.Connection, form: Form, author: str | None) -> str:
    model, name = _model(connection, form)
    saying.note(connection, model, form.get("value", ""), author)
    return name


def _set(connection: apsw.Connection, form: Form, author: str | None) -> str:
    model, name = _model(connection, form)
    saying.correct(connection, model, form.get("field", ""), form.get("value", ""), author)
    return name


def _unset(connection: apsw.Connection, form: Form, author: str | None) -> str:
    model, name = _model(connection, form)
    saying.correct(connection, model, form.get("field", ""), None, author)
    return name


def _own(connection: apsw.Connection, form: Form, author: str | None) -> str:
    model, name = _model(connection, form)
    picture = form.get("picture", "")
    sql = "SELECT id FROM image WHERE image_id = ?1 OR path = ?1 LIMIT 2"
    found = fetch_all(connection, sql, (picture,))
    if len(found) != 1:
        raise ModelsearchError("no picture, or more than one, has this id or path")
    saying.own(connection, int(found[0][0]), model, author)
    return name


def _undo(connection: apsw.Connection, form: Form, _author: str | None) -> str:
    remark = form.get("remark", "")
    if not (remark.isascii() and remark.isdecimal() and len(remark) < 19):
        raise UsageError("undo takes the number of a remark")
    done = saying.undo(connection, int(remark))
    return done.model_id if done.here else ""


_ACTIONS: Mapping[str, Callable[[apsw.Connection, Form, str | None], str]] = {
    "tag": _tag,
    "note": _note,
    "set": _set,
    "unset": _unset,
    "own": _own,
    "undo": _undo,
}


def _model(connection: apsw.Connection, form: Form) -> tuple[int, str]:
    name = resolve(connection, form.get("model", ""))
    row = fetch_value(connection, "SELECT id FROM model WHERE model_id = ?", (name,))
    return int(row), name
