"""The options of commands, each declared once, as a class whose defaults say how they are written.

A class of options is what a command works with, and what both readers of a command line are made
from: the full one, by typer, and the quick one of :mod:`modelsearch.cli.quick`::

    @options
    class Greeting:
        name: str = option("world", "--name", "-n", help="Whom to greet.")
"""

from __future__ import annotations

from collections.abc import Mapping

from modelsearch.records.structs import frozen, mutable
from modelsearch.records.typed import Any, TypeVar, dataclass_transform
from modelsearch.render.output import FORMATS, Output

T = TypeVar("T")

DB_NAME = "models.db"  #: the database where none is named
ENVIRONMENT = "MODELSEARCH_DB"  #: the variable that may name another


@mutable
class Option:
    """How an option is written, what it takes and what its help says.

    ``takes`` is ``text``, ``number``, ``decimal``, ``path``, ``switch`` or the words
    of which it takes one; ``many`` may be given several times. A switch in ``flags`` such as
    ``--images/--no-images`` has a negative. What is not ``quick`` is read by typer alone. What is
    not named is looked for in the folders ``above``, where the option says so.
    """

    default: Any
    flags: tuple[str, ...]
    help: str
    takes: str | tuple[str, ...]
    least: int | None = None
    most: int | None = None
    many: bool = False
    quick: bool = True
    environment: str | None = None
    above: bool = False


def option(
    default: T, *flags: str, help: str, takes: str | tuple[str, ...] | None = None, **more: Any
) -> T:
    """Declare an option; what it takes is seen from its default where that is no None."""
    if takes is None:
        takes = _taken(default)
    made: Any = Option(default, flags, help, takes, **more)
    return made  # type: ignore[no-any-return]


def _taken(default: object) -> str:
    kinds: Mapping[type, str] = {bool: "switch", int: "number", float: "decimal"}
    return kinds.get(type(default), "text")


@dataclass_transform(frozen_default=True)
def options(cls: type[T]) -> type[T]:
    """Define a class of options. Its values are frozen; its defaults are those of the options.

    A class that is made from another one has its options too. What has a ``format`` also has the
    options of how it is printed, for :func:`output_of`.
    """
    declared = {name: cls.__dict__[name] for name in cls.__annotations__}
    base = cls.__base__
    inherited = getattr(base, "_declared", {})
    if inherited:
        declared = inherited | declared
        cls.__annotations__ = getattr(base, "__annotations__", {}) | cls.__annotations__
    if "format" in declared:
        declared |= _PRINTING
        cls.__annotations__.update(dict.fromkeys(_PRINTING, "bool"))
    for name, one in declared.items():
        setattr(cls, name, one.default)
    setattr(cls, "_declared", declared)  # noqa: B010 (mypy lets none assign it)
    return frozen(cls)


def declared(cls: type) -> Mapping[str, Option]:
    """Return the options of a class by the names of its fields."""
    found: Mapping[str, Option] = getattr(cls, "_declared", {})
    return found


# What several commands have. A constant is used as a field's value in each of their classes.

DB: Any = option(
    DB_NAME,
    "--db",
    "-d",
    help="The database file; without it the nearest one here or above.",
    takes="path",
    environment=ENVIRONMENT,
    above=True,
)
DB_HERE: Any = option(
    DB_NAME, "--db", "-d", help="The database file.", takes="path", environment=ENVIRONMENT
)
FORMAT: Any = option("table", "--format", "-f", takes=FORMATS, help="How to print the answer.")
FILES: Any = option(
    None,
    "--files",
    takes="path",
    quick=False,
    help="Where the files lie here, for a folder that was indexed on another machine.",
)
FORCE: Any = option(
    False, "--force", quick=False, help="Write over a file that modelsearch did not write."
)
RAW_CELLS: Any = option(
    False, "--raw-cells", help="csv, tsv: also cells that a spreadsheet would run as a formula."
)
WIDE: Any = option(False, "--wide", "-w", help="All columns, however wide.")
LIMIT: Any = option(
    None,
    "--limit",
    "-n",
    takes="number",
    least=0,
    help="At most so many; 0: all. Without it a table is as long as the screen.",
)
PLAIN: Any = option(
    False, "--plain", help="No colours, lines or columns: a row is a line of words."
)
NO_PAGER: Any = option(False, "--no-pager", help="Print long answers without stopping.")
NO_HEADER: Any = option(False, "--no-header", help="Leave the titles of columns out.")
TODAY: Any = option(
    None, "--today", help="The date that 'yesterday' counts from (YYYY-MM-DD).", takes="text"
)

#: How what has a format is printed.
_PRINTING: dict[str, Any] = {
    "no_header": NO_HEADER,
    "plain": PLAIN,
    "no_pager": NO_PAGER,
    "raw_cells": RAW_CELLS,
}


def output_of(given: Any) -> Output:
    """Return where a command writes, by its options: the format and how it is printed."""
    limit = getattr(given, "limit", None)
    return Output.standard(
        given.format, limit=limit, **{name: getattr(given, name) for name in _PRINTING}
    )
