"""What a pickle holds, without unpickling it: its opcodes build plain data and nothing else.

Dicts, lists, tuples, texts and numbers come out as they are. A class or function is a
:class:`Name` and never looked up; what a pickle would call is a :class:`Call` that holds the name
and the arguments. So no code of a file can run, whatever it says.
"""

from __future__ import annotations

import math
import pickletools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO

from modelsearch.records.errors import ReadingError
from modelsearch.records.wordlists import word_set

MAX_BYTES = 50_000_000  #: of one pickle
_MAX_OPCODES = 3_000_000
_MAX_TEXT = 100_000
_WIDTH = re.compile(r"^[<>|=]?(?P<kind>[a-zA-Z])(?P<bytes>\d{1,5})$")  #: of a dtype: f8, O8
_MAX_BITS = 128  #: of a whole number; longer ones are dropped


@dataclass(frozen=True, slots=True)
class Name:
    """A class or function by its module and name."""

    module: str
    name: str

    @property
    def dotted(self) -> str:
        """Return module and name, joined."""
        return f"{self.module}.{self.name}" if self.module else self.name


@dataclass(slots=True, eq=False)
class Call:
    """What a pickle would call or make: its name, arguments, and the state that is given to it."""

    name: Any
    arguments: tuple[Any, ...]
    state: Any = None
    items: list[tuple[Any, Any]] = field(default_factory=list)
    listed: list[Any] = field(default_factory=list)

    @property
    def dotted(self) -> str:
        """Return the dotted name of what is called."""
        return self.name.dotted if isinstance(self.name, Name) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What lies outside of the pickle, by its key: the storage of a tensor."""

    key: Any


@dataclass(slots=True)
class Content:
    """The data of a pickle, the names in it, and whether it was read to its end."""

    data: Any = None
    names: list[Name] = field(default_factory=list)
    whole: bool = False
    length: int = 0


class _Limited:
    """A file of which no more than :data:`MAX_BYTES` are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MAX_BYTES

    def read(self, count: int) -> bytes:
        """Read as a file does; ValueError where that is too much."""
        if not 0 <= count <= self._left:
            raise ValueError("too large")
        self._left -= count
        return self._file.read(count)

    def readline(self) -> bytes:
        """Read a line of bounded length."""
        found = self._file.readline(_MAX_TEXT)
        self._left -= len(found)
        if self._left < 0:
            raise ValueError("too large")
        return found

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell()

    def skip(self, count: int) -> None:
        """Pass over bytes without reading them."""
        self._file.seek(count, 1)


class _Mark:
    """The mark on the stack."""


_MARK = _Mark()


def read_pickle(source: bytes | BinaryIO) -> Content:
    """Return what a pickle holds; what cannot be followed ends it. Raises ReadingError where the
    bytes are no pickle at all.
    """
    file = _Limited(BytesIO(source) if isinstance(source, bytes) else source)
    start = file.tell()
    machine = _Machine()
    count = 0
    try:
        for opcode, argument, _ in pickletools.genops(file):  # type: ignore[arg-type]
            count += 1
            if count > _MAX_OPCODES:
                break
            if opcode.name == "STOP":
                machine.content.whole = True
                break
            machine.step(opcode.name, argument)
            if opcode.name == "BUILD":
                _pass_array(file, machine)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        if count < 2:
            raise ReadingError("no pickle") from error
    if not machine.content.whole:
        machine.complete()
    machine.content.length = file.tell() - start
    machine.content.data = machine.top()
    return machine.content


def _pass_array(file: _Limited, machine: _Machine) -> None:
    """Pass over the bytes of an array that joblib writes between the opcodes, behind its shape."""
    wrapper = machine.latest()
    if not isinstance(wrapper, Call) or not wrapper.dotted.startswith("joblib."):
        return
    state = wrapper.state
    if not isinstance(state, dict) or not isinstance(state.get("shape"), tuple):
        return
    kind = state.get("dtype")
    width = _WIDTH.search(str(kind.arguments[0])) if isinstance(kind, Call) else None
    if width is None or not all(isinstance(one, int) and one >= 0 for one in state["shape"]):
        raise ValueError("an array of an unknown kind")
    if state.get("numpy_array_alignment_bytes") is not None and width["kind"] != "O":
        file.skip(file.read(1)[0])
    if width["kind"] == "O":  # they are a pickle of their own
        for count, _ in enumerate(pickletools.genops(file)):  # type: ignore[arg-type]
            if count > _MAX_OPCODES:
                raise ValueError("too large")
        return
    file.skip(math.prod(state["shape"]) * int(width["bytes"]))


