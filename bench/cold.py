"""Whole processes from a cold start, as ratios to `python -c pass` in the same run.

Usage: python -m bench.cold [--runs N] [--models 10000] [--db FILE]

Lays out and indexes the fixtures in a temporary folder, and multiplies them to a larger catalogue
(or takes one from --db). Then runs each command in turn, N times round, so that a noisy machine is
noisy for all of them. Wall time says what a person waits for, processor time what the program
costs however busy the machine is. Files are in the page cache, bytecode is compiled, as after an
installation.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import apsw

import modelsearch
from modelsearch.index.maintenance import refresh_derived
from modelsearch.store.database import close_after_writing, fetch_all, open_for_writing

ROOT = Path(__file__).resolve().parent.parent
MODELSEARCH = (sys.executable, "-m", "modelsearch")
_STRIDE = 100_000  #: between the row ids of one multiple of the fixtures and the next
#: Tables whose rows belong to a model, and their columns that hold row ids.
_OF_MODEL = {
    "model": ("id",),
    "passage": ("id", "model"),
    "embedding": ("passage", "model"),
    "model_term": ("model",),
    "training_stage": ("model",),
    "hyperparameter": ("id", "model"),
    "layer_fact": ("id", "model"),
    "metric": ("id", "model"),
}
_CHANGED = {
    "model_id": "model_id || '_{n}'",
    "path": "'multiple{n}/' || path",
    "content_hash": "CAST(content_hash || '{n}' AS BLOB)",
}


@dataclass
class Timed:
    """Wall and processor seconds of each run of one command."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def questions(db: Path, place: str) -> dict[str, tuple[str, ...]]:
    """Return the questions that are timed on one database, by name."""
    query = (*MODELSEARCH, "query", "--db", str(db))
    return {
        f"{place}: filters only": (*query, "unet models created in March 2025"),
        f"{place}: filters only, json": (
            *query,
            "unet models created in March 2025",
            "--format",
            "json",
        ),
        f"{place}: words, keywords only": (*query, "gloomy weather noise", "--encoder", "none"),
        f"{place}: words and vectors": (*query, "flowers drawn from noise"),
        f"{place}: filter, words and vectors": (*query, "unet on flowers that predicts noise"),
    }


def multiply(source: Path, target: Path, models: int) -> None:
    """Write a catalogue of ``models`` models: rows of ``source`` over and over, under new ids."""
    target.write_bytes(source.read_bytes())
    connection = open_for_writing(target)
    (count,) = fetch_all(connection, "SELECT count(*) FROM model")[0]
    with connection:
        for number in range(1, -(-models // count)):
            for table, keys in _OF_MODEL.items():
                _multiply_table(connection, table, keys, number)
        connection.execute(
            "DELETE FROM model WHERE id IN (SELECT id FROM model ORDER BY id DESC LIMIT "
            "(SELECT max(0, count(*) - ?) FROM model))",
            (models,),
        )
    refresh_derived(connection)
    close_after_writing(connection)


def _multiply_table(
    connection: apsw.Connection, table: str, keys: tuple[str, ...], number: int
) -> None:
    columns = [row[1] for row in fetch_all(connection, f"PRAGMA table_info({table})")]
    values = [
        f"{name} + {number * _STRIDE}"
        if name in keys
        else _CHANGED[name].format(n=number)
        if table == "model" and name in _CHANGED
        else name
        for name in columns
    ]
    first = keys[0]
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} "
        f"WHERE {first} < {_STRIDE}"
    )


def measure(commands: dict[str, tuple[str, ...]], runs: int) -> dict[str, Timed]:
    """Run every command ``runs`` times, in turn."""
    timed = {name: Timed() for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
            if turn:  # the first round warms the file cache
                timed[name].wall.append(wall)
                timed[name].processor.append(used.ru_utime + used.ru_stime)
    return timed


def report(timed: dict[str, Timed]) -> str:
    """Return the table; ratios are of medians to the first command's."""
    base = next(iter(timed.values()))
    wall, processor = statistics.median(base.wall), statistics.median(base.processor)
    lines = [
        f"{'':38} {'wall ms':>8} {'min-max':>11} {'ratio':>6} {'cpu ms':>7} {'min-max':>9} "
        f"{'ratio':>6}"
    ]
    for name, one in timed.items():
        waited, used = statistics.median(one.wall), statistics.median(one.processor)
        lines.append(
            f"{name:38} {waited * 1000:8.0f} {_span(one.wall):>11} {waited / wall:6.1f} "
            f"{used * 1000:7.0f} {_span(one.processor):>9} {used / processor:6.1f}"
        )
    return "\n".join(lines)


def _span(seconds: list[float]) -> str:
    return f"{min(seconds) * 1000:.0f}-{max(seconds) * 1000:.0f}"


def main() -> None:
    """Lay out, index, multiply, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--db", type=Path, help="a larger catalogue that is there already")
    options = parser.parse_args()
    compileall.compile_dir(str(Path(modelsearch.__file__).parent), quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        models, db = Path(folder) / "models", Path(folder) / "models.db"
        subprocess.run(
            [sys.executable, ROOT / "fixtures" / "lay_out.py", models],
            check=True,
            capture_output=True,
        )
        subprocess.run(
            [*MODELSEARCH, "index", str(models), "--db", str(db)], check=True, capture_output=True
        )
        larger = options.db
        if larger is None:
            larger = Path(folder) / "larger.db"
            multiply(db, larger, options.models)
        commands = {
            "python -c pass": (sys.executable, "-c", "pass"),
            "--help": (*MODELSEARCH, "--help"),
            "list datasets": (*MODELSEARCH, "list", "datasets", "--db", str(db)),
            "show one": (*MODELSEARCH, "show", "Generative-Oxford-102-Flower_v1", "--db", str(db)),
            "images of one": (
                *MODELSEARCH,
                "images",
                "Generative-Oxford-102-Flower_v1",
                "--db",
                str(db),
            ),
            "compare two": (
                *MODELSEARCH,
                "compare",
                "Generative-Oxford-102-Flower_v1",
                "Generative-Oxford-102-Flower_v2",
                "--db",
                str(db),
            ),
            **questions(db, "fixtures"),
            **questions(larger, f"{options.models:,} models" if not options.db else larger.stem),
        }
        print(report(measure(commands, options.runs)))


if __name__ == "__main__":
    main()
