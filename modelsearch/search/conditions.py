"""Where the compiler finds things: EXISTS conditions, and lists of names as JSON parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from modelsearch import vocabulary

Parameter = str | int | float | None

_LINKED = "SELECT x.model FROM model_term x JOIN term t ON t.id = x.term WHERE t.kind"
#: Conditions that something is known of a model, by field or kind of source.
EXISTS: dict[str, str] = {
    "term": f"m.id IN ({_LINKED} = ?)",
    "dataset": f"m.id IN ({_LINKED} = 'dataset' AND x.role = 'train')",
    "subject": "m.id IN (SELECT x.model FROM model_term x JOIN term_subject u ON u.term = x.term "
    "WHERE x.role = 'train')",
    "modality": f"m.id IN ({_LINKED} = 'dataset' AND t.modality IS NOT NULL)",
    "subset": "m.id IN (SELECT model FROM model_term WHERE subset IS NOT NULL)",
    "framework": f"m.framework IS NOT NULL OR m.id IN ({_LINKED} = 'framework')",
    "loss": "m.id IN (SELECT model FROM training_stage WHERE loss IS NOT NULL)",
    "metric": "m.id IN (SELECT model FROM metric)",
    "hyperparameter": "m.id IN (SELECT model FROM hyperparameter)",
    "text": "m.id IN (SELECT model FROM passage)",
    "sizes": "m.id IN (SELECT model FROM layer_fact WHERE name IN (SELECT value FROM json_each(?)) "
    "UNION SELECT model FROM hyperparameter WHERE name IN (SELECT value FROM json_each(?)))",
    "named": "m.id IN (SELECT model FROM metric WHERE name = ? UNION SELECT model FROM "
    "hyperparameter WHERE name = ? UNION SELECT model FROM layer_fact WHERE name = ?)",
}


def json_list(names: Iterable[str]) -> str:
    """Return names as a JSON array, to be read by json_each."""
    return json.dumps(list(names), ensure_ascii=False)


@cache
def names_below(kind: str, name: str) -> tuple[str, ...]:
    """Return a name of the vocabulary and everything narrower."""
    narrower = [
        term.name
        for term in vocabulary.terms(kind)
        if any(above == name for above, _ in vocabulary.ancestors(kind, term.name))
    ]
    return (name, *narrower)


@cache
def subject_parameters(subject: str) -> tuple[str, str, str]:
    """Return, as JSON: the subject and narrower ones, their spellings, all other spellings."""
    wanted = names_below("subject", subject)
    spellings: list[str] = []
    others: list[str] = []
    for term in vocabulary.terms("subject"):
        chosen = spellings if term.name in wanted else others
        chosen.extend(spelling.lower() for spelling in term.spellings)
    if not spellings:
        spellings.append(subject.lower())
    others = [spelling for spelling in others if spelling not in spellings]
    return json_list(wanted), json_list(spellings), json_list(others)
