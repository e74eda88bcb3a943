"""`modelsearch repl`: questions one after the other, with everything kept warm between them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.cli.failures import tell
from modelsearch.cli.options import DB, FORMAT, options
from modelsearch.cli.query import Asked, ask_open
from modelsearch.records.structs import mutable, replace
from modelsearch.render.output import Format

if TYPE_CHECKING:
    import apsw

_PROMPT = "modelsearch> "
_REMEMBERED = 1000
_HELP = """\
a question        answered as by `modelsearch query`
.explain          show how each question is understood, on or off; with a question, just for it
.format FORMAT    table, json, jsonl, csv, tsv or markdown
.limit N          at most so many results; 0: all
.wide             all columns, on or off
.quit             leave (or Ctrl-D)"""


@options
class Session:
    """The options of `modelsearch repl`."""

    db: Path | str = DB
    format: Format = FORMAT


def repl(_words: Sequence[str], options: Session) -> None:
    """Ask question after question; a line that begins with a dot is a setting (.help)."""
    from modelsearch.store.sessions import reading

    with reading(options.db) as connection:
        session = _Session(connection, Asked(options.db, options.format, details=0))
        interactive = sys.stdin.isatty()
        for line in _lines(interactive=interactive):
            try:
                if not session.take(line.strip()):
                    break
            except KeyboardInterrupt as error:
                if not interactive:
                    raise
                tell(error)  # the question is given up, not the session


@mutable
class _Session:
    """An open database and the settings of this session."""

    connection: apsw.Connection
    asked: Asked

    def take(self, line: str) -> bool:
        """Act on a line; False when it ends the session. A failure is told and forgotten."""
        if line in (".quit", ".exit", ".q"):
            return False
        try:
            if line.startswith("."):
                self._set(*line.partition(" ")[::2])
            elif line:
                self._ask(line, self.asked)
        except OSError:  # stdout is gone
            raise
        except Exception as error:
            tell(error)
        sys.stdout.flush()
        return True

    def _ask(self, question: str, asked: Asked) -> None:
        from modelsearch.store.sessions import asking

        with asking(self.connection, asked.db):
            ask_open(self.connection, question, asked)

    def _set(self, name: str, value: str) -> None:
        value = value.strip()
        if name == ".explain" and value:
            self._ask(value, replace(self.asked, explain=True))
        elif name == ".explain":
            self.asked = replace(self.asked, explain=not self.asked.explain)
            sys.stderr.write(f"explain {'on' if self.asked.explain else 'off'}\n")
        elif name == ".wide":
            self.asked = replace(self.asked, wide=not self.asked.wide)
        elif name == ".format" and value in Format.__members__:
            self.asked = replace(self.asked, format=Format(value))
        elif name == ".limit" and value.isascii() and value.isdecimal():
            self.asked = replace(self.asked, limit=int(value))
        else:
            sys.stderr.write(_HELP + "\n")


def _lines(*, interactive: bool) -> Iterator[str]:
    """Yield lines of stdin: typed with a prompt and a history, or piped."""
    if not interactive:
        yield from sys.stdin
        return
    with _history():
        while True:
            try:
                yield input(_PROMPT)
            except KeyboardInterrupt:
                sys.stderr.write("\n")
            except EOFError:
                sys.stderr.write("\n")
                return


@contextlib.contextmanager
def _history() -> Iterator[None]:
    """Keep what was typed from one session to the next, where readline is to be had."""
    try:
        import readline
    except ImportError:
        yield
        return
    base = os.environ.get("XDG_STATE_HOME")
    file = (Path(base) if base else Path.home() / ".local" / "state") / "modelsearch" / "history"
    with contextlib.suppress(OSError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        readline.set_history_length(_REMEMBERED)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)
