"""Which of the data sets that calls state a program means: branches that exclude one another, the
same data for training and testing.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache

from modelsearch.records.artefacts import DatasetFact
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.source.nodes import children, kinds, walk
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


def _breadth(module: Module) -> dict[int, int]:
    """Map each ``if`` to the number of ways that its chain of ``elif`` has, complaints aside."""
    found: dict[int, int] = {}
    for node in walk(module.tree):
        if not isinstance(node, ast.If) or id(node) in found:
            continue
        chain, last = [node], node.orelse
        while len(last) == 1 and isinstance(last[0], ast.If):
            chain.append(last[0])
            last = last[0].orelse
        sides = [each.body for each in chain] + ([last] if last else [])
        ways = sum(not isinstance(side[-1], ast.Raise) for side in sides)
        found.update((id(each), ways) for each in chain)
    return found


def in_table(record: CallRecord) -> bool:
    """Return whether a call is one of several like it that a dictionary lists to choose from."""
    return id(record.node) in _listed(record.module)


@lru_cache(maxsize=64)
def _listed(module: Module) -> frozenset[int]:
    found: set[int] = set()
    for node in kinds(module.tree)[ast.Dict]:
        calls = [value for value in node.values if isinstance(value, ast.Call)]
        made = {ast.dump(each.func) for each in calls}
        if len(calls) >= 2 and len(made) == 1 and len(calls) == len(node.values):
            found.update(id(each) for each in calls)
    return frozenset(found)


def _exclusive(one: dict[int, int], other: dict[int, int]) -> bool:
    return any(other.get(key, side) != side for key, side in one.items())


def without_alternatives(found: list[tuple[DatasetFact, CallRecord]]) -> list[DatasetFact]:
    """Leave out data sets of which an option without a default chooses one among three or more."""
    names = {fact.name for fact, _ in found}
    if len(names) < 2:
        return [fact for fact, _ in found]
    modules = {id(record.module): record.module for _, record in found}
    tables = {key: _branches(module) for key, module in modules.items()}
    ways = {key: number for each in modules.values() for key, number in _breadth(each).items()}
    sides = {
        fact.name: tables[id(record.module)].get(record.node, {})
        for fact, record in reversed(found)
    }
    kept = []
    for fact, _ in found:
        rivals = [n for n in names if n != fact.name and _exclusive(sides[fact.name], sides[n])]
        parted = {key for n in rivals for key in sides[fact.name] if key in sides[n]}
        if len(rivals) < 2 and all(ways.get(key, 0) < 3 for key in parted):
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
