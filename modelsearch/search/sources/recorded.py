"""Fields of recorded runs. Asked of models: of at least one of a model's runs."""

from __future__ import annotations

import apsw

from modelsearch.records.question import Filter
from modelsearch.search.ranking import CANDIDATES
from modelsearch.search.sources.base import Source, ValueCount, count_by_asking
from modelsearch.search.sources.comparisons import Sql, text_of
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field

_BETWEEN = " /-_.:"  #: signs behind which a word of a name begins


class Recorded(Source):
    """A column of a run."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        value = f"r.{field.column}"
        return (
            f"SELECT r.model, {value} AS value FROM run r "
            f"WHERE r.model IS NOT NULL AND {value} IS NOT NULL"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that a run's value satisfies a filter, or a text contains it."""
        if field.kind != "text" or one.op == "exists":
            return super().condition(field, one)
        inside = f"SELECT model FROM ({self.rows(field)}) WHERE instr(lower(value), lower(?)) > 0"
        return Sql(f"(m.id IN ({inside}))", (text_of(one),))

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have each value, or each text finds."""
        found = super().count(connection, field)
        if field.kind != "text":
            return found
        return count_by_asking(connection, self, field, [value for value, _ in found])


class RecordedDate(Recorded):
    """A date of a run, counted by month."""

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have a run in each month."""
        rows = fetch_all(
            connection,
            f"SELECT substr(v.value, 1, 7), count(DISTINCT c.model) FROM {CANDIDATES} c "
            f"JOIN ({self.rows(field)}) v ON v.model = c.model GROUP BY 1",
        )
        return [(month, count) for month, count in rows]


class BaseModel(Recorded):
    """What a model was fine-tuned from: by its script, its runs, its card or its checkpoints."""

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that a base model's name has a word, as distilbert has bert; a name
        of several words begins where a word does, as distilbert-base is no bert-base.
        """
        said = text_of(one).lower()
        if one.op == "exists" or said.isalnum():
            return super().condition(field, one)
        begins = "instr(' ' || lower(value), ?) > 0"
        tests = " OR ".join(begins for _ in _BETWEEN)
        return Sql(
            f"(m.id IN (SELECT model FROM ({self.rows(field)}) WHERE {tests}))",
            tuple(f"{sign}{said}" for sign in _BETWEEN),
        )

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return (
            "SELECT model, text AS value FROM hyperparameter WHERE name = 'base_model' "
            "AND text IS NOT NULL UNION "
            "SELECT r.model, e.value FROM run_evidence e JOIN run r ON r.id = e.run "
            "WHERE e.field = 'base_model' AND r.model IS NOT NULL UNION "
            "SELECT model, base_model FROM checkpoint "
            "WHERE base_model IS NOT NULL AND model IS NOT NULL"
        )


class CurvePoints(Source):
    """A column of a run's curves."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return (
            f"SELECT r.model, c.{field.column} AS value FROM curve c JOIN run r ON r.id = c.run "
            "WHERE r.model IS NOT NULL"
        )
