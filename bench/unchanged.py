"""An index run over a folder in which nothing changed, as a ratio to a bare walk of it.

    python -m bench.unchanged --count 10000 --work FOLDER [--kinds runs scripts pictures] [--jobs 2]

Writes so many run folders (a table of results and a file of settings each), small training scripts
and pictures, a hundred to a folder, and indexes them. Then it measures, in turn and in this one
process: the bare walk (``os.scandir`` of every folder and ``stat`` of every file), the index run,
and the walk that also reads every file. Printed are the medians of some rounds in processor
seconds of this process and its children, which other programs of the machine do not lengthen.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from bench.reindex import run as index_once
from bench.reindex import script

KINDS = ("runs", "scripts", "pictures")
_TO_A_FOLDER = 100


def write_runs(folder: Path, count: int) -> None:
    """Write run folders as a trainer leaves them: settings, and a result for each epoch."""
    for number in range(count):
        place = folder / f"group{number // _TO_A_FOLDER:04}" / f"exp{number}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "args.yaml").write_text(
            f"lr0: 0.0{number % 9 + 1}\nbatch: {2 ** (number % 8)}\nepochs: 5\nseed: {number}\n"
        )
        rows = (
            f"{epoch},{1 / (epoch + 1 + number % 7):.4f},{0.5 + epoch / (11 + number % 5):.4f}"
            for epoch in range(5)
        )
        (place / "results.csv").write_text("\n".join(["epoch,loss,accuracy", *rows]) + "\n")


def write_scripts(folder: Path, count: int) -> None:
    """Write small training scripts."""
    for number in range(count):
        place = folder / f"group{number // _TO_A_FOLDER:04}" / f"experiment_{number}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(script(number, 0))


def write_pictures(folder: Path, count: int) -> None:
    """Write small pictures, named by their epochs."""
    for number in range(count):
        place = folder / f"group{number // _TO_A_FOLDER:04}" / f"samples_epoch_{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        colour = (number % 256, number // 256 % 256, 77)
        Image.new("RGB", (8, 8), colour).save(place)


WRITERS = {"runs": write_runs, "scripts": write_scripts, "pictures": write_pictures}


def bare_walk(folder: Path) -> int:
    """Look into every folder below one and at the state of every file; return their number."""
    files, waiting = 0, [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as inside:
            for entry in inside:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    entry.stat()
                    files += 1
    return files


def reading_walk(folder: Path) -> int:
    """The bare walk, and every file's bytes; return how many bytes there are."""
    read, waiting = 0, [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as inside:
            for entry in inside:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    entry.stat()
                    read += len(Path(entry.path).read_bytes())
    return read


def busy(work: Callable[[], object]) -> float:
    """Return the processor seconds that something takes."""
    before = os.times()
    work()
    after = os.times()
    return sum(after[:4]) - sum(before[:4])


def measure(kind: str, options: argparse.Namespace) -> None:
    """Write and index things of one kind, and print how an unchanged run compares to a walk."""
    folder, database = options.work / kind, options.work / f"{kind}.db"
    if not folder.exists():
        WRITERS[kind](folder, options.count)
        time.sleep(2.1)  # files that were just written are not trusted by their times
    if not database.exists():
        seconds, processor, _ = index_once(folder, database, "none", options.jobs)
        rate = options.count / processor
        print(
            f"{kind}: first {seconds:.1f} s, {processor:.1f} processor s, "
            f"{rate:.0f} a processor second",
            flush=True,
        )
    times: dict[str, list[float]] = {"walk": [], "index": [], "reading walk": []}
    for _ in range(options.rounds):
        times["walk"].append(busy(lambda: bare_walk(folder)))
        times["index"].append(busy(lambda: index_once(folder, database, "none", options.jobs)))
        times["reading walk"].append(busy(lambda: reading_walk(folder)))
    walk, again, reading = (statistics.median(taken) for taken in times.values())
    print(
        f"{kind}: unchanged {again:.3f} processor s, bare walk {walk:.3f}, ratio "
        f"{again / walk:.1f} (walk that reads the files {reading:.3f}, ratio "
        f"{again / reading:.1f})",
        flush=True,
    )


def main() -> None:
    """Measure the kinds that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--work", type=Path, default=Path("build/unchanged"))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    for kind in options.kinds:
        measure(kind, options)


if __name__ == "__main__":
    main()
