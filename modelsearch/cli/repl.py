"""`modelsearch repl`: questions one after the other, with everything kept warm between them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.cli.commands import COMMANDS
from modelsearch.cli.failures import tell
from modelsearch.cli.options import DB, FORMAT, options
from modelsearch.cli.query import Asked, ask_open
from modelsearch.records.errors import UsageError
from modelsearch.records.structs import mutable, replace
from modelsearch.records.suggestions import did_you_mean
from modelsearch.records.userfolders import user_folder
from modelsearch.render.output import FORMATS

if TYPE_CHECKING:
    import apsw

    from modelsearch.answer.shapes import Answer

_PROMPT = "modelsearch> "
_REMEMBERED = 1000
_HELP = """\
a question        answered as by `modelsearch query`; `only those with …`, `without the GANs`,
                  `sort them by …`, `how many of them …` ask among what the last answer listed
show 2            everything about the second row of the last answer; also `images 2`
compare 1 3       two or more of its rows side by side
.explain          show how each question is understood, on or off; with a question, just for it
.format FORMAT    table, json, jsonl, csv, tsv, markdown, latex or ids
.limit N          at most so many results; 0: all
.wide             all columns, on or off
.quit             leave (also quit, exit, q or Ctrl-D)"""
_SETTINGS = (".explain", ".format", ".limit", ".wide", ".help", ".quit")
_LEAVING = frozenset({"quit", "exit", "q", "quit()", "exit()", ":q"})
_OF_ROWS = ("show", "compare", "images")


@options
class Session:
    """The options of `modelsearch repl`."""

    db: Path | str = DB
    format: str = FORMAT


def repl(_words: Sequence[str], options: Session) -> None:
    """Ask question after question; a line that begins with a dot is a setting (.help)."""
    from modelsearch.store.sessions import reading

    with reading(options.db) as connection:
        session = _Session(connection, Asked(options.db, options.format, details=0))
        interactive = sys.stdin.isatty()
        for line in _lines(connection, interactive=interactive):
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
    last: Answer | None = None

    def take(self, line: str) -> bool:
        """Act on a line; False when it ends the session. A failure is told and forgotten."""
        if line.lower().removeprefix(".") in _LEAVING:
            return False
        try:
            if line.startswith("."):
                self._set(*line.partition(" ")[::2])
            elif line and not self._of_rows(self._row_said(line).split()):
                self._ask(line, self.asked)
        except OSError:  # stdout is gone
            raise
        except Exception as error:
            tell(error)
        sys.stdout.flush()
        return True

    def _ask(self, question: str, asked: Asked, *, follows: bool = True) -> None:
        """Ask a question; one that does not follow from the last answer leaves that as it is."""
        from modelsearch.store.sessions import asking

        with asking(self.connection, asked.db):
            found = ask_open(self.connection, question, asked, self.last if follows else None)
        if follows:
            self.last = found

    def _row_said(self, line: str) -> str:
        """Return `show 1` for "the first one" of the last answer; other lines as they are."""
        from modelsearch.query.follow_ups import row_said

        row = row_said(line) if self.last is not None else None
        return line if row is None else f"show {row if row > 0 else self._shown()}"

    def _shown(self) -> int:
        """Return how many rows the last answer has."""
        from modelsearch.answer.following import listed_by
        from modelsearch.answer.shapes import Listing

        if self.last is None:
            return 0
        if listed_by(self.last) == "pictures":
            return len(self.last.images)
        if isinstance(self.last.answer, Listing) and listed_by(self.last) != "models":
            return len(self.last.answer.rows)
        return len(self.last.results)

    def _of_rows(self, words: Sequence[str]) -> bool:
        """Carry out `show 2`, `compare 1 3` or `images 1`; False where the line is no such."""
        command, *rows = words
        numbers = [word for word in rows if word.isascii() and word.isdecimal()]
        if command.lower() not in _OF_ROWS or not rows or len(numbers) < len(rows):
            return False
        about = self._of_others([int(number) for number in numbers])
        if about:
            self._ask(about, self.asked, follows=False)
            return True
        run = COMMANDS[command.lower()]
        ids = [self._row(int(number)) for number in numbers]
        run.function(ids, run.options_class(db=self.asked.db, format=self.asked.format))
        return True

    def _of_others(self, numbers: Sequence[int]) -> str:
        """Return the question about rows of the last answer that are pictures or runs, '' where
        they are models.
        """
        from modelsearch.answer.following import listed_by
        from modelsearch.answer.shapes import Listing

        things = "models" if self.last is None else listed_by(self.last)
        if self.last is None or things == "models":
            return ""
        shown = [one.path for one in self.last.images]
        if isinstance(self.last.answer, Listing):
            name = "run_id" if things == "runs" else "path"
            shown = [row[name] for row in self.last.answer.rows]
        for number in numbers:
            if not 1 <= number <= len(shown):
                known = f"{len(shown)} {things[:-1] if len(shown) == 1 else things}"
                raise UsageError(f"there is no row {number}: the last answer has {known}")
        if len(numbers) > 1:
            raise UsageError(f"the rows of the last answer are {things}: show one of them")
        one = shown[numbers[0] - 1]
        return f"settings of {one}" if things == "pictures" else f"{things[:-1]} {one}"

    def _row(self, number: int) -> str:
        shown = self.last.results if self.last is not None else []
        if not 1 <= number <= len(shown):
            known = f"has {len(shown)} rows" if shown else "has no rows"
            raise UsageError(f"there is no row {number}: the last answer {known}")
        return shown[number - 1].model_id

    def _set(self, name: str, value: str) -> None:
        value = value.strip()
        if name == ".explain" and value:
            self._ask(value, replace(self.asked, explain=True))
        elif name == ".explain":
            self.asked = replace(self.asked, explain=not self.asked.explain)
            sys.stderr.write(f"explain {'on' if self.asked.explain else 'off'}\n")
        elif name == ".wide":
            self.asked = replace(self.asked, wide=not self.asked.wide)
        elif name == ".format" and value in FORMATS:
            self.asked = replace(self.asked, format=value)
        elif name == ".limit" and value.isascii() and value.isdecimal():
            self.asked = replace(self.asked, limit=int(value))
        elif name == ".help":
            sys.stderr.write(_HELP + "\n")
        else:
            raise UsageError(_refusal(name, value))


def _refusal(name: str, value: str) -> str:
    """Say why a line that begins with a dot is not understood."""
    if name in _SETTINGS:
        takes = {".format": f"one of {', '.join(FORMATS)}", ".limit": "a number"}
        return f"{name} takes {takes.get(name, 'nothing')}, not {value!r}"
    return f"there is no {name}{did_you_mean(name, _SETTINGS)}; .help lists what there is"


def _lines(connection: apsw.Connection, *, interactive: bool) -> Iterator[str]:
    """Yield lines of stdin: typed with a prompt, a history and completion, or piped."""
    if not interactive:
        yield from sys.stdin
        return
    with _history(connection):
        while True:
            try:
                yield input(_PROMPT)
            except KeyboardInterrupt:
                sys.stderr.write("\n")
            except EOFError:
                sys.stderr.write("\n")
                return


@contextlib.contextmanager
def _history(connection: apsw.Connection) -> Iterator[None]:
    """Keep what was typed from one session to the next, where readline is to be had."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_completer_delims(" ")
    readline.set_completer(_Completer(connection).complete)
    # macOS has another library under the same name.
    of_bsd = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if of_bsd else "tab: complete")
    folder = user_folder("XDG_STATE_HOME", ".local/state")
    if folder is None:
        yield
        return
    file = folder / "history"
    with contextlib.suppress(OSError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        readline.set_history_length(_REMEMBERED)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)


class _Completer:
    """Offers what a half-typed word may become, one after the other, as readline asks."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._found: list[str] = []

    def complete(self, word: str, state: int) -> str | None:
        """Return the completion of this number, None after the last."""
        if state == 0:
            from modelsearch.cli.completing import named

            own = [one for one in (*_SETTINGS, *_OF_ROWS) if word and one.startswith(word)]
            self._found = [*own, *named(self._connection, word)]
        return self._found[state] if state < len(self._found) else None
