"""Compare owners and epochs of pictures with labels that were made by reading the scripts.

``python -m bench.pictures.evaluate --repos FOLDER [--repo NAME] [--errors]``

FOLDER holds one clone per repository, named ``name`` or ``owner+name``, at the labelled commit.
README.md beside this file says what the labels mean.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.tally import Tally
from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.store.database import close_after_writing, fetch_all, open_for_writing

LABELS = Path(__file__).parent / "labels.json"
Label = dict[str, Any]

_STORED = """SELECT i.path, m.path, i.epoch FROM image i LEFT JOIN model m ON m.id = i.model"""


@dataclass(slots=True)
class Score:
    """What is right of the pictures of one repository, or of all, and each disagreement.

    Of epochs it counts those that labels state (``epoch``) and those that were found (``found``).
    """

    tally: Tally = field(default_factory=Tally)
    errors: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Count another repository in."""
        self.tally += other.tally
        self.errors += other.errors

    def row(self, name: str) -> str:
        """Return one line of the report; a dash where nothing is counted."""
        tally = self.tally
        shares = (tally.share(one) for one in ("owner", "found", "epoch"))
        shown = "".join(f"{'-':>9}" if math.isnan(one) else f"{one:9.3f}" for one in shares)
        return f"{name[:52]:52}{tally['pictures']:9}{tally['owner']:8}{shown}"


def load_labels() -> list[Label]:
    """Read the labelled repositories."""
    loaded: list[Label] = json.loads(LABELS.read_text(encoding="utf-8"))
    return loaded


def find_clone(repos: Path, label: Label) -> Path | None:
    """Return the clone of a labelled repository, or None; warn where it is at another commit."""
    name = label["repo"]
    for folder in (repos / name.replace("/", "+"), repos / name.partition("/")[2]):
        if (folder / ".git").exists():
            head = subprocess.run(
                ["git", "-C", str(folder), "rev-parse", "HEAD"],
                capture_output=True,
                text=True,
                check=False,
            ).stdout.strip()
            if head == label["commit"]:
                return folder
    print(f"{name}: no clone at {label['commit'][:12]}; left out", file=sys.stderr)
    return None


def score_repository(folder: Path, label: Label) -> Score:
    """Index one clone and compare each labelled picture."""
    stored, models = _indexed(folder)
    score = Score()
    for path, rule, match in _labelled(folder, label["rules"]):
        owner, epoch = stored.get(path, (None, None))
        score.tally["pictures"] += 1
        if "owner" in rule:
            accepted = rule["owner"] or [None]
            score.tally.judge("owner", owner in accepted)
            if not models.intersection(accepted) and None not in accepted:
                score.tally["without models"] += 1
            if owner not in accepted:
                score.errors.append(f"{label['repo']}\t{path}\towner {owner}, not {accepted}")
        if rule.get("epoch") != "not scored":
            digits = match.groupdict().get("epoch")
            expected = None if digits is None else int(digits)
            if expected is not None:
                score.tally.judge("epoch", epoch == expected)
            if epoch is not None:
                score.tally.judge("found", epoch == expected)
            if epoch != expected:
                score.errors.append(f"{label['repo']}\t{path}\tepoch {epoch}, not {expected}")
    return score


def _indexed(folder: Path) -> tuple[dict[str, tuple[str | None, int | None]], set[str]]:
    with tempfile.TemporaryDirectory() as temporary:
        connection = open_for_writing(Path(temporary) / "models.db")
        try:
            index(connection, [folder], None, IndexOptions(jobs=2))
            stored = {path: (owner, epoch) for path, owner, epoch in fetch_all(connection, _STORED)}
            models = {path for (path,) in fetch_all(connection, "SELECT path FROM model")}
        finally:
            close_after_writing(connection)
    return stored, models


def _labelled(folder: Path, rules: Sequence[Label]) -> Iterator[tuple[str, Label, re.Match[str]]]:
    """Yield the pictures that a rule speaks of; the first rule that fits counts."""
    patterns = [(re.compile(rule["match"]), rule) for rule in rules]
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if path.startswith(".git/") or not file.is_file():
            continue
        for pattern, rule in patterns:
            match = pattern.fullmatch(path)
            if match and file.suffix.lower() in (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"):
                yield path, rule, match
                break


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repos", type=Path, required=True, help="folder with the clones")
    parser.add_argument("--repo", help="only the repository of this name (owner/name)")
    parser.add_argument("--errors", action="store_true", help="list each disagreement")
    options = parser.parse_args(arguments)
    total, rows, means = Score(), 0, list[float]()
    print(f"{'repository':52}{'pictures':>9}{'owners':>8}{'right':>9}{'epoch P':>9}{'R':>9}")
    for label in load_labels():
        folder = find_clone(options.repos, label) if options.repo in (None, label["repo"]) else None
        if folder is None:
            continue
        score = score_repository(folder, label)
        print(score.row(label["repo"]), flush=True)
        total.add(score)
        rows += 1
        if score.tally["owner"]:
            means.append(score.tally.share("owner"))
    print(total.row(f"all {rows} repositories"))
    if means:
        print(f"owner accuracy, mean over repositories: {sum(means) / len(means):.3f}")
    unread = total.tally["without models"]
    known = total.tally["owner"] - unread
    if known:
        print(
            f"{unread} pictures are of scripts that are not read as models; "
            f"without them: {total.tally.right('owner') / known:.3f}"
        )
    if options.errors:
        print(*total.errors, sep="\n")


if __name__ == "__main__":
    main()
