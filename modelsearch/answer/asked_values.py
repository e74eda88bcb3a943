"""What a question asks of one model: single values with file and line, or chosen pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from modelsearch import vocabulary
from modelsearch.answer.field_values import stated_value, telling_first
from modelsearch.answer.shapes import AskedValue, ModelValues, Place
from modelsearch.records.question import ImagePart, Sort
from modelsearch.records.splits import CALLED
from modelsearch.records.typed import Any
from modelsearch.search.sources import field_called
from modelsearch.store.rows import Detail, EvidenceRow, ImageRow

_NOTHING: Mapping[str, Mapping[int, Any]] = MappingProxyType({})


def asked_values(
    detail: Detail, names: Sequence[str], beside: Mapping[str, Mapping[int, Any]] = _NOTHING
) -> ModelValues:
    """Return the value (None where unknown) and the evidence of each asked field of a model.
    ``beside`` are values that stand in rows of other tables, by field and model.
    """
    values = (_asked_beside(detail, name, beside.get(name)) for name in names)
    return ModelValues(detail.row.model_id, tuple(values))


def _asked_beside(detail: Detail, name: str, beside: Mapping[int, Any] | None) -> AskedValue:
    value = None if beside is None else beside.get(detail.row.rowid)
    if isinstance(value, AskedValue):
        return value
    if beside is None or any(isinstance(one, AskedValue) for one in beside.values()):
        return _asked(detail, name)
    return AskedValue(name, list(value) if isinstance(value, tuple) else value)


def asked_result(
    detail: Detail, metric: str, split: str, known: AskedValue | None = None
) -> ModelValues:
    """Return a model's best value of a result on a split ("": on the one that says most); where it
    is ``known``, with the place where it was read.
    """
    label = f"{split} {metric}".strip()
    if known is not None and not known.evidence:
        places = [one for one in detail.evidence if one.field.casefold() == f"metric {metric}"]
        exact = [_place(one) for one in places if one.value == str(known.value)]
        known = AskedValue(label, known.value, tuple(exact or map(_place, places)))
    return ModelValues(detail.row.model_id, (known or _result(detail, label, metric, split),))


def _result(detail: Detail, label: str, metric: str, split: str) -> AskedValue:
    names = CALLED.get(split)
    called = [
        row for row in telling_first(detail.metrics) if row.name.casefold() == metric.casefold()
    ]
    rows = [row for row in called if names is None or (row.split or "").casefold() in names]
    if split == "train" and not rows and any(row.split for row in called):
        # A log that names its other data means the training data where it names none.
        rows = [row for row in called if not row.split]
    value = rows[0].value if rows else None
    places = [entry for entry in detail.evidence if entry.field == f"metric {metric}"]
    exact = [entry for entry in places if entry.value == str(value)] or places
    return AskedValue(label, value, tuple(_place(entry) for entry in exact if rows))


def _asked(detail: Detail, name: str) -> AskedValue:
    split, _, metric = name.partition(" ")
    if (split in CALLED or split in ("best", "final")) and vocabulary.find(
        "metric", metric
    ) is not None:
        return _result(detail, name, metric, split)
    found_value, evidence_fields = stated_value(detail, field_called(name))
    if name == "parameters" and found_value is None:
        return _of_weights(detail)
    if found_value is None and vocabulary.find("metric", name) is not None:
        reached = _result(detail, name, name, "")  # "loss": no function is known, but a result
        if reached.value is not None:
            return reached
    value = list(found_value) if isinstance(found_value, tuple) else found_value
    found = [entry for entry in detail.evidence if entry.field in evidence_fields and entry.agrees]
    if any(field.startswith("metric ") for field in evidence_fields):
        found = [entry for entry in found if entry.value == str(value)] or found
    against = [e for e in detail.evidence if e.field in evidence_fields and not e.agrees]
    places = tuple(_place(entry) for entry in found)
    return AskedValue(name, value, places, tuple(_place(entry) for entry in against))


def _of_weights(detail: Detail) -> AskedValue:
    """Return the number of parameters that all saved weights of a model agree on, None where they
    do not.
    """
    counted = {
        one.parameters: one for one in detail.recorded.checkpoints if one.parameters is not None
    }
    if len(counted) != 1:
        return AskedValue("parameters", None)
    ((count, one),) = counted.items()
    place = Place(str(count), one.path, None, None, "checkpoint", "counted in the saved weights")
    return AskedValue("parameters", count, (place,))


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


def _order(sort: Sort) -> Callable[[ImageRow], tuple[bool, Any, Any]]:
    """Pictures without the value come last, whichever the direction."""
    name = {"created": "created_at", "modified": "modified_at"}.get(sort.field, sort.field)

    def key(image: ImageRow) -> tuple[bool, Any, Any]:
        value = getattr(image, name, None)
        known = value is not None
        # Where that tells nothing, a later date, then a number in the name, is the later one.
        tells = known and sort.field not in ("created", "modified")
        later = (image.epoch or 0, image.step or 0, image.created_at or "", _numbers(image.path))
        place = () if tells else later
        return (known if sort.descending else not known, value if known else 0, place)

    return key


def _numbers(path: str) -> tuple[int, ...]:
    """Return the numbers of a file's name, in their order."""
    found, digits = [], ""
    for letter in f"{path.rpartition('/')[2]}.":
        if letter.isascii() and letter.isdigit():
            digits += letter
        elif digits:
            found.append(int(digits[:18]))
            digits = ""
    return tuple(found)


#: Fields of a question whose comparison is a whole group.
_GROUPS = {
    "family": "architecture",
    "architecture": "architecture",
    "dataset": "data",
    "hyperparameter": "training",
    "metric": "metrics",
}


def comparison_names(asked: Sequence[str]) -> list[str]:
    """Return the names under which a comparison knows some asked fields: groups and fields."""
    return [_GROUPS.get(name, field_called(name).key) for name in asked]
