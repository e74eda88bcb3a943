"""Named settings of a script: option defaults and constants at the top, as they end up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from modelsearch.records.artefacts import Evidence, Fact, NamedFact, TrainingStage
from modelsearch.static.machine.evaluator import Evaluator
from modelsearch.static.machine.unrolling import is_sweep
from modelsearch.static.machine.values import (
    Abstract,
    Const,
    Instance,
    Seq,
    constant,
    first,
    number,
    options,
)
from modelsearch.static.source.program import Module, Program

_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]{1,40}$")
_PATHS = re.compile(r"dir|path|file|folder|root|url|name|device|_id$", re.IGNORECASE)
_MAX = 60
_MOST_SWEPT = 12


def stated_settings(
    program: Program, evaluator: Evaluator, stages: Sequence[TrainingStage]
) -> list[NamedFact]:
    """Return option defaults (argparse and its kin), the fields of configuration objects, and
    module-level constants, in that order; last the numbers in capitals of the project's modules
    in which the optimizers are made, as an agent's is.
    """
    found: dict[str, NamedFact] = {}
    stated = [*_defaults(evaluator), *_fields(evaluator)]
    stated += _constants(program.main, program, evaluator)
    made_in = (stage.optimizer.evidence.path for stage in stages if stage.optimizer is not None)
    for path in dict.fromkeys(made_in):
        module = program.modules.get(path)
        if module is not None and module is not program.main:
            stated += (
                each
                for each in _constants(module, program, evaluator)
                if each[0].isupper() and number(each[1]) is not None
            )
    for name, value, fallback in stated:
        made = _named(name, value, fallback, evaluator)
        if made is not None:
            found.setdefault(made.name, made)
    for made in _swept(evaluator):
        found.setdefault(made.name, made)
    return list(found.values())[:_MAX]


def _swept(evaluator: Evaluator) -> Iterator[NamedFact]:
    """Yield the settings of which a loop tries several values: all of these, marked so."""
    for record in evaluator.calls():
        for loop in record.loops:
            node, listed = loop.node, first(loop.iterable)
            if not isinstance(node, ast.For) or not isinstance(listed, Seq):
                continue
            if is_sweep(node, listed):
                values = ", ".join(str(constant(each)) for each in listed.items[:_MOST_SWEPT])
                at = evaluator.evidence(listed.items[0]) or record.evidence
                yield NamedFact(loop.target.lower(), Fact(values, at, "swept"))


def _defaults(evaluator: Evaluator) -> Iterator[tuple[str, Abstract, Evidence]]:
    """Yield the options that calls declare, with their defaults."""
    for record in evaluator.calls_of("add_argument", "option", "Option"):
        default = record.argument(None, "default")
        if record.args and default:
            name = str(constant(record.args[-1]) or constant(record.args[0]) or "").lstrip("-")
            yield name.replace("-", "_"), default, record.evidence


def _fields(evaluator: Evaluator) -> Iterator[tuple[str, Abstract, Evidence]]:
    """Yield the fields of the dataclasses that hold the script's settings (``tyro.cli(Args)``)."""
    machine = evaluator.machine
    scope = machine.globals.get(evaluator.program.main.path)
    for table in [*([scope.names] if scope else []), *machine.outer_scopes]:
        for name, value in list(table.items()):
            made = first(value)
            if not isinstance(made, Instance) or not name.lower().endswith(_HOLDERS):
                continue
            for field, inner in list(made.attrs.items())[:100]:
                where = evaluator.evidence(inner)
                if isinstance(first(inner), Const) and where is not None:
                    yield field, first(inner), where


_HOLDERS = (
    "args",
    "config",
    "cfg",
    "conf",
    "params",
    "hparams",
    "opt",
    "options",
    "settings",
    "hp",
)


def _constants(
    module: Module, program: Program, evaluator: Evaluator
) -> Iterator[tuple[str, Abstract, Evidence]]:
    """Yield the names that are given one value at the top of a file."""
    for node in module.tree.body:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        values = evaluator.abstract(node.value, module)
        if isinstance(target, ast.Name) and len(values) == 1:
            yield target.id, values[0], program.evidence(module, node)


def _named(
    name: str, value: Abstract, fallback: Evidence, evaluator: Evaluator
) -> NamedFact | None:
    """A setting, where its literal stands; a computed one where it is computed, marked so."""
    if not _NAME.match(name) or _PATHS.search(name):
        return None
    head = next(iter(options(value)), None)
    if not isinstance(head, Const) or not _plain(head.value):
        return None
    literal = any(place.literal == head.value for place in head.places)
    evidence = evaluator.evidence(head) or fallback
    return NamedFact(name.lower(), Fact(head.value, evidence, None if literal else "computed"))


def _plain(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return abs(value) < 1e15
    return isinstance(value, str) and 0 < len(value) <= 40 and "\n" not in value
