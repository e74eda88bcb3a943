"""The stored values behind each sentence of a summary, with the places where they were read."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.compare.cohorts import CohortComparison
from modelsearch.answer.compare.fields import size_named
from modelsearch.answer.compare.models import Comparison
from modelsearch.answer.compare.sentences import Sentence
from modelsearch.records.structs import frozen
from modelsearch.records.text import written_place
from modelsearch.records.typed import Any
from modelsearch.store.rows import Detail
from modelsearch.vocabulary.wording import Value

#: Names under which the evidence of a compared field is kept, where they are not its own.
_EVIDENCE = {
    "families": "family",
    "techniques": "technique",
    "hardware": "hardware",
    "datasets": "dataset",
    "kept_classes": "dataset",
    "other_data": "dataset",
    "frameworks": "framework",
}
_MOST_PLACES = 6


@frozen
class ExplainedCell:
    """A cell with its value and where it was read: ``path:line`` or ``path, key``."""

    model_id: str
    field: str
    value: Value | None
    places: tuple[str, ...]


def explained(
    comparison: Comparison | CohortComparison,
    sentences: Sequence[Sentence],
    most: int | None = None,
) -> list[tuple[Sentence, list[ExplainedCell], int]]:
    """Return the sentences about a comparison, each with its cells, the stored values that it rests
    on: ``most`` of them, and how many there are.
    """
    models = comparison.everything if isinstance(comparison, CohortComparison) else comparison
    # A group has many models, of which few stand behind a sentence: only these are looked up.
    position = {row.model_id: number for number, row in enumerate(models.models)}
    fields = {entry.field: entry.values for entry in models.fields}
    details = {detail.row.model_id: detail for detail in models.details}

    def value_of(model_id: str, field: str) -> Value | None:
        known = model_id in position and field in fields
        return fields[field][position[model_id]] if known else None

    metrics = {ranking.label: f"metric {ranking.name}" for ranking in models.rankings}
    found = []
    for sentence in sentences:
        behind = list(dict.fromkeys(sentence.cells))
        cells = [
            ExplainedCell(
                cell.model_id,
                cell.field,
                value := value_of(cell.model_id, cell.field),
                tuple(_places(details.get(cell.model_id), cell.field, metrics, value)),
            )
            for cell in behind[:most]
        ]
        found.append((sentence, cells, len(behind)))
    return found


def sentences_json(
    comparison: Comparison | CohortComparison, sentences: Sequence[Sentence]
) -> list[dict[str, Any]]:
    """Return the sentences and their cells as plain values for JSON."""
    return [
        {
            "text": sentence.text,
            "cells": [
                {
                    "model_id": c.model_id,
                    "field": c.field,
                    "value": list(c.value) if isinstance(c.value, tuple) else c.value,
                    "places": list(c.places),
                }
                for c in cells
            ],
        }
        for sentence, cells, _ in explained(comparison, sentences)
    ]


def _places(
    detail: Detail | None, field: str, metrics: dict[str, str], value: Value | None
) -> list[str]:
    if detail is None:
        return []
    wanted = {name.casefold() for name in _evidence_names(detail, field, metrics)}
    found = [one for one in detail.evidence if one.agrees and one.field.casefold() in wanted]
    # Of several values under one name (a metric's steps and splits), those of the cell itself.
    own = [one for one in found if _same(one.value, value)]
    places = [written_place(one.path, one.line, one.key, one.note) for one in own or found]
    return list(dict.fromkeys(places))[:_MOST_PLACES]


def _same(text: str, value: Value | None) -> bool:
    if not isinstance(value, int | float):
        return text == value
    try:
        return float(text) == value
    except ValueError:
        return False


def _evidence_names(detail: Detail, field: str, metrics: dict[str, str]) -> list[str]:
    if field in metrics:
        return [metrics[field]]
    name = _EVIDENCE.get(field, field)
    setting = name.removesuffix("_setting")
    names = [name, f"layer {name}", f"hyperparameter {setting}"]
    size = size_named(field)
    for stored in size.stored if size else ():
        names += [f"layer {stored}", f"hyperparameter {stored}"]
    stage, dot, part = field.rpartition(".")
    if dot:
        key = stage.casefold()
        names += [
            f"stage {s.position} {part}"
            for s in detail.stages
            if not s.main and s.name.casefold() == key
        ]
    return names
