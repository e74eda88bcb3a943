"""Applying corrections: the corrected value replaces the read one, and can be taken back.

Several corrections of one model are applied in the order in which they were made, and taken back in
the reverse order, so that each finds the values that it replaced.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import apsw

from modelsearch.records.errors import UsageError
from modelsearch.records.structs import frozen
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.store.store import Store, passage_hash
from modelsearch.vocabulary.fields import find_field
from modelsearch.vocabulary.fields.field import Field

Before = dict[str, Any]
CORRECTED = "corrected"  #: the kind of evidence
NOTE = "note"  #: the kind of passage

#: What the file itself tells, which nobody can know better.
_OF_THE_FILE = frozenset({"kind", "size", "lines", "commits", "date_source", "readme"})
_TERM_COLUMNS = ("term", "position", "role", "subset", "note")


@frozen
class _Place:
    """How values of one source of fields are replaced, and put back as they were."""

    replace: Callable[[apsw.Connection, int, Field, str | None], Before]
    restore: Callable[[apsw.Connection, int, Field, Before], None]


def correctable(name: str) -> Field:
    """Return the field that a person names, if its values can be corrected.

    Raises UsageError where there is no such field, or where its values are derived from others.
    """
    field = find_field(name)
    if field is None:
        raise UsageError(f"no field is called {name!r}; `modelsearch fields` lists them")
    if field.name not in _settable():
        known = ", ".join(sorted(_settable()))
        raise UsageError(f"{field.name} cannot be set; these can: {known}")
    return field


def checked(field: Field, value: str) -> str:
    """Return a value as it will be stored. Raises UsageError where the field cannot hold it."""
    if field.kind == "number" and _number(value) is None:
        raise UsageError(f"{field.name} is a number such as 64 or 1e-3, not {value!r}")
    if not value.strip():
        raise UsageError(f"{field.name} needs a value; `unset` says that a value is wrong")
    return value.strip()


def reapply(connection: apsw.Connection, model: int) -> None:
    """Set a model's rows to what was read, then apply the corrections that hold now. Call it in a
    transaction.
    """
    _take_back(connection, model)
    _write_notes(connection, model)
    for remark, kind, name, value, author, made_at in fetch_all(
        connection,
        "SELECT id, kind, field, value, author, made_at FROM remark WHERE model = ? "
        "AND kind IN ('set', 'unset') AND undone_at IS NULL ORDER BY id",
        (model,),
    ):
        field = find_field(name)
        if field is None or field.source not in _PLACES:
            continue  # of a later version of the program; it stays said
        said = value if kind == "set" else None
        before = _PLACES[field.source].replace(connection, model, field, said)
        before["evidence"] = _replace_evidence(connection, model, field, said, author, made_at)
        _keep_before(connection, remark, before)
    for remark, path, root in fetch_all(
        connection,
        "SELECT id, field, root FROM remark WHERE model = ? AND kind = 'own' "
        "AND undone_at IS NULL ORDER BY id",
        (model,),
    ):
        own_picture(connection, remark, root, path, model)


def _write_notes(connection: apsw.Connection, model: int) -> None:
    """Make the notes that hold searchable by their words."""
    connection.execute("DELETE FROM passage WHERE model = ? AND kind = ?", (model, NOTE))
    for model_id, text in fetch_all(
        connection,
        "SELECT m.model_id, k.value FROM remark k JOIN model m ON m.id = k.model "
        "WHERE k.model = ? AND k.kind = 'note' AND k.undone_at IS NULL ORDER BY k.id",
        (model,),
    ):
        connection.execute(
            "INSERT INTO passage (model, kind, title, text, path, hash) VALUES (?, ?, ?, ?, '', ?)",
            (model, NOTE, model_id, text, passage_hash(model_id, text)),
        )


def own_picture(connection: apsw.Connection, remark: int, root: int, path: str, model: int) -> None:
    """Give a picture, if it exists, to a model, and remember whose it was."""
    rows = fetch_all(
        connection,
        "SELECT id, model, owner_from FROM image WHERE root = ? AND path = ?",
        (root, path),
    )
    for image, owner, owner_from in rows:
        if (owner, owner_from) == (model, CORRECTED):
            continue
        connection.execute(
            "UPDATE image SET model = ?, owner_from = ? WHERE id = ?", (model, CORRECTED, image)
        )
        _keep_before(connection, remark, {"owner": owner, "owner_from": owner_from})


def reapply_owners(connection: apsw.Connection, root: int) -> None:
    """Give pictures to the owners that people named, after an index run over their root."""
    for remark, path, model in fetch_all(
        connection,
        "SELECT id, field, model FROM remark WHERE kind = 'own' AND root = ? "
        "AND undone_at IS NULL AND model IS NOT NULL ORDER BY id",
        (root,),
    ):
        own_picture(connection, remark, root, path, model)


def _take_back(connection: apsw.Connection, model: int) -> None:
    for remark, kind, name, root, text in fetch_all(
        connection,
        "SELECT id, kind, field, root, before FROM remark WHERE model = ? AND before IS NOT NULL "
        "ORDER BY id DESC",
        (model,),
    ):
        before: Before = json.loads(text)
        if kind == "own":
            connection.execute(
                "UPDATE image SET model = (SELECT id FROM model WHERE id = ?), owner_from = ? "
                "WHERE root = ? AND path = ?",
                (before["owner"], before["owner_from"], root, name),
            )
        elif (field := find_field(name)) is not None and field.source in _PLACES:
            _PLACES[field.source].restore(connection, model, field, before)
            _restore_evidence(connection, model, before["evidence"])
        _keep_before(connection, remark, None)


def _keep_before(connection: apsw.Connection, remark: int, before: Before | None) -> None:
    text = None if before is None else json.dumps(before)
    connection.execute("UPDATE remark SET before = ? WHERE id = ?", (text, remark))


# Evidence: what was read no longer agrees, and what was said stands beside it.


def _replace_evidence(
    connection: apsw.Connection,
    model: int,
    field: Field,
    value: str | None,
    author: str | None,
    made_at: str,
) -> Before:
    names = json.dumps(evidence_names(field))
    changed = [
        position
        for (position,) in fetch_all(
            connection,
            "SELECT position FROM evidence WHERE model = ? AND agrees = 1 "
            "AND field IN (SELECT value FROM json_each(?))",
            (model, names),
        )
    ]
    connection.execute(
        "UPDATE evidence SET agrees = 0 WHERE model = ? "
        "AND position IN (SELECT value FROM json_each(?))",
        (model, json.dumps(changed)),
    )
    added = 1 + int(
        fetch_value(
            connection, "SELECT coalesce(max(position), 0) FROM evidence WHERE model = ?", (model,)
        )
    )
    said = f"by {author or 'someone'}, {made_at[:10]}"
    connection.execute(
        "INSERT INTO evidence (model, position, field, value, path, kind, note) "
        "VALUES (?, ?, ?, ?, '', ?, ?)",
        (model, added, evidence_names(field)[0], value or "unknown", CORRECTED, said),
    )
    return {"changed": changed, "added": added}


def _restore_evidence(connection: apsw.Connection, model: int, before: Before) -> None:
    connection.execute(
        "DELETE FROM evidence WHERE model = ? AND position = ?", (model, before["added"])
    )
    connection.execute(
        "UPDATE evidence SET agrees = 1 WHERE model = ? "
        "AND position IN (SELECT value FROM json_each(?))",
        (model, json.dumps(before["changed"])),
    )


def evidence_names(field: Field) -> tuple[str, ...]:
    """Return the names under which places of a field's values are kept."""
    if field.source == "sizes":
        return tuple(
            f"{table} {name}" for table in ("layer", "hyperparameter") for name in field.stored
        )
    return field.evidence or (field.key or field.name,)


