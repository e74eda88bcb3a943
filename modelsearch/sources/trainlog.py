"""Logs that training writes: a row or an entry for each epoch or step, with the results in it.

Read are tables with a column of epochs or steps (Lightning's ``metrics.csv``, Keras'
``CSVLogger``, ``log.csv``), ``trainer_state.json`` of Hugging Face, saved histories (a list for
each result) and JSON lines. Only results that the vocabulary knows, and losses, are kept; each
names its line.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, Metric
from modelsearch.records.files import locate, read_bytes
from modelsearch.static.outputs import SHARES, SPLITS

MAX_BYTES = 4_000_000  #: larger logs are not read
MAX_POINTS = 100  #: of a longer series this many points are kept, the best and the last among them
_MAX_SERIES = 24
_NAME = re.compile(
    r"(?i)^((train|training|test|eval|validation|val|epoch|run|result|learning)s?[-_. ]?)?"
    r"(metrics?|history|histories|logs?|progress|results?|loss(es)?|curves?)([-_. ].*)?$|"
    r"^(trainer_state|training|all_results)$|[-_.](history|metrics|log|loss(es)?)$"
)
_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".log", ".json", ".jsonl"})
_EPOCHS = frozenset({"epoch", "epochs", "current epoch"})
_STEPS = frozenset({"step", "steps", "global step", "iteration", "iterations", "iter", "timesteps",
                    "total timesteps", "time total timesteps", "update", "round"})  # fmt: skip
_SPLITS = {**SPLITS, "eval": "validation", "evaluation": "validation"}
_DULL = frozenset({"epoch", "step", "metrics", "metric", "mean", "avg", "average", "running",
                   "rollout", "b"})  # fmt: skip
#: A last entry that sums a run up has none of a series.
_SUMMARY = ("train_runtime", "total_flos")


@dataclass(frozen=True, slots=True)
class _Point:
    """One value: its column as written, the epoch or step, the line."""

    column: str
    step: int
    value: float
    line: int


def may_be_log(name: str) -> bool:
    """Say whether a file goes by a name that logs of training have."""
    pure = PurePosixPath(name)
    return pure.suffix.lower() in _SUFFIXES and bool(_NAME.search(pure.stem))


def read_log(root: Path, path: str) -> list[Metric]:
    """Return the series of a log, in order of the columns; nothing where the file is no log.

    ``path`` is relative to the root. A share in percent is given as a fraction.
    """
    try:
        content = read_bytes(locate(root, path), MAX_BYTES, root)
    except OSError:
        return []
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        return []
    return _metrics(list(_points(text)), path)


def _points(text: str) -> Iterator[_Point]:
    start = text.lstrip()[:1]
    try:
        if start in ("{", "["):
            yield from _of_json(text)
        elif start:
            yield from _of_table(text)
    except (ValueError, RecursionError, csv.Error):
        return


# ---- tables --------------------------------------------------------------------------------------


def _of_table(text: str) -> Iterator[_Point]:
    lines = text.splitlines()
    head = next((number for number, line in enumerate(lines) if line.strip()), 0)
    delimiter = next((mark for mark in ("\t", ",", ";") if mark in lines[head]), None)
    rows: Iterable[list[str]] = (line.split() for line in lines[head:])
    if delimiter is not None:
        rows = csv.reader(lines[head:], delimiter=delimiter)
    table = enumerate(rows, head + 1)
    _, names = next(table)
    entries = [(line, dict(zip(names, row, strict=False))) for line, row in table]
    counter = _counter([entry for _, entry in entries])
    for line, entry in entries:
        yield from _of_entry(entry, dict.fromkeys(entry, line), counter)


def _counter(entries: Sequence[dict[str, Any]]) -> str | None:
    """What counts the entries: the epochs where they are whole, else the steps."""
    names = {name: _plain(name) for entry in entries[:50] for name in entry}
    for kind in (_EPOCHS, _STEPS):
        for name in (name for name, plain in names.items() if plain in kind):
            numbers = [_number(entry.get(name)) for entry in entries]
            known = [number for number in numbers if number is not None]
            if known and all(each.is_integer() and 0 <= each < 10**15 for each in known):
                return name
    return None


def _of_entry(
    entry: dict[str, Any], places: dict[str, int], counter: str | None
) -> Iterator[_Point]:
    """The values of one entry that counts; an entry that sums the run up has none."""
    step = _number(entry.get(counter)) if counter is not None else None
    if step is None or any(name in entry for name in _SUMMARY):
        return
    for name, value in entry.items():
        number = _number(value)
        if number is not None and name != counter:
            yield _Point(name, int(step), number, places[name])


def _plain(name: str) -> str:
    return " ".join(re.split(r"[\W_]+", name.strip().lower())).strip()


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


# ---- JSON ----------------------------------------------------------------------------------------


def _of_json(text: str) -> Iterator[_Point]:
    try:
        data = json.loads(text)
    except ValueError:
        yield from _of_json_lines(text)
        return
    if isinstance(data, dict) and isinstance(data.get("log_history"), list):
        data = data["log_history"]
    lines = text.split("\n")
    if isinstance(data, list):
        yield from _of_entries(data, lines)
    elif isinstance(data, dict):
        yield from _of_lists(data, lines)


def _of_json_lines(text: str) -> Iterator[_Point]:
    written = [(line, each) for line, each in enumerate(text.split("\n"), 1) if each.strip()]
    entries = [(line, entry) for line, each in written
               if isinstance(entry := json.loads(each), dict)]  # fmt: skip
    counter = _counter([entry for _, entry in entries])
    for line, entry in entries:
        yield from _of_entry(entry, dict.fromkeys(entry, line), counter)


def _of_entries(data: list[Any], lines: list[str]) -> Iterator[_Point]:
    """A list of entries; the lines of their keys follow each other in the text."""
    entries = [entry for entry in data if isinstance(entry, dict)]
    counter = _counter(entries)
    at = 0
    for entry in entries:
        places: dict[str, int] = {}
        for key in entry:
            wanted = json.dumps(key)
            at = next((n for n in range(at, len(lines)) if wanted in lines[n]), at)
            places[key] = at + 1
        at = min(at + 1, len(lines)) if len(lines) > 1 else 0
        yield from _of_entry(entry, places, counter)


def _of_lists(data: dict[str, Any], lines: list[str]) -> Iterator[_Point]:
    """A saved history: a list for each result, counted from one unless a list says otherwise."""
    lists = {name: each for name, each in data.items() if isinstance(each, list) and each}
    longest = max(map(len, lists.values()), default=0)
    rows = [{name: each[at] for name, each in lists.items() if at < len(each)}
            for at in range(longest)]  # fmt: skip
    counter = _counter(rows)
    first = {
        name: next((n for n, line in enumerate(lines, 1) if json.dumps(name) in line), 1)
        for name in lists
    }
    for at, row in enumerate(rows):
        places = {name: _line_of(lines, first[name], at, value) for name, value in row.items()}
        yield from _of_entry({"epoch": at + 1} | row, {"epoch": 1} | places, counter or "epoch")


def _line_of(lines: list[str], first: int, index: int, value: object) -> int:
    """The line of an element: its own where the list is written one element a line."""
    own = first + index  # as an index from 0: the line after the key's, and so on
    if own < len(lines) and lines[own].strip().rstrip(",]} ") == json.dumps(value):
        return own + 1
    return first


# ---- results -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Result:
    """What a column is of."""

    name: str
    split: str | None
    higher: bool | None


def _result(column: str) -> _Result | None:
    """``val_accuracy``, ``valid/acc``, ``eval_loss``, ``train_loss_epoch`` … as a result."""
    words = [word for word in _plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)).split() if word]
    split = next((_SPLITS[word] for word in words if word in _SPLITS), None)
    rest = [word for word in words if word not in _SPLITS and word not in _DULL]
    last = re.split(r"[/.]", column.strip())[-1]
    for spelling in (last, " ".join(rest), "".join(rest)):
        term = vocabulary.find("metric", spelling) if spelling else None
        if term is not None:
            return _Result(term.name, split, term.higher_is_better)
    if rest and rest[-1] == "loss" and len(rest) <= 4:
        return _Result(" ".join(rest), split, False)
    return None


def _metrics(points: list[_Point], path: str) -> list[Metric]:
    """The points of each known result as metrics; of one step the last value counts."""
    results = {column: _result(column) for column in dict.fromkeys(p.column for p in points)}
    known = [one for one in results.values() if one is not None]
    validated = {one.name for one in known if one.split == "validation"}
    series: dict[tuple[str, str | None], dict[int, _Point]] = {}
    higher: dict[str, bool | None] = {}
    for point in points:
        one = results[point.column]
        if one is None:
            continue
        split = one.split or ("train" if one.name in validated else None)
        if len(series) < _MAX_SERIES or (one.name, split) in series:
            series.setdefault((one.name, split), {})[point.step] = point
            higher[one.name] = one.higher
    return [
        metric
        for (name, split), steps in series.items()
        for metric in _series(name, split, higher[name], steps, path)
    ]


def _series(
    name: str, split: str | None, higher: bool | None, steps: dict[int, _Point], path: str
) -> Iterator[Metric]:
    points = [steps[step] for step in sorted(steps)]
    percent = name in SHARES and 1 < max(point.value for point in points) <= 100
    kept = _thinned(points, higher)
    notes = ["stated in percent"] if percent else []
    notes += [f"one of {len(points)} values"] if len(kept) < len(points) else []
    for point in kept:
        value = round(point.value / 100, 10) if percent else point.value
        where = Evidence(path, "output", point.line)
        yield Metric(
            name, value, where, None, split, point.step, higher, ", ".join(notes) or None
        )  # fmt: skip


def _thinned(points: list[_Point], higher: bool | None) -> list[_Point]:
    """At most :data:`MAX_POINTS` points, evenly spread, with the first, the best and the last."""
    if len(points) <= MAX_POINTS:
        return points
    count = MAX_POINTS - 2
    chosen = {round(at * (len(points) - 1) / (count - 1)) for at in range(count)}
    if higher is not None:
        pick = max if higher else min
        chosen.add(pick(range(len(points)), key=lambda at: points[at].value))
    return [points[at] for at in sorted(chosen)]
