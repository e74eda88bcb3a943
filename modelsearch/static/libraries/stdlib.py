"""Python's own functions and the standard library: what calls return."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine import attributes, elements
from modelsearch.static.machine.entering import make_namespace
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Map,
    ModuleValue,
    Seq,
    choice,
    first,
    options,
    text,
)
from modelsearch.static.source.syntax import parsed


def _list(m: Machine, record: CallRecord) -> Abstract | None:
    if not record.args:
        return Seq([], at=record.place)
    value = first(record.args[0])
    if isinstance(value, Seq):
        return Seq(list(value.items), "list", value.open, record.place)
    found = elements.elements(m, value, 500)
    return Seq(found, "list", at=record.place) if found else None


def _dict(m: Machine, record: CallRecord) -> Abstract | None:
    return make_namespace(record.args, record.kwargs, False, namespace=False)


def _namespace(m: Machine, record: CallRecord) -> Abstract | None:
    return make_namespace(record.args, record.kwargs, False)


def _vars(m: Machine, record: CallRecord) -> Abstract | None:
    value = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(value, Instance):
        return Map(value.attrs, open=True)
    if isinstance(value, Map):
        return Map(value.items, open=value.open)
    if isinstance(value, ModuleValue):
        return Map(dict(m.run_module(value.module).names))
    return None


def _dir(m: Machine, record: CallRecord) -> Abstract | None:
    """``dir(settings)``: the names that a module, a class or an object holds."""
    value = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(value, ModuleValue):
        names: Iterable[Any] = m.run_module(value.module).names
    elif isinstance(value, ClassValue):
        names = [name for each in value.mro() for name in each.attrs]
    elif isinstance(value, Instance):
        names = [*value.attrs, *(name for each in value.klass.mro() for name in each.attrs)]
    elif isinstance(value, Map) and value.namespace:
        names = value.items
    else:
        return None
    known = dict.fromkeys(name for name in names if isinstance(name, str))
    return Seq([Const(name, record.place) for name in sorted(known)])


def _chain_map(m: Machine, record: CallRecord) -> Abstract | None:
    """``ChainMap(given, defaults)``: the first mapping that has a key counts."""
    return make_namespace(record.args[::-1], {}, False, namespace=False)


def _getattr(m: Machine, record: CallRecord) -> Abstract | None:
    if len(record.args) < 2:
        return None
    found = []
    for option in options(record.args[1]):
        name = text(option)
        if name:
            value = attributes.get_attribute(m, record.args[0], name)
            if isinstance(value, Dotted) and isinstance(option, Const):
                value = Dotted(value.name, option.places[0] if option.places else value.at)
            found.append(value)
    return choice(found) if found else None


def _setattr(m: Machine, record: CallRecord) -> Abstract | None:
    name = text(record.args[1]) if len(record.args) > 2 else None
    if name:
        attributes.set_attribute(m, record.args[0], name, record.args[2])
    return Const(None)


def _isinstance(m: Machine, record: CallRecord) -> Abstract | None:
    value = record.args[0] if record.args else UNKNOWN
    names = [
        kind.name.rpartition(".")[2]
        for option in options(record.args[1] if len(record.args) > 1 else None)
        for kind in (option.items if isinstance(option, Seq) else [option])
        if isinstance(kind, Dotted)
    ]
    if isinstance(value, Const) and names:
        kinds = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple}
        return Const(any(name in kinds and isinstance(value.value, kinds[name]) for name in names))
    if isinstance(value, Seq) and set(names) & {"list", "tuple", "Iterable", "Sequence"}:
        return Const(True) if value.kind in names or "Iterable" in names else None
    if isinstance(value, Map) and not value.namespace and "dict" in names:
        return Const(True)
    if isinstance(value, Map | Seq) and names and set(names) <= {"int", "float", "str"}:
        return Const(False)
    return None


def _replace(m: Machine, record: CallRecord) -> Abstract | None:
    """``dataclasses.replace(config, lr=…)``."""
    head = first(record.args[0]) if record.args else UNKNOWN
    if not isinstance(head, Instance):
        return None
    made = Instance(head.klass, {**head.attrs, **record.kwargs}, head.call, head.args, head.kwargs)
    m.instances.append(made)
    return made


def _partial(m: Machine, record: CallRecord) -> Abstract | None:
    head = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(head, Function):
        extra = (tuple(record.args[1:]), dict(record.kwargs))
        return Function(head.info, head.scope, head.defaults, head.bound, head.kind, extra)
    return None


def _same(m: Machine, record: CallRecord) -> Abstract | None:
    return record.args[0] if record.args else None


def _environment(m: Machine, record: CallRecord) -> Abstract | None:
    return record.argument(1, "default") or Const(None)


def _here(m: Machine, record: CallRecord) -> Abstract | None:
    """The folder that a script is started in; files are looked for there and beside the script."""
    return Const(".", record.place)


def _join_path(m: Machine, record: CallRecord) -> Abstract | None:
    parts = [text(each) for each in record.args]
    if not parts:
        return _here(m, record)
    if any(part is None for part in parts):
        return None
    joined = "/".join(str(part).rstrip("/") if part != "/" else "" for part in parts)
    places = tuple(p for each in record.args if isinstance(each, Const) for p in each.places)
    return Const(joined, record.place, places[:6]) if len(joined) < 1000 else None


def _parent_path(m: Machine, record: CallRecord) -> Abstract | None:
    value = text(record.args[0]) if record.args else None
    return Const(value.rpartition("/")[0] or ".", record.place) if value is not None else None


def _import_module(m: Machine, record: CallRecord) -> Abstract | None:
    """``importlib.import_module("a.b")``: the project's module, else the library's."""
    name = text(record.argument(0, "name"))
    if not name or len(name) > 200:
        return None
    module = m.program.module_for(name, record.module)
    if module is None:
        said = first(record.argument(0, "name"))
        places = said.places if isinstance(said, Const) else ()
        return Dotted(name, places[-1] if places else record.place)
    m.run_module(module)
    return ModuleValue(module)


def _type(m: Machine, record: CallRecord) -> Abstract | None:
    head = first(record.args[0]) if len(record.args) == 1 else UNKNOWN
    return head.klass if isinstance(head, Instance) else None


def _map(m: Machine, record: CallRecord) -> Abstract | None:
    if len(record.args) != 2:
        return None
    function, items = first(record.args[0]), elements.elements(m, record.args[1], 16)
    if not items or not isinstance(function, Function | ClassValue | Dotted):
        return None
    found = []
    for item in items:
        copy = CallRecord(None, record.node, record.module, [item], {}, record.function)
        found.append(m.call_value(function, copy, Scope(record.module, {})))
    return Seq(found)


def _evaluated(m: Machine, record: CallRecord) -> Abstract | None:
    """``eval(args.model)`` where the text is a name: what the name stands for."""
    written = text(record.args[0]) if record.args else None
    scope = m.globals.get(record.module.path)
    if written is None or scope is None or not re.fullmatch(r"[A-Za-z_][\w.]{0,60}", written):
        return None
    node = parsed(written, "eval").body if _is_name(written) else None
    return m.eval(node, scope) if node is not None else None


def _is_name(written: str) -> bool:
    return all(p.isidentifier() and not keyword.iskeyword(p) for p in written.split("."))


def _tuple_object(head: Call, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    fields = head.argument(1, "field_names")
    names = (text(fields) or "").replace(",", " ").split()
    if isinstance(fields, Seq):
        names = [text(each) or "" for each in fields.items]
    items: dict[Any, Abstract] = dict(zip(names, args, strict=False))
    defaults = head.kwargs.get("defaults")
    if isinstance(defaults, Seq) and defaults.items:
        for name, value in zip(names[-len(defaults.items) :], defaults.items, strict=False):
            items.setdefault(name, value)
    items.update(kwargs)
    return Map(items, namespace=True, kind="namedtuple")


def _named_tuple(m: Machine, head: Call, name: str, record: CallRecord) -> Abstract | None:
    """``Point(1, 2)`` and ``Point._make(values)`` of a class that ``namedtuple`` made."""
    if head.last != "namedtuple":
        return None
    if name == "__call__":
        return _tuple_object(head, record.args, record.kwargs)
    if name == "_make":
        given = first(record.argument(0, "iterable"))
        return _tuple_object(head, given.items if isinstance(given, Seq) else [], {})
    return None


def _enumeration_member(m: Machine, base: Const, name: str) -> Abstract | None:
    """``value`` of an enumeration's member, and the parts of a path."""
    if name == "value":
        return base
    if not isinstance(base.value, str) or name not in _PATH_PARTS:
        return None
    path = PurePosixPath(base.value)
    if name == "parents":
        above = [Const(str(each), base.at, base.places) for each in list(path.parents)[:8]]
        return Seq([*above], "tuple", True)
    return Const(str(getattr(path, name)), base.at, base.places)


