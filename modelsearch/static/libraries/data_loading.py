"""How calls name the data that they load: the rows and readers of a library's ``data``.

Names of the vocabulary are used where it knows the data; an identifier that it does not know
(``load_dataset("me/things")``) is kept as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from modelsearch import vocabulary
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Const, options


@dataclass(frozen=True, slots=True)
class Named:
    """Data as a call names it.

    ``known``: the vocabulary has it. ``at`` is the text that names it, where that is not the call
    itself.
    """

    name: str
    known: bool = True
    note: str | None = None
    at: Abstract | None = None


#: Returns the data that a call of a dotted name loads (empty where its arguments are not known);
#: None for other calls. A method's call has the name "".
DataReader = Callable[[CallRecord, str], list[Named] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """Calls that are given the name of data, and where it stands among their arguments.

    The vocabulary lists such a name behind the name of its collection: ``sns:titanic``.
    """

    calls: tuple[str, ...]
    collection: str
    #: Where the name stands: by position (None: by keyword alone), and the keyword.
    at: int | None = 0
    keyword: str = "name"
    #: The names are those of the collection; no other spelling is meant.
    closed: bool = False
    #: Where a number of the collection is given instead, and what the vocabulary writes before it.
    number: tuple[int | None, str, str] | None = None

    def read(self, record: CallRecord) -> list[Named]:
        """Return the data that a call of this row names."""
        names = strings(record, self.at, self.keyword)
        if self.closed:
            keys = [(each, lookup(f"{self.collection}{each.value}")) for each in names]
            return [replace(found or Named(each.value, False), at=each) for each, found in keys]
        named = [replace(by_name(self.collection, each.value), at=each) for each in names]
        return named or self._numbered(record)

    def _numbered(self, record: CallRecord) -> list[Named]:
        """Return what a number names: ``fetch_ucirepo(id=53)``, ``fetch_openml(data_id=554)``."""
        if self.number is None:
            return []
        position, keyword, prefix = self.number
        numbers = [o for o in options(record.argument(position, keyword)) if isinstance(o, Const)]
        found = [(lookup(f"{prefix}{each.value}"), each) for each in numbers]
        return [replace(named, at=each) for named, each in found if named is not None]


def lookup(key: str) -> Named | None:
    """Return the data that the vocabulary lists under a constructor, else None."""
    term = vocabulary.find_constructor("dataset", key)
    return Named(term.name) if term else None


def by_name(collection: str, value: str) -> Named:
    """Look a name up: as ``collection:value``, by its shorter forms, then as a spelling."""
    value = value.strip()
    parts = value.split(":")[0] if collection == "tfds" else value
    tries = [value, parts]
    while "/" in parts:
        parts = parts.rpartition("/")[0]
        tries.append(parts)
    for each in tries:
        found = lookup(f"{collection}:{each}")
        if found:
            return found
    for each in (value, value.rpartition("/")[2]):
        term = vocabulary.find("dataset", each)
        if term and term.modality != "game":
            return Named(term.name)
    return Named(value, known=False)


def by_constructor(record: CallRecord, name: str) -> list[Named] | None:
    """Look the called name up, then what stands before a method (``IMDB.splits``)."""
    for _ in range(3):
        found = lookup(name)
        if found is not None:
            return [found]
        name = name.rpartition(".")[0]
    return None


def strings(record: CallRecord, position: int | None, *names: str) -> list[Const]:
    """Return the texts that an argument may be."""
    value = record.argument(position, *names)
    return [o for o in options(value) if isinstance(o, Const) and isinstance(o.value, str)]


_VERSION = re.compile(r"[-_]v\d+$")


def environment_name(identifier: str) -> str:
    """Return the name of a reinforcement-learning environment without prefix and version.

    ``"ALE/Breakout-v5"`` → ``Breakout``, ``"BreakoutNoFrameskip-v4"`` → ``Breakout``.
    """
    base = _VERSION.sub("", identifier.rpartition("/")[2].rpartition(":")[2])
    short = re.sub(r"(NoFrameskip|Deterministic)$", "", base)
    for each in (base, short):
        term = vocabulary.find_constructor("dataset", f"gym:{each}")
        if term is None:
            term = vocabulary.find("dataset", each)
        if term is not None and term.modality == "game":
            return term.name
    return short
