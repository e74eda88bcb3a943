"""Settings in YAML and JSON as flat names and values; no object is ever constructed from a tag."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from modelsearch.records.artefacts import Evidence, Scalar
from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import RunPart, Setting
from modelsearch.sources.runs.columns import run_columns

MAX_YAML = 2_000_000  #: bytes
MAX_SETTINGS = 1_000  #: of one run
_MAX_DEPTH = 12
_MAX_VISITED = 100_000  #: values, counted each time that an alias leads to one
_MAX_LENGTH = 1_000  #: characters of a value
_FLOAT = re.compile(r"[-+]?(\d++(?:\.\d*+)?|\.\d+)[eE][-+]?\d+")
#: Settings that hold secrets or name a person or a machine are left out.
_PRIVATE = re.compile(r"(?i)(api_?key|token$|secret|password|passwd|e_?mail|^host$|user_?name)")


def read_yaml(text: str) -> Any:
    """Return the data of the first YAML document; tags of other programs become plain data.

    Raises ReadingError where the text is no YAML or too large.
    """
    if len(text) > MAX_YAML:
        raise ReadingError(f"larger than {MAX_YAML // 1_000_000} MB")
    try:
        return next(iter(yaml.load_all(text, Loader=_loader())), None)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise ReadingError("no YAML") from error


def read_json(text: str) -> Any:
    """Return the data of a JSON text. Raises ReadingError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingError("no JSON") from error


@cache
def _loader() -> type[yaml.SafeLoader]:
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it is built

    class PlainLoader(base):  # type: ignore[misc]
        """The safe loader, with unknown tags taken as the data that they stand on."""

    def plain(loader: PlainLoader, _tag: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    PlainLoader.add_multi_constructor("", plain)
    return PlainLoader


def flat(data: Any, prefix: str = "") -> dict[str, Scalar]:
    """Return the scalars of nested data under dotted names, lists of scalars as JSON text."""
    found: dict[str, Scalar] = {}
    for name, value in _walk(data, prefix, 0, iter(range(_MAX_VISITED))):
        if len(found) >= MAX_SETTINGS:
            break
        if not _PRIVATE.search(name.rpartition(".")[2]):
            found.setdefault(name, value)
    return found


def _walk(data: Any, name: str, depth: int, left: Iterator[int]) -> Iterator[tuple[str, Scalar]]:
    """Yield names and values; ``left`` counts down what may be visited."""
    if next(left, None) is None:
        return
    if isinstance(data, dict) and depth < _MAX_DEPTH:
        for key, value in data.items():
            yield from _walk(value, f"{name}.{key}" if name else str(key), depth + 1, left)
    elif isinstance(data, list | tuple):
        if data and all(isinstance(one, str | int | float | bool) for one in data):
            yield name, json.dumps(data)[:_MAX_LENGTH]
        elif data and depth < _MAX_DEPTH and all(isinstance(one, list | dict) for one in data):
            yield from _pairs(data, name, depth, left)
    elif isinstance(data, str):
        yield name, _typed(data)
    elif isinstance(data, bool | int | float):
        yield name, data
    elif data is not None and not isinstance(data, bytes):
        yield name, str(data)[:_MAX_LENGTH]


def _pairs(
    data: list[Any] | tuple[Any, ...], name: str, depth: int, left: Iterator[int]
) -> Iterator[tuple[str, Scalar]]:
    """An ordered mapping that was written as a list of pairs."""
    if not all(isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in data):
        return
    for key, value in data:
        yield from _walk(value, f"{name}.{key}" if name else key, depth + 1, left)


def _typed(text: str) -> Scalar:
    """``1e-4`` is text in YAML 1.1; it is meant as a number."""
    stripped = text.strip()
    if _FLOAT.fullmatch(stripped):
        return float(stripped)
    return stripped[:_MAX_LENGTH]


def number_or_text(text: str) -> Scalar:
    """Return a written value as the number that it is, else as text."""
    stripped = text.strip()
    for kind in (int, float):
        try:
            found: Scalar = kind(stripped)
        except ValueError:
            continue
        return found
    return {"True": True, "False": False}.get(stripped, stripped[:_MAX_LENGTH])


def add_settings(
    part: RunPart, settings: dict[str, Scalar], path: str, swept: Iterable[str] = ()
) -> None:
    """Add settings to a part, and the columns of a run that they fill."""
    varied = set(swept)
    part.settings += [
        Setting(name, value, Evidence(path, "config", None, name), name in varied)
        for name, value in settings.items()
        if not (isinstance(value, str) and not value)
    ]
    for column, (name, value) in run_columns(dict(settings)).items():
        part.add(column, value, Evidence(path, "config", None, name))  # type: ignore[arg-type]
