"""Command lines: what options are when the script is started without any.

argparse (and what is made like it), click, typer, fire, and parsers of dataclasses (tyro,
HfArgumentParser, simple_parsing, pyrallis).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Map,
    Seq,
    Unknown,
    first,
    text,
)

_STORE, _AROUND, _NAME = "<arguments>", "<around>", "<name>"
_TRAINS = re.compile(r"(?i)train|fit|learn")
_COMMANDS = "<commands>"
_PARSERS = ("ArgumentParser", "ArgParser", "HfArgumentParser", "ConfigArgumentParser", "Tap")
_OPTIONS = ("Option", "Argument")


@dataclass(eq=False, slots=True)
class _Options(Map):
    """The options of a parser; ``owners`` are the sub-commands that they were declared for."""

    owners: dict[str, str] = field(default_factory=dict)


def _method(m: Machine, head: Call | Instance, name: str, record: CallRecord) -> Abstract | None:
    """Model a method of a parser, or the call of a typer app."""
    if isinstance(head, Call):
        if name == "__call__":
            return _run_commands(m, head)
        return _parser_method(m, head, name, record) if head.last.endswith(_PARSERS) else None
    return _parser_method(m, head, name, record) if head.is_a(*_PARSERS) else None


_GROUPS = frozenset(
    ["add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser"]
)


def _parser_method(
    m: Machine, head: Call | Instance, name: str, record: CallRecord
) -> Abstract | None:
    if name in ("add_argument", "add", "add_arg"):
        return _add_argument(m, head, record)
    if name == "add_parser":
        return _command(head, record)
    if name in _GROUPS:
        return head
    if name == "add_arguments":
        return _add_class(m, head, record)
    if name == "set_defaults":
        for key, value in record.kwargs.items():
            _put_option(m, head, key, value)
        return Const(None)
    if name in ("parse_args", "parse_known_args", "parse_intermixed_args"):
        return _parse(m, head, name, record)
    if name == "parse_args_into_dataclasses":
        return _dataclasses(m, head, record)
    if name == "get_default" and record.args:
        return _store(m, head).items.get(text(record.args[0]), UNKNOWN)
    return None


def _command(head: Call | Instance, record: CallRecord) -> Call:
    """Return the parser of a sub-command, whose options are those of the parser around it."""
    made = Call("argparse.ArgumentParser", [], {}, record.place)
    made.attrs[_AROUND] = head
    made.attrs[_NAME] = Const(text(record.argument(0, "name")) or "")
    return made


def _put_option(m: Machine, head: Call | Instance, dest: str, value: Abstract) -> None:
    """Enter an option. Of sub-commands that share one, the one that trains has its value; where
    none is called so, it is not known.
    """
    store = _store(m, head)
    own = text(head.attrs.get(_NAME)) or ""
    owners = store.owners
    other = owners.get(dest)
    if other is not None and other != own:
        if _TRAINS.search(other):
            return
        if not _TRAINS.search(own) and value is not store.items.get(dest):
            value = UNKNOWN
    owners[dest] = own
    m.put(store.items, dest, value)


def _store(m: Machine, head: Call | Instance) -> _Options:
    around = head.attrs.get(_AROUND)
    if isinstance(around, Call | Instance):
        return _store(m, around)
    found = head.attrs.get(_STORE)
    if not isinstance(found, _Options):
        found = _Options({}, namespace=True)
        head.attrs[_STORE] = found
        parents = head.kwargs.get("parents")
        if isinstance(parents, Seq):
            for parent in parents.items:
                if isinstance(parent, Call | Instance):
                    found.items.update(_store(m, parent).items)
    return found


def _add_argument(m: Machine, head: Call | Instance, record: CallRecord) -> Abstract:
    names = [name for name in (text(arg) for arg in record.args) if name]
    dest = text(record.kwargs.get("dest"))
    if dest is None and names:
        long = [name for name in names if name.startswith("--")]
        dest = (long or names)[0].lstrip("-").replace("-", "_")
    if dest:
        _put_option(m, head, dest, _default(record, bool(names and names[0][0] != "-")))
    return Const(None)


def _add_class(m: Machine, head: Call | Instance, record: CallRecord) -> Abstract:
    """``parser.add_arguments(Config, dest="config")``: one option that is an object."""
    kind, dest = first(record.argument(0, "dataclass")), text(record.argument(1, "dest"))
    if dest and isinstance(kind, ClassValue):
        _put_option(m, head, dest, m.construct(kind, [], {}, False, record.place))
    return Const(None)


def _default(record: CallRecord, positional: bool) -> Abstract:
    """Return the value of an option that is not given."""
    default = record.kwargs.get("default")
    here = (record.place,)
    action = record.kwargs.get("action")
    kind = text(action)
    if default is None:
        if kind in ("store_true", "store_false"):
            return Const(kind == "store_false", record.place, here)
        if positional and text(record.kwargs.get("nargs")) not in ("?", "*"):
            return UNKNOWN
        required = record.kwargs.get("required")
        if isinstance(required, Const) and required.value:
            return UNKNOWN
        return Const(None, record.place, here)
    if isinstance(default, Const):
        return _converted(default, record)
    return default


def _converted(default: Const, record: CallRecord) -> Abstract:
    """Apply ``type=`` to a default that is a string."""
    kind = record.kwargs.get("type")
    if not isinstance(kind, Dotted) or not isinstance(default.value, str):
        return default
    convert: Any = {
        "builtins.int": int,
        "builtins.float": float,
        "builtins.eval": _literal,
        "ast.literal_eval": _literal,
    }.get(kind.name)
    if convert is None or len(default.value) > 60:
        return default
    try:
        value = convert(default.value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return default
    if isinstance(value, list | tuple):
        return Seq([Const(each, default.at, default.places) for each in value])
    return Const(value, default.at, default.places)


def _literal(value: str) -> Any:
    return ast.literal_eval(value)


def _parse(m: Machine, head: Call | Instance, name: str, record: CallRecord) -> Abstract:
    store = _store(m, head)
    result = Map(dict(store.items), namespace=True, at=record.place)
    if isinstance(head, Instance):
        for key, value in head.klass.attrs.items():
            result.items.setdefault(key, value)
    given = first(record.argument(0, "args"))
    if isinstance(given, Seq) and not given.open:
        words = [text(each) for each in given.items]
        _apply_words(result, words, given)
    namespace = first(record.kwargs.get("namespace"))
    if isinstance(namespace, Instance):
        for key, value in result.items.items():
            m.put(namespace.attrs, key, value)
        return namespace
    if name == "parse_known_args":
        return Seq([result, Seq([])], "tuple")
    return result


def _apply_words(result: Map, words: list[str | None], given: Seq) -> None:
    """Read a literal command line: ``parse_args(["--lr", "0.1"])``."""
    for i, word in enumerate(words):
        if not word or not word.startswith("-"):
            continue
        key, _, value = word.lstrip("-").partition("=")
        key = key.replace("-", "_")
        following = words[i + 1] if i + 1 < len(words) else None
        if not value and following is not None and not following.startswith("--"):
            value = following
        old = result.items.get(key)
        if key in result.items:
            result.items[key] = _word(value, old, given)


def _word(value: str, old: Abstract | None, given: Seq) -> Abstract:
    places = (given.at,) if given.at else ()
    if not value:
        return Const(True, given.at, places)
    kind = type(old.value) if isinstance(old, Const) else None
    if kind in (int, float):
        try:
            return Const(kind(value), given.at, places)
        except ValueError:
            return UNKNOWN
    return Const(value, given.at, places)


def _dataclasses(m: Machine, head: Call | Instance, record: CallRecord) -> Abstract:
    given = head.args[0] if head.args else UNKNOWN
    kinds = given.items if isinstance(given, Seq) else [given]
    made = [
        m.construct(kind, [], {}, False, record.place) if isinstance(kind, ClassValue) else UNKNOWN
        for kind in kinds
    ]
    return Seq(list(made), "tuple")


def _run_commands(m: Machine, head: Call) -> Abstract | None:
    """Calling a typer app starts its commands."""
    commands = head.attrs.get(_COMMANDS)
    if not isinstance(commands, Seq):
        return None
    for each in commands.items:
        if isinstance(each, Function):
            m.call_function(each, [], {})
    return UNKNOWN


def _parsed_class(m: Machine, record: CallRecord) -> Abstract | None:
    """``tyro.cli(Config)`` and the like: the class (or function) with its defaults."""
    kind = first(record.argument(0, "config_class", "f", "components"))
    if isinstance(kind, ClassValue):
        return m.construct(kind, [], {}, False, record.place)
    if isinstance(kind, Function):
        return m.call_function(kind, [], {})
    return None


def _decorated(
    m: Machine, node: ast.expr, scope: Scope, made: Abstract, value: Abstract, function: Function
) -> Abstract | None:
    """Apply ``@click.option`` and ``@app.command``, which leave the function as it is."""
    if not isinstance(made, Call):
        return None
    if made.last in ("option", "argument") and isinstance(value, Function):
        _add_option(made, value)
    elif made.name in _CLASS_WRAPPERS and isinstance(value, Function):
        _wrap(m, made, value, scope)
    elif made.last in ("command", "callback", "main") and isinstance(made.receiver, Call):
        commands = made.receiver.attrs.setdefault(_COMMANDS, Seq([]))
        if isinstance(commands, Seq):
            commands.items.append(value)
    return None


def _wrap(m: Machine, made: Call, function: Function, scope: Scope) -> None:
    """``@pyrallis.wrap()``: the first parameter is made of the class that it is annotated with."""
    spec = function.info.node.args
    for parameter in [*spec.posonlyargs, *spec.args][:1]:
        kind = first(m.eval(parameter.annotation, scope)) if parameter.annotation else UNKNOWN
        if isinstance(kind, ClassValue):
            function.defaults[parameter.arg] = m.construct(kind, [], {}, False, made.at)


def _add_option(made: Call, function: Function) -> None:
    """``@click.option("--lr", default=0.1)`` gives a parameter its default."""
    names = [name for name in (text(arg) for arg in made.args) if name]
    if not names:
        return
    plain = [name for name in names if name.isidentifier()]
    long = [name for name in names if name.startswith("--")] or names
    dest = (plain or [long[0].lstrip("-").partition("/")[0].replace("-", "_")])[0]
    default = made.kwargs.get("default")
    if default is None:
        flag = made.kwargs.get("is_flag")
        known = isinstance(flag, Const) and flag.value
        default = Const(False, made.at, (made.at,)) if known else None
    if default is not None:
        function.defaults[dest] = default


def _option_default(value: Call) -> Abstract | None:
    """``typer.Option(3)`` as a parameter's default stands for 3."""
    if value.last not in _OPTIONS or not value.name:
        return None
    inner = value.argument(0, "default")
    return UNKNOWN if inner is None or isinstance(inner, Unknown | Attr) else inner


