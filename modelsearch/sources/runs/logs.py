"""Logs that training writes: tables and JSON with an entry for each epoch or step, saved
histories, and files of final results.

Read are tables with a column that counts (Keras' ``CSVLogger``, Lightning's ``metrics.csv``,
``log.csv``, a data frame of a history), JSON lines, lists of entries, a list for each result, and
flat ``metrics.json``. A last line that was cut off is left out.
"""

from __future__ import annotations

import csv
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import Any

from modelsearch.records.artefacts import Evidence, Metric, Scalar
from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading
from modelsearch.records.wordlists import word_set
from modelsearch.sources.runs.blocks import add_blocks
from modelsearch.sources.runs.columns import number, plain, result
from modelsearch.sources.runs.configs import add_settings, flat
from modelsearch.sources.runs.linegrammar import add_lines
from modelsearch.sources.runs.opening import Folder, each_alone
from modelsearch.sources.runs.series import Entry, appended, curves, stated

KIND = "log"
MAX_BYTES = 16_000_000  #: larger logs are not read
_NAME = re.compile(
    r"(?i)^((train|training|test|eval|validation|val|epoch|run|result|learning|all|final|best|"
    r"training_)s?[-_. ]?)?"
    r"(metrics?|history|histories|logs?|progress|results?|loss(es)?|curves?|scalars|rewards?|"
    r"returns?|accurac(y|ies))([-_. ].*)?$|"
    r"^(training|summary|evaluation|trainer_state)$|[-_.](history|metrics|log|loss(es)?|results?)([-_.]?\d{1,4})?$|"
    r"^(model|training|run|experiment)[-_ ]?(metadata|meta|info|summary|details)$|"
    r"^(run|exp|experiment|trial|seed)s?[-_. ]?\d[\d\-_.T: ]*$"  # run-2020-08-27-04-41, seed3
)
_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".log", ".json", ".jsonl"})
_TABLES = frozenset({".csv", ".json", ".jsonl"})
_FOLDERS = frozenset({"metrics", "history", "histories", "learning_curves"})
_SUMMARY = re.compile(r"(?i)(metric|result|score|evaluation|summary|report|performance)s?")
_RESULT = re.compile(
    r"^[\s\-*#|]*(?P<name>[A-Za-z][\w @./\-()]{1,40}?)\s*[:=]\s*"
    r"(?P<value>[-+]?\d{1,9}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?)\s*%?\s*$"
)
#: Groups of settings in a file of results, and characters of a setting's text.
_SETTINGS = frozenset(
    {"config", "params", "parameters", "args", "hyperparameters", "hyperparams", "settings"}
)
_LONGEST = 200
#: Words in the names of what was measured, which is no setting.
_MEASURED = word_set("""
    second seconds sec time runtime duration elapsed date timestamp loss mean std min max drop best
    final last score throughput memory fps per number num count total samples support status
""")
_SHORT = 80  #: lines of a text of final results
_LEAST_RESULTS = 2
_LEAST_TIMES = 5
#: Results of somebody else that are written down for comparison.
_OTHERS = frozenset(
    {
        "sota",
        "baseline",
        "paper",
        "reference",
        "previous",
        "target",
        "human",
        "random",
        "threshold",
        "goal",
    }
)
_HOLDERS = frozenset(
    {
        "metrics",
        "results",
        "result",
        "scores",
        "score",
        "evaluation",
        "evaluations",
        "eval",
        "final",
        "best",
        "summary",
        "performance",
        "overall",
        "average",
        "stats",
        "classification report",
        "report",
    }
)


def recognise(path: str) -> str | None:
    """Return the folder of the run that a log may tell of, by the log's name."""
    place = place_of(path)
    above = place.folder.rpartition("/")[2].lower()
    named = _NAME.search(place.stem) or (above in _FOLDERS and place.suffix.lower() in _TABLES)
    return place.folder if named and place.suffix.lower() in _SUFFIXES else None


def read(folder: Folder, _run: str, paths: Sequence[str]) -> RunReading:
    """Return what the logs of a folder tell; files that are no logs tell nothing."""
    return each_alone(paths, lambda path: _parts(folder.text(path, MAX_BYTES), path), "no text")


def _parts(text: str, path: str) -> list[RunPart]:
    """Return what a log tells of its run, and of further ones that were appended to it."""
    part = RunPart(path, "log", 6, loose=True)
    further: list[RunPart] = []
    start = text.lstrip()[:1]
    try:
        if start in ("{", "["):
            further = _of_json(text, path, part)
        if start and not (part.curves or part.results):  # ``[INFO] Episode 3 …`` is no JSON
            further = add_text(part, text, path)
    except (ValueError, RecursionError, csv.Error):
        pass
    return [one for one in (part, *further) if one.curves or one.results]


