"""Trackers that keep their runs in SQLite: MLflow's ``mlflow.db``, Optuna's studies, Aim's index.

A database is opened read-only and taken as it stands; what other programs keep in one is left
alone. Of Aim only names and dates are in SQLite; its results lie in a store of its own.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import apsw

from modelsearch.records.artefacts import Evidence, Metric, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs import trackio
from modelsearch.sources.runs.configs import add_settings, number_or_text
from modelsearch.sources.runs.mlflow import tell, times
from modelsearch.sources.runs.opened_database import opened_database
from modelsearch.sources.runs.opening import Folder
from modelsearch.vocabulary.runs import state_of

KIND = "trackerdb"
_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3"})
_MAX_BYTES = 4_000_000_000
_MAX_RUNS = 100_000
_EVERY, _MOST_STEPS = 100_000, 2_000_000_000  #: steps of SQLite's machine
_LONGEST_VALUE = 16_000_000  #: bytes of one text
_MAX_POINTS = 5_000_000
#: The numbers that older studies have for states; 4 is that of trials which wait to begin.
_TRIALS = {0: "RUNNING", 1: "COMPLETE", 2: "PRUNED", 3: "FAIL"}


def recognise(path: str) -> str | None:
    """Return the path of what may be a tracker's database."""
    return path if place_of(path).suffix.lower() in _SUFFIXES else None


