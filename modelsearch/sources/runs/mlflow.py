"""MLflow's folders: a run is a folder with a file for each setting, result and tag."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, TypeGuard

from modelsearch.records.artefacts import Evidence, Fact, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs.columns import any_number
from modelsearch.sources.runs.configs import add_settings, number_or_text, read_yaml
from modelsearch.sources.runs.opening import Folder
from modelsearch.vocabulary.runs import state_of

KIND = "mlflow"
_RUN = re.compile(r"(?P<run>(?:.*/)?[0-9a-f]{32})/(?:meta\.yaml|(?:params|metrics|tags)/.+)$")
#: What MLflow keeps: of a run, or a model that a run logged, whose folder says which.
_STORE = re.compile(r"(?P<place>(?:.*/)?(?P<id>(?:m-)?[0-9a-f]{32}))/artifacts/")
_MAX_BYTES = 16_000_000
_MAX_VALUE = 10_000
#: The numbers that files have for states; 2 is that of runs which wait to begin.
_STATES = {1: "RUNNING", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
#: Settings that autologging writes for every library call.
_TAGS = {
    "mlflow.source.name": "program",
    "mlflow.source.git.commit": "commit_hash",
    "mlflow.runName": "name",
    "mlflow.parentRunId": "parent",
}


def recognise(path: str) -> str | None:
    """Return the folder of the run that a file belongs to."""
    found = _RUN.match(path)
    return found["run"] if found else None


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return one run of MLflow's folder."""
    part = RunPart(run, "MLflow", 1, native_id=PurePosixPath(run).name)
    reading = RunReading([part])
    settings: dict[str, Scalar] = {}
    tags: dict[str, str] = {}
    for path in paths:
        kind, _, name = path[len(run) + 1 :].partition("/")
        try:
            if kind == "metrics":
                _metric(folder.text(path, _MAX_BYTES), name, path, part)
            elif kind == "params":
                settings[name] = number_or_text(folder.text(path, _MAX_VALUE))
            elif kind == "tags":
                tags[name] = folder.text(path, 1_000_000)[:_MAX_VALUE].strip()
        except ReadingError as error:
            reading.notes.append(f"{path}: {error}")
    meta = _mapping(folder, f"{run}/meta.yaml")
    if meta.get("lifecycle_stage") == "deleted":
        return RunReading(left_out="deleted in MLflow")
    add_settings(part, settings, f"{run}/params")
    part.settings = [_placed(one, run) for one in part.settings]
    for name, column in _TAGS.items():
        tell(part, column, tags.get(name), Evidence(f"{run}/tags/{name}", "output"))
    _times(part, meta, f"{run}/meta.yaml")
    parent = str(PurePosixPath(run).parent)
    experiment = _mapping(folder, f"{parent}/meta.yaml").get("name")
    if isinstance(experiment, str):
        part.add("experiment", experiment, Evidence(f"{parent}/meta.yaml", "output", None, "name"))
    return reading


def tell(part: RunPart, column: str, value: str | None, where: Evidence) -> None:
    """State what a tag says. A program that only starts notebooks says nothing."""
    if not value or (column == "program" and "launcher" in value):
        return
    part.add(column, value, where)


def _placed(setting: Any, run: str) -> Any:
    where = Evidence(f"{run}/params/{setting.name}", "config")
    return type(setting)(setting.name, setting.value, where, setting.swept)


def made_by(folder: Folder, path: str) -> Fact | None:
    """Return what MLflow calls the run that made a file which it keeps, None for other files."""
    found = _STORE.match(path)
    if found is None:
        return None
    if not found["id"].startswith("m-"):
        return Fact(found["id"], Evidence(found["place"], "name"))
    meta = f"{found['place']}/meta.yaml"
    run = _mapping(folder, meta).get("source_run_id")
    return Fact(run, Evidence(meta, "output", None, "source_run_id")) if _is_id(run) else None


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)


def _mapping(folder: Folder, path: str) -> dict[str, Any]:
    try:
        data = read_yaml(folder.text(path, 1_000_000))
    except ReadingError:
        return {}
    return data if isinstance(data, dict) else {}


def _times(part: RunPart, meta: Mapping[str, Any], path: str) -> None:
    name = meta.get("run_name")
    part.add(
        "name", name if isinstance(name, str) else None, Evidence(path, "output", None, "run_name")
    )
    times(part, meta.get("start_time"), meta.get("end_time"), path)
    state = meta.get("status")
    part.add(
        "status",
        state_of(_STATES.get(state, state) if isinstance(state, int) else state),
        Evidence(path, "output", None, "status"),
    )


def times(part: RunPart, started: object, ended: object, path: str) -> None:
    """State start, end and duration from milliseconds since 1970."""
    if isinstance(started, int) and 0 < started < 1e14:
        part.add("started_at", _moment(started), Evidence(path, "output", None, "start_time"))
        if isinstance(ended, int) and started <= ended < 1e14:
            where = Evidence(path, "output", None, "end_time")
            part.add("ended_at", _moment(ended), where)
            part.add("duration_s", (ended - started) / 1000, where)


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


def _metric(text: str, name: str, path: str, part: RunPart) -> None:
    """Lines of time, value and step."""
    points: dict[int, tuple[float, int]] = {}
    for line, written in enumerate(text.split("\n"), 1):
        cells = written.split()
        value = any_number(cells[1]) if len(cells) >= 2 else None
        if value is not None:
            step = int(cells[2]) if len(cells) > 2 and cells[2].lstrip("-").isdigit() else 0
            points[step] = (value, line)
    if points:
        steps = sorted(points)
        part.curves.append(
            Curve(
                name,
                "step",
                steps,
                [points[one][0] for one in steps],
                Evidence(path, "output", points[steps[0]][1]),
                [points[one][1] for one in steps],
            )
        )
