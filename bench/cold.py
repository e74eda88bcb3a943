"""Whole processes from a cold start, as ratios to `python -c pass` in the same run.

Usage: python -m bench.cold [--runs N]. Lays out and indexes the fixtures in a temporary folder,
then runs each command in turn, N times round, so that a noisy machine is noisy for all of them.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELSEARCH = (sys.executable, "-m", "modelsearch")


def commands(db: Path) -> dict[str, tuple[str, ...]]:
    """Return the commands that are timed, by name; the first is the measure of the others."""
    query = (*MODELSEARCH, "query", "--db", str(db))
    return {
        "python -c pass": (sys.executable, "-c", "pass"),
        "--help": (*MODELSEARCH, "--help"),
        "list datasets": (*MODELSEARCH, "list", "datasets", "--db", str(db)),
        "query, filters only": (*query, "unet models created in March 2025"),
        "query, filters only, json": (*query, "unet models", "--format", "json"),
        "query, words, keywords only": (*query, "gradient clipping", "--encoder", "none"),
        "query, words and vectors": (*query, "flowers drawn from noise with gradient clipping"),
        "compare by ids": (
            *MODELSEARCH, "compare", "Generative-Oxford-102-Flower_v1",
            "Generative-Oxford-102-Flower_v2", "--db", str(db),
        ),
    }  # fmt: skip


def measure(db: Path, runs: int) -> dict[str, list[float]]:
    """Run every command ``runs`` times, in turn; return the seconds of each run."""
    todo = commands(db)
    seconds: dict[str, list[float]] = {name: [] for name in todo}
    for turn in range(runs + 1):
        for name, command in todo.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            if turn:  # the first round warms the file cache
                seconds[name].append(time.perf_counter() - started)
    return seconds


def main() -> None:
    """Lay out, index, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models, db = Path(folder) / "models", Path(folder) / "models.db"
        subprocess.run([sys.executable, ROOT / "fixtures" / "lay_out.py", models], check=True,
                       capture_output=True)  # fmt: skip
        subprocess.run([*MODELSEARCH, "index", str(models), "--db", str(db)], check=True,
                       capture_output=True)  # fmt: skip
        seconds = measure(db, options.runs)
    base = statistics.median(seconds["python -c pass"])
    print(f"{'command':32} {'median ms':>9} {'min':>6} {'max':>6}  {'ratio to python -c pass':>10}")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(
            f"{name:32} {median * 1000:9.0f} {min(values) * 1000:6.0f} {max(values) * 1000:6.0f}"
            f"  {median / base:10.1f}"
        )


if __name__ == "__main__":
    main()
