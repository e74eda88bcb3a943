"""Results in plain lines by one grammar: names with numbers behind them, at least three lines of
one shape, and a counter that rises.

``Epoch 3/50 loss: 0.41 acc: 0.93``, ``step:125/3040 val_loss:4.42``, ``iter 500: loss 2.1, time
30ms``, ``| epoch 001 | loss 5.0 |``, and Keras' two lines an epoch.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from modelsearch.records.artefacts import Evidence
from modelsearch.records.runs import RunPart
from modelsearch.sources.runs.columns import EPOCHS, STEPS, plain, result
from modelsearch.sources.runs.series import Entry, curves

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x08\r]")
_SPACES = re.compile(r"\s+")  #: made one before pairs are looked for, which go over none or one
_PAIR = re.compile(
    r"(?P<name>[A-Za-z][\w/@.\- ]{0,40}?)\s?(?P<sign>[:=]|\s)\s?[\[(]?\s?"
    r"(?P<value>[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,9})?|nan|inf)(?![\w.])"
    r"(?:\s?/\s?(?P<total>\d{1,40}))?(?P<percent>\s?%)?",
    re.IGNORECASE,
)
_MOST_LINES = 400_000
_LONGEST = 2_000
_LEAST = 3  #: lines of one shape


@dataclass(slots=True)
class _Line:
    """A line with a counter or results in it."""

    number: int
    counter: str | None
    count: int | None
    total: int | None
    values: dict[str, float]


def add_lines(part: RunPart, text: str, path: str) -> None:
    """Add the curves that the lines of a log state, and how many epochs were planned."""
    lines = list(_counted(_lines(text)))
    shapes = Counter(tuple(sorted(line.values)) for line in lines)
    kept = [line for line in lines if shapes[tuple(sorted(line.values))] >= _LEAST]
    for counter in ("epoch", "step"):
        its = [line for line in kept if line.counter == counter]
        if not _rises([line.count or 0 for line in its]):
            continue
        entries = [Entry({counter: line.count, **line.values}, line.number) for line in its]
        known = {curve.tag for curve in part.curves}
        part.curves += [
            one for one in curves(entries, path, known_only=True) if one.tag not in known
        ]
        totals = {line.total for line in its if line.total}
        if len(totals) == 1 and counter == "epoch":
            where = Evidence(path, "output", its[0].number)
            part.add("epochs", totals.pop(), where)


def _rises(counts: Sequence[int]) -> bool:
    """Return whether a counter rises: never by chance, and seldom back."""
    falls = sum(later < before for before, later in pairwise(counts))
    return len(set(counts)) >= _LEAST and falls <= len(counts) // 20


def _lines(text: str) -> Iterator[_Line]:
    for number, written in enumerate(text.split("\n")[:_MOST_LINES], 1):
        piece = _ESCAPES.split(written)
        line = next((one for one in reversed(piece) if one.strip()), "")[:_LONGEST]
        if any(sign in line for sign in "0123456789") and "`" not in line and '"' not in line:
            found = _line(number, line)
            if found is not None:
                yield found


def _line(number: int, line: str) -> _Line | None:
    counter, count, total = None, None, None
    values: dict[str, float] = {}
    spaced = _SPACES.sub(" ", line.replace("|", ", ").replace("=>", ":"))
    for match in _PAIR.finditer(spaced):
        name = plain(match["name"])
        last = " ".join(name.split()[-2:])
        kind = _kind(name) or _kind(last) or _kind(name.rpartition(" ")[2])
        if kind is not None and match["value"].isdigit():
            if counter is None or (counter == "step" and kind == "epoch"):
                counter, count = kind, int(match["value"][:15])
                total = int(match["total"][:15]) if match["total"] else None
            continue
        meant = _meant(match["name"])
        if meant is not None and meant not in values:
            value = float(match["value"])
            values[meant] = value
    if counter is None and not values:
        return None
    return _Line(number, counter, count, total, values)


def _kind(name: str) -> str | None:
    if name in EPOCHS:
        return "epoch"
    return "step" if name in STEPS or name == "s" else None


def _meant(name: str) -> str | None:
    """The end of a name that is a result: ``Train Epoch loss`` is a loss of the training."""
    words = name.strip().split()
    for first in range(max(len(words) - 3, 0), len(words)):
        candidate = " ".join(words[first:])
        if result(candidate).known:
            return candidate
    return None


def _counted(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Lines with results and what counts them: in the line, or alone in the one before."""
    before: _Line | None = None
    for line in lines:
        if not line.values:
            before = line
        elif line.counter is not None:
            yield line
            before = None
        elif before is not None and line.number - before.number <= 400:
            yield _Line(line.number, before.counter, before.count, before.total, line.values)
