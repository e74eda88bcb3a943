"""Leaving code or texts out of a database: chosen for an index run, and kept for those after it."""

from __future__ import annotations

from dataclasses import replace

import apsw

from modelsearch.records.artefacts import ImageRecord, ModelRecord
from modelsearch.store.database import read_meta, write_meta

_KEY = "left out"  #: of meta
_PROSE_SETTINGS = ("prompt", "template")  #: words in the names of settings that are prose


def choose(connection: apsw.Connection, *, code: bool | None, texts: bool | None) -> None:
    """Note what is to be left out from now on; None leaves that choice as it was."""
    chosen = {"code": code, "texts": texts}
    before = left_out(connection)
    now = [
        name for name, keep in chosen.items() if keep is False or (keep is None and name in before)
    ]
    write_meta(connection, _KEY, ", ".join(now) or None)


def left_out(connection: apsw.Connection) -> frozenset[str]:
    """Return what is left out: of ``code``, ``texts``."""
    return frozenset((read_meta(connection, _KEY) or "").replace(",", " ").split())


def reduced_model(record: ModelRecord, without: frozenset[str]) -> ModelRecord:
    """Return a model without its statements and identifiers, or without prose."""
    if not without:
        return record
    reading = record.reading
    passages = [
        one
        for one in reading.passages
        if not (one.kind == "code" and "code" in without)
        and not (one.kind not in ("code", "profile") and "texts" in without)
    ]
    reading = replace(
        reading,
        passages=passages,
        code=None if "code" in without else reading.code,
        description=None if "texts" in without else reading.description,
    )
    return replace(record, reading=reading)


def reduced_image(image: ImageRecord, without: frozenset[str]) -> ImageRecord:
    """Return a picture without the words that it was made from."""
    if "texts" not in without:
        return image
    return replace(
        image,
        prompt=None,
        negative_prompt=None,
        metadata=None,
        words=tuple(one for one in image.words if one[1] == "name"),
        settings=tuple(one for one in image.settings if not _is_prose(one[0])),
    )


def _is_prose(name: str) -> bool:
    return any(word in name for word in _PROSE_SETTINGS)
