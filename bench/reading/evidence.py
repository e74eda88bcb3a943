"""Open the line that each stated value names as its evidence, and look whether it shows the value.

``python -m bench.reading.evidence --repos FOLDER [--jobs N] [--per-repo N] [--errors N]``

Every script of every repository under FOLDER is read; each number, name and data set of its
stages, its layer facts and its named settings is looked up. A number is shown when one of the
literals of the line equals it, a name when a word of the line means it by the vocabulary. A value
that the reader calls computed needs a line with the expression that computes it; a count of
parameters is computed from many lines and is left out.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import math
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bench.reading.coverage import read_repositories
from bench.reading.evaluate import SPLITS, folder_of, load_labels
from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, Fact, Scalar, ScriptReading, TrainingStage
from modelsearch.sources.script import ReadResult, read_one
from modelsearch.static.source.notebook import read_notebook

_NUMBER = re.compile(r"(?<![\w.])(?:0x[0-9a-fA-F]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_WORD = re.compile(r"[A-Za-z_][\w.]*|\"[^\"]*\"|'[^']*'")
_FRAMEWORK_WORDS = {"PyTorch": ("torch",), "JAX": ("jax", "flax", "haiku", "equinox")}
_DEVICE_WORDS = {"CUDA": ("cuda", "gpu"), "TPU": ("tpu", "xla")}
_STAGE_NUMBERS = (
    "learning_rate",
    "batch_size",
    "epochs",
    "steps",
    "episodes",
    "weight_decay",
    "momentum",
    "gradient_accumulation",
)
_STAGE_NAMES = {"optimizer": "optimizer", "scheduler": "scheduler", "model_class": ""}


@dataclass(frozen=True, slots=True)
class Claim:
    """One stated value: a field, the value, where it is said to stand, and the note beside it."""

    field: str
    value: Scalar
    evidence: Evidence
    kind: str = ""
    note: str | None = None


@dataclass(slots=True)
class Findings:
    """How many claims of each field were looked at, and which lines do not show theirs."""

    seen: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, Claim, str]] = field(default_factory=list)


def claims_of(reading: ScriptReading) -> Iterator[Claim]:
    """Yield the values that a reading states with a line."""
    if reading.framework:
        yield _claim("framework", reading.framework, "framework")
    for fact in reading.hardware:
        yield _claim("hardware", fact, "hardware")
    for data in reading.datasets:
        yield Claim("dataset", data.name, data.evidence, "dataset", data.note)
    for stage in reading.stages:
        yield from _of_stage(stage)
    for named in reading.hyperparameters:
        yield _claim("setting", named.fact)
    for named in reading.layer_facts:
        yield _claim("layer fact", named.fact)


def _of_stage(stage: TrainingStage) -> Iterator[Claim]:
    for name in _STAGE_NUMBERS:
        fact: Fact | None = getattr(stage, name)
        if fact is not None:
            yield _claim(name, fact)
    for name, kind in _STAGE_NAMES.items():
        fact = getattr(stage, name)
        if fact is not None:
            yield _claim(name, fact, kind)
    for fact in stage.loss:
        yield _claim("loss", fact, "loss")


def _claim(name: str, fact: Fact, kind: str = "") -> Claim:
    return Claim(name, fact.value, fact.evidence, kind, fact.note)


# ---- looking -------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def lines_of(file: Path) -> tuple[str, ...]:
    """Return the lines of a file; of a notebook those of its code cells, joined."""
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    if file.suffix == ".ipynb":
        return _lines_of_cells(text)
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _lines_of_cells(text: str) -> tuple[str, ...]:
    """The lines of the code cells as a reader sees them: with the shell lines that the reading
    of the code leaves blank.
    """
    book = read_notebook(text)
    lines = book.code.split("\n")
    for number, command in book.shell:
        lines[number - 1] = f"!{command}"
    return tuple(lines)


def shows(claim: Claim, line: str) -> bool:
    """Tell whether a line shows the value of a claim."""
    if isinstance(claim.value, bool):
        return bool(claim.value) == ("False" not in line and "false" not in line)
    if isinstance(claim.value, int | float):
        return _shows_number(float(claim.value), line) or _computes(claim, line)
    value = str(claim.value)
    if value in line or value in _texts(line):
        return True
    if _shows_numbers(value, line) or _computes(claim, line):
        return True
    return _shows_name(claim.kind, value, line)


def _texts(line: str) -> list[str]:
    """The texts that a line writes, with their escapes resolved."""
    found = []
    with contextlib.suppress(SyntaxError, ValueError, tokenize.TokenError):
        for token in tokenize.generate_tokens(iter([line.strip()]).__next__):
            if token.type == tokenize.STRING:
                text = ast.literal_eval(token.string)
                found.append(text if isinstance(text, str) else "")
    return found


def _computes(claim: Claim, line: str) -> bool:
    marked = claim.note is not None and re.search(
        "computed|implied|what the call makes", claim.note
    )
    return bool(marked) and bool(re.search(r"\w", line))


def numbers_in(line: str) -> list[float]:
    """Return the numbers that a line writes; ``2 ** 14`` and the like are worked out."""
    found = [
        float(int(each, 0)) if each.startswith("0x") else float(each.replace("_", ""))
        for each in _NUMBER.findall(line)
    ]
    for written in re.findall(r"[\d.][\d\s.eE_()*/+-]*[*/+-][\d\s.eE_()*/+-]*[\d.)]", line):
        found.extend(_worked_out(written.strip()) or _worked_out(written.strip().rstrip(") ")))
    return found


def _worked_out(written: str) -> list[float]:
    if len(written) > 60 or written.count("**") > 1:
        return []
    try:
        tree = ast.parse(written, mode="eval")
        if any(isinstance(node, ast.Call | ast.Name) for node in ast.walk(tree)):
            return []
        value = eval(compile(tree, "<line>", "eval"), {"__builtins__": {}})  # numbers alone
        return [float(value)]
    except (SyntaxError, ArithmeticError, TypeError, ValueError, MemoryError):
        return []


def _shows_number(value: float, line: str) -> bool:
    return any(math.isclose(each, abs(value), rel_tol=1e-9) for each in numbers_in(line)) or (
        value in (0.0, 1.0)
        and bool(re.search(r"\b(true|false|none|no|yes|store_\w+)\b", line, re.I))
    )


def _shows_numbers(value: str, line: str) -> bool:
    """A tuple of numbers as text: ``0.5, 0.999`` or ``64x64``."""
    parts = re.split(r"\s*[,x×]\s*", value)
    try:
        wanted = [float(part) for part in parts]
    except ValueError:
        return False
    return all(_shows_number(each, line) for each in wanted)


def _shows_name(kind: str, value: str, line: str) -> bool:
    plain = vocabulary.normalise(value)
    if plain and plain in vocabulary.normalise(line):
        return True
    parts = [part for part in re.split(r"[\W_]+", value.lower()) if len(part) > 5]
    if any(part in line.lower() for part in parts):
        return True
    words = (*_FRAMEWORK_WORDS.get(value, ()), *_DEVICE_WORDS.get(value, ()))
    if any(word in line.lower() for word in words):
        return True
    return any(_means(kind, value, word) for word in _words(line)) or _makes(kind, value, line)


def _makes(kind: str, value: str, line: str) -> bool:
    """Return whether the line names a class or a hub entry that the vocabulary lists for the value.

    ``tf.train.MomentumOptimizer`` is SGD by the library's full name, ``"Graphcore/vqa"`` VQAv2.
    """
    term = vocabulary.find(kind, value) if kind else None
    if term is None:
        return False
    made = {name.rpartition(".")[2] for name in term.constructors}
    if any(name[:1].isupper() and re.search(rf"\b{re.escape(name)}\b", line) for name in made):
        return True
    said = vocabulary.normalise(line)
    if any(len(key := vocabulary.normalise(alias)) > 5 and key in said for alias in term.aliases):
        return True
    listed = {name.partition(":")[2] for name in term.constructors if ":" in name}
    addresses = {name[4:] for name in term.constructors if name.startswith("url:")}
    words = {re.sub(r"-v\d+$", "", word.strip("\"'")) for word in _WORD.findall(line)}
    return bool(words & listed) or any(each in line for each in addresses)


def _words(line: str) -> Iterator[str]:
    for word in _WORD.findall(line):
        bare = word.strip("\"'")
        yield bare
        yield from re.split(r"[/\\:]+", bare)
        yield from re.split(r"[/\\.:]+", bare)
        yield re.sub(r"(?i)(_?optimizer|loss)$", "", bare.rpartition(".")[2])
        parts = bare.split("_")  # ``load_mslr_10k``
        yield from ("".join(parts[at:]) for at in range(1, len(parts)))


def _means(kind: str, value: str, word: str) -> bool:
    if not kind or not word or len(word) > 80:
        return False
    term = vocabulary.find_in_code(kind, word) or vocabulary.find_constructor(kind, word)
    if term is None:
        return False
    above = [name for name, _ in vocabulary.ancestors(kind, term.name)]
    return value in (term.name, *above)


def look(root: Path, path: str, reading: ScriptReading, findings: Findings) -> None:
    """Check every claim of one reading."""
    for claim in claims_of(reading):
        evidence = claim.evidence
        if evidence.kind not in ("code", "config") or evidence.line is None:
            continue
        try:
            lines = lines_of(root / evidence.path)
        except (OSError, ValueError):
            lines = ()
        line = lines[evidence.line - 1] if 0 < evidence.line <= len(lines) else ""
        findings.seen[claim.field] += 1
        if shows(claim, line):
            findings.shown[claim.field] += 1
        else:
            findings.failures.append((f"{root.name}/{path}", claim, line.strip()))


def report(findings: Findings, errors: int) -> None:
    """Print the share by field, and up to ``errors`` lines of each field that fail."""
    total, shown = findings.seen.total(), findings.shown.total()
    print(f"{'field':22}{'values':>8}{'shown':>8}{'share':>8}")
    for name, count in sorted(findings.seen.items()):
        print(f"{name:22}{count:8}{findings.shown[name]:8}{findings.shown[name] / count:8.3f}")
    print(f"{'all':22}{total:8}{shown:8}{shown / total if total else 0:8.3f}")
    by_field: dict[str, list[tuple[str, Claim, str]]] = defaultdict(list)
    for each in findings.failures:
        by_field[each[1].field].append(each)
    for name, rows in sorted(by_field.items()):
        for script, claim, line in rows[:: max(1, len(rows) // errors)][:errors] if errors else []:
            where = f"{claim.evidence.path}:{claim.evidence.line}"
            print(f"{name}\t{claim.value} ({claim.note})\t{script}\t{where}\t{line[:120]}")


def _labelled(repos: Path, split: str) -> Iterator[tuple[Path, ReadResult]]:
    """Yield (root, result) for the labelled scripts whose repositories are there."""
    for label in load_labels(split):
        root = folder_of(repos, label["repo"])
        if (root / label["path"]).is_file():
            yield root, read_one(root, label["path"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repos", type=Path, required=True, help="folder with the clones")
    parser.add_argument("--jobs", type=int, default=2, help="reader processes")
    parser.add_argument("--per-repo", type=int, help="about this many scripts of each repository")
    parser.add_argument("--errors", type=int, default=0, help="list up to N failures of each field")
    parser.add_argument(
        "--labelled", choices=tuple(SPLITS), help="only the labelled scripts of one half"
    )
    options = parser.parse_args(arguments)
    findings = Findings()
    read = (
        _labelled(options.repos, options.labelled)
        if options.labelled
        else read_repositories(options.repos, options.jobs, options.per_repo)
    )
    for root, result in read:
        if result.reading is not None and result.reading.is_model:
            look(root, result.path, result.reading, findings)
    report(findings, options.errors)


if __name__ == "__main__":
    main()
