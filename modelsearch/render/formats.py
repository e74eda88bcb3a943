"""Machine formats: JSON, JSON lines, CSV, TSV, Markdown, LaTeX and bare ids of any rows.

Values are raw: bytes, ISO dates, full text, null for unknown. JSON and Markdown can also hold
lists and objects; in the flat formats a list is joined by ``", "`` and an object is JSON text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.records.jsontext import texts_json, value_json
from modelsearch.records.patterns import lazy
from modelsearch.records.structs import frozen
from modelsearch.records.text import escape
from modelsearch.records.typed import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    import re

_WIDTH = 100  #: of a table where no other is given


@frozen
class Page:
    """How tables and flat formats are laid out: the width of a line, and whether with titles."""

    width: int
    header: bool


Row = Mapping[str, object]

_MOST_COLLECTED = 256 << 20  #: bytes of rows that are held at once
_ROW_COST = 500  #: bytes that a row takes beside its texts, about
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = lazy(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d+)(?:[eE][+-]?\d+)?%?")

#: What JSON may hold but a terminal must not get: C1 and DEL, format and bidirectional controls,
#: line separators, surrogates. (json escapes the C0 controls by itself.)
_UNSAFE = lazy(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


def write_rows(
    rows: Sequence[Row],
    columns: Sequence[str],
    format: str,
    stream: TextIO,
    *,
    width: int | None = None,
    header: bool = True,
) -> None:
    """Write rows in a format. Raises UsageError for another format.

    A table fits the width of ``page``. Without its header, tables, CSV and TSV have no line of
    titles. JSON is one array, also when it is empty.
    """
    page = Page(width or _WIDTH, header)
    if streams(format):
        write_stream(rows, columns, format, stream, header=header)
        return
    if format in _WRITERS:
        _WRITERS[format](rows, list(columns), stream, page)
        return
    from modelsearch.render.added import names, write

    if format not in names():
        shipped = [one for one in (*_WRITERS, *_STREAMS) if not one.startswith("raw ")]
        known = ", ".join([*shipped, *names()])
        raise UsageError(f"format is one of {known}, not {format!r}")
    write(format, rows, list(columns), stream)


def streams(format: str) -> bool:
    """Return whether a format can be written row by row, however many rows come."""
    return format in _STREAMS


def write_stream(
    rows: Iterable[Row],
    columns: Sequence[str],
    format: str,
    stream: TextIO,
    *,
    header: bool = True,
) -> None:
    """Write rows as they come, in a format that :func:`streams`."""
    _STREAMS[format](rows, list(columns), stream, Page(_WIDTH, header))


def collected(rows: Iterable[Row]) -> list[Row]:
    """Return all rows. Raises ModelsearchError when they would fill the memory."""
    found: list[Row] = []
    size = 0
    for row in rows:
        found.append(row)
        size += _ROW_COST + sum(len(one) for one in row.values() if isinstance(one, str))
        if size > _MOST_COLLECTED:
            raise ModelsearchError(
                f"more than {len(found) - 1:,} rows are too many for this format; add a LIMIT, "
                "or use --format csv, tsv or jsonl, which are written row by row"
            )
    return found


def json_text(value: object, *, indent: int | None = 2) -> str:
    """Return JSON with characters as themselves, except those that a terminal must not get.

    Not-a-number and the infinities, which JSON lacks, become null.
    """
    text = value_json(value, indent)
    if text.isascii() and "\x7f" not in text:
        return text
    return _UNSAFE.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    return texts_json([match.group()])[2:-2]


def _write_json(rows: Sequence[Row], columns: list[str], stream: TextIO, _: Page) -> None:
    stream.write(json_text([{name: row.get(name) for name in columns} for row in rows]) + "\n")


def _write_jsonl(rows: Iterable[Row], columns: list[str], stream: TextIO, _: Page) -> None:
    for row in rows:
        stream.write(json_text({name: row.get(name) for name in columns}, indent=None) + "\n")


def _write_csv(rows: Iterable[Row], columns: list[str], stream: TextIO, page: Page) -> None:
    _write_raw_csv((_defused(row) for row in rows), columns, stream, page)


def _write_raw_csv(rows: Iterable[Row], columns: list[str], stream: TextIO, page: Page) -> None:
    import csv

    writer = csv.writer(stream, lineterminator="\n")
    if page.header:
        writer.writerow([_kept_lines(name) for name in columns])
    writer.writerows([_kept_lines(flat(row.get(name))) for name in columns] for row in rows)


def _defused(row: Row) -> Row:
    """Put an apostrophe before what a spreadsheet would run as a formula when it opens the file;
    numbers stay numbers.
    """
    return {name: _harmless(value) for name, value in row.items()}


def _harmless(value: object) -> object:
    if isinstance(value, int | float) or value is None:
        return value
    text = flat(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else value


def _kept_lines(text: str) -> str:
    """Escape all but what quoting protects: tabs and line ends."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(map(escape, line.split("\t"))) for line in lines)


