"""Learning rates that a script writes into its optimizer while it trains."""

from __future__ import annotations

import ast
import re

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Map, constant


def rates_set(m: Machine) -> list[Abstract]:
    """Return the rates that were written into an optimizer or a variable of one."""
    return m.memory("rates", list)


def _set_item(m: Machine, base: Abstract, key: Abstract, value: Abstract) -> None:
    """``group["lr"] = rate``."""
    if constant(key) == "lr" and not isinstance(base, Map):
        rates_set(m).append(value)


_RATE = re.compile(r"^(lr|learning_?rate)$", re.I)


def _assigned(m: Machine, record: CallRecord, result: Call) -> None:
    """``tf.assign(model.lr, …)``: each run writes another rate into the graph's variable."""
    target = record.node.args[0] if record.node.args else None
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    if _RATE.match(name) and len(record.args) > 1:
        rates_set(m).append(record.args[1])


LIBRARY = Library(
    name="rates",
    effects_by_last={"assign": _assigned},
    on_set_item=(_set_item,),
)
