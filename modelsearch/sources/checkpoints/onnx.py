"""ONNX: what made it, its inputs and outputs, its operations, and how many values it holds."""

from __future__ import annotations

import math
from collections import Counter

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.protobuf import Value, first, message, text, varint
from modelsearch.sources.runs.protobuf_file import Span, whole_file

SUFFIXES = frozenset({".onnx"})
_DTYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    6: "int32",
    7: "int64",
    10: "float16",
    11: "float64",
    16: "bfloat16",
}
_MOST_OPS = 12
_MOST_TEXT = 4_096  #: bytes of a name or a text
_MOST_ENTRY = 1 << 20  #: bytes of a shape or another small part


def read(folder: Folder, path: str, size: int) -> CheckpointRecord:
    """Return what the model's description says; tensors are passed over."""
    record = CheckpointRecord(path, "ONNX", size)
    if size == 0:
        raise ReadingError("empty")
    with folder.open(path) as file:
        _model(record, whole_file(file, size))
    if "tensors" not in record.facts and "producer" not in record.more:
        raise ReadingError("no ONNX model")
    return record


def _key(record: CheckpointRecord, key: str) -> Evidence:
    return Evidence(record.path, "output", None, key)


def _model(record: CheckpointRecord, data: Span) -> None:
    for number, value in data.fields():
        if not isinstance(value, Span):
            continue
        if number == 2:
            record.add("producer", value.text(_MOST_TEXT), _key(record, "producer_name"))
        elif number == 3:
            record.add(
                "framework_version", value.text(_MOST_TEXT), _key(record, "producer_version")
            )
        elif number == 7:
            _graph(record, value)
        elif number == 8:
            opset = message(value.data(_MOST_ENTRY))
            if not bytes(first(opset, 1)):
                record.add("opset", _plain(opset.get(2, [0])[0]), _key(record, "opset_import"))
        elif number == 14:
            _metadata(record, value)


def _metadata(record: CheckpointRecord, entry: Span) -> None:
    name = text = ""
    for number, value in entry.fields():
        if isinstance(value, Span) and number == 1:
            name = value.text(_MOST_TEXT)
        elif isinstance(value, Span) and number == 2:
            text = value.text(_MOST_TEXT)
    record.add(name, text[:500], _key(record, f"metadata_props.{name}"))


def _graph(record: CheckpointRecord, data: Span) -> None:
    operations: Counter[str] = Counter()
    count = total = 0
    kinds: Counter[int] = Counter()
    inputs: list[str] = []
    outputs: list[str] = []
    initialised: set[str] = set()
    for number, value in data.fields():
        if not isinstance(value, Span):
            continue
        if number == 1:
            operations[_operation(value)] += 1
        elif number == 5:
            values, kind, name = _initialiser(value)
            count, total = count + 1, total + values
            kinds[kind] += 1
            initialised.add(name)
        elif number in (11, 12):
            (inputs if number == 11 else outputs).append(_shape(value))
    where = _key(record, "graph")
    record.add("tensors", count, _key(record, "graph.initializer"))
    record.add("parameters", total, _key(record, "graph.initializer"))
    if kinds:
        common = kinds.most_common(1)[0][0]
        record.add("dtype", _DTYPES.get(common), _key(record, "graph.initializer"))
    given = [one for one in inputs if one.partition(" ")[0] not in initialised]
    record.add("inputs", ", ".join(given)[:500], where)
    record.add("outputs", ", ".join(outputs)[:500], where)
    told = ", ".join(f"{name} {times}" for name, times in operations.most_common(_MOST_OPS))
    record.add("operations", told, where)


def _operation(data: Span) -> str:
    for number, value in data.fields():
        if number == 4 and isinstance(value, Span):
            return value.text(_MOST_TEXT)
    return ""


def _initialiser(data: Span) -> tuple[int, int, str]:
    dims: list[int] = []
    kind, name = 0, ""
    for number, value in data.fields():
        if number == 1:
            dims += [value] if isinstance(value, int) else _packed(value.data(_MOST_ENTRY))
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8 and isinstance(value, Span):
            name = value.text(_MOST_TEXT)
    return math.prod(dims), kind, name


def _packed(data: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(data):
        one, at = varint(data, at)
        found.append(one)
    return found


def _shape(data: Span) -> str:
    """``input 1x3x224x224``; dimensions that vary go by their names."""
    info = message(data.data(_MOST_ENTRY))
    tensor = message(first(message(first(info, 2)), 1))
    sizes = []
    for one in message(first(tensor, 2)).get(1, []):
        dimension = message(one) if isinstance(one, memoryview) else {}
        sizes.append(str(dimension[1][0]) if 1 in dimension else text(first(dimension, 2)) or "?")
    return f"{text(first(info, 1))} {'x'.join(sizes)}".strip()


def _plain(value: Value) -> int:
    return value if isinstance(value, int) else 0
