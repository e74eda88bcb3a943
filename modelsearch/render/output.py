"""Where commands write: data on stdout, talk on stderr, in the format that was asked for."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TextIO

from modelsearch.records.structs import frozen

_FALLBACK_WIDTH = 100
_NARROWEST = 40


class Format(StrEnum):
    """What a command can print."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    tsv = "tsv"
    markdown = "markdown"
    latex = "latex"
    ids = "ids"


@frozen
class Output:
    """One command's output: the format, the streams and the width of the terminal in cells."""

    format: Format
    width: int
    out: TextIO
    err: TextIO
    raw_cells: bool = False

    @classmethod
    def standard(cls, format: Format, *, raw_cells: bool = False) -> Output:
        """Write to the process's own streams. ``raw_cells`` leaves CSV and TSV cells as they are
        that a spreadsheet would take for a formula.
        """
        return cls(format, terminal_width(), sys.stdout, sys.stderr, raw_cells)

    @property
    def is_table(self) -> bool:
        """Whether a person reads the output."""
        return self.format is Format.table

    def text(self, text: str) -> None:
        """Write lines of the answer."""
        if text:
            self.out.write(text + "\n")

    def note(self, text: str) -> None:
        """Say something beside the answer."""
        if text:
            self.err.write(text + "\n")

    def rows(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Write rows in the chosen format."""
        from modelsearch.render.formats import write_rows

        width = self.width if self.is_table else None
        write_rows(rows, columns, self._written, self.out, width=width)

    def stream(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Write rows as they come where the format allows it, else when all are there.

        Raises ModelsearchError when so many come that they would fill the memory.
        """
        from modelsearch.render.formats import collected, streams, write_stream

        if streams(self._written):
            write_stream(rows, columns, self._written, self.out)
        else:
            self.rows(collected(rows), columns)

    @property
    def _written(self) -> str:
        flat = self.format in (Format.csv, Format.tsv)
        return f"raw {self.format.value}" if flat and self.raw_cells else self.format.value

    def document(self, value: object) -> None:
        """Write one JSON document: indented, or on one line for jsonl."""
        from modelsearch.render.formats import json_text

        self.text(json_text(value, indent=None if self.format is Format.jsonl else 2))


def terminal_width() -> int:
    """Cells that a line may take: the terminal's, or COLUMNS, or 100 in a pipe."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return max(int(columns), _NARROWEST)
    return max(_columns(), _NARROWEST)


def _columns() -> int:
    """What shutil.get_terminal_size finds; importing that brings three compressors along."""
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            return os.get_terminal_size(stream.fileno()).columns or _FALLBACK_WIDTH  # type: ignore[union-attr]
    return _FALLBACK_WIDTH