# One pair of functions for each source of fields whose values can be corrected.


def _replace_column(
    connection: apsw.Connection, model: int, field: Field, value: str | None
) -> Before:
    sql = f"SELECT {field.column} FROM model WHERE id = ?"
    before = {"value": fetch_value(connection, sql, (model,))}
    _write_column(connection, model, field, _typed(field, value))
    return before


def _write_column(connection: apsw.Connection, model: int, field: Field, value: Any) -> None:
    connection.execute(f"UPDATE model SET {field.column} = ? WHERE id = ?", (value, model))


def _replace_stage(
    connection: apsw.Connection, model: int, field: Field, value: str | None
) -> Before:
    rows = fetch_all(
        connection,
        f"SELECT position, {field.column} FROM training_stage WHERE model = ? AND main = 1",
        (model,),
    )
    if not rows:
        connection.execute(
            "INSERT INTO training_stage (model, position, name, main) VALUES (?, 0, ?, 1)",
            (model, CORRECTED),
        )
    before: Before = {"value": rows[0][1] if rows else None, "stage": bool(rows)}
    _write_stage(connection, model, field, _typed(field, value))
    return before


def _write_stage(connection: apsw.Connection, model: int, field: Field, value: Any) -> None:
    connection.execute(
        f"UPDATE training_stage SET {field.column} = ? WHERE model = ? AND main = 1", (value, model)
    )


def _restore_stage(connection: apsw.Connection, model: int, field: Field, before: Before) -> None:
    if before["stage"]:
        _write_stage(connection, model, field, before["value"])
    else:
        connection.execute("DELETE FROM training_stage WHERE model = ?", (model,))


