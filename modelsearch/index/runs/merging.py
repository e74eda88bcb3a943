"""Joining what the files of one folder tell into runs.

A folder that a trainer or tracker marks is one run, and every log in it is that run's. In other
folders each log is a run of its own, unless the names of several differ only in general words
(``train_log.csv`` beside ``val_log.csv``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from modelsearch.records.artefacts import Evidence, Fact, Metric
from modelsearch.records.runs import Curve, RunPart, RunRecord, Setting, Told
from modelsearch.sources.runs.columns import in_percent, plain, result
from modelsearch.sources.runs.devices import devices_of
from modelsearch.sources.runs.tensorboard import SESSION_END
from modelsearch.static.outputs import SPLITS

#: Words that do not tell the logs of one run from those of another.
_GENERAL = frozenset(
    {
        *SPLITS,
        "log",
        "logs",
        "metrics",
        "metric",
        "history",
        "histories",
        "results",
        "result",
        "loss",
        "losses",
        "progress",
        "curve",
        "curves",
        "acc",
        "accuracy",
        "eval",
        "evaluation",
        "all",
        "final",
        "summary",
        "trainer",
        "state",
        "epoch",
        "epochs",
        "run",
        "data",
        "scores",
        "score",
        "stats",
        "output",
        "learning",
        "model",
        "monitor",
        "csv",
        "json",
    }
)
#: Folders whose name says nothing of the run.
_GENERAL_FOLDERS = frozenset(
    {
        "logs",
        "log",
        "results",
        "result",
        "output",
        "outputs",
        "metrics",
        "checkpoints",
        "history",
        "files",
        "tensorboard",
        "tb",
        "eval",
        "catboost_info",
        "dvclive",
    }
)
_WORDS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")


def merge(folder: str, parts: Sequence[RunPart], *, has_scripts: bool) -> list[RunRecord]:
    """Return the runs of one folder. ``has_scripts``: it is a folder of source, too."""
    firm: dict[str | None, list[RunPart]] = {}
    for part in parts:
        if not part.loose and not (has_scripts and _describes(part, parts)):
            firm.setdefault(part.native_id, []).append(part)
    loose = [part for part in parts if part.loose]
    if firm:
        only = len(firm) == 1
        joined = [_told_apart([*group, *(loose if only else ())]) for group in firm.values()]
        return [
            _joined(folder if not at else _file(group[0]), group)
            for groups in joined
            for at, group in enumerate(groups)
        ]
    named: dict[str, list[RunPart]] = {}
    for part in loose:
        named.setdefault(_key(part.folder), []).append(part)
    runs = [group for parts in named.values() for group in _told_apart(parts)]
    alone = list(named) == [""] and len(runs) == 1 and not has_scripts and folder != "."
    return [_joined(folder if alone else group[0].folder, group) for group in runs]


#: How many points two curves must share, and by which share they may differ, to be of one run.
_SHARED, _CLOSE = 3, 0.01
_LEAST_OTHERS = 2  #: final results that two files state differently
_COMPARED = frozenset({"baseline", "sota", "reference", "zeroshot", "random", "human"})


def _told_apart(parts: Sequence[RunPart]) -> list[list[RunPart]]:
    """Return the parts of what may be one run in groups that do not contradict each other: a log
    with other values of the same result at the same steps is another run's, and so is a file that
    states other final results. What is called a baseline comes last.
    """
    runs: list[list[RunPart]] = []
    for part in sorted(parts, key=lambda part: (part.rank, _of_another(part))):
        free = part.loose or part.tool == "Stable-Baselines3"
        home = next(
            (run for run in runs if not (free and any(_contradict(part, one) for one in run))),
            None,
        )
        if home is None:
            runs.append([part])
        else:
            home.append(part)
    return runs


def _contradict(one: RunPart, other: RunPart) -> bool:
    if one.folder == other.folder and one.place != other.place:
        return True  # runs that were appended to one log
    theirs = {(_sign(curve), curve.counter): curve for curve in other.curves}
    for curve in one.curves:
        known = theirs.get((_sign(curve), curve.counter))
        if known is None or not result(curve.tag).known:
            continue
        values = dict(zip(known.steps, known.values, strict=True))
        shared = [
            (value, values[step])
            for step, value in zip(curve.steps, curve.values, strict=True)
            if step in values
        ]
        apart = sum(abs(a - b) > _CLOSE * max(abs(a), abs(b)) for a, b in shared)
        if len(shared) >= _SHARED and apart > len(shared) / 2:
            return True
    return _state_others(one.results, other.results)


def _state_others(some: Sequence[Metric], others: Sequence[Metric]) -> bool:
    """Return whether final results differ in all that both state, at least two."""
    theirs = {(metric.name, metric.split): metric.value for metric in others}
    both = [
        (metric.value, theirs[metric.name, metric.split])
        for metric in some
        if (metric.name, metric.split) in theirs
    ]
    apart = [abs(a - b) > _CLOSE * max(abs(a), abs(b)) for a, b in both]
    return len(apart) >= _LEAST_OTHERS and all(apart)


def _of_another(part: RunPart) -> bool:
    """Return whether a file's name says that its results are there to be compared with."""
    return not _COMPARED.isdisjoint(_WORDS.findall(PurePosixPath(part.folder).name.lower()))


