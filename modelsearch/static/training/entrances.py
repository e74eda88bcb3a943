"""Entering training code that a script defines but does not start itself.

A file with a ``train(config)`` that another script calls, a class with a ``train`` method, a
LightningModule without a trainer: they are entered with unknown arguments, so that what they state
themselves is read and what arrives from elsewhere stays unknown. Of an object that the script makes
and only tries out, the methods that train are run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modelsearch.static.libraries.library import KNOWN, Trainable
from modelsearch.static.machine.evaluator import Evaluator
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import OutOfFuel
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    ClassValue,
    Function,
    Instance,
    Place,
    first,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.source.nodes import kinds, last_name, walk
from modelsearch.static.source.program import ClassInfo, FunctionInfo, Module, Program
from modelsearch.static.training.by_hand import is_step, movements
from modelsearch.static.training.stages import StageInfo
from modelsearch.static.training.trained_models import class_of

_FUEL = 60_000
_MARKS = frozenset(
    ["step", "backward", "minimize", "apply_gradients", "fit", "train_on_batch", "update", "learn"]
)
#: Methods that hold the training elsewhere: ``gan.train(FLAGS)``.
_STARTS = frozenset({"train", "train_model", "training", "run_training"})
_MAX_ROOTS = 12
#: How methods are called to which an object hands itself to be trained.
_UPDATES = ("update", "train", "fit", "learn", "optimi")
#: Methods that prepare what others train with are run before those.
_SETTING_UP = ("init", "setup", "build", "prepare", "create", "configure", "make")


def enter_unreached(evaluator: Evaluator) -> bool:
    """Enter the training functions and classes of the script that nothing called.

    Returns whether there were any. What they do is added to the evaluator's records.
    """
    machine = evaluator.machine
    main = evaluator.program.main
    scope = machine.globals.get(main.path)
    if scope is None:
        return False
    machine.fuel = max(machine.fuel, _FUEL)
    entered = False
    for name in list(_roots(main, evaluator))[:_MAX_ROOTS]:
        value = _decorated(scope.names.get(name))
        try:
            if isinstance(value, Function):
                machine.call_function(value, [], {})
                entered = True
            elif isinstance(value, ClassValue):
                _enter_class(machine, value)
                entered = True
        except (OutOfFuel, RecursionError):
            machine.exhausted = True
            return entered
    return _enter_made(evaluator) or entered


def _decorated(value: Abstract | None) -> Abstract | None:
    """Return the function that a library's decorator was given: ``@app.function(gpu="A100")``."""
    if isinstance(value, Call) and value.args and isinstance(first(value.args[0]), Function):
        return first(value.args[0])
    return value


def _enter_made(evaluator: Evaluator) -> bool:
    """Run the methods that train of objects which the script made and had do something else."""
    machine = evaluator.machine
    entered = False
    seen: set[int] = set()
    for made in list(evaluator.instances()):
        info = made.klass.info
        if info.module is not evaluator.program.main or id(info) in seen:
            continue
        seen.add(id(info))
        if not _any_trains(evaluator.program, info):
            continue
        try:
            entered = _run_training(machine, made) or entered
        except (OutOfFuel, RecursionError):
            machine.exhausted = True
            break
    return entered


def trains_itself(evaluator: Evaluator, stage: StageInfo) -> bool:
    """Return whether an object of the script holds the optimizer that a method of its own steps
    once, and the network is known: an agent's ``learn``, which others call again and again.
    """
    if not stage.optimizers or not any(class_of(model) for model in stage.models):
        return False
    steps = stage.optimizers[0].value
    return any(
        made.klass.info.module is evaluator.program.main
        and any(unwrap(value) is steps for value in made.attrs.values())
        for made in evaluator.instances()
    )


def may_train(main: Module) -> bool:
    """Return whether the script's text has a call that trains, or has an object train."""
    return bool(_training_places(main)) or any(
        isinstance(each.func, ast.Attribute) and each.func.attr in _STARTS
        for each in kinds(main.tree)[ast.Call]
    )


def _roots(main: Module, evaluator: Evaluator) -> Iterator[str]:
    """Names of functions and classes that train and that no other unreached one uses."""
    made = {id(each.klass.info) for each in evaluator.instances()}
    unreached: list[FunctionInfo | ClassInfo] = [
        *(info for info in main.functions.values() if not evaluator.executed(info)),
        *(info for info in main.classes.values() if id(info) not in made),
    ]
    used = {id(info): _names(info) for info in unreached}
    training = {
        info.name
        for info in unreached
        if _any_trains(evaluator.program, info) or _is_trainable(main, info)
    }
    training |= _imported_trainers(evaluator.program, set().union(*used.values()))
    for _ in range(4):  # callers of what trains, callers of those, …
        training |= {info.name for info in unreached if used[id(info)] & training}
    callers = [info for info in unreached if info.name in training]
    for info in callers:
        if not any(info.name in used[id(other)] for other in callers if other is not info):
            yield info.name


def _imported_trainers(program: Program, names: set[str]) -> set[str]:
    """Those of some names that stand for a function or a class of another file of the project which
    trains: ``trainer = Trainer(model); trainer.train()``.
    """
    found = set()
    for name in names & (program.main.aliases.keys() - program.main.functions.keys()):
        info = program.resolve_name(program.main, name)
        if info is not None and info.module is not program.main and _any_trains(program, info):
            found.add(name)
    return found


