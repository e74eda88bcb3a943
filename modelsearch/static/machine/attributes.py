"""Attributes, items, elements and truth of abstract values."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from modelsearch.static.libraries import inifiles
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    Choice,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    ModuleValue,
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
from modelsearch.static.machine.wrappers import WRAPPERS
from modelsearch.static.source.parsing import LIBRARIES

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine


def truth(value: Abstract) -> bool | None:
    """Say whether a value is true, or None when unknown."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Seq | Map):
        items = bool(value.items)
        return items if items or not value.open else None
    if isinstance(value, Instance | Function | ClassValue | ModuleValue):
        return True
    if isinstance(value, Choice):
        found = {truth(option) for option in value.options}
        return found.pop() if len(found) == 1 else None
    return None


# ---- attributes ------------------------------------------------------------------------------


def get_attribute(m: Machine, base: Abstract, name: str, module: Any = None) -> Abstract:
    """Return ``base.name``."""
    handler = _GETTERS.get(type(base))
    return handler(m, base, name) if handler else Attr(base, name)


def _of_instance(m: Machine, base: Instance, name: str) -> Abstract:
    known = base.attrs.get(name)
    if known is not None:
        choice_made = _chosen(m, base, name) if isinstance(known, Const) else None
        return known if choice_made is None else choice_made
    if name == "__dict__":
        return Map(base.attrs, namespace=True, open=True)
    if name == "__class__":
        return base.klass
    found = class_attribute(base.klass, name)
    if isinstance(found, Function):
        return bind(m, found, base)
    if found is None or isinstance(found, Const | Instance):
        made = _chosen(m, base, name)
        found = made if made is not None else found
    if found is not None:
        return found
    return Attr(base, name)


def _chosen(m: Machine, base: Instance, name: str) -> Abstract | None:
    """What an option of a configuration class makes of an attribute; None for other objects."""
    from modelsearch.static.libraries import declared

    return declared.value_of(m, base, name) if declared.is_configuration(base) else None


def bind(m: Machine, function: Function, owner: Abstract) -> Abstract:
    """Bind a function of a class to an object (or to the class)."""
    if function.kind == "static":
        return function
    bound = Function(
        function.info, function.scope, function.defaults, owner, function.kind, function.extra
    )
    if function.kind in ("property", "cached_property") and isinstance(owner, Instance):
        from modelsearch.static.machine import invoking

        return invoking.call_function(m, bound, [], {})
    if function.kind == "class" and isinstance(owner, Instance):
        bound.bound = owner.klass
    elif isinstance(owner, ClassValue) and function.kind != "class":
        bound.bound = None
    return bound


def class_attribute(klass: ClassValue, name: str) -> Abstract | None:
    """Look an attribute up in a class and its project bases."""
    for each in klass.mro():
        if name in each.attrs:
            return each.attrs[name]
    return None


def _of_class(m: Machine, base: ClassValue, name: str) -> Abstract:
    if name == "__name__":
        return Const(base.info.name)
    found = class_attribute(base, name)
    if isinstance(found, Function):
        return bind(m, found, base)
    if found is None and name == "remote":
        return base
    return found if found is not None else Attr(base, name)


def _of_function(m: Machine, base: Function, name: str) -> Abstract:
    """Ray's ``learn.remote(…)`` calls ``learn``, in another process."""
    return base if name == "remote" else Attr(base, name)


def _of_module(m: Machine, base: ModuleValue, name: str) -> Abstract:
    names = m.run_module(base.module).names
    if name in names:
        return names[name]
    if name == "__dict__":
        return Map(dict(names), open=True)
    deep = m.program.module_for(f".{name}", base.module)
    if deep is not None and base.module.path.endswith("__init__.py"):
        m.run_module(deep)
        return ModuleValue(deep)
    return Attr(base, name)


def _of_dotted(m: Machine, base: Dotted, name: str) -> Abstract:
    full = f"{base.name}.{name}"
    if base.name.endswith(".FLAGS") or base.name == "FLAGS":
        return m.flags.get(name, UNKNOWN)
    if full == "wandb.config":
        return m.wandb
    if base.name.partition(".")[0] not in LIBRARIES:
        found = m.program.module_for(full, m.program.main)
        if found is not None:
            m.run_module(found)
            return ModuleValue(found)
    return Dotted(full, base.at)


def _of_map(m: Machine, base: Map, name: str) -> Abstract:
    if base.namespace:
        if name in base.items:
            return base.items[name]
        if name == "__dict__":
            return Map(base.items, open=base.open)
    return Attr(base, name)


def _of_call(m: Machine, base: Call, name: str) -> Abstract:
    if name in base.attrs:
        return base.attrs[name]
    if name == "config" and base.name == "wandb.init":
        return m.wandb
    return Attr(base, name)


