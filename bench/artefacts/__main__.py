"""Index repositories whose artefact files were read by hand and compare what is stored.

``python -m bench.artefacts --repos FOLDER … [--split SPLIT] [--errors] [--kept-in DIR]``

FOLDER holds one clone per repository, named ``owner-name``. README.md beside this file says what
the labels mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.artefacts.stored import POINTS, Stored, Value, named, plain, same
from bench.tally import Tally

LABELS = Path(__file__).parent / "labels"
SPLITS = ("dev", "kept", "fresh", "second_dev", "second_kept", "third_dev", "third_kept")
Label = dict[str, Any]
#: Parts of the data that a kind calls by another name: CatBoost's test set is what it validates on.
_OTHER_NAMES = {"catboost": {"test": "validation"}}


@dataclass(slots=True)
class Score:
    """What is right in one split: facts, their places, links and kinds; and each error."""

    tally: Tally = field(default_factory=Tally)
    kinds: Tally = field(default_factory=Tally)
    errors: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the splits that are asked for and print the totals, the errors on request."""
    options = _options(argv)
    for split in SPLITS if options.split == "all" else (options.split,):
        score = Score()
        for repo, labels in _by_repository(split):
            folder = folder_of(options.repos, repo)
            if folder is None:
                print(f"absent: {repo}", file=sys.stderr)
                continue
            with tempfile.TemporaryDirectory() as scratch:
                kept = options.kept_in or Path(scratch)
                database = kept / f"{repo.replace('/', '-')}.db"
                if not database.exists():
                    index(folder, database)
                stored = Stored(database)
                for label in labels:
                    judge(label, stored, score)
        _report(split, score, errors=options.errors)
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=Path, nargs="+", required=True)
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="all")
    parser.add_argument("--errors", action="store_true", help="print each fact that is missing")
    parser.add_argument("--kept-in", type=Path, help="keep the databases here and use them again")
    return parser.parse_args(argv)