def _file(part: RunPart) -> str:
    """Return the path of the file that a part was read from."""
    return next((curve.evidence.path for curve in part.curves if curve.evidence.path), part.folder)


def _describes(part: RunPart, parts: Sequence[RunPart]) -> bool:
    """Return whether a part is a card that describes a project: it states no training, and no
    other file
    of the folder is of one.
    """
    told = any(name in part.facts for name in ("learning_rate", "batch_size", "epochs"))
    alone = all(other.loose or other is part for other in parts)
    return part.tool == "card" and alone and not (part.results or told)


def _key(path: str) -> str:
    words = _WORDS.findall(PurePosixPath(path).stem.lower())
    return " ".join(word for word in words if word not in _GENERAL)


def label(path: str) -> str:
    """Return the name of a run after its folder or file: ``train3``, ``exp1/logs``."""
    pure = PurePosixPath(path)
    name = (
        pure.stem
        if pure.suffix.lower() in (".csv", ".tsv", ".json", ".jsonl", ".log", ".txt", ".out")
        else pure.name
    )
    if name.lower() in _GENERAL_FOLDERS and pure.parent.name:
        return f"{pure.parent.name}/{name}"
    return name or "run"


def _joined(path: str, parts: Iterable[RunPart]) -> RunRecord:
    ordered = sorted(parts, key=lambda part: part.rank)
    first = ordered[0]
    name = first.facts.get("name")
    run = RunRecord(
        _short(str(name.value)) if name else label(first.native_id or path),
        path,
        first.tool,
        first.native_id,
    )
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
        run.steps_planned = run.steps_planned or part.steps_planned
    run.settings = list(settings.values())
    run.results = list(results.values())
    run.curves = _curves([curve for part in ordered for curve in part.curves])
    _progress(run)
    _rate(run)
    _end(run)
    for field, fact in devices_of(run.settings).items():
        run.facts.setdefault(field, fact)
    return run


def _end(run: RunRecord) -> None:
    """A session of TensorBoard that logged nothing says no more than that the process ended."""
    ended = run.facts.get("status")
    told = ended is not None and ended.value == "finished" and ended.evidence.key == SESSION_END
    if told and not (run.curves or run.results):
        del run.facts["status"]


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
    meant = [(curve, result(curve.tag)) for curve in _written_out(curves)]
    validated = {what.name for _, what in meant if what.known and what.split == "validation"}
    for curve, what in meant:
        split = what.split or ("train" if what.known and what.name in validated else None)
        known = found.get((what.name, split))
        if known is not None and (
            known.curve.tag == curve.tag or (what.known and _of_two_files(known.curve, curve))
        ):
            continue
        name = what.name if known is None else plain(curve.tag)
        told = Told(name, split, what.higher, what.known, curve)
        finite = [value for value in curve.values if abs(value) < float("inf")]
        if what.known and finite and in_percent(what.name, max(finite)):
            told.note = "stated in percent"
            scaled = [round(value / 100, 10) for value in curve.values]
            told.curve = Curve(
                curve.tag, curve.counter, curve.steps, scaled, curve.evidence, curve.lines
            )
        found.setdefault((name, split), told)
    return list(found.values())


def _of_two_files(one: Curve, other: Curve) -> bool:
    """Return whether two files may state the same: rewards of episodes are no means over steps."""
    return one.evidence.path != other.evidence.path and not (
        one.counter != other.counter and "episode" in (one.counter, other.counter)
    )


