"""The questions of bench.scale, asked of two work trees in turn, in processor time.

    python -m bench.in_turn OTHER_TREE OTHER.db THIS.db [--rounds 9] [--only CLASSES]

One process of each tree answers; each question is asked of one and then of the other, so that both
have the same share of a busy machine. OTHER.db was made by the other tree (``bench.catalogue``).
Prints by class the median over its questions of each tree's median (and least) milliseconds, and
their ratio: below 1 this tree is quicker. OTHER_TREE needs a virtual environment in ``.venv``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from bench.scale import pictured, questions
from modelsearch.store.database import open_for_reading

#: Runs in either tree: what bench.scale of that tree imports is what it measures.
_ANSWER = """
import json, sys, time
from pathlib import Path
import bench.scale as scale
connection = scale.open_for_reading(Path(sys.argv[1]))
options = getattr(scale, "_OPTIONS", None) or scale.QueryOptions(today=scale.TODAY)
for line in sys.stdin:
    started = time.process_time()
    scale.answer(connection, json.loads(line), options)
    print((time.process_time() - started) * 1e3, flush=True)
"""


class Tree:
    """A process of a work tree that answers questions from one file."""

    def __init__(self, folder: Path, database: Path) -> None:
        python = folder / ".venv" / "bin" / "python"
        self._process = subprocess.Popen(
            [str(python if python.exists() else sys.executable), "-c", _ANSWER, str(database)],
            cwd=folder,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # as a question's process has it
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: str) -> float:
        """Return the processor milliseconds of an answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


def measure(
    trees: list[Tree], mix: list[tuple[str, str]], rounds: int
) -> dict[str, list[list[list[float]]]]:
    """Return the times by class, of each question by tree; a first round is not counted."""
    times = {question: [[] for _ in trees] for _, question in mix}
    for turn in range(rounds + 1):
        for _, question in mix:
            for place in range(len(trees)) if turn % 2 else reversed(range(len(trees))):
                taken = trees[place].ask(question)
                if turn:
                    times[question][place].append(taken)
    found: dict[str, list[list[list[float]]]] = {}
    for kind, question in mix:
        found.setdefault(kind, []).append(times[question])
        found.setdefault("all", []).append(times[question])
    return found


def main() -> None:
    """Ask both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("theirs", type=Path)
    parser.add_argument("ours", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="classes, separated by commas")
    options = parser.parse_args()
    mix = [*questions(), *pictured(open_for_reading(options.ours))]
    only = {name for name in options.only.split(",") if name}
    mix = [pair for pair in mix if not only or pair[0] in only]
    here = Path(__file__).resolve().parents[1]
    trees = [Tree(options.tree, options.theirs), Tree(here, options.ours)]
    print("| class | other, ms | this, ms | ratio | ratio of the least |\n|---|---|---|---|---|")
    for kind, listed in measure(trees, mix, options.rounds).items():
        other, this = (
            statistics.median(statistics.median(one[place]) for one in listed) for place in (0, 1)
        )
        least = [statistics.median(min(one[place]) for one in listed) for place in (0, 1)]
        ratio, of_least = this / other, least[1] / least[0]
        print(f"| {kind} | {other:.2f} | {this:.2f} | {ratio:.2f} | {of_least:.2f} |")


if __name__ == "__main__":
    main()
