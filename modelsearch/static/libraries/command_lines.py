"""Command lines: what options are when the script is started without any.

argparse (and what is made like it), absl and TensorFlow flags, click, typer, fire, dataclass
parsers (tyro, HfArgumentParser, simple_parsing, pyrallis) and Hydra's ``main``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine
    from modelsearch.static.machine.scopes import CallRecord

_STORE = "<arguments>"
_PARSERS = ("ArgumentParser", "ArgParser", "HfArgumentParser", "ConfigArgumentParser", "Tap")
_DATACLASS_PARSERS = frozenset(
    {"tyro.cli", "simple_parsing.parse", "pyrallis.parse", "draccus.parse", "jsonargparse.CLI",
     "chz.entrypoint", "dcargs.cli", "tyro.extras.cli"}
)  # fmt: skip
_OPTIONS = ("Option", "Argument")


def _is_parser(head: Abstract) -> bool:
    if isinstance(head, Call):
        return head.last.endswith(_PARSERS)
    return isinstance(head, Instance) and head.is_a(*_PARSERS)


def method(m: Machine, head: Abstract, name: str, record: CallRecord) -> Abstract | None:
    """Model a method of a parser, of a typer app, or the call of a Hydra main."""
    if isinstance(head, Call) and name == "__call__":
        return _called(m, head, record)
    if name == "_make" and isinstance(head, Call) and head.last == "namedtuple":
        given = first(record.argument(0, "iterable"))
        return _tuple_object(head, given.items if isinstance(given, Seq) else [], {})
    if not _is_parser(head) or not isinstance(head, Call | Instance):
        return None
    return _parser_method(m, head, name, record)


_GROUPS = frozenset(
    ["add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser"]
)


def _parser_method(
    m: Machine, head: Call | Instance, name: str, record: CallRecord
) -> Abstract | None:
    if name in ("add_argument", "add", "add_arg"):
        return _add_argument(m, head, record)
    if name in _GROUPS:
        return head
    if name == "set_defaults":
        for key, value in record.kwargs.items():
            m.put(_store(m, head).items, key, value)
        return Const(None)
    if name in ("parse_args", "parse_known_args", "parse_intermixed_args"):
        return _parse(m, head, name, record)
    if name == "parse_args_into_dataclasses":
        return _dataclasses(m, head, record)
    if name == "get_default" and record.args:
        return _store(m, head).items.get(text(record.args[0]), UNKNOWN)
    return None


def _store(m: Machine, head: Call | Instance) -> Map:
    found = head.attrs.get(_STORE)
    if not isinstance(found, Map):
        found = Map({}, namespace=True)
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
        m.put(_store(m, head).items, dest, _default(record, bool(names and names[0][0] != "-")))
    return Const(None)


def _default(record: CallRecord, positional: bool) -> Abstract:
    """The value of an option that is not given."""
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
    convert: Any = {"builtins.int": int, "builtins.float": float, "builtins.eval": _literal,
                    "ast.literal_eval": _literal}.get(kind.name)  # fmt: skip
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
    from modelsearch.static.machine import invoking

    given = head.args[0] if head.args else UNKNOWN
    kinds = given.items if isinstance(given, Seq) else [given]
    made = [
        invoking.construct(m, kind, [], {}, False, record.place)
        if isinstance(kind, ClassValue)
        else UNKNOWN
        for kind in kinds
    ]
    return Seq(list(made), "tuple")


def _called(m: Machine, head: Call, record: CallRecord) -> Abstract | None:
    """Call what a decorator made: a Hydra main, a typer app, a namedtuple class."""
    from modelsearch.static.libraries import compositions
    from modelsearch.static.machine import invoking

    if head.name == "hydra.main" and head.args and isinstance(head.args[0], Function):
        config = record.args[0] if record.args else compositions.hydra(m, head)
        return invoking.call_function(m, head.args[0], [config], {})
    commands = head.attrs.get("<commands>")
    if isinstance(commands, Seq):
        for each in commands.items:
            if isinstance(each, Function):
                invoking.call_function(m, each, [], {})
        return UNKNOWN
    if head.last == "namedtuple":
        return _tuple_object(head, record.args, record.kwargs)
    return None


def _tuple_object(head: Call, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    fields = head.argument(1, "field_names")
    names = (text(fields) or "").replace(",", " ").split()
    if isinstance(fields, Seq):
        names = [text(each) or "" for each in fields.items]
    items: dict[Any, Abstract] = dict(zip(names, args, strict=False))
    defaults = head.kwargs.get("defaults")
    if isinstance(defaults, Seq) and defaults.items:
        for name, value in zip(names[-len(defaults.items) :], defaults.items, strict=False):
            items.setdefault(name, value)
    items.update(kwargs)
    return Map(items, namespace=True, kind="namedtuple")


def dataclass_parser(m: Machine, record: CallRecord) -> Abstract | None:
    """``tyro.cli(Config)`` and the like: the class (or function) with its defaults."""
    from modelsearch.static.machine import invoking

    if record.name not in _DATACLASS_PARSERS:
        return None
    kind = first(record.argument(0, "config_class", "f", "components"))
    if isinstance(kind, ClassValue):
        return invoking.construct(m, kind, [], {}, False, record.place)
    if isinstance(kind, Function):
        return invoking.call_function(m, kind, [], {})
    return None


def define_flag(m: Machine, record: CallRecord) -> bool:
    """``flags.DEFINE_integer("epochs", 10, …)``: enter the default; False for other calls."""
    if not record.last.startswith("DEFINE_"):
        return False
    name = text(record.argument(0, "name", "flag_name"))
    if name is None:
        return True
    if record.last == "DEFINE_config_file":
        from modelsearch.static.libraries import compositions

        m.flags[name] = compositions.python_config(m, record)
        return True
    position = 2 if record.last == "DEFINE_enum_class" else 1
    default = record.argument(position, "default", "default_value") or UNKNOWN
    if isinstance(default, Const) and not default.places:
        default = Const(default.value, record.place, (record.place,))
    m.flags[name] = default
    return True


def command_line(made: Abstract, value: Abstract) -> Abstract | None:
    """Apply ``@click.option`` and ``@app.command`` decorators; None for others."""
    if not isinstance(made, Call):
        return None
    if made.last in ("option", "argument") and isinstance(value, Function):
        names = [name for name in (text(arg) for arg in made.args) if name]
        plain = [name for name in names if name.isidentifier()]
        long = [name for name in names if name.startswith("--")] or names
        if not names:
            return value
        dest = (plain or [long[0].lstrip("-").partition("/")[0].replace("-", "_")])[0]
        default = made.kwargs.get("default")
        if default is None:
            flag = made.kwargs.get("is_flag")
            known = isinstance(flag, Const) and flag.value
            default = Const(False, made.at, (made.at,)) if known else None
        if default is not None:
            value.defaults[dest] = default
        return value
    if made.last == "find_executable_batch_size" and isinstance(value, Function):
        names = [arg.arg for arg in value.info.node.args.args]
        size = made.argument(1, "starting_batch_size")
        if names and size is not None:
            value.defaults[names[0]] = size
        return value
    if made.last in ("command", "callback", "main") and isinstance(made.receiver, Call):
        app = made.receiver
        commands = app.attrs.setdefault("<commands>", Seq([]))
        if isinstance(commands, Seq):
            commands.items.append(value)
        return value
    return None


def unwrap_default(value: Abstract) -> Abstract:
    """``typer.Option(3)`` as a parameter's default stands for 3."""
    if isinstance(value, Call) and value.last in _OPTIONS and value.name:
        inner = value.argument(0, "default")
        if inner is None or isinstance(inner, Unknown | Attr):
            return UNKNOWN
        return inner
    return value
