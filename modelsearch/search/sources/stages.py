"""Fields that count from every stage: losses, classes that are trained, the stages' names."""

from __future__ import annotations

from modelsearch.search.sources.base import Posting, Source, separated
from modelsearch.search.sources.comparisons import Sql
from modelsearch.vocabulary.fields.field import Field


class AnyStage(Source):
    """A column of any training stage."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        column = field.column
        return f"SELECT model, {column} AS value FROM training_stage WHERE {column} <> ''"


class Loss(Source):
    """Losses of any stage; a cell holds its terms joined by commas."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value), a row for each term."""
        return (
            f"SELECT g.model, p.value AS value FROM training_stage g, {separated('g.loss')} p "
            "WHERE g.loss <> ''"
        )

    def known(self, field: Field) -> Sql:
        """Return the condition that a stage states a loss."""
        return Sql("(m.id IN (SELECT model FROM training_stage WHERE loss <> ''))")

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets by term."""
        rows = "SELECT loss, model FROM training_stage WHERE model {inside} AND loss <> ''"
        return (Posting("names", rows, many=True, vocabulary=field.vocabulary),)


class Architecture(Source):
    """The class that a model trains, in its main stage or another."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return (
            "SELECT id AS model, architecture AS value FROM model WHERE architecture <> '' "
            "UNION ALL SELECT model, model_class FROM training_stage WHERE model_class <> ''"
        )

    def order(self, field: Field, best: str) -> str:
        """Return the class that is shown."""
        return "m.architecture"
