"""Items and elements of abstract values."""

from __future__ import annotations

from typing import Any

from modelsearch.static.machine import attributes
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    Choice,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    Seq,
    Span,
    Unknown,
    Varying,
    choice,
    constant,
    first,
    number,
    options,
    text,
)
from modelsearch.static.machine.wrapping import layers
from modelsearch.vocabulary.roles import role

_ITERABLE = role("iterable")
_ROWS = frozenset({"enumerate", "zip"})


def get_item(m: Machine, base: Abstract, key: Abstract) -> Abstract:
    """Return ``base[key]``."""
    if isinstance(base, Choice) or isinstance(key, Choice):
        found = [get_item(m, b, k) for b in options(base)[:4] for k in options(key)[:4]]
        return choice(found)
    if isinstance(key, Varying):
        key = key.initial if isinstance(base, Map) else UNKNOWN
    if isinstance(base, Instance) and isinstance(key, Const):
        return _object_item(m, base, key)
    if isinstance(base, Map):
        return _map_item(base, key)
    if isinstance(base, Seq):
        return _seq_item(base, key)
    if isinstance(base, Const) and isinstance(base.value, str):
        return _text_item(base, key)
    if isinstance(base, Call):
        return _call_item(m, base, key)
    if isinstance(base, Dotted):
        return _dotted_item(base, key)
    return base if isinstance(base, ClassValue) else Item(base, key)


def _object_item(m: Machine, base: Instance, key: Const) -> Abstract:
    """An item of an object: by its ``__getitem__`` where a name is asked, else an attribute."""
    if attributes.class_attribute(base.klass, "__getitem__") is None:
        return _map_item(Map(base.attrs, open=True), key)
    named = isinstance(key.value, str)
    found = attributes.looked_up(m, base, "__getitem__", key) if named else None
    return Item(base, key) if found is None else found


def _call_item(m: Machine, base: Call, key: Abstract) -> Abstract:
    """An item of what a library returned: a section of a file, a layer of a container."""
    found = LIBRARIES.item(m, base, key)
    if found is not None:
        return found
    if layers(base):
        inner = first(base.args[0])
        return get_item(m, inner if isinstance(inner, Map) else Seq(layers(base)), key)
    return Item(base, key)


def _dotted_item(base: Dotted, key: Abstract) -> Abstract:
    """``models.__dict__["resnet18"]``; a generic class with its parameters is that class."""
    if not base.name.endswith(".__dict__"):
        return base
    name = text(key)
    known = f"{base.name.removesuffix('__dict__')}{name}" if name else None
    places = key.places if isinstance(key, Const) else ()
    return Dotted(known, places[0] if places else base.at) if known else Item(base, key)


def _map_item(base: Map, key: Abstract) -> Abstract:
    value = constant(key)
    if isinstance(key, Const) and _hashable(value) and value in base.items:
        return base.items[value]
    if isinstance(key, ClassValue | Function | Dotted):
        return base.items.get(id(key), Item(base, key))
    return Item(base, key)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _seq_item(base: Seq, key: Abstract) -> Abstract:
    index = number(key)
    inside = isinstance(index, int) and -len(base.items) <= index < len(base.items)
    if isinstance(index, int) and inside and (index >= 0 or not base.open):
        return base.items[index]
    if base.kind == "loaders" or (index is None and 0 < len(base.items) <= 4):
        return choice(list(base.items))
    return Item(base, key)


def _text_item(base: Const, key: Abstract) -> Abstract:
    index = number(key)
    if isinstance(index, int) and -len(base.value) <= index < len(base.value):
        return Const(base.value[index], base.at)
    return UNKNOWN


def get_slice(base: Abstract, low: Abstract, high: Abstract, step: Abstract) -> Abstract:
    """Return ``base[low:high:step]``."""
    bounds = [constant(low), constant(high), constant(step)]
    given = [low, high, step]
    sure = all(isinstance(each, Const) for each in given) and all(
        bound is None or isinstance(bound, int) for bound in bounds
    )
    if isinstance(base, Seq) and sure and not base.open and bounds[2] != 0:
        return Seq(base.items[slice(*bounds)], base.kind, at=base.at)
    if isinstance(base, Const) and isinstance(base.value, str | bytes) and sure and bounds[2] != 0:
        return Const(base.value[slice(*bounds)], base.at, base.places)
    if isinstance(base, Seq | Const):
        return Unknown(base)
    return Item(base, Seq([low, high, step], "slice"))


