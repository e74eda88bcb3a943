"""Settings and histories that a script pickled: a dict of plain values (``best_params.pkl``), or of
a list of numbers for each result (``gan-stats.pkl``). Nothing is unpickled: opcodes are followed
that build plain data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading
from modelsearch.sources.checkpoints.pickles import read_pickle
from modelsearch.sources.runs.columns import any_number, split_of
from modelsearch.sources.runs.configs import add_settings, flat
from modelsearch.sources.runs.opening import Folder, each_alone
from modelsearch.sources.runs.series import Entry, curves

KIND = "pickle"
_SUFFIXES = frozenset({".pkl", ".pickle", ".p"})
_NAME = re.compile(
    r"(?i)(^|[-_. ])((hyper)?param(eter)?s?|settings|config|args|history|hist|stats|loss(es)?|"
    r"metrics|results|scores|curves|log)([-_. \d]|$)"
)
_LEAST = 3  #: values of a history


def recognise(path: str) -> str | None:
    """Return the folder of the run that a pickle of settings or results may tell of."""
    place = place_of(path)
    told = place.suffix.lower() in _SUFFIXES and _NAME.search(place.stem)
    return place.folder if told else None


def read(folder: Folder, _run: str, paths: Sequence[str]) -> RunReading:
    """Return a loose part for each pickle that holds settings or histories of results alone."""
    return each_alone(paths, lambda path: _parts(folder, path), "no pickle")


def _parts(folder: Folder, path: str) -> list[RunPart]:
    with folder.open(path) as file:
        content = read_pickle(file)
    return _told(content.data, path) if content.whole and isinstance(content.data, dict) else []


def _told(data: dict[Any, Any], path: str) -> list[RunPart]:
    part = RunPart(path, "pickle", 6, loose=True)
    if data and all(isinstance(each, dict) for each in data.values()):
        data = _by_parts(data)
    lists = {str(name): _numbers(each) for name, each in data.items()}
    if data and all(lists.values()):
        longest = max(len(each or ()) for each in lists.values())
        rows = [
            Entry({name: each[at] for name, each in lists.items() if each and at < len(each)})
            for at in range(longest)
        ]
        part.curves += curves(rows, path, counted=True)
    elif data and all(_plain(each) for each in data.values()):
        add_settings(part, flat(data), path)
    return [part] if part.curves or part.settings else []


def _by_parts(data: dict[Any, Any]) -> dict[Any, Any]:
    """Return histories that are kept for each part of the data under one name each: ``train`` with
    ``acc`` and ``val`` with ``acc``. Any others stay as they are.
    """
    if not all(split_of(str(part)) for part in data):
        return data
    return {f"{part}_{name}": each for part, its in data.items() for name, each in its.items()}


def _plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _numbers(value: object) -> list[float] | None:
    """Return the numbers of a list that holds nothing else, None for anything else."""
    if not isinstance(value, list) or len(value) < _LEAST:
        return None
    found = [any_number(one) for one in value]
    return [one for one in found if one is not None] if None not in found else None
