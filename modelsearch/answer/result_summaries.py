"""Sentences about what was found, each number in them from a stored fact.

In a module of its own, so that a plain question does not import the sentences of comparisons.
The terminal shows :mod:`modelsearch.answer.headlines`; this is ``summary`` in JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelsearch.answer.compare.sentences import NAMED, Cell, Sentence, count, names
from modelsearch.records.structs import made
from modelsearch.records.text import number, one_line, sentence_list, short_date
from modelsearch.store.rows import ModelRow


def summarise_results(rows: Sequence[ModelRow], total: int | None = None) -> list[Sentence]:
    """Describe an answer: how many models match (``total``) and what those shown have in common.

    ``rows`` are those shown; statements beyond the count are about them, and say so when they
    are not all.
    """
    total = len(rows) if total is None else total
    if total == 0:
        return [Sentence("No models match.")]
    verb = "matches" if total == 1 else "match"
    if not rows:
        return [Sentence(f"{count(total, 'model')} {verb}.")]
    listed = names([row.model_id for row in rows]) if len(rows) == total <= NAMED else ""
    head = f"{count(total, 'model')} {verb}" + (f": {listed}" if listed else "")
    clauses = _result_clauses(rows)
    if not clauses:
        return [Sentence(head + ".")]
    facts = "; ".join(text for _, text in clauses)
    cells = tuple(made(Cell, ((row.model_id, field) for field, _ in clauses for row in rows)))
    if len(rows) < total:
        return [Sentence(f"{head}."), Sentence(f"Of the {len(rows)} shown: {facts}.", cells)]
    return [Sentence(f"{head}; {facts}." if listed else f"{head}: {facts}.", cells)]


def _result_clauses(rows: Sequence[ModelRow]) -> list[tuple[str, str]]:
    everyone = {1: "", 2: "both "}.get(len(rows), "all ")
    clauses = [
        ("datasets", _categories([row.datasets for row in rows], "on {}")),
        ("framework", _categories([_as_list(row.framework) for row in rows], "in {}")),
        ("batch_size", _range([row.batch_size for row in rows], "batch size", "batch sizes")),
        (
            "learning_rate",
            _range([row.learning_rate for row in rows], "learning rate", "learning rates"),
        ),
        ("optimizer", _categories([_as_list(row.optimizer) for row in rows], "with {}")),
        ("epochs", _range([row.epochs for row in rows], "", "", unit="epoch")),
        ("created_at", _dates([row.created_at for row in rows])),
    ]
    return [
        (field, everyone + text.removeprefix("all ") if text.startswith("all ") else text)
        for field, text in clauses
        if text
    ]


def _as_list(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _known(count: int, total: int) -> str:
    return "" if count == total else f" (known for {count})"


def _categories(values: Sequence[Sequence[str]], template: str) -> str:
    known = [one for one in values if one]
    if not known:
        return ""
    counts = Counter(name for listed in known for name in dict.fromkeys(listed))
    everywhere = [name for name, count in counts.items() if count == len(values)]
    if len(everywhere) == len(counts):
        return "all " + template.format(sentence_list([one_line(name) for name in everywhere]))
    frequent = sorted(counts, key=lambda name: (-counts[name], name))
    parts = [f"{one_line(name)} ({counts[name]})" for name in frequent[:NAMED]]
    if len(frequent) > NAMED:
        parts.append(count(len(frequent) - NAMED, "other"))
    return template.format(sentence_list(parts))


def _range(values: Sequence[float | None], one: str, many: str, unit: str = "") -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    if low == high:
        text = count(low, unit) if unit else f"{one} {number(low)}"
    else:
        text = f"{number(low)} to {number(high)}" + (f" {unit}s" if unit else "")
        text = text if unit else f"{many} {text}"
    return text + _known(len(known), len(values))


def _dates(values: Sequence[str | None]) -> str:
    days = sorted(short_date(value) for value in values if value is not None)
    if not days:
        return ""
    when = f"created {days[0]}" if days[0] == days[-1] else f"created {days[0]} to {days[-1]}"
    return when + _known(len(days), len(values))
