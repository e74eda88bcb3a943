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
#: Whether a part of a text is a number.
_NUMERIC = "p.value GLOB '*[0-9]*' AND p.value NOT GLOB '*[^-+.0-9eE]*'"


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
            f"CROSS JOIN model m ON m.id = c.model WHERE {self.known(field).text} GROUP BY 1",
        )
        return [(month, count) for month, count in rows]


class StageText(Stage):
    """Numbers or words that a column of the main stage holds as text, several joined by commas:
    betas ``0.9, 0.999``, a decay ``0.999`` or the class that keeps the average.
    """

    def rows(self, field: Field) -> str:
        """Return a query for (model, value), numbers as numbers."""
        return (
            f"SELECT s.model, CASE WHEN {_NUMERIC} THEN CAST(p.value AS REAL) ELSE p.value END "
            f"AS value FROM training_stage s, {separated(self.value(field))} p "
            f"WHERE s.main = 1 AND {self.value(field)} <> ''"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that one of the numbers compares so, or that a word is there."""
        word = isinstance(one.value, str)
        wanted = (
            self.value_test("p.value", field, one)
            if word
            else number_test("CAST(p.value AS REAL)", one)
        )
        parts = f"SELECT 1 FROM {separated(self.value(field))} p WHERE {wanted.text}"
        if word:
            return Sql(f"(EXISTS ({parts}))", wanted.params)
        known = f"{self.value(field)} IS NOT NULL"
        return Sql(f"(CASE WHEN {known} THEN EXISTS ({parts} AND {_NUMERIC}) END)", wanted.params)

    def order(self, field: Field, best: str) -> str:
        """Return the first of the numbers; words have no place among them."""
        parts = separated(self.value(field))
        return f"(SELECT {best}(CAST(p.value AS REAL)) FROM {parts} p WHERE {_NUMERIC})"

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have each number or word."""
        return Source.count(self, connection, field)

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return nothing: SQL is asked."""
        return ()
