"""Plain logs: what a training printed, kept in a file (``train.log``, ``slurm-12.out``)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading
from modelsearch.sources.runs.logs import add_entries, add_text, json_lines
from modelsearch.sources.runs.opening import Folder, each_alone

KIND = "text log"
MAX_BYTES = 32_000_000
_SUFFIXES = frozenset({".log", ".txt", ".out"})
_NAME = re.compile(
    r"(?i)(^|[-_. ])(train(ing)?|log(s|file)?|nohup|slurm|output|stdout|console|run|epochs?|"
    r"history|metrics|results?|loss|eval|finetun\w*|search|sweep|tuning|experiments?|"
    r"report|scores?|summary|evaluation|performance)([-_. \d]|$)"
)
_LOGS = frozenset({".log", ".out"})  #: suffixes that say enough, whatever the name
_FOLDERS = frozenset({"log", "logs"})  #: what lies in them needs no telling name
_NEVER = re.compile(r"(?i)^(requirements|readme|license|vocab|classes|labels|merges|debug)")


def recognise(path: str) -> str | None:
    """Return the folder of the run that a plain log may tell of."""
    place = place_of(path)
    if place.suffix.lower() not in _SUFFIXES or _NEVER.match(place.name):
        return None
    above = place.folder.rpartition("/")[2].lower()
    told = place.suffix.lower() in _LOGS or above in _FOLDERS or _NAME.search(place.stem)
    return place.folder if told else None


def read(folder: Folder, _run: str, paths: Sequence[str]) -> RunReading:
    """Return a loose part for each log that has at least three lines of one shape."""
    return each_alone(paths, lambda path: _parts(folder.text(path, MAX_BYTES), path), "no text")


def _parts(text: str, path: str) -> list[RunPart]:
    part = RunPart(path, "text log", 7, loose=True)
    if text.lstrip()[:1] == "{":
        further = add_entries(part, json_lines(text), path)
    else:
        further = add_text(part, text, path)
    return [one for one in (part, *further) if one.curves or one.results]
