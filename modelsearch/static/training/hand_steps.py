"""Steps of gradient descent that the execution reaches, with their rates and loops."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelsearch.static.machine.scopes import Loop, Scope
from modelsearch.static.machine.unrolling import target_names
from modelsearch.static.machine.values import Abstract, Instance
from modelsearch.static.training.by_hand import by_arrays, change_of
from modelsearch.static.training.optimizers import canonical

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine
    from modelsearch.static.source.program import Module


@dataclass(frozen=True, slots=True)
class HandChange:
    """A step of gradient descent that was reached: by which rate, in which loops, of whom."""

    module: Module
    node: ast.stmt
    rate: Abstract
    loops: tuple[Loop, ...]
    owner: Abstract | None


def note_change(m: Machine, node: ast.Assign | ast.AugAssign, scope: Scope) -> None:
    """Keep a step of gradient descent that stands in a loop."""
    change = change_of(node) if m.loops and by_arrays(scope.module) else None
    if change is None or not (change.sure or optimizer_name_of(scope.self_value)):
        return
    loops = tuple(each for each in m.loops if not _over_parameters(each, change.target))
    if loops:
        rate = m.eval(change.rate, scope)
        m.by_hand.append(HandChange(scope.module, node, rate, loops, scope.self_value))


def _over_parameters(loop: Loop, target: ast.expr) -> bool:
    """Whether a loop goes through the weights: its variable is part of what is moved."""
    if not isinstance(loop.node, ast.For):
        return False
    bound = target_names(loop.node.target)
    return any(isinstance(each, ast.Name) and each.id in bound for each in ast.walk(target))


def optimizer_name_of(owner: Abstract | None) -> str | None:
    """The optimizer that a project class is named for, if it is."""
    return canonical(owner.name) if isinstance(owner, Instance) else None