class _Machine:
    """The stack and the memo of a pickle, filled with plain data."""

    def __init__(self) -> None:
        self.content = Content()
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def top(self) -> Any:
        """Return what lies on top, or the lowest thing where the pickle broke off."""
        if not self._stack:
            return None
        return self._stack[-1] if self.content.whole else self._stack[0]

    def latest(self) -> Any:
        """Return what was made last."""
        return self._stack[-1] if self._stack else None

    def complete(self) -> None:
        """Give the lowest object, where the pickle broke off, what was read of its state."""
        if not self._stack or not isinstance(self._stack[0], Call) or self._stack[0].state:
            return
        state = self._stack[1] if len(self._stack) > 1 else None
        if isinstance(state, dict):
            values = [one for one in self._stack[2:] if one is not _MARK]
            pairs = zip(values[::2], values[1::2], strict=False)
            _fill(state, [(key, value) for key, value in pairs if isinstance(key, str)])
            self._stack[0].state = state

    def step(self, name: str, argument: Any) -> None:
        """Follow one opcode."""
        if name in _LITERALS:
            self._stack.append(_LITERALS[name])
        elif name in _ARGUMENTS:
            self._stack.append(_short(argument))
        elif name in _EMPTY:
            self._stack.append(_EMPTY[name]())
        elif name in _ACTIONS:
            _ACTIONS[name](self, argument)
        elif name not in _IGNORED:
            raise ValueError(name)

    def _popped(self) -> list[Any]:
        """Take everything down to the mark."""
        at = len(self._stack) - 1
        while self._stack[at] is not _MARK:
            at -= 1
        found = self._stack[at + 1 :]
        del self._stack[at:]
        return found

    def _named(self, argument: Any) -> None:
        module, _, name = str(argument).partition(" ")
        self._found(module, name)

    def _stack_named(self, _argument: Any) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        self._found(str(module), str(name))

    def _found(self, module: str, name: str) -> None:
        found = Name(module[:200], name[:200])
        self.content.names.append(found)
        self._stack.append(found)

    def _reduce(self, _argument: Any) -> None:
        arguments, name = self._stack.pop(), self._stack.pop()
        given = arguments if isinstance(arguments, tuple) else ()
        self._stack.append(_made(name, given))

    def _newobj_ex(self, _argument: Any) -> None:
        self._stack.pop()
        self._reduce(None)

    def _object(self, _argument: Any) -> None:
        found = self._popped()
        self._stack.append(_made(found[0], tuple(found[1:])))

    def _instance(self, argument: Any) -> None:
        arguments = tuple(self._popped())
        self._named(argument)
        self._stack.append(_made(self._stack.pop(), arguments))

    def _build(self, _argument: Any) -> None:
        state = self._stack.pop()
        if isinstance(self._stack[-1], Call):
            self._stack[-1].state = state

    def _append(self, _argument: Any) -> None:
        value = self._stack.pop()
        _extend(self._stack[-1], [value])

    def _appends(self, _argument: Any) -> None:
        values = self._popped()
        _extend(self._stack[-1], values)

    def _set_item(self, _argument: Any) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        _fill(self._stack[-1], [(key, value)])

    def _set_items(self, _argument: Any) -> None:
        values = self._popped()
        _fill(self._stack[-1], list(zip(values[::2], values[1::2], strict=False)))

    def _tuple(self, _argument: Any) -> None:
        self._stack.append(tuple(self._popped()))

    def _list(self, _argument: Any) -> None:
        self._stack.append(self._popped())

    def _dict(self, _argument: Any) -> None:
        values = self._popped()
        found: dict[Any, Any] = {}
        _fill(found, list(zip(values[::2], values[1::2], strict=False)))
        self._stack.append(found)

    def _tuple_of(self, count: int) -> None:
        values = tuple(self._stack[-count:])
        del self._stack[-count:]
        self._stack.append(values)

    def _persistent(self, _argument: Any) -> None:
        self._stack.append(Stored(self._stack.pop()))

    def _put(self, argument: Any) -> None:
        self._memo[int(argument)] = self._stack[-1]

    def _memoize(self, _argument: Any) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _get(self, argument: Any) -> None:
        self._stack.append(self._memo[int(argument)])

    def _mark(self, _argument: Any) -> None:
        self._stack.append(_MARK)

    def _pop(self, _argument: Any) -> None:
        self._stack.pop()

    def _pop_mark(self, _argument: Any) -> None:
        self._popped()

    def _dup(self, _argument: Any) -> None:
        self._stack.append(self._stack[-1])