def _write_tsv(rows: Iterable[Row], columns: list[str], stream: TextIO, page: Page) -> None:
    _write_raw_tsv((_defused(row) for row in rows), columns, stream, page)


def _write_raw_tsv(rows: Iterable[Row], columns: list[str], stream: TextIO, page: Page) -> None:
    if page.header:
        stream.write("\t".join(_tsv(name) for name in columns) + "\n")
    for row in rows:
        stream.write("\t".join(_tsv(flat(row.get(name))) for name in columns) + "\n")


def _tsv(text: str) -> str:
    """Backslash escapes, as in PostgreSQL's COPY: one row is always one line."""
    for raw, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(raw, written)
    return escape(text)


def _write_markdown(rows: Sequence[Row], columns: list[str], stream: TextIO, _: Page) -> None:
    stream.write(_markdown_line(_markdown(name) for name in columns))
    stream.write(
        _markdown_line(
            "---:" if _numeric([row.get(name) for row in rows]) else "---" for name in columns
        )
    )
    for row in rows:
        stream.write(_markdown_line(_markdown(flat(row.get(name))) for name in columns))


def _markdown_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _numeric(values: Sequence[object]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in known
    )


_MARKDOWN_SPECIAL = lazy(r"[\\|`*<>\[\]~]|(?<![^\W_])_|_(?![^\W_])")


def _markdown(text: str) -> str:
    """Escape what GitHub's Markdown would read as markup in a table cell."""
    lines = [escape(line) for line in text.splitlines()] or [""]
    return "<br>".join(
        _MARKDOWN_SPECIAL.sub(lambda one: "\\" + one.group(), line) for line in lines
    )


def flat(value: object) -> str:
    """Write a value for a flat format: nothing for None, true/false, lists joined."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return value_json(value)
    if isinstance(value, Iterable):
        return _flat_list(list(value))
    return str(value)


def _flat_list(values: list[object]) -> str:
    if any(isinstance(value, Mapping | list | tuple) for value in values):
        return value_json(values)
    return ", ".join(flat(value) for value in values)


def _write_table(rows: Sequence[Row], columns: list[str], stream: TextIO, page: Page) -> None:
    from modelsearch.render.tables import record_table

    text = record_table(rows, columns, width=page.width, header=page.header)
    if text:
        stream.write(text + "\n")


def _write_latex(rows: Sequence[Row], columns: list[str], stream: TextIO, _: Page) -> None:
    from modelsearch.render.latex import write_latex

    numeric = [name for name in columns if _numeric([row.get(name) for row in rows])]
    written = [{name: flat(row.get(name)) for name in columns} for row in rows]
    write_latex(written, columns, numeric, stream)


#: What names a row, in order of preference.
_ID_COLUMNS = ("image_id", "model_id", "value")


def _write_ids(rows: Sequence[Row], columns: list[str], stream: TextIO, _: Page) -> None:
    """One id a line, each once, for a pipe; runs are listed by their names."""
    runs = columns[:1] == ["run_id"]
    name = (
        "run_id"
        if runs
        else next((one for one in _ID_COLUMNS if one in columns), columns[0] if columns else "")
    )
    for one in dict.fromkeys(flat(row.get(name)) for row in rows):
        stream.write(_tsv(one) + "\n")


class _Writer(Protocol):
    def __call__(
        self, rows: Sequence[Row], columns: list[str], stream: TextIO, page: Page, /
    ) -> None: ...


_WRITERS: Mapping[str, _Writer] = {
    "table": _write_table,
    "json": _write_json,
    "markdown": _write_markdown,
    "latex": _write_latex,
    "ids": _write_ids,
}

_STREAMS: Mapping[str, Callable[[Iterable[Row], list[str], TextIO, Page], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "tsv": _write_tsv,
    "raw csv": _write_raw_csv,
    "raw tsv": _write_raw_tsv,
}
