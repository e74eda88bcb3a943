"""Answers to yes-or-no questions: yes with its place, no where another value is known, else "not
found in its code".
"""

from __future__ import annotations

from modelsearch.answer.asked_values import asked_values
from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer, AskedValues, ModelValues, Place
from modelsearch.query.state import describe
from modelsearch.records.question import And, Node, ParsedQuery, as_found, conjuncts, leaves
from modelsearch.records.structs import replace
from modelsearch.store.loading import load_details
from modelsearch.vocabulary.fields import by_name

#: Fields of which something is always used: another value known makes the answer no.
_EXCLUSIVE = frozenset({"dataset", "framework", "optimizer", "kind", "scheduler", "family", "task"})


def affirm(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Answer whether one model satisfies a condition."""
    if parsed.affirms is None:
        return
    subject, condition = parsed.affirms[0], as_found(parsed.affirms[1])
    ranking = finder.rank(replace(parsed, where=subject, text=""), limit=1)
    finder.fill(parsed, found, ranking)
    both = And((subject, condition))
    holds = finder.rank(replace(parsed, where=both, text=""), limit=1).total > 0
    detail = load_details(finder.connection, [found.results[0].rowid])[0]
    names = list(dict.fromkeys(leaf.field for leaf, _ in leaves(condition)))
    values = asked_values(detail, names)
    found.answer = AskedValues((values,))
    found.summary = _said(holds, condition, values, detail.row.path)
    if not holds:
        from modelsearch.answer.elsewhere import elsewhere

        known = [
            elsewhere(finder.connection, one, found.results[0].rowid)
            for one in conjuncts(condition)
        ]
        found.elsewhere = "; ".join(filter(None, known))


def say_of_all(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Say whether all models of a group satisfy what is asked of them, and how many do."""
    group = replace(parsed, where=parsed.every, text="", sort=None, every=None)
    total = finder.rank(group, limit=1).total
    if not total:
        return
    name = " ".join(dict.fromkeys(leaf.text for leaf, _ in leaves(parsed.every)))
    if found.total == total:
        said = f"Yes: all {total:,}" if total > 1 else "Yes: the one model"
    else:
        said = f"No: {found.total or 'none'} of {total:,}"
    found.headline = found.summary = f"{said} found by {name!r}."


def _said(holds: bool, condition: Node, values: ModelValues, path: str) -> str:
    said = describe(condition)
    first = next((one for one in values.values if one.value not in (None, [])), None)
    wanted = {str(leaf.value).casefold() for leaf, _ in leaves(condition)}
    if holds:
        place = _place([p for one in values.values for p in one.evidence], wanted)
        return f"Yes: {said}{place}."
    if first is not None and (first.field in _EXCLUSIVE or _is_number(first.field)):
        value = ", ".join(map(str, first.value)) if isinstance(first.value, list) else first.value
        place = _place(list(first.evidence), set())
        return f"No: its {first.field.replace('_', ' ')} is {value}{place}."
    return f"Not found in its code ({path}): {said}."


def _is_number(name: str) -> bool:
    field = by_name().get(name)
    return field is not None and field.kind in ("number", "date")


def _place(evidence: list[Place], wanted: set[str]) -> str:
    fitting = [one for one in evidence if one.value.casefold() in wanted] or evidence
    if not fitting:
        return ""
    return f" ({fitting[0].written})"
