"""Compare the static reader with labels that were made by reading each script.

``python -m bench.reading.evaluate --repos FOLDER [--split SPLIT] [--field F] [--errors]``

FOLDER holds one clone per repository, named like the repository or ``owner-name``. README.md
beside this file says what the labels mean; in short: ``<field>_any`` lists further right answers
(``null`` among them: stating nothing is fine), ``<field>_optional`` lists terms that count neither
for nor against.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelsearch import vocabulary
from modelsearch.records.artefacts import Fact, Scalar, ScriptReading, TrainingStage

LABELS = Path(__file__).parent / "labels"

#: Fields with one value and fields with several, in the order of the report.
SCALARS = (
    "framework",
    "architecture",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
    "steps",
    "episodes",
    "task",
)
#: Families by what a network is built of and by how it is trained, labelled apart.
AXES = ("built_of", "trained_as")
SETS = ("families", *AXES, "datasets", "hardware")
FIELDS = ("is_model", *SCALARS, *SETS)
#: Families that the labels without axes did not know.
LATER = ("Autoregressive", "DPO", "GRPO")
#: The splits of the labels; ``fresh`` is both halves of those that were read at first sight.
SPLITS: dict[str, tuple[str, ...]] = {
    "dev": ("dev",),
    "heldout": ("heldout",),
    "fresh-dev": ("fresh-dev",),
    "fresh-heldout": ("fresh-heldout",),
    "fresh": ("fresh-dev", "fresh-heldout"),
    "second-dev": ("second-dev",),
    "second-heldout": ("second-heldout",),
    "second": ("second-dev", "second-heldout"),
    "third-dev": ("third-dev",),
    "third-heldout": ("third-heldout",),
    "third": ("third-dev", "third-heldout"),
    "fourth-dev": ("fourth-dev",),
    "fourth-heldout": ("fourth-heldout",),
    "fourth": ("fourth-dev", "fourth-heldout"),
    "fifth-dev": ("fifth-dev",),
    "sixth-dev": ("sixth-dev",),
    "sixth-heldout": ("sixth-heldout",),
    "sixth": ("sixth-dev", "sixth-heldout"),
    "all": ("dev", "heldout"),
}

#: The vocabulary that names of a field are looked up in before they are compared.
KIND = {
    "framework": "framework",
    "optimizer": "optimizer",
    "families": "family",
    "built_of": "family",
    "trained_as": "family",
    "task": "task",
    "datasets": "dataset",
    "hardware": "hardware",
}

Label = dict[str, Any]
Reader = Callable[[Path, str], ScriptReading]


@dataclass(slots=True)
class Score:
    """Counts of one field. For sets they count terms, else scripts."""

    labelled: int = 0
    stated: int = 0
    right: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """The share of what the reader stated that is right."""
        return self.right / self.stated if self.stated else math.nan

    @property
    def recall(self) -> float:
        """The share of what the labels state that the reader found."""
        return self.found / self.labelled if self.labelled else math.nan

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else math.nan


@dataclass(slots=True)
class Report:
    """All scores of a run and the disagreements, as (script, field, expected, got).

    ``files`` counts labelled files, ``agreed`` those of which reader and label say the same:
    a model or none.
    """

    scores: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in FIELDS})
    errors: list[tuple[str, str, str, str]] = field(default_factory=list)
    files: int = 0
    agreed: int = 0
    #: Whether fields count only where the file is read as a model, or must be one by its label.
    as_read: bool = False
    #: What was read of each labelled model, for further figures.
    readings: list[tuple[Label, ScriptReading]] = field(default_factory=list)


def load_labels(split: str) -> Iterator[Label]:
    """Yield the labels of ``split`` (a key of :data:`SPLITS`), file by file."""
    paths = [path for each in SPLITS[split] for path in LABELS.glob(f"*.{each}.jsonl")]
    for path in sorted(paths):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield _by_axis(json.loads(line))


def _by_axis(label: Label) -> Label:
    """Return a label with ``kinds`` spread over the two axes, and what else is right on each.

    Further answers and optional families are those of ``families`` that stand on the axis; an
    answer that says nothing of an axis is none, unless it says nothing at all.
    """
    for axis, terms in label.pop("kinds", {}).items():
        label[axis] = terms
        answers = [label["families"], *label.get("families_any", [])]
        told = [(answer, _on_axis(axis, answer)) for answer in answers]
        label[f"{axis}_any"] = [terms for answer, terms in told if terms or not answer]
        label[f"{axis}_optional"] = label.get("families_optional", [])
    own = [*label.get("built_of", ()), *label.get("trained_as", LATER)]
    if "families" in label:
        label["families_optional"] = [*label.get("families_optional", ()), *own]
    return label


def _on_axis(axis: str, terms: str | list[str]) -> list[str]:
    """Return the families that stand on an axis, those that others imply among them."""
    listed = [terms] if isinstance(terms, str) else terms
    every = closure("families", (str(canonical("families", term)) for term in listed))
    return [term for term in every if AXES[vocabulary.axis(term) != "built of"] == axis]


def folder_of(repos: Path, repo: str) -> Path:
    """Return the clone of ``owner/name``: a folder ``name``, else ``owner-name``."""
    root = repos / repo.rpartition("/")[2]
    return (root if root.is_dir() else repos / repo.replace("/", "-")).resolve()


def canonical(name: str, value: Scalar) -> Scalar:
    """Return ``value`` as it is compared: the vocabulary's name, a last path part, a number."""
    if name in KIND:
        term = vocabulary.find(KIND[name], str(value))
        return term.name if term else vocabulary.normalise(str(value))
    if name == "architecture":
        return str(value).rpartition(".")[2]
    return _number(value)


