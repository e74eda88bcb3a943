"""Training that is written out in NumPy: weights that a loop moves by a rate times a gradient.

A step of gradient descent is an assignment such as ``W -= rate * dW``. :func:`step_of` reads one;
:data:`BY_HAND` has the execution note those that it reaches in a loop, with their rates, and
:func:`stages_by_hand` makes training stages of them.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from modelsearch.records.artefacts import Fact, TrainingStage
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.naming_lines import name_place
from modelsearch.static.machine.registry import Hooks
from modelsearch.static.machine.scopes import Loop, Scope
from modelsearch.static.machine.unrolling import target_names
from modelsearch.static.machine.values import Abstract, Const, Instance, Place, Seq, Varying
from modelsearch.static.source.nodes import kinds, walk
from modelsearch.static.source.program import Module, Program
from modelsearch.static.training import drawn_batches, loop_batches
from modelsearch.static.training.counts import core
from modelsearch.static.training.facts import fact, number_fact
from modelsearch.static.training.loops import read_loops
from modelsearch.static.training.optimizers import canonical
from modelsearch.static.training.stage_batch import only_batch_size

_RATE = re.compile(r"(?i)^(alpha|eta|lr|learning_?rate|step_?size|\w+_lr|lr_\w+)$")
#: A rate where weights are moved by a gradient, else any small number.
_SMALL = re.compile(r"(?i)^eps(ilon)?$")
_GRADIENT = re.compile(r"^(d[A-Z]\w*|d_?[wbhuv]\d*|g|g_\w+|\w*[gG]rad\w*|delta\w*|nabla\w*)$")
_WEIGHTS = re.compile(
    r"(?i)^_?([wb]\d*|weights?\w*|\w+_weights?|theta\w*|coef\w*|bias\w*|params?\w*)_?$"
)
_ARRAYS = frozenset(["numpy", "cupy"])
_OTHERS = frozenset(["torch", "tensorflow", "jax", "mxnet", "theano", "paddle", "keras"])


@dataclass(frozen=True, slots=True)
class HandStep:
    """A step of gradient descent: what it moves and the rate, as written. ``sure`` says that
    their names tell; without it only the class around it can.
    """

    target: ast.expr
    rate: ast.expr
    sure: bool
    #: It moves the entry of a table towards a return, which is training where something is played.
    of_table: bool = False


def step_of(node: ast.AST) -> HandStep | None:
    """Read ``W -= rate * dW`` and ``W = W - rate * dW``; None for other statements."""
    target, moved_by = _moved(node)
    if target is None:
        return None
    factors = _factors(moved_by)
    learnt = _towards_returns(target, factors)
    if learnt is not None:
        return HandStep(target, learnt, True, True)
    stated = next((each for each in factors if _RATE.match(_name(each))), None)
    rate = stated or next((each for each in factors if _SMALL.match(_name(each))), None)
    if rate is None or len(factors) < 2:
        return None
    names = [_name(each) for part in factors if part is not rate for each in walk(part)]
    signs = (bool(_WEIGHTS.match(_name(target))), any(map(_GRADIENT.match, names)))
    if stated is None and not all(signs):
        return None
    return HandStep(target, rate, any(signs))


_RETURN = re.compile(r"(?i)target|return|^td|^g$")


def _towards_returns(target: ast.expr, factors: list[ast.expr]) -> ast.expr | None:
    """The rate by which the entry of a table moves towards what was found, which looks at another
    entry of the table: ``Q[s, a] += rate * (r + discount * max(Q[then]) - Q[s, a])``.
    """
    if not isinstance(target, ast.Subscript) or len(factors) != 2:
        return None
    for rate, apart in (factors, factors[::-1]):
        if not isinstance(apart, ast.BinOp) or not isinstance(apart.op, ast.Sub):
            continue
        number = isinstance(rate, ast.Constant) and isinstance(rate.value, float) and rate.value < 1
        moves = ast.unparse(apart.right) == ast.unparse(target)
        if moves and (number or _RATE.match(_name(rate))) and _looks_ahead(apart.left, target):
            return rate
    return None


def _looks_ahead(found: ast.expr, target: ast.Subscript) -> bool:
    """Return whether a value looks at another entry of the table, or is named for a return."""
    if isinstance(found, ast.Name | ast.Attribute):
        return _RETURN.search(_name(found)) is not None
    table = _name(target)
    others = (each for each in walk(found) if isinstance(each, ast.Subscript))
    return isinstance(found, ast.BinOp) and any(_name(each) == table for each in others)


def _moved(node: ast.AST) -> tuple[ast.expr | None, ast.expr]:
    """What a statement moves and by what."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        return node.target, node.value
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        moves = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub)
        if moves and ast.unparse(target) == ast.unparse(value.left):  # type: ignore[attr-defined]
            return target, value.right  # type: ignore[attr-defined]
    return None, ast.Constant(None)


