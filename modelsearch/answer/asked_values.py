"""What a question asks of one model: single values with their place, or a choice of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelsearch.answer.shapes import AskedValue, ModelValues, Place
from modelsearch.records.question import ImagePart, Sort
from modelsearch.records.splits import place
from modelsearch.store.rows import Detail, EvidenceRow, ImageRow, MetricRow
from modelsearch.vocabulary.fields import by_name

#: Where a field's value stands in a row, and under which name its evidence is kept.
_ROW_FIELDS: dict[str, tuple[str, str]] = {
    "family": ("families", "family"),
    "dataset": ("datasets", "dataset"),
    "framework": ("frameworks", "framework"),
    "technique": ("techniques", "technique"),
    "hardware": ("hardware", "hardware"),
    "created": ("created_at", "created_at"),
    "modified": ("modified_at", "modified_at"),
    "size": ("size_bytes", ""),
    "lines": ("lines_of_code", ""),
    "model": ("model_id", ""),
}


def asked_values(detail: Detail, names: Sequence[str]) -> ModelValues:
    """Return the value (None where unknown) and the evidence of each asked field of a model."""
    return ModelValues(detail.row.model_id, tuple(_asked(detail, name) for name in names))


def _asked(detail: Detail, name: str) -> AskedValue:
    value, evidence_fields = _value(detail, name)
    found = [entry for entry in detail.evidence if entry.field in evidence_fields and entry.agrees]
    if any(field.startswith("metric ") for field in evidence_fields):
        found = [entry for entry in found if entry.value == str(value)] or found
    against = [e for e in detail.evidence if e.field in evidence_fields and not e.agrees]
    places = tuple(_place(entry) for entry in found)
    return AskedValue(name, value, places, tuple(_place(entry) for entry in against))


def _value(detail: Detail, name: str) -> tuple[Any, set[str]]:
    row_field, evidence = _ROW_FIELDS.get(name, (name, name))
    if hasattr(detail.row, row_field):
        value = getattr(detail.row, row_field)
        return (value or None) if isinstance(value, list) else value, {evidence}
    stage = detail.main_stage
    if stage is not None and hasattr(stage, name):
        return getattr(stage, name), {name}
    field = by_name().get(name)
    stored = {one.casefold() for one in (field.stored if field else ())} | {name.casefold()}
    for prefix, entries in (
        ("layer", detail.layer_facts),
        ("hyperparameter", detail.hyperparameters),
        ("metric", _telling_first(detail.metrics)),
    ):
        for entry in entries:
            if entry.name.casefold() in stored or name == prefix:
                return entry.value, {f"{prefix} {entry.name}"}
    if name == "images":
        return detail.images, set()
    return None, set()


def _telling_first(metrics: Sequence[MetricRow]) -> list[MetricRow]:
    """The best of a run on the data that says most before the others; without a direction the
    last.
    """

    def rank(row: MetricRow) -> tuple[int, float, int]:
        sign = {True: -1, False: 1, None: 0}[row.higher_is_better]
        return place(row.split), sign * row.value, -(row.step or 0)

    return sorted(metrics, key=rank)


def _place(entry: EvidenceRow) -> Place:
    return Place(entry.value, entry.path, entry.line, entry.key, entry.kind, entry.note)


def chosen_images(images: Sequence[ImageRow], part: ImagePart | None) -> list[ImageRow]:
    """Apply what a question says of the pictures' order and number."""
    chosen = list(images)
    if part is None:
        return chosen
    if part.epochs:
        epochs = sorted({i.epoch for i in chosen if i.epoch is not None}, reverse=part.epochs > 0)
        wanted = set(epochs[: abs(part.epochs)])
        chosen = [image for image in chosen if image.epoch in wanted]
    if part.sort is not None:
        chosen.sort(key=_order(part.sort), reverse=part.sort.descending)
    return chosen[: part.limit] if part.limit else chosen


def _order(sort: Sort) -> Callable[[ImageRow], tuple[bool, Any]]:
    """Pictures without the value come last, whichever the direction."""
    name = {"created": "created_at", "modified": "modified_at"}.get(sort.field, sort.field)

    def key(image: ImageRow) -> tuple[bool, Any]:
        value = getattr(image, name, None)
        known = value is not None
        return (known if sort.descending else not known, value if known else 0)

    return key


def comparison_names(asked: Sequence[str]) -> list[str]:
    """Return the groups and fields of a comparison that some asked fields stand for."""
    return [name for field_name in asked for name in _COMPARED.get(field_name, (field_name,))]


#: Fields of a question whose comparison is a whole group, or stands under another name.
_COMPARED: dict[str, tuple[str, ...]] = {
    "family": ("architecture",),
    "architecture": ("architecture",),
    "dataset": ("data",),
    "hyperparameter": ("training",),
    "metric": ("metrics",),
    "created": ("created_at",),
    "modified": ("modified_at",),
    "size": ("size_bytes",),
    "lines": ("lines_of_code",),
    "framework": ("framework",),
    "technique": ("techniques",),
}
