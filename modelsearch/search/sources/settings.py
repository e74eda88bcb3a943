"""Fields that layers, settings and results state by name: sizes under many names, anything else
under its own.
"""

from __future__ import annotations

import apsw

from modelsearch import vocabulary
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import Filter
from modelsearch.records.splits import COUNTS, best_result, of_split
from modelsearch.records.typed import Any
from modelsearch.search.ranking import CANDIDATES
from modelsearch.search.sources.base import Source, ValueCount, counted
from modelsearch.search.sources.comparisons import (
    Sql,
    literal,
    literals,
    models_in,
    number_test,
    text_test,
    where_known,
)
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field

#: Metrics that are shares: 90% and 0.9 are the same, however a file wrote them.
_SHARES = frozenset({"accuracy", "top-5 accuracy", "balanced accuracy", "precision", "recall", "F1",
                     "AUC", "average precision", "mAP", "IoU", "Dice score", "error rate",
                     "top-5 error", "win rate", "hit rate"})  # fmt: skip
#: Of a series of a run the last value; of the training data only where no other is named.
_LAST = (
    "NOT EXISTS (SELECT 1 FROM metric o WHERE o.model = v.model AND o.name = v.name "
    "AND ((o.split IS v.split AND o.dataset IS v.dataset AND o.step > v.step) "
    "OR (v.split IS 'train' AND o.split IS NOT 'train')))"
)
_VALUE = "coalesce(number, text)"


class Sizes(Source):
    """Sizes of layers and settings, under any of the names that they are stored as."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return " UNION ALL ".join(
            f"SELECT model, {_VALUE} AS value FROM {table} WHERE name IN ({literals(field.stored)})"
            for table in ("layer_fact", "hyperparameter")
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that one of the numbers compares so, or that a text is there."""
        stored = texts_json(field.stored)
        text = isinstance(one.value, str)
        wanted = text_test("text", one) if text else number_test("number", one)
        found = [
            f"SELECT model FROM {table} WHERE name IN (SELECT value FROM json_each(?)) "
            f"AND {wanted.text}"
            for table in ("layer_fact", "hyperparameter")
        ]
        among = Sql(
            f"(m.id IN ({' UNION ALL '.join(found)}))",
            (stored, *wanted.params, stored, *wanted.params),
        )
        return among if text else where_known(among, self.known(field))

    def order(self, field: Field, best: str) -> str:
        """Return the number that layers show, else that of the settings."""
        names = literals(field.stored)
        numbers = [
            f"(SELECT {best}(number) FROM {table} WHERE model = m.id AND name IN ({names}))"
            for table in ("layer_fact", "hyperparameter")
        ]
        return f"coalesce({', '.join(numbers)})"


class Named(Source):
    """The names of all settings, or of all results: which models state one."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return f"SELECT model, name AS value FROM {field.column}"

    def value_test(self, expression: str, field: Field, one: Filter) -> Sql:
        """Return the condition on a name; results have no broader names."""
        return text_test(expression, one)

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models state each name."""
        rows = fetch_all(
            connection,
            f"SELECT v.name, count(DISTINCT c.model) FROM {CANDIDATES} c "
            f"JOIN {field.column} v ON v.model = c.model GROUP BY v.name",
        )
        return [(name, count) for name, count in rows]


class OwnName(Source):
    """A setting, size or result by its own name, which no row of the table has (``gamma``)."""

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition on the number, or on the text where the filter has one."""
        term = vocabulary.find("metric", field.name)
        if term is not None:
            return _metric(one, term.name)
        if isinstance(one.value, str):
            setting, metric = text_test("text", one), Sql("0")
        else:
            setting, metric = number_test("number", one), number_test("value", one)
        name = field.name
        among = Sql(
            f"(m.id IN (SELECT model FROM hyperparameter WHERE name = ? AND {setting.text} "
            f"UNION ALL SELECT model FROM layer_fact WHERE name = ? AND {setting.text} "
            f"UNION ALL SELECT model FROM metric WHERE name = ? AND {metric.text}))",
            (name, *setting.params, name, *setting.params, name, *metric.params),
        )
        return among if isinstance(one.value, str) else where_known(among, self.known(field))

    def known(self, field: Field) -> Sql:
        """Return the condition that the name is stated."""
        term = vocabulary.find("metric", field.name)
        name = term.name if term else field.name
        return models_in(
            "SELECT model FROM metric WHERE name = ? UNION ALL SELECT model FROM "
            "hyperparameter WHERE name = ? UNION ALL SELECT model FROM layer_fact WHERE name = ?",
            (name, name, name),
        )

    def order(self, field: Field, best: str) -> str:
        """Return the best result, else the number of the setting or layer."""
        name = literal(field.name)
        return (
            f"coalesce({best_result(name, best)}, "
            f"(SELECT {best}(number) FROM hyperparameter WHERE model = m.id AND name = {name}), "
            f"(SELECT {best}(number) FROM layer_fact WHERE model = m.id AND name = {name}))"
        )

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have each value; of a run the last one."""
        rows: list[tuple[Any, int]] = []
        for table, value, which in (
            ("layer_fact", "coalesce(v.number, v.text)", "1"),
            ("hyperparameter", "coalesce(v.number, v.text)", "1"),
            ("metric", "v.value", _LAST),
        ):
            rows += fetch_all(
                connection,
                f"SELECT {value}, c.model FROM {CANDIDATES} c JOIN {table} v ON v.model = c.model "
                f"WHERE v.name = ? AND {which}",
                (field.name,),
            )
        return counted((row for row in rows if row[0] is not None), field)


def _metric(one: Filter, name: str) -> Sql:
    column = "value"
    if name in _SHARES:
        column = "(CASE WHEN value > 1 THEN value / 100.0 ELSE value END)"
        one = Filter(one.field, one.op, _as_share(one.value), one.text, one.span, split=one.split)
    wanted = number_test(column, one)
    which = of_split(one.split) if one.split else COUNTS
    rows = f"SELECT model FROM metric WHERE name = ? AND {which}"
    known = Sql(f"(m.id IN ({rows}))", (name,))
    among = Sql(f"(m.id IN ({rows} AND {wanted.text}))", (name, *wanted.params))
    return where_known(among, known)


def _as_share(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_as_share(one) for one in value)
    return value / 100 if isinstance(value, int | float) and value > 1 else value
