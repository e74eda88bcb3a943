"""Choosing the fields and groups of a comparison by the names that people write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from modelsearch.answer.compare.fields import GROUPS, KNOWN_FIELDS
from modelsearch.records.errors import UsageError
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Protocol, Self, TypeVar
from modelsearch.vocabulary.fields import find_field

#: Other words for a group, as people write them in ``--fields`` or a question.
GROUP_NAMES: dict[str, str] = {
    "architectures": "architecture",
    "training configuration": "training",
    "training config": "training",
    "training setup": "training",
    "configuration": "training",
    "hyperparameters": "training",
    "dataset": "data",
    "datasets": "data",
    "frameworks": "framework",
    "metric": "metrics",
    "performance": "metrics",
    "results": "metrics",
    "images": "outputs",
}

#: Words that stand for several fields.
_FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "size": ("size_bytes", "lines_of_code"),
    "dates": ("created_at", "modified_at"),
}


class _Placed(Protocol):
    """What has a place among the groups: a field of models or of cohorts."""

    @property
    def group(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def label(self) -> str: ...


@frozen
class Selection:
    """The fields and groups that are wanted (all, when none is named) without the dropped ones."""

    chosen: frozenset[str]
    dropped: frozenset[str]
    given: frozenset[str] = frozenset()

    @classmethod
    def of(cls, fields: Iterable[str], drop: Iterable[str]) -> Selection:
        """Read names as people write them: fields, labels or groups, in any case."""
        fields, drop = list(fields), list(drop)
        given = frozenset(name.strip().casefold() for name in (*fields, *drop))
        return cls(_names(fields), _names(drop), given)

    def has(self, entry: _Placed) -> bool:
        """Return whether a field is wanted."""
        names = {entry.group, entry.field.casefold(), entry.label.casefold()}
        if entry.group == "metrics":
            names.add(_metric(entry.label))
        return (not self.chosen or bool(names & self.chosen)) and not names & self.dropped

    def unknown(self, entries: Iterable[_Placed]) -> list[str]:
        """Return the given names that are no group, no known field, and no name of any of
        ``entries``.
        """
        known = {*GROUPS, *KNOWN_FIELDS, "code"}
        for entry in entries:
            known |= {entry.field.casefold(), entry.label.casefold(), _metric(entry.label)}
        return sorted(name for name in self.given if not _meant(name) & known)

    def has_metric(self, label: str) -> bool:
        """Return whether a metric is wanted, by its group, its label or its bare name."""
        names = {"metrics", label.casefold(), _metric(label)}
        return (not self.chosen or bool(names & self.chosen)) and not names & self.dropped

    def has_group(self, group: str) -> bool:
        """Return whether a whole group is wanted."""
        return (not self.chosen or group in self.chosen) and group not in self.dropped


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(_meant(name.strip().casefold()) for name in names))


def _meant(name: str) -> frozenset[str]:
    """Return what a name may stand for: a group, else a field by its name, label or a spelling of
    it.
    """
    if name in GROUP_NAMES or name in GROUPS:
        return frozenset({GROUP_NAMES.get(name, name)})
    if name in KNOWN_FIELDS:
        return frozenset({name})
    spelt = find_field(name)
    meant = {name, name.replace(" ", "_"), *_FIELD_NAMES.get(name, ())}
    if spelt is not None:
        meant |= {spelt.name, spelt.key, *_FIELD_NAMES.get(spelt.name, ())}
    return frozenset(meant)


def _metric(label: str) -> str:
    """Return the bare name in ``accuracy on CIFAR-10 (test)``."""
    return label.casefold().partition(" on ")[0].removesuffix(" in percent")


class Selectable(Protocol):
    """A comparison of which only some fields or groups may be wanted."""

    @property
    def entries(self) -> Sequence[_Placed]:
        """Return the compared fields."""

    def selected(self, fields: Sequence[str], drop: Sequence[str]) -> Self:
        """Return the same with the named fields or groups alone, without the dropped ones."""


C = TypeVar("C", bound=Selectable)


def select(comparison: C, fields: Sequence[str], drop: Sequence[str]) -> C:
    """Return only the named fields or groups of a comparison, without those in ``drop``.

    Raises UsageError for a name that is no group and no field.
    """
    if not fields and not drop:
        return comparison
    unknown = Selection.of(fields, drop).unknown(comparison.entries)
    if unknown:
        raise UsageError(
            f"no field or group is called {unknown[0]!r}; groups: {', '.join(GROUPS)}, code; "
            "fields are named as in the table (--all shows them)"
        )
    return comparison.selected(fields, drop)
