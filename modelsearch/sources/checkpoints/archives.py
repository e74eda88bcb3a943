"""Models that are zip archives of JSON: Keras' ``.keras``, Stable-Baselines3's, and skops."""

from __future__ import annotations

import re
import zipfile
from typing import Any

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.runs.columns import number
from modelsearch.sources.runs.configs import flat, read_json
from modelsearch.sources.runs.opening import Folder

SUFFIXES = frozenset({".keras", ".zip", ".skops"})
_MAX_JSON = 32_000_000
_MOST = 200
_BIG = 400  #: characters of a setting; longer ones hold arrays


def read(folder: Folder, path: str, size: int) -> CheckpointRecord | None:
    """Return what the archive's descriptions say; None where it is an archive of other things."""
    if folder.head(path, 4) != b"PK\x03\x04":
        return None
    try:
        with folder.open(path) as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if {"config.json", "metadata.json"} <= names and path.endswith(".keras"):
                return _keras(archive, path, size)
            if {"data", "_stable_baselines3_version"} <= names:
                return _agent(archive, path, size)
            if "schema.json" in names and path.endswith(".skops"):
                return _skops(archive, path, size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ReadingError(f"damaged archive ({error})") from error
    return None


def _json(archive: zipfile.ZipFile, name: str) -> Any:
    return read_json(_bytes(archive, name).decode("utf-8", "replace"))


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _MAX_JSON:
        raise ReadingError(f"its {name} is larger than {_MAX_JSON // 1_000_000} MB")
    with archive.open(name) as member:
        return member.read(_MAX_JSON)


def _where(path: str, key: str) -> Evidence:
    return Evidence(path, "output", None, key)


def _keras(archive: zipfile.ZipFile, path: str, size: int) -> CheckpointRecord:
    record = CheckpointRecord(path, "Keras", size)
    metadata, config = _json(archive, "metadata.json"), _json(archive, "config.json")
    if isinstance(metadata, dict):
        record.add(
            "framework_version",
            metadata.get("keras_version"),
            _where(path, "metadata.keras_version"),
        )
        saved = re.match(r"(\d{4}-\d\d-\d\d)@(\d\d:\d\d:\d\d)", str(metadata.get("date_saved")))
        if saved is not None:
            record.add("saved_at", f"{saved[1]}T{saved[2]}", _where(path, "metadata.date_saved"))
    if isinstance(config, dict):
        keras_config(record, config)
    return record


def keras_config(record: CheckpointRecord, config: dict[str, Any]) -> None:
    """State the layers and what the model was compiled with. The rate in a saved model is that at
    saving, which schedules and callbacks may have lowered.
    """
    path = record.path
    record.add("class", config.get("class_name"), _where(path, "config.class_name"))
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    if isinstance(inner, dict) and isinstance(inner.get("name"), str):
        record.add("name", inner["name"], _where(path, "config.name"))
    if isinstance(layers, list):
        record.add("layers", len(layers), _where(path, "config.layers"))
        kinds = [str(one.get("class_name")) for one in layers if isinstance(one, dict)]
        record.add(
            "layer classes", ", ".join(dict.fromkeys(kinds))[:500], _where(path, "config.layers")
        )
    compiled = config.get("compile_config")
    if not isinstance(compiled, dict):
        return
    for name in ("optimizer", "loss"):
        value = compiled.get(name)
        told = value.get("class_name") if isinstance(value, dict) else value
        record.add(
            name, told if isinstance(told, str) else None, _where(path, f"compile_config.{name}")
        )
    optimizer = compiled.get("optimizer")
    settings = optimizer.get("config") if isinstance(optimizer, dict) else None
    if isinstance(settings, dict):
        rate = number(settings.get("learning_rate"))
        record.add(
            "learning rate at saving", rate, _where(path, "compile_config.optimizer.learning_rate")
        )


def _agent(archive: zipfile.ZipFile, path: str, size: int) -> CheckpointRecord:
    """An agent: its settings are JSON; what is pickled inside them stays as it is."""
    record = CheckpointRecord(path, "Stable-Baselines3", size)
    version = _bytes(archive, "_stable_baselines3_version").decode("utf-8", "replace").strip()
    record.add("framework_version", version[:40], _where(path, "_stable_baselines3_version"))
    data = _json(archive, "data")
    if not isinstance(data, dict):
        return record
    policy = data.get("policy_class")
    module = str(policy.get("__module__", "")) if isinstance(policy, dict) else ""
    algorithm = module.split(".")[1] if module.count(".") else "common"
    if algorithm != "common":  # PPO and A2C share their policies
        record.add("class", algorithm.upper(), _where(path, "data.policy_class"))
    steps = number(data.get("num_timesteps"))
    record.add(
        "step", int(steps) if steps is not None else None, _where(path, "data.num_timesteps")
    )
    settings: dict[str, Scalar] = {}
    for name, value in data.items():
        if isinstance(value, int | float | str | bool) and not name.startswith("_"):
            settings[name] = value
    for name, value in list(flat(settings).items())[:_MOST]:
        if not (isinstance(value, str) and len(value) > _BIG):
            record.add(f"setting {name}", value, _where(path, f"data.{name}"))
    return record


def _skops(archive: zipfile.ZipFile, path: str, size: int) -> CheckpointRecord:
    record = CheckpointRecord(path, "skops", size)
    schema = _json(archive, "schema.json")
    if isinstance(schema, dict):
        record.add("class", schema.get("__class__"), _where(path, "schema.__class__"))
        version = schema.get("_skops_version")
        record.add(
            "framework_version",
            version if isinstance(version, str) else None,
            _where(path, "schema._skops_version"),
        )
    return record
