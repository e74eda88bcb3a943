"""Where a class is called by another name: the line that shows its real one.

``Model = CollabNet`` … ``net = Model(…)``: the class is named at its definition, not at the call.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.evaluator import Evaluator, place_evidence, place_of
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Dotted,
    Instance,
    Place,
    Varying,
    options,
)
from modelsearch.static.source.nodes import walk


def name_place(value: Abstract | None) -> Place | None:
    """Return the place that names what a value was made by: where its class was chosen or defined,
    if the call that made it goes by another name.
    """
    made = next(iter(options(value)), None)
    made = made.initial if isinstance(made, Varying) else made
    if isinstance(made, Call) and made.named is not None:
        return made.named
    if isinstance(made, Instance) and made.call is not None:
        called = _called(made.call.at.node)
        if called is not None and called != made.name:
            return Place(made.klass.info.module, made.klass.info.node)
    return place_of(value)


def _called(node: ast.AST | None) -> str | None:
    """Return the last part of the name in a call expression; empty where an expression is
    called.
    """
    if not isinstance(node, ast.Call):
        return None
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else str(getattr(func, "id", ""))


def text_evidence(value: Abstract | None, name: str) -> Evidence | None:
    """Return where the part of a joined text stands that names something:
    ``f"{game}NoFrameskip-v4"``.
    """
    wanted = vocabulary.normalise(name)
    for option in options(value):
        if not isinstance(option, Const):
            continue
        for place in option.places:
            if not isinstance(place.literal, str) or place.literal == option.value:
                continue
            said = vocabulary.normalise(place.literal)
            if said and (said in wanted or wanted in said):
                return place_evidence(place)
    return None


def module_evidence(evaluator: Evaluator, record: CallRecord, name: str) -> Evidence | None:
    """Return where the name of the module stands whose function is called, if that tells:
    ``import_module(f"pettingzoo.atari.{game}").parallel_env()``.
    """
    func = record.node.func
    if not isinstance(func, ast.Attribute) or isinstance(func.value, ast.Name):
        return None
    for value in evaluator.abstract(func.value, record.module):
        at = value.at if isinstance(value, Dotted) else None
        said = at.literal if at is not None else None
        if at is None or not isinstance(said, str):
            continue
        if vocabulary.normalise(name) in vocabulary.normalise(said):
            return place_evidence(at)
    return None


def import_evidence(record: CallRecord, kind: str) -> Evidence | None:
    """Return the import of what is called, where the called name alone does not tell what it makes.

    ``suite.load(…)`` says nothing of its data; ``from dm_control import suite`` does.
    """
    called = record.module.dotted(record.node.func)
    if called is None:
        return None
    words = called.split(".")
    if any(vocabulary.find(kind, word) for word in words):
        return None
    for node in walk(record.module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            said = [*[each.name for each in node.names], getattr(node, "module", None) or ""]
            means = any(
                vocabulary.find(kind, part) for each in said for part in (each, *each.split("."))
            )
            if means and any((each.asname or each.name) == words[0] for each in node.names):
                return place_evidence(Place(record.module, node))
    return None


def chosen_evidence(record: CallRecord) -> Evidence | None:
    """Return where the class or function was chosen that a call uses by another name: ``dataloader
    = datasets.CIFAR10`` … ``dataloader(root)``.
    """
    made = next(iter(options(record.result)), None)
    if isinstance(made, Call) and made.named is not None:
        return place_evidence(made.named)
    return None


def spanning_evidence(place: Place, says: Callable[[str], bool]) -> Evidence | None:
    """Return the line of a text over several lines whose part says something; None for one line."""
    node, module = place.node, place.module
    start, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if module is None or start is None or end is None or end == start:
        return None
    for number in range(start, end + 1):
        for part in _QUOTED.findall(module.source_lines[number - 1]):
            if says(part):
                key = module.notebook.key(number) if module.notebook else None
                return Evidence(module.path, "code", number, key)
    return None


_QUOTED = re.compile(r"[\"']([^\"']+)[\"']")