def _fire(m: Machine, record: CallRecord, result: Call) -> None:
    """``fire.Fire(x)`` makes a command line of a function, a class or a dictionary of them."""
    given = first(record.args[0]) if record.args else UNKNOWN
    targets: list[Abstract] = [given]
    if isinstance(given, Map):
        targets = list(given.items.values())
    if not record.args:
        names = m.run_module(record.module).names
        targets = [names[name] for name in ("main", "train", "run") if name in names]
    for target in targets:
        if isinstance(target, Function):
            m.call_function(target, [], {})
        elif isinstance(target, ClassValue):
            made = m.construct(target, [], {}, False, record.place)
            public = [name for name in target.info.methods if not name.startswith("_")]
            known = [name for name in public if name in ("main", "train", "run", "fit")]
            if isinstance(made, Instance):
                for name in known or (public if len(public) == 1 else []):
                    m.run_method(made, name)


_CLASS_PARSERS = (
    "tyro.cli",
    "simple_parsing.parse",
    "pyrallis.parse",
    "draccus.parse",
    "jsonargparse.CLI",
    "chz.entrypoint",
    "dcargs.cli",
    "tyro.extras.cli",
)


_CLASS_WRAPPERS = ("pyrallis.wrap", "draccus.wrap", "pyrallis.argparsing.wrap")


LIBRARY = Library(
    name="command lines",
    calls=dict.fromkeys(_CLASS_PARSERS, _parsed_class),
    calls_by_last={"add_argparse_args": lambda m, record: record.args[0] if record.args else None},
    methods={Call: _method, Instance: _method},
    effects={"fire.Fire": _fire},
    decorators=(_decorated,),
    defaults=(_option_default,),
)