def _number(value: Scalar) -> Scalar:
    try:
        return float(value)
    except ValueError:
        return value


def same(name: str, one: Scalar, other: Scalar) -> bool:
    """Tell whether two values of a field agree; numbers up to a relative 1e-9.

    A task that is stated more generally (``one``) than it is labelled is not wrong.
    """
    a, b = canonical(name, one), canonical(name, other)
    if name == "task":
        return a == b or a in closure(name, {str(b)})
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9)
    return a == b


def main_stage(reading: ScriptReading) -> TrainingStage | None:
    """Return the stage that the result table shows, if the reader marked one."""
    return next((stage for stage in reading.stages if stage.main), None)


def read_value(reading: ScriptReading, name: str) -> Scalar | None:
    """Return what the reader states for a field with one value."""
    of_model = name in ("framework", "architecture", "task")
    holder: object = reading if of_model else main_stage(reading)
    fact: Fact | None = getattr(holder, name, None)
    return fact.value if fact else None


def read_terms(reading: ScriptReading, name: str) -> set[str]:
    """Return what the reader states for a field with several values; data for training only."""
    if name == "datasets":
        stated = [data.name for data in reading.datasets if data.role == "train"]
    elif name in AXES:
        stated = _on_axis(name, [str(fact.value) for fact in reading.families])
    else:
        facts: list[Fact] = getattr(reading, name)
        stated = [str(fact.value) for fact in facts]
    return {str(canonical(name, value)) for value in stated}


def closure(name: str, terms: Iterable[str]) -> set[str]:
    """Return ``terms`` with everything they imply (LSTM → RNN)."""
    found = set(terms)
    for term in tuple(found):
        found |= {parent for parent, _ in vocabulary.ancestors(KIND[name], term)}
    return found


def most_specific(name: str, terms: set[str]) -> set[str]:
    """Return ``terms`` without those that another of them implies."""
    implied: set[str] = set()
    for term in terms:
        implied |= closure(name, {term}) - {term}
    return terms - implied


def compare_value(label: Label, name: str, got: Scalar | None, score: Score) -> bool:
    """Count one field with one value; return whether label and reader agree."""
    options: list[Scalar | None] = [label[name], *label.get(f"{name}_any", [])]
    hit = got is not None and any(
        option is not None and same(name, got, option) for option in options
    )
    silence_is_fine = got is None and None in options
    score.stated += got is not None
    score.right += hit
    score.found += hit
    score.labelled += hit or (label[name] is not None and not silence_is_fine)
    return hit or silence_is_fine


@dataclass(frozen=True, slots=True)
class TermCount:
    """How stated terms relate to one right answer."""

    stated: int
    right: int
    found: int
    labelled: int

    @property
    def misses(self) -> int:
        """Terms stated wrongly plus terms not found."""
        return self.stated - self.right + self.labelled - self.found


def count_terms(name: str, answer: set[str], optional: set[str], got: set[str]) -> TermCount:
    """Compare stated terms with one right answer, after dropping what others imply.

    A term that is stated too generally is not wrong, only not found; an optional one counts
    neither way.
    """
    expected = most_specific(name, answer)
    counted = {
        term for term in most_specific(name, got) if term in expected or term not in optional
    }
    return TermCount(
        stated=len(counted),
        right=len(counted & closure(name, expected)),
        found=len(expected & closure(name, got)),
        labelled=len(expected),
    )


def answers(label: Label, name: str) -> list[set[str]]:
    """Return the right answers for a field with several values, the labelled one first.

    ``_any`` lists whole answers, or other names where one term is labelled.
    """
    choices = [label[name], *label.get(f"{name}_any", [])]
    return [
        {str(canonical(name, term)) for term in (choice if isinstance(choice, list) else [choice])}
        for choice in choices
    ]


def compare_terms(label: Label, name: str, got: set[str], score: Score) -> bool:
    """Count one field with several values, term by term; return whether both agree.

    Where several answers are right, the one nearest to what was stated is taken.
    """
    optional = closure(name, {str(canonical(name, v)) for v in label.get(f"{name}_optional", [])})
    counts = [count_terms(name, answer, optional, got) for answer in answers(label, name)]
    best = min(counts, key=lambda count: count.misses)
    score.stated += best.stated
    score.right += best.right
    score.found += best.found
    score.labelled += best.labelled
    return best.misses == 0


