"""The catalogue as a page needs it: a part of the pictures, chosen columns, remarks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from time import monotonic
from typing import Any

import apsw

from modelsearch.answer.columns import field_columns
from modelsearch.api.catalogue import Catalogue
from modelsearch.api.rows import Rows
from modelsearch.records.question import ParsedQuery
from modelsearch.records.structs import frozen
from modelsearch.render.models import column_cell, column_title
from modelsearch.search.facets import GUIDING_FIELDS, values_anywhere
from modelsearch.search.memory import Shared, share, shared
from modelsearch.search.sources.base import ValueCount
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.store.loading import load_images
from modelsearch.store.rows import ImageRow, ModelRow
from modelsearch.vocabulary.fields import by_name

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

    @property
    def _things(self) -> Shared:
        """What is kept of the state of the file; nothing where it is shared with nobody."""
        return shared(self._connection) or Shared()

    def facets_of_all(self) -> dict[str, Sequence[ValueCount]]:
        """Return the counts that help to narrow all models, by field."""
        return self._things.kept("facets of all", self._facets_of_all)

    def _facets_of_all(self) -> dict[str, Sequence[ValueCount]]:
        return {
            name: values_anywhere(self._connection, by_name()[name], patient=True) or []
            for name in GUIDING_FIELDS
        }

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

    def page_of_runs(self, name: str | None, start: int, count: int) -> tuple[int, Rows[Any]]:
        """Return how many runs a model has (all without one), and some of them: those of no model
        first, then by model.
        """
        if name is not None:
            found = self.runs(name)
            return len(found), Rows(found[start : start + count], found.columns)
        groups, before = self._things.kept("groups of runs", self._groups_of_runs)
        first, last = bisect_right(before, start) - 1, bisect_left(before, start + count)
        rows = [
            row
            for condition, value in groups[first:last]
            for row in self._runs(f"WHERE {condition} = ? ORDER BY run_id, path", (value,))
        ]
        skipped = start - before[first]
        return before[-1], Rows(rows[skipped : skipped + count], self._columns_of_runs())

    def _groups_of_runs(self) -> tuple[list[tuple[str, str]], list[int]]:
        """Return the runs in small groups, as a condition and its value: of no model by their id,
        then by model; and how many runs come before each group, at last all.
        """
        unowned = fetch_all(
            self._connection,
            "SELECT run_id, count(*) FROM run WHERE model IS NULL GROUP BY run_id ORDER BY run_id",
        )
        owned = fetch_all(
            self._connection,
            "SELECT m.model_id, c.runs FROM (SELECT model, count(*) AS runs FROM run "
            "WHERE model IS NOT NULL GROUP BY model) c JOIN model m ON m.id = c.model "
            "ORDER BY m.model_id",
        )
        groups = [("model_id IS NULL AND run_id", run) for run, _ in unowned]
        groups += [("model_id", model_id) for model_id, _ in owned]
        return groups, [0, *accumulate(runs for _, runs in (*unowned, *owned))]


class FileMemory:
    """What the server keeps of one state of its file: every reader begins with the same counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: tuple[object, Shared] = (None, Shared())
        #: When the file was last opened for a question, in seconds of the monotonic clock.
        self.asked_at = 0.0

    def open(self) -> PagedCatalogue:
        """Open the catalogue; it shares what is kept of the state that the file is in."""
        self.asked_at = monotonic()
        return self.opened()

    def opened(self) -> PagedCatalogue:
        """Open the catalogue as :meth:`open` does, but for no question."""
        # Looked at before the file is opened: what is written meanwhile is read again next time.
        state = self.state()
        known, things = self._kept
        if known != state:
            things = Shared()
            self._kept = (state, things)
        catalogue = PagedCatalogue(self._path)
        share(catalogue.connection, things)
        return catalogue

    def state(self) -> list[tuple[int, int, int] | None]:
        """Return what changes with the file: it, and the log of what is not folded into it yet."""
        return [_stamp(self._path), _stamp(self._path.with_name(f"{self._path.name}-wal"))]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
