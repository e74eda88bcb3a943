"""Joining what the files of one folder tell into runs.

A folder that a trainer or tracker marks is one run, and every log in it is that run's. In other
folders each log is a run of its own, unless the names of several differ only in general words
(``train_log.csv`` beside ``val_log.csv``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from pathlib import PurePosixPath

from modelsearch.records.artefacts import Evidence, Fact, Metric
from modelsearch.records.runs import Curve, RunPart, RunRecord, Setting, Told
from modelsearch.sources.runs.columns import in_percent, result
from modelsearch.static.outputs import SPLITS

#: Words that do not tell the logs of one run from those of another.
_GENERAL = frozenset({
    *SPLITS, "log", "logs", "metrics", "metric", "history", "histories", "results", "result",
    "loss", "losses", "progress", "curve", "curves", "acc", "accuracy", "eval", "evaluation", "all",
    "final", "summary", "trainer", "state", "epoch", "epochs", "run", "data", "scores", "score",
    "stats", "output", "learning", "model", "monitor", "csv", "json",
})  # fmt: skip
#: Folders whose name says nothing of the run.
_GENERAL_FOLDERS = frozenset({"logs", "log", "results", "result", "output", "outputs", "metrics",
                              "checkpoints", "history", "files", "tensorboard", "tb", "eval",
                              "catboost_info", "dvclive"})  # fmt: skip
_WORDS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")


def merge(folder: str, parts: Sequence[RunPart], *, has_scripts: bool) -> list[RunRecord]:
    """Return the runs of one folder. ``has_scripts``: it is a folder of source, too."""
    firm: dict[str | None, list[RunPart]] = {}
    for part in parts:
        if not part.loose and not (has_scripts and part.tool == "card"):
            firm.setdefault(part.native_id, []).append(part)
    loose = [part for part in parts if part.loose]
    if firm:
        only = len(firm) == 1
        return [_joined(folder, [*group, *(loose if only else ())]) for group in firm.values()]
    groups: dict[str, list[RunPart]] = {}
    for part in loose:
        groups.setdefault(_key(part.folder), []).append(part)
    alone = list(groups) == [""] and not has_scripts and folder != "."
    return [_joined(folder if alone else group[0].folder, group) for group in groups.values()]


def _key(path: str) -> str:
    words = _WORDS.findall(PurePosixPath(path).stem.lower())
    return " ".join(word for word in words if word not in _GENERAL)


def label(path: str) -> str:
    """Return the name of a run after its folder or file: ``train3``, ``exp1/logs``."""
    pure = PurePosixPath(path)
    name = pure.stem if pure.suffix.lower() in (".csv", ".tsv", ".json", ".jsonl", ".log", ".txt",
                                                ".out") else pure.name  # fmt: skip
    if name.lower() in _GENERAL_FOLDERS and pure.parent.name:
        return f"{pure.parent.name}/{name}"
    return name or "run"


def _joined(path: str, parts: Iterable[RunPart]) -> RunRecord:
    ordered = sorted(parts, key=lambda part: part.rank)
    first = ordered[0]
    name = first.facts.get("name")
    run = RunRecord(_short(str(name.value)) if name else label(first.native_id or path), path,
                    first.tool, first.native_id)  # fmt: skip
    settings: dict[str, Setting] = {}
    results: dict[tuple[str, str | None], Metric] = {}
    for part in ordered:
        for field, fact in part.facts.items():
            _state(run, field, fact)
        for setting in part.settings:
            _set(run, settings, setting)
        for metric in part.results:
            results.setdefault((metric.name, metric.split), metric)
        run.base_model = run.base_model or part.base_model
    run.settings = list(settings.values())
    run.results = list(results.values())
    run.curves = _curves([curve for part in ordered for curve in part.curves])
    _progress(run)
    return run


def _short(name: str) -> str:
    return " ".join(name.split())[:120] or "run"


def _state(run: RunRecord, field: str, fact: Fact) -> None:
    known = run.facts.setdefault(field, fact)
    if known is not fact and str(known.value) != str(fact.value):
        run.contradictions.append((field, fact))


def _set(run: RunRecord, settings: dict[str, Setting], setting: Setting) -> None:
    key = setting.name.lower()
    known = settings.setdefault(key, setting)
    if known is setting:
        return
    if known.value != setting.value:
        run.contradictions.append(
            (f"setting {setting.name}", Fact(setting.value, setting.evidence))
        )


def _curves(curves: Sequence[Curve]) -> list[Told]:
    """One curve for each result and part of the data: the first file that states it counts. A
    result of no named part is of the training data where another is of the validation data.
    """
    found: dict[tuple[str, str | None], Told] = {}
    meant = [(curve, result(curve.tag)) for curve in curves]
    validated = {what.name for _, what in meant if what.known and what.split == "validation"}
    for curve, what in meant:
        split = what.split or ("train" if what.known and what.name in validated else None)
        known = found.get((what.name, split))
        if known is not None and (what.known or known.curve.tag == curve.tag):
            continue
        told = Told(what.name, split, what.higher, what.known, curve)
        finite = [value for value in curve.values if abs(value) < float("inf")]
        if what.known and finite and in_percent(what.name, max(finite)):
            told.note = "stated in percent"
            scaled = [round(value / 100, 10) for value in curve.values]
            told.curve = Curve(
                curve.tag, curve.counter, curve.steps, scaled, curve.evidence, curve.lines
            )
        found.setdefault((what.name if known is None else curve.tag, split), told)
    return list(found.values())


def _progress(run: RunRecord) -> None:
    """How far the run came, by its curves."""
    for field, counter in (("epochs_done", "epoch"), ("steps_done", "step")):
        ends = [told.curve for told in run.curves if told.curve.counter == counter]
        if not ends or field in run.facts:
            continue
        from_zero = {curve.evidence.path for curve in ends if curve.steps[0] == 0}
        done, longest = max(
            ((_done(curve, counter, from_zero), curve) for curve in ends), key=lambda pair: pair[0]
        )
        line = longest.lines[-1] if longest.lines else None
        where = Evidence(longest.evidence.path, "output", line, longest.evidence.key)
        run.facts[field] = Fact(done, where)


def _done(curve: Curve, counter: str, from_zero: Container[str]) -> int:
    """How many epochs or steps a curve shows; epochs of a file may be counted from zero."""
    return curve.steps[-1] + (counter == "epoch" and curve.evidence.path in from_zero)