def compare(label: Label, reading: ScriptReading, report: Report) -> None:
    """Count one labelled script and note where label and reader disagree."""
    script = f"{label['repo'].rpartition('/')[2]}/{label['path']}"
    agree = reading.is_model in (label["is_model"], *label.get("is_model_any", []))
    report.files += 1
    report.agreed += agree
    _count_discovery(label["is_model"], reading.is_model, agree, report.scores["is_model"])
    if not agree:
        report.errors.append((script, "is_model", str(label["is_model"]), reading.reason))
    if not label["is_model"] or (report.as_read and agree and not reading.is_model):
        return
    report.readings.append((label, reading))
    for name in (n for n in (*SCALARS, *SETS) if n in label):
        if name in SETS:
            got: object = sorted(read_terms(reading, name))
            agree = compare_terms(label, name, read_terms(reading, name), report.scores[name])
        else:
            value = got = read_value(reading, name)
            agree = compare_value(label, name, value, report.scores[name])
        if not agree:
            report.errors.append((script, name, _expected(label, name), str(got)))


def _count_discovery(labelled: bool, stated: bool, agree: bool, score: Score) -> None:
    """Count what is a model; where both answers are right, the stated one is taken."""
    is_model = stated if agree else labelled
    score.labelled += is_model
    score.stated += stated
    score.right += stated and is_model
    score.found += stated and is_model


def _expected(label: Label, name: str) -> str:
    parts = [str(label[name])]
    if f"{name}_any" in label:
        parts.append(f"any of {label[f'{name}_any']}")
    if f"{name}_optional" in label:
        parts.append(f"may add {label[f'{name}_optional']}")
    return ", ".join(parts)


def load_reader() -> Reader:
    """Return ``modelsearch.static.reading.read_script``."""
    module = importlib.import_module("modelsearch.static.reading")
    reader: Reader = module.read_script
    return reader


def head_of(root: Path) -> str | None:
    """Return the commit that ``root`` stands at, if git knows."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def evaluate(labels: Iterable[Label], repos: Path, reader: Reader, as_read: bool = False) -> Report:
    """Read every labelled script under ``repos`` and compare; ``as_read`` leaves the fields of a
    component out that is read as none, where its label says that both are right.
    """
    report = Report(as_read=as_read)
    heads: dict[str, str | None] = {}
    for label in labels:
        name = label["repo"]
        root = folder_of(repos, name)
        if name not in heads:
            heads[name] = head_of(root) if root.is_dir() else None
            if heads[name] != label["commit"]:
                _warn(f"{root}: labelled at {label['commit']}, stands at {heads[name]}")
        if not (root / label["path"]).is_file():
            _warn(f"{root / label['path']}: no such file, left out")
            continue
        compare(label, _read(reader, root, label["path"]), report)
    return report


def _read(reader: Reader, root: Path, path: str) -> ScriptReading:
    try:
        return reader(root, path)
    except Exception as error:  # a reader that fails states nothing
        _warn(f"{root / path}: {type(error).__name__}: {error}")
        return ScriptReading(is_model=False, reason=f"failed: {error}")


def _warn(text: str) -> None:
    print(text, file=sys.stderr)


def print_report(report: Report, fields: Sequence[str], errors: bool) -> None:
    """Print one line per field and, when asked for, each disagreement."""
    print(f"{'field':15}{'labelled':>9}{'stated':>8}{'right':>7}{'P':>8}{'R':>8}{'F1':>8}")
    for name in fields:
        score = report.scores[name]
        if name == "is_model":
            share = report.agreed / report.files if report.files else math.nan
            print(f"{name:15}{report.files:9}{'':8}{report.agreed:7}{share:8.3f}")
        shown = "discovery" if name == "is_model" else name
        print(
            f"{shown:15}{score.labelled:9}{score.stated:8}{score.right:7}"
            f"{score.precision:8.3f}{score.recall:8.3f}{score.f1:8.3f}"
        )
    if errors:
        for script, name, expected, got in report.errors:
            if name in fields:
                print(f"{script}\t{name}\texpected {expected}\tgot {got}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repos", type=Path, required=True, help="folder with the clones")
    parser.add_argument("--split", choices=tuple(SPLITS), default="dev")
    parser.add_argument("--field", choices=FIELDS, help="only this field")
    parser.add_argument("--repo", help="only the repository of this name")
    parser.add_argument("--errors", action="store_true", help="list each disagreement")
    parser.add_argument(
        "--as-read",
        action="store_true",
        help="leave out fields of components that are rightly read as no model",
    )
    parser.add_argument("--by-strength", action="store_true", help="facts by strength of evidence")
    options = parser.parse_args(arguments)
    labels = [
        label
        for label in load_labels(options.split)
        if options.repo in (None, label["repo"].rpartition("/")[2])
    ]
    report = evaluate(labels, options.repos, load_reader(), options.as_read)
    print_report(report, [options.field] if options.field else FIELDS, options.errors)
    if options.by_strength:
        from bench.reading import strengths

        strengths.report(strengths.count(*each) for each in report.readings)


if __name__ == "__main__":
    main()
