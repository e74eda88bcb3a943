"""A catalogue, or a part of it, as a file to pass on: without paths, code or texts where asked."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

import apsw

from modelsearch.index.looks import THUMBNAIL_SIDE, copy_pictures
from modelsearch.index.maintenance import refresh_derived
from modelsearch.index.sharing.contents import say_left_out
from modelsearch.index.sharing.private_paths import shortener
from modelsearch.index.sharing.tables import DERIVED, tables
from modelsearch.index.unchanged import KEYS as UNCHANGED
from modelsearch.records.errors import DatabaseError
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.structs import frozen
from modelsearch.records.written import put_in_place
from modelsearch.store.database import fetch_all, fetch_value, transaction, write_meta
from modelsearch.store.failures import database_failures

#: What prose is: passages of these kinds, and the columns that repeat them.
_CODE_PASSAGES = ("code",)
_KEPT_PASSAGES = ("profile", "note")
_PICTURE_TEXTS = ("prompt", "negative_prompt", "metadata")


class Kept(TypedDict, total=False):
    """What an export keeps, by the names of :class:`ExportOptions`."""

    paths: bool
    code: bool
    texts: bool
    code_words: bool
    thumbnails: bool | None


@frozen
class ExportOptions:
    """What is left out. ``models`` are the row ids to keep; None keeps everything.

    ``code_words`` keeps the words of identifiers, by which questions rank models, though the code
    is left out. ``thumbnails`` has small copies made of the pictures that are on this machine, or
    (False) leaves out those that there are.
    """

    models: Sequence[int] | None = None
    paths: bool = True
    code: bool = True
    texts: bool = True
    code_words: bool = False
    thumbnails: bool | None = None


def export(connection: apsw.Connection, target: Path, options: ExportOptions) -> None:
    """Write a database of the same schema to ``target``: compact, complete, with nothing left in
    it of what was left out.

    Vectors of texts that changed are missing until they are encoded again
    (:func:`modelsearch.index.embedding.embed_missing`). Raises DatabaseError where ``target``
    exists or cannot be written.
    """
    if target.exists():
        raise DatabaseError(f"{target} exists already; name another file, or remove it first")
    if not target.parent.is_dir():
        raise DatabaseError(f"{target.parent} does not exist; create it or name another file")
    with put_in_place(target) as part, database_failures(target):
        try:
            connection.execute("VACUUM INTO ?", (os.fspath(part),))
            _make_copy(part, target, options)
        finally:
            for suffix in ("-wal", "-shm", "-journal"):
                Path(f"{part}{suffix}").unlink(missing_ok=True)


def _make_copy(part: Path, target: Path, options: ExportOptions) -> None:
    """Take out of a whole copy what is left out, and write it anew without gaps."""
    copy = apsw.Connection(os.fspath(part))
    try:
        copy.execute("PRAGMA foreign_keys = ON")
        copy.execute("PRAGMA secure_delete = ON")
        copy.execute("PRAGMA temp_store = MEMORY")
        copy.execute("PRAGMA journal_mode = MEMORY")
        with transaction(copy):
            _reduce(copy, options)
            refresh_derived(copy)
        copy.execute("VACUUM")
        if fetch_value(copy, "PRAGMA quick_check") != "ok":
            raise DatabaseError(f"{target} could not be written whole; try again")
    finally:
        copy.close()


def _reduce(copy: apsw.Connection, options: ExportOptions) -> None:
    """Take out of a copy what the options leave out."""
    if options.models is not None:
        _keep_models(copy, options.models)
    if options.thumbnails:
        copy_pictures(copy, THUMBNAIL_SIDE)
    elif options.thumbnails is False:
        copy.execute("DELETE FROM thumbnail")
    if not options.code:
        copy.execute("DELETE FROM code")
        copy.execute("UPDATE artefact SET pictures = NULL WHERE pictures IS NOT NULL")
        if not options.code_words:
            _delete_passages(copy, f"kind IN ({_marks(_CODE_PASSAGES)})", _CODE_PASSAGES)
    if not options.texts:
        _drop_texts(copy)
    if not options.paths:
        _shorten_paths(copy)
    copy.execute("INSERT INTO passage_fts (passage_fts) VALUES ('rebuild')")
    copy.execute("DELETE FROM meta WHERE key LIKE ? || '%'", (UNCHANGED,))
    left_out = [name for name in ("paths", "code", "texts") if not getattr(options, name)]
    if not options.code and not options.code_words:
        left_out.append("words of code")
    say_left_out(copy, left_out)
    write_meta(copy, "exported part", None if options.models is None else str(len(options.models)))


def _keep_models(copy: apsw.Connection, models: Sequence[int]) -> None:
    kept = (numbers_json(models),)
    copy.execute("DELETE FROM model WHERE id NOT IN (SELECT value FROM json_each(?))", kept)
    copy.execute("DELETE FROM image WHERE model IS NULL")
    copy.execute("DELETE FROM remark WHERE model IS NULL")
    for table in ("run", "checkpoint"):
        copy.execute(f"DELETE FROM {table} WHERE model IS NULL")
    copy.execute(
        "DELETE FROM run_source WHERE id NOT IN (SELECT source FROM run) "
        "AND id NOT IN (SELECT source FROM checkpoint)"
    )
    copy.execute("DELETE FROM artefact WHERE model IS NULL")
    copy.execute(
        "DELETE FROM root WHERE id NOT IN (SELECT root FROM model UNION SELECT root FROM image)"
    )
    copy.execute(
        "DELETE FROM term WHERE id NOT IN (SELECT a.ancestor FROM term_ancestor a "
        "JOIN model_term x ON x.term = a.term UNION SELECT term FROM model_term)"
    )
    copy.execute(
        "DELETE FROM dependency WHERE reading NOT IN "
        "(SELECT reading FROM artefact WHERE reading IS NOT NULL)"
    )


def _drop_texts(copy: apsw.Connection) -> None:
    """Take out prose: READMEs, docstrings, comments, descriptions, prompts of pictures."""
    _delete_passages(copy, f"kind NOT IN ({_marks(_KEPT_PASSAGES)})", _KEPT_PASSAGES)
    copy.execute(
        "UPDATE passage SET text = replace(passage.text, substr(m.description, 1, 600), '') "
        "FROM model m WHERE m.id = passage.model AND m.description IS NOT NULL"
    )
    copy.execute("UPDATE model SET description = NULL WHERE description IS NOT NULL")
    copy.execute("DELETE FROM evidence WHERE field = 'description'")
    copy.execute("UPDATE evidence SET note = NULL WHERE kind IN ('readme', 'docstring', 'comment')")
    empty = ", ".join(f"{column} = NULL" for column in _PICTURE_TEXTS)
    copy.execute(f"UPDATE image SET {empty}")
    copy.execute("DELETE FROM image_word WHERE source <> 'name'")
    copy.execute("DELETE FROM image_setting WHERE name LIKE '%prompt%' OR name LIKE '%template%'")


def _delete_passages(copy: apsw.Connection, where: str, values: Sequence[str]) -> None:
    copy.execute(f"DELETE FROM passage WHERE {where}", tuple(values))


def _shorten_paths(copy: apsw.Connection) -> None:
    """Leave only relative paths: of roots their last folder, of others their last part."""
    roots = fetch_all(copy, "SELECT id, path FROM root ORDER BY id")
    shorten = shortener(path for _, path in roots)
    copy.execute("UPDATE remark SET author = NULL")
    copy.create_scalar_function("shortened", lambda *text: shorten(str(text[0])), 1)
    taken: set[str] = set()
    for row, path in roots:
        label = _free(path.rstrip("/").rsplit("/", 1)[-1] or "root", taken)
        copy.execute("UPDATE root SET path = ? WHERE id = ?", (label, row))
    for table in tables(copy):
        if table.name in DERIVED or table.name == "root":
            continue
        for column in table.texts:
            copy.execute(
                f'UPDATE "{table.name}" SET "{column}" = shortened("{column}") '
                f"WHERE (instr(\"{column}\", '/') OR instr(\"{column}\", '\\')) "
                f'AND shortened("{column}") <> "{column}"'
            )
    _shorten_code(copy, shorten)


def _shorten_code(copy: apsw.Connection, shorten: Callable[[str], str]) -> None:
    for model, packed in fetch_all(copy, "SELECT model, text FROM code"):
        text = zlib.decompress(packed).decode("utf-8")
        short = shorten(text)
        if short != text:
            data = short.encode("utf-8")
            copy.execute(
                "UPDATE code SET length = ?, text = ? WHERE model = ?",
                (len(data), zlib.compress(data, 9), model),
            )


def _free(label: str, taken: set[str]) -> str:
    """Return a label that no other root has."""
    free, number = label, 2
    while free in taken:
        free, number = f"{label}-{number}", number + 1
    taken.add(free)
    return free


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
