"""Named settings of a script: option defaults and constants at the top, as they end up."""

from __future__ import annotations

import ast
import re

from modelsearch.records import Fact, NamedFact
from modelsearch.static.evaluator import Evaluator
from modelsearch.static.program import Program
from modelsearch.static.values import constant

_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]{1,40}$")
_PATHS = re.compile(r"dir|path|file|folder|root|url|name|device|_id$", re.IGNORECASE)
_MAX = 60


def stated_settings(program: Program, evaluator: Evaluator) -> list[NamedFact]:
    """Return option defaults (argparse and its kin) and module-level constants, numbers first."""
    found: dict[str, NamedFact] = {}
    for record in evaluator.calls():
        if record.last in ("add_argument", "option", "Option") and record.args:
            name = str(constant(record.args[-1]) or constant(record.args[0]) or "").lstrip("-")
            _add(found, name.replace("-", "_"), constant(record.argument(None, "default")),
                 Fact("", record.evidence))  # fmt: skip
    for node in program.main.tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                values = evaluator.values(node.value, program.main)
                if len(values) == 1:
                    _add(found, target.id, values[0].value,
                         Fact("", program.evidence(program.main, node)))  # fmt: skip
    return list(found.values())[:_MAX]


def _add(found: dict[str, NamedFact], name: str, value: object, at: Fact) -> None:
    if name.lower() in found or not _NAME.match(name) or _PATHS.search(name):
        return
    plain = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    if plain or (isinstance(value, str) and 0 < len(value) <= 40):
        found[name.lower()] = NamedFact(name.lower(), Fact(value, at.evidence))  # type: ignore[arg-type]
