"""How many facts are stated by what strength of evidence, and how many of them are right.

A fact is right as :mod:`bench.reading.evaluate` counts it: names that others imply and optional
ones count neither way. Facts of one file alone; READMEs are joined when a folder is indexed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bench.reading import evaluate
from modelsearch.records.artefacts import ScriptReading

#: Fields whose facts may be weaker than code.
FIELDS = ("families", "datasets", "task")
#: Field and strength, with how many facts are stated and how many of them are right.
Counts = Counter[tuple[str, str, str]]


def count(label: evaluate.Label, reading: ScriptReading) -> Counts:
    """Count the facts of one labelled model."""
    found: Counts = Counter()
    for name in FIELDS:
        if name not in label:
            continue
        for strength, right in _judged(label, name, reading):
            found[name, strength, "stated"] += 1
            found[name, strength, "right"] += right
    return found


def _judged(label: evaluate.Label, name: str, reading: ScriptReading) -> Iterator[tuple[str, bool]]:
    """Yield the strength of each fact that counts, and whether it is right."""
    by_name = dict(_stated(name, reading))
    if name == "task":
        options = [label[name], *label.get(f"{name}_any", [])]
        for value, strength in by_name.items():
            yield strength, any(o is not None and evaluate.same(name, value, o) for o in options)
        return
    optional = {str(evaluate.canonical(name, v)) for v in label.get(f"{name}_optional", [])}
    optional = evaluate.closure(name, optional)
    counted = [(evaluate.count_terms(name, answer, optional, set(by_name)).misses, number, answer)
               for number, answer in enumerate(evaluate.answers(label, name))]  # fmt: skip
    answer = min(counted)[2]
    right = evaluate.closure(name, evaluate.most_specific(name, answer))
    for term in evaluate.most_specific(name, set(by_name)):
        if term in answer or term not in optional:
            yield by_name[term], term in right


def _stated(name: str, reading: ScriptReading) -> Iterator[tuple[str, str]]:
    """Yield what is stated for a field, each with the strength of its evidence."""
    if name == "datasets":
        for data in reading.datasets:
            if data.role == "train":
                yield str(evaluate.canonical(name, data.name)), data.evidence.strength
        return
    facts = reading.families if name == "families" else [reading.task]
    for fact in facts:
        if fact is not None:
            kept = str(fact.value) if name == "task" else str(evaluate.canonical(name, fact.value))
            yield kept, fact.evidence.strength if fact.evidence is not None else "code"


def report(counts: Iterable[Counts]) -> None:
    """Print a line for each field and strength."""
    total: Counts = sum(counts, Counter())
    print(f"{'field':15}{'strength':10}{'stated':>8}{'right':>7}{'P':>8}")
    for name, strength, what in sorted(total):
        if what == "stated":
            stated, right = total[name, strength, what], total[name, strength, "right"]
            print(f"{name:15}{strength:10}{stated:8}{right:7}{right / stated:8.3f}")
