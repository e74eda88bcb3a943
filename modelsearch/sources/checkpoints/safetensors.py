"""safetensors: a length, a header of JSON, and tensors that are never read."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.runs.columns import number
from modelsearch.sources.runs.configs import read_json
from modelsearch.sources.runs.opening import Folder

SUFFIXES = frozenset({".safetensors"})
_MAX_HEADER = 100_000_000  #: bytes, as the format itself allows
_DTYPES = {
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F64": "float64",
    "I64": "int64",
    "I32": "int32",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
#: kohya's training metadata by the columns that they fill; everything else is kept by its name.
_KOHYA = {"ss_epoch": "epoch", "ss_steps": "step", "ss_sd_model_name": "base_model"}
_MOST_META = 200
_LONGEST = 500


def read(folder: Folder, path: str, size: int) -> CheckpointRecord:
    """Return tensors, parameters, and the metadata that the file states."""
    with folder.open(path) as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(_MAX_HEADER, max(size - 8, 0)):
            raise ReadingError("not a safetensors header")
        header = read_json(file.read(length).decode("utf-8", "replace"))
    if not isinstance(header, dict):
        raise ReadingError("not a safetensors header")
    record = CheckpointRecord(path, "safetensors", size)
    metadata = header.pop("__metadata__", None)
    where = Evidence(path, "output", None, "header")
    shapes = [
        one
        for one in header.values()
        if isinstance(one, dict) and isinstance(one.get("shape"), list)
    ]
    record.add("tensors", len(shapes), where)
    record.add("parameters", sum(_product(one["shape"]) for one in shapes), where)
    kinds = Counter(str(one.get("dtype")) for one in shapes)
    if kinds:
        common = kinds.most_common(1)[0][0]
        record.add("dtype", _DTYPES.get(common, common), where)
    rank = _rank(header)
    if rank is not None:
        record.add("rank", rank, where)
    _metadata(record, metadata if isinstance(metadata, dict) else {})
    return record


def _product(shape: list[Any]) -> int:
    return math.prod(one for one in shape if isinstance(one, int))


def _rank(header: dict[str, Any]) -> int | None:
    """Return the rank of a LoRA: the short side of its down matrices, where all agree."""
    ranks = {
        one["shape"][0]
        for name, one in header.items()
        if name.endswith(("lora_A.weight", "lora_down.weight", "lora.down.weight"))
        and isinstance(one, dict)
        and one.get("shape")
    }
    return ranks.pop() if len(ranks) == 1 else None


def _metadata(record: CheckpointRecord, metadata: dict[str, Any]) -> None:
    for name, value in list(metadata.items())[:_MOST_META]:
        if not isinstance(value, str) or value in ("", "None") or len(value) > _LONGEST:
            continue
        where = Evidence(record.path, "output", None, f"__metadata__.{name}")
        found = number(value)
        if name in _KOHYA:
            fitting = int(found) if found is not None and found.is_integer() else value
            record.add(_KOHYA[name], fitting, where)
        else:
            record.add(name.removeprefix("ss_"), found if found is not None else value, where)
