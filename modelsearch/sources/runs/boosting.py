"""CatBoost's folder: ``catboost_info/catboost_training.json`` with every iteration's results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs.columns import any_number, number
from modelsearch.sources.runs.configs import add_settings, flat, read_json
from modelsearch.sources.runs.opening import Folder

KIND = "catboost"
_MAX_BYTES = 64_000_000


def recognise(path: str) -> str | None:
    """Return the folder of the run."""
    place = place_of(path)
    return place.folder if place.name == "catboost_training.json" else None


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return the curves of each result on the training and the test sets."""
    path = paths[0]
    data = read_json(folder.text(path, _MAX_BYTES))
    meta = data.get("meta") if isinstance(data, dict) else None
    rows = data.get("iterations") if isinstance(data, dict) else None
    if not isinstance(meta, dict) or not isinstance(rows, list):
        raise ReadingError("not a CatBoost training log")
    part = RunPart(run, "CatBoost", 1)
    planned = number(meta.get("iteration_count"))
    settings: dict[str, Scalar] = {"iterations": int(planned)} if planned else {}
    settings |= flat(meta.get("parameters") or {})
    add_settings(part, settings, path)
    for side, split in (("learn", "train"), ("test", "validation")):
        metrics = meta.get(f"{side}_metrics")
        for at, metric in enumerate(metrics if isinstance(metrics, list) else []):
            name = metric.get("name") if isinstance(metric, dict) else None
            points = _points(rows, side, at)
            if isinstance(name, str) and points:
                where = Evidence(path, "output", None, f"iterations.{side}[{at}]")
                part.curves.append(_curve(f"{split}/{name}", points, where))
    last = rows[-1] if rows and isinstance(rows[-1], dict) else {}
    passed = number(last.get("passed_time"))
    part.add("duration_s", passed, Evidence(path, "output", None, "passed_time"))
    done = number(last.get("iteration"))
    if done is not None:
        where = Evidence(path, "output", None, "iteration")
        part.add("steps_done", int(done) + 1, where)
        if planned is not None and done + 1 >= planned:
            part.add("status", "finished", where)
    return RunReading([part])


def _points(rows: list[Any], side: str, at: int) -> dict[int, float]:
    """Return the values of a side's metric by iteration."""
    points: dict[int, float] = {}
    for row in rows:
        values = row.get(side) if isinstance(row, dict) else None
        step = number(row.get("iteration")) if isinstance(row, dict) else None
        value = any_number(values[at]) if isinstance(values, list) and at < len(values) else None
        if step is not None and value is not None:
            points[int(step)] = value
    return points


def _curve(name: str, points: dict[int, float], where: Evidence) -> Curve:
    steps = sorted(points)
    return Curve(name, "step", steps, [points[one] for one in steps], where)
