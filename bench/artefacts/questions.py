"""Ask questions about the runs of public repositories, whose answers were worked out by hand.

``python -m bench.artefacts.questions --repos FOLDER … [--fresh | --second] [--kept-in FOLDER]``

Right is an answer with just the runs that are stated (``first``: it begins with them, ``any``: with
one of them), with ``total`` of them, or one that says the words of ``said``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.artefacts.__main__ import folder_of, index

LABELS = Path(__file__).parent / "labels"


def main(argv: Sequence[str] | None = None) -> int:
    """Ask all questions; print those that are answered otherwise, and the total."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, nargs="+", required=True)
    parser.add_argument("--kept-in", type=Path, help="keep the databases here and use them again")
    parser.add_argument("--fresh", action="store_true", help="those about the fresh draw")
    parser.add_argument("--second", action="store_true", help="those about the second fresh draw")
    options = parser.parse_args(argv)
    draw = "_fresh" if options.fresh else "_second" if options.second else ""
    questions = LABELS / f"questions{draw}.jsonl"
    asked = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    right = 0
    with tempfile.TemporaryDirectory() as scratch:
        for one in asked:
            database = _database(options.repos, one["repo"], options.kept_in or Path(scratch))
            found = ask(database, one["question"])
            if _right(one, found):
                right += 1
            else:
                print(f"{one['repo']}: {one['question']}\n  stated {_short(one)}\n  got {found}")
    print(f"{right} of {len(asked)} questions answered as by hand")
    return 0


def _database(repos: Sequence[Path], repo: str, kept: Path) -> Path:
    folder = folder_of(repos, repo)
    if folder is None:
        raise SystemExit(f"absent: {repo}")
    database = kept / f"{repo.replace('/', '-')}.db"
    if not database.exists():
        index(folder, database)
    return database


def ask(database: Path, question: str) -> dict[str, Any]:
    """Return the runs of an answer by name, how many there are, and what is said."""
    command = [
        sys.executable,
        "-m",
        "modelsearch",
        "query",
        question,
        "--db",
        str(database),
        "--encoder",
        "none",
        "--format",
        "json",
        "--limit",
        "0",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = json.loads(done.stdout) if done.returncode == 0 else {}
    answer = found.get("answer") or {}
    said = " ".join(map(str, answer.get("said", answer.get("notes", ()))))
    runs = [row["run_id"] for row in answer.get("runs", ())]
    return {"runs": runs, "total": found.get("total"), "said": said or json.dumps(answer)[:2000]}


def _right(one: dict[str, Any], found: dict[str, Any]) -> bool:
    if one.get("said"):
        told = set(found["said"].replace(",", " ").split())
        return all(set(text.replace(",", " ").split()) <= told for text in one["said"])
    if "total" in one:
        return bool(found["total"] == one["total"])
    runs = [_plain(name, one["runs"]) for name in found["runs"]]
    if one.get("any"):
        return bool(runs) and runs[0] in one["runs"]
    if one.get("first"):
        return runs[: len(one["runs"])] == one["runs"]
    return sorted(runs) == sorted(one["runs"])


def _plain(name: str, stated: list[str]) -> str:
    """Return a run's name as the labels have it, with its folders where they do."""
    bare = name.partition(" (")[0]
    return bare if bare in stated else bare.rpartition("/")[2]


def _short(one: dict[str, Any]) -> object:
    return one.get("said") or one.get("total") or one["runs"]


if __name__ == "__main__":
    raise SystemExit(main())
