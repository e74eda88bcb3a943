"""Models that are folders, by the file that describes them: TensorFlow's SavedModel, and pipelines
of diffusers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.runs.configs import flat, read_json
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.protobuf import fields, first, message, text

SUFFIXES = frozenset({".pb", ".json"})
NAMES = frozenset({"saved_model.pb", "model_index.json"})
_MAX_GRAPH = 256_000_000
_MAX_JSON = 1_000_000
_MOST = 40  #: settings of one part, names of inputs
_PARTS = (
    "scheduler/scheduler_config.json",
    "unet/config.json",
    "transformer/config.json",
    "vae/config.json",
)
_SIGNATURE = "serving_default"


def read(folder: Folder, path: str, size: int) -> CheckpointRecord | None:
    """Return what the description says; None for files of other names."""
    name = PurePosixPath(path).name
    if name == "saved_model.pb":
        return _saved_model(folder, path, size)
    return _pipeline(folder, path, size) if name == "model_index.json" else None


def _where(path: str, key: str) -> Evidence:
    return Evidence(path, "output", None, key)


# ---- SavedModel ----------------------------------------------------------------------------------


def _saved_model(folder: Folder, path: str, size: int) -> CheckpointRecord:
    """Return the version, the signature that serves, and the variables' shapes; the weights beside
    it stay closed and count for the size.
    """
    inside = f"{PurePosixPath(path).parent}/variables"
    names = folder.listing(inside)
    record = CheckpointRecord(path, "SavedModel", size, files=1 + len(names))
    record.size_bytes += sum(folder.size(f"{inside}/{name}") for name in names)
    model = message(memoryview(folder.data(path, _MAX_GRAPH)))
    graph = message(first(model, 2))
    about = message(first(graph, 1))
    record.add("framework_version", text(first(about, 5)), _where(path, "tensorflow_version"))
    _signature(record, graph, path)
    shapes = list(_variables(first(graph, 7)))
    if shapes:
        where = _where(path, "object_graph_def")
        record.add("tensors", len(shapes), where)
        record.add("parameters", sum(map(math.prod, shapes)), where)
    return record


def _signature(record: CheckpointRecord, graph: dict[int, list[Any]], path: str) -> None:
    for entry in graph.get(5, []):
        pair = message(entry) if isinstance(entry, memoryview) else {}
        if text(first(pair, 1)) != _SIGNATURE:
            continue
        signature = message(first(pair, 2))
        for number, name in ((1, "inputs"), (2, "outputs")):
            told = [
                text(first(message(one), 1))
                for one in signature.get(number, [])
                if isinstance(one, memoryview)
            ]
            record.add(name, ", ".join(told[:_MOST]), _where(path, f"{_SIGNATURE}.{name}"))


def _variables(objects: memoryview) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of the variables that are trained."""
    for number, _, node in fields(objects):
        if number != 1 or not isinstance(node, memoryview):
            continue
        variable = message(first(message(node), 7))
        if variable.get(3, [0])[0] != 1:
            continue
        shape = message(first(variable, 2))
        sizes = [
            message(one).get(1, [0])[0] for one in shape.get(2, []) if isinstance(one, memoryview)
        ]
        yield tuple(int(one) for one in sizes if isinstance(one, int))


# ---- diffusers -----------------------------------------------------------------------------------


def _pipeline(folder: Folder, path: str, size: int) -> CheckpointRecord | None:
    """Return the pipeline's class, its parts, and the settings of the parts."""
    index = _mapping(folder, path)
    if "_class_name" not in index or "_diffusers_version" not in index:
        return None
    record = CheckpointRecord(path, "diffusers", size)
    record.add("class", index["_class_name"], _where(path, "_class_name"))
    record.add("framework_version", index["_diffusers_version"], _where(path, "_diffusers_version"))
    parts = [
        f"{name}: {one[1]}"
        for name, one in index.items()
        if isinstance(one, list) and len(one) == 2 and one[1]
    ]
    record.add("parts", ", ".join(parts)[:500], _where(path, ", ".join(sorted(index))[:100]))
    base = PurePosixPath(path).parent
    for part in _PARTS:
        place = str(base / part)
        name = part.partition("/")[0]
        for key, value in list(flat(_mapping(folder, place)).items())[:_MOST]:
            if not key.startswith("_"):
                record.add(f"setting {name}.{key}", value, _where(place, key))
    return record


def _mapping(folder: Folder, path: str) -> dict[str, Any]:
    try:
        data = read_json(folder.text(path, _MAX_JSON))
    except ReadingError:
        return {}
    return data if isinstance(data, dict) else {}