def _by_repository(split: str) -> Iterator[tuple[str, list[Label]]]:
    labels: dict[str, list[Label]] = {}
    for line in (LABELS / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        labels.setdefault(label["repo"], []).append(label)
    yield from labels.items()


def folder_of(roots: Sequence[Path], repo: str) -> Path | None:
    """Return the clone of a repository, None where no folder has one."""
    names = (repo.replace("/", "-"), repo.rsplit("/", 1)[-1])
    found = (root / name for root in roots for name in names)
    return next((folder for folder in found if folder.is_dir()), None)


def index(folder: Path, database: Path) -> None:
    """Index a folder into a database of its own, without vectors."""
    command = [
        sys.executable,
        "-m",
        "modelsearch",
        "index",
        str(folder),
        "--db",
        str(database),
        "--encoder",
        "none",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{folder}: {done.stderr.strip()[-400:]}")


def judge(label: Label, stored: Stored, score: Score) -> None:
    """Count the facts of one file that are stored, those that are wrong, and its link."""
    runs = stored.runs_of(label["path"])
    values = [value for run in runs for value in stored.values(run)]
    for fact in label["facts"]:
        verdict = _verdict(fact, label, stored, values)
        for counted, name in ((score.tally, "fact"), (score.kinds, label["kind"])):
            counted.judge(name, verdict == "right")
        if verdict != "right":
            score.tally["wrong"] += verdict == "wrong"
            score.errors.append(f"{verdict:7} {label['repo']} {label['path']} {fact}")
    _place(label, values, score.tally)
    score.tally["strayed"] += _strayed(label, values, [dict(run) for run in runs])
    _link(label, stored, runs, score)


def _verdict(fact: dict[str, Any], label: Label, stored: Stored, values: list[Value]) -> str:
    kind = fact["is"]
    if kind == "metric":
        return _metric(fact, values, others=_OTHER_NAMES.get(label["kind"], {}))
    if kind == "setting":
        return _one_of(_settings(fact, label, stored, values), fact["value"])
    if kind == "run":
        return _one_of(
            [v.value for v in values if v.point == "fact" and _is(v, fact)]
            or [v.value for v in values if v.point == "setting" and _is(v, fact)],
            fact["value"],
            loose=fact["name"] == "duration_s",
        )
    if kind == "checkpoint":
        return _one_of(_of_checkpoint(fact, label, stored), fact["value"])
    if kind == "base_model":
        return _one_of(_bases(label, stored, values), fact["value"])
    if kind == "runs":
        count = len(stored.rows("SELECT id FROM run WHERE path = ?", label["path"]))
        return "right" if count == fact["value"] else "wrong" if count else "missing"
    if kind == "of_run":
        return _of_run(fact, label, stored)
    return "wrong" if any(v.point in ("last", "final") for v in values) else "right"


def _is(value: Value, fact: dict[str, Any]) -> bool:
    return value.name.replace(" ", "_") == fact["name"]


def _one_of(found: list[Any], stated: Any, *, loose: bool = False) -> str:
    def equal(value: Any) -> bool:
        if loose:
            return abs(float(value) - float(stated)) <= max(0.02 * float(stated), 1.0)
        return same(value, stated)

    if any(equal(value) for value in found):
        return "right"
    return "wrong" if found else "missing"


def _metric(fact: dict[str, Any], values: list[Value], others: dict[str, str]) -> str:
    point = fact.get("point")
    points = (*POINTS[point], "final", *(("last", "best") if point is None else ()))
    split = fact["split"]
    about = [
        value
        for value in named(values, fact["name"])
        if value.point not in ("setting", "fact")
        and (
            split is None
            or value.split in (split, others.get(split))
            or (split == "train" and value.split is None)
        )
    ]
    fitting = [value for value in about if value.point in points or value.point == point]
    if any(same(value.value, fact["value"]) for value in fitting):
        return "right"
    return "wrong" if [value for value in about if value.point == point] else "missing"


def _settings(fact: dict[str, Any], label: Label, stored: Stored, values: list[Value]) -> list[Any]:
    wanted = plain(fact["name"])
    found = [
        value.value
        for value in values
        if value.point in ("setting", "fact")
        and (plain(value.name) == wanted or plain(value.name).endswith(" " + wanted))
    ]
    for checkpoint in stored.checkpoints_of(label["path"]):
        facts = {**dict(checkpoint), **stored.facts_of(checkpoint["id"])}
        found += [
            value
            for name, value in facts.items()
            if value is not None and (plain(name) == wanted or plain(name).endswith(" " + wanted))
        ]
    return found


def _of_checkpoint(fact: dict[str, Any], label: Label, stored: Stored) -> list[Any]:
    found: list[Any] = []
    for checkpoint in stored.checkpoints_of(label["path"]):
        facts = {**stored.facts_of(checkpoint["id"]), **dict(checkpoint)}
        if facts.get(fact["name"]) is not None:
            found.append(facts[fact["name"]])
    return found


def _bases(label: Label, stored: Stored, values: list[Value]) -> list[Any]:
    found = [value.value for value in values if plain(value.name) == "base model"]
    found += [
        row["base_model"] for row in stored.checkpoints_of(label["path"]) if row["base_model"]
    ]
    rows = stored.rows(
        "SELECT value FROM evidence WHERE field LIKE 'base%' AND path = ?", label["path"]
    )
    return found + [row["value"] for row in rows]


def _of_run(fact: dict[str, Any], label: Label, stored: Stored) -> str:
    runs = stored.rows("SELECT * FROM run WHERE path = ? AND name = ?", label["path"], fact["run"])
    values = [value for run in runs for value in stored.values(run)]
    return _one_of([value.value for value in named(values, fact["name"])], fact["value"])


def _place(label: Label, values: list[Value], tally: Tally) -> None:
    """Count the labelled points whose step or epoch is stored with them."""
    for fact in label["facts"]:
        if fact["is"] != "metric" or "at" not in fact or fact.get("point") not in ("last", "best"):
            continue
        placed = any(
            same(value.value, fact["value"]) and value.at == fact["at"]
            for value in named(values, fact["name"])
        )
        tally.judge("place", placed)


def _strayed(label: Label, values: list[Value], runs: list[dict[str, Any]]) -> int:
    """Return how many values that were read in this file stand on a run of another folder."""
    folder = label["path"].rpartition("/")[0]
    homes = {
        run["id"]
        for run in runs
        if run["path"] in (".", label["path"])
        or (folder + "/").startswith(run["path"] + "/")
        or _beside(run["path"], label["path"])
    }
    if label["path"] not in {run["path"] for run in runs}:  # it is a log of a run beside it
        homes |= {run["id"] for run in runs if run["path"].rpartition("/")[0] == folder}
    return sum(value.path == label["path"] and value.run not in homes for value in values)


def _beside(one: str, other: str) -> bool:
    """Return whether two logs of a folder go by names of one run: ``custom_log``,
    ``custom_history``.
    """
    (folder, _, name), (its, _, told) = one.rpartition("/"), other.rpartition("/")
    return folder == its and name.split("_")[0] == told.split("_")[0]


def _link(label: Label, stored: Stored, runs: Sequence[Any], score: Score) -> None:
    if "link" not in label:
        return
    owners = {run["model"] for run in runs}
    owners |= {row["model"] for row in stored.checkpoints_of(label["path"])}
    paths = {stored.model_path(owner) for owner in owners} - {None}
    right = paths == {label["link"]}
    score.tally.judge("link", right)
    if "stated" in label or "not_stated" in label:
        score.tally.judge("stated" if "stated" in label else "guessed", right)
    wrong = bool(paths - {label["link"]})
    score.tally["mislinked"] += wrong
    if not right:
        kind = "linked " if wrong else "alone  "
        score.errors.append(
            f"{kind} {label['repo']} {label['path']} to {sorted(map(str, paths))}, labelled "
            f"{label['link']} ({label.get('stated') or label.get('not_stated', 'not looked at')})"
        )


def _report(split: str, score: Score, *, errors: bool) -> None:
    if errors:
        print("\n".join(score.errors))
    tally = score.tally
    print(
        f"{split}: facts stored {tally.text('fact')}, another value {tally['wrong']}, on another "
        f"run {tally['strayed']}, at the stated place {tally.text('place')}; "
        f"links right {tally.text('link')}, wrong {tally['mislinked']}{_by_what_is_stated(tally)}"
    )
    for kind in sorted(kind for kind in score.kinds if not kind.endswith(" right")):
        print(f"  {kind:22} {score.kinds.text(kind)}")


def _by_what_is_stated(tally: Tally) -> str:
    """Return how many links are right of those that files state and of those that a person guessed,
    where the labels tell the two apart.
    """
    kinds = (("stated", "by files"), ("guessed", "not stated by any"))
    told = [f"{said} {tally.text(name)}" for name, said in kinds if tally[name]]
    return f" ({'; '.join(told)})" if told else ""


if __name__ == "__main__":
    raise SystemExit(main())
