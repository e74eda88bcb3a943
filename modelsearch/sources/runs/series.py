"""From the entries of a log to learning curves: what counts them, and which columns are results.

An entry is a row of a table or an object of JSON. A column is counted by epochs where each of its
values has an epoch of its own, else by steps, so that no point is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from modelsearch.records.artefacts import Evidence, Metric
from modelsearch.records.runs import Curve
from modelsearch.sources.runs.columns import (
    EPOCHS,
    FOLDS,
    STEPS,
    any_number,
    in_percent,
    number,
    plain,
    result,
)

MAX_COLUMNS = 400  #: of one log
ROW = "row"  #: the counter of entries that nothing counts
#: A last entry that sums the run up has none of a series.
SUMMARY = ("train_runtime", "total_flos")
#: Columns that are no results and yet belong to a log without a counter.
_BESIDE = frozenset({"lr", "learning rate", "time", "seconds", "duration", "timestamp", "date"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One row or object: its values and the line of each, or one line for all."""

    values: dict[str, Any]
    line: int | None = None
    lines: dict[str, int] | None = None

    def place(self, name: str) -> int | None:
        """Return the line of one value."""
        return self.lines.get(name, self.line) if self.lines else self.line


def curves(
    entries: Sequence[Entry],
    path: str,
    *,
    counted: bool = False,
    known_only: bool = False,
    tracked: bool = False,
) -> list[Curve]:
    """Return a curve for each column of numbers.

    Without a column that counts there are none, unless ``counted`` says that every entry is one
    step, or all columns are results. ``known_only`` leaves out what is no result; ``tracked`` says
    that a tracker wrote the table, so that results may have any name.
    """
    kept = [
        entry
        for entry in entries
        if not any(entry.values.get(name) not in (None, "") for name in SUMMARY)
    ]
    counters = _counters(kept)
    names = list(dict.fromkeys(name for entry in kept for name in entry.values))[:MAX_COLUMNS]
    named = [name for name in names if name not in counters]
    if not tracked and not any(result(name).known for name in named):
        return []
    if not counters and not (counted or _only_results(named)):
        return []
    if not counters and _validated(kept, named):
        kept, counters = _by_epochs(kept), [_EPOCH]
    found = (
        _column(kept, name, counters, path)
        for name in named
        if not known_only or result(name).known
    )
    return [curve for curve in found if curve is not None]


_EPOCH = "epoch"  #: what counts a history that names no counter


def _validated(entries: Sequence[Entry], names: Sequence[str]) -> bool:
    """Return whether every entry has a result on the validation data, and one of the training."""
    known = {name: what.split for name in names if (what := result(name)).known}
    held = [name for name, split in known.items() if split == "validation"]
    return len(held) < len(known) and all(
        any(entry.values.get(name) not in (None, "") for name in held) for entry in entries
    )


