"""What an answer holds: what every question gets, and one shape for each thing asked.

Plain data. Each shape gives the part of the JSON that the command line promises.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.structs import field, frozen, mutable, names, replace
from modelsearch.records.text import written_place
from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelsearch.answer.compare.report import Report
    from modelsearch.records.question import ParsedQuery
    from modelsearch.search.ranking import Ranked
    from modelsearch.store.rows import Detail, ImageRow, ModelRow


@frozen
class Place:
    """Where a value was read: a file with its line, or with the key of an entry."""

    value: str
    path: str
    line: int | None
    key: str | None
    kind: str
    note: str | None

    @property
    def written(self) -> str:
        """The place in words: ``train.py:12``, or who corrected the value."""
        return written_place(self.path, self.line, self.key, self.note)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {name: getattr(self, name) for name in names(self)}


@frozen
class AskedValue:
    """One asked field of a model: its value (None where unknown) and where it was read."""

    field: str
    value: Any
    evidence: tuple[Place, ...] = ()
    stated_differently: tuple[Place, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "field": self.field,
            "value": self.value,
            "evidence": [one.as_json() for one in self.evidence],
            "stated_differently": [one.as_json() for one in self.stated_differently],
        }


@frozen
class ModelValues:
    """The asked values of one model."""

    model_id: str
    values: tuple[AskedValue, ...]


@frozen
class AskedValues:
    """What was asked of each model that fits: `what learning rate does flower_v2 use?`

    ``shared``: how many models have the one value that is the highest or the lowest; 0 where no
    such value was asked for, or only one model has it.
    """

    models: tuple[ModelValues, ...]
    shared: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the part ``answer`` of the JSON."""
        models = [
            {"model_id": one.model_id, "values": [value.as_json() for value in one.values]}
            for one in self.models
        ]
        return {"models": models, "shared": self.shared} if self.shared else {"models": models}


@frozen
class ValueCount:
    """A value and how many models have it."""

    value: Any
    count: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"value": self.value, "count": self.count}


class ManyCounts(Sequence[ValueCount]):
    """So many different numbers that each is looked at only where it is shown. ``counted`` are
    pairs of a number and its models, frequent first, with what is said of all of them (``spread``).
    """

    def __init__(self, counted: Any) -> None:
        self._counted = counted
        self.spread = counted.spread

    def __len__(self) -> int:
        return len(self._counted)

    def __getitem__(self, place: Any) -> Any:
        found = self._counted[place]
        if isinstance(place, slice):
            return [ValueCount(value, count) for value, count in found]
        return ValueCount(*found)


def _spread(values: Sequence[ValueCount]) -> tuple[Any, Any, Any, Any, int]:
    """Return the lowest and the highest number, median, total, and of how many models."""
    ordered = sorted(values, key=_by_value)
    products = [one.value * one.count for one in ordered]
    exact = all(isinstance(one, int) for one in products)
    known = sum(one.count for one in ordered)
    below, above = _value_at(ordered, (known - 1) // 2), _value_at(ordered, known // 2)
    median = above if known % 2 else (below + above) / 2
    total = sum(products) if exact else _exact_sum(products)
    return ordered[0].value, ordered[-1].value, median, total, known


def _by_value(one: ValueCount) -> Any:
    return one.value


def _value_at(ordered: Sequence[ValueCount], place: int) -> Any:
    """Return the value at a place, as if each stood there as often as it is counted."""
    for one in ordered:
        place -= one.count
        if place < 0:
            return one.value
    return ordered[-1].value


def _exact_sum(numbers: Sequence[float]) -> float:
    """Return a sum that does not depend on the order of its numbers."""
    from math import fsum

    return fsum(numbers)


@frozen
class Count:
    """How many models fit, and how many of each group; of a share also how many it is of."""

    count: int
    group_by: str | None = None
    groups: tuple[ValueCount, ...] = ()
    of: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the part ``answer`` of the JSON."""
        counted: dict[str, Any] = {"count": self.count}
        if self.group_by:
            counted["group_by"] = self.group_by
            counted["groups"] = [one.as_json() for one in self.groups]
        if self.of is not None:
            counted |= {"of": self.of, "share": self.count / self.of if self.of else None}
        return counted


@frozen
class FieldValues:
    """The values that models have in one field, frequent first; of numbers also range and mean."""

    field: str
    values: Sequence[ValueCount]
    lowest: float | None = None
    highest: float | None = None
    mean: float | None = None
    median: float | None = None
    total: float | None = None

    @classmethod
    def of(cls, name: str, values: Sequence[ValueCount]) -> FieldValues:
        """Return a field's values; the range and the mean where all of them are numbers."""
        if isinstance(values, ManyCounts):
            spread = values.spread()
        else:
            values = tuple(values)
            if not values or not all(isinstance(one.value, int | float) for one in values):
                return cls(name, values)
            spread = _spread(values)
        lowest, highest, median, total, known = spread
        return cls(name, values, lowest, highest, total / known, median, total)

    def rarest_first(self) -> FieldValues:
        """Return the values with the rarest ones first."""
        return replace(self, values=tuple(sorted(self.values, key=lambda one: one.count)))

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.values)

    @property
    def known(self) -> int:
        """How many times a value is known; a model with several values counts for each."""
        if isinstance(self.values, ManyCounts):
            return int(self.values.spread()[-1])
        return sum(one.count for one in self.values)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        spread: dict[str, Any] = {"field": self.field, "distinct": self.distinct}
        if self.mean is not None:
            spread |= {
                "lowest": self.lowest,
                "highest": self.highest,
                "mean": self.mean,
                "median": self.median,
                "total": self.total,
            }
        return spread | {"values": [one.as_json() for one in self.values]}


