"""Did a run diverge, did it overfit: the numbers, and a verdict by a stated rule.

Diverged: a curve holds a value that is no number or infinite; a loss ends above three times its
lowest and has lost a tenth of what it had gained since its start (a loss near 0 may be three times
its lowest and mean nothing; one that was 0 ends above three times its start); a reward ends under a
third of its range. The losses of a run that has a reward follow its behaviour and are not judged.
The end of a long curve is the middle of its last points and its lowest a middle, too: one batch is
no end. Of a history that ends long before its run did, the run's last value is the end, where it
states one. Overfitted: the validation loss is lowest before
80 % of the run and ends at least 5 % above that, while the training loss still falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from modelsearch.records.question import AskedRuns
from modelsearch.records.structs import frozen
from modelsearch.records.text import number
from modelsearch.store.curves import plain32, unpack
from modelsearch.store.database import fetch_all

_TIMES, _THIRD, _TENTH = 3.0, 1 / 3, 0.1
_MOST_TOLD = 12  #: verdicts that are told in sentences
_EARLY, _ABOVE = 0.8, 1.05
_NEARLY = 0.9  #: of a run's length, which a history that is not cut off reaches
_LONG, _FEW, _PARTS = 30, 5, 20  #: points of a long curve, of a part at least, and its parts


@frozen
class Verdict:
    """A word (yes, no, unknown) and the numbers behind it."""

    word: str
    sentence: str


_CURVES_SQL = (
    "SELECT c.name, c.split, c.lowest, c.highest, c.last, c.bad_at, c.counter, c.first, c.points, "
    "c.data, (SELECT max(x.last_at) + 1 FROM curve x WHERE x.run = c.run AND x.counter = c.counter)"
    f" < {_NEARLY} * CASE c.counter WHEN 'step' THEN r.steps_done ELSE r.epochs_done END,"
    " (SELECT x.value FROM run_result x WHERE x.run = c.run AND x.name = c.name AND x.split IS "
    "c.split AND x.reported_at = 'final') FROM curve c JOIN run r ON r.id = c.run "
    "WHERE c.run = ? AND c.higher_is_better IS NOT NULL ORDER BY c.id"
)


@frozen
class _Course:
    """How a curve began and ended, between which values it lay, and what is said of it."""

    label: str
    first: float
    last: float
    lowest: float
    highest: float

    def said(self, extreme: str) -> str:
        value = self.lowest if extreme == "lowest" else self.highest
        return f"{self.label} {number(self.last)} at last, {number(value)} at its {extreme}"


def divergence(connection: apsw.Connection, run: int) -> Verdict:
    """Return whether a run diverged."""
    judged = ""
    curves = fetch_all(connection, _CURVES_SQL, (run,))
    rewarded = any(one[0] == "reward" for one in curves)
    for (
        name,
        split,
        lowest,
        highest,
        last,
        bad_at,
        counter,
        first,
        points,
        data,
        cut,
        end,
    ) in curves:
        label = f"{split} {name}" if split else name
        if bad_at is not None:
            return Verdict("yes", f"diverged, its {label} is no number from {counter} {bad_at} on")
        known = end if cut else last
        if known is None or lowest is None:
            continue
        start = lowest if first is None else first
        course = _Course(label, start, known, min(lowest, known), max(highest, known))
        judge = _loss if name.lower().endswith("loss") and not rewarded else _reward
        if judge is _reward and name != "reward":
            continue
        extreme, told = judge(course)
        if told and points >= _LONG:
            smooth = _smooth(course, data, points, end=known if cut else None)
            told = judge(smooth)[1]
            course = smooth if told else course
        if told:
            return Verdict("yes", f"diverged, {course.said(extreme)} ({told})")
        judged = judged or course.said(extreme)
    if not judged:
        return Verdict("unknown", _unjudged(curves))
    return Verdict("no", f"did not diverge: {judged}")


def _unjudged(curves: Sequence[Sequence[object]]) -> str:
    cut = any(one[-2] for one in curves if one[0] == "reward" or str(one[0]).endswith("loss"))
    return "its history ends before the run did" if cut else "no loss or reward is recorded"


def _loss(course: _Course) -> tuple[str, str]:
    """The end of a loss that is told, and by which rule it diverged."""
    lost = course.last - course.lowest >= _TENTH * (course.first - course.lowest)
    if course.lowest > 0 and course.last > _TIMES * course.lowest and lost:
        return "lowest", "more than three times"
    if course.lowest == 0 and course.last > _TIMES * course.first > 0:
        return "lowest", "more than three times its start"
    return "lowest", ""


def _reward(course: _Course) -> tuple[str, str]:
    """The end of a reward that is told, and by which rule it diverged."""
    span = course.highest - course.lowest
    fell = span > 0 and course.last < course.lowest + _THIRD * span
    return "highest", "under a third of its range" if fell else ""


def _smooth(course: _Course, data: bytes, points: int, end: float | None) -> _Course:
    """A long curve by the middle values of its parts, of which one point makes none; ``end`` is
    what it reached where its points are cut off.
    """
    values = unpack(data, points)[1]
    width = max(_FEW, len(values) // _PARTS)
    parts = [values[end - width : end] for end in range(len(values), width - 1, -width)]
    middles = [plain32(sorted(part)[width // 2]) for part in parts]
    last = middles[0] if end is None else end
    return _Course(course.label, course.first, last, min(middles), max(middles))


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


VERDICTS = {"divergence": divergence, "overfitting": overfitting}
_VERBS = {"divergence": "diverged", "overfitting": "overfitted"}


def put_verdicts(
    connection: apsw.Connection, rows: list[dict[str, Any]], asked: AskedRuns
) -> tuple[list[dict[str, Any]], list[str]]:
    """Put the verdict that is asked for into each row; return the rows that are wanted and what is
    said of them.
    """
    judge = VERDICTS[asked.ask]
    told: dict[int, str] = {}
    for row in rows:
        verdict = judge(connection, row["id"])
        row["verdict"] = verdict.word
        if verdict.word != "unknown":
            told[row["id"]] = f"{row['run_id']}: {verdict.sentence}"
    if asked.only:
        kept = [row for row in rows if row["verdict"] == asked.only]
        left = len(rows) - len(told)
        short = f"; {left} recorded too little to say" if left else ""
        judged = f"{len(told)} of {len(rows)} runs were judged{short}."
        return kept, [*(told[row["id"]] for row in kept), judged]
    said = list(told.values())
    more = len(said) - _MOST_TOLD
    return rows, said[:_MOST_TOLD] + ([f"… and {more} more (--format json)"] if more > 0 else [])


def whether_any(rows: Sequence[dict[str, Any]], ask: str) -> str:
    """Say in a sentence how many of some runs diverged or overfitted, by :func:`put_verdicts`."""
    words = [row["verdict"] for row in rows]
    judged, did = len(words) - words.count("unknown"), words.count("yes")
    if not judged:
        return f"Not known: none of {len(words):,} runs recorded enough to say."
    left = len(words) - judged
    short = f"; {left:,} recorded too little to say" if left else ""
    return f"{'Yes' if did else 'No'}: {did or 'none'} of {judged:,} runs {_VERBS[ask]}{short}."