def _written_out(curves: Sequence[Curve]) -> list[Curve]:
    """Return the curves of tables before the same of event files, which write the last step again
    for the best weights, where the table has as many points.
    """
    tabled = {_sign(curve): len(curve.steps) for curve in curves if curve.lines}
    return [
        curve for curve in curves if curve.lines or tabled.get(_sign(curve), 0) < len(curve.steps)
    ]


def _sign(curve: Curve) -> str:
    return "".join(sign for sign in curve.tag.lower() if sign.isalnum())


def _progress(run: RunRecord) -> None:
    """How far the run came, by its curves."""
    for field, counter in (("epochs_done", "epoch"), ("steps_done", "step")):
        ends = [told.curve for told in _trained(run, counter)]
        if field in run.facts:
            continue
        if not ends:
            if counter == "epoch":
                _passed(run)
            continue
        from_zero = {
            curve.evidence.path for curve in ends if _from_zero(curve, run.tool == "Lightning")
        }
        done, longest = max(
            ((_done(curve, counter, from_zero), curve) for curve in ends), key=lambda pair: pair[0]
        )
        line = longest.lines[-1] if longest.lines else None
        where = Evidence(longest.evidence.path, "output", line, longest.evidence.key)
        run.facts[field] = Fact(done, where)


def _trained(run: RunRecord, counter: str) -> list[Told]:
    """The curves that tell how far a training went: no test behind its end, which Lightning counts
    as an epoch of its own, nor a test alone.
    """
    counted = [told for told in run.curves if told.curve.counter == counter]
    if counter != "epoch":
        return counted
    tests = [told for told in counted if told.split == "test" and len(told.curve.steps) == 1]
    others = [told for told in counted if told not in tests]
    if not others:
        return [] if run.tool == "Lightning" else counted
    end = max(told.curve.steps[-1] for told in others)
    return others + [told for told in tests if told.curve.steps[-1] <= end]


def _from_zero(curve: Curve, of_lightning: bool) -> bool:
    """Return whether the epochs of a curve are counted from zero: the first is, or each n-th epoch
    was logged and the first of them is numbered one less (24, 49, 74). Lightning always does.
    """
    steps = curve.steps
    every = {later - before for before, later in pairwise(steps)}
    regular = len(every) == 1 and len(steps) > 2 and steps[0] + 1 == min(every) > 1
    return of_lightning or steps[0] == 0 or regular


def _passed(run: RunRecord) -> None:
    """The epochs that a log counted by steps went through."""
    through = [told.curve for told in run.curves if told.curve.epochs]
    if through:
        longest = max(through, key=lambda curve: curve.epochs or 0)
        line = longest.lines[-1] if longest.lines else None
        where = Evidence(longest.evidence.path, "output", line, "epoch")
        run.facts["epochs_done"] = Fact(longest.epochs or 0, where)
        return
    for told in run.curves:  # Lightning logs the number of the epoch beside its results
        values = _while_training(run, told.curve) if told.curve.tag == "epoch" else []
        if values and values[0] == 0 and all(one.is_integer() for one in values):
            where = Evidence(told.curve.evidence.path, "output", None, "epoch")
            run.facts["epochs_done"] = Fact(int(max(values)) + 1, where)
            return


def _while_training(run: RunRecord, curve: Curve) -> list[float]:
    """The values of a curve without those that stand beside the results of a test alone."""
    tested: set[int] = set()
    others: set[int] = set()
    for told in run.curves:
        if told.known or told.split is not None:
            (tested if told.split == "test" else others).update(told.curve.steps)
    alone = tested - others
    both = zip(curve.steps, curve.values, strict=True)
    return [value for step, value in both if step not in alone]


def _rate(run: RunRecord) -> None:
    """The learning rate that a log states beside its results, where it never changes it."""
    for told in run.curves if "learning_rate" not in run.facts else ():
        values, curve = set(told.curve.values), told.curve
        named = plain(curve.tag.rpartition("/")[2]) in ("lr", "learning rate")
        if named and len(values) == 1 and (value := values.pop()) > 0:
            line = curve.lines[0] if curve.lines else curve.evidence.line
            where = Evidence(curve.evidence.path, "output", line, curve.evidence.key)
            run.facts["learning_rate"] = Fact(value, where)
            return


def _done(curve: Curve, counter: str, from_zero: Container[str]) -> int:
    """Return how many epochs or steps a curve shows; epochs of a file may be counted from zero."""
    return curve.steps[-1] + (counter == "epoch" and curve.evidence.path in from_zero)
