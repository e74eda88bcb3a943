"""What differs between models and what they share, field by field.

A field is compared over the models where it is known: it *differs* when two known values are
unequal, is *shared* when it is known for all and equal, and *partly known* otherwise. Unknown is
counted, never compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from modelsearch.answer.compare.codediff import CodeDifference, code_differences
from modelsearch.answer.compare.fields import GROUPS, FieldComparison, model_fields
from modelsearch.answer.compare.rankings import MetricApart, MetricRanking, rank_metrics
from modelsearch.answer.compare.selection import Selection
from modelsearch.records.structs import frozen, replace
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.store.loading import load_details
from modelsearch.store.rows import Detail, ModelRow
from modelsearch.vocabulary.wording import Value

if TYPE_CHECKING:
    import apsw

__all__ = ["GROUPS", "Comparison", "FieldComparison", "Value", "compare_details", "compare_models"]

#: Up to so many models the code is compared, each with the first.
_CODE_OF = 4


@frozen
class Comparison:
    """Two or more models side by side. ``models`` are in the order asked for.

    ``code`` says how the scripts differ from the first one's (only for a few models), and
    ``code_unknown`` whose statements are not stored, ``code_damaged`` whose stored statements
    cannot be read.
    """

    models: tuple[ModelRow, ...]
    fields: tuple[FieldComparison, ...]
    rankings: tuple[MetricRanking, ...] = ()
    apart: tuple[MetricApart, ...] = ()
    code: tuple[CodeDifference, ...] = ()
    code_unknown: tuple[str, ...] = ()
    code_damaged: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()

    @property
    def entries(self) -> tuple[FieldComparison, ...]:
        """All fields."""
        return self.fields

    @property
    def differences(self) -> tuple[FieldComparison, ...]:
        """The fields whose known values are not all equal."""
        return tuple(entry for entry in self.fields if entry.differs)

    @property
    def shared(self) -> tuple[FieldComparison, ...]:
        """The fields that are known and equal for all."""
        return tuple(entry for entry in self.fields if entry.shared)

    @property
    def partly_known(self) -> tuple[FieldComparison, ...]:
        """The fields that are unknown for some models and equal for the others."""
        return tuple(e for e in self.fields if e.known and not e.differs and not e.shared)

    def selected(self, fields: Iterable[str] = (), drop: Iterable[str] = ()) -> Comparison:
        """Return only the named fields or groups (all, when none is named), without ``drop``.

        The code is a group of its own: ``code``.
        """
        chosen = Selection.of(fields, drop)
        metrics, code = chosen.has_group("metrics"), chosen.has_group("code")
        return replace(
            self,
            fields=tuple(entry for entry in self.fields if chosen.has(entry)),
            rankings=tuple(one for one in self.rankings if chosen.has_metric(one.label)),
            apart=self.apart if metrics else (),
            code=self.code if code else (),
            code_unknown=self.code_unknown if code else (),
            code_damaged=self.code_damaged if code else (),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON; the lists of values follow the order of ``models``."""

        def written(entries: Iterable[FieldComparison]) -> list[dict[str, Any]]:
            return [
                {
                    "group": entry.group,
                    "field": entry.field,
                    "label": entry.label,
                    "values": [list(v) if isinstance(v, tuple) else v for v in entry.values],
                    "unknown": entry.unknown,
                }
                for entry in entries
            ]

        return {
            "kind": "models",
            "models": [row.model_id for row in self.models],
            "differences": written(self.differences),
            "shared": written(self.shared),
            "partly_known": written(self.partly_known),
            "rankings": [ranking.as_json() for ranking in self.rankings],
            "not_compared": [entry.as_json() for entry in self.apart],
            "code": [entry.as_json() for entry in self.code],
            "code_unknown": list(self.code_unknown),
            "code_damaged": list(self.code_damaged),
        }


def compare_models(connection: apsw.Connection, rowids: Sequence[int]) -> Comparison:
    """Compare models by ``model.id``, in the order given; ids that are gone are left out."""
    details = load_details(connection, rowids)
    compared = compare_details(details)
    scripts = list({detail.row.model_id: detail.row.rowid for detail in details}.items())
    if not 1 < len(scripts) <= _CODE_OF:
        return compared
    code, unknown, damaged = code_differences(connection, scripts)
    return replace(
        compared, code=tuple(code), code_unknown=tuple(unknown), code_damaged=tuple(damaged)
    )


def compare_details(details: Sequence[Detail]) -> Comparison:
    """Compare models that were already read."""
    rankings, apart = rank_metrics(details)
    fields = [*model_fields(details), *_metric_fields(details, rankings)]
    order = {group: position for position, group in enumerate(GROUPS)}
    return Comparison(
        models=tuple(detail.row for detail in details),
        fields=tuple(sorted(fields, key=lambda entry: order[entry.group])),
        rankings=tuple(rankings),
        apart=tuple(apart),
        details=tuple(details),
    )


def _metric_fields(
    details: Sequence[Detail], rankings: Sequence[MetricRanking]
) -> list[FieldComparison]:
    fields = []
    models = [detail.row.model_id for detail in details]
    for ranking in rankings:
        values = {standing.model_id: standing.value for standing in ranking.standings}
        fields.append(
            FieldComparison(
                "metrics",
                ranking.label,
                ranking.label,
                tuple(map(values.get, models)),
            )
        )
    return fields