def _made(name: Any, arguments: tuple[Any, ...]) -> Any:
    """An ordered dict is a dict; everything else stays a call."""
    if isinstance(name, Name) and name.name in ("OrderedDict", "defaultdict", "Counter"):
        found: dict[Any, Any] = {}
        if arguments and isinstance(arguments[0], list):
            _fill(
                found,
                [
                    (one[0], one[1])
                    for one in arguments[0]
                    if isinstance(one, list | tuple) and len(one) == 2
                ],
            )
        return found
    return Call(name, arguments)


def _extend(target: Any, values: list[Any]) -> None:
    if isinstance(target, list):
        target.extend(values)
    elif isinstance(target, Call):
        target.listed.extend(values)


def _fill(target: Any, pairs: list[tuple[Any, Any]]) -> None:
    if isinstance(target, Call):
        target.items.extend(pairs)
    elif isinstance(target, dict):
        for key, value in pairs:
            if isinstance(key, str | int | float | bool | bytes | None):
                target[key] = value


def _short(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return None
    return value[:_MAX_TEXT] if isinstance(value, str | bytes | bytearray) else value


_LITERALS: dict[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_ARGUMENTS = word_set("""
    INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING
    UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8
""")
_EMPTY: dict[str, Callable[[], Any]] = {
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": list,
}
_IGNORED = frozenset({"PROTO", "FRAME", "NEXT_BUFFER", "READONLY_BUFFER"})
_ACTIONS: dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine._mark, "POP": _Machine._pop, "POP_MARK": _Machine._pop_mark,
    "DUP": _Machine._dup, "GLOBAL": _Machine._named, "STACK_GLOBAL": _Machine._stack_named,
    "REDUCE": _Machine._reduce, "NEWOBJ": _Machine._reduce, "NEWOBJ_EX": _Machine._newobj_ex,
    "OBJ": _Machine._object, "INST": _Machine._instance, "BUILD": _Machine._build,
    "APPEND": _Machine._append, "APPENDS": _Machine._appends, "ADDITEMS": _Machine._appends,
    "SETITEM": _Machine._set_item, "SETITEMS": _Machine._set_items, "TUPLE": _Machine._tuple,
    "TUPLE1": lambda machine, _: machine._tuple_of(1),
    "TUPLE2": lambda machine, _: machine._tuple_of(2),
    "TUPLE3": lambda machine, _: machine._tuple_of(3),
    "LIST": _Machine._list, "FROZENSET": _Machine._list, "DICT": _Machine._dict,
    "BINPERSID": _Machine._persistent, "PUT": _Machine._put, "BINPUT": _Machine._put,
    "LONG_BINPUT": _Machine._put, "MEMOIZE": _Machine._memoize, "GET": _Machine._get,
    "BINGET": _Machine._get, "LONG_BINGET": _Machine._get,
}  # fmt: skip


def tensors(
    data: Any, prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Yield (name, shape, kind) of the tensors in what a pickle holds."""
    if isinstance(data, dict) and depth < 4:
        for key, value in data.items():
            yield from tensors(value, f"{prefix}.{key}" if prefix else str(key), depth + 1)
        return
    found = _tensor(data)
    if found is not None:
        yield prefix, *found


def _tensor(data: Any) -> tuple[tuple[int, ...], str] | None:
    if not isinstance(data, Call):
        return None
    if data.dotted.endswith("_rebuild_parameter") and data.arguments:
        return _tensor(data.arguments[0])
    if "_rebuild_tensor" not in data.dotted or len(data.arguments) < 3:
        return None
    storage, _, shape = data.arguments[:3]
    if not isinstance(shape, tuple) or not all(isinstance(one, int) for one in shape):
        return None
    kind = ""
    if isinstance(storage, Stored) and isinstance(storage.key, tuple) and len(storage.key) > 1:
        kind = storage.key[1].name if isinstance(storage.key[1], Name) else ""
    return shape, kind.removesuffix("Storage").lower()