def _replace_terms(
    connection: apsw.Connection, model: int, field: Field, value: str | None
) -> Before:
    kind = field.vocabulary
    of_kind = "term IN (SELECT id FROM term WHERE kind = ?)"
    columns = ", ".join(_TERM_COLUMNS)
    rows = fetch_all(
        connection, f"SELECT {columns} FROM model_term WHERE model = ? AND {of_kind}", (model, kind)
    )
    connection.execute(f"DELETE FROM model_term WHERE model = ? AND {of_kind}", (model, kind))
    store = Store(connection)
    for position, name in enumerate(_listed(value)):
        connection.execute(
            "INSERT OR IGNORE INTO model_term (model, term, position, role) VALUES (?, ?, ?, ?)",
            (model, store.term(kind, name), position, "train" if kind == "dataset" else None),
        )
    return {"rows": [list(row) for row in rows]}


def _restore_terms(connection: apsw.Connection, model: int, field: Field, before: Before) -> None:
    connection.execute(
        "DELETE FROM model_term WHERE model = ? AND term IN (SELECT id FROM term WHERE kind = ?)",
        (model, field.vocabulary),
    )
    marks = ", ".join("?" * (len(_TERM_COLUMNS) + 1))
    for row in before["rows"]:
        connection.execute(
            f"INSERT INTO model_term (model, {', '.join(_TERM_COLUMNS)}) VALUES ({marks})",
            (model, *row),
        )


def _replace_frameworks(
    connection: apsw.Connection, model: int, field: Field, value: str | None
) -> Before:
    """Replace all frameworks; the first that is named is the principal one."""
    before = _replace_terms(connection, model, field, value)
    principal = "SELECT framework FROM model WHERE id = ?"
    before["principal"] = fetch_value(connection, principal, (model,))
    _write_principal(connection, model, next(iter(_listed(value)), None))
    return before


def _restore_frameworks(
    connection: apsw.Connection, model: int, field: Field, before: Before
) -> None:
    _restore_terms(connection, model, field, before)
    _write_principal(connection, model, before["principal"])


def _write_principal(connection: apsw.Connection, model: int, framework: str | None) -> None:
    connection.execute("UPDATE model SET framework = ? WHERE id = ?", (framework, model))


def _replace_sizes(
    connection: apsw.Connection, model: int, field: Field, value: str | None
) -> Before:
    stored = json.dumps(field.stored)
    before: Before = {}
    for table in ("layer_fact", "hyperparameter"):
        where = "model = ? AND name IN (SELECT value FROM json_each(?))"
        before[table] = [
            list(row)
            for row in fetch_all(
                connection, f"SELECT name, number, text FROM {table} WHERE {where}", (model, stored)
            )
        ]
        connection.execute(f"DELETE FROM {table} WHERE {where}", (model, stored))
    if value is not None:
        number = _number(value)
        connection.execute(  # a size of the network, under the name that readers give it
            "INSERT INTO layer_fact (model, name, number, text) VALUES (?, ?, ?, ?)",
            (model, field.stored[0], number, None if number is not None else value),
        )
    return before


def _restore_sizes(connection: apsw.Connection, model: int, field: Field, before: Before) -> None:
    stored = json.dumps(field.stored)
    for table in ("layer_fact", "hyperparameter"):
        connection.execute(
            f"DELETE FROM {table} WHERE model = ? AND name IN (SELECT value FROM json_each(?))",
            (model, stored),
        )
        for row in before[table]:
            connection.execute(
                f"INSERT INTO {table} (model, name, number, text) VALUES (?, ?, ?, ?)",
                (model, *row),
            )


_COLUMN = _Place(
    _replace_column,
    lambda connection, model, field, before: _write_column(
        connection, model, field, before["value"]
    ),
)
_STAGE = _Place(_replace_stage, _restore_stage)
_TERMS = _Place(_replace_terms, _restore_terms)
_PLACES: dict[str, _Place] = {
    "model": _COLUMN,
    "architecture": _COLUMN,
    "stage": _STAGE,
    "stage text": _STAGE,
    "loss": _STAGE,
    "term": _TERMS,
    "framework": _Place(_replace_frameworks, _restore_frameworks),
    "technique": _TERMS,
    "sizes": _Place(_replace_sizes, _restore_sizes),
}


def _settable() -> list[str]:
    from modelsearch.vocabulary.fields import FIELDS

    return [
        field.name for field in FIELDS if field.source in _PLACES and field.name not in _OF_THE_FILE
    ]


def _typed(field: Field, value: str | None) -> str | int | float | None:
    if value is None or field.kind != "number":
        return value
    return _number(value)


def _number(value: str) -> int | float | None:
    try:
        number = float(value.replace("_", ""))
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return int(number) if number == int(number) and abs(number) < 2**53 else number


def _listed(value: str | None) -> list[str]:
    return [part.strip() for part in (value or "").split(",") if part.strip()]
