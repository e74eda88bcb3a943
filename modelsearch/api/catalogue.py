"""One database as a Python object: ask it, look models up, compare them, read pictures and runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from modelsearch.api.opened import Opened
from modelsearch.api.rows import Rows

if TYPE_CHECKING:
    from modelsearch.answer.compare.report import Report
    from modelsearch.answer.shapes import Answer
    from modelsearch.index.remarks.saying import Remark
    from modelsearch.index.sharing.export import Kept
    from modelsearch.store.rows import Detail, ImageRow, ModelRow


class QueryArguments(TypedDict, total=False):
    """How a question is answered, as :meth:`Catalogue.query` tells."""

    limit: int
    today: date | None
    encoder: str | None
    facets: bool
    details: int
    sort: str
    offset: int


class Catalogue(Opened):
    """An open database, for reading::

        with modelsearch.open("models.db") as catalogue:
            for model in catalogue.query("diffusion models on CIFAR-10").results:
                print(model.model_id, model.learning_rate)

    It is read-only and sees what an index run has committed. What goes wrong is a
    :class:`~modelsearch.records.errors.ModelsearchError` with one line that says what, where and
    the remedy.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        from modelsearch.store.sessions import reading

        super().__init__(path, reading(Path(path)))

    def close(self) -> None:
        """Close the file. A closed catalogue answers nothing."""
        self._open.close()

    def __len__(self) -> int:
        """Return how many models there are."""
        from modelsearch.store.database import fetch_value

        return int(fetch_value(self._connection, "SELECT count(*) FROM model"))

    def __iter__(self) -> Iterator[ModelRow]:
        """Yield every model, by its id."""
        from modelsearch.store.loading import load_rows

        sql = "SELECT id FROM model ORDER BY model_id"
        ids = [int(row) for (row,) in self._connection.execute(sql)]
        for start in range(0, len(ids), 500):
            yield from load_rows(self._connection, ids[start : start + 500])

    def __contains__(self, name: object) -> bool:
        """Return whether a model has exactly this id."""
        sql = "SELECT 1 FROM model WHERE model_id = ?"
        return bool(self._connection.execute(sql, (str(name),)).fetchall())

    def __repr__(self) -> str:
        return f"Catalogue({str(self.path)!r})"

    def query(self, question: str, **how: Unpack[QueryArguments]) -> Answer:
        """Answer a question in words, as ``modelsearch query`` does.

        ``limit`` 0 gives all results, ``encoder="none"`` ranks by keywords only, ``details`` of so
        many results come with everything known, ``sort`` is a field to order by (``epochs:desc``).
        Of the first ``limit`` models the first ``offset`` are left out of the results.
        ``answer.results`` are the models, ``.total`` counts them, ``.summary`` says it in words,
        ``.notes`` what was left out or not understood.
        """
        from modelsearch.answer.answers import QueryOptions, answer

        return answer(self._connection, question, QueryOptions(**how))

    def models(self, question: str = "", *, limit: int = 0) -> Rows[ModelRow]:
        """Return the models that answer a question, all without one, as rows for a data frame."""
        if not question:
            return Rows(list(self))
        return Rows(self.query(question, limit=limit).results)

    def show(self, name: str) -> Detail:
        """Return everything known of one model, each value with its evidence.

        ``name`` is an id, a path or a part of either. Raises ResolveError where it names none, or
        several.
        """
        from modelsearch.store.loading import load_detail

        return load_detail(self._connection, self._row(name))

    def compare(self, *names: str, fields: Sequence[str] = (), drop: Sequence[str] = ()) -> Report:
        """Set models side by side: what differs, what they share, and sentences about it."""
        from modelsearch.answer.compare.models import compare_models
        from modelsearch.answer.compare.report import report
        from modelsearch.answer.compare.selection import select
        from modelsearch.records.errors import UsageError

        rows = list(dict.fromkeys(self._row(name) for name in names))
        if len(rows) < 2:
            raise UsageError("compare needs two or more models")
        return report(select(compare_models(self._connection, rows), fields, drop))

    def facets(self, field: str) -> Rows[dict[str, Any]]:
        """Return the values of a field ("datasets", "optimizer") with the number of models of
        each, as ``modelsearch list`` has them. Raises UsageError for what is no field.
        """
        from modelsearch.answer.field_listing import listed_field, listed_values

        counted = listed_values(self._connection, listed_field(self._connection, field))
        return Rows([{"value": value, "models": count} for value, count in counted])

    def images(self, name: str | None = None) -> Rows[ImageRow]:
        """Return the pictures of a model; without a name all of them."""
        from modelsearch.store.loading import load_images

        if name is None:
            return Rows(load_images(self._connection))
        return Rows(load_images(self._connection, "i.model = ?", (self._row(name),)))

    def runs(self, name: str | None = None) -> Rows[dict[str, Any]]:
        """Return a model's recorded runs as the view ``runs`` has them; all runs without a name."""
        if name is None:
            return self._runs("", ())
        model_id = self._model_id(name)
        return self._runs("WHERE model_id = ? ORDER BY run_id", (model_id,))

    def sql(
        self, statement: str, *, start: int = 0, most: int | None = None, seconds: int = 0
    ) -> Rows[dict[str, Any]]:
        """Run one reading statement; give all its rows, or at most ``most`` from ``start`` on. It
        may take so many ``seconds`` of processor time, 0 for any number. Raises ModelsearchError
        when it is wrong, would write or takes longer.
        """
        from itertools import islice

        from modelsearch.store.sql import run_select

        columns, rows = run_select(self._connection, statement, seconds)
        return Rows(list(islice(rows, start, None if most is None else start + most)), columns)

    def code(self, name: str) -> str:
        """Return the statements of a model's script, each after its place and a tab; "" where the
        file was made without code.
        """
        from modelsearch.records.errors import DatabaseError
        from modelsearch.static.codelines import unpacked
        from modelsearch.store.database import fetch_all

        sql = "SELECT length, text FROM code WHERE model = ?"
        rows = fetch_all(self._connection, sql, (self._row(name),))
        try:
            lines = [line for length, data in rows for line in unpacked(length, data)]
        except ValueError as error:
            raise DatabaseError(
                f"{self.path} is damaged ({error}); index the folders again"
            ) from None
        return "\n".join(f"{line.place}\t{line.text}" for line in lines)

    def info(self) -> dict[str, Any]:
        """Return what the file holds: counts, sizes in bytes, roots, what was left out."""
        from modelsearch.index.sharing.contents import contents

        return contents(self._connection, self.path)

    def export(
        self,
        target: str | os.PathLike[str],
        models: Sequence[str] | None = None,
        **kept: Unpack[Kept],
    ) -> int:
        """Write a file to pass on; see :class:`modelsearch.index.sharing.export.ExportOptions`.

        Returns how many of its texts changed and have no vectors: 0 where the encoder is here.
        """
        from modelsearch.index.sharing.encoding import encode_again
        from modelsearch.index.sharing.export import ExportOptions, export

        rows = None if models is None else [self._row(name) for name in models]
        export(self._connection, Path(target), ExportOptions(rows, **kept))
        return encode_again(Path(target))

    def remarks(self, name: str | None = None, *, undone: bool = False) -> list[Remark]:
        """Return the tags, notes and corrections of a model, or all, in their order."""
        from modelsearch.index.remarks.saying import remarks

        return remarks(self._connection, self._row(name) if name else None, undone=undone)

    def fields(self) -> Rows[dict[str, Any]]:
        """Return the fields that questions can filter by: ``name`` and ``kind``."""
        from modelsearch.vocabulary.fields import FIELDS

        return Rows([{"name": one.name, "kind": one.kind} for one in FIELDS], ["name", "kind"])

    def _runs(self, where: str, values: tuple[Any, ...]) -> Rows[dict[str, Any]]:
        from modelsearch.store.database import fetch_all

        names = self._columns_of_runs()
        sql = f"SELECT {', '.join(names)} FROM runs {where or 'ORDER BY model_id, run_id'}"
        rows = fetch_all(self._connection, sql, values)
        return Rows([dict(zip(names, row, strict=True)) for row in rows], names)

    def _columns_of_runs(self) -> list[str]:
        from modelsearch.store.database import fetch_all

        known = fetch_all(self._connection, "SELECT name FROM pragma_table_info('runs')")
        return [name for (name,) in known]

    def _model_id(self, name: str) -> str:
        from modelsearch.query.names.references import resolve

        return resolve(self._connection, name)

    def _row(self, name: str) -> int:
        from modelsearch.store.database import fetch_value

        sql = "SELECT id FROM model WHERE model_id = ?"
        return int(fetch_value(self._connection, sql, (self._model_id(name),)))
