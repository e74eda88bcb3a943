"""Batches that a loop makes itself: drawn, given to the model, or of a size that a name says."""

from __future__ import annotations

import ast
import re

from modelsearch.static.libraries.layer_kinds import is_module
from modelsearch.static.machine.scopes import CallRecord, Loop
from modelsearch.static.machine.values import Abstract, Instance
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.source.nodes import walk
from modelsearch.static.training.batch_sizes import BATCH_NAME, DRAWS, SIZE_NAME, checked, draw
from modelsearch.static.training.evaluation import draws_tests, of_training
from modelsearch.static.training.loop_batches import trace


def by_hand(records: list[CallRecord], loops: tuple[Loop, ...]) -> Abstract | None:
    """Return the batch size of batches that a loop draws itself, from the calls that are made in
    it.
    """
    inner = loops[-1]
    inside = of_training([record for record in records if inner in record.loops])
    aside = [record for record in inside if draws_tests(record)]
    for record in [*(each for each in inside if each not in aside), *aside]:
        found = _drawn(record)
        if found is not None:
            return found
    return None


def _drawn(record: CallRecord) -> Abstract | None:
    for name, value in record.kwargs.items():
        if BATCH_NAME.match(name) and checked(value) is not None and _named(record, name):
            return checked(value)
    function = _parameters(record)
    for name, value in zip(function, record.args, strict=False):
        if BATCH_NAME.match(name) and checked(value) is not None:
            return checked(value)
    if record.last in DRAWS and not _of_network(record):
        return draw(record)
    if record.last == "next":
        return trace(record.args[0] if record.args else record.receiver)[1]
    return None


def _of_network(record: CallRecord) -> bool:
    """Return whether a network is asked for examples of its own: ``model.sample(16)``."""
    made = unwrap(record.receiver) if record.receiver is not None else None
    return isinstance(made, Instance) and is_module(made)


def by_model(
    records: list[CallRecord], loops: tuple[Loop, ...], models: list[Abstract]
) -> Abstract | None:
    """Return the batch size of what a loop gives to its models, traced to where it was loaded."""
    for record in records:
        if not record.args or loops[-1] not in record.loops:
            continue
        callee = unwrap(record.receiver)
        if any(callee is unwrap(model) for model in models):
            found = trace(record.args[0])[1]
            if found is not None:
                return found
    return None


def _named(record: CallRecord, name: str) -> bool:
    """Keep ``batch_size=`` of calls that evaluate out."""
    lowered = record.last.lower()
    if any(word in lowered for word in ("eval", "test", "valid", "predict", "plot", "log")):
        return False
    return not re.search(r"(^|[_/.])(eval|valid|val|test|predict)\w*\.py:", record.name or "")


def _parameters(record: CallRecord) -> list[str]:
    node = getattr(record.target, "node", None)
    if isinstance(node, ast.FunctionDef):
        names = [arg.arg for arg in node.args.args]
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        lowered = node.name.lower()
        if any(word in lowered for word in ("eval", "test", "valid", "predict", "plot", "show")):
            return []
        return names
    return []


def by_name(top: ast.AST, seen: dict[ast.AST, list[Abstract]]) -> Abstract | None:
    """Return the value of a name like ``batch_size`` that is read inside a loop or function."""
    for node in walk(top):
        label = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        if label and SIZE_NAME.match(label):
            for value in seen.get(node, []):
                if checked(value) is not None:
                    return checked(value)
    return None
