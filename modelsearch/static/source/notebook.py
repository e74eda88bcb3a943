"""The code of a notebook, its prose and its printed outputs, without running it.

Code cells are joined in order. Lines that are not Python (``%magic``, ``!shell``, ``?help``) become
blank, so that line numbers stay those of the joined code; :meth:`Notebook.key` names the cell.
"""

from __future__ import annotations

import bisect
import json
from dataclasses import dataclass, field
from typing import Any

from modelsearch.records.errors import ReadingError
from modelsearch.static.source.dialects import plain_cell, shell_commands


@dataclass(slots=True)
class Output:
    """The printed text of one code cell; ``cell`` counts all cells from 1."""

    cell: int
    text: str


@dataclass(slots=True)
class Notebook:
    """A notebook taken apart: ``code`` joined, ``starts`` the first joined line of each code cell
    and ``cells`` its number, ``markdown`` pairs of cell number and text, ``shell`` pairs of joined
    line and command of the lines that begin with ``!``; ``lost`` counts the cells that are no
    Python.
    """

    code: str = ""
    starts: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    markdown: list[tuple[int, str]] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    shell: list[tuple[int, str]] = field(default_factory=list)
    lost: int = 0
    language: str = "python"
    metadata: dict[str, Any] = field(default_factory=dict)

    def key(self, line: int) -> str:
        """Name the place of a joined line: ``cell 3, line 2``."""
        at = max(0, bisect.bisect_right(self.starts, line) - 1)
        if not self.starts:
            return f"line {line}"
        return f"cell {self.cells[at]}, line {line - self.starts[at] + 1}"


def _text(value: object) -> str:
    """Join what nbformat stores as one string or as a list of lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _outputs(cell: dict[str, Any]) -> str:
    """Return the printed text of a cell: streams and plain results, bounded."""
    parts = []
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        text = _text(output.get("text"))
        data = output.get("data")
        if not text and isinstance(data, dict):
            text = _text(data.get("text/plain"))
        parts.append(text)
    return "".join(parts)[-40_000:]


def read_notebook(text: str) -> Notebook:
    """Take a notebook (version 3 or 4 of the format) apart.

    Raises :class:`ReadingError` when it is not one.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingError("not a notebook: broken JSON") from error
    cells = data.get("cells") if isinstance(data, dict) else None
    if cells is None and isinstance(data, dict):
        sheets = data.get("worksheets")
        if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
            cells = sheets[0].get("cells")
    if not isinstance(cells, list):
        raise ReadingError("not a notebook: no cells")
    metadata = data.get("metadata")
    book = Notebook(metadata=metadata if isinstance(metadata, dict) else {})
    language = book.metadata.get("language_info") or {}
    book.language = str(language.get("name", "python")) if isinstance(language, dict) else "python"
    lines: list[str] = []
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            continue
        source = _text(cell.get("source", cell.get("input")))
        if cell.get("cell_type") == "markdown":
            book.markdown.append((number, source))
        elif cell.get("cell_type") == "code":
            book.starts.append(len(lines) + 1)
            book.cells.append(number)
            book.shell.extend(shell_commands(source, len(lines) + 1))
            lines.extend(plain_cell(source))
            printed = _outputs(cell)
            if printed:
                book.outputs.append(Output(number, printed))
    book.code = "\n".join(lines) + "\n"
    return book
