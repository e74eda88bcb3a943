"""Fields that people fill: tags and notes."""

from __future__ import annotations

from modelsearch.records.question import Filter
from modelsearch.search.sources.base import Source
from modelsearch.search.sources.comparisons import Sql, text_of
from modelsearch.vocabulary.fields.field import Field


class Said(Source):
    """Remarks of one kind that hold; ``column`` is the kind."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return (
            "SELECT model, value FROM remark "
            f"WHERE kind = '{field.column}' AND undone_at IS NULL AND model IS NOT NULL"
        )


class SaidWords(Said):
    """Remarks in which words are looked for."""

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that a remark contains the words, in any case."""
        return Sql(
            f"(m.id IN (SELECT model FROM ({self.rows(field)}) "
            "WHERE instr(lower(value), lower(?)) > 0))",
            (text_of(one),),
        )