def set_item(m: Machine, base: Abstract, key: Abstract, value: Abstract) -> None:
    """Assign ``base[key] = value``."""
    for observe in LIBRARIES.on_set_item:
        observe(m, base, key, value)
    if isinstance(base, Instance):
        base = Map(base.attrs)
    if isinstance(base, Map):
        name = constant(key)
        if isinstance(key, Const) and _hashable(name):
            m.put(base.items, name, value)
        else:
            base.open = True
    elif isinstance(base, Seq):
        index = number(key)
        if isinstance(index, int) and -len(base.items) <= index < len(base.items):
            base.items[index] = value


# ---- elements --------------------------------------------------------------------------------


def unpack(m: Machine, value: Abstract, count: int, starred: int | None) -> list[Abstract]:
    """Take a value apart into ``count`` targets; ``starred`` is the one that takes a rest."""
    if isinstance(value, Choice):
        columns = [unpack(m, option, count, starred) for option in value.options]
        return [choice([column[i] for column in columns]) for i in range(count)]
    if isinstance(value, Map) and not value.namespace:
        value = Seq([Const(key) for key in value.items])
    if isinstance(value, Seq) and not value.open:
        items = value.items
        if starred is None and len(items) == count:
            return list(items)
        if starred is not None and len(items) >= count - 1:
            tail = count - 1 - starred
            middle = items[starred : len(items) - tail]
            return [*items[:starred], Seq(list(middle)), *items[len(items) - tail :]]
    if isinstance(value, Const | Unknown):
        return [UNKNOWN] * count
    return [Item(value, Const(i)) for i in range(count)]


def elements(m: Machine, value: Abstract, limit: int) -> list[Abstract]:
    """All elements of an iterable when they are few and known; else nothing."""
    if isinstance(value, Seq):
        return list(value.items) if not value.open and len(value.items) <= limit else []
    if isinstance(value, Map) and not value.namespace:
        return [] if value.open or len(value.items) > limit else _keys(value)
    if isinstance(value, Span):
        return _span_elements(value, limit)
    if isinstance(value, Call) and (value.last in _ROWS or value.last in _ITERABLE):
        return _wrapped_elements(m, value, limit)
    return layers(value) if len(layers(value)) <= limit else []


def _keys(value: Map) -> list[Abstract]:
    return [Const(key, value.at) for key in value.items if not isinstance(key, tuple)]


def _span_elements(value: Span, limit: int) -> list[Abstract]:
    ends = [number(each) for each in (value.start, value.stop, value.step)]
    if not all(isinstance(end, int) for end in ends) or not ends[2]:
        return []
    if any(isinstance(each, Varying | Choice) for each in (value.start, value.stop)):
        return []
    numbers = range(*[int(end) for end in ends if end is not None])
    if len(numbers) > limit:
        return []
    return [Const(each, value.at) for each in numbers]


def _wrapped_elements(m: Machine, value: Call, limit: int) -> list[Abstract]:
    columns = [elements(m, each, limit) for each in value.args]
    if not columns or not all(columns):
        return []
    if value.last == "zip":
        return [Seq(list(row), "tuple") for row in zip(*columns, strict=False)]
    if value.last == "enumerate":
        start = number(value.argument(1, "start")) or 0
        column = columns[0]
        return [Seq([Const(int(start) + i), each], "tuple") for i, each in enumerate(column)]
    return list(reversed(columns[0])) if value.last == "reversed" else columns[0]


def element(m: Machine, value: Abstract) -> Abstract:
    """Return what a loop that is executed once gets from an iterable."""
    if layers(value):
        return choice(layers(value))
    if isinstance(value, Span):
        return Varying(value.start)
    if isinstance(value, Seq):
        return choice(list(value.items)) if value.items else UNKNOWN
    if isinstance(value, Map):
        return choice(_keys(value)) if value.items else UNKNOWN
    if isinstance(value, Choice):
        return choice([element(m, option) for option in value.options])
    if isinstance(value, Call) and value.last == "enumerate" and value.args:
        return Seq([Varying(Const(0)), element(m, value.args[0])], "tuple")
    if isinstance(value, Call) and value.last == "zip":
        return Seq([element(m, each) for each in value.args], "tuple")
    if isinstance(value, Call) and value.last in _ITERABLE and value.args:
        return element(m, value.args[0])
    if isinstance(value, Const):
        return UNKNOWN
    return Item(value)
