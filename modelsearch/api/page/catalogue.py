"""The catalogue as a page needs it: a part of the pictures, chosen columns, remarks."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.answer.columns import field_columns
from modelsearch.api.catalogue import Catalogue
from modelsearch.index.remarks.saying import Remark, remarks
from modelsearch.records.question import ParsedQuery
from modelsearch.records.structs import frozen
from modelsearch.render.models import column_cell, column_title
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.store.loading import load_images
from modelsearch.store.rows import ImageRow, ModelRow

_ORDER = "ORDER BY m.model_id IS NULL, m.model_id, i.epoch IS NULL, i.epoch, i.step, i.path"


@frozen
class Column:
    """A column of a table: its cells as texts."""

    field: str
    title: str
    cells: list[str]


class PagedCatalogue(Catalogue):
    """A catalogue of which pages are read."""

    @property
    def connection(self) -> apsw.Connection:
        """The open database."""
        return self._connection

    def columns(
        self, names: Sequence[str], rows: Sequence[ModelRow], parsed: ParsedQuery
    ) -> list[Column]:
        """Return the named fields of some models."""
        return [
            Column(
                one.field,
                column_title(one.field),
                [column_cell(one.field, value) for value in one.values],
            )
            for one in field_columns(self._connection, names, rows, parsed)
        ]

    def remarks(self, model_id: str = "") -> list[Remark]:
        """Return what people said of a model, of all without one."""
        return remarks(self._connection, self._row(model_id) if model_id else None)

    def page_of_images(
        self, name: str | None, start: int, count: int
    ) -> tuple[int, list[ImageRow]]:
        """Return how many pictures a model has (all without one), and some of them."""
        model = None if name is None else self._row(name)
        where = "?1 IS NULL OR i.model = ?1"
        total = fetch_value(
            self._connection, f"SELECT count(*) FROM image i WHERE {where}", (model,)
        )
        chosen = fetch_all(
            self._connection,
            f"SELECT i.id FROM image i LEFT JOIN model m ON m.id = i.model WHERE {where} {_ORDER} "
            "LIMIT ?2 OFFSET ?3",
            (model, count, start),
        )
        marks = ", ".join("?" * len(chosen))
        ids = [row for (row,) in chosen]
        return int(total), load_images(self._connection, f"i.id IN ({marks})", ids) if ids else []
