"""Did a run diverge, did it overfit: the numbers, and a verdict by a stated rule.

Diverged: a curve holds a value that is no number or infinite; a loss ends above three times its
lowest and has lost a tenth of what it had gained since its start (a loss near 0 may be three times
its lowest and mean nothing); a reward ends under a third of its range. The losses of a run that has
a reward follow its behaviour and are not judged. Overfitted: the validation loss is lowest before
80 % of the run and ends at least 5 % above that, while the training loss still falls.
"""

from __future__ import annotations

import apsw

from modelsearch.records.structs import frozen
from modelsearch.records.text import number
from modelsearch.store.curves import plain32, unpack
from modelsearch.store.database import fetch_all

_TIMES, _THIRD, _TENTH = 3.0, 1 / 3, 0.1
_EARLY, _ABOVE = 0.8, 1.05


@frozen
class Verdict:
    """A word (yes, no, unknown) and the numbers behind it."""

    word: str
    sentence: str


def divergence(connection: apsw.Connection, run: int) -> Verdict:
    """Return whether a run diverged."""
    judged = ""
    curves = fetch_all(
        connection,
        "SELECT name, split, lowest, highest, last, bad_at, counter, first FROM curve "
        "WHERE run = ? AND (higher_is_better IS NOT NULL) ORDER BY id",
        (run,),
    )
    rewarded = any(one[0] == "reward" for one in curves)
    for name, split, lowest, highest, last, bad_at, counter, first in curves:
        label = f"{split} {name}" if split else name
        if bad_at is not None:
            return Verdict("yes", f"diverged, its {label} is no number from {counter} {bad_at} on")
        if last is None or lowest is None:
            continue
        if name.lower().endswith("loss"):
            if rewarded:
                continue
            told = f"{label} {number(last)} at last, {number(lowest)} at its lowest"
            lost = last - lowest >= _TENTH * ((lowest if first is None else first) - lowest)
            if lowest > 0 and last > _TIMES * lowest and lost:
                return Verdict("yes", f"diverged, {told} (more than three times)")
            judged = judged or told
        elif name == "reward":
            told = f"reward {number(last)} at last, {number(highest)} at its highest"
            if highest > lowest and last < lowest + _THIRD * (highest - lowest):
                return Verdict("yes", f"diverged, {told} (under a third of its range)")
            judged = judged or told
    if not judged:
        return Verdict("unknown", "no loss or reward is recorded")
    return Verdict("no", f"did not diverge: {judged}")


def overfitting(connection: apsw.Connection, run: int) -> Verdict:
    """Return whether a run overfitted."""
    curves = {}
    for split, points, data in fetch_all(
        connection,
        "SELECT split, points, data FROM curve WHERE run = ? AND name = 'loss' "
        "AND split IN ('train', 'validation') ORDER BY points",
        (run,),
    ):
        curves[split] = unpack(data, points)
    if "validation" not in curves:
        return Verdict("unknown", "no validation loss is recorded")
    steps, values = curves["validation"]
    at = min(range(len(values)), key=lambda place: values[place])
    lowest, last = values[at], values[-1]
    span = steps[-1] - steps[0]
    share = (steps[at] - steps[0]) / span if span else 1.0
    change = (last / lowest - 1) * 100 if lowest > 0 else 0.0
    told = (
        f"validation loss {number(plain32(lowest))} at its lowest ({share:.0%} of the run), "
        f"{number(plain32(last))} at last ({change:+.0f} %)"
    )
    falls = _falls(curves.get("train"), share)
    if falls is None:
        return Verdict("unknown", f"{told}; no training loss is recorded")
    if share < 1:
        told += f"; training loss {'falls' if falls else 'does not fall'} after that"
    if share < _EARLY and lowest > 0 and last >= _ABOVE * lowest and falls:
        return Verdict("yes", f"overfitted: {told}")
    return Verdict("no", f"did not overfit: {told}")


def _falls(curve: tuple[list[int], list[float]] | None, share: float) -> bool | None:
    """Return whether a training loss is lower at its end than where the validation loss was
    lowest.
    """
    if curve is None:
        return None
    steps, values = curve
    there = steps[0] + share * (steps[-1] - steps[0])
    at = min(range(len(steps)), key=lambda place: abs(steps[place] - there))
    return values[-1] < values[at]
