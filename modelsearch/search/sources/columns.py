"""Fields that are a column: of ``model m``, or of its main stage ``s``.

Both are joined wherever a condition or an order stands, so their values need no subquery.
"""

from __future__ import annotations

import apsw

from modelsearch.records.question import Filter
from modelsearch.search.ranking import CANDIDATES
from modelsearch.search.sources.base import (
    Posting,
    Source,
    ValueCount,
    count_by_asking,
    counted,
    separated,
)
from modelsearch.search.sources.comparisons import Sql, number_test, version_key
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field

#: Where a condition and an order find ``m`` and ``s``.
MODELS = "model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"
_KINDS = {"number": "numbers", "term": "names", "date": "days", "thing": "known"}
#: Whether a text is a number.
_NUMERIC = "{0} GLOB '*[0-9]*' AND {0} NOT GLOB '*[^-+.0-9eE]*'"


class Column(Source):
    """A column; ``alias`` is how the table is joined."""

    alias = ""
    #: Query for (value, model) of some models.
    table = ""

    def value(self, field: Field) -> str:
        """Return the expression of the value."""
        return f"{self.alias}.{field.column}"

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        value = self.value(field)
        return (
            f"SELECT m.id AS model, {value} AS value FROM {MODELS} "
            f"WHERE {value} IS NOT NULL AND {value} <> ''"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition; an unknown name is not there, an unknown number or date neither
        satisfies a comparison nor its negation.
        """
        found = self.value_test(self.value(field), field, one)
        if one.strict and field.name == "task":
            return Sql(f"(m.task_strength = 'code' AND coalesce({found.text}, 0))", found.params)
        if field.kind in ("number", "date", "version") and not isinstance(one.value, str):
            return found
        return Sql(f"(coalesce({found.text}, 0))", found.params)

    def known(self, field: Field) -> Sql:
        """Return the condition that the column holds something."""
        value = self.value(field)
        return Sql(f"({value} IS NOT NULL AND {value} <> '')")

    def order(self, field: Field, best: str) -> str:
        """Return the expression that the models are sorted by."""
        value = self.value(field)
        return version_key(value) if field.kind == "version" else value

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have each value."""
        value = self.value(field)
        rows = fetch_all(
            connection,
            f"SELECT {value}, c.model FROM {CANDIDATES} c CROSS JOIN {MODELS} "
            f"WHERE m.id = c.model AND {self.known(field).text}",
        )
        found = counted(rows, field)
        if field.kind != "version":
            return found
        return count_by_asking(connection, self, field, [value for value, _ in found])

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets by value of names, by range of numbers, by day."""
        kind = _KINDS.get(field.kind)
        rows = self.table.replace("{column}", field.column)
        return (Posting(kind, rows, vocabulary=field.vocabulary),) if kind else ()


class Model(Column):
    """A column of the model."""

    alias = "m"
    table = "SELECT {column}, id FROM model WHERE id {inside} AND {column} <> ''"


class Stage(Column):
    """A column of the main stage."""

    alias = "s"
    table = (
        "SELECT {column}, model FROM training_stage "
        "WHERE main = 1 AND model {inside} AND {column} <> ''"
    )


class Date(Model):
    """A date of the model, counted by month."""

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have a date in each month."""
        rows = fetch_all(
            connection,
            f"SELECT substr({self.value(field)}, 1, 7), count(*) FROM {CANDIDATES} c "
            f"JOIN model m ON m.id = c.model WHERE {self.known(field).text} GROUP BY 1",
        )
        return [(month, count) for month, count in rows]


class StageText(Source):
    """Numbers or words that a column of the main stage holds as text, several joined by commas:
    betas ``0.9, 0.999``, a decay ``0.999`` or the class that keeps the average.
    """

    def rows(self, field: Field) -> str:
        """Return a query for (model, value), numbers as numbers."""
        parts = separated(f"g.{field.column}")
        number = _NUMERIC.format("p.value")
        return (
            f"SELECT g.model, CASE WHEN {number} THEN CAST(p.value AS REAL) ELSE p.value END "
            f"AS value FROM training_stage g, {parts} p "
            f"WHERE g.main = 1 AND g.{field.column} <> ''"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that one of the numbers compares so, or that a word is there."""
        if isinstance(one.value, str):
            return super().condition(field, one)
        wanted = number_test("value", one)
        among = f"SELECT model FROM ({self.rows(field)}) WHERE typeof(value) <> 'text'"
        return Sql(
            f"(CASE WHEN s.{field.column} IS NOT NULL THEN "
            f"m.id IN ({among} AND {wanted.text}) END)",
            wanted.params,
        )

    def known(self, field: Field) -> Sql:
        """Return the condition that the column holds something."""
        return Sql(f"(s.{field.column} IS NOT NULL AND s.{field.column} <> '')")

    def order(self, field: Field, best: str) -> str:
        """Return the first of the numbers; words have no place among them."""
        numbers = f"SELECT {best}(value) FROM ({self.rows(field)}) WHERE typeof(value) <> 'text'"
        return f"({numbers} AND model = m.id)"
