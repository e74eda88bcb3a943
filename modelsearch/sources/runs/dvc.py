"""DVC and dvclive: the parameters, results and plots of a pipeline's last run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading
from modelsearch.sources.checkpoints.registry import recognise as may_be_weights
from modelsearch.sources.runs.configs import add_settings, number_or_text, read_json, read_yaml
from modelsearch.sources.runs.logs import flat_results, table
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.series import curves

KIND = "dvc"
_MAX_BYTES = 8_000_000
_TRAINS = ("train", "fit", "tune")


def recognise(path: str) -> str | None:
    """Return the folder of a pipeline, or dvclive's folder."""
    place = place_of(path)
    if place.name == "dvc.lock":
        return place.folder
    parts = path.split("/")
    if "dvclive" in parts[:-1] and place.suffix in (".json", ".tsv", ".yaml"):
        at = len(parts) - 2 - parts[-2::-1].index("dvclive")
        return "/".join(parts[: at + 1])
    return None


def lives_in(run: str) -> str:
    """Return the folder in which a pipeline's last run is logged, a part of the pipeline's."""
    return "dvclive" if run == "." else f"{run}/dvclive"


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return what the lock file and dvclive's files tell."""
    reading = RunReading()
    live = RunPart(run, "dvclive", 2)
    for path in paths:
        name = PurePosixPath(path).name
        try:
            if name == "dvc.lock":
                part = _pipeline(folder, run, path)
                reading.parts += [part] if part is not None else []
            elif name.endswith(".tsv"):
                live.curves += curves(table(folder.text(path, _MAX_BYTES)), path, tracked=True)
            elif name == "metrics.json":
                text = folder.text(path, _MAX_BYTES)
                data = read_json(text)
                if isinstance(data, dict):
                    live.results += flat_results(data, text.split("\n"), path)
            elif name == "params.yaml":
                data = read_yaml(folder.text(path, _MAX_BYTES))
                if isinstance(data, dict):
                    add_settings(live, _flat(data), path)
        except ReadingError as error:
            reading.notes.append(f"{path}: {error}")
    if live.curves or live.results or live.settings:
        reading.parts.append(live)
    return reading


def _flat(data: dict[str, Any]) -> dict[str, Scalar]:
    from modelsearch.sources.runs.configs import flat

    return flat(data)


def _pipeline(folder: Folder, run: str, path: str) -> RunPart | None:
    """The stage that trains: its command, its parameters, and the results that it wrote."""
    data = read_yaml(folder.text(path, _MAX_BYTES))
    stages = data.get("stages") if isinstance(data, dict) else None
    if not isinstance(stages, dict):
        return None
    names = [name for name in stages if any(word in str(name).lower() for word in _TRAINS)]
    if not names:
        names = [name for name, stage in stages.items() if _saves_weights(stage)]
    if len(names) != 1 or not isinstance(stages[names[0]], dict):
        return None
    part = RunPart(run, "DVC", 2)
    _stage(part, stages[names[0]], path, f"stages.{names[0]}")
    for name, stage in stages.items():
        if isinstance(stage, dict):
            _outputs(part, folder, run, stage.get("outs"), str(name))
    named = any(word in str(names[0]).lower() for word in _TRAINS) and "command" in part.facts
    trained = part.results or part.settings or named or _saves_weights(stages[names[0]])
    return part if trained else None


def _saves_weights(stage: object) -> bool:
    """Return whether a stage leaves a file that holds weights."""
    outs = stage.get("outs") if isinstance(stage, dict) else None
    paths = [out.get("path") for out in outs if isinstance(out, dict)] if outs else []
    return any(isinstance(path, str) and may_be_weights(path) for path in paths)


def _stage(part: RunPart, stage: dict[str, Any], path: str, key: str) -> None:
    command = stage.get("cmd")
    if isinstance(command, list):
        command = " && ".join(str(one) for one in command)
    if isinstance(command, str):
        part.add("command", command[:2000], Evidence(path, "config", None, f"{key}.cmd"))
    settings: dict[str, Scalar] = {}
    params = stage.get("params")
    for values in (params if isinstance(params, dict) else {}).values():
        for name, value in (_flat(values) if isinstance(values, dict) else {}).items():
            settings[name] = number_or_text(value) if isinstance(value, str) else value
    add_settings(part, settings, path)


def _outputs(part: RunPart, folder: Folder, run: str, outs: Any, stage: str) -> None:
    """Results in a small JSON file that a stage wrote and DVC tracks in the repository."""
    for out in outs if isinstance(outs, list) else []:
        name = out.get("path") if isinstance(out, dict) else None
        if not isinstance(name, str) or not name.endswith(".json") or ".." in name:
            continue
        place = name if run == "." else f"{run}/{name}"
        try:
            text = folder.text(place, 1_000_000)
            data = read_json(text)
        except ReadingError:
            continue
        if isinstance(data, dict):
            part.results += flat_results(data, text.split("\n"), place)
