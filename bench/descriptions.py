"""Models found by description: questions in other words than their scripts and READMEs use.

Usage: python -m bench.descriptions --repos FOLDER [--db FILE] [--python OTHER] [--show]

`bench/descriptions.json` holds the questions and, by hand, the scripts or folders of public
repositories that answer each; FOLDER holds their checkouts, each named owner+name. They are copied
without large files, indexed as one catalogue, and every question is asked: recall@10 is the share
of a question's answers among the paths of the first ten results, and the table says where the first
of them stands. With --python the interpreter of another version's environment indexes and asks.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_FIRST = 10
_LARGEST = 1_000_000  #: bytes of a file that is copied
_LABELS = Path(__file__).with_suffix(".json")


def copy(repositories: Path, names: set[str], place: Path) -> None:
    """Copy checkouts without their history and without large files."""

    def left_out(folder: str, entries: list[str]) -> list[str]:
        files = {name: Path(folder, name) for name in entries}
        return [
            name
            for name, path in files.items()
            if name == ".git" or (path.is_file() and path.stat().st_size > _LARGEST)
        ]

    for name in sorted(names):
        shutil.copytree(repositories / name, place / name, symlinks=True, ignore=left_out)


def index(python: str, place: Path, database: Path) -> None:
    """Index copied checkouts with one interpreter's modelsearch."""
    command = [python, "-m", "modelsearch", "index", str(place), "--db", str(database)]
    subprocess.run([*command, "--no-images"], check=True, cwd=place, env=_environment())


def _environment() -> dict[str, str]:
    """Return an environment in which an interpreter finds its own modelsearch."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def ask(python: str, database: Path, question: str) -> list[str]:
    """Return the paths of the first results, as the command line gives them; none where it asks
    back instead of answering.
    """
    command = [python, "-m", "modelsearch", "query", question, "--db", str(database)]
    done = subprocess.run(
        [*command, "--format", "json", "--limit", str(_FIRST)],
        capture_output=True, text=True, check=False, cwd=database.parent, env=_environment(),
    )  # fmt: skip
    if done.returncode:
        print(f"{question}: {done.stderr.strip()}", file=sys.stderr)
        return []
    return [row["path"] for row in json.loads(done.stdout)["results"]][:_FIRST]


def recall(found: list[str], answers: list[str]) -> float:
    """Return the share of answers, scripts or folders that end in a slash, that were found."""
    hit = [any(path == one or path.startswith(one) for path in found) for one in answers]
    return sum(hit) / len(hit)


def report(labels: list[dict[str, object]], found: list[list[str]]) -> str:
    """Return a line a question and the mean."""
    lines, values = [], []
    for label, paths in zip(labels, found, strict=True):
        answers = [str(one) for one in label["answers"]]  # type: ignore[attr-defined]
        values.append(recall(paths, answers))
        ranks = [n for n, path in enumerate(paths, 1) if recall([path], answers)]
        first = f"#{ranks[0]}" if ranks else "-"
        lines.append(f"{values[-1]:5.2f} {first:>4}  {label['question']}")
    some = sum(1 for value in values if value > 0)
    lines.append(
        f"recall@{_FIRST} {statistics.fmean(values):.3f} over {len(values)} questions; "
        f"{some} found one of their answers"
    )
    return "\n".join(lines)


def main() -> None:
    """Index the repositories of the labels and print how well their descriptions find them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, required=True, help="folder of checkouts")
    parser.add_argument("--db", type=Path, help="ask this database instead of indexing")
    parser.add_argument("--python", default=sys.executable, help="another version's interpreter")
    parser.add_argument("--show", action="store_true", help="print the results themselves")
    options = parser.parse_args()
    labels = json.loads(_LABELS.read_text(encoding="utf-8"))
    names = {answer.split("/")[0] for label in labels for answer in label["answers"]}
    with tempfile.TemporaryDirectory() as folder:
        database = options.db or Path(folder) / "models.db"
        if options.db is None:
            copy(options.repos, names, Path(folder) / "repositories")
            index(options.python, Path(folder) / "repositories", database)
        found = [ask(options.python, database, label["question"]) for label in labels]
    if options.show:
        for label, paths in zip(labels, found, strict=True):
            print(label["question"], *paths, sep="\n    ")
    print(report(labels, found))


if __name__ == "__main__":
    main()
