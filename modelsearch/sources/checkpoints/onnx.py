"""ONNX: what made it, its inputs and outputs, its operations, and how many values it holds."""

from __future__ import annotations

import math
import mmap
from collections import Counter

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.protobuf import Value, fields, first, message, text

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


def read(folder: Folder, path: str, size: int) -> CheckpointRecord:
    """Return what the model's description says; the file is mapped, tensors are skipped."""
    record = CheckpointRecord(path, "ONNX", size)
    with folder.open(path) as file:
        if size == 0:
            raise ReadingError("empty")
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:  # of a terabyte that nobody stores
            raise ReadingError(f"cannot be mapped ({error.strerror})") from error
        with mapped:
            view = memoryview(mapped)
            try:
                _model(record, view)
            finally:
                view.release()
    if "tensors" not in record.facts and "producer" not in record.more:
        raise ReadingError("no ONNX model")
    return record


def _key(record: CheckpointRecord, key: str) -> Evidence:
    return Evidence(record.path, "output", None, key)


def _model(record: CheckpointRecord, data: memoryview) -> None:
    for number, _, value in fields(data):
        if number == 2:
            record.add("producer", text(value), _key(record, "producer_name"))
        elif number == 3:
            record.add("framework_version", text(value), _key(record, "producer_version"))
        elif number == 7 and isinstance(value, memoryview):
            with value:
                _graph(record, value)
        elif number == 8 and isinstance(value, memoryview):
            with value:
                opset = message(value)
                if not bytes(first(opset, 1)):
                    record.add("opset", _plain(opset.get(2, [0])[0]), _key(record, "opset_import"))
        elif number == 14 and isinstance(value, memoryview):
            pair = message(value)
            name = text(first(pair, 1))
            record.add(name, text(first(pair, 2))[:500], _key(record, f"metadata_props.{name}"))


def _graph(record: CheckpointRecord, data: memoryview) -> None:
    operations: Counter[str] = Counter()
    count = total = 0
    kinds: Counter[int] = Counter()
    inputs: list[str] = []
    outputs: list[str] = []
    initialised: set[str] = set()
    for number, _, value in fields(data):
        if not isinstance(value, memoryview):
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


def _operation(data: memoryview) -> str:
    return next((text(value) for number, _, value in fields(data) if number == 4), "")


def _initialiser(data: memoryview) -> tuple[int, int, str]:
    dims: list[int] = []
    kind, name = 0, ""
    for number, _, value in fields(data):
        if number == 1:
            dims += [value] if isinstance(value, int) else _packed(value)
        elif number == 2:
            kind = _plain(value)
        elif number == 8:
            name = text(value)
    return math.prod(dims), kind, name


def _packed(value: Value) -> list[int]:
    from modelsearch.sources.runs.protobuf import varint

    if not isinstance(value, memoryview):
        return []
    found, at = [], 0
    while at < len(value):
        one, at = varint(value, at)
        found.append(one)
    return found


def _shape(data: memoryview) -> str:
    """``input 1x3x224x224``; dimensions that vary go by their names."""
    info = message(data)
    tensor = message(first(message(first(info, 2)), 1))
    sizes = []
    for one in message(first(tensor, 2)).get(1, []):
        dimension = message(one) if isinstance(one, memoryview) else {}
        sizes.append(str(dimension[1][0]) if 1 in dimension else text(first(dimension, 2)) or "?")
    return f"{text(first(info, 1))} {'x'.join(sizes)}".strip()


def _plain(value: Value) -> int:
    return value if isinstance(value, int) else 0
