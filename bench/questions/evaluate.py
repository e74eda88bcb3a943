"""Compare how questions are read and answered with labels that were written by hand.

``python -m bench.questions.evaluate [--split dev|heldout|all] [--category C] [--errors]``

Lays the fixtures out, indexes them (keywords only), parses every question and asks it on the
command line. README.md beside this file says what a label holds. Three shares are printed by
category: *parse*, intent, filters with their logic, sort, limit and what was asked for are exactly
the label's; *by facts*, the models that the parsed condition means are exactly the label's where
every script were read rightly; *answer*, those that the command line gives.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.questions.judging import Label, judge_answer, judge_meant, judge_parse
from bench.tally import Tally
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.errors import UsageError
from modelsearch.store.database import open_for_reading

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SPLITS = ("dev", "heldout")

Ask = Callable[[Label], dict[str, Any]]


@dataclass(slots=True)
class Judged:
    """One question: what is wrong with its parse and its models; None is right, "" not judged."""

    label: Label
    parse: str | None = ""
    meant: str | None = ""
    answer: str | None = ""


def split_of(question: str) -> str:
    """Return the split of a question: a third is kept aside, by the hash of its text."""
    digest = int(hashlib.sha1(question.encode(), usedforsecurity=False).hexdigest(), 16)
    return "heldout" if digest % 3 == 0 else "dev"


def read_labels(split: str) -> Iterator[Label]:
    """Yield the labels of a split, or of both for "all"."""
    for name in SPLITS if split == "all" else (split,):
        for line in (HERE / f"labels.{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def prepare(folder: Path, keep: bool) -> Path:
    """Lay the fixtures out under ``folder`` and index them; return the database.

    With ``keep`` a database that is there already is used as it is.
    """
    models, db = folder / "models", folder / "models.db"
    if not models.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _run(str(ROOT / "fixtures" / "lay_out.py"), str(models))
    if not (keep and db.is_file()):
        for path in folder.glob("models.db*"):
            path.unlink()
        _run("-m", "modelsearch", "index", str(models), "--db", str(db), "--encoder", "none")
    return db


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def asker(db: Path) -> Ask:
    """Return a function that asks a label's question on the command line, in this process."""
    from typer.testing import CliRunner

    from modelsearch.cli import app

    runner = CliRunner()

    def ask(label: Label) -> dict[str, Any]:
        arguments = [
            "query",
            "--db",
            str(db),
            "--format",
            "json",
            "--limit",
            "0",
            "--today",
            label["today"],
            "--",
            label["question"],
        ]
        result = runner.invoke(app.app, arguments)
        try:
            found: dict[str, Any] = json.loads(result.stdout)
        except json.JSONDecodeError:
            return {"results": [], "images": [], "error": result.output[-200:]}
        return found

    return ask


def evaluate(labels: Sequence[Label], db: Path) -> list[Judged]:
    """Parse and ask every question."""
    connection = open_for_reading(db)
    lexicon = Lexicon(connection)
    ask = asker(db)
    judged = []
    for label in labels:
        today = date.fromisoformat(label["today"])
        answer = judge_answer(label, ask(label))
        try:
            parsed = parse(label["question"], lexicon, today=today)
        except UsageError as error:
            judged.append(Judged(label, f"asked back: {error}", "asked back", answer))
            continue
        judged.append(Judged(label, judge_parse(label, parsed), judge_meant(label, parsed), answer))
    connection.close()
    return judged


def tally(judged: Sequence[Judged]) -> dict[str, Tally]:
    """Count what is right, by category."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for one in judged:
        for name, wrong in (("parse", one.parse), ("by facts", one.meant), ("answer", one.answer)):
            if wrong != "":
                tallies[one.label["category"]].judge(name, wrong is None)
    return tallies


def report(tallies: dict[str, Tally]) -> str:
    """Return the table of shares."""
    shares = ("parse", "by facts", "answer")
    total = Tally()
    for one in tallies.values():
        total += one
    rows = [*sorted(tallies.items()), ("all", total)]
    lines = [f"{'category':<14}" + "".join(f"{share:>16}" for share in shares)]
    for name, counted in rows:
        lines.append(f"{name:<14}" + "".join(f"{counted.text(share):>16}" for share in shares))
    return "\n".join(lines)


def main() -> None:
    """Parse the arguments and print the report."""
    parser = argparse.ArgumentParser(description="Judge how questions are read and answered.")
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="dev")
    parser.add_argument("--category", help="only this category")
    parser.add_argument("--errors", action="store_true", help="show what is wrong (dev only)")
    parser.add_argument(
        "--work",
        type=Path,
        default=ROOT / "build" / "questions",
        help="where the fixtures are laid out and indexed",
    )
    parser.add_argument("--keep", action="store_true", help="use the database of the last run")
    arguments = parser.parse_args()
    if arguments.errors and arguments.split != "dev":
        parser.error("errors are shown for --split dev only: the other questions are kept aside")
    labels = [
        one for one in read_labels(arguments.split) if arguments.category in (None, one["category"])
    ]
    judged = evaluate(labels, prepare(arguments.work, arguments.keep))
    for one in judged if arguments.errors else ():
        if one.parse:
            print(f"[{one.label['category']}] {one.label['question']!r} parse: {one.parse}")
        if one.meant:
            print(f"[{one.label['category']}] {one.label['question']!r} by facts: {one.meant}")
        if one.answer:
            print(f"[{one.label['category']}] {one.label['question']!r} answer: {one.answer}")
    print(report(tally(judged)))


if __name__ == "__main__":
    main()
