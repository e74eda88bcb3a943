"""Compare the readers of runs with the trackers' own libraries, point by point, on real logs.

``python -m bench.artefacts.official FOLDER … [--each 8] [--kinds tensorboard wandb mlflow]``

Needed are ``tensorboard``, ``wandb`` up to 0.17 (later ones read their logs by a program of
another language) and ``mlflow-skinny``, in an environment of their own; a kind whose library is not
installed is passed over. From each folder (a clone) at most four logs of a kind are taken. A point
is a value at a step; of values at one step the last counts. Printed are, for each kind, the logs,
the points, settings and facts that agree, and those that do not; logs without a value count for
nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelsearch.sources.runs import mlflow as our_mlflow
from modelsearch.sources.runs import tensorboard as our_tensorboard
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.wandblog import read_log

_TO_A_FOLDER = 4
_MOST_BYTES = 60_000_000
Points = dict[str, dict[int, float]]


@dataclass
class Agreement:
    """What two readings of one log have in common, and what only one of them says."""

    equal: int = 0
    differ: list[str] = field(default_factory=list)

    def points(self, official: Points, ours: Points) -> None:
        """Count the points of all results."""
        for name in sorted(official.keys() | ours.keys()):
            theirs, mine = official.get(name, {}), ours.get(name, {})
            for step in theirs.keys() | mine.keys():
                self.value(f"{name} at {step}", theirs.get(step), mine.get(step))

    def value(self, what: str, official: Any, ours: Any) -> None:
        """Count one value."""
        if _same(official, ours):
            self.equal += 1
        else:
            self.differ.append(f"{what}: official {official!r}, here {ours!r}")


def _same(one: Any, other: Any) -> bool:
    try:
        first, second = float(one), float(other)
    except (TypeError, ValueError):
        return str(one) == str(other)
    return (math.isnan(first) and math.isnan(second)) or math.isclose(first, second, rel_tol=1e-6)


def _curves(parts: Sequence[Any], *, of: Callable[[str], str] = str) -> Points:
    return {
        of(curve.tag): dict(zip(curve.steps, curve.values, strict=True))
        for part in parts
        for curve in part.curves
    }


# ---- TensorBoard ---------------------------------------------------------------------------------


def tensorboard(file: Path) -> Agreement:
    """Compare the scalars of one event file."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    everything = {"scalars": 0, "tensors": 0}
    accumulator = EventAccumulator(str(file), size_guidance=everything)
    accumulator.Reload()
    official: Points = {}
    for tag in accumulator.Tags()["scalars"]:
        official[tag] = {one.step: one.value for one in accumulator.Scalars(tag)}
    for tag in accumulator.Tags()["tensors"]:
        if accumulator.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
            official[tag] = {one.step: make_ndarray(one.tensor_proto).item()
                             for one in accumulator.Tensors(tag)}  # fmt: skip
    reading = our_tensorboard.read(Folder(file.parent), ".", [file.name])
    found = Agreement()
    ours = _curves(reading.parts)
    placeholder = official.get("hp_metric")
    if placeholder is not None and set(placeholder.values()) == {-1.0}:
        official.pop("hp_metric")  # Lightning's placeholder is left out on purpose
    found.points(official, ours)
    return found


# ---- W&B -----------------------------------------------------------------------------------------


def wandb(file: Path) -> Agreement:
    """Compare the history, the settings and the exit of one log."""
    official: Points = {}
    config: dict[str, Any] = {}
    exit_code = None
    for record in _wandb_records(file):
        if record.HasField("history"):
            _history(record.history, official)
        elif record.HasField("run"):
            for one in record.run.config.update:
                config[one.key or ".".join(one.nested_key)] = json.loads(one.value_json)
        elif record.HasField("exit"):
            exit_code = record.exit.exit_code
    with file.open("rb") as opened:
        log = read_log(opened, file.name)
    found = Agreement()
    found.points(official, {n: points for n, points in log.history.items() if n[0] != "_"})
    for name, value in config.items():
        if isinstance(value, int | float | str | bool) and not name.startswith("_"):
            found.value(f"config {name}", value, log.config.get(name))
    found.value("exit code", exit_code, log.exit_code)
    return found


