"""Which data a call makes or loads: what libraries say of it, then what its name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from modelsearch import vocabulary
from modelsearch.static.libraries.data_loading import (
    DataReader,
    Named,
    by_constructor,
    environment_name,
    strings,
)
from modelsearch.static.libraries.library import KNOWN
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Instance
from modelsearch.static.source.program import ClassInfo

_ENVIRONMENT = re.compile(r"^[\w/:.-]+-v\d+$")
_SUFFIX = re.compile(r"(DataModule|DataLoader|Dataset|Datasets|Loader|Data|_dataset|_loader)$")


def _by_library(record: CallRecord, name: str) -> list[Named] | None:
    loader = KNOWN.loaders.get(name)
    if loader is not None:
        return loader.read(record)
    for reader in KNOWN.data.of(name):
        found = reader(record, name)
        if found is not None:
            return found
    return None


def _environment_argument(record: CallRecord, name: str) -> list[Named] | None:
    """A versioned environment that a project function is given: ``make_env("CartPole-v1", …)``."""
    if ":" not in name or "env" not in record.last.lower():
        return None
    values = [v for p in range(3) for v in strings(record, p)]
    values += [v for key in record.kwargs for v in strings(record, None, key)]
    known = [each for each in values if _ENVIRONMENT.match(each.value)]
    return [Named(environment_name(each.value), at=each) for each in known] or None


@lru_cache(maxsize=20_000)
def _sounds_like_data(name: str) -> bool:
    return re.search(r"(?i)dataset|datamodule|\bdata\b|demos|corpus|corpora", name) is not None


def _spelling(record: CallRecord, name: str) -> list[Named] | None:
    """A library class or function that is called like a dataset, where data is to be expected."""
    if not _sounds_like_data(name):
        return None
    last = record.last
    if re.fullmatch(r"(load|fetch|get|read)_(data|dataset|splits)|load|splits", last):
        last = name.rpartition(".")[0].rpartition(".")[2]
    last = _SUFFIX.sub("", last)
    last = re.sub(r"^(load|fetch|get|read)_(data_)?", "", last)
    term = vocabulary.find("dataset", last) if len(last) > 3 else None
    if term is None or term.modality in ("game", "generated"):
        return None
    return [Named(term.name)]


#: Readers of calls that name their data without being executed.
CONSTRUCTORS: tuple[DataReader, ...] = (_by_library, by_constructor)
_READERS: tuple[DataReader, ...] = (
    _by_library,
    _environment_argument,
    by_constructor,
    _spelling,
)


def library_names(record: CallRecord) -> Iterator[str]:
    """Yield the library names that a call stands for: its own, or the bases of a project class."""
    if isinstance(record.target, ClassInfo) and isinstance(record.result, Instance):
        yield from record.result.klass.library_bases()
    elif record.name:
        yield record.name


def named_by(record: CallRecord) -> list[Named]:
    """Return the data that a call makes or loads, if its name or arguments say which."""
    for name in [*library_names(record), ""]:
        for reader in _READERS:
            found = reader(record, name)
            if found is not None:
                return found
    return []
