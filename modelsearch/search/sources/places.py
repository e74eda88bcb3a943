"""The folder that was indexed, by its own name: the repository that a model lies in."""

from __future__ import annotations

from modelsearch.search.sources.base import Source
from modelsearch.vocabulary.fields.field import Field

#: The last part of an indexed folder's path: what is left when all before it is taken away.
NAME = "replace(r.path, rtrim(r.path, replace(r.path, '/', '')), '')"


class Repository(Source):
    """The name of the indexed folder that a model's file lies in."""

    def order(self, field: Field, best: str) -> str:
        """Return the name of the model's folder."""
        return f"(SELECT nullif({NAME}, '') FROM root r WHERE r.id = m.root)"

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return (
            f"SELECT m.id AS model, {NAME} AS value FROM model m JOIN root r ON r.id = m.root "
            f"WHERE {NAME} <> ''"
        )
