"""Boosted trees: XGBoost's JSON, LightGBM's text, CatBoost's binary."""

from __future__ import annotations

import json
import re
from typing import Any

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.checkpoints import ubjson
from modelsearch.sources.runs.columns import number
from modelsearch.sources.runs.configs import flat, number_or_text, read_json
from modelsearch.sources.runs.opening import Folder

SUFFIXES = frozenset({".json", ".txt", ".cbm", ".model", ".lgb", ".ubj"})
_NAME = re.compile(r"(?i)(xgb|booster|lgb|lightgbm|gbm|model)")
_MAX_BYTES = 64_000_000
_MAX_HEAD = 8_000_000
_TAIL = 40_000
_PARAMETER = re.compile(rb"^\[(\w+): (.*)\]$", re.MULTILINE)
_MOST = 200
_BEGINNING = re.compile(
    rb'\{"(?:detailed_profile|flat_params|boosting_options|data_processing_options|'
    rb'loss_function|metadata|system_options|task_type|random_seed)"'
)


def may_be(path: str) -> bool:
    """Return whether a file of a common suffix goes by a name that models of trees have."""
    pure = place_of(path)
    if pure.suffix in (".cbm", ".lgb", ".ubj"):
        return True
    return pure.suffix in SUFFIXES and _NAME.search(pure.stem) is not None


def read(folder: Folder, path: str, size: int) -> CheckpointRecord | None:
    """Return what a model of trees says of itself; None where it is another file."""
    head = folder.head(path, 200)
    if head[:4] == b"CBM1":
        return _catboost(folder, path, size)
    if head[:5] == b"tree\n" or head[:8] == b"tree\r\nve":
        return _lightgbm(folder, path, size)
    if head[:1] == b"{" and b'"learner"' in head:
        return _xgboost(read_json(folder.text(path, _MAX_BYTES)), path, size)
    if head[:1] == b"{" and b"learner" in head:
        return _xgboost(ubjson.load(folder.data(path, _MAX_BYTES)), path, size)
    return None


def _where(path: str, key: str) -> Evidence:
    return Evidence(path, "output", None, key)


def _xgboost(data: Any, path: str, size: int) -> CheckpointRecord:
    """Return the learner of JSON or of its binary form, which says the same."""
    record = CheckpointRecord(path, "XGBoost", size)
    learner = data.get("learner", {}) if isinstance(data, dict) else {}
    if not isinstance(learner, dict):
        raise ReadingError("not an XGBoost model")
    objective = _inner(learner, "objective").get("name")
    record.add(
        "objective",
        objective if isinstance(objective, str) else None,
        _where(path, "learner.objective.name"),
    )
    booster = _inner(learner, "gradient_booster")
    record.add("class", booster.get("name"), _where(path, "learner.gradient_booster.name"))
    trees = number(_inner(_inner(booster, "model"), "gbtree_model_param").get("num_trees"))
    record.add(
        "trees",
        int(trees) if trees is not None else None,
        _where(path, "learner.gradient_booster.model.gbtree_model_param.num_trees"),
    )
    settings = _inner(learner, "learner_model_param")
    for name in ("num_feature", "num_class", "base_score"):
        value = settings.get(name)
        if isinstance(value, str):
            record.add(name, number_or_text(value), _where(path, f"learner_model_param.{name}"))
    attributes = _inner(learner, "attributes")
    for name in ("best_iteration", "best_score"):
        value = number(attributes.get(name))
        record.add(name, value, _where(path, f"learner.attributes.{name}"))
    version = data.get("version")
    if isinstance(version, list):
        record.add("framework_version", ".".join(map(str, version)), _where(path, "version"))
    return record


def _inner(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _lightgbm(folder: Folder, path: str, size: int) -> CheckpointRecord:
    """Return the head up to the first tree, and the block of parameters at the end."""
    record = CheckpointRecord(path, "LightGBM", size)
    head = folder.head(path, 200_000).partition(b"\nTree=")[0].decode("utf-8", "replace")
    known = dict(line.partition("=")[::2] for line in head.splitlines() if "=" in line)
    record.add("objective", known.get("objective"), _where(path, "objective"))
    sizes = known.get("tree_sizes", "").split()
    record.add("trees", len(sizes) or None, _where(path, "tree_sizes"))
    features = known.get("max_feature_idx", "")
    record.add(
        "num_feature",
        int(features) + 1 if features.isdigit() else None,
        _where(path, "max_feature_idx"),
    )
    record.add("num_class", number(known.get("num_class")), _where(path, "num_class"))
    with folder.open(path) as file:
        file.seek(max(size - _TAIL, 0))
        tail = file.read(_TAIL)
    for name, value in _PARAMETER.findall(tail)[:_MOST]:
        key = name.decode("utf-8", "replace")
        written = value.decode("utf-8", "replace")
        if written:
            record.add(f"setting {key}", number_or_text(written), _where(path, f"parameters.{key}"))
    boosting = record.more.get("setting boosting")
    record.add(
        "class", str(boosting.value) if boosting else None, _where(path, "parameters.boosting")
    )
    return record


def _catboost(folder: Folder, path: str, size: int) -> CheckpointRecord:
    """The parameters stand as JSON inside the binary."""
    record = CheckpointRecord(path, "CatBoost", size)
    with folder.open(path) as file:
        if size > 2 * _MAX_HEAD:
            data = file.read(_MAX_HEAD)
            file.seek(size - _MAX_HEAD)
            data += file.read(_MAX_HEAD)
        else:
            data = file.read(2 * _MAX_HEAD)
    for settings in _objects(data):
        for name, value in list(settings.items())[:_MOST]:
            record.add(f"setting {name}", value, _where(path, f"params.{name}"))
    loss = next(
        (fact.value for name, fact in record.more.items() if name.endswith("loss_function.type")),
        None,
    )
    record.add("objective", loss, _where(path, "params.loss_function.type"))
    return record


def _objects(data: bytes) -> list[dict[str, Scalar]]:
    """Objects of JSON that hold training parameters."""
    found = []
    decoder = json.JSONDecoder()
    for match in _BEGINNING.finditer(data):
        text = data[match.start() : match.start() + 200_000].decode("utf-8", "replace")
        try:
            value, _ = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            continue
        inner = value.get("flat_params", value) if isinstance(value, dict) else {}
        found.append(flat(inner))
        if len(found) >= 2:
            break
    return found
