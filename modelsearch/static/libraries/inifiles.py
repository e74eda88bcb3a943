"""``configparser`` files: sections and settings with the lines where they stand."""

from __future__ import annotations

import configparser
import re

from modelsearch.static.libraries.configs import find_file, read_config
from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import UNKNOWN, Abstract, Call, Const, Item, Map, Place, text

_PARSERS = ("ConfigParser", "RawConfigParser", "SafeConfigParser")
_SECTIONS = "<sections>"
_KINDS: dict[str, type] = {"get": str, "getint": int, "getfloat": float}


def parse_ini(content: str, path: str | None) -> Map:
    """Parse the text of an ``.ini`` file; a broken one gives what stands before the fault."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(content)
    except configparser.Error:
        return Map({}, open=True)
    places = _places(content)
    sections: dict[str, Abstract] = {}
    for section in parser.sections():
        entries: dict[str, Abstract] = {}
        for name, value in parser.items(section):
            line = places.get((section, name), places.get(("", name)))
            place = Place(None, None, value, path, line, f"{section}.{name}")
            entries[name] = Const(value, place, (place,))
        sections[section] = Map(entries)
    return Map(dict(sections))


def _places(content: str) -> dict[tuple[str, str], int]:
    """Return the line of each setting of each section, and of each setting's first in any."""
    found: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(content.split("\n"), 1):
        if line.startswith("[") and line.rstrip().endswith("]"):
            section = line.strip()[1:-1]
            continue
        name = re.split("[:=]", line, maxsplit=1)[0].strip().lower()
        found.setdefault((section, name), number)
        found.setdefault(("", name), number)
    return found


def _method(m: Machine, head: Call, name: str, record: CallRecord) -> Abstract | None:
    """Model ``read`` and the getters of a parser; None for everything else."""
    if not head.last.endswith(_PARSERS):
        return None
    if name == "read":
        return _read(m, head, record)
    if name == "__getitem__" and record.args:
        return _section(head, text(record.args[0]))
    if name in _KINDS and len(record.args) >= 2:
        section = _section(head, text(record.args[0]))
        found = section.items.get((text(record.args[1]) or "").lower()) if section else None
        return _converted(found, _KINDS[name], record)
    return None


def _section_of(m: Machine, base: Call, key: Abstract) -> Abstract | None:
    """``parser["section"]``; None when ``base`` is no parser that has read a file."""
    if _SECTIONS in base.attrs:
        return _section(base, text(key)) or Item(base, key)
    return None


def _read(m: Machine, head: Call, record: CallRecord) -> Abstract | None:
    name = text(record.argument(0, "filenames"))
    file = find_file(m, name, record.module.path) if name else None
    if file is None:
        return None
    path, content = read_config(m, file)
    if content is not None:
        head.attrs[_SECTIONS] = parse_ini(content, path)
    return UNKNOWN


def _section(head: Call, name: str | None) -> Map | None:
    sections = head.attrs.get(_SECTIONS)
    found = sections.items.get(name) if isinstance(sections, Map) and name else None
    return found if isinstance(found, Map) else None


def _converted(value: Abstract | None, kind: type, record: CallRecord) -> Abstract | None:
    if not isinstance(value, Const) or not isinstance(value.value, str) or len(value.value) > 80:
        return value
    try:
        return Const(kind(value.value), record.place, value.places)
    except ValueError:
        return UNKNOWN


LIBRARY = Library(name="configparser", methods={Call: _method}, items={Call: _section_of})