def _wandb_records(file: Path) -> Iterator[Any]:
    """Yield the records of a log as the library's own classes; a last one cut off ends it."""
    from wandb.proto import wandb_internal_pb2
    from wandb.sdk.internal.datastore import DataStore

    store = DataStore()
    store.open_for_scan(str(file))
    while (data := _scanned(store)) is not None:
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        yield record


def _history(history: Any, official: Points) -> None:
    items = {one.key or ".".join(one.nested_key): json.loads(one.value_json)
             for one in history.item}  # fmt: skip
    step = items.get("_step", history.step.num)
    for name, value in items.items():
        known = None if isinstance(value, bool | dict | list) or name[0] == "_" else _number(value)
        if known is not None:
            official.setdefault(name, {})[int(step)] = known


def _scanned(store: Any) -> bytes | None:
    """Return the next record; a last one that was cut off ends the log."""
    try:
        data: bytes | None = store.scan_data()
    except AssertionError:
        return None
    return data


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


# ---- MLflow --------------------------------------------------------------------------------------


def mlflow(file: Path) -> Agreement:
    """Compare one run folder: parameters, every point of every result, name, status, times."""
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    from mlflow.store.tracking.file_store import FileStore

    folder = file.parent
    store = FileStore(str(folder.parent.parent))
    run = store.get_run(folder.name)
    paths = [str(one.relative_to(folder.parent)) for one in folder.rglob("*") if one.is_file()]
    known = [path for path in paths if our_mlflow.recognise(f"mlruns/0/{path}") is not None]
    reading = our_mlflow.read(Folder(folder.parent), folder.name, sorted(known))
    part = reading.parts[0]
    found = Agreement()
    official: Points = {}
    for name in run.data.metrics:
        history = store.get_metric_history(folder.name, name)
        official[name] = {one.step: one.value for one in history}
    found.points(official, _curves([part]))
    settings = {one.name: one.value for one in part.settings}
    for name, value in run.data.params.items():
        found.value(f"param {name}", value, settings.get(name))
    facts = {name: fact.value for name, fact in part.facts.items()}
    found.value("name", run.info.run_name, facts.get("name"))
    found.value("status", run.info.status.lower(), facts.get("status"))
    if run.info.end_time:
        seconds = (run.info.end_time - run.info.start_time) / 1000
        found.value("duration", seconds, facts.get("duration_s"))
    return found


KINDS: Mapping[str, tuple[str, Callable[[Path], Agreement]]] = {
    "tensorboard": ("*tfevents*", tensorboard),
    "wandb": ("run-*.wandb", wandb),
    "mlflow": ("meta.yaml", mlflow),
}


def logs(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the first logs of a kind below a folder."""
    count = 0
    for file in sorted(folder.rglob(pattern)):
        run = (file.parent / "metrics").is_dir() or pattern != "meta.yaml"
        if not file.is_symlink() and run and 0 < file.stat().st_size < _MOST_BYTES:
            yield file
            count += 1
            if count == _TO_A_FOLDER:
                return


def main() -> None:
    """Compare some logs of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--each", type=int, default=8, help="logs of each kind")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    options = parser.parse_args()
    for kind in options.kinds:
        pattern, compare = KINDS[kind]
        taken = (file for folder in options.folders for file in logs(folder, pattern))
        done = equal = 0
        differ: list[str] = []
        for file in taken:
            try:
                found = compare(file)
            except ImportError as error:
                print(f"{kind}: {error}")
                break
            except Exception as error:  # a log that the library itself does not read
                print(f"  {kind} {file}: {type(error).__name__} of the library", flush=True)
                continue
            done += bool(found.equal or found.differ)
            equal += found.equal
            differ += [f"{file.name} {one}" for one in found.differ]
            print(f"  {kind} {file.parent.name}/{file.name}: {found.equal} equal, "
                  f"{len(found.differ)} not", flush=True)  # fmt: skip
            if done == options.each:
                break
        print(f"{kind}: {done} logs, {equal} values equal, {len(differ)} not", flush=True)
        print("\n".join(differ[:12]))


if __name__ == "__main__":
    main()