def add_text(part: RunPart, text: str, path: str) -> list[RunPart]:
    """Add what a log that is no JSON tells: a table, printed lines, or a few final results. Return
    the parts of further runs that were appended to it.
    """
    rows = _named(table(text), path)
    part.tool = "CSV log"
    further = add_entries(part, rows, path)
    if part.curves:
        _add_elapsed(part, rows, path)
        return further
    if len(rows) == 1:  # a history of one epoch, or the results of one run
        part.results += _of_row(rows[0], path)
    elif not path.endswith((".csv", ".tsv")):
        part.tool = "text log"
        further = add_blocks(part, text, path) if "|" in text else []
        if not part.curves:
            further = add_lines(part, text, path)
        if not part.curves and _SUMMARY.search(path.rpartition("/")[2]):
            part.results += _of_lines(text, path)
            part.tool = "results"
    return further


def add_entries(part: RunPart, entries: Sequence[Entry], path: str) -> list[RunPart]:
    """Add the curves of a log's entries; return the parts of further runs that were appended."""
    first, *others = appended(entries)
    part.curves += curves(first, path)
    further = []
    for place, its in enumerate(others, 2):
        one = part.further(place)
        one.curves += curves(its, path)
        further += [one] if one.curves else []
    return further


def _add_elapsed(part: RunPart, rows: Sequence[Entry], path: str) -> None:
    """Add how long the run took, where a column of seconds rises from row to row."""
    times = [number(row.values.get("time")) for row in rows]
    known = [one for one in times if one is not None]
    rises = len(known) == len(times) >= _LEAST_TIMES and sorted(set(known)) == known
    if rises and 0 <= known[0] < known[-1] < 10**8:  # more are the seconds since 1970
        part.add("duration_s", known[-1], Evidence(path, "output", rows[-1].line, "time"))


def _of_row(row: Entry, path: str) -> list[Metric]:
    """Return the results of a table's only row."""
    known = [(name, number(value)) for name, value in row.values.items() if result(name).known]
    return [
        stated(name, value, Evidence(path, "output", row.line, name))
        for name, value in known
        if value is not None
    ]


def _of_lines(text: str, path: str) -> list[Metric]:
    """Return the results of a short text that consists of them: ``Dice: 0.82``, a line each."""
    lines = text.split("\n")
    if len(lines) > _SHORT:
        return []
    written = [(at, _RESULT.match(line)) for at, line in enumerate(lines, 1)]
    pairs = [(at, match["name"].strip(), float(match["value"])) for at, match in written if match]
    known = [pair for pair in pairs if result(pair[1]).known]
    if len(known) < _LEAST_RESULTS or 2 * len(known) < len(pairs):
        return []
    if len({name for _, name, _ in known}) < len(known):
        return []  # the same result twice: of several models or classes
    return [stated(name, value, Evidence(path, "output", at, name)) for at, name, value in known]


# ---- tables --------------------------------------------------------------------------------------


