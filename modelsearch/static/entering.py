"""Training code that a script defines and leaves to others to call: ``train.py`` under a ``main.py``.

When execution from the top reaches no training, the functions and classes that hold updates are
entered with unknown arguments, so that what they state themselves (defaults, literals, the models
they make) is still read.
"""

from __future__ import annotations

import ast
import re

from modelsearch.static import invoking, lightning, protocols
from modelsearch.static.evaluator import Evaluator
from modelsearch.static.machine import Machine
from modelsearch.static.program import ClassInfo, FunctionInfo, Module
from modelsearch.static.scopes import OutOfFuel
from modelsearch.static.values import Call, ClassValue, Function, Instance, Place

#: Calls that change weights, or hand them to something that does.
_UPDATES = frozenset(
    [
        "step", "minimize", "apply_gradients", "backward", "fit", "train_on_batch", "grad",
        "value_and_grad", "fit_generator", "manual_backward", "optimizer_step",
    ]
)  # fmt: skip
_WORDS = re.compile(
    r"\.(step|minimize|apply_gradients|backward|fit|train_on_batch|grad|value_and_grad|update)\s*\("
    r"|\bconfigure_optimizers\b"
)
_MAX_ENTERED = 12


def enter_unused(evaluator: Evaluator) -> bool:
    """Enter the training code of the script that nothing in it calls; say whether any was found."""
    main = evaluator.program.main
    if not _WORDS.search("\n".join(main.source_lines)):
        return False
    entered = False
    for name in _functions(evaluator, main)[:_MAX_ENTERED]:
        value = evaluator.global_value(name)
        if isinstance(value, Function):
            evaluator.enter(value)
            entered = True
    for info in _classes(evaluator, main)[:_MAX_ENTERED]:
        value = evaluator.global_value(info.name)
        if isinstance(value, ClassValue):
            _enter_class(evaluator.machine, value)
            entered = True
    return entered


def _called(node: ast.AST) -> set[str]:
    """Last names of all calls in a node, and the names it reads."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            if isinstance(each.func, ast.Attribute):
                found.add(each.func.attr)
        elif isinstance(each, ast.Name):
            found.add(each.id)
    return found


def _trains(info: FunctionInfo) -> bool:
    return bool(_called(info.node) & _UPDATES)


def _functions(evaluator: Evaluator, main: Module) -> list[str]:
    """Functions that were not entered, lead to an update, and that no other of them calls."""
    unused = {n: i for n, i in main.functions.items() if not evaluator.executed(i)}
    uses = {name: _called(info.node) & set(unused) - {name} for name, info in unused.items()}
    training = {name for name, info in unused.items() if _trains(info)}
    for _ in unused:
        more = {name for name, used in uses.items() if used & training} - training
        if not more:
            break
        training |= more
    called = {name for caller in training for name in uses[caller]}
    return [name for name in unused if name in training and name not in called]


def _classes(evaluator: Evaluator, main: Module) -> list[ClassInfo]:
    """Classes of which no method was entered and that train: Lightning modules, trainers."""
    found = []
    for info in main.classes.values():
        methods = info.methods.values()
        if any(evaluator.executed(method) for method in methods):
            continue
        if "configure_optimizers" in info.methods or any(_trains(method) for method in methods):
            found.append(info)
    return found


def _enter_class(machine: Machine, klass: ClassValue) -> None:
    """Make an object with unknown arguments and run the methods that train."""
    info = klass.info
    place = Place(info.module, info.node)
    try:
        made = invoking.construct(machine, klass, [], {}, False, place)
        if not isinstance(made, Instance):
            return
        if "configure_optimizers" in info.methods:
            lightning.fit(
                machine, Call("pytorch_lightning.Trainer", [], {}, place), made, None, place
            )
            return
        roots = _roots(info)
        for name in roots:
            protocols.run_method(machine, made, name)
    except (OutOfFuel, RecursionError):
        machine.exhausted = True


def _roots(info: ClassInfo) -> list[str]:
    """Methods that lead to an update and that no other such method calls."""
    called: dict[str, set[str]] = {}
    for name, method in info.methods.items():
        called[name] = _called(method.node)
    training = {name for name, method in info.methods.items() if _trains(method)}
    for _ in called:
        training |= {name for name, used in called.items() if used & training}
    inner = {used for name in training for used in called[name] if used != name}
    names = [name for name in called if name in training and name not in inner]
    return [name for name in names if name not in ("__init__", "setup")]
