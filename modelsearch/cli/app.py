"""The full command line: typer commands made from the table of commands.

Answers go to stdout, everything else to stderr. Exit codes: 0 answered (also when nothing was
found), 1 an expected failure with one line on stderr, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from enum import StrEnum
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_from_info
from typer.models import CommandInfo

from modelsearch.cli.commands import COMMANDS, Command, Words
from modelsearch.cli.finding import found_above
from modelsearch.cli.options import Option, declared
from modelsearch.cli.quick import words_last
from modelsearch.records.errors import Interrupted
from modelsearch.records.version import __version__
from modelsearch.render.output import FORMATS, all_formats


class _Commands(MutableMapping[str, Any]):
    """The commands of the table by name, each built with its options when it is asked for."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = _built(COMMANDS[name])
        return self._built[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._built[name] = command

    def __delitem__(self, name: str) -> None:
        del self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**COMMANDS, **self._built})

    def __len__(self) -> int:
        return len({**COMMANDS, **self._built})


class _Program(TyperGroup):
    """The program: its own help needs no option of any command."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read a command line in which words of a question may begin with a minus."""
        command = COMMANDS.get(args[0]) if args else None
        if command is not None:
            args = [args[0], *words_last(command, args[1:])]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command. What an option does not take is said in this program's words."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # left to typer it would end without a word
            raise Interrupted("interrupted; what was committed is kept") from None
        except typer.BadParameter as error:
            flags = getattr(error.param, "opts", ())
            said = _taken(COMMANDS.get(ctx.invoked_subcommand or ""), flags)
            if said and error.message:
                error.message = said
            raise

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the names of the commands, each with what it does in a few words."""
        rows = [(one.name, one.brief) for one in COMMANDS.values()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


app = typer.Typer(
    name="modelsearch",
    cls=_Program,
    help="Offline search over your machine-learning models, in one SQLite file.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"modelsearch {__version__}")
        raise typer.Exit


def _taken(command: Command | None, flags: Sequence[str]) -> str:
    """Say what an option takes; "" where any text is one of its values."""
    if command is None:
        return ""
    for option in declared(command.options_class).values():
        if not set(flags).isdisjoint(option.flags):
            if option.takes in ("number", "decimal"):
                return _number_taken(option)
            if isinstance(option.takes, tuple):
                words = all_formats() if option.takes is FORMATS else option.takes
                return f"it takes one of {', '.join(words)}"
    return ""


def _number_taken(option: Option) -> str:
    kind = "a whole number" if option.takes == "number" else "a number"
    if option.least is not None and option.most is not None:
        return f"it takes {kind} from {option.least} to {option.most}"
    return f"it takes {kind}" + (f", {option.least} or more" if option.least is not None else "")


_TYPES: dict[Any, Any] = {
    "text": str,
    "number": int,
    "decimal": float,
    "path": Path,
    "switch": bool,
}


def _built(command: Command) -> Any:
    """Return a command of the table as typer reads it."""
    info = CommandInfo(
        command.name,
        help=command.about,
        short_help=command.brief,
        epilog=command.examples or None,
        callback=_call(command),
    )
    return get_command_from_info(info, pretty_exceptions_short=True, rich_markup_mode=None)


def _call(command: Command) -> Callable[..., None]:
    """Return a function with the signature that typer reads a command line by."""
    words = command.words

    def call(context: typer.Context, **values: Any) -> None:
        given = values.pop(words.name) if words is not None else None
        listed = given if isinstance(given, list) else [] if given is None else [given]
        values |= found_above(declared(command.options_class), _is_named(context, "db"))
        chosen = {name: one.value for name, one in values.items() if isinstance(one, StrEnum)}
        command.function(listed, command.options_class(**values | chosen))

    parameters = list(_parameters(command))
    call.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in parameters}
    call.__name__ = command.name.replace("-", "_")
    return call


def _is_named(context: typer.Context, name: str) -> bool:
    """Return whether an option was given, on the command line or in the environment."""
    source = context.get_parameter_source(name)
    return source is not None and source.name in ("COMMANDLINE", "ENVIRONMENT")


def _parameters(command: Command) -> Iterator[Parameter]:
    yield Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context)
    if command.words is not None:
        yield _words_parameter(command.words)
    for name, option in declared(command.options_class).items():
        yield _parameter(name, option)


def _words_parameter(words: Words) -> Parameter:
    kind: Any = Path if words.paths else str
    if words.most != 1:
        kind = list.__class_getitem__(kind)
    if not words.least:
        kind = kind | None
    annotation: Any = Annotated[kind, typer.Argument(help=words.help)]
    default = Parameter.empty if words.least else None
    return Parameter(words.name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _parameter(name: str, option: Option) -> Parameter:
    kind: Any = _TYPES.get(option.takes) or _choice(option.takes)
    default = option.default
    if option.takes == "path" and default is not None:
        default = Path(default)
    if option.many:
        kind = list.__class_getitem__(kind)
    if option.default is None:
        kind = kind | None
    more: dict[str, Any] = (
        {"min": option.least, "max": option.most} if option.takes in ("number", "decimal") else {}
    )
    info = typer.Option(*option.flags, help=option.help, envvar=option.environment, **more)
    annotation: Any = Annotated[kind, info]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _choice(words: Sequence[str]) -> Any:
    """Return words of which one is taken as typer knows them; formats with what packages bring."""
    made: Any = StrEnum
    return made("Choice", [(word, word) for word in (all_formats() if words is FORMATS else words)])
