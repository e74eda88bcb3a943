"""The fields that are compared: where each stands, and how it is read from a model.

A field is compared over the models where it is known. A setting that only feeds a column or a
layer size is shown there, not twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from modelsearch.answer.field_values import reader_of
from modelsearch.records.structs import frozen, replace
from modelsearch.store.rows import Detail, EvidenceRow, NamedValue, StageRow
from modelsearch.vocabulary.fields import FIELDS, Field, find_field
from modelsearch.vocabulary.wording import Value

#: A stored value; a tuple where a model has several (in order where ``ordered``).

#: The groups in the order in which they are shown.
GROUPS: tuple[str, ...] = (
    "architecture",
    "training",
    "data",
    "framework",
    "metrics",
    "outputs",
    "size and dates",
)


@frozen
class FieldComparison:
    """One field over all compared models: ``values`` in their order, None where unknown."""

    group: str
    field: str
    label: str
    values: tuple[Value | None, ...]
    ordered: bool = True

    @property
    def known(self) -> tuple[Value, ...]:
        """The values that are known."""
        return tuple([value for value in self.values if value is not None])

    @property
    def unknown(self) -> int:
        """For how many models the value is not known."""
        return self.values.count(None)

    @property
    def differs(self) -> bool:
        """Return whether two known values are unequal."""
        return len({self.key(value) for value in self.known}) > 1

    @property
    def shared(self) -> bool:
        """Return whether all models are known to have the same value."""
        return bool(self.values) and self.unknown == 0 and not self.differs

    def key(self, value: Value) -> object:
        """Return what two equal values have in common: order counts only where ``ordered``.

        A number that was stored as text is that number.
        """
        if isinstance(value, tuple):
            return value if self.ordered else frozenset(value)
        return _number_of(value) if isinstance(value, str) else value


def _number_of(text: str) -> object:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def model_fields(details: Sequence[Detail]) -> list[FieldComparison]:
    """Return every field but the metrics for which at least one model has a value."""
    fields = [
        FieldComparison(
            spec.group, spec.field, spec.label, tuple(map(spec.read, details)), spec.ordered
        )
        for spec in (*_FIELDS, *_stage_fields(details), *_named_fields(details))
    ]
    return [e for e in fields if _any_known(e.values) and not _only_framework(e, details)]


def _any_known(values: Sequence[Value | None]) -> bool:
    """Return whether a value is known: told without making a list of those that are."""
    return values.count(None) < len(values)


def _only_framework(entry: FieldComparison, details: Sequence[Detail]) -> bool:
    """Return whether the libraries are nothing but the framework, which is a field of its own."""
    return entry.field == "frameworks" and all(
        detail.row.frameworks in ([], [detail.row.framework]) for detail in details
    )


@frozen
class _Field:
    """Where a field stands and how it is read from a model."""

    group: str
    field: str
    label: str
    read: Callable[[Detail], Value | None]
    ordered: bool = True


def _other_data(detail: Detail) -> Value | None:
    other = [t.name for t in detail.terms if t.kind == "dataset" and t.role not in (None, "train")]
    return tuple(other) or None


def _compared(field: Field) -> _Field:
    """Return a row of the table as it is compared; several values go by their plural."""
    label = field.plural if field.several or field.source == "subset" else field.label
    if field.several and field.several != field.key:
        label = field.label
    return _Field(field.group, field.key, label, reader_of(field), ordered=field.ordered)


def _libraries(detail: Detail) -> Value | None:
    return tuple(detail.row.frameworks) or None


#: The fields of a stage, in the order in which they are compared.
STAGE_FIELDS = tuple(one for one in FIELDS if one.source in ("stage", "stage text", "loss"))
#: What is compared beside the fields of the table.
_BESIDE: tuple[_Field, ...] = (
    _Field("data", "other_data", "Other data", _other_data, ordered=False),
    _Field("framework", "frameworks", "Libraries", _libraries, ordered=False),
)
_FIELDS: tuple[_Field, ...] = (*(_compared(one) for one in FIELDS if one.group), *_BESIDE)


#: Columns of a stage with their labels.
_OF_STAGES = (("model_class", "Class"), *((one.column, one.label) for one in STAGE_FIELDS))


def _stage_fields(details: Sequence[Detail]) -> list[_Field]:
    """Fields of the stages beside the main one; stages of different models meet by name."""
    names: dict[str, str] = {}
    for detail in details:
        for stage in detail.stages:
            if not stage.main:
                names.setdefault(stage.name.casefold(), stage.name)
    return [
        _Field("training", f"{name}.{field}", f"{name}: {label}", _other_stage(key, field))
        for key, name in names.items()
        for field, label in _OF_STAGES
    ]


def _other_stage(key: str, field: str) -> Callable[[Detail], Value | None]:
    def stage_of(detail: Detail) -> StageRow | None:
        found = (s for s in detail.stages if not s.main and s.name.casefold() == key)
        return next(found, None)

    def read(detail: Detail) -> Value | None:
        stage = stage_of(detail)
        value: Value | None = None if stage is None else getattr(stage, field)
        return value

    return read


#: The names and labels of the fields that every model may have.
KNOWN_FIELDS = frozenset({name for spec in _FIELDS for name in (spec.field, spec.label.casefold())})

#: The sizes of networks by the names under which they are stored.
_SIZES = {
    name.casefold(): one for one in reversed(FIELDS) if one.source == "sizes" for name in one.stored
}
_RESERVED = frozenset(spec.field for spec in _FIELDS)

#: Layer facts that speak of the data rather than of the network.
_DATA_FACTS = frozenset(
    {
        "image_size",
        "image_channels",
        "sequence_length",
        "num_classes",
        "classes",
        "vocabulary_size",
    }
)


def _named_fields(details: Sequence[Detail]) -> list[_Field]:
    """Layer facts and hyperparameters; a name that stands several times keeps all its values."""
    fields: list[_Field] = []
    for attribute, group in (("layer_facts", "architecture"), ("hyperparameters", "training")):
        names: dict[str, str] = {}
        for detail in details:
            entries: list[NamedValue] = getattr(detail, attribute)
            for entry in entries:
                names.setdefault(entry.name.casefold(), entry.name)
        for key, name in names.items():
            if attribute == "hyperparameters" and all(_shown_elsewhere(d, key) for d in details):
                continue
            place = "data" if attribute == "layer_facts" and key in _DATA_FACTS else group
            label = name.replace("_", " ").capitalize() if attribute == "layer_facts" else name
            if key in _RESERVED:  # a setting named as a column is not that column
                name, label = f"{name}_setting", f"{label} (setting)"
            fields.append(_Field(place, name, label, _named(attribute, key)))
    return _joined(fields, details)


def _joined(fields: Sequence[_Field], details: Sequence[Detail]) -> list[_Field]:
    """Make one field of several that state the same size under other names, where no model has
    two of them: one script calls its heads ``n_head``, another ``num_heads``.
    """
    joined: list[_Field] = []
    owners: list[frozenset[int]] = []
    for one in fields:
        size = size_named(one.field)
        own = frozenset(at for at, detail in enumerate(details) if one.read(detail) is not None)
        for at, other in enumerate(joined):
            if size is not None and size is size_named(other.field) and not own & owners[at]:
                joined[at] = replace(other, read=partial(_first, (other.read, one.read)))
                owners[at] |= own
                break
        else:
            joined.append(one)
            owners.append(own)
    return joined


def size_named(name: str) -> Field | None:
    """Return the size that scripts state under a name (``n_head``: heads), None for no size."""
    wanted = name.removesuffix("_setting").casefold()
    return _SIZES.get(wanted)


def _first(readers: Sequence[Callable[[Detail], Value | None]], detail: Detail) -> Value | None:
    return next((value for read in readers if (value := read(detail)) is not None), None)


def _shown_elsewhere(detail: Detail, key: str) -> bool:
    """Return whether a setting says nothing that another field of the model does not show.

    It feeds that field when both were read at the same place with the same value, or when its
    name is a spelling of it and the values agree.
    """
    values = [e.value for e in detail.hyperparameters if e.name.casefold() == key]
    if not values:
        return True
    field = f"hyperparameter {key}"
    own = {_place(e) for e in detail.evidence if e.field.casefold() == field and e.agrees}
    others = {_place(e) for e in detail.evidence if not e.field.startswith("hyperparameter ")}
    if own and own <= others:
        return True
    meant = find_field(key)
    stage = detail.main_stage
    shown = [e.value for e in detail.layer_facts if meant and e.name == meant.name]
    if meant and stage is not None and meant in STAGE_FIELDS:
        shown.append(getattr(stage, meant.column))
    return set(values) <= set(shown)


def _place(entry: EvidenceRow) -> tuple[str, int | None, str | None, str]:
    return entry.path, entry.line, entry.key, entry.value


def _named(attribute: str, key: str) -> Callable[[Detail], Value | None]:
    def read(detail: Detail) -> Value | None:
        entries: list[NamedValue] = getattr(detail, attribute)
        values = [e.value for e in entries if e.name.casefold() == key and e.value is not None]
        if len(values) > 1:
            return tuple(str(value) for value in values)
        return values[0] if values else None

    return read
