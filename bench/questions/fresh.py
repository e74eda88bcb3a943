"""Ask the questions of ``fresh.*.jsonl`` on the command line and judge what is printed.

``python -m bench.questions.fresh [--split dev|heldout|all|further] [--second] [--third]
[--fourth] [--fifth] [--sixth] [--seventh] [--repos FOLDER] [--errors]``

Half of the questions are kept aside (by the hash of their text); ``--errors`` refuses those. A
label says over what it is asked (``fixtures``, or ``public``, which needs ``--repos``) and what is
right: ``ids`` (with ``optional``), ``says`` (texts of the answer), ``announce`` (words that a note
must name), ``asks_back`` (one line and exit 1). A wrong answer is *silent* when no note of it
names a word of the question and it did not ask back. ``further`` is a later set, over the fixtures
and three other repositories (``public 2``), of which no half is kept aside any more. ``--second``
asks the questions of ``second.*.jsonl``, over the fixtures and again other repositories
(``public 3``), ``--third`` those of ``third.*.jsonl`` (``public 4``), ``--fourth`` those of
``fourth.*.jsonl`` (``public 5``), ``--fifth`` those of ``fifth.*.jsonl`` (``public 6``),
``--sixth`` those of ``sixth.*.jsonl`` (``public 7``), ``--seventh`` those of
``seventh.*.jsonl`` (``public 8``), where ``top`` asks that the models be among so many first ones.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.questions.evaluate import ROOT, prepare

HERE = Path(__file__).parent
SPLITS = ("dev", "heldout")
FURTHER = "further"
#: The public repositories that questions over "public" and "public 2" are about.
PUBLIC = {
    "public": ("PyTorch-GAN", "cleanrl", "minimalRL", "pytorch-cifar100"),
    "public 2": ("examples", "pytorch-tutorial", "pytorch-cifar"),
    "public 3": ("GAN-Tutorial", "pytorch-beginner", "PyTorch-Tutorial/tutorial-contents"),
    "public 4": ("generative-models", "practical-pytorch"),
    "public 5": ("nlp-tutorial", "Keras-GAN"),
    "public 6": (
        "TensorFlow-Examples/tensorflow_v1/examples",
        "RL-Adventure",
        "pytorch-seq2seq/legacy",
    ),
    "public 7": (
        "pytorch-sentiment-analysis/legacy",
        "DCGAN",
        "Diffusion-Models-pytorch",
        "pytorchforaudio",
    ),
    "public 8": (
        "Implementing-ANNs-with-TensorFlow-WiSe-2021-22",
        "RL_implements",
        "deep-learning-pytorch-huggingface",
        "pytorch-generative-model-collections",
    ),
}

Label = dict[str, Any]


def split_of(question: str) -> str:
    """Return the half that a question belongs to, by the hash of its text."""
    digest = hashlib.sha1(question.encode(), usedforsecurity=False).hexdigest()
    return SPLITS[int(digest, 16) % 2]


def read_labels(split: str, questions: str = "fresh") -> list[Label]:
    """Return the labels of a split of a set, of both for "all", or of the
    further set.
    """
    names = [f"{questions}.{name}" for name in (SPLITS if split == "all" else (split,))]
    return [
        json.loads(line)
        for name in ([FURTHER] if split == FURTHER else names)
        for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def ask(db: Path, label: Label) -> dict[str, Any]:
    """Ask a question on the command line, in this process; an error comes as ``error``."""
    from typer.testing import CliRunner

    from modelsearch.cli import app

    arguments = ["query", "--db", str(db), "--format", "json", "--limit", "0",
                 "--today", label["today"], "--", label["question"]]  # fmt: skip
    result = CliRunner().invoke(app.app, arguments)
    try:
        found: dict[str, Any] = json.loads(result.stdout)
    except json.JSONDecodeError:
        problem = result.output[-400:] or str(result.exception)
        return {"results": [], "notes": [], "error": problem}
    return found


def judge(label: Label, found: dict[str, Any]) -> str | None:
    """Return what is wrong with an answer, None where nothing is."""
    error = found.get("error", "")
    announced = _announced(found)
    if label.get("asks_back"):
        missing = [one for one in label.get("says", ()) if one.casefold() not in error.casefold()]
        return None if error and not missing else f"no question back ({missing}): {error[-80:]}"
    if label.get("or_asks") and error:
        return None
    if error:
        return f"refused: {error[-120:]}"
    spoken = label.get("or_announced", ())
    if spoken and all(one.casefold() in announced for one in spoken):
        return None
    unsaid = [one for one in label.get("announce", ()) if one.casefold() not in announced]
    if unsaid:
        return f"not announced: {unsaid}"
    if "ids" in label and not label.get("any_ids") and not (label.get("near") and not unsaid):
        problem = _models(label, found)
        if problem:
            return problem
    if "count" in label and (found.get("answer") or {}).get("count") != label["count"]:
        return f"counted {(found.get('answer') or {}).get('count')}"
    text = _text(found)
    missing = [one for one in label.get("says", ()) if one.casefold() not in text]
    return f"does not say {missing}" if missing else None


def _models(label: Label, found: dict[str, Any]) -> str | None:
    listed = [row["model_id"] for row in found["results"]]
    wanted, optional = set(label["ids"]), set(label.get("optional", ()))
    if "top" in label:
        first = listed[: label["top"]]
        return None if wanted <= set(first) else f"missing {sorted(wanted)} in {first}"
    got = set(listed)
    missing, more = sorted(wanted - got), sorted(got - wanted - optional)
    if missing or more:
        return f"missing {missing[:4]}, too many {more[:4]} ({len(got)} for {len(wanted)})"
    return "nothing found" if not got and optional and not wanted else None


def _announced(found: dict[str, Any]) -> str:
    return " ".join(found.get("notes", ())).casefold() + found.get("error", "").casefold()


def _text(found: dict[str, Any]) -> str:
    parts = [found.get("summary") or "", json.dumps(found.get("answer")), *found.get("notes", ())]
    parts.append(json.dumps(found.get("comparison")))
    parts += [one["path"] for one in found.get("images", ())]
    return re.sub(r"(?<=\d),(?=\d{3})", "", " ".join(parts)).casefold()


def silent(label: Label, found: dict[str, Any]) -> bool:
    """Return whether nothing of a wrong answer says that part of the question was not
    understood.
    """
    if found.get("error"):
        return False
    words = [w for w in re.findall(r"[^\s,;?()\"']+", label["question"].casefold()) if len(w) > 1]
    notes = [one.casefold() for one in found.get("notes", ())]
    return not any(word in note for note in notes for word in words)


def public_database(name: str, work: Path, repos: Path, keep: bool) -> Path | None:
    """Index the public repositories of a name; return the database, None where one is missing."""
    db = work / f"{name.replace(' ', '')}.db"
    if keep and db.is_file():
        return db
    folders = [repos / one for one in PUBLIC[name]]
    if not all(folder.is_dir() for folder in folders):
        return None
    db.unlink(missing_ok=True)
    for folder in folders:
        subprocess.run([sys.executable, "-m", "modelsearch", "index", str(folder), "--db",
                        str(db), "--encoder", "none"], check=True, capture_output=True)  # fmt: skip
    return db


def main() -> None:
    """Ask, judge and print the shares by kind of question."""
    parser = argparse.ArgumentParser(description="Judge fresh questions by what is printed.")
    parser.add_argument("--split", choices=(*SPLITS, "all", FURTHER), default="dev")
    parser.add_argument("--second", action="store_true", help="ask the second set")
    parser.add_argument("--third", action="store_true", help="ask the third set")
    parser.add_argument("--fourth", action="store_true", help="ask the fourth set")
    parser.add_argument("--fifth", action="store_true", help="ask the fifth set")
    parser.add_argument("--sixth", action="store_true", help="ask the sixth set")
    parser.add_argument("--seventh", action="store_true", help="ask the seventh set")
    parser.add_argument("--repos", type=Path, help="where the public repositories lie")
    parser.add_argument("--errors", action="store_true", help="show what is wrong (dev only)")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "questions")
    parser.add_argument("--keep", action="store_true", help="use the databases of the last run")
    options = parser.parse_args()
    if options.errors and options.split not in ("dev", FURTHER):
        parser.error("errors are not shown of the questions that are kept aside")
    databases = {"fixtures": prepare(options.work, options.keep)}
    if options.repos:
        made = {
            name: public_database(name, options.work, options.repos, options.keep)
            for name in PUBLIC
        }
        databases |= {name: db for name, db in made.items() if db is not None}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    sets = ("seventh", "sixth", "fifth", "fourth", "third", "second")
    questions = next((name for name in sets if getattr(options, name)), "fresh")
    for label in read_labels(options.split, questions):
        if label["over"] not in databases:
            continue
        found = ask(databases[label["over"]], label)
        problem = judge(label, found)
        mute = problem is not None and silent(label, found)
        for kind in (label["category"], "all"):
            row = counts[kind]
            row[0], row[1], row[2] = row[0] + 1, row[1] + (problem is None), row[2] + mute
        if problem and options.errors:
            print(f"[{label['category']}] {label['question']!r}{' SILENT' * mute}: {problem}")
    print(f"{'kind':<20}{'asked':>7}{'right':>7}{'share':>7}{'silent wrong':>14}")
    everything = counts.pop("all", [0, 0, 0])
    for kind, row in [*sorted(counts.items()), ("all", everything)]:
        print(f"{kind:<20}{row[0]:>7}{row[1]:>7}{row[1] / max(row[0], 1):>7.3f}{row[2]:>14}")


if __name__ == "__main__":
    main()
