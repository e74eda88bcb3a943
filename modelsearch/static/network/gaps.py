"""Estimators that are only fitted to fill gaps in the data of another model."""

from __future__ import annotations

import ast

from modelsearch.static.libraries.layer_kinds import estimator
from modelsearch.static.machine.evaluator import Evaluator
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.source.nodes import walk

_IS_MISSING = frozenset({"isnull", "isna"})


def made_to_fill(evaluator: Evaluator) -> set[int]:
    """The calls (by their ``id``) that make an estimator which only fills gaps.

    Empty where no other estimator is made: then that is what the script fits.
    """
    fillers = _fillers(evaluator)
    if not fillers:
        return set()
    makers = [record for record in evaluator.calls() if record.name and estimator(record.name)]
    found = {id(record) for record in makers if id(record.result) in fillers}
    return found if len(found) < len(makers) else set()


def without_fillers(evaluator: Evaluator, models: list[Abstract]) -> list[Abstract]:
    """The models that are trained, the principal one first, without those that only fill gaps;
    all of them where the principal one is such.
    """
    fillers = _fillers(evaluator)
    kept = [model for model in models if id(unwrap(model)) not in fillers]
    return kept if kept and kept[0] is models[0] else models


def _fillers(evaluator: Evaluator) -> set[int]:
    """The objects (by their ``id``) all of whose predictions are written where values are
    missing: ``df.loc[df.Age.isnull(), "Age"] = forest.predict(…)``.
    """
    fills: dict[int, bool] = {}
    for record in evaluator.calls_of("predict"):
        if record.method == "predict" and record.receiver is not None:
            made = id(unwrap(record.receiver))
            fills[made] = fills.get(made, True) and _is_written_into_gaps(record)
    return {made for made, only in fills.items() if only}


def _is_written_into_gaps(record: CallRecord) -> bool:
    """Return whether what a call gives is written, at once or by its name, into missing values."""
    around = record.function.node if record.function is not None else record.module.tree
    assigned = [node for node in walk(around) if isinstance(node, ast.Assign)]
    names = {
        target.id
        for node in assigned
        if node.value is record.node
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return any(
        _is_of_gaps(node.targets[0])
        and (node.value is record.node or getattr(node.value, "id", None) in names)
        for node in assigned
    )


def _is_of_gaps(target: ast.expr) -> bool:
    """Return whether a place is chosen by what is missing: ``df.loc[df.Age.isnull(), "Age"]``."""
    if not isinstance(target, ast.Subscript):
        return False
    chosen = target.slice.elts[0] if isinstance(target.slice, ast.Tuple) else target.slice
    called = chosen.func if isinstance(chosen, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in _IS_MISSING