_PATH_PARTS = frozenset(["parent", "parents", "name", "stem", "suffix"])


LIBRARY = Library(
    name="Python",
    calls={
        "builtins.eval": _evaluated,
        "builtins.list": _list,
        "builtins.tuple": _list,
        "builtins.set": _list,
        "builtins.sorted": _list,
        "builtins.dict": _dict,
        "collections.OrderedDict": _dict,
        "collections.ChainMap": _chain_map,
        "builtins.vars": _vars,
        "builtins.dir": _dir,
        "builtins.getattr": _getattr,
        "builtins.setattr": _setattr,
        "builtins.isinstance": _isinstance,
        "builtins.type": _type,
        "builtins.map": _map,
        "functools.partial": _partial,
        "importlib.import_module": _import_module,
        "os.environ.get": _environment,
        "os.getenv": _environment,
        "os.getcwd": _here,
        "pathlib.Path.cwd": _here,
        "os.path.join": _join_path,
        "os.path.dirname": _parent_path,
        "os.path.abspath": _same,
        "os.path.realpath": _same,
        "os.path.relpath": _same,
        "os.path.expanduser": _same,
        "pathlib.Path": _join_path,
        "pathlib.PurePath": _join_path,
        "copy.deepcopy": _same,
        "copy.copy": _same,
        "dataclasses.asdict": _vars,
        "dataclasses.replace": _replace,
        "types.SimpleNamespace": _namespace,
        "argparse.Namespace": _namespace,
    },
    methods={Call: _named_tuple},
    attributes={Const: _enumeration_member},
)
