"""Weights & Biases' folders: settings, summary, environment, and the whole history of the log.

Of the environment what a run ran on and was started by is kept; names of people and machines are
left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import Evidence, Fact, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs.bars import unreached
from modelsearch.sources.runs.columns import (
    EPOCHS,
    STEPS,
    any_number,
    number,
    plain,
    result,
    run_columns,
)
from modelsearch.sources.runs.configs import add_settings, flat, read_json, read_yaml
from modelsearch.sources.runs.logs import flat_results
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.series import stated
from modelsearch.sources.runs.wandblog import Log, read_log
from modelsearch.vocabulary.runs import ended_with

KIND = "wandb"
_RUN = re.compile(
    r"(?P<run>(?:.*/)?(?:(?:offline-)?run-\d{8}_\d{6}-(?P<id>[\w-]+)|latest-run))/"
    r"(?:run-[\w-]+\.wandb|files/(?:config\.yaml|wandb-summary\.json|wandb-metadata\.json))$"
)
_LOG = re.compile(r"/run-(?P<id>[\w-]+)\.wandb$")
_STARTED = re.compile(r"run-(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)-")
_MAX_BYTES = 16_000_000
_KEYBOARD = 255  #: the exit code that W&B writes after Ctrl-C
_INNER = ("_wandb", "wandb_version")


def recognise(path: str) -> str | None:
    """Return the folder of the run that a file belongs to."""
    found = _RUN.match(path)
    return found["run"] if found else None


def copies(files: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the folders ``latest-run`` that are copies of a run's folder beside them (a link to it
    that was copied as a folder); ``files`` are those of each run's folder.
    """
    ids = {found["id"] for run in files if (found := _RUN.match(f"{run}/files/config.yaml"))}
    return [
        run
        for run, paths in files.items()
        if PurePosixPath(run).name == "latest-run"
        and any((own := _LOG.search(path)) and own["id"] in ids for path in paths)
    ]


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return one run of W&B's folder."""
    part = RunPart(run, "W&B", 1)
    reading = RunReading([part])
    by_name = {PurePosixPath(path).name: path for path in paths}
    log = _log(folder, by_name, reading)
    settings = _settings(folder, by_name.get("config.yaml")) or log.config
    source = by_name.get("config.yaml") or log.path
    add_settings(part, settings, source)
    _metadata(part, _json(folder, by_name.get("wandb-metadata.json")), by_name)
    _history(part, log)
    _summary(part, folder, by_name.get("wandb-summary.json"), log)
    _run(part, log, run)
    _planned(part, folder, f"{run}/files/output.log")
    return reading


def _planned(part: RunPart, folder: Folder, path: str) -> None:
    """How many steps the run was to go, where its output shows that it never got there."""
    try:
        found = unreached(folder.text(path, _MAX_BYTES)) if folder.size(path) else None
    except ReadingError:
        return
    if found is not None:
        total, line = found
        part.steps_planned = Fact(total, Evidence(path, "output", line))


def _log(folder: Folder, by_name: Mapping[str, str], reading: RunReading) -> Log:
    path = next((one for name, one in by_name.items() if name.endswith(".wandb")), None)
    if path is None:
        return Log("")
    try:
        with folder.open(path) as file:
            return read_log(file, path)
    except ReadingError as error:
        reading.notes.append(f"{path}: {error}")
        return Log(path)


def _settings(folder: Folder, path: str | None) -> dict[str, Scalar]:
    """Return the values of ``config.yaml``, which stand under a key ``value`` each."""
    if path is None:
        return {}
    try:
        data = read_yaml(folder.text(path, _MAX_BYTES))
    except ReadingError:
        return {}
    if not isinstance(data, dict):
        return {}
    plain = {
        name: one.get("value") if isinstance(one, dict) and "value" in one else one
        for name, one in data.items()
        if name not in _INNER
    }
    return flat(plain)


