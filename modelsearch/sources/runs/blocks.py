"""Results that a log states in boxes, one for each iteration: ``| loss | 0.5 |`` below each other
between lines of dashes, as the loggers of reinforcement learning print them.
"""

from __future__ import annotations

from modelsearch.records.runs import RunPart
from modelsearch.sources.runs.columns import EPOCHS, STEPS, number, plain
from modelsearch.sources.runs.printed import add_printed
from modelsearch.sources.runs.series import Entry, beginnings, curves

_LONGEST_CELL = 80  #: characters of a name or a value
_LEAST = 3  #: lines of a box, and boxes of a log
_MOST_LINES = 2_000_000
_OF_ENVIRONMENT = frozenset({"total timesteps", "timesteps", "env steps"})


def add_blocks(part: RunPart, text: str, path: str) -> list[RunPart]:
    """Add the curves of a log's boxes; return the parts of further runs that were appended."""
    entries = _entries(text) if text.count("|") >= 3 * _LEAST * _LEAST else []
    if len(entries) < _LEAST:
        return []
    starts = beginnings([(_count(entry), entry.values) for entry in entries])
    parts = [part, *(part.further(at) for at in range(2, len(starts) + 1))]
    for one, start, end in zip(parts, starts, [*starts[1:], None], strict=True):
        one.curves += curves(entries[start:end], path)
    first = min((line for line in (entries[0].lines or {}).values()), default=1)
    add_printed(part, text, path, (0, first))
    return [one for one in parts[1:] if one.curves]


def _entries(text: str) -> list[Entry]:
    """Return the boxes with their values; a line without one names the group of those below."""
    found: list[Entry] = []
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    group = ""
    for at, line in enumerate(text.split("\n")[:_MOST_LINES], 1):
        cells = _cells(line)
        if cells is None:
            if len(values) >= _LEAST:
                found.append(_entry(values, lines))
            values, lines, group = {}, {}, ""
        elif cells[0].endswith("/") and not cells[1]:
            group = cells[0]
        elif number(cells[1]) is not None:
            name = group + cells[0]
            values[name], lines[name] = cells[1], at
    if len(values) >= _LEAST:
        found.append(_entry(values, lines))
    return found


def _cells(line: str) -> tuple[str, str] | None:
    """Return the name and the value of a row of a box, ``| loss | 0.5 |``. Not by a pattern: a
    stranger's log may be a line of blanks.
    """
    parts = [one.strip() for one in line.split("|", 4)]
    if len(parts) != 4 or parts[0] or parts[3]:
        return None
    name, value = parts[1:3]
    return None if max(len(name), len(value)) > _LONGEST_CELL else (name, value)


def _entry(values: dict[str, str], lines: dict[str, int]) -> Entry:
    """Return a box as an entry; where it counts the steps of the environment, nothing else does."""
    if any(_last(name) in _OF_ENVIRONMENT for name in values):
        values = {
            name: value
            for name, value in values.items()
            if _last(name) not in STEPS or _last(name) in _OF_ENVIRONMENT
        }
    return Entry(dict(values), None, dict(lines))


def _last(name: str) -> str:
    return plain(name.rpartition("/")[2])


def _count(entry: Entry) -> int | None:
    """How far the run is by a box: its epochs, else its steps."""
    for kind in (EPOCHS, STEPS):
        for name, value in entry.values.items():
            found = number(value) if _last(name) in kind else None
            if found is not None and found.is_integer():
                return int(found)
    return None
