"""Sacred's folders: ``runs/1`` with run.json, config.json, metrics.json and info.json."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs import logs
from modelsearch.sources.runs.columns import any_number, result
from modelsearch.sources.runs.configs import add_settings, flat, read_json
from modelsearch.sources.runs.logs import flat_results
from modelsearch.sources.runs.opening import Folder
from modelsearch.vocabulary.runs import state_of

KIND = "sacred"
_MAX_BYTES = 32_000_000


def recognise(path: str) -> str | None:
    """Return the folder of the run: its files are named by the run alone."""
    place = place_of(path)
    return place.folder if place.name == "run.json" else None


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return one run of Sacred; another program's ``run.json`` is read as its results."""
    path = paths[0]
    data = read_json(folder.text(path, _MAX_BYTES))
    experiment = data.get("experiment") if isinstance(data, dict) else None
    if not isinstance(experiment, dict) or "start_time" not in data:
        return logs.read(folder, run, paths)
    part = RunPart(run, "Sacred", 1, native_id=PurePosixPath(run).name)
    for key, column in (("name", "experiment"), ("mainfile", "program")):
        value = experiment.get(key)
        part.add(
            column,
            value if isinstance(value, str) else None,
            Evidence(path, "output", None, f"experiment.{key}"),
        )
    for key, column in (("start_time", "started_at"), ("stop_time", "ended_at")):
        value = data.get(key)
        if isinstance(value, str) and len(value) >= 19:
            part.add(column, f"{value[:19]}+00:00", Evidence(path, "output", None, key))
    _duration(part)
    part.add("status", state_of(data.get("status")), Evidence(path, "output", None, "status"))
    commits = experiment.get("repositories")
    if isinstance(commits, list) and commits and isinstance(commits[0], dict):
        part.add(
            "commit_hash",
            commits[0].get("commit"),
            Evidence(path, "output", None, "experiment.repositories"),
        )
    settings = _json(folder, f"{run}/config.json")
    settings.pop("__doc__", None)
    add_settings(part, flat(settings), f"{run}/config.json")
    _metrics(part, _json(folder, f"{run}/metrics.json"), f"{run}/metrics.json")
    returned = data.get("result")
    if isinstance(returned, dict):
        part.results += flat_results(returned, [], path)
    info = _json(folder, f"{run}/info.json")
    part.results += flat_results(info, [], f"{run}/info.json")
    return RunReading([part])


def _duration(part: RunPart) -> None:
    from datetime import datetime

    if "started_at" in part.facts and "ended_at" in part.facts:
        try:
            begin = datetime.fromisoformat(str(part.facts["started_at"].value))
            end = datetime.fromisoformat(str(part.facts["ended_at"].value))
        except ValueError:
            return
        part.add("duration_s", (end - begin).total_seconds(), part.facts["ended_at"].evidence)


def _json(folder: Folder, path: str) -> dict[str, Any]:
    try:
        data = read_json(folder.text(path, _MAX_BYTES))
    except ReadingError:
        return {}
    return data if isinstance(data, dict) else {}


def _metrics(part: RunPart, data: dict[str, Any], path: str) -> None:
    for name, one in data.items():
        if not isinstance(one, dict) or not isinstance(one.get("values"), list):
            continue
        steps, values = one.get("steps"), [any_number(value) for value in one["values"]]
        if not isinstance(steps, list) or len(steps) != len(values):
            steps = list(range(len(values)))
        points = {
            int(step): value
            for step, value in zip(steps, values, strict=True)
            if isinstance(step, int | float) and value is not None
        }
        if points:
            ordered = sorted(points)
            counter = "epoch" if "epoch" in name and not result(name).known else "step"
            part.curves.append(
                Curve(
                    name,
                    counter,
                    ordered,
                    [points[step] for step in ordered],
                    Evidence(path, "output", None, name),
                )
            )