def read(folder: Folder, _run: str, paths: Sequence[str]) -> RunReading:
    """Return the runs of a tracker's database."""
    path = paths[0]
    if folder.head(path, 16) != b"SQLite format 3\0":
        return RunReading()
    if folder.size(path) > _MAX_BYTES:
        raise ReadingError(f"larger than {_MAX_BYTES // 1_000_000_000} GB")
    with _opened(folder, path) as connection:
        tables = {
            str(name)
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        for needed, reader in _READERS:
            if needed <= tables:
                return reader(connection, path)
    return RunReading()


@contextlib.contextmanager
def _opened(folder: Folder, path: str) -> Iterator[apsw.Connection]:
    """Open a stranger's database: nothing in it is trusted, and its work is bounded."""
    steps = 0

    def tick() -> bool:
        nonlocal steps
        steps += _EVERY
        return steps > _MOST_STEPS

    try:
        with folder.open(path) as file, opened_database(file) as connection:
            connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
            connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
            connection.config(apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0)
            connection.limit(apsw.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
            connection.set_progress_handler(tick, _EVERY)
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except apsw.InterruptError as error:
        raise ReadingError("reading it would take too long") from error
    except apsw.Error as error:
        raise ReadingError(f"damaged ({error})") from error


# ---- MLflow --------------------------------------------------------------------------------------


def _mlflow(connection: apsw.Connection, path: str) -> RunReading:
    parts: dict[str, RunPart] = {}

    def where(table: str, run: str) -> Evidence:
        return Evidence(path, "output", None, f"{table} of {run}")

    for run, name, status, started, ended, source, commit, experiment in connection.execute(
        f"SELECT r.run_uuid, r.name, r.status, r.start_time, r.end_time, r.source_name, "
        f"r.source_version, e.name FROM runs r LEFT JOIN experiments e "
        f"ON e.experiment_id = r.experiment_id WHERE coalesce(r.lifecycle_stage, '') <> 'deleted' "
        f"ORDER BY r.start_time LIMIT {_MAX_RUNS}"
    ):
        part = parts[run] = RunPart(path, "MLflow", 1, native_id=run)
        tell(part, "program", source, where("runs", run))
        tell(part, "commit_hash", commit, where("runs", run))
        part.add("status", state_of(status), where("runs", run))
        part.add("experiment", experiment, where("experiments", run))
        times(part, started, ended, path)
        tell(part, "name", name, where("runs", run))
    _mlflow_tags(connection, parts, where)
    settings: dict[str, dict[str, Scalar]] = {}
    for run, key, value in connection.execute("SELECT run_uuid, key, value FROM params"):
        settings.setdefault(run, {})[key] = number_or_text(str(value))
    for run, its in settings.items():
        if run in parts:
            add_settings(parts[run], its, path)
    _mlflow_metrics(connection, parts, where)
    return RunReading(list(parts.values()))


def _mlflow_tags(
    connection: apsw.Connection, parts: dict[str, RunPart], where: Callable[[str, str], Evidence]
) -> None:
    columns = {
        "mlflow.runName": "name",
        "mlflow.parentRunId": "parent",
        "mlflow.source.name": "program",
        "mlflow.source.git.commit": "commit_hash",
    }
    for run, key, value in connection.execute(
        "SELECT run_uuid, key, value FROM tags WHERE key LIKE 'mlflow.%'"
    ):
        if run in parts and key in columns:
            tell(parts[run], columns[key], value, where("tags", run))


def _mlflow_metrics(
    connection: apsw.Connection, parts: dict[str, RunPart], where: Callable[[str, str], Evidence]
) -> None:
    points: dict[tuple[str, str], dict[int, float]] = {}
    for run, key, step, value, is_nan in connection.execute(
        f"SELECT run_uuid, key, step, value, is_nan FROM metrics ORDER BY timestamp "
        f"LIMIT {_MAX_POINTS}"
    ):
        found = float("nan") if is_nan else value
        points.setdefault((run, key), {})[int(step or 0)] = found
    for (run, key), series in points.items():
        if run in parts:
            steps = sorted(series)
            parts[run].curves.append(
                Curve(key, "step", steps, [series[one] for one in steps], where(key, run))
            )


# ---- Optuna --------------------------------------------------------------------------------------


def _optuna(connection: apsw.Connection, path: str) -> RunReading:
    """A run for each trial; its settings were all varied."""
    directions = dict(
        connection.execute("SELECT study_id, direction FROM study_directions WHERE objective = 0")
    )
    names = dict(connection.execute("SELECT study_id, study_name FROM studies"))
    columns = {row[1] for row in connection.execute("PRAGMA table_info(trial_values)")}
    number = "objective" if "objective" in columns else "0"
    values: dict[int, float] = dict(
        connection.execute(
            f"SELECT trial_id, value FROM trial_values WHERE {number} = 0 AND value IS NOT NULL"
        )
    )
    settings = _optuna_settings(connection)
    curves = _optuna_curves(connection)
    reading = RunReading()
    for trial, at, study, state, started, ended in connection.execute(
        f"SELECT trial_id, number, study_id, state, datetime_start, datetime_complete FROM trials "
        f"ORDER BY trial_id LIMIT {_MAX_RUNS}"
    ):
        where = Evidence(path, "output", None, f"trial {at} of {names.get(study)}")
        part = RunPart(path, "Optuna", 1, native_id=f"{names.get(study)} trial {at}")
        part.add("experiment", names.get(study), where)
        status = state_of(_TRIALS.get(state, state))
        part.add("status", status, where)
        _span(part, started, ended, where)
        its = settings.get(trial, {})
        add_settings(part, its, path, swept=its)
        higher = {"MAXIMIZE": True, "MINIMIZE": False, 2: True, 1: False}.get(directions.get(study))
        if trial in values and status == "finished":
            part.results.append(Metric("objective", values[trial], where, None, None, None, higher))
        if trial in curves:
            steps = sorted(curves[trial])
            part.curves.append(
                Curve(
                    "intermediate value",
                    "step",
                    steps,
                    [curves[trial][one] for one in steps],
                    where,
                )
            )
        reading.parts.append(part)
    return reading


def _optuna_settings(connection: apsw.Connection) -> dict[int, dict[str, Scalar]]:
    """Return the parameters of each trial; categorical ones stand as the place in a list."""
    found: dict[int, dict[str, Scalar]] = {}
    for trial, name, value, written in connection.execute(
        "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params"
    ):
        found.setdefault(trial, {})[name] = _chosen(value, written)
    return found


def _chosen(value: float, written: str) -> Scalar:
    try:
        kind = json.loads(written)
        attributes = kind["attributes"]
    except (ValueError, KeyError, TypeError):
        return value
    if kind.get("name") == "CategoricalDistribution":
        choices: Any = attributes.get("choices")
        if isinstance(choices, list) and 0 <= int(value) < len(choices):
            chosen = choices[int(value)]
            return chosen if isinstance(chosen, str | int | float | bool) else str(chosen)
    return int(value) if str(kind.get("name", "")).startswith("Int") else value


def _optuna_curves(connection: apsw.Connection) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {}
    with contextlib.suppress(apsw.SQLError):
        for trial, step, value in connection.execute(
            "SELECT trial_id, step, intermediate_value FROM trial_intermediate_values "
            "WHERE intermediate_value IS NOT NULL"
        ):
            found.setdefault(trial, {})[int(step)] = value
    return found


def _span(part: RunPart, started: object, ended: object, where: Evidence) -> None:
    from datetime import datetime

    moments = []
    for column, value in (("started_at", started), ("ended_at", ended)):
        if not isinstance(value, str):
            return
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return
        part.add(column, moment.isoformat(timespec="seconds"), where)
        moments.append(moment)
    part.add("duration_s", (moments[1] - moments[0]).total_seconds(), where)


# ---- Aim -----------------------------------------------------------------------------------------


def _aim(connection: apsw.Connection, path: str) -> RunReading:
    reading = RunReading(notes=[f"{path}: Aim keeps results in a store that is not read"])
    for run, name, experiment, created, finalised in connection.execute(
        "SELECT r.hash, r.name, e.name, r.created_at, r.finalized_at FROM run r "
        f"LEFT JOIN experiment e ON e.id = r.experiment_id LIMIT {_MAX_RUNS}"
    ):
        where = Evidence(path, "output", None, f"run {run}")
        part = RunPart(path, "Aim", 1, native_id=run)
        part.add("name", name, where)
        part.add("experiment", experiment, where)
        _span(part, created, finalised, where)
        reading.parts.append(part)
    return reading


#: Readers by the tables that they need.
_READERS: tuple[tuple[frozenset[str], Callable[[apsw.Connection, str], RunReading]], ...] = (
    (frozenset({"experiments", "runs", "metrics", "params", "tags"}), _mlflow),
    (frozenset({"studies", "trials", "trial_params", "trial_values", "study_directions"}), _optuna),
    (frozenset({"run", "experiment", "run_tag"}), _aim),
    (trackio.NEEDED, trackio.read_runs),
)
