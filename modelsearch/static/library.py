"""What library calls return, where their result is known from their arguments.

Everything else becomes a :class:`Call` that keeps its arguments. The tables map names to handlers
of one signature: ``handler(machine, record) -> value or None`` (None: not computable).
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelsearch.static import arguments, attributes, configs, inifiles, protocols
from modelsearch.static.scopes import CallRecord, Scope
from modelsearch.static.values import (
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

if TYPE_CHECKING:
    from modelsearch.static.machine import Machine

Handler = Callable[["Machine", CallRecord], Abstract | None]


def call(m: Machine, name: str, record: CallRecord, scope: Scope, star: bool) -> Abstract:
    """Call a library function by its dotted name."""
    handler = _find_handler(name)
    if handler is not None:
        found = handler(m, record)
        if found is not None:
            return found
    parsed = arguments.dataclass_parser(m, record)
    if parsed is not None:
        return parsed
    last = record.last
    if last == "locals" and name.startswith("builtins"):
        return Map(scope.names, open=True)
    if last in attributes.WRAPPERS and record.args:
        inner = first(record.args[0])
        if isinstance(inner, Instance | Call | Map | Seq | Attr):
            return record.args[0]
    result = Call(name, record.args, record.kwargs, record.place, star=star)
    protocols.library_call(m, record, result, scope)
    return result


def call_method(m: Machine, record: CallRecord, scope: Scope, star: bool) -> Abstract:
    """Call a method of a value that is no project code."""
    receiver, method = record.receiver, record.method or ""
    head = first(receiver)
    for handler in (_container_method, arguments.method, configs.method, inifiles.method):
        found = handler(m, head, method, record)
        if found is not None:
            return found
    if method in ("connect", "connect_configuration") and record.args:
        if isinstance(first(record.args[0]), Map | Instance):
            return record.args[0]
    if method in attributes.SAME and isinstance(head, Call | Instance | Item):
        return receiver or UNKNOWN
    if isinstance(head, Instance) and method == "add_module" and len(record.args) == 2:
        name = text(record.args[0])
        if name:
            m.put(head.attrs, name, record.args[1])
    result = Call(None, record.args, record.kwargs, record.place, receiver, method, star=star)
    protocols.method_call(m, record, result, scope)
    return result


def _find_handler(name: str) -> Handler | None:
    found = _HANDLERS.get(name)
    if found is not None:
        return found
    head, _, last = name.rpartition(".")
    if last in _BY_LAST:
        return _BY_LAST[last]
    if head.rpartition(".")[2] in ("np", "numpy", "math", "jnp", "onp"):
        return _HANDLERS.get(f"math.{last}")
    return configs.LOADERS.get(name) or configs.LOADERS_BY_LAST.get(last)


# ---- numbers and texts -----------------------------------------------------------------------


def _derived(source: Abstract, value: Any, record: CallRecord) -> Abstract:
    """A constant computed from another, keeping the literals it came from."""
    places = source.places if isinstance(source, Const) else ()
    return Const(value, record.place, places)


def _map_constant(record: CallRecord, convert: Callable[[Any], Any]) -> Abstract | None:
    """Apply a function to the constant first argument, through choices and varying values."""
    if not record.args:
        return None
    return _apply(record.args[0], convert, record)


def _apply(value: Abstract, convert: Callable[[Any], Any], record: CallRecord) -> Abstract | None:
    if isinstance(value, Choice):
        found = [_apply(option, convert, record) for option in value.options]
        return choice([each or UNKNOWN for each in found])
    if isinstance(value, Varying):
        inner = _apply(value.initial, convert, record)
        return Varying(inner) if inner is not None else None
    if not isinstance(value, Const):
        return None
    try:
        result = convert(value.value)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return UNKNOWN
    if isinstance(result, complex) or (isinstance(result, int) and result.bit_length() > 256):
        return UNKNOWN
    return _derived(value, result, record)


def _int(m: Machine, record: CallRecord) -> Abstract | None:
    found = _map_constant(record, lambda v: int(v) if not _long(v) else None)
    if found is None and record.args and isinstance(record.args[0], Call | Item):
        return record.args[0]
    return found


def _long(value: Any) -> bool:
    return isinstance(value, str | bytes) and len(value) > 80


def _float(m: Machine, record: CallRecord) -> Abstract | None:
    found = _map_constant(record, lambda v: float(v) if not _long(v) else None)
    if found is None and record.args and isinstance(record.args[0], Call | Item):
        return record.args[0]
    return found


def _str(m: Machine, record: CallRecord) -> Abstract | None:
    return _map_constant(record, lambda v: str(v)[:10_000])


def _bool(m: Machine, record: CallRecord) -> Abstract | None:
    known = attributes.truth(record.args[0]) if record.args else None
    return Const(known, record.place) if known is not None else None


def _len(m: Machine, record: CallRecord) -> Abstract | None:
    value = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(value, Seq | Map) and not value.open:
        return Const(len(value.items), record.place)
    if isinstance(value, Const) and isinstance(value.value, str | bytes):
        return Const(len(value.value), record.place)
    if isinstance(value, Span):
        found = attributes.elements(m, value, 10_000)
        return Const(len(found), record.place) if found else None
    if isinstance(value, Instance):
        method = attributes.class_attribute(value.klass, "__len__")
        if isinstance(method, Function):
            from modelsearch.static import invoking

            bound = attributes.bind(m, method, value)
            if isinstance(bound, Function):
                result = invoking.call_function(m, bound, [], {})
                return result if number(result) is not None else None
    return None


def _range(m: Machine, record: CallRecord) -> Abstract | None:
    args = record.args
    zero, one = Const(0), Const(1)
    if not args or len(args) > 3:
        return None
    if len(args) == 1:
        return Span(zero, args[0], one, record.place)
    return Span(args[0], args[1], args[2] if len(args) > 2 else one, record.place)


def _fold(name: str) -> Handler:
    functions: dict[str, Callable[..., Any]] = {"min": min, "max": max, "sum": sum}

    def fold(m: Machine, record: CallRecord) -> Abstract | None:
        items = record.args
        if len(items) == 1:
            inner = first(items[0])
            if not isinstance(inner, Seq) or inner.open:
                # A list made at run time (checkpoints found) is empty on a first run.
                return record.kwargs.get("default")
            items = inner.items
        if record.kwargs or not items:
            return None
        values = [each.value for each in items if isinstance(each, Const)]
        if len(values) != len(items) or not all(_is_number(value) for value in values):
            return None
        places = tuple(p for each in items if isinstance(each, Const) for p in each.places)
        return Const(functions[name](values), record.place, places[:6])

    return fold


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _numeric(function: Callable[..., Any]) -> Handler:
    def compute(m: Machine, record: CallRecord) -> Abstract | None:
        values = [number(each) for each in record.args[:2]]
        if not values or any(value is None or abs(value) > 1e18 for value in values):
            return None
        varying = any(isinstance(each, Varying) for each in record.args)
        try:
            result = Const(function(*values), record.place)
        except (TypeError, ValueError, ArithmeticError):
            return None
        if not isinstance(result.value, int | float):
            return None
        return Varying(result) if varying else result

    return compute


def _bounded_pow(base: float, exponent: float) -> float | None:
    if abs(exponent) > 64 or abs(base) > 1e6:
        return None
    result = base**exponent
    return result if isinstance(result, int | float) else None


def _product(m: Machine, record: CallRecord) -> Abstract | None:
    inner = first(record.args[0]) if record.args else UNKNOWN
    if not isinstance(inner, Seq) or inner.open or len(inner.items) > 16:
        return None
    values = [number(each) for each in inner.items]
    if any(value is None or abs(value) > 1e9 for value in values):
        return None
    result = math.prod(value for value in values if value is not None)
    return Const(result, record.place) if abs(result) < 1e18 else None


# ---- containers ------------------------------------------------------------------------------


def _list(m: Machine, record: CallRecord) -> Abstract | None:
    if not record.args:
        return Seq([], at=record.place)
    value = first(record.args[0])
    if isinstance(value, Seq):
        return Seq(list(value.items), "list", value.open, record.place)
    found = attributes.elements(m, value, 500)
    return Seq(found, "list", at=record.place) if found else None


def _dict(m: Machine, record: CallRecord) -> Abstract | None:
    return make_namespace(record.args, record.kwargs, False, namespace=False)


def make_namespace(
    args: list[Abstract], kwargs: dict[str, Abstract], star: bool, namespace: bool = True
) -> Map:
    """Make a dictionary (or an object with attributes) from what it is given."""
    result = Map({}, namespace=namespace, open=star)
    for each in args:
        inner = first(each)
        if isinstance(inner, Map):
            result.items.update(inner.items)
            result.open = result.open or inner.open
        elif isinstance(inner, Seq):
            for row in inner.items:
                if isinstance(row, Seq) and len(row.items) == 2 and isinstance(row.items[0], Const):
                    result.items[row.items[0].value] = row.items[1]
        elif not isinstance(inner, Const):
            result.open = True
    result.items.update(kwargs)
    if namespace:
        for key, value in list(result.items.items()):
            if isinstance(value, Map) and not value.namespace:
                result.items[key] = make_namespace([value], {}, value.open)
    return result


def _namespace(m: Machine, record: CallRecord) -> Abstract | None:
    return make_namespace(record.args, record.kwargs, False)


def _vars(m: Machine, record: CallRecord) -> Abstract | None:
    value = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(value, Instance):
        return Map(value.attrs, open=True)
    if isinstance(value, Map):
        return Map(value.items, open=value.open)
    return None


def _getattr(m: Machine, record: CallRecord) -> Abstract | None:
    if len(record.args) < 2:
        return None
    found = [
        attributes.get_attribute(m, record.args[0], name)
        for name in (text(option) for option in options(record.args[1]))
        if name
    ]
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


def _join_path(m: Machine, record: CallRecord) -> Abstract | None:
    parts = [text(each) for each in record.args]
    if not parts or any(part is None for part in parts):
        return None
    joined = "/".join(str(part).rstrip("/") if part != "/" else "" for part in parts)
    places = tuple(p for each in record.args if isinstance(each, Const) for p in each.places)
    return Const(joined, record.place, places[:6]) if len(joined) < 1000 else None


def _parent_path(m: Machine, record: CallRecord) -> Abstract | None:
    value = text(record.args[0]) if record.args else None
    return Const(value.rpartition("/")[0] or ".", record.place) if value is not None else None


def _eval_text(m: Machine, record: CallRecord) -> Abstract | None:
    value = text(record.args[0]) if record.args else None
    if value is None or len(value) > 200:
        return None
    try:
        return _lift(ast.literal_eval(value), record)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _lift(value: Any, record: CallRecord) -> Abstract:
    if isinstance(value, list | tuple):
        return Seq([_lift(each, record) for each in value], at=record.place)
    if isinstance(value, int | float | str | bool) or value is None:
        return Const(value, record.place)
    return UNKNOWN


def _prepare(m: Machine, record: CallRecord) -> Abstract | None:
    """``prepare(a, b)`` gives its arguments back, wrapped."""
    if len(record.args) == 1:
        return record.args[0]
    return Seq(list(record.args), "tuple") if record.args else None


def _initialize(m: Machine, record: CallRecord) -> Abstract | None:
    if record.name and "amp" in record.name and len(record.args) >= 2:
        return Seq(list(record.args[:2]), "tuple")
    if record.name and "deepspeed" in record.name:
        engine = Call(record.name, record.args, record.kwargs, record.place)
        return Seq([engine, record.argument(1, "optimizer") or UNKNOWN, UNKNOWN, UNKNOWN], "tuple")
    return None


def _import_module(m: Machine, record: CallRecord) -> Abstract | None:
    """``importlib.import_module("a.b")``: the project's module, else the library's."""
    name = text(record.argument(0, "name"))
    if not name or len(name) > 200:
        return None
    module = m.program.module_for(name, record.module)
    if module is None:
        return Dotted(name, record.place)
    m.run_module(module)
    return ModuleValue(module)


def _timm_settings(m: Machine, record: CallRecord) -> Abstract | None:
    """``timm.optim.optimizer_kwargs(cfg=args)``: what an optimizer is made of."""
    given = first(record.argument(0, "cfg"))
    if not isinstance(given, Map):
        return None
    names = ("opt", "lr", "weight_decay", "momentum")
    return Map({name: given.items[name] for name in names if name in given.items}, open=True)


def _type(m: Machine, record: CallRecord) -> Abstract | None:
    head = first(record.args[0]) if len(record.args) == 1 else UNKNOWN
    return head.klass if isinstance(head, Instance) else None


def _map(m: Machine, record: CallRecord) -> Abstract | None:
    from modelsearch.static import invoking

    if len(record.args) != 2:
        return None
    function, items = first(record.args[0]), attributes.elements(m, record.args[1], 16)
    if not items or not isinstance(function, Function | ClassValue | Dotted):
        return None
    found = []
    for item in items:
        copy = CallRecord(None, record.node, record.module, [item], {}, record.function)
        found.append(invoking.call_value(m, function, copy, Scope(record.module, {})))
    return Seq(found)


_HANDLERS: dict[str, Handler] = {
    "builtins.int": _int,
    "builtins.float": _float,
    "builtins.str": _str,
    "builtins.bool": _bool,
    "builtins.len": _len,
    "builtins.range": _range,
    "builtins.xrange": _range,
    "six.moves.range": _range,
    "builtins.min": _fold("min"),
    "builtins.max": _fold("max"),
    "builtins.sum": _fold("sum"),
    "builtins.abs": _numeric(abs),
    "builtins.round": _numeric(lambda v, n=0: round(v, int(n)) if n else round(v)),
    "builtins.pow": _numeric(_bounded_pow),
    "builtins.list": _list,
    "builtins.tuple": _list,
    "builtins.set": _list,
    "builtins.sorted": _list,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.vars": _vars,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.isinstance": _isinstance,
    "builtins.type": _type,
    "builtins.eval": _eval_text,
    "ast.literal_eval": _eval_text,
    "builtins.map": _map,
    "math.sqrt": _numeric(math.sqrt),
    "math.log2": _numeric(math.log2),
    "math.log": _numeric(math.log),
    "math.ceil": _numeric(math.ceil),
    "math.floor": _numeric(math.floor),
    "math.pow": _numeric(_bounded_pow),
    "math.power": _numeric(_bounded_pow),
    "math.exp": _numeric(lambda v: math.exp(v) if v < 100 else None),
    "math.prod": _product,
    "math.product": _product,
    "functools.partial": _partial,
    "importlib.import_module": _import_module,
    "timm.optim.optimizer_kwargs": _timm_settings,
    "timm.optim.optim_factory.optimizer_kwargs": _timm_settings,
    "os.environ.get": _environment,
    "os.getenv": _environment,
    "os.path.join": _join_path,
    "os.path.dirname": _parent_path,
    "os.path.abspath": _same,
    "os.path.realpath": _same,
    "os.path.expanduser": _same,
    "pathlib.Path": _join_path,
    "pathlib.PurePath": _join_path,
    "copy.deepcopy": _same,
    "copy.copy": _same,
    "dataclasses.asdict": _vars,
    "dataclasses.replace": _replace,
    "types.SimpleNamespace": _namespace,
    "argparse.Namespace": _namespace,
    "torch.nn.DataParallel": _same,
}
_BY_LAST: dict[str, Handler] = {
    "EasyDict": _namespace,
    "edict": _namespace,
    "AttrDict": _namespace,
    "CfgNode": _namespace,
    "Munch": _namespace,
    "ConfigDict": _namespace,
    "FrozenConfigDict": _namespace,
    "DotMap": _namespace,
    "initialize": _initialize,
    "placeholder": lambda m, r: None,
}


# ---- methods of containers -------------------------------------------------------------------


def _container_method(
    m: Machine, head: Abstract, method: str, record: CallRecord
) -> Abstract | None:
    if isinstance(head, Map):
        handler = _MAP_METHODS.get(method)
        return handler(m, head, record) if handler else None
    if isinstance(head, Seq):
        return _seq_method(m, head, method, record)
    if isinstance(head, Const) and isinstance(head.value, str):
        return _text_method(head, method, record)
    if method in ("prepare", "setup", "setup_dataloaders") and isinstance(head, Call):
        if method == "prepare" and not head.last.endswith(("Accelerator", "Fabric")):
            return None
        return _prepare(m, record)
    if isinstance(head, Call) and method in ("append", "add", "add_module", "extend"):
        return _layer_list(head, method, record)
    return None


def _layer_list(head: Call, method: str, record: CallRecord) -> Abstract | None:
    """``model.add(layer)``, ``layers.append(layer)``: keep the layer in the first argument."""
    if not head.last.endswith(("Sequential", "ModuleList", "LayerList", "SequentialModel")):
        return None
    if not head.args or not isinstance(head.args[0], Seq):
        head.args[:] = [Seq(list(head.args))]
    holder = head.args[0]
    assert isinstance(holder, Seq)
    added = first(record.args[-1]) if record.args else UNKNOWN
    if method == "extend" and isinstance(added, Seq):
        holder.items.extend(added.items[:200])
    else:
        holder.items.append(added)
    return Const(None)


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
        head.items.extend(attributes.elements(m, inner, 500))
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
    found = attributes.get_item(m, head, record.args[0])
    if isinstance(found, Item):
        default = record.args[1] if len(record.args) > 1 else Const(None)
        return Varying(default) if head.open else default
    return found


def _map_update(m: Machine, head: Map, record: CallRecord) -> Abstract | None:
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


_MAP_METHODS: dict[str, Callable[[Any, Map, CallRecord], Abstract | None]] = {
    "get": _map_get,
    "pop": _map_get,
    "setdefault": _map_set_default,
    "update": _map_update,
    "items": _map_pairs,
    "keys": lambda m, head, r: Seq([Const(key) for key in head.items], open=head.open),
    "values": lambda m, head, r: Seq(list(head.items.values()), open=head.open),
    "copy": lambda m, head, r: Map(dict(head.items), head.namespace, head.open),
    "copy_and_resolve_references": lambda m, head, r: head,
    "clone": lambda m, head, r: head,
    "lock": lambda m, head, r: head,
    "unlocked": lambda m, head, r: head,
    "merge_from_file": configs.merge_file,
    "merge_from_list": lambda m, head, r: Const(None),
    "merge_from_other_cfg": _map_update,
    "freeze": lambda m, head, r: Const(None),
    "defrost": lambda m, head, r: Const(None),
    "_asdict": lambda m, head, r: head,
    "to_dict": lambda m, head, r: head,
}
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
}


def _text_method(head: Const, method: str, record: CallRecord) -> Abstract | None:
    value: str = head.value
    if method in _TEXT_METHODS:
        return Const(_TEXT_METHODS[method](value), record.place, head.places)
    if method == "format":
        return _formatted(head, record) or Unknown(head)
    if method in ("rsplit", "split") and len(record.args) == 2 and len(value) < 1000:
        return _split_at_most(head, method, record)
    given = [text(each) for each in record.args]
    if any(each is None for each in given):
        return None
    if method in ("startswith", "endswith") and given:
        test = value.startswith if method == "startswith" else value.endswith
        return Const(test(str(given[0])), None, head.places)
    if method == "joinpath":
        return Const("/".join([value, *map(str, given)])[:1000], record.place, head.places)
    if method == "split" and len(value) < 1000:
        parts = value.split(given[0]) if given and given[0] else value.split()
        return Seq([Const(part, record.place, head.places) for part in parts])
    if method == "replace" and len(given) == 2 and len(value) < 500 and len(str(given[1])) < 20:
        return Const(value.replace(str(given[0]), str(given[1])), record.place)
    if method in ("open", "read_text"):
        return Call("builtins.open", [head], {}, record.place)
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
    return Const(filled, record.place, head.places) if all(parts) else None
