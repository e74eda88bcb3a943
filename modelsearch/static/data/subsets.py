"""Which classes of a dataset are kept: ``y in (3, 5)`` of CIFAR-10 is "cat, dog"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelsearch.static.source.nodes import kinds, walk
from modelsearch.static.source.program import Module, Program

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

_LABEL = re.compile(r"(?i)(^|[._])(y|labels?|targets?|class(es)?|cls|category|idx_to_class)\d*\b")


def _constants(node: ast.AST, module: Module, evaluator: Evaluator) -> list[object]:
    """Return the constants of an expression, through the evaluator where it is a name."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [each for item in node.elts for each in _constants(item, module, evaluator)]
    found: list[object] = []
    for value in evaluator.values(node, module):
        inner = value.value
        found += list(inner) if isinstance(inner, list | tuple | set) else [inner]
    return found


def _class_names(values: list[object], classes: tuple[str, ...]) -> list[str] | None:
    """Translate indices or names to class names; None when one of them is neither."""
    lowered = {name.lower(): name for name in classes}
    names = []
    for value in values:
        if isinstance(value, str) and value.lower() in lowered:
            names.append(lowered[value.lower()])
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(classes):
            names.append(classes[value])
        else:
            return None
    return names or None


def _filters(tree: ast.AST) -> Iterator[ast.Compare]:
    """Yield comparisons inside comprehension conditions and masks."""
    for node in walk(tree):
        tests: list[ast.AST] = []
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            tests = [test for part in node.generators for test in part.ifs]
        elif isinstance(node, ast.Subscript):
            tests = [node.slice]
        elif isinstance(node, ast.Call) and _name(node.func).endswith(
            ("where", "nonzero", "isin", "filter", "flatnonzero")
        ):
            tests = list(node.args)
        for test in tests:
            yield from (each for each in walk(test) if isinstance(each, ast.Compare))


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _memberships(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield (labels, kept) of comparisons in filters and of ``np.isin(labels, kept)``."""
    for test in _filters(tree):
        if len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.In):
            yield test.left, test.comparators[0]
    for node in kinds(tree)[ast.Call]:
        if _name(node.func) in ("isin", "in1d") and node.args[1:]:
            yield node.args[0], node.args[1]


def _from_filters(
    module: Module, evaluator: Evaluator, classes: tuple[str, ...]
) -> Iterator[list[str]]:
    for labels, kept in _memberships(module.tree):
        if not _LABEL.search(ast.unparse(labels)):
            continue
        names = _class_names(_constants(kept, module, evaluator), classes)
        if names:
            yield names


def _from_lists(module: Module, classes: tuple[str, ...]) -> Iterator[list[str]]:
    """Yield short literal lists of class names that are assigned or passed."""
    below = kinds(module.tree)
    for node in (*below[ast.List], *below[ast.Tuple], *below[ast.Set]):
        if not node.elts:
            continue
        values = [item.value for item in node.elts if isinstance(item, ast.Constant)]
        if len(values) != len(node.elts) or not all(isinstance(v, str) for v in values):
            continue
        names = _class_names(list(values), classes)
        if names and len(set(names)) < len(classes):
            yield names


def kept_classes(program: Program, evaluator: Evaluator, classes: tuple[str, ...]) -> str | None:
    """Return the kept classes as ``"cat, dog"`` in the dataset's order, or None when all are.

    Only filters of the script itself count; whatever is not clearly a class is not guessed.
    """
    module = program.main
    kept: set[str] = set()
    for names in _from_filters(module, evaluator, classes):
        kept.update(names)
    numeric = all(name.isdigit() for name in classes)
    if not kept and not numeric:
        for names in _from_lists(module, classes):
            kept.update(names)
    if not kept or len(kept) >= len(classes):
        return None
    return ", ".join(name for name in classes if name in kept)
