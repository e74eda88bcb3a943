"""Which of the files that may be of one run are: those that do not contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from modelsearch.records.artefacts import Metric
from modelsearch.records.runs import Curve, RunPart
from modelsearch.sources.runs.columns import result

WORDS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")
#: How many points two curves must share, and by which share they may differ, to be of one run; and
#: by which share the same number may differ that two files state.
_SHARED, _CLOSE, _EQUAL = 3, 0.01, 1e-4
_LEAST_OTHERS = 2  #: final results that two files state differently
_COMPARED = frozenset({"baseline", "sota", "reference", "zeroshot", "random", "human"})


def told_apart(parts: Sequence[RunPart], folder: str) -> list[list[RunPart]]:
    """Return the parts of what may be one run in groups that do not contradict each other: a log
    with other values of the same result at the same steps is another run's, and so is a file that
    states other final results. Evaluations that lie beside the run's folder are of it where both
    state a curve with the same values. What is called a baseline comes last.
    """
    runs: list[list[RunPart]] = []
    for part in sorted(parts, key=lambda part: (part.rank, _of_another(part))):
        free = part.loose or part.tool == "Stable-Baselines3"
        beside = free and not part.loose and lies_in(part, folder) is not None
        home = next(
            (
                run
                for run in runs
                if not (free and any(_contradict(part, one) for one in run))
                and not (
                    beside
                    and not any(part.folder == one.folder or _agree(part, one) for one in run)
                )
            ),
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
    for shared in _shared(one, other):
        apart = sum(abs(a - b) > _CLOSE * max(abs(a), abs(b)) for a, b in shared)
        if len(shared) >= _SHARED and apart > len(shared) / 2:
            return True
    return _state_others(one.results, other.results)


def _agree(one: RunPart, other: RunPart) -> bool:
    """Return whether two parts state a curve with the same values, point by point."""
    return any(
        shared and all(abs(a - b) <= _EQUAL * max(abs(a), abs(b)) for a, b in shared)
        for shared in _shared(one, other)
    )


def _shared(one: RunPart, other: RunPart) -> Iterator[list[tuple[float, float]]]:
    """Yield, for each known result that two parts state, the values at the steps of both."""
    theirs = {(curve_sign(curve), curve.counter): curve for curve in other.curves}
    for curve in one.curves:
        known = theirs.get((curve_sign(curve), curve.counter))
        if known is None or not result(curve.tag).known:
            continue
        values = dict(zip(known.steps, known.values, strict=True))
        both = zip(curve.steps, curve.values, strict=True)
        yield [(value, values[step]) for step, value in both if step in values]


def lies_in(part: RunPart, folder: str) -> str | None:
    """Return the folder of a part that lies neither in a run's folder nor below it."""
    inner = folder == "." or f"{part.folder}/".startswith(f"{folder}/")
    return None if inner or part.loose else part.folder


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
    return not _COMPARED.isdisjoint(WORDS.findall(PurePosixPath(part.folder).name.lower()))


def curve_sign(curve: Curve) -> str:
    """Return the letters and digits of a curve's tag."""
    return "".join(sign for sign in curve.tag.lower() if sign.isalnum())