def _any_trains(program: Program, info: FunctionInfo | ClassInfo, depth: int = 0) -> bool:
    """Return whether a function trains, or a class or one that it derives from does."""
    if _trains(info):
        return True
    if isinstance(info, FunctionInfo) or depth > 3:
        return False
    bases = (program.resolve(info.module, base) for base in info.node.bases)
    return any(base is not None and _any_trains(program, base, depth + 1) for base in bases)


def _trains(info: FunctionInfo | ClassInfo) -> bool:
    node = info.node
    start = min((each.lineno for each in getattr(node, "decorator_list", ())), default=node.lineno)
    end = node.end_lineno or start
    places = _training_places(info.module)
    return any(start <= line <= end for line in places) and any(map(_is_training, walk(node)))


def _is_training(node: ast.AST) -> bool:
    method = node.func if isinstance(node, ast.Call) else None
    if not isinstance(method, ast.Attribute):
        return is_step(node)
    starts = method.attr == "train" and last_name(method.value).lower().endswith("trainer")
    return method.attr in _MARKS or starts


_PLACES = "_training_places"


def _training_places(module: Module) -> list[int]:
    """Return the lines of a file that train, found once: most functions and classes hold none."""
    found: list[int] | None = module.tree.__dict__.get(_PLACES)
    if found is None:
        nodes = (*kinds(module.tree)[ast.Call], *movements(module.tree))
        found = [each.lineno for each in nodes if _is_training(each)]
        module.tree.__dict__[_PLACES] = found
    return found


def _is_trainable(main: Module, info: FunctionInfo | ClassInfo) -> bool:
    """Return whether a class says how a library is to train it."""
    if isinstance(info, FunctionInfo):
        return False
    bases = [main.qualified(base) or "" for base in info.node.bases]
    return any(
        each.method in info.methods and any(base.endswith(each.bases) for base in bases)
        for each in KNOWN.trainables
    )


def _trained_by(made: Instance) -> Trainable | None:
    """Return the library's row for an object that it trains, else None."""
    return next((each for each in KNOWN.trainables if made.is_a(*each.bases)), None)


def _names(info: FunctionInfo | ClassInfo) -> set[str]:
    body = info.node.body if isinstance(info.node.body, list) else [info.node.body]
    nodes = (each for part in body for each in walk(part))
    return {each.id for each in nodes if isinstance(each, ast.Name)}


def _enter_class(machine: Machine, klass: ClassValue) -> None:
    """Make an object with unknown arguments and run the methods that train."""
    place = Place(klass.info.module, klass.info.node)
    made = machine.construct(klass, [], {}, False, place)
    if not isinstance(made, Instance):
        return
    trainable = _trained_by(made)
    if trainable is not None:
        trainable.fit(machine, made)
        return
    _run_training(machine, made)


def _run_training(machine: Machine, made: Instance) -> bool:
    """Run the methods of an object that prepare and that train, as far as nothing ran them before.
    Returns whether there were any that train.
    """
    methods = _methods(made.klass)
    starts = _outermost(methods, machine.program)
    ran = False
    for name in sorted(methods, key=lambda each: not each.startswith(_SETTING_UP)):
        wanted = name in starts or name.startswith(_SETTING_UP)
        if wanted and name != "__init__" and methods[name].node not in machine.counts:
            machine.run_method(made, name)
            ran = ran or name in starts
    return ran


def _methods(klass: ClassValue) -> dict[str, FunctionInfo]:
    """The methods of a class by their names, with those of the project's classes that it derives
    from.
    """
    found: dict[str, FunctionInfo] = {}
    for each in klass.mro():
        for name, method in each.info.methods.items():
            found.setdefault(name, method)
    return found


def _outermost(methods: dict[str, FunctionInfo], program: Program) -> set[str]:
    """Those methods of a class that train, by themselves, through others of it or through functions
    and objects of the project, and that none of these calls.
    """
    calls = {name: _own_calls(method) for name, method in methods.items()}
    training = {
        name
        for name, method in methods.items()
        if name in _STARTS or _trains(method) or _calls_trainer(method, program)
    }
    for _ in range(4):  # callers of what trains, callers of those, …
        training |= {name for name, called in calls.items() if called & training}
    called = {inner for name in training for inner in calls[name] if inner != name}
    return (training - called or training) - {"__init__"}


def _calls_trainer(method: FunctionInfo, program: Program) -> bool:
    """Return whether a method calls a function of the project that trains, or hands its own object
    to what another one does: ``self.loss.update(batch, self)``.
    """
    called = [each for each in walk(method.node) if isinstance(each, ast.Call)]
    for name in {each.func.id for each in called if isinstance(each.func, ast.Name)}:
        info = program.resolve_name(method.module, name)
        if isinstance(info, FunctionInfo) and _trains(info):
            return True
    return any(
        isinstance(each.func, ast.Attribute)
        and each.func.attr.startswith(_UPDATES)
        and any(isinstance(given, ast.Name) and given.id == "self" for given in each.args)
        for each in called
    )


def _own_calls(method: FunctionInfo) -> set[str]:
    """The names of the object's own methods that a method calls."""
    return {
        each.func.attr
        for each in walk(method.node)
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and isinstance(each.func.value, ast.Name)
        and each.func.value.id == "self"
    }
