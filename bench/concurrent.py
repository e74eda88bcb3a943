"""Four readers ask while an index run writes: latencies alone and during the run.

Usage: python -m bench.concurrent [--copies 12] [--readers 4] [--encoder default]

The fixtures are laid out several times over and indexed; then every script is changed and the
folder indexed again while reader processes ask from the same file. Errors are counted, and
answers that hold another number of results than they say.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.store.database import open_for_reading

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = (
    "unet models created in March 2025",
    "flowers drawn from noise",
    "how many models use Adam",
    "latent diffusion with a VAE, batch size over 64, not on MNIST",
    "gradient clipping",
    "seq2seq models without attention",
)


def ask_until(db: Path, stop: Any, results: Any) -> None:
    """Ask the questions in turn until ``stop``; hand over seconds, errors and torn answers."""
    connection = open_for_reading(db)
    seconds: list[float] = []
    errors: list[str] = []
    turn = 0
    while not stop.is_set():
        started = time.perf_counter()
        try:
            found = answer(connection, QUESTIONS[turn % len(QUESTIONS)], QueryOptions(limit=0))
            if found.total != len(found.results):
                errors.append(f"torn: {found.total} are {len(found.results)}")
        except Exception as error:  # whatever it is, it counts
            errors.append(repr(error))
        seconds.append(time.perf_counter() - started)
        turn += 1
    results.put((seconds[len(QUESTIONS) :], errors))  # the first round loads the encoder


def measure(
    db: Path, readers: int, work: list[str] | float
) -> tuple[list[float], list[str], float]:
    """Let ``readers`` ask while a command runs (or for some seconds)."""
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    processes = [
        context.Process(target=ask_until, args=(db, stop, results)) for _ in range(readers)
    ]
    for process in processes:
        process.start()
    time.sleep(4)  # they import and warm up
    started = time.perf_counter()
    if isinstance(work, list):
        subprocess.run(work, check=True, capture_output=True)
    else:
        time.sleep(work)
    taken = time.perf_counter() - started
    stop.set()
    gathered = [results.get() for _ in processes]
    for process in processes:
        process.join()
    seconds = [value for times, _ in gathered for value in times]
    return seconds, [error for _, errors in gathered for error in errors], taken


def report(name: str, seconds: list[float], errors: list[str], taken: float) -> str:
    """Return one line: answers, errors, percentiles in ms."""
    cuts = statistics.quantiles(seconds, n=100)
    marks = "  ".join(f"p{mark} {cuts[mark - 1] * 1000:.0f}" for mark in (50, 95, 99))
    return f"{name:28} {len(seconds):6} answers in {taken:.1f} s, {len(errors)} errors; ms: {marks}"


def main() -> None:
    """Lay out, index, ask alone, ask during a run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=12)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--encoder", default="default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models, db = Path(folder) / "models", Path(folder) / "models.db"
        subprocess.run(
            [sys.executable, ROOT / "fixtures" / "lay_out.py", models / "copy0"],
            check=True,
            capture_output=True,
        )
        for number in range(1, options.copies):
            shutil.copytree(models / "copy0", models / f"copy{number}")
        index = [
            sys.executable,
            "-m",
            "modelsearch",
            "index",
            str(models),
            "--db",
            str(db),
            "--encoder",
            options.encoder,
        ]
        subprocess.run(index, check=True, capture_output=True)
        print(report("nobody writes", *measure(db, options.readers, 10.0)), flush=True)
        for script in models.rglob("*.py"):
            script.write_text(script.read_text(encoding="utf-8", errors="replace") + "\n# again\n")
        seconds, errors, taken = measure(db, options.readers, index)
        print(report("an index run writes", seconds, errors, taken))
        for error in errors[:5]:
            print(" ", error)


if __name__ == "__main__":
    main()
