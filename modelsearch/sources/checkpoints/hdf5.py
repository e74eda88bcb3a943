"""Keras' HDF5 files, where h5py is installed (the extra ``hdf5``): only attributes and shapes."""

from __future__ import annotations

import importlib
import importlib.util
import math
from typing import Any

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.checkpoints.archives import keras_config
from modelsearch.sources.runs.configs import read_json
from modelsearch.sources.runs.opening import Folder

SUFFIXES = frozenset({".h5", ".hdf5"})
_MAGIC = b"\x89HDF\r\n\x1a\n"
_MOST = 20_000


def read(folder: Folder, path: str, size: int) -> CheckpointRecord | None:
    """Return what a saved model of Keras says of itself; None where a file holds other data.

    Raises ReadingError where h5py is not installed.
    """
    if folder.head(path, 8) != _MAGIC:
        return None
    if importlib.util.find_spec("h5py") is None:
        raise ReadingError("HDF5 needs h5py: pip install 'modelsearch-db[hdf5]'")
    h5py: Any = importlib.import_module("h5py")
    record = CheckpointRecord(path, "Keras", size)
    try:
        with folder.open(path) as opened, h5py.File(opened, "r") as file:
            version = _text(file.attrs.get("keras_version"))
            record.add("framework_version", version, _where(path, "keras_version"))
            config = _text(file.attrs.get("model_config"))
            compiled = _text(file.attrs.get("training_config"))
            if config is None and version is None:
                return None
            data = read_json(config) if config else {}
            if isinstance(data, dict):
                trained = read_json(compiled) if compiled else {}
                if isinstance(trained, dict):
                    data["compile_config"] = {
                        "optimizer": trained.get("optimizer_config"),
                        "loss": trained.get("loss"),
                    }
                keras_config(record, data)
            _count(record, file.get("model_weights", file), h5py)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ReadingError(f"damaged ({error})") from error
    return record


def _where(path: str, key: str) -> Evidence:
    return Evidence(path, "output", None, key)


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str) else None


def _count(record: CheckpointRecord, group: Any, h5py: Any) -> None:
    """Count the values of the weights by their shapes; the optimizer's are another group."""
    shapes: list[tuple[int, ...]] = []

    def visit(_name: str, one: Any) -> bool | None:
        if isinstance(one, h5py.Dataset):
            shapes.append(one.shape)
        return True if len(shapes) > _MOST else None

    group.visititems(visit)
    if shapes:
        where = _where(record.path, "model_weights")
        record.add("tensors", len(shapes), where)
        record.add("parameters", sum(math.prod(shape) for shape in shapes), where)