def table(text: str) -> list[Entry]:
    """Return the rows of a table with a heading, whatever separates its columns."""
    lines = text.splitlines()
    heads = (n for n, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    head = next(heads, None)
    if head is None:
        return []
    delimiter = max("\t,;", key=lines[head].count)
    if delimiter in lines[head]:
        rows = list(csv.reader(lines[head:], delimiter=delimiter))
    else:
        rows = [line.split() for line in lines[head:]]
    names = [name.strip() for name in rows[0]]
    if len(names) < 2 or len(set(names)) < len(names) - 1:
        return []
    whole = rows[1:]
    if whole and len(whole[-1]) < len(names) and not text.endswith("\n"):
        whole = whole[:-1]  # written while the process died
    return [
        Entry({n: v.strip() for n, v in zip(names, row, strict=False)}, head + 2 + at)
        for at, row in enumerate(whole)
        if row and [cell.strip() for cell in row] != names
    ]


#: The heading of a curve that was saved from TensorBoard's page, and the file names that it gives.
_EXPORTED = ("Wall time", "Step", "Value")
_TAG = re.compile(r"-tag-(.+)$")


def _named(rows: list[Entry], path: str) -> list[Entry]:
    """Call the values of an exported curve as its file is called: ``run-1-tag-loss.csv``."""
    if not rows or tuple(rows[0].values) != _EXPORTED:
        return rows
    stem = place_of(path).stem
    tag = _TAG.search(stem)
    name = tag[1] if tag else stem
    return [
        Entry({"step": row.values["Step"], name: row.values["Value"]}, row.line)
        for row in rows
        if len(row.values) == len(_EXPORTED)
    ]


_MOST_MISSES = 100  #: keys whose line is looked for in vain, each through the whole text

# ---- JSON ----------------------------------------------------------------------------------------


def _of_json(text: str, path: str, part: RunPart) -> list[RunPart]:
    try:
        data = json.loads(text)
    except ValueError:
        part.tool = "JSON log"
        return add_entries(part, json_lines(text), path)
    lines = text.split("\n")
    part.tool = "JSON log"
    if isinstance(data, dict) and isinstance(data.get("log_history"), list):
        data = data["log_history"]
    if isinstance(data, list):
        part.curves += curves(listed(data, lines), path, counted=True)
    elif isinstance(data, dict):
        part.curves += _saved_history(data, lines, path)
        if not part.curves:
            part.tool = "results"
        part.results += flat_results(data, lines, path)
        if part.curves or part.results:
            add_settings(part, _settings_beside(data), path)
    return []


def _settings_beside(data: dict[str, Any]) -> dict[str, Scalar]:
    """Return the plain values that stand beside results and are none, and groups of settings:
    ``{"lr": 0.1, "config": {…}, "test_acc": 0.9}``.
    """
    plainly = {
        str(name): value
        for name, value in data.items()
        if isinstance(value, str | int | float | bool)
        and not result(str(name)).known
        and _MEASURED.isdisjoint(plain(str(name)).split())
        and len(str(value)) <= _LONGEST
    }
    grouped = {
        str(name): value
        for name, value in data.items()
        if isinstance(value, dict) and plain(str(name)) in _SETTINGS
    }
    return flat(plainly) | {
        name: value for group in grouped.values() for name, value in flat(group).items()
    }


def json_lines(text: str) -> list[Entry]:
    """Return the objects of JSON lines; lines that are none, such as a last one cut off, are left
    out.
    """
    found = []
    for line, written in enumerate(text.split("\n"), 1):
        try:
            entry = json.loads(written) if written.strip() else None
        except ValueError:
            continue
        if isinstance(entry, dict):
            found.append(Entry(entry, line))
    return found


def listed(data: list[Any], lines: Sequence[str]) -> list[Entry]:
    """Return the objects of a list; their keys follow each other in the text.

    A key that stands nowhere further on (it may be written with escapes) is not looked for again,
    and after some such keys none is: each look goes through the rest of the text.
    """
    text = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found = []
    at = 0
    nowhere: set[str] = set()
    for entry in data:
        if not isinstance(entry, dict):
            continue
        places: dict[str, int] = {}
        for key in entry:
            if key not in nowhere and len(nowhere) < _MOST_MISSES:
                written = json.dumps(key)
                place = text.find(written, at)
                nowhere |= {key} if place < 0 else set()
                at = at if place < 0 else place + len(written)
            places[key] = bisect_right(starts, at)
        found.append(Entry(entry, None, places))
    return found


def _saved_history(data: dict[str, Any], lines: Sequence[str], path: str) -> list[Any]:
    """A list for each result, or an object of them (a data frame that was saved as JSON), counted
    from one unless a list says otherwise.
    """
    if len(data) == 1 and isinstance(inner := next(iter(data.values())), dict):
        data = inner
    lists = {name: _as_list(each) for name, each in data.items()}
    lists = {name: each for name, each in lists.items() if each}
    longest = max(map(len, lists.values()), default=0)
    rows = [
        {name: each[at] for name, each in lists.items() if at < len(each)} for at in range(longest)
    ]
    first = {
        name: next((n for n, line in enumerate(lines, 1) if json.dumps(name) in line), 1)
        for name in islice(lists, _MOST_MISSES)
    }
    entries = [
        Entry(
            {"epoch": at + 1} | row,
            None,
            {name: _line_of(lines, first.get(name, 1), at, value) for name, value in row.items()},
        )
        for at, row in enumerate(rows)
    ]
    return list(curves(entries, path))


def _as_list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value if all(isinstance(one, int | float | str | None) for one in value) else []
    if isinstance(value, dict) and value and all(str(key).isdigit() for key in value):
        return list(value.values())
    return []


def _line_of(lines: Sequence[str], first: int, index: int, value: object) -> int:
    """The line of an element: its own where the list is written one element a line."""
    own = first + index  # as an index from 0: the line after the key's, and so on
    if own < len(lines) and lines[own].strip().rstrip(",]} ") == json.dumps(value):
        return own + 1
    return first


# ---- final results -------------------------------------------------------------------------------


def flat_results(data: dict[str, Any], lines: Sequence[str], path: str) -> list[Metric]:
    """Return the results that an object of names and numbers states: ``{"test_acc": 0.93}``, also
    inside ``"metrics"`` or the name of a part of the data.
    """
    written: list[tuple[str, float, str]] = []
    for outer, inner, value in _numbers(data):
        name = f"{outer} {inner}" if outer else inner
        if _OTHERS.isdisjoint(plain(name).split()) and result(name).known:
            written.append((name, value, inner))
    found = []
    for name, value, inner in written:
        line = next((n for n, one in enumerate(lines, 1) if json.dumps(inner) in one), None)
        found.append(stated(name, value, Evidence(path, "output", line, inner)))
    return found


def _numbers(data: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    for name, given in data.items():
        value = given[0] if isinstance(given, list) and len(given) == 1 else given
        found = number(value) if value is given else None
        if found is not None:
            yield "", str(name), found
        elif isinstance(value, dict) and (plain(name) in _HOLDERS or _split(name)):
            outer = plain(name) if _split(name) else ""
            for inner, one in value.items():
                if (each := number(one)) is not None:
                    yield outer, str(inner), each


def _split(name: str) -> str | None:
    """The part of the data that a name means: train, eval, test …"""
    return result(f"{plain(name)} loss").split
