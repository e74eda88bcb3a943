"""Configurations that a run's folder keeps: Lightning's ``hparams.yaml``, Ultralytics'
``args.yaml``, Hydra's ``.hydra``, and saved arguments of scripts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading
from modelsearch.records.wordlists import word_set
from modelsearch.sources.runs.configs import (
    add_settings,
    flat,
    number_or_text,
    read_json,
    read_yaml,
)
from modelsearch.sources.runs.opening import Folder

KIND = "configuration"
_MAX_BYTES = 2_000_000
_NAMES = word_set("""
    hparams.yaml args.yaml args.yml args.json opt.yaml hyp.yaml hparams.json
    hyperparameters.json hyperparams.json hyperparameters.yaml hyperparams.yaml args.txt
    hyperparameters.txt hyperparams.txt params.txt
    run_config.yaml run_config.json train_args.json training_args.json experiment_config.json
    multirun.yaml
""")
_HYDRA = frozenset({"config.yaml", "overrides.yaml", "hydra.yaml"})
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{2})-(\d{2})-(\d{2})(/|$)")
_MAX_OVERRIDES = 200


def recognise(path: str) -> str | None:
    """Return the folder of the run that a configuration belongs to."""
    place = place_of(path)
    if place.folder == ".hydra" or place.folder.endswith("/.hydra"):
        return place_of(place.folder).folder if place.name in _HYDRA else None
    return place.folder if place.name.lower() in _NAMES else None


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return the settings that the configurations of one folder state."""
    found = RunReading()
    hydra = [path for path in paths if "/.hydra/" in f"/{path}"]
    if hydra:
        found.parts += _hydra(folder, run, hydra)
    for path in paths:
        if path in hydra or PurePosixPath(path).name == "multirun.yaml":
            continue
        try:
            data = _data(folder.text(path, _MAX_BYTES), path)
        except ReadingError as error:
            found.notes.append(f"{path}: {error}")
            continue
        if isinstance(data, list):
            data = {"": data}
        if _of_lightning(path, run) and not data and folder.size(f"{run}/metrics.csv"):
            found.parts.append(RunPart(run, "Lightning", 2))  # a module without settings
        elif isinstance(data, dict) and data:
            found.parts.append(_configuration(data, run, path, folder))
    return found


def _data(text: str, path: str) -> Any:
    if path.endswith(".json") or text.lstrip()[:1] == "{":
        return read_json(text)
    if path.endswith(".txt"):
        return _lines(text)
    return read_yaml(text)


def _lines(text: str) -> dict[str, Scalar]:
    """``name: value`` or ``name = value``, a line each."""
    pairs = (
        re.match(r"\s*-*([A-Za-z]\w*)\s*[:=]\s*(\S.*?)\s*$", line) for line in text.split("\n")
    )
    return {one[1]: number_or_text(one[2]) for one in pairs if one is not None}


def _configuration(data: dict[str, Any], run: str, path: str, folder: Folder) -> RunPart:
    name = PurePosixPath(path).name.lower()
    tool, rank = "configuration", 4
    if _of_lightning(path, run):
        tool, rank = "Lightning", 2
    elif name == "args.yaml" and {"task", "mode", "model"} <= data.keys():
        tool, rank = "Ultralytics", 1
    elif name in ("opt.yaml", "hyp.yaml") and folder.size(f"{run}/results.csv"):
        tool, rank = "YOLO", 1 if name == "opt.yaml" else 2
    elif name in ("args.yml", "args.yaml") and {"algo", "env"} <= data.keys():
        tool, rank = "RL zoo", 1
    part = RunPart(run, tool, rank)
    add_settings(part, {key.strip("."): one for key, one in flat(data).items()}, path)
    if tool in ("Ultralytics", "YOLO"):
        _ultralytics(part, data, path)
    return part


def _of_lightning(path: str, run: str) -> bool:
    """Return whether a configuration is one that Lightning's loggers write for each version."""
    named = PurePosixPath(path).name.lower() == "hparams.yaml"
    return named and re.fullmatch(r"version_\d+", PurePosixPath(run).name) is not None


