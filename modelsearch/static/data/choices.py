"""Which of the data sets that calls state a program means: branches that exclude one another, the
same data for training and testing.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from modelsearch.records.artefacts import DatasetFact
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.source.nodes import children
from modelsearch.static.source.program import Module


def _branches(module: Module) -> dict[ast.AST, dict[int, int]]:
    """Map each call of a module to the ``if`` statements around it and the side it stands on."""
    found: dict[ast.AST, dict[int, int]] = {}
    stack: list[tuple[ast.AST, dict[int, int]]] = [(module.tree, {})]
    while stack:
        node, around = stack.pop()
        if isinstance(node, ast.Call):
            found[node] = around
        if isinstance(node, ast.If):
            stack.append((node.test, around))
            for side, body in enumerate((node.body, node.orelse)):
                stack.extend((each, {**around, id(node): side}) for each in body)
        else:
            stack.extend((child, around) for child in children(node))
    return found


def _exclusive(one: dict[int, int], other: dict[int, int]) -> bool:
    return any(other.get(key, side) != side for key, side in one.items())


def without_alternatives(found: list[tuple[DatasetFact, CallRecord]]) -> list[DatasetFact]:
    """Leave out data sets of which an option without a default chooses one among three or more."""
    names = {fact.name for fact, _ in found}
    if len(names) < 3:
        return [fact for fact, _ in found]
    tables = {id(record.module): _branches(record.module) for _, record in found}
    sides = {
        fact.name: tables[id(record.module)].get(record.node, {})
        for fact, record in reversed(found)
    }
    kept = []
    for fact, _ in found:
        rivals = [n for n in names if n != fact.name and _exclusive(sides[fact.name], sides[n])]
        if len(rivals) < 2:
            kept.append(fact)
    return kept


def one_each(facts: list[DatasetFact]) -> list[DatasetFact]:
    """One fact per dataset; training outranks testing."""
    chosen: dict[str, DatasetFact] = {}
    for fact in facts:
        old = chosen.get(fact.name)
        if old is None or (old.role != "train" and fact.role == "train"):
            chosen[fact.name] = fact
    if len(chosen) > 1 and not any(fact.role == "train" for fact in chosen.values()):
        return list(chosen.values())
    return list(chosen.values())


def only_tested(facts: list[DatasetFact]) -> list[DatasetFact]:
    """A single dataset that is only loaded as test data is what the script works on."""
    if facts and all(fact.role == "test" for fact in facts):
        return [replace(fact, role="train") for fact in facts]
    return facts
