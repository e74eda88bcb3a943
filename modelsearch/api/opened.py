"""A database file that stays open until it is closed, or its ``with`` block ends."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import apsw


class Opened:
    """What an open database has in common, for reading or for changing it."""

    def __init__(
        self, path: str | os.PathLike[str], opening: AbstractContextManager[apsw.Connection]
    ) -> None:
        self.path = Path(path)
        self._open = ExitStack()
        self._connection: apsw.Connection = self._open.enter_context(opening)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What went wrong passes through the guard of the file, which may find the file to blame.
        self._open.__exit__(kind, error, trace)
