"""Rows as a LaTeX tabular that needs no package: paste it into a paper as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from modelsearch.records.text import escape
from modelsearch.records.typed import TextIO

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"$<$", ">": r"$>$", "|": r"$|$", '"': "''", "…": r"\ldots{}",
    "→": r"$\to$", "×": r"$\times$", "≤": r"$\leq$", "≥": r"$\geq$", "–": "--", "—": "---",
    "“": "``", "”": "''", "’": "'", "‘": "`",
}  # fmt: skip

_LONG = 30  #: characters of a cell from which its column wraps


def latex(text: str) -> str:
    """Escape what LaTeX would read as a command; quotes and dashes become its own."""
    return "".join(_SPECIAL.get(one, one) for one in escape(" ".join(text.split())))


def write_latex(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    numeric: Iterable[str],
    stream: TextIO,
) -> None:
    """Write a tabular with a heading line; columns in ``numeric`` are aligned to the right."""
    right = set(numeric)
    room = f"p{{{0.95 / len(columns):.2f}\\linewidth}}" if columns else ""
    shape = "".join(
        "r" if name in right else room if any(len(row[name]) > _LONG for row in rows) else "l"
        for name in columns
    )
    stream.write(f"\\begin{{tabular}}{{{shape}}}\n\\hline\n")
    stream.write(_line(columns))
    stream.write("\\hline\n")
    for row in rows:
        stream.write(_line([row[name] for name in columns]))
    stream.write("\\hline\n\\end{tabular}\n")


def _line(cells: Sequence[str]) -> str:
    # A row that began with "[" would be read as the space after the row above.
    written = [("{}" if cell.startswith("[") else "") + latex(cell) for cell in cells]
    return " & ".join(written) + r" \\" + "\n"
