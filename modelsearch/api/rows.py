"""Rows as Python users expect them: a sequence, dictionaries, data frames, a notebook's table."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar, overload

_DRAWN = 50  #: rows that a notebook draws


class _Json(Protocol):
    def as_json(self) -> dict[str, Any]: ...


Row = TypeVar("Row", bound="_Json | Mapping[str, Any]", covariant=True)


class Rows(Sequence[Row], Generic[Row]):
    """Some rows of a result, in their order.

    It is a sequence: ``len(rows)``, ``rows[0]``, ``for row in rows``. Values are those of the
    command line's JSON: unknown is None.
    """

    def __init__(self, rows: Sequence[Row], columns: Sequence[str] = ()) -> None:
        self._rows = tuple(rows)
        self._columns = tuple(columns)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Rows[Row]:
        if isinstance(index, slice):
            return Rows(self._rows[index], self._columns)
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __repr__(self) -> str:
        noun = "row" if len(self) == 1 else "rows"
        return f"<{len(self)} {noun}: {', '.join(self.columns)}>"

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        if self._columns:
            return list(self._columns)
        return list(dict.fromkeys(name for row in self.to_dicts() for name in row))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each row as a dictionary."""
        return [to_dict(row) for row in self._rows]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame. Raises ImportError where pandas is not installed."""
        import pandas

        return pandas.DataFrame(self.to_dicts(), columns=self.columns)

    def to_polars(self) -> Any:
        """Return a polars DataFrame. Raises ImportError where polars is not installed."""
        import polars

        return polars.DataFrame(self.to_dicts(), schema=self.columns, infer_schema_length=None)

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the first rows, every text escaped."""
        columns = self.columns
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name in columns) + "</tr>"
            for row in map(to_dict, self._rows[:_DRAWN])
        )
        left = len(self) - _DRAWN
        more = f"<p>and {left:,} more</p>" if left > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def to_dict(row: _Json | Mapping[str, Any]) -> dict[str, Any]:
    """Return one row as a dictionary."""
    return dict(row) if isinstance(row, Mapping) else row.as_json()


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return html.escape(", ".join(map(str, value)))
    return html.escape(str(value))
