"""What a training loop calls beside the training: evaluations, samples, plots."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Const
from modelsearch.static.source.program import FunctionInfo


def of_training(inside: list[CallRecord]) -> list[CallRecord]:
    """Return the calls of a loop that may lie between its data and the optimizer's step."""
    kept = [record for record in inside if not _evaluates(record)]
    beside = _beside(kept)
    return [each for each in kept if beside.isdisjoint(id(info.node) for info in each.stack)]


def _beside(inside: list[CallRecord]) -> set[int]:
    """Return the functions that a loop calls for what they do alone, and that do not train: what
    they draw or print does not lie between the data and the optimizer's step.
    """
    dropped: set[int] = set()
    for record in inside:
        entered = record.target
        if not isinstance(entered, FunctionInfo) or isinstance(entered.node, ast.Lambda):
            continue
        if isinstance(record.result, Const) and record.result.value is None:
            dropped.add(id(entered.node))
    trained = {
        id(info.node)
        for record in inside
        if record.method in ("backward", "step", "minimize", "apply_gradients", "update")
        for info in record.stack
    }
    return dropped - trained


_EVALUATION = re.compile(r"(^|_)(eval|valid|val|test|predict|infer|sampl|generat|plot)", re.I)


def draws_tests(record: CallRecord) -> bool:
    """Return whether ``next(test_batches)`` draws what is measured between the updates."""
    drawn = record.node.args[0] if record.last == "next" and record.node.args else None
    return isinstance(drawn, ast.Name | ast.Attribute) and bool(
        re.search(r"(^|_)(eval|valid|val|test)(_|$)", ast.unparse(drawn), re.I)
    )


def _evaluates(record: CallRecord) -> bool:
    """Return whether a call is made by code that evaluates or samples, not by what trains."""
    inner = record.function
    if inner is None or inner.module.is_main:
        return inner is not None and bool(re.match(r"(eval|valid|test|predict|infer)", inner.name))
    return bool(
        _EVALUATION.search(inner.name) or _EVALUATION.search(PurePosixPath(inner.module.path).stem)
    )
