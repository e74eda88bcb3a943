"""A person's or a lab's own names beside the shipped ones, from a file ``modelsearch.toml``::

    exclude = ["old/", "*_backup.py"]

    [[dataset]]
    name = "Lab Leaves"
    aliases = ["lableaves", "leaves-v2"]
    subjects = ["plant"]

    [[dataset]]
    name = "CIFAR-10"          # a shipped name: what is said here is added to it
    aliases = ["c10"]

An index run reads scripts with these names and stores them with the models, so that whoever gets
the database can ask by them without the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from modelsearch.records import tomltext
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any
from modelsearch.vocabulary import AXES, KINDS, add, find, normalise

FILE = "modelsearch.toml"
LARGEST = 1_000_000  #: bytes; a larger file is refused
_LONGEST = 200  #: characters of a name
_TEXTS = ("aliases", "constructors")
#: The keys that an entry of each kind may have beside its name.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "dataset": (*_TEXTS, "subjects", "classes", "modality", "image_size", "channels"),
    "family": (*_TEXTS, "parents", "axis"),
    "metric": (*_TEXTS, "higher_is_better"),
    "subject": ("aliases", "parents"),
}
_TYPES: Mapping[str, tuple[type, str]] = {
    "modality": (str, "a text"),
    "axis": (str, "a text"),
    "image_size": (int, "a whole number"),
    "channels": (int, "a whole number"),
    "higher_is_better": (bool, "true or false"),
}


@frozen
class Own:
    """What a file says: entries by kind, as the shipped files have them, and patterns of paths that
    an index run leaves alone. ``digest`` changes with the entries; it is empty without any.
    """

    entries: Mapping[str, Sequence[Mapping[str, Any]]] = {}
    exclude: tuple[str, ...] = ()
    digest: str = ""


def parse(text: str, place: str) -> Own:
    """Read the text of such a file. Raises ModelsearchError that says where it is wrong."""
    try:
        document = tomltext.parse(text)
    except ValueError as error:
        raise ModelsearchError(f"{place} cannot be read: {error}") from error
    exclude = _texts(document.pop("exclude", []), f"{place}: exclude")
    unknown = document.keys() - set(KINDS)
    if unknown:
        known = ", ".join(KINDS)
        raise ModelsearchError(
            f"{place}: {sorted(unknown)[0]!r} is not known; a table is one of {known}, or exclude"
        )
    entries = {kind: _entries(kind, listed, place) for kind, listed in document.items()}
    _check_parents(entries, place)
    digest = hashlib.sha256(repr(sorted(entries.items())).encode()).hexdigest()[:16]
    return Own(entries, tuple(exclude), digest if entries else "")


def _entries(kind: str, listed: object, place: str) -> list[dict[str, Any]]:
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ModelsearchError(f"{place}: write [[{kind}]], once for each {kind}")
    return [_entry(kind, one, f"{place}: {kind} {number}") for number, one in enumerate(listed, 1)]


def _entry(kind: str, given: dict[str, Any], place: str) -> dict[str, Any]:
    name = given.get("name")
    if not isinstance(name, str) or not normalise(name) or len(name) > _LONGEST:
        raise ModelsearchError(f"{place} needs a name of letters or digits")
    known = ("name", *_KEYS.get(kind, _TEXTS))
    for key, value in given.items():
        if key not in known:
            raise ModelsearchError(
                f"{place} ({name}) has no {key!r}; it may have {', '.join(known)}"
            )
        _check(key, value, f"{place} ({name})")
    if given.get("axis", AXES[0]) not in AXES:
        raise ModelsearchError(f"{place} ({name}): axis is {' or '.join(map(repr, AXES))}")
    return given


def _check_parents(entries: Mapping[str, Sequence[Mapping[str, Any]]], place: str) -> None:
    for kind, listed in entries.items():
        here = {entry["name"] for entry in listed}
        for entry in listed:
            for parent in entry.get("parents", ()):
                if parent not in here and find(kind, parent) is None:
                    raise ModelsearchError(
                        f"{place}: {kind} {entry['name']}: the parent {parent!r} is not known"
                    )


def _check(key: str, value: object, place: str) -> None:
    if key == "name":
        return
    if key not in _TYPES:
        _texts(value, f"{place}: {key}")
        return
    kind, said = _TYPES[key]
    if type(value) is not kind:
        raise ModelsearchError(f"{place}: {key} must be {said}")


def _texts(value: object, place: str) -> list[str]:
    right = isinstance(value, list) and all(
        isinstance(one, str) and one.strip() and len(one) <= _LONGEST for one in value
    )
    if not right:
        raise ModelsearchError(f'{place} must be a list of texts, as in ["one", "two"]')
    return list(value)  # type: ignore[call-overload, no-any-return]


_IN_USE: list[Own] = [Own()]


def in_use() -> Own:
    """Return what is known beside the shipped names now."""
    return _IN_USE[-1]


def use(own: Own) -> None:
    """Know a file's names from now on, and no other file's. Reader processes begin with this."""
    _IN_USE[:] = [own]
    add(own.entries)


@contextmanager
def used(own: Own) -> Iterator[None]:
    """Know a file's names for a while, as an index run does."""
    before = in_use()
    use(own)
    try:
        yield
    finally:
        use(before)
