"""PyTorch's checkpoints: zip archives, old pickles, Lightning's, and the Trainer's arguments."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.checkpoints.pickles import (
    MAX_BYTES,
    Call,
    Content,
    Name,
    read_pickle,
    tensors,
)
from modelsearch.sources.runs.columns import number
from modelsearch.sources.runs.opening import Folder

SUFFIXES = frozenset({".pt", ".pth", ".ckpt", ".bin", ".tar", ".pkl", ".pickle", ".joblib", ".sav"})
_MAGIC = 0x1950A86A20F9469CFC6C  #: the first pickle of the old format
_KINDS = {
    "float": "float32",
    "half": "float16",
    "bfloat16": "bfloat16",
    "double": "float64",
    "long": "int64",
    "int": "int32",
    "char": "int8",
    "byte": "uint8",
    "bool": "bool",
}
#: Where the weights of a model lie in what a script saves.
_WEIGHTS = (
    "state_dict",
    "model_state_dict",
    "model",
    "net",
    "network",
    "ema",
    "ema_state_dict",
    "generator",
    "module",
    "weights",
    "params",
)
_EPOCHS, _STEPS = (
    ("epoch", "epochs", "best_epoch"),
    ("global_step", "step", "iteration", "iter", "steps"),
)
_RESULTS = (
    "best_acc",
    "best_accuracy",
    "acc",
    "accuracy",
    "val_acc",
    "val_accuracy",
    "val_loss",
    "best_loss",
    "best_val_loss",
    "loss",
    "best_val_acc",
    "best_fitness",
    "best_score",
    "best_metric",
    "test_acc",
)
_SETTINGS = (
    "hyper_parameters",
    "hparams",
    "args",
    "config",
    "cfg",
    "train_args",
    "opt",
    "model_args",
    "training_args",
    "hyperparameters",
    "hyperparams",
    "best_params",
    "best_hyperparameters",
    "train_config",
    "training_config",
)
_MOST = 200  #: settings of one checkpoint
_MOST_MODULES = 100_000  #: and parameters of one whole model


def read(folder: Folder, path: str, size: int) -> CheckpointRecord | None:
    """Return what a checkpoint says of itself; None where it is neither weights nor a model."""
    head = folder.head(path, 8)
    if head[:4] == b"PK\x03\x04":
        content = _of_zip(folder, path)
        if content is None:
            return None
        record = CheckpointRecord(path, "torch", size)
    elif head[:1] == b"\x80":
        content = _of_pickles(folder, path)
        record = CheckpointRecord(path, "pickle", size)
    elif head[:2] in _PACKED:
        content = read_pickle(_unpacked(folder, path))
        record = CheckpointRecord(path, "pickle", size)
    else:
        return None
    if not content.whole:
        record.note = "not read to its end"
    _describe(record, content)
    if record.format == "pickle" and any(name.module.startswith("torch") for name in content.names):
        record.format = "torch"
    return record if _worth(record, content) else None


#: How zlib and gzip begin, in which joblib packs what it saves, and how both are unpacked.
_PACKED = {b"x\x01": 15, b"x\x5e": 15, b"x\x9c": 15, b"x\xda": 15, b"\x1f\x8b": 31}


def _unpacked(folder: Folder, path: str) -> bytes:
    """Return the beginning of a packed pickle, up to the bound of a pickle."""
    with folder.open(path) as file:
        data = file.read(MAX_BYTES)
    try:
        return zlib.decompressobj(_PACKED[data[:2]]).decompress(data, MAX_BYTES)
    except zlib.error as error:
        raise ReadingError(f"damaged archive ({error})") from error


def _of_zip(folder: Folder, path: str) -> Content | None:
    """Return the one pickle of a zip archive; its tensors stay closed."""
    try:
        with folder.open(path) as file, zipfile.ZipFile(file) as archive:
            names = [one for one in archive.infolist() if one.filename.endswith("data.pkl")]
            if not names:
                return None
            if names[0].file_size > MAX_BYTES:
                raise ReadingError(f"its data.pkl is larger than {MAX_BYTES // 1_000_000} MB")
            with archive.open(names[0]) as member:
                return read_pickle(member.read(MAX_BYTES))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ReadingError(f"damaged archive ({error})") from error


def _of_pickles(folder: Folder, path: str) -> Content:
    """A bare pickle; of the old format the fourth, behind a number, a version and the system."""
    with folder.open(path) as file:
        content = read_pickle(file)
        if content.data != _MAGIC:
            return content
        for _ in range(3):
            content = read_pickle(file)
    return content


def _worth(record: CheckpointRecord, content: Content) -> bool:
    """Return whether this is weights, an estimator or arguments: other pickles are data."""
    return "parameters" in record.facts or any(_library(name.module) for name in content.names)


def _library(module: str) -> bool:
    return module.partition(".")[0] in (
        "sklearn",
        "torch",
        "xgboost",
        "lightgbm",
        "catboost",
        "keras",
        "transformers",
        "stable_baselines3",
    )


def _describe(record: CheckpointRecord, content: Content) -> None:
    data = content.data
    _weights(record, data)
    if isinstance(data, dict):
        _progress(record, data)
        _lightning(record, data)
        for name in _SETTINGS:
            _settings(record, _plain(data.get(name)), name)
    elif isinstance(data, Call):
        name = data.dotted
        if name:
            record.add("class", name.rpartition(".")[2], _key(record, "class"))
            record.format = _format(name)
        state = data.state
        if isinstance(state, tuple) and state:
            state = state[0] if isinstance(state[0], dict) else state[-1]
        _settings(record, _plain(state), "")
        if isinstance(state, dict):
            version = state.get("_sklearn_version")
            record.add(
                "framework_version",
                version if isinstance(version, str) else None,
                _key(record, "_sklearn_version"),
            )
    if content.names and "class" not in record.facts:
        _class_of(record, content.names)


def _format(name: str) -> str:
    top = name.partition(".")[0]
    return {
        "sklearn": "scikit-learn",
        "xgboost": "XGBoost",
        "lightgbm": "LightGBM",
        "catboost": "CatBoost",
        "torch": "torch",
        "transformers": "torch",
    }.get(top, "pickle")


def _class_of(record: CheckpointRecord, names: Iterable[Name]) -> None:
    """The first estimator or module that is named: of whole models and broken-off pickles."""
    for name in names:
        if _library(name.module) and name.module.partition(".")[0] != "torch":
            record.add("class", name.name, _key(record, "class"))
            record.format = _format(name.dotted)
            return


def _weights(record: CheckpointRecord, data: Any) -> None:
    found = list(tensors(data)) or list(_of_modules(data))
    if isinstance(data, dict):
        for name in _WEIGHTS:
            inner = list(tensors(data.get(name)))
            if inner:
                found = inner
                break
    if not found:
        return
    record.add("tensors", len(found), _key(record, "state_dict"))
    record.add(
        "parameters",
        sum(
            math.prod(shape)
            for _, shape, kind in found
            if not kind or kind not in ("long", "int", "bool")
        ),
        _key(record, "state_dict"),
    )
    kinds = [kind for _, _, kind in found if kind]
    if kinds:
        common = max(set(kinds), key=kinds.count)
        record.add("dtype", _KINDS.get(common, common), _key(record, "state_dict"))


def _of_modules(data: Any) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Yield (name, shape, kind) of the parameters of a whole module and of those inside it, each
    once, also where several modules share it.
    """
    waiting = [data]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_MODULES:
        module = waiting.pop()
        state = module.state if isinstance(module, Call) else None
        if not isinstance(state, dict) or id(module) in seen:
            continue
        seen.add(id(module))
        for name, value in _pairs(state.get("_parameters")):
            if id(value) not in seen:
                seen.add(id(value))
                yield from tensors(value, str(name))
        waiting += [inner for _, inner in _pairs(state.get("_modules"))]


