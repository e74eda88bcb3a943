"""Flags of absl and TensorFlow, and the configurations of ml_collections that they name."""

from __future__ import annotations

import ast

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    Const,
    Dotted,
    Function,
    first,
    text,
)


def flags(m: Machine) -> dict[str, Abstract]:
    """Return the flags that are defined, with their defaults."""
    return m.memory("flags", dict)


def _define(m: Machine, record: CallRecord, result: Call) -> None:
    """``flags.DEFINE_integer("epochs", 10, …)``: enter the default."""
    name = text(record.argument(0, "name", "flag_name"))
    if name is None:
        return
    if record.last == "DEFINE_config_file":
        value = _python_config(m, record)
    else:
        position = 2 if record.last == "DEFINE_enum_class" else 1
        value = record.argument(position, "default", "default_value") or UNKNOWN
        if isinstance(value, Const) and not value.places:
            value = Const(value.value, record.place, (record.place,))
    flags(m)[name] = value
    result.attrs["value"] = value


def _python_config(m: Machine, record: CallRecord) -> Abstract:
    """``DEFINE_config_file``: what ``get_config()`` of the default configuration returns."""
    path = text(record.argument(1, "default")) or "configs/default.py"
    dotted = path.partition(":")[0].removesuffix(".py").strip("./").replace("/", ".")
    while dotted:
        module = m.program.module_for(dotted, record.module)
        if module is not None:
            found = m.run_module(module).names.get("get_config")
            if isinstance(found, Function):
                return m.call_function(found, [], {})
            return UNKNOWN
        dotted = dotted.partition(".")[2]
    return UNKNOWN


def _flag(m: Machine, base: Dotted, name: str) -> Abstract | None:
    """``FLAGS.epochs``."""
    return flags(m).get(name, UNKNOWN) if _holds_flags(base) else None


def _holds_flags(base: Dotted) -> bool:
    return base.name == "FLAGS" or base.name.endswith(".FLAGS")


def _set_flag(m: Machine, base: Dotted, name: str, value: Abstract) -> bool:
    """``FLAGS.epochs = 10``."""
    if not base.name.endswith("FLAGS"):
        return False
    m.put(flags(m), name, value)
    return True


def _run_app(m: Machine, record: CallRecord, result: Call) -> None:
    """``tf.app.run()`` enters the module's own ``main``, ``app.run(main)`` what it is given."""
    if not record.args and not record.kwargs:
        scope = m.globals.get(record.module.path)
        entry = first(m.eval(ast.Name("main", ast.Load()), scope)) if scope else UNKNOWN
        if isinstance(entry, Function):
            m.call_function(entry, [UNKNOWN], {})
    m.run_callbacks(record)


LIBRARY = Library(
    name="absl",
    effects_by_tail={"app.run": _run_app},
    effects_by_start={"DEFINE_": _define},
    attributes={Dotted: _flag},
    set_attributes={Dotted: _set_flag},
    options=(flags,),
)
