"""What a loop does to the execution: whether it is unrolled, what it changes, where it ends."""

from __future__ import annotations

import ast
import re

from modelsearch.static.machine import attributes, elements
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.scopes import Loop, Scope
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Function,
    Instance,
    Map,
    Seq,
    Span,
    first,
    flattened,
)
from modelsearch.static.source.nodes import walk
from modelsearch.vocabulary.libraries import has_estimators


def simple_name(node: ast.AST) -> str:
    """``x`` or ``self.x`` as written; nothing for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def target_names(node: ast.AST) -> set[str]:
    """The names that an assignment binds."""
    if isinstance(node, ast.Tuple | ast.List):
        return {name for each in node.elts for name in target_names(each)}
    name = simple_name(node)
    return {name} if name else set()


def target_text(node: ast.AST) -> str:
    """The targets of a loop as written, without brackets."""
    if isinstance(node, ast.Tuple | ast.List):
        return ", ".join(target_text(each) for each in node.elts)
    return simple_name(node)


MAX_UNROLL = 64
_MOST_ESTIMATORS = 16


MAX_UNROLLED_NODES = 3000


MAX_ROUNDS = 4000


_TRAINING = frozenset(
    {"backward", "step", "fit", "apply_gradients", "minimize", "train_on_batch", "run", "train"}
)


_BUILDERS = ("__init__", "build", "make", "create", "setup", "_make", "_build", "get_", "define")


def changes(node: ast.AST) -> tuple[set[str], bool]:
    """Names that a loop's body computes from themselves, and whether the body trains."""
    names: set[str] = set()
    trains = False
    for child in walk(node):
        if isinstance(child, ast.Assign | ast.AugAssign):
            trains = trains or any(says(child) for says in LIBRARIES.trains)
        if isinstance(child, ast.AugAssign):
            names.update(target_names(child.target))
        elif isinstance(child, ast.Assign):
            targets = {name for target in child.targets for name in target_names(target)}
            if targets:
                names |= targets & {
                    simple_name(each)
                    for each in walk(child.value)
                    if isinstance(each, ast.Name | ast.Attribute)
                }
        elif isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
            trains = trains or child.func.attr in _TRAINING
        elif isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
            trains = trains or "train" in child.func.id.lower()
    return names, trains


def items_to_unroll(m: Machine, node: ast.For, iterable: Abstract, scope: Scope) -> list[Abstract]:
    """The elements to run a loop over one by one, or nothing."""
    _, trains = m.changed(node)
    items = elements.elements(m, iterable, MAX_UNROLL)
    if not items or m.rounds > MAX_ROUNDS:
        return []
    if len(items) <= _MOST_ESTIMATORS and (
        _over_estimators(iterable, items) or _numbers_estimators(node, items, scope)
    ):
        return items
    if trains:
        return []
    builder = scope.function is not None and scope.function.name.startswith(_BUILDERS)
    if builder or scope.is_class:
        return items
    if _counts_epochs(node) or _calls_training(m, node, scope) or _repeats(node, iterable):
        return []
    if len(items) <= 8:
        return items
    small = not isinstance(iterable, Span) and len(items) * _size(node) <= MAX_UNROLLED_NODES
    return items if small else []


def _over_estimators(iterable: Abstract, items: list[Abstract]) -> bool:
    """Return whether a loop goes through several estimators, each of which is a model of its own:
    alone, with a name, or by the keys of a table.
    """
    table = first(iterable)
    held = list(table.items.values()) if isinstance(table, Map) else items
    names = {name for item in held if (name := _estimator_name(item)) is not None}
    return len(names) > 1


def _numbers_estimators(node: ast.For, items: list[Abstract], scope: Scope) -> bool:
    """Return whether a loop counts the estimators of a table: ``for i in range(len(models))``."""
    for each in walk(node.iter):
        table = first(scope.find(each.id)) if isinstance(each, ast.Name) else None
        held = list(table.items.values()) if isinstance(table, Map) else []
        held = table.items if isinstance(table, Seq) else held
        if len(held) == len(items) and _over_estimators(table or items[0], held):
            return True
    return False