def _by_epochs(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries counted from one."""
    return [
        Entry({_EPOCH: at, **entry.values}, entry.line, entry.lines)
        for at, entry in enumerate(entries, 1)
    ]


_MOST_RUNS = 64  #: of one log; what begins anew more often counts something else


def beginnings(counted: Sequence[tuple[int | None, Iterable[str]]]) -> list[int]:
    """Return where each of the runs begins that were appended to one log, by the epoch (None where
    unknown) and the names of the results of each entry: 0, and each place where the epochs begin
    anew with results that were stated before. A beginning of one epoch alone is of no run: the one
    after it counts in its stead.
    """
    starts, stated_before, gone = [0], set[str](), list[int]()
    for at, (epoch, names) in enumerate(counted):
        if epoch is None:
            continue
        anew = bool(gone) and epoch < gone[-1] and epoch <= gone[0]
        if anew and len(set(gone)) > 1 and not stated_before.isdisjoint(names):
            starts.append(at)
            stated_before, gone = set(), []
        stated_before.update(names)
        gone.append(epoch)
    if len(set(gone)) < 2 and len(starts) > 1:
        starts.pop()
    return starts if len(starts) <= _MOST_RUNS else [0]


def appended(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    """Return the entries of a log by the runs that were appended to it."""
    counting = next((name for name in _counters(entries) if _counts(name, EPOCHS)), None)
    if counting is None:
        return [entries]
    starts = beginnings(
        [
            (
                _step(entry.values.get(counting)),
                [name for name, value in entry.values.items() if value not in (None, "")
                 and name != counting],
            )
            for entry in entries
        ]
    )  # fmt: skip
    return [entries[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def stated(name: str, value: float, evidence: Evidence) -> Metric:
    """Return a result that a file states once; shares in percent become fractions."""
    what = result(name)
    percent = in_percent(what.name, value)
    return Metric(
        what.name,
        round(value / 100, 10) if percent else value,
        evidence,
        None,
        what.split,
        None,
        what.higher,
        "stated in percent" if percent else None,
    )


def _only_results(names: Iterable[str]) -> bool:
    return all(
        result(name).known or plain(name) in _BESIDE or plain(name) in ("", "unnamed 0")
        for name in names
    )


def _counters(entries: Sequence[Entry]) -> list[str]:
    """Return the columns that count, epochs first; only whole numbers count."""
    names = dict.fromkeys(name for entry in entries[:50] for name in entry.values)
    return [
        name
        for kind in (EPOCHS, STEPS, FOLDS)
        for name in names
        if _counts(name, kind) and _whole(entries, name)
    ]


def _counts(name: str, kind: frozenset[str]) -> bool:
    return plain(name) in kind or plain(name.rpartition("/")[2]) in kind


def _whole(entries: Sequence[Entry], name: str) -> bool:
    written = [entry.values.get(name) for entry in entries]
    known = [value for value in written if value not in (None, "")]
    numbers = [number(value) for value in known]
    return bool(numbers) and all(
        one is not None and one.is_integer() and 0 <= one < 10**15 for one in numbers
    )


def _column(
    entries: Sequence[Entry], name: str, counters: Sequence[str], path: str
) -> Curve | None:
    points = [
        (row, entry, value)
        for row, entry in enumerate(entries)
        if (value := any_number(entry.values.get(name))) is not None
    ]
    if not points or name in ("", "Unnamed: 0"):
        return None
    counter, steps = _counted(points, counters)
    latest: dict[int, tuple[float, int | None]] = {}
    for (_, entry, value), step in zip(points, steps, strict=True):
        if step is not None:
            latest[step] = (value, entry.place(name))  # of one step the last value counts
    if not latest:
        return None
    ordered = sorted(latest)
    lines = [line for step in ordered if (line := latest[step][1]) is not None]
    return Curve(
        tag=name.strip(),
        counter=counter,
        steps=ordered,
        values=[latest[step][0] for step in ordered],
        evidence=Evidence(path, "output", lines[0] if lines else None, name.strip() or None),
        lines=lines if len(lines) == len(ordered) else [],
        epochs=_epochs([entry for _, entry, _ in points], counters) if counter == "step" else None,
    )


def _epochs(entries: Sequence[Entry], counters: Sequence[str]) -> int | None:
    """Return how many epochs were gone through: all but a last one with fewer entries than the one
    before.
    """
    counting = next((name for name in counters if _counts(name, EPOCHS)), None)
    if counting is None:
        return None
    sizes = Counter(
        step for entry in entries if (step := _step(entry.values.get(counting))) is not None
    )
    numbers = sorted(sizes)
    if len(numbers) < 2 or numbers[0] > 1:
        return None
    return numbers[-1] - numbers[0] + (sizes[numbers[-1]] >= sizes[numbers[-2]])


def _counted(
    points: Sequence[tuple[int, Entry, float]], counters: Sequence[str]
) -> tuple[str, list[int | None]]:
    """Return what counts the points of a column, and their counts: the first counter that tells
    them all apart, else the one that tells most.
    """
    best: tuple[int, str, list[int | None]] | None = None
    for counter in counters:
        steps = [_step(entry.values.get(counter)) for _, entry, _ in points]
        different = len({step for step in steps if step is not None})
        kind = _kind(counter)
        if different == len(points):
            return kind, steps
        if best is None or different > best[0]:
            best = different, kind, steps
    both = _by_both(points, counters)
    if both is not None:
        return "step", both
    if best is not None:
        return best[1], best[2]
    return ROW, [row for row, _, _ in points]


def _by_both(
    points: Sequence[tuple[int, Entry, float]], counters: Sequence[str]
) -> list[int | None] | None:
    """Count points by epochs and by the steps in them, which begin anew with each, so that none is
    lost: ``Epoch, Batch``. None where that does not tell them apart in their order.
    """
    epoch = next((name for name in counters if _counts(name, EPOCHS)), None)
    step = next((name for name in counters if _counts(name, STEPS)), None)
    if epoch is None or step is None:
        return None
    places = [
        (_step(entry.values.get(epoch)), _step(entry.values.get(step))) for _, entry, _ in points
    ]
    known = [(one, other) for one, other in places if one is not None and other is not None]
    if len(known) < len(places) or any(a >= b for a, b in pairwise(known)):
        return None
    width, first = max(other for _, other in known) + 1, known[0][0]
    return [(one - first) * width + other for one, other in known]


def _kind(counter: str) -> str:
    if _counts(counter, FOLDS):
        return "fold"
    return "epoch" if _counts(counter, EPOCHS) else "step"


def _step(value: object) -> int | None:
    found = number(value)
    return None if found is None else int(found)
