"""GGUF: the key-values of the header and the shapes of the tensors."""

from __future__ import annotations

import math
import struct
from typing import Any, BinaryIO

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.runs.opening import Folder

SUFFIXES = frozenset({".gguf"})
_FORMATS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_TEXT, _ARRAY = 8, 9
_MOST_KEYS, _MOST_TENSORS, _MOST_ITEMS = 2_000, 100_000, 5_000_000
_MAX_TEXT = 16_000_000
_COLUMNS = {"general.architecture": "class", "general.base_model.0.name": "base_model"}


def read(folder: Folder, path: str, size: int) -> CheckpointRecord:
    """Return what the header states."""
    record = CheckpointRecord(path, "GGUF", size)
    with folder.open(path) as file:
        if file.read(4) != b"GGUF":
            raise ReadingError("no GGUF header")
        (version,) = struct.unpack("<I", _take(file, 4))
        if version not in (2, 3):
            raise ReadingError(f"GGUF version {version} is not known")
        tensors, keys = struct.unpack("<QQ", _take(file, 16))
        for _ in range(min(keys, _MOST_KEYS)):
            name, value = _text(file), _value(file, struct.unpack("<I", _take(file, 4))[0])
            if isinstance(value, str | int | float | bool) and value != "":
                short = value[:500] if isinstance(value, str) else value
                record.add(_COLUMNS.get(name, name), short, Evidence(path, "output", None, name))
        total = 0
        for _ in range(min(tensors, _MOST_TENSORS)):
            _text(file)
            (dimensions,) = struct.unpack("<I", _take(file, 4))
            if dimensions > 8:
                raise ReadingError("no GGUF header")
            total += math.prod(struct.unpack(f"<{dimensions}Q", _take(file, 8 * dimensions)))
            _take(file, 12)
    where = Evidence(path, "output", None, "header")
    record.add("tensors", tensors, where)
    record.add("parameters", total, where)
    return record


def _take(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise ReadingError("cut off")
    return data


def _text(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", _take(file, 8))
    if length > _MAX_TEXT:
        raise ReadingError("no GGUF header")
    return _take(file, length).decode("utf-8", "replace")


def _value(file: BinaryIO, kind: int, depth: int = 0) -> Any:
    if kind == _TEXT:
        return _text(file)
    if kind == _ARRAY:
        inner, count = struct.unpack("<IQ", _take(file, 12))
        if count > _MOST_ITEMS or depth > 3:
            raise ReadingError("no GGUF header")
        if inner in _FORMATS:
            file.seek(struct.calcsize(_FORMATS[inner]) * count, 1)
            return None
        for _ in range(count):  # words of a vocabulary: walked over, not kept
            _value(file, inner, depth + 1)
        return None
    form = _FORMATS.get(kind)
    if form is None:
        raise ReadingError("no GGUF header")
    return struct.unpack(f"<{form}", _take(file, struct.calcsize(form)))[0]
