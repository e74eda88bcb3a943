"""Changing a database from Python: tags, notes, corrections, owners of pictures, folders."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.api.opened import Opened
from modelsearch.records.userfolders import expanded

if TYPE_CHECKING:
    from modelsearch.index.remarks.saying import Remark
    from modelsearch.index.sharing.merge import Merged


class Changes(Opened):
    """A database that is open for changing; models are named by their id, or a part of it.

    ``author`` is who says it. What a question finds is brought up to date when it is closed. While
    it is open no other process can change the file. Whatever goes wrong is a ModelsearchError.
    """

    def __init__(self, path: str | os.PathLike[str], author: str | None = None) -> None:
        from modelsearch.index.remarks.changing import changing

        super().__init__(path, changing(Path(path)))
        self._author = author

    def close(self) -> None:
        """Close the file; nothing can be changed through this object any more."""
        self._open.close()

    def tag(self, model: str, *tags: str) -> None:
        """Give a model tags; one that it has already is not given twice."""
        from modelsearch.index.remarks import saying

        saying.tag(self._connection, self._row(model), tags, self._author)

    def untag(self, model: str, *tags: str) -> None:
        """Take tags back that a model has."""
        from modelsearch.index.remarks import saying

        saying.untag(self._connection, self._row(model), tags)

    def note(self, model: str, text: str) -> None:
        """Write a note on a model."""
        from modelsearch.index.remarks import saying

        saying.note(self._connection, self._row(model), text, self._author)

    def set(self, model: str, field: str, value: object) -> None:
        """Correct a value of a model; several values are separated by commas."""
        from modelsearch.index.remarks import saying

        saying.correct(self._connection, self._row(model), field, str(value), self._author)

    def unset(self, model: str, field: str) -> None:
        """Say that a value of a model is wrong: it is unknown then."""
        from modelsearch.index.remarks import saying

        saying.correct(self._connection, self._row(model), field, None, self._author)

    def own(self, picture: str, model: str) -> None:
        """Say which model a picture, by its id or its path, is of."""
        from modelsearch.index.remarks import saying

        image = saying.picture_named(self._connection, picture)
        saying.own(self._connection, image, self._row(model), self._author)

    def undo(self, number: int) -> Remark:
        """Take back a remark by its number, as :meth:`Catalogue.remarks` has it."""
        from modelsearch.index.remarks import saying

        return saying.undo(self._connection, number)

    def relocate(self, old: str, new: str | os.PathLike[str]) -> list[tuple[str, str]]:
        """Say that an indexed folder lies elsewhere now; return old and new paths of roots."""
        from modelsearch.index.sharing.roots import relocate

        return relocate(self._connection, old, str(expanded(new).absolute()))

    def forget(self, *names: str) -> int:
        """Remove indexed folders or models; return how many models went. Their files stay."""
        from modelsearch.index.sharing.roots import forget, root_named

        roots = {name: root_named(self._connection, name) for name in names}
        models = [self._row(name) for name, root in roots.items() if root is None]
        return forget(self._connection, [root for root in roots.values() if root], models)

    def _row(self, name: str) -> int:
        from modelsearch.query.names.references import resolve
        from modelsearch.store.database import fetch_value

        sql = "SELECT id FROM model WHERE model_id = ?"
        return int(fetch_value(self._connection, sql, (resolve(self._connection, name),)))


def change(path: str | os.PathLike[str] = "models.db", author: str | None = None) -> Changes:
    """Open a database to change what is said of its models; use it in a ``with`` block."""
    return Changes(path, author)


def merge(
    parts: Mapping[str, str | os.PathLike[str]], output: str | os.PathLike[str]
) -> Sequence[Merged]:
    """Join several people's databases, by their owners, in one; return what came from each.

    Run it again to bring it up to date. Raises ModelsearchError where a part cannot be read.
    """
    from contextlib import ExitStack

    from modelsearch.index.sharing.merge import merge as join
    from modelsearch.store.sessions import reading, writing

    with ExitStack() as stack:
        sources = [
            (owner, stack.enter_context(reading(Path(file)))) for owner, file in parts.items()
        ]
        with writing(Path(output)) as target:
            return join(target, sources)
