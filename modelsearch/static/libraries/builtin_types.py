"""Methods of dictionaries, lists and texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine import elements
from modelsearch.static.machine.entering import make_namespace
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    Const,
    Instance,
    Item,
    Map,
    Place,
    Seq,
    Unknown,
    Varying,
    constant,
    first,
    number,
    text,
)
from modelsearch.vocabulary.roles import role

_DICTIONARIES = role("dictionary class")


def _seq_method(m: Machine, head: Seq, method: str, record: CallRecord) -> Abstract | None:
    if len(head.items) > 2000:
        head.open = True
        return UNKNOWN
    if method in ("append", "add", "insert", "appendleft") and record.args:
        if m.loops:
            head.open = True
        if len(head.items) < 300:
            head.items.append(record.args[-1])
        return Const(None)
    if method == "extend" and record.args:
        inner = first(record.args[0])
        head.items.extend(elements.elements(m, inner, 500))
        head.open = head.open or not isinstance(inner, Seq) or inner.open
        return Const(None)
    if method == "copy":
        return Seq(list(head.items), head.kind, head.open)
    if method == "pop" and head.items:
        index = number(record.args[0]) if record.args else -1
        valid = isinstance(index, int) and -len(head.items) <= index < len(head.items)
        return head.items[index] if valid and isinstance(index, int) else UNKNOWN
    return None


def _map_get(m: Machine, head: Map, record: CallRecord) -> Abstract | None:
    if not record.args:
        return None
    found = elements.get_item(m, head, record.args[0])
    if isinstance(found, Item):
        default = record.args[1] if len(record.args) > 1 else Const(None)
        return Varying(default) if head.open else default
    return found


def map_update(m: Machine, head: Map, record: CallRecord) -> Abstract | None:
    """``table.update(other, key=value)``."""
    for each in record.args:
        inner = first(each)
        if isinstance(inner, Instance):
            inner = Map(inner.attrs)
        if isinstance(inner, Map):
            for key, value in list(inner.items.items()):
                m.put(head.items, key, value)
            head.open = head.open or inner.open
        else:
            head.open = True
    for key, value in record.kwargs.items():
        m.put(head.items, key, value)
    return Const(None)


def _map_pairs(m: Machine, head: Map, record: CallRecord) -> Abstract | None:
    rows: list[Abstract] = [
        Seq([Const(key), value], "tuple") for key, value in list(head.items.items())[:500]
    ]
    return Seq(rows, open=head.open)


def _map_set_default(m: Machine, head: Map, record: CallRecord) -> Abstract | None:
    key = constant(record.args[0]) if record.args else None
    if isinstance(key, str):
        if key not in head.items and len(record.args) > 1:
            m.put(head.items, key, record.args[1])
        return head.items.get(key)
    return None


_MAP_METHODS: dict[str, Callable[[Machine, Map, CallRecord], Abstract | None]] = {
    "get": _map_get,
    "pop": _map_get,
    "setdefault": _map_set_default,
    "update": map_update,
    "items": _map_pairs,
    "keys": lambda m, head, r: Seq([Const(key) for key in head.items], open=head.open),
    "values": lambda m, head, r: Seq(list(head.items.values()), open=head.open),
    "copy": lambda m, head, r: Map(dict(head.items), head.namespace, head.open),
    "_asdict": lambda m, head, r: head,
}


def _map_method(m: Machine, head: Map, method: str, record: CallRecord) -> Abstract | None:
    handler = _MAP_METHODS.get(method)
    return handler(m, head, record) if handler else None


def _is_dictionary(value: Abstract) -> bool:
    """Return whether a value is an object of a project class that derives from ``dict``."""
    if not isinstance(value, Instance):
        return False
    return any(base in _DICTIONARIES for base in value.klass.library_bases())


def _object_method(m: Machine, head: Instance, method: str, record: CallRecord) -> Abstract | None:
    """Methods of dictionaries on an object of a class that derives from ``dict``."""
    if not _is_dictionary(head):
        return None
    return _map_method(m, Map(head.attrs, namespace=True), method, record)


def _base_method(m: Machine, head: Call, method: str, record: CallRecord) -> Abstract | None:
    """``super().__init__(entries)`` in a class that derives from ``dict``."""
    if head.name != "builtins.super" or method not in ("__init__", "update", "get"):
        return None
    me = record.self_value
    if not isinstance(me, Instance) or not _is_dictionary(me):
        return None
    if method == "get":
        return _map_get(m, Map(me.attrs, namespace=True), record)
    for key, value in make_namespace(record.args, record.kwargs, False).items.items():
        m.put(me.attrs, key, value)
    return Const(None)


_TEXT_METHODS: dict[str, Callable[[str], Any]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "title": str.title,
    "capitalize": str.capitalize,
    "resolve": lambda v: v,
    "absolute": lambda v: v,
    "expanduser": lambda v: v,
    "as_posix": lambda v: v,
    "isupper": str.isupper,
    "islower": str.islower,
    "isidentifier": str.isidentifier,
}


def _text_method(m: Machine, head: Const, method: str, record: CallRecord) -> Abstract | None:
    value = head.value
    if not isinstance(value, str):
        return None
    if method in _TEXT_METHODS:
        return Const(_TEXT_METHODS[method](value), record.place, head.places)
    if method == "format":
        return _formatted(head, record) or Unknown(head)
    if method in ("rsplit", "split") and len(record.args) == 2 and len(value) < 1000:
        return _split_at_most(head, method, record)
    given = [text(each) for each in record.args]
    if any(each is None for each in given):
        return None
    known = _path_method(value, method, [str(each) for each in given])
    if known is not None:
        return Const(known, record.place, _places(head, *record.args))
    if method == "split" and len(value) < 1000:
        parts = value.split(given[0]) if given and given[0] else value.split()
        return Seq([Const(part, record.place, head.places) for part in parts])
    if method == "replace" and len(given) == 2 and len(value) < 500 and len(str(given[1])) < 20:
        replaced = value.replace(str(given[0]), str(given[1]))
        return Const(replaced, record.place, _places(head, *record.args[1:]))
    if method in ("open", "read_text"):
        return Call("builtins.open", [head], {}, record.place)
    return None


def _places(*values: Abstract) -> tuple[Place, ...]:
    """Return the literals that a text is made from."""
    heads = [first(value) for value in values]
    return tuple(place for each in heads if isinstance(each, Const) for place in each.places)[:8]


def _path_method(value: str, method: str, given: list[str]) -> str | bool | None:
    """Methods of paths, and questions about texts, whose arguments are known texts."""
    if method in ("startswith", "endswith") and given:
        return value.startswith(given[0]) if method == "startswith" else value.endswith(given[0])
    if method == "joinpath":
        return "/".join([value, *given])[:1000]
    if method in ("with_name", "with_suffix") and len(given) == 1 and value:
        path = PurePosixPath(value)
        name = given[0] if method == "with_name" else f"{path.stem}{given[0]}"
        return str(path.parent / name)[:1000]
    return None


def _split_at_most(head: Const, method: str, record: CallRecord) -> Abstract | None:
    """``"a.b.c".rsplit(".", 1)``."""
    separator, most = text(record.args[0]), number(record.args[1])
    if not separator or not isinstance(most, int):
        return None
    parts = getattr(head.value, method)(separator, most)
    return Seq([Const(part, record.place, head.places) for part in parts])


_FIELD = re.compile(r"\{(\w*)\}")


def _formatted(head: Const, record: CallRecord) -> Abstract | None:
    """``"{}/{name}".format(a, name=b)`` with known texts and plain fields."""
    rest = _FIELD.sub("", head.value)
    if len(head.value) > 500 or "{" in rest or "}" in rest:
        return None
    position = 0
    parts: list[str] = []

    def fill(match: re.Match[str]) -> str:
        nonlocal position
        key = match[1]
        if key.isdigit() or not key:
            index, position = (int(key) if key else position), position + 1
            value = constant(record.args[index]) if index < len(record.args) else None
        else:
            value = constant(record.kwargs.get(key))
        parts.append("" if value is None else str(value)[:300])
        return parts[-1]

    filled = _FIELD.sub(fill, head.value)
    places = _places(head, *record.args, *record.kwargs.values())
    return Const(filled, record.place, places) if all(parts) else None


LIBRARY = Library(
    name="built-in types",
    methods={
        Map: _map_method,
        Seq: _seq_method,
        Const: _text_method,
        Instance: _object_method,
        Call: _base_method,
    },
)
