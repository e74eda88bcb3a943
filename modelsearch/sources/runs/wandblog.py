"""The log that W&B writes while a run goes on (``run-….wandb``): blocks of 32 KiB as LevelDB has
them, with a protobuf message a record.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from modelsearch.records.artefacts import Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.sources.runs.columns import any_number
from modelsearch.sources.runs.configs import flat, read_json
from modelsearch.sources.runs.protobuf import Value, first, message, signed, text

MAX_BYTES = 256_000_000
_BLOCK = 32_768
_HEADER = 7  #: bytes before each piece of a record, and at the head of the file
_MAX_RECORD = 4_000_000
_MAX_POINTS = 2_000_000
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
#: Fields of a record.
_HISTORY, _SUMMARY, _CONFIG, _RUN, _EXIT = 2, 3, 5, 17, 18


@dataclass(slots=True)
class Log:
    """What a log holds: the history key by key, the last values, settings, and the run itself."""

    path: str
    history: dict[str, dict[int, float]] = field(default_factory=dict)
    summary: dict[str, Scalar] = field(default_factory=dict)
    config: dict[str, Scalar] = field(default_factory=dict)
    name: str | None = None
    project: str | None = None
    sweep: str | None = None
    exit_code: int | None = None
    points: int = 0


def read_log(file: BinaryIO, path: str) -> Log:
    """Read a log; what was cut off at its end is left out. Raises ReadingError."""
    log = Log(path)
    config: dict[str, Any] = {}
    for record in _records(file):
        try:
            found = message(memoryview(record))
        except ReadingError:
            continue
        _tell(log, config, found)
        if log.points > _MAX_POINTS:
            break
    log.config = flat({name: one for name, one in config.items() if name != "_wandb"})
    return log


def _records(file: BinaryIO) -> Iterator[bytes]:
    """Yield the records, their pieces joined."""
    head = file.read(_HEADER)
    if head[:4] != b":W&B":
        raise ReadingError("no log of W&B")
    joined = bytearray()
    at = _HEADER
    while at < MAX_BYTES:
        left = _BLOCK - at % _BLOCK
        if left < _HEADER:
            file.seek(left, 1)
            at += left
            continue
        piece = file.read(_HEADER)
        if len(piece) < _HEADER:
            return
        length, kind = struct.unpack("<HB", piece[4:])
        data = file.read(length)
        at += _HEADER + length
        if len(data) < length or kind not in (_FULL, _FIRST, _MIDDLE, _LAST):
            return
        if kind in (_FULL, _FIRST):
            joined.clear()
        if len(joined) + length <= _MAX_RECORD:
            joined += data
        if kind in (_FULL, _LAST):
            yield bytes(joined)


def _tell(log: Log, config: dict[str, Any], record: dict[int, list[Value]]) -> None:
    if _HISTORY in record:
        _history(log, message(first(record, _HISTORY)))
    elif _SUMMARY in record:
        for name, value in _items(message(first(record, _SUMMARY)), 1):
            found = any_number(value)
            if found is not None:
                log.summary[name] = found
    elif _CONFIG in record:
        config.update(_items(message(first(record, _CONFIG)), 1))
    elif _RUN in record:
        _run(log, config, message(first(record, _RUN)))
    elif _EXIT in record:
        code = message(first(record, _EXIT)).get(1, [0])[0]
        log.exit_code = signed(code)


def _run(log: Log, config: dict[str, Any], run: dict[int, list[Value]]) -> None:
    log.project = text(first(run, 3)) or log.project
    log.name = text(first(run, 8)) or log.name
    log.sweep = text(first(run, 12)) or log.sweep
    config.update(_items(message(first(run, 4)), 1))


def _history(log: Log, history: dict[int, list[Value]]) -> None:
    entry = dict(_items(history, 1))
    step = message(first(history, 2)).get(1, [None])[0]
    counted = entry.get("_step", step)
    if not isinstance(counted, int):
        counted = 0
    for name, value in entry.items():
        found = any_number(value)
        if found is not None and name != "_step":
            log.history.setdefault(name, {})[counted] = found
            log.points += 1


def _items(found: dict[int, list[Value]], number: int) -> Iterator[tuple[str, Any]]:
    """Names (nested ones joined by dots) and values of repeated items."""
    for item in found.get(number, []):
        if not isinstance(item, memoryview):
            continue
        parts = message(item)
        names = [text(one) for one in (*parts.get(1, []), *parts.get(2, []))]
        name = ".".join(one for one in names if one)
        if name:
            try:
                yield name, read_json(text(first(parts, 16)))
            except ReadingError:
                continue
