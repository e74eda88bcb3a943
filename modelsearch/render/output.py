"""Where commands write: data on stdout, talk on stderr, in the format that was asked for."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from modelsearch.records.structs import field, mutable
from modelsearch.records.typed import Any, TextIO
from modelsearch.render.style import Style

_FALLBACK_WIDTH = 100
_FALLBACK_HEIGHT = 24
_NARROWEST = 40
_SPOKEN = 5  #: lines of a screen that are not rows: the answer, what all share, titles, a note
FEWEST_ROWS = 5  #: rows that are shown however small the screen
_SAID = 5  #: lines of a screen beside an answer that is no table: its sentence, notes, the prompt


#: What a command can print; beside these, formats that installed packages bring. Plain words, as
#: importing ``enum`` takes a tenth of a short answer.
FORMATS = ("table", "json", "jsonl", "csv", "tsv", "markdown", "latex", "ids")


def all_formats() -> list[str]:
    """Return the names of all formats, those of packages, too."""
    from modelsearch.render.added import names

    return [*FORMATS, *names()]


@mutable
class Output:
    """One command's output: the format, the streams, the size of the terminal, and the looks.

    With a ``pager`` what is written is held back until :meth:`close`, which shows what is longer
    than the screen through it. ``header`` false leaves the titles of tables out. ``limit`` is how
    many rows were asked for: 0 all, None what a screen holds. ``screen`` says that a screen of this
    height is there: in a pipe what is no table is written whole.
    """

    format: str
    width: int
    out: TextIO
    err: TextIO
    height: int = _FALLBACK_HEIGHT
    style: Style = Style()
    pager: str = ""
    header: bool = True
    limit: int | None = None
    raw_cells: bool = False
    screen: bool = False
    held: list[tuple[TextIO, str]] = field(default_factory=list)

    @classmethod
    def standard(
        cls,
        format: str,
        *,
        plain: bool = False,
        no_pager: bool = False,
        no_header: bool = False,
        raw_cells: bool = False,
        limit: int | None = None,
    ) -> Output:
        """Write to the process's own streams, with the options that commands share."""
        style = Style.of(sys.stdout, os.environ, plain=plain)
        watched = sys.stdout.isatty() and sys.stderr.isatty() and format == "table"
        pager = _pager() if watched and not no_pager else ""
        width, height = terminal_size()
        screen = sys.stdout.isatty() or _number("LINES") > 0
        return cls(
            format,
            width,
            sys.stdout,
            sys.stderr,
            height,
            style,
            pager,
            not no_header,
            limit,
            raw_cells,
            screen,
        )

    def __enter__(self) -> Output:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_table(self) -> bool:
        """Return whether a person reads the output."""
        return self.format == "table"

    @property
    def most(self) -> int | None:
        """Return how many rows of a table are shown, None for all: as asked, else as many as the
        screen holds beside the notes. Where there is no screen, as in a pipe, nothing is cut.
        """
        if self.limit is not None:
            return self.limit or None
        if not (self.is_table and self.screen):
            return None
        return max(self.height - _SPOKEN - 1, FEWEST_ROWS)

    @property
    def room(self) -> int | None:
        """Return how many lines an answer other than a table may take beside its notes, None for
        any number.
        """
        return self.height - _SAID if self.screen and self.limit is None else None

    def text(self, text: str) -> None:
        """Write lines of the answer."""
        if text:
            self._write(self.out, text + "\n")

    def note(self, text: str) -> None:
        """Say something about the answer, on stderr."""
        if text:
            self._write(self.err, self._noted(text) + "\n")

    def _noted(self, text: str) -> str:
        return self.style("faint", text) if self.err.isatty() else text

    def _write(self, stream: TextIO, text: str) -> None:
        if self.pager:
            self.held.append((stream, text))
        else:
            stream.write(text)

    def close(self) -> None:
        """Show the output that was held back: at once where it fits the screen, else in the
        pager.
        """
        held, self.held = self.held, []
        text = "".join(part for _, part in held)
        if held and text.count("\n") >= self.height and _page(self.pager, text):
            return
        for stream, part in held:
            stream.write(part)
            stream.flush()

    def rows(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Write rows in the chosen format."""
        from modelsearch.render.formats import write_rows

        write_rows(
            rows,
            columns,
            self._written,
            self.out,
            width=self.width if self.is_table else None,
            header=self.header,
        )

    def stream(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Write rows as they come where the format allows it, else when all are there.

        Raises ModelsearchError when so many come that they would fill the memory.
        """
        from modelsearch.render.formats import collected, streams, write_stream

        if streams(self._written):
            write_stream(rows, columns, self._written, self.out, header=self.header)
        else:
            self.rows(collected(rows), columns)

    @property
    def _written(self) -> str:
        flat = self.format in ("csv", "tsv")
        return f"raw {self.format}" if flat and self.raw_cells else self.format

    def document(self, value: object) -> None:
        """Write one JSON document: indented, or on one line for jsonl."""
        from modelsearch.render.formats import json_text

        self.text(json_text(value, indent=None if self.format == "jsonl" else 2))


def _pager() -> str:
    """Return the command that shows long answers, or nothing where there is none or it is cat."""
    chosen = os.environ.get("PAGER")
    if chosen is None:
        import shutil

        chosen = "less" if shutil.which("less") else ""
    return "" if chosen.strip() in ("", "cat") else chosen


def _page(pager: str, text: str) -> bool:
    """Show text through a pager; False where it could not be started."""
    import shlex
    import subprocess

    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8"} | os.environ
    try:
        shown = subprocess.Popen(
            shlex.split(pager),
            stdin=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        with contextlib.suppress(BrokenPipeError):  # the reader may leave before the end
            shown.communicate(text)
    except (OSError, ValueError):
        return False
    return shown.returncode != 127


def terminal_size() -> tuple[int, int]:
    """Return the columns and lines of the terminal, or COLUMNS and LINES, or 100 by 24."""
    width, height = _size()
    width = _number("COLUMNS") or width or _FALLBACK_WIDTH
    return max(width, _NARROWEST), _number("LINES") or height or _FALLBACK_HEIGHT


def terminal_width() -> int:
    """Return the cells that a line may take."""
    return terminal_size()[0]


def _number(name: str) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdigit() else 0


def _size() -> tuple[int, int]:
    """Return what shutil.get_terminal_size finds; importing that brings three compressors along."""
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            return tuple(os.get_terminal_size(stream.fileno()))  # type: ignore[union-attr,return-value]
    return 0, 0