@frozen
class GroupValues:
    """The values of one asked field among the ``count`` models of a group."""

    value: Any
    count: int
    values: FieldValues

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"value": self.value, "count": self.count} | self.values.as_json()


@frozen
class Values:
    """The values of the asked fields: `which optimizers did I use?`; by group, if asked so."""

    fields: tuple[FieldValues, ...]
    group_by: str | None = None
    groups: tuple[GroupValues, ...] = ()
    statistic: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the part ``answer`` of the JSON: the first field also stands by itself."""
        listed = [one.as_json() for one in self.fields]
        found: dict[str, Any] = {"fields": listed, **listed[0]}
        if self.group_by:
            found["group_by"] = self.group_by
            found["groups"] = [one.as_json() for one in self.groups]
        return found


@frozen
class Listing:
    """Runs or checkpoints, a row each, with the columns that are worth a look, and what is said of
    them: verdicts by a stated rule, the rule by which a best was chosen.
    """

    thing: str
    rows: tuple[dict[str, Any], ...]
    columns: tuple[str, ...]
    said: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the part ``answer`` of the JSON."""
        return {self.thing: list(self.rows), "said": list(self.said)}


@frozen
class FieldColumn:
    """A field and its values for some models. ``matched`` are the values that the question asks for
    by name.
    """

    field: str
    values: tuple[Any, ...]
    matched: tuple[str, ...] = ()


@mutable
class Answer:
    """What was found. ``results`` are ranked rows, ``total`` counts all that satisfy the filters,
    ``nearest`` are marked as such and only there when nothing does. ``answer`` is what the
    question asks for beyond models, ``details`` all that is known of the first results.
    ``headline`` is the sentence that answers, ``elsewhere`` where a name stands that no model has,
    ``columns`` are fields that the question is about,
    with their values for the results, else for the nearest (``only`` them, where they were chosen);
    ``picture_columns`` those of a question for pictures, with their values for the pictures.
    """

    parsed: ParsedQuery
    total: int = 0
    results: list[ModelRow] = field(default_factory=list)
    nearest: list[ModelRow] = field(default_factory=list)
    images: list[ImageRow] = field(default_factory=list)
    answer: AskedValues | Count | Values | Listing | None = None
    comparison: Report | None = None
    summary: str = ""
    headline: str = ""
    elsewhere: str = ""
    columns: list[FieldColumn] = field(default_factory=list)
    picture_columns: list[FieldColumn] = field(default_factory=list)
    only: bool = False
    notes: list[str] = field(default_factory=list)
    facets: dict[str, Sequence[tuple[Any, int]]] | None = None
    places: dict[int, Ranked] = field(default_factory=dict)
    details: list[Detail] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `query --format json` prints."""
        answer: dict[str, Any] = {
            "query": self.parsed.question,
            "intent": self.parsed.intent,
            "filters": self.parsed.filters,
            "text": self.parsed.text,
            "total": self.total,
            "results": self._with_asked(self.results),
            "nearest": self._with_asked([] if self.results else self.nearest),
            "images": self.pictures_as_json(),
            "answer": self.answer.as_json() if self.answer is not None else None,
            "comparison": self.comparison.as_json() if self.comparison is not None else None,
            "summary": self.summary,
            "notes": self.notes,
        }
        if self.facets is not None:
            answer["facets"] = {
                name: [{"value": value, "count": count} for value, count in values]
                for name, values in self.facets.items()
            }
        return answer

    def pictures_as_json(self) -> list[dict[str, Any]]:
        """Return the pictures with the settings that the question is about, where it is."""
        found = [image.as_json() for image in self.images]
        for index, one in enumerate(found if self.picture_columns else ()):
            one["asked"] = {column.field: column.values[index] for column in self.picture_columns}
        return found

    def _with_asked(self, rows: Sequence[ModelRow]) -> list[dict[str, Any]]:
        """Return rows with the fields that the question is about, where there are any."""
        found = [row.as_json() for row in rows]
        for index, one in enumerate(found if self.columns else ()):
            one["asked"] = {column.field: column.values[index] for column in self.columns}
        return found