def _factors(node: ast.expr) -> list[ast.expr]:
    """The factors of a product; what it is divided by is none."""
    if isinstance(node, ast.UnaryOp):
        return _factors(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult):
        return [*_factors(node.left), *_factors(node.right)]
    return _factors(node.left) if _is_quotient(node) else [node]  # type: ignore[attr-defined]


def _is_quotient(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def _name(node: ast.AST) -> str:
    """The last name of a variable, an attribute or an entry."""
    if isinstance(node, ast.Subscript):
        key = node.slice
        known = isinstance(key, ast.Constant) and isinstance(key.value, str)
        return key.value if known else _name(node.value)  # type: ignore[attr-defined]
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def movements(tree: ast.AST) -> list[Any]:
    """Return the statements of a file that may move something."""
    below = kinds(tree)
    return [*below[ast.AugAssign], *below[ast.Assign]]


def is_step(node: ast.AST) -> bool:
    """Return whether a statement is a step of gradient descent by its names alone."""
    step = step_of(node)
    return step is not None and step.sure and not step.of_table


# ---- the framework -------------------------------------------------------------------------------


def by_arrays(module: Module) -> bool:
    """Return whether a module computes with NumPy alone, but for a framework's data."""
    bound = {**module.aliases, **{star: star for star in module.stars}}
    names = {each: name for each, name in bound.items() if not _DATA.search(name)}
    roots = {name.partition(".")[0] for name in names.values()}
    if not roots & _ARRAYS or not roots & _OTHERS:
        return bool(roots & _ARRAYS)
    used = {each.id for each in walk(module.tree) if isinstance(each, ast.Name)} | {*module.stars}
    return all(
        each not in used for each, name in names.items() if name.partition(".")[0] in _OTHERS
    )


_DATA = re.compile(r"\.(datasets|examples)(\.|$)")


def written_by_hand(program: Program, imports: bool = True) -> Fact | None:
    """Return the framework NumPy, where it is imported, if a loop of the script updates weights,
    or, with ``imports``, a function of a project module that it imports.
    """
    for module in program.modules.values() if imports else [program.main]:
        if by_arrays(module) and _updates(module):
            source = program.main if by_arrays(program.main) else module
            imported = _numpy(source)
            return Fact("NumPy", program.evidence(source, imported)) if imported else None
    return None


def _updates(module: Module) -> bool:
    """Return whether weights are moved: in a loop of the script or in a function that one runs,
    anywhere in its modules.
    """
    tops = (ast.For, ast.While) if module.is_main else (ast.FunctionDef,)
    if any(
        is_step(node) for top in walk(module.tree) if isinstance(top, tops) for node in walk(top)
    ):
        return True
    return (module.is_main and _moves_in_turns(module)) or learns_table(module)


def _moves_in_turns(module: Module) -> bool:
    """Return whether a function that moves weights is called in a loop, maybe by another one."""
    functions = [node for node in walk(module.tree) if isinstance(node, ast.FunctionDef)]
    moving = {each.name for each in functions if any(map(is_step, walk(each)))}
    if not moving:
        return False
    for _ in functions:
        callers = {each.name for each in functions if not moving.isdisjoint(_called(each))}
        if callers <= moving:
            break
        moving |= callers
    loops = (node for node in walk(module.tree) if isinstance(node, ast.For | ast.While))
    return any(not moving.isdisjoint(_called(loop)) for loop in loops)


def _called(top: ast.AST) -> set[str]:
    """The last names of what is called somewhere in a node."""
    return {_name(each.func) for each in walk(top) if isinstance(each, ast.Call)}


def learns_table(module: Module) -> bool:
    """Return whether a file plays and moves the entries of a table towards its returns."""
    return plays(module) and any(map(_moves_table, movements(module.tree)))


def _moves_table(node: ast.AST) -> bool:
    step = step_of(node)
    return step is not None and step.of_table


_ENVIRONMENT = re.compile(r"(?i)^(\w*_)?(envs?|environments?)\d*$")


def plays(module: Module) -> bool:
    """Return whether a file steps through an environment: ``env.step(action)``."""
    known: bool | None = module.tree.__dict__.get("_plays")
    if known is None:
        known = any(
            isinstance(each.func, ast.Attribute)
            and each.func.attr == "step"
            and _ENVIRONMENT.match(_name(each.func.value)) is not None
            for each in kinds(module.tree)[ast.Call]
        )
        module.tree.__dict__["_plays"] = known
    return known


def _numpy(module: Module) -> ast.AST | None:
    for node in walk(module.tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.partition(".")[0] in _ARRAYS for name in names):
            return node
    return None


# ---- steps that are reached ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReachedStep:
    """A step of gradient descent that was reached: by which rate, in which loops, of whom."""

    module: Module
    node: ast.stmt
    rate: Abstract
    loops: tuple[Loop, ...]
    owner: Abstract | None


def _steps(m: Machine) -> list[ReachedStep]:
    """The steps that the execution has reached."""
    return m.memory("steps by hand", list)


def _by_arrays(m: Machine, module: Module) -> bool:
    known: dict[str, bool] = m.memory("by arrays", dict)
    if module.path not in known:
        known[module.path] = by_arrays(module)
    return known[module.path]


def _note_step(m: Machine, node: ast.Assign | ast.AugAssign, scope: Scope) -> None:
    """Keep a step of gradient descent that stands in a loop."""
    step = step_of(node) if m.loops and _by_arrays(m, scope.module) else None
    if step is None or not (step.sure or _optimizer_name(scope.self_value)):
        return
    if step.of_table and not plays(m.program.main):
        return
    loops = tuple(each for each in m.loops if not _over_parameters(each, step.target))
    if loops:
        rate = m.eval(step.rate, scope)
        _steps(m).append(ReachedStep(scope.module, node, rate, loops, scope.self_value))


def _over_parameters(loop: Loop, target: ast.expr) -> bool:
    """Return whether a loop goes through the weights: its variable is part of what is moved."""
    if not isinstance(loop.node, ast.For):
        return False
    bound = target_names(loop.node.target)
    return any(isinstance(each, ast.Name) and each.id in bound for each in walk(target))


def _optimizer_name(owner: Abstract | None) -> str | None:
    """The optimizer that a project class is named for, if it is."""
    return canonical(owner.name) if isinstance(owner, Instance) else None


BY_HAND = Hooks(name="by hand", on_assign=(_note_step,), trains=(is_step,))


# ---- stages --------------------------------------------------------------------------------------

_MAX_STAGES = 8


@dataclass(frozen=True, slots=True)
class HandStage:
    """A stage with the model that it trains and the loops around it."""

    record: TrainingStage
    model: Instance | None
    loops: tuple[Loop, ...]


def stages_by_hand(m: Machine) -> list[HandStage]:
    """The stages of the loops that move weights by hand, in order, each loop once."""
    found: dict[ast.AST, HandStage] = {}
    for step in _steps(m):
        top = step.loops[0].node
        if top not in found and len(found) < _MAX_STAGES:
            found[top] = _stage(m, step)
    return list(found.values())


def _stage(m: Machine, step: ReachedStep) -> HandStage:
    owner = step.owner if isinstance(step.owner, Instance) else None
    optimizer = _optimizer_name(owner)
    model = _held_model(owner) if optimizer else owner
    loops = _of_training(step.loops)
    counted = read_loops(loops)
    where = Place(loops[0].module, loops[0].node)
    at = Place(step.module, step.node)
    record = TrainingStage(
        f"training {model.name}" if model else "training",
        model_class=fact(model.name, name_place(model)) if model else None,
        optimizer=fact(optimizer, name_place(owner)) if optimizer else None,
        learning_rate=number_fact(_stated(step.rate), at),
        batch_size=number_fact(_batch(m, loops, counted.loader), where, whole=True),
        epochs=number_fact(counted.epochs, where, whole=True),
        steps=number_fact(counted.steps, where, whole=True),
        episodes=number_fact(counted.episodes, where, whole=True),
    )
    return HandStage(record, model, loops)


def _stated(rate: Abstract) -> Abstract | None:
    """A rate that is written somewhere; not what the first round of a formula makes of it."""
    found = rate.initial if isinstance(rate, Varying) else rate
    if isinstance(found, Const) and found.value in [place.literal for place in found.places]:
        return rate
    return None if isinstance(rate, Varying) else found


def _held_model(optimizer: Instance | None) -> Instance | None:
    """The network that an optimizer was made for."""
    given = [*optimizer.args, *optimizer.kwargs.values()] if optimizer is not None else []
    return next((each for each in given if isinstance(each, Instance)), None)


def _of_training(loops: tuple[Loop, ...]) -> tuple[Loop, ...]:
    """The loops without those around the training that go through listed settings."""
    for depth, loop in enumerate(loops[:-1]):
        if not isinstance(core(loop.iterable), Seq):
            return loops[depth:]
    return loops[-1:]


def _batch(m: Machine, loops: tuple[Loop, ...], loader: Abstract | None) -> Abstract | None:
    """How many examples one step takes: of what is looped over, of what is drawn or cut."""
    traced, size = loop_batches.trace(loader) if loader is not None else (False, None)
    if traced or size is not None:
        return size
    for depth in range(len(loops), 0, -1):
        size = drawn_batches.by_hand(m.records, loops[:depth])
        if size is not None:
            return size
    nodes: list[ast.AST] = [loop.node for loop in reversed(loops)]
    for node in nodes:
        size = drawn_batches.by_name(node, m.seen)
        if size is not None:
            return size
    return only_batch_size(m)
