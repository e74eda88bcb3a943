"""Trackio's databases: a row of JSON for each step that was logged, and one for the settings of
each run.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import apsw

from modelsearch.records.artefacts import Evidence
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs.columns import any_number
from modelsearch.sources.runs.configs import add_settings, flat

NEEDED = frozenset({"metrics", "configs"})
_MAX_ROWS = 2_000_000
_MAX_RUNS = 20_000


def read_runs(connection: apsw.Connection, path: str) -> RunReading:
    """Return the runs of one project, which the file is named after."""
    points: dict[str, dict[str, dict[int, float]]] = {}
    for name, step, written in connection.execute(
        f"SELECT run_name, step, metrics FROM metrics ORDER BY id LIMIT {_MAX_ROWS}"
    ):
        if str(name) not in points and len(points) >= _MAX_RUNS:
            continue
        its = points.setdefault(str(name), {})
        for tag, value in _mapping(written).items():
            found = any_number(value)
            if found is not None and not tag.startswith("_"):
                its.setdefault(tag, {})[int(step)] = found
    parts = {name: _part(path, name, its) for name, its in points.items()}
    for name, written, created in connection.execute(
        f"SELECT run_name, config, created_at FROM configs LIMIT {_MAX_RUNS}"
    ):
        part = parts.setdefault(str(name), _part(path, str(name), {}))
        settings = {
            key: value for key, value in flat(_mapping(written)).items() if not key.startswith("_")
        }
        add_settings(part, settings, path)
        if isinstance(created, str) and len(created) >= 19:
            part.add("started_at", created, Evidence(path, "output", None, f"configs of {name}"))
    return RunReading(list(parts.values()))


def _part(path: str, name: str, points: dict[str, dict[int, float]]) -> RunPart:
    part = RunPart(path, "trackio", 1, native_id=name)
    part.add("name", name, Evidence(path, "output", None, f"metrics of {name}"))
    part.add("experiment", PurePosixPath(path).stem, Evidence(path, "name"))
    for tag, series in points.items():
        steps = sorted(series)
        where = Evidence(path, "output", None, f"{tag} of {name}")
        part.curves.append(Curve(tag, "step", steps, [series[one] for one in steps], where))
    return part


def _mapping(written: object) -> dict[str, Any]:
    try:
        data = json.loads(str(written))
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
