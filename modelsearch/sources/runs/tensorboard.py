"""TensorBoard's event files: scalars (old and new form), hyperparameters, how long it took.

Records are framed by length and checksum; only summaries with scalars are looked into, so that
images and histograms cost a skip. A last record that was cut off ends the file.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import BinaryIO

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs.configs import add_settings, flat, read_json
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.protobuf import (
    BYTES,
    FIXED32,
    FIXED64,
    Value,
    double,
    fields,
    first,
    message,
    signed,
    single,
    text,
)
from modelsearch.vocabulary.runs import state_of

KIND = "tensorboard"
MAX_BYTES = 512_000_000  #: of one event file that are walked
_MAX_RECORD = 1_000_000  #: larger records hold pictures or histograms
_MAX_POINTS = 2_000_000
_NAME = re.compile(r"(^|\.)tfevents\.\d{9,}")
_PARTS = ("train", "training", "validation", "val", "valid", "test", "eval")
_DATED = re.compile(r"^[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d_")
_STAMP = re.compile(r"^\d{9,}(\.\d+)?$")  # where add_hparams writes
#: How a session ended, as hyperparameter records number it.
_STATES = {1: "SUCCESS", 2: "FAILED", 3: "RUNNING"}
_FLOAT, _DOUBLE, _INT32, _INT64 = 1, 2, 3, 9


def recognise(path: str) -> str | None:
    """Return the folder of an event file."""
    place = place_of(path)
    return place.folder if _NAME.search(place.name) else None


def whole_run(folder: str, others: Container[str]) -> str:
    """Return the run that a folder with nothing but event files is a part of: the folder above
    ``train/`` beside ``validation/``, above what ``add_hparams`` writes, and the Trainer's folder
    above ``runs/Jan01_…``. ``others`` are the folders of runs.
    """
    pure = PurePosixPath(folder)
    above = str(pure.parent)
    if _STAMP.match(pure.name) and above in others:
        return above
    sisters = (str(pure.parent / name) for name in _PARTS if name != pure.name)
    if pure.name in _PARTS and (above in others or any(one in others for one in sisters)):
        return above
    if pure.parent.name == "runs" and _DATED.match(pure.name):
        trainer = str(pure.parent.parent)
        return trainer if trainer in others else folder
    return folder


#: What the end of a run is read from.
SESSION_END = "session_end_info"


@dataclass(slots=True)
class _Events:
    """What the records of one folder hold, tag by tag."""

    scalars: dict[str, dict[int, float]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Scalar] = field(default_factory=dict)
    from_: float | None = None
    until: float | None = None
    status: int | None = None
    points: int = 0


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return the curves and settings of the event files of one run."""
    found = RunReading()
    events = _Events()
    for path in sorted(paths, key=lambda one: (PurePosixPath(one).name, one)):
        try:
            with folder.open(path) as file:
                _read_file(file, path, run, events)
        except ReadingError as error:
            found.notes.append(f"{path}: {error}")
    if events.scalars or events.settings:
        found.parts.append(_part(events, run, paths))
    return found


def _part(events: _Events, run: str, paths: Sequence[str]) -> RunPart:
    part = RunPart(run, "TensorBoard", 3)
    first_path = sorted(paths)[0]
    add_settings(part, events.settings, first_path)
    for tag, points in events.scalars.items():
        steps = sorted(points)
        where = Evidence(events.where[tag], "output", None, tag)
        part.curves.append(Curve(tag, _counter(tag), steps, [points[one] for one in steps], where))
    where = Evidence(first_path, "output", None, "wall_time")
    if events.from_ is not None and events.until is not None and events.points > 1:
        part.add("started_at", _moment(events.from_), where)
        part.add("ended_at", _moment(events.until), where)
        part.add("duration_s", round(events.until - events.from_, 3), where)
    ended = state_of(_STATES.get(events.status or 0))
    part.add("status", ended, Evidence(first_path, "output", None, SESSION_END))
    return part


def _counter(tag: str) -> str:
    return "epoch" if tag.startswith("epoch_") else "step"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def records(file: BinaryIO, most: int = MAX_BYTES) -> Iterator[bytes]:
    """Yield the records of a TFRecord file that are small enough to hold scalars."""
    walked = 0
    while walked < most:
        head = file.read(12)
        if len(head) < 12:
            return
        (length,) = struct.unpack("<Q", head[:8])
        walked += length + 16
        if length > _MAX_RECORD:
            if length > most:
                return
            file.seek(length + 4, 1)
            continue
        data = file.read(length)
        if len(data) < length or len(file.read(4)) < 4:
            return
        yield data


