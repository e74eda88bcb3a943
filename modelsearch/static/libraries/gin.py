"""gin: files that bind parameters of functions and classes (``train.lr = 0.1``)."""

from __future__ import annotations

import ast
import re

from modelsearch.static.libraries.configs import find_file, read_config
from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    Abstract,
    ClassValue,
    Const,
    Function,
    Place,
    Seq,
    first,
    text,
)

_BINDING = re.compile(r"^(?:[\w/]+/)?([\w.]+)\.(\w+)\s*=\s*(\S.*)$")
_MACRO = re.compile(r"^(\w+)\s*=\s*(\S.*)$")
_MOST = 2000
_DEEPEST = 3
_Settings = dict[tuple[str, str], Abstract]


def _lines(
    m: Machine, record: CallRecord, name: str | None, depth: int = 0
) -> list[tuple[str, Place]]:
    """Return the lines of a file with their places, included ones in their places."""
    file = find_file(m, name, record.module.path) if name else None
    if file is None or depth > _DEEPEST:
        return []
    path, content = read_config(m, file)
    found: list[tuple[str, Place]] = []
    for number, line in enumerate((content or "").split("\n")[:_MOST], 1):
        plain = line.partition("#")[0].strip()
        if plain.startswith("include"):
            inner = plain.removeprefix("include").strip(" '\"")
            found += _lines(m, record, inner, depth + 1)[:_MOST]
        found.append((plain, Place(None, None, None, path, number, None)))
    return found


def _bindings(lines: list[tuple[str, Place]]) -> _Settings:
    """Read bindings and the macros (``%rate``) that they name; a later line wins."""
    macros: dict[str, Abstract] = {}
    found: _Settings = {}
    for line, place in lines:
        binding, macro = _BINDING.match(line), _MACRO.match(line)
        if binding is not None:
            value = _value(binding[3], place, binding[2], macros)
            if value is not None:
                found[binding[1].rpartition(".")[2], binding[2]] = value
        elif macro is not None:
            value = _value(macro[2], place, macro[1], macros)
            if value is not None:
                macros[macro[1]] = value
    return found


def _value(written: str, at: Place, key: str, macros: dict[str, Abstract]) -> Abstract | None:
    if written.startswith("%"):
        return macros.get(written[1:].removesuffix(".macro"))
    try:
        value = ast.literal_eval(written)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    if not isinstance(value, str | int | float | bool) and value is not None:
        return None
    place = Place(None, None, value, at.file, at.line, key)
    return Const(value, place, (place,))


def _bind(m: Machine, found: _Settings) -> None:
    """Give parameters of the project's functions and classes the values that are bound to them."""
    for scope in list(m.globals.values()):
        for name, value in list(scope.names.items()):
            target = first(value)
            if isinstance(target, ClassValue):
                target = target.attrs.get("__init__", target)
            if isinstance(target, Function):
                bound = {key: each for (owner, key), each in found.items() if owner == name}
                target.defaults.update(bound)


def _parse(m: Machine, record: CallRecord) -> Abstract | None:
    """``gin.parse_config_file(path)`` and ``gin.parse_config_files_and_bindings(paths, …)``."""
    given = first(record.argument(0, "config_file", "config_files"))
    names = given.items if isinstance(given, Seq) else [given]
    lines = [line for name in names for line in _lines(m, record, text(name))]
    extra = first(record.argument(1, "bindings"))
    for each in extra.items if isinstance(extra, Seq) else ():
        said = first(each)
        if isinstance(said, Const) and isinstance(said.value, str):
            lines.append((said.value.strip(), said.at or record.place))
    _bind(m, _bindings(lines))
    return Const(None)


LIBRARY = Library(
    name="gin",
    calls={
        "gin.parse_config_file": _parse,
        "gin.parse_config_files_and_bindings": _parse,
    },
)