def _of_choice(m: Machine, base: Choice, name: str) -> Abstract:
    return choice([get_attribute(m, option, name) for option in base.options])


def _of_attr(m: Machine, base: Attr, name: str) -> Abstract:
    if name == "module":
        return base
    return Attr(base, name)


def _of_const(m: Machine, base: Const, name: str) -> Abstract:
    """``value`` of an enumeration's member, and the parts of a path."""
    if name == "value":
        return base
    if isinstance(base.value, str) and name in _PATH_PARTS:
        path = PurePosixPath(base.value)
        if name == "parents":
            above = [Const(str(each), base.at, base.places) for each in list(path.parents)[:8]]
            return Seq([*above], "tuple", True)
        return Const(str(getattr(path, name)), base.at, base.places)
    return Attr(base, name)


_PATH_PARTS = frozenset(["parent", "parents", "name", "stem", "suffix"])


_GETTERS: dict[type, Any] = {
    Const: _of_const,
    Instance: _of_instance,
    ClassValue: _of_class,
    ModuleValue: _of_module,
    Function: _of_function,
    Dotted: _of_dotted,
    Map: _of_map,
    Call: _of_call,
    Choice: _of_choice,
    Attr: _of_attr,
}


def set_attribute(m: Machine, base: Abstract, name: str, value: Abstract) -> None:
    """Assign ``base.name = value``."""
    if isinstance(base, Instance | ClassValue | Call):
        m.put(base.attrs, name, value)
    elif isinstance(base, Map):
        m.put(base.items, name, value)
    elif isinstance(base, ModuleValue):
        m.put(m.run_module(base.module).names, name, value)
    elif isinstance(base, Dotted) and base.name.endswith("FLAGS"):
        m.put(m.flags, name, value)
    elif isinstance(base, Choice):
        for option in base.options:
            if isinstance(option, Instance | Map):
                set_attribute(m, option, name, value)


# ---- items -----------------------------------------------------------------------------------


def get_item(m: Machine, base: Abstract, key: Abstract) -> Abstract:
    """Return ``base[key]``."""
    if isinstance(base, Choice) or isinstance(key, Choice):
        found = [get_item(m, b, k) for b in options(base)[:4] for k in options(key)[:4]]
        return choice(found)
    if isinstance(key, Varying):
        key = key.initial if isinstance(base, Map) else UNKNOWN
    if isinstance(base, Instance) and "__getitem__" not in base.klass.attrs:
        base = Map(base.attrs, open=True) if isinstance(key, Const) else base
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


def _call_item(m: Machine, base: Call, key: Abstract) -> Abstract:
    """An item of what a library returned: a section of a file, a layer of a container."""
    section = inifiles.section_of(base, key)
    if section is not None:
        return section
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
    if constant(key) == "lr" and not isinstance(base, Map):
        m.rates_set.append(value)
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
    elif isinstance(base, Dotted) and base.name.endswith("os.environ"):
        return


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
    if isinstance(value, Call) and value.last in ("enumerate", "zip", "tqdm", "reversed"):
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


def layers(value: Abstract) -> list[Abstract]:
    """The layers in a library container (``Sequential``, ``ModuleList``); else nothing."""
    if not isinstance(value, Call) or not value.last.endswith(_CONTAINERS):
        return []
    if len(value.args) == 1:
        inner = first(value.args[0])
        if isinstance(inner, Seq):
            return inner.items
        if isinstance(inner, Map):
            return list(inner.items.values())
    return value.args


_CONTAINERS = ("Sequential", "ModuleList", "LayerList", "ModuleDict", "SequentialModel")


def element(m: Machine, value: Abstract) -> Abstract:
    """What a loop that is executed once gets from an iterable."""
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
    if isinstance(value, Call) and value.last in _TRANSPARENT and value.args:
        return element(m, value.args[0])
    if isinstance(value, Const):
        return UNKNOWN
    return Item(value)


_TRANSPARENT = frozenset({"tqdm", "trange", "iter", "list", "track", "progress_bar", "reversed"})


def is_none(value: Abstract) -> bool | None:
    """Say whether a value is None."""
    if isinstance(value, Const):
        return value.value is None
    if isinstance(value, Instance | Seq | Map | Function | ClassValue | Dotted | Span | Varying):
        return False
    if isinstance(value, Call):
        return False if value.last[:1].isupper() else None
    if isinstance(value, Choice):
        found = {is_none(option) for option in value.options}
        return found.pop() if len(found) == 1 else None
    return None


def unwrap(value: Abstract | None) -> Abstract:
    """The first alternative of a value without wrappers (``DataParallel(model)``)."""
    head = first(value)
    for _ in range(8):
        if isinstance(head, Call) and head.last in WRAPPERS and head.args:
            head = first(head.args[0])
        elif isinstance(head, Attr) and head.name == "module":
            head = first(head.base)
        else:
            break
    return head