def _read_file(file: BinaryIO, path: str, run: str, events: _Events) -> None:
    inner = PurePosixPath(path).parent.name
    prefix = f"{inner}/" if inner in _PARTS and str(PurePosixPath(path).parent) != run else ""
    try:
        for record in records(file):
            _event(memoryview(record), path, prefix, events)
            if events.points > _MAX_POINTS:
                raise ReadingError(f"more than {_MAX_POINTS:,} points; the rest is not read")
    except ReadingError as error:
        if str(error) not in ("cut off", "not a protobuf message"):
            raise


def _event(record: memoryview, path: str, prefix: str, events: _Events) -> None:
    step, moment = 0, None
    summary: memoryview | None = None
    for number, wire, value in fields(record):
        if number == 1 and wire == FIXED64:
            moment = double(value)
        elif number == 2:
            step = signed(value)
        elif number == 5 and wire == BYTES and isinstance(value, memoryview):
            summary = value
    if summary is None:
        return
    if moment is not None and 0 < moment < 1e11:
        events.from_ = moment if events.from_ is None else min(events.from_, moment)
        events.until = moment if events.until is None else max(events.until, moment)
    for number, wire, value in fields(summary):
        if number == 1 and wire == BYTES and isinstance(value, memoryview):
            _value(value, step, path, prefix, events)


def _value(data: memoryview, step: int, path: str, prefix: str, events: _Events) -> None:
    tag, found = "", None
    tensor: memoryview | None = None
    for number, wire, value in fields(data):
        if number == 1:
            tag = text(value)
        elif number == 2 and wire == FIXED32:
            found = single(value)
        elif number == 8 and isinstance(value, memoryview):
            tensor = value
        elif number == 9 and isinstance(value, memoryview) and tag.startswith("_hparams_/"):
            _hparams(value, events)
    if found is None and tensor is not None and tag in _CONFIGURATIONS:
        _configuration(tensor, _CONFIGURATIONS[tag], events)
        return
    if found is None and tensor is not None and len(tensor) < 200:
        found = _tensor(tensor)
    if found is None or tag.startswith("_hparams_") or (tag == "hp_metric" and found == -1):
        return
    tag = prefix + tag
    events.scalars.setdefault(tag, {})[step] = found
    events.where.setdefault(tag, path)
    events.points += 1


def _tensor(data: memoryview) -> float | None:
    """Return the number of a tensor that holds a single one."""
    found = message(data)
    kind = found.get(1, [0])[0]
    if first(found, 2) and any(number == 2 for number, _, _ in fields(first(found, 2))):
        return None  # it has dimensions
    content = bytes(first(found, 4))
    formats = {_FLOAT: "<f", _DOUBLE: "<d", _INT32: "<i", _INT64: "<q"}
    if content and kind in formats and len(content) == struct.calcsize(formats[int(kind)]):
        return float(struct.unpack(formats[int(kind)], content)[0])
    for number, size, form in ((5, 4, "<f"), (6, 8, "<d")):
        for value in found.get(number, []):
            packed = (
                bytes(value)
                if isinstance(value, memoryview)
                else int(value).to_bytes(size, "little")
            )
            if len(packed) == size:
                return float(struct.unpack(form, packed)[0])
    return None


#: Texts in which the Trainer writes its configurations as JSON, and what goes before their names.
_CONFIGURATIONS = {"args/text_summary": "", "model_config/text_summary": "model."}


def _configuration(data: memoryview, prefix: str, events: _Events) -> None:
    """The settings of a text that is an object of JSON."""
    try:
        written = read_json(text(first(message(data), 8)))
    except ReadingError:
        return
    for name, value in flat(written if isinstance(written, dict) else {}).items():
        events.settings.setdefault(f"{prefix}{name}", value)


# ---- hyperparameters -----------------------------------------------------------------------------


def _hparams(metadata: memoryview, events: _Events) -> None:
    """Settings and end of a session, as the hparams plugin keeps them."""
    content = first(message(first(message(metadata), 1)), 2)
    plugin = message(content)
    for entry in message(first(plugin, 3)).get(1, []):
        if isinstance(entry, memoryview):
            pair = message(entry)
            value = _plain(message(first(pair, 2)))
            if value is not None:
                events.settings.setdefault(text(first(pair, 1)), value)
    ended = message(first(plugin, 4)).get(1)
    if ended is not None:
        events.status = int(ended[0])


def _plain(value: dict[int, list[Value]]) -> Scalar | None:
    if 2 in value:
        found = double(value[2][0])
        return int(found) if found.is_integer() and abs(found) < 2**53 else found
    if 3 in value:
        return text(value[3][0])
    return bool(value[4][0]) if 4 in value else None
