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
    r"^[\s\-*#|]*(?P<name>[A-Za-z][\w.\-]{0,40})\s*[:=]\s*(?P<value>\S.{0,200}?)\s*$"
)
_NAMESPACE = re.compile(r"\bNamespace\((?P<inside>.{1,8000})\)\s*$")
_ARGUMENT = re.compile(
    r"(?P<name>[A-Za-z_]\w{0,60})=(?P<value>'[^']*'|\"[^\"]*\"|[^,()\[\]{}]+)(?=,|$)"
)
#: What loggers put before a message: the time, a logger's name, the level.
_LOGGED = re.compile(
    r"^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[\s\-:|]{0,4}"
    r"(?:[\w.\[\]]{1,60}[\s\-:|]{1,4})?\[?(?:INFO|DEBUG|NOTICE)\]?[\s\-:|]{1,6}"
)
_LEAST = 3  #: lines that stand together
_MOST_LINES = 400


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


def _settings(lines: list[str]) -> Iterator[tuple[str, Scalar, int]]:
    pairs = [(number, _PAIR.match(_LOGGED.sub("", line))) for number, line in enumerate(lines, 1)]
    for is_pair, group in groupby(pairs, key=lambda one: one[1] is not None):
        together = list(group)
        if is_pair and len(together) >= _LEAST:
            for number, match in together:
                assert match is not None
                yield match["name"], number_or_text(match["value"]), number
    for number, line in enumerate(lines, 1):
        parsed = _NAMESPACE.search(line)
        for one in _ARGUMENT.finditer(parsed["inside"]) if parsed else ():
            value = one["value"].strip().strip("'\"")
            if value != "None":
                yield one["name"], number_or_text(value), number