def _json(folder: Folder, path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        data = read_json(folder.text(path, _MAX_BYTES))
    except ReadingError:
        return {}
    return data if isinstance(data, dict) else {}


def _metadata(part: RunPart, data: Mapping[str, Any], by_name: Mapping[str, str]) -> None:
    path = by_name.get("wandb-metadata.json", "")

    def where(key: str) -> Evidence:
        return Evidence(path, "output", None, key)

    program = data.get("codePath") or data.get("program")
    if isinstance(program, str) and not program.startswith("<"):
        part.add("program", program, where("codePath" if data.get("codePath") else "program"))
        given = data.get("args")
        if isinstance(given, list) and all(isinstance(one, str) for one in given):
            part.add("command", " ".join([program, *given])[:2000], where("args"))
    started = data.get("startedAt")
    if isinstance(started, str) and started:
        part.add("started_at", _moment(started), where("startedAt"))
    git = data.get("git")
    if isinstance(git, dict) and isinstance(git.get("commit"), str):
        part.add("commit_hash", git["commit"], where("git.commit"))
    gpu = data.get("gpu")
    if isinstance(gpu, str):
        part.add("hardware", gpu, where("gpu"))
    count = number(data.get("gpu_count"))
    part.add("devices", int(count) if count else None, where("gpu_count"))


def _moment(text: str) -> str:
    """A moment in UTC without fractions: W&B writes it without an offset, too."""
    bare = re.sub(r"\.\d+", "", text.strip()).replace("Z", "+00:00")
    return bare if re.search(r"[+-]\d\d:\d\d$", bare) else f"{bare}+00:00"


def _history(part: RunPart, log: Log) -> None:
    for key, points in log.history.items():
        if key.startswith(("_", "system/")):
            continue
        steps = sorted(points)
        where = Evidence(log.path, "output", None, key)
        part.curves.append(Curve(key, "step", steps, [points[one] for one in steps], where))


def _summary(part: RunPart, folder: Folder, path: str | None, log: Log) -> None:
    """The last values. They may be later than the history of a run that was killed, and so may the
    duration: the later one counts.
    """
    logged = round(max(log.history.get("_runtime", {}).values(), default=0.0), 3)
    if logged:
        part.add("duration_s", logged, Evidence(log.path, "output", None, "_runtime"))
    if path is not None:
        try:
            text = folder.text(path, _MAX_BYTES)
            data = json.loads(text)
        except (ReadingError, ValueError):
            return
        lines = text.split("\n")
    else:
        data, lines, path = dict(log.summary), [], log.path
    if not isinstance(data, dict):
        return
    numbers = {key: one for key, one in data.items() if any_number(one) is not None}
    part.results += flat_results(numbers, lines, path)
    part.results += [
        stated(key, value, Evidence(path, "output", None, key))
        for key, one in numbers.items()
        if (value := number(one)) is not None and _is_logged(key) and key not in log.history
    ]
    runtime = data.get("_runtime")
    if (inner := data.get("_wandb")) and isinstance(inner, dict):
        runtime = inner.get("runtime", runtime)
    told = number(runtime)
    if told is not None and told > logged:
        part.facts["duration_s"] = Fact(told, Evidence(path, "output", None, "_runtime"))
    step = number(data.get("_step"))
    if step is not None and step > max(
        (max(one) for one in log.history.values() if one), default=0
    ):
        part.add("steps_done", int(step), Evidence(path, "output", None, "_step"))


def _is_logged(key: str) -> bool:
    """Return whether a key that the vocabulary does not know may be a result: a script logged it,
    and it neither counts nor sets anything.
    """
    return (
        not key.startswith(("_", "system/", "gradients/", "parameters/"))
        and not result(key).known
        and plain(key) not in EPOCHS | STEPS
        and not run_columns({key: 1})
    )


def _run(part: RunPart, log: Log, run: str) -> None:
    where = Evidence(log.path or run, "output", None, "run")
    found = _RUN.match(f"{run}/files/config.yaml")
    part.native_id = found["id"] if found else None
    if part.native_id is None and (own := _LOG.search(log.path)):
        part.native_id = own["id"]
    part.add("name", log.name, where)
    part.add("experiment", log.project, where)
    part.add("parent", log.sweep, where)
    if log.exit_code is not None:
        status = "interrupted" if log.exit_code == _KEYBOARD else ended_with(log.exit_code)
        part.add("status", status, Evidence(log.path, "output", None, "exit_code"))
    started = _STARTED.search(run)
    if started is not None:
        moment = "{}-{}-{}T{}:{}:{}".format(*started.groups())
        part.add("started_at", moment, Evidence(run, "name"))
