"""What library calls return, where their result is known from their arguments.

Everything else becomes a :class:`Call` that keeps its arguments. The tables map names to handlers
of one signature: ``handler(machine, record) -> value or None`` (None: not computable).
"""

from __future__ import annotations

import ast
import keyword
import re
from typing import TYPE_CHECKING

from modelsearch.static.libraries import command_lines, configs, inifiles, protocols
from modelsearch.static.libraries.methods import container_method
from modelsearch.static.libraries.numbers import NUMBERS, Handler
from modelsearch.static.machine import attributes
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    ModuleValue,
    Seq,
    choice,
    first,
    options,
    text,
)
from modelsearch.static.machine.wrappers import SAME, WRAPPERS

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine


def call(m: Machine, name: str, record: CallRecord, scope: Scope, star: bool) -> Abstract:
    """Call a library function by its dotted name."""
    handler = _find_handler(name)
    if handler is not None:
        found = handler(m, record)
        if found is not None:
            return found
    parsed = command_lines.dataclass_parser(m, record)
    if parsed is not None:
        return parsed
    last = record.last
    if last == "locals" and name.startswith("builtins"):
        return Map(scope.names, open=True)
    if last in WRAPPERS and record.args:
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
    for handler in (container_method, command_lines.method, configs.method, inifiles.method):
        found = handler(m, head, method, record)
        if found is not None:
            return found
    given = first(record.args[0]) if record.args else UNKNOWN
    if method in ("connect", "connect_configuration") and isinstance(given, Map | Instance):
        return record.args[0]
    if method in SAME and isinstance(head, Call | Instance | Item):
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
        said = first(record.argument(0, "name"))
        places = said.places if isinstance(said, Const) else ()
        return Dotted(name, places[-1] if places else record.place)
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
    from modelsearch.static.machine import invoking

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


def _transformed(m: Machine, record: CallRecord) -> Abstract | None:
    """``hk.transform(f)``: what ``f`` makes is the network; nothing else calls ``f`` visibly."""
    from modelsearch.static.machine import invoking

    inner = first(record.args[0]) if record.args else UNKNOWN
    if isinstance(inner, Function):
        invoking.call_function(m, inner, [], {}, star=True)
    return None


def _evaluated(m: Machine, record: CallRecord) -> Abstract | None:
    """``eval(args.model)`` where the text is a name: what the name stands for."""
    written = text(record.args[0]) if record.args else None
    scope = m.globals.get(record.module.path)
    if written is None or scope is None or not re.fullmatch(r"[A-Za-z_][\w.]{0,60}", written):
        return None
    node = ast.parse(written, mode="eval").body if _is_name(written) else None
    return m.eval(node, scope) if node is not None else None


def _is_name(written: str) -> bool:
    return all(p.isidentifier() and not keyword.iskeyword(p) for p in written.split("."))


_HANDLERS: dict[str, Handler] = {
    **NUMBERS,
    "haiku.transform": _transformed,
    "haiku.transform_with_state": _transformed,
    "builtins.eval": _evaluated,
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
    "builtins.map": _map,
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
    "torch.nn.DataParallel": _same,
    "ray.get": _same,
    "ray.put": _same,
}
_BY_LAST: dict[str, Handler] = {
    "EasyDict": _namespace,
    "edict": _namespace,
    "AttrDict": _namespace,
    "CfgNode": _namespace,
    "HParams": _namespace,
    "Munch": _namespace,
    "ConfigDict": _namespace,
    "FrozenConfigDict": _namespace,
    "DotMap": _namespace,
    "initialize": _initialize,
    "placeholder": lambda m, r: None,
    "add_argparse_args": lambda m, r: r.args[0] if r.args else None,
}


# ---- methods of containers -------------------------------------------------------------------