def _ultralytics(part: RunPart, data: dict[str, Any], path: str) -> None:
    model = data.get("model") or data.get("weights")
    if isinstance(model, str) and model:
        part.base_model = _fact(model, path, "model")
    if data.get("optimizer") == "auto":
        part.facts.pop("optimizer", None)  # decided while it ran


def _fact(value: Scalar, path: str, key: str) -> Any:
    from modelsearch.records.artefacts import Fact

    return Fact(value, Evidence(path, "config", None, key))


# ---- Hydra ---------------------------------------------------------------------------------------


def _hydra(folder: Folder, run: str, paths: Sequence[str]) -> list[RunPart]:
    """Return the configuration that was resolved, and the overrides of the command line."""
    by_name = {PurePosixPath(path).name: path for path in paths}
    inner: dict[str, Any] = {}
    if "hydra.yaml" in by_name:
        loaded = _mapping(folder, by_name["hydra.yaml"])
        inner = loaded.get("hydra", loaded) if isinstance(loaded.get("hydra", loaded), dict) else {}
    parts = []
    if "overrides.yaml" in by_name:
        parts.append(_overrides(folder, run, by_name["overrides.yaml"], inner))
    if "config.yaml" in by_name:
        part = RunPart(run, "Hydra", 3)
        data = _resolved(_mapping(folder, by_name["config.yaml"]))
        add_settings(part, flat(data), by_name["config.yaml"])
        parts.append(part)
    if parts and inner:
        _job(parts[0], inner, by_name["hydra.yaml"])
    dated = _DATED.search(run)
    if parts and dated is not None:
        moment = f"{dated[1]}T{dated[2]}:{dated[3]}:{dated[4]}"
        parts[0].add("started_at", moment, Evidence(run, "name"))
    return parts


def _mapping(folder: Folder, path: str) -> dict[str, Any]:
    try:
        data = read_yaml(folder.text(path, _MAX_BYTES))
    except ReadingError:
        return {}
    return data if isinstance(data, dict) else {}


def _overrides(folder: Folder, run: str, path: str, inner: dict[str, Any]) -> RunPart:
    part = RunPart(run, "Hydra", 2)
    try:
        data = read_yaml(folder.text(path, _MAX_BYTES))
    except ReadingError:
        data = None
    given: dict[str, Scalar] = {}
    for one in (data if isinstance(data, list) else [])[:_MAX_OVERRIDES]:
        name, sign, value = str(one).lstrip("+~").partition("=")
        if sign:
            given[name] = number_or_text(value)
    mode = str(inner.get("mode", "")).upper()
    swept = given if mode.endswith("MULTIRUN") or "multirun" in run.split("/") else ()
    add_settings(part, given, path, swept)
    return part


def _job(part: RunPart, inner: dict[str, Any], path: str) -> None:
    job, runtime = inner.get("job"), inner.get("runtime")
    if isinstance(job, dict) and isinstance(job.get("name"), str):
        part.add("program", f"{job['name']}.py", Evidence(path, "config", None, "hydra.job.name"))
    if isinstance(runtime, dict) and isinstance(runtime.get("cwd"), str):
        cwd = runtime["cwd"].replace("\\", "/").rstrip("/").rpartition("/")[2]
        if cwd and "program" in part.facts:
            fact = part.facts.pop("program")
            part.add("program", f"{cwd}/{fact.value}", fact.evidence)


_INSERTED = re.compile(r"\$\{([\w.]+)\}")


def _resolved(data: dict[str, Any]) -> dict[str, Any]:
    """Fill in ``${name}``; what stays open is dropped."""
    known = flat(data)

    def filled(value: Any, depth: int = 0) -> Any:
        if isinstance(value, dict) and depth < 12:
            return {key: filled(one, depth + 1) for key, one in value.items()}
        if isinstance(value, str) and "${" in value:
            whole = _INSERTED.fullmatch(value.strip())
            if whole is not None:
                found = known.get(whole[1])
                return None if isinstance(found, str) and "${" in found else found
            text = _INSERTED.sub(lambda one: str(known.get(one[1], one[0])), value)
            return None if "${" in text else text
        return value

    return {key: filled(value) for key, value in data.items()}