def _pairs(data: Any) -> list[tuple[Any, Any]]:
    """The items of a dict or an ordered one."""
    if isinstance(data, dict):
        return list(data.items())
    return data.items if isinstance(data, Call) else []


def _progress(record: CheckpointRecord, data: dict[Any, Any]) -> None:
    for column, names in (("epoch", _EPOCHS), ("step", _STEPS)):
        for name in names:
            value = data.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                record.add(column, value, _key(record, name))
    for name in _RESULTS:
        value = number(data.get(name))
        if value is not None and "monitored" not in record.facts:
            record.add("monitored", name, _key(record, name))
            record.add("monitored_value", value, _key(record, name))


def _lightning(record: CheckpointRecord, data: dict[Any, Any]) -> None:
    version = data.get("pytorch-lightning_version")
    if isinstance(version, str):
        record.format = "Lightning"
        record.add("framework_version", version, _key(record, "pytorch-lightning_version"))
    callbacks = data.get("callbacks")
    for name, state in callbacks.items() if isinstance(callbacks, dict) else ():
        if isinstance(state, dict) and "best_model_path" in state:
            monitor = state.get("monitor")
            if isinstance(monitor, str):
                record.add("monitored", monitor, _key(record, f"callbacks.{name}"[:80]))
            best = state.get("best_model_path")
            if isinstance(best, str) and best:
                here = (
                    PurePosixPath(best.replace("\\", "/")).name == PurePosixPath(record.path).name
                )
                record.add("is_best", here, _key(record, "best_model_path"))
                score = number(state.get("current_score"))
                record.add("monitored_value", score, _key(record, "current_score"))
    for group in _groups(data):
        rate = number(group.get("lr"))
        if rate is not None:
            record.add("learning rate at saving", rate, _key(record, "param_groups[0].lr"))
            return


def _groups(data: dict[Any, Any]) -> Iterable[dict[Any, Any]]:
    for name in ("optimizer_states", "optimizer", "optimizer_state_dict", "optim"):
        states = data.get(name)
        for state in states if isinstance(states, list) else [states]:
            groups = state.get("param_groups") if isinstance(state, dict) else None
            if isinstance(groups, list):
                yield from (one for one in groups if isinstance(one, dict))


def _plain(data: Any) -> dict[str, Any]:
    """Return the state of an object (a Namespace, arguments) or a dict as it is."""
    if isinstance(data, Call):
        state = data.state if data.state is not None else dict(data.items)
        data = state if isinstance(state, dict) else {}
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}


def _settings(record: CheckpointRecord, data: dict[str, Any], prefix: str) -> None:
    for name, value in list(data.items())[:_MOST]:
        if isinstance(value, Call) and value.arguments and isinstance(value.arguments[0], str):
            value = value.arguments[0]  # a member of an enumeration
        if name.startswith("_") or not isinstance(value, str | int | float | bool):
            continue
        key = f"{prefix}.{name}" if prefix else name
        record.add(
            f"setting {name}", value[:500] if isinstance(value, str) else value, _key(record, key)
        )


def _key(record: CheckpointRecord, key: str) -> Evidence:
    return Evidence(record.path, "output", None, key)