def _estimator_name(item: Abstract) -> str | None:
    """The class of an estimator, or of the one in a pair with its name."""
    for each in flattened(item):
        made = first(each)
        if isinstance(made, Call) and has_estimators(made.name) and made.last[:1].isupper():
            return made.last
    return None


def _repeats(node: ast.For, iterable: Abstract) -> bool:
    """Return whether a loop does the same again: ``for _ in range(7)`` around another loop."""
    if not isinstance(first(iterable), Span) or not isinstance(node.target, ast.Name):
        return False
    inside = [each for statement in node.body for each in walk(statement)]
    used = any(isinstance(each, ast.Name) and each.id == node.target.id for each in inside)
    return not used and any(isinstance(each, ast.For) for each in inside)


def _counts_epochs(node: ast.For | ast.AsyncFor) -> bool:
    return "epoch" in f"{ast.unparse(node.target)} {ast.unparse(node.iter)}".lower()


def _calls_training(m: Machine, node: ast.AST, scope: Scope) -> bool:
    """Return whether a loop's body calls a project function or method that trains."""
    for child in walk(node):
        value = _called(child.func, scope) if isinstance(child, ast.Call) else None
        for _ in range(3):  # jitted, partial
            if isinstance(value, Call) and value.args:
                value = first(value.args[0])
        if isinstance(value, Function) and m.changed(value.info.node)[1]:
            return True
    return False


def _called(node: ast.AST, scope: Scope) -> Abstract | None:
    """The function that a call names: a plain name, or a method of an object by name."""
    if isinstance(node, ast.Name):
        return first(scope.find(node.id))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        holder = first(scope.find(node.value.id))
        if isinstance(holder, Instance):
            return attributes.class_attribute(holder.klass, node.attr)
    return None


def _size(node: ast.AST) -> int:
    return sum(2 if hasattr(each, "ctx") else 1 for each in walk(node))


def limit_by_break(m: Machine, loop: Loop, node: ast.While | ast.For, scope: Scope) -> None:
    """Read ``if step >= total: break`` as the bound of an endless loop."""
    found = leaving_test(node)
    if found is None:
        return
    loop.target = simple_name(found.left)
    loop.initial, loop.limit = m.eval(found.left, scope), m.eval(found.comparators[0], scope)


def leaving_test(node: ast.While | ast.For | ast.AsyncFor) -> ast.Compare | None:
    """The comparison under which a loop is left, where its body names one."""
    for statement in node.body:
        if not isinstance(statement, ast.If) or not isinstance(statement.body[-1], ast.Break):
            continue
        test = statement.test
        parts = (
            test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        )
        for part in reversed(parts):
            reached = isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.GtE | ast.Eq)
            if isinstance(part, ast.Compare) and reached and simple_name(part.left):
                return part
    return None


_EXAMPLES = re.compile(r"(?i)batch|\b\w*bs\b|len\(|shape|size|samples|images")


_SETTING = re.compile(
    r"(?i)^(\w*_)?(lr|learning_?rate|alpha|eta|batch(_?size)?|bs|wd|weight_?decay)\d*$"
)


def examples_added(node: ast.While, counter: str) -> ast.expr | None:
    """What a loop adds to the number that bounds it, where that is a number of examples: images
    that were seen are no steps.
    """
    for child in walk(node):
        if not isinstance(child, ast.AugAssign) or not isinstance(child.op, ast.Add):
            continue
        if simple_name(child.target) == counter and _EXAMPLES.search(ast.unparse(child.value)):
            return child.value
    return None


def is_sweep(node: ast.For | ast.AsyncFor, iterable: Abstract) -> bool:
    """Return whether a loop tries several values of a setting: each training has its own."""
    listed = first(iterable)
    if not isinstance(node.target, ast.Name) or not isinstance(listed, Seq):
        return False
    values = {item.value for item in listed.items if isinstance(item, Const)}
    return (
        len(values) > 1
        and len(values) == len(listed.items)
        and bool(_SETTING.match(node.target.id))
    )


def increments(node: ast.AST) -> set[str]:
    """Names that a loop's body raises by one."""
    found = set()
    for child in walk(node):
        if isinstance(child, ast.AugAssign) and isinstance(child.op, ast.Add):
            found.add(simple_name(child.target))
    return found
