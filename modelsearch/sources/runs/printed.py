"""Settings that a script printed before it trained: a line each, or the arguments that argparse
parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.runs import RunPart, Setting
from modelsearch.sources.runs.columns import run_columns
from modelsearch.sources.runs.configs import number_or_text

_PAIR = re.compile(
    r"^[\s\-*#|]*(?:(?P<name>_?[A-Za-z][\w.\-]{0,40})\s*[:=]\s*(?P<value>\S.{0,200}?)"
    r"|(?P<words>[A-Za-z]\w{0,40}(?: \w{1,40}){1,2})\s*[:=]\s*(?P<one>\S{1,200}))\s*$"
)
#: What stands behind a value: the comma of a call, the default of an option.
_BEHIND = re.compile(r"\s*\[default: [^\]]*\]$|,$")
_NAMESPACE = re.compile(r"\bNamespace\((?P<inside>.{1,8000})\)\s*$")
_ARGUMENT = re.compile(
    r"(?P<name>[A-Za-z_]\w{0,60})=(?P<value>'[^']*'|\"[^\"]*\"|[^,()\[\]{}]+)(?=,|$)"
)
#: What loggers put before a message: the time, a logger's name, the level.
_LOGGED = re.compile(
    r"^(?:INFO|DEBUG):[\w.]{1,60}:[ \t]{0,4}|"
    r"^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[\s\-:|]{0,4}"
    r"(?:[\w.\[\]/\\]{1,60}[\s\-:|]{1,4})?\[?(?:INFO|DEBUG|NOTICE)\]?[\s\-:|]{1,6}"
)
#: How long all of a training took; what one epoch took is said otherwise.
_TOOK = re.compile(
    r"(?i)\b(?:train\w{0,8}(?: is| was)? (?:completed?|finished|done)|"
    r"(?<!epoch )training took|total (?:train\w{0,8} )?time|"
    r"total train\w{0,8} took)\b(?: taken)?[\s:=,]{0,4}(?:in|after|of|is)?[\s:=]{0,4}"
    r"(?:(?P<clock>\d{1,4}:\d\d:\d\d(?:\.\d{1,9})?)|"
    r"(?=\d)(?:(?P<h>\d{1,6}) ?h(?:ours?|rs?)?[ ,:]{0,3})?"
    r"(?:(?P<m>\d{1,6}) ?m(?:in(?:utes?|s)?)?[ ,:]{0,3})?"
    r"(?:(?P<s>\d{1,9}(?:\.\d{1,9})?) ?s(?:ec(?:onds?|s)?)?)?)(?![\w:])"
)
_LEAST = 3  #: lines that stand together
_MOST_LINES = 400
_LONGEST = 2_000  #: characters of a line that says how long a training took


def add_printed(part: RunPart, text: str, path: str, between: tuple[int, int]) -> None:
    """Add the settings in the lines between two: the last of a run before (0: there is none) and
    the first result.
    """
    after, before = between
    found: dict[str, tuple[Scalar, int]] = {}
    lines = text.split("\n")[after : min(before - 1, after + _MOST_LINES)]
    for name, value, line in _settings(lines):
        found.setdefault(name, (value, after + line))
    part.settings += [
        Setting(name, value, Evidence(path, "output", line, name))
        for name, (value, line) in found.items()
    ]
    plainly = {name: value for name, (value, _) in found.items()}
    for column, (name, known) in run_columns(plainly).items():
        where = Evidence(path, "output", found[name][1], name)
        part.add(column, known, where)  # type: ignore[arg-type]


def add_duration(part: RunPart, lines: list[str], path: str, first: int) -> None:
    """Add how long the training took, where its lines say so just once; ``first`` is the number of
    the first of them.
    """
    found = [
        (number, seconds)
        for number, line in enumerate(lines, first)
        if (seconds := _seconds(line)) is not None
    ]
    if len(found) == 1:
        number, seconds = found[0]
        part.add("duration_s", seconds, Evidence(path, "output", number))


def _seconds(line: str) -> float | None:
    match = _TOOK.search(line) if len(line) <= _LONGEST else None
    if match is None:
        return None
    if match["clock"]:
        hours, minutes, seconds = map(float, match["clock"].split(":"))
    elif match["h"] or match["m"] or match["s"]:
        hours, minutes, seconds = (float(match[unit] or 0) for unit in "hms")
    else:
        return None
    return round(hours * 3600 + minutes * 60 + seconds, 3)


def _settings(lines: list[str]) -> Iterator[tuple[str, Scalar, int]]:
    pairs = [(number, _PAIR.match(_LOGGED.sub("", line))) for number, line in enumerate(lines, 1)]
    for is_pair, group in groupby(pairs, key=lambda one: one[1] is not None):
        together = list(group)
        if is_pair and len(together) >= _LEAST:
            for number, match in together:
                assert match is not None
                name, value = match["name"] or match["words"], match["value"] or match["one"]
                yield name, number_or_text(_BEHIND.sub("", value)), number
    for number, line in enumerate(lines, 1):
        parsed = _NAMESPACE.search(line)
        for one in _ARGUMENT.finditer(parsed["inside"]) if parsed else ():
            value = one["value"].strip().strip("'\"")
            if value != "None":
                yield one["name"], number_or_text(value), number
