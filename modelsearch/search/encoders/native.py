"""Running an encoder's graph through onnxruntime's C interface, without its Python package.

The package imports numpy and a second copy of the library: for one question that takes four times
as long as loading the graph and running it. The C interface is a table of functions whose order
never changes (``OrtApi`` in onnxruntime_c_api.h; a library gives the table of every version up to
its own), so the few that one text needs are called by their place in it. Where the library does
not lie beside the package, or is too old, :func:`open_session` gives None and the package does it.
"""

from __future__ import annotations

import ctypes
import os
from array import array
from collections.abc import Sequence
from functools import cache

from modelsearch.records.errors import EncoderError
from modelsearch.records.typed import Any

_VERSION = 17  #: of the table, as onnxruntime 1.17 has it
#: Places of functions in the table.
_ERROR_MESSAGE, _CREATE_ENV, _CREATE_SESSION, _RUN, _CREATE_OPTIONS = 2, 3, 7, 9, 10
_LOG_SEVERITY, _OPTIMISATION, _THREADS_WITHIN, _THREADS_BETWEEN = 22, 23, 24, 25
_CREATE_TENSOR, _TENSOR_DATA, _ELEMENT_COUNT, _SHAPE, _CPU_MEMORY = 49, 51, 64, 65, 69
_RELEASE_STATUS, _RELEASE_VALUE, _RELEASE_SHAPE, _CONFIGURE = 93, 96, 99, 130
_FATAL, _NOT_OPTIMISED, _ARENA, _DEFAULT_MEMORY, _INT64 = 4, 0, 0, 0, 7  #: values of its enums
_LIBRARY = "libonnxruntime."  #: what the name of its file begins with

_Pointer = ctypes.c_void_p
_Text = ctypes.c_char_p
_Int = ctypes.c_int


def open_session(graph: str, given: str, wanted: str) -> NativeSession | None:
    """Load a graph from a file, or return None where there is no library to load it with.

    ``given`` names its input (int64 ids, one row of them), ``wanted`` its output (float32).
    Raises EncoderError when the library refuses the graph.
    """
    table = _table()
    return None if table is None else NativeSession(table, graph, given, wanted)


class NativeSession:
    """A loaded graph, for one text at a time. Threads may share it; it is never unloaded."""

    def __init__(self, table: _Table, graph: str, given: str, wanted: str) -> None:
        self._table = table
        self._given = (_Text * 1)(given.encode())
        self._wanted = (_Text * 1)(wanted.encode())
        options = table.make(_CREATE_OPTIONS)
        table.call(_LOG_SEVERITY, (_Pointer, options), (_Int, _FATAL))
        # The graph was optimised when it was built, and packing weights pays off after ten texts.
        table.call(_OPTIMISATION, (_Pointer, options), (_Int, _NOT_OPTIMISED))
        table.call(_THREADS_WITHIN, (_Pointer, options), (_Int, 1))
        table.call(_THREADS_BETWEEN, (_Pointer, options), (_Int, 1))
        entry = ((_Text, b"session.disable_prepacking"), (_Text, b"1"))
        table.call(_CONFIGURE, (_Pointer, options), *entry)
        path = (_Text, os.fsencode(graph))
        self._session = table.make(
            _CREATE_SESSION, (_Pointer, _environment()), path, (_Pointer, options)
        )
        self._memory = table.make(_CPU_MEMORY, (_Int, _ARENA), (_Int, _DEFAULT_MEMORY))

    def run(self, ids: Sequence[int]) -> array[float]:
        """Return the numbers that the graph makes of the ids (float32)."""
        table, count = self._table, len(ids)
        data, shape = (ctypes.c_int64 * count)(*ids), (ctypes.c_int64 * 2)(1, count)
        tensor = table.make(
            _CREATE_TENSOR,
            (_Pointer, self._memory),
            (_Pointer, data),
            (ctypes.c_size_t, ctypes.sizeof(data)),
            (_Pointer, shape),
            (ctypes.c_size_t, 2),
            (_Int, _INT64),
        )
        output = _Pointer()
        try:
            table.call(
                _RUN,
                (_Pointer, self._session),
                (_Pointer, None),
                (_Pointer, self._given),
                (_Pointer, (_Pointer * 1)(tensor)),
                (ctypes.c_size_t, 1),
                (_Pointer, self._wanted),
                (ctypes.c_size_t, 1),
                (_Pointer, ctypes.byref(output)),
            )
            return self._numbers(output)
        finally:
            table.release(_RELEASE_VALUE, tensor)
            table.release(_RELEASE_VALUE, output)

    def _numbers(self, value: _Pointer) -> array[float]:
        shape = self._table.make(_SHAPE, (_Pointer, value))
        count = ctypes.c_size_t()
        self._table.call(_ELEMENT_COUNT, (_Pointer, shape), (_Pointer, ctypes.byref(count)))
        self._table.release(_RELEASE_SHAPE, shape)
        data = self._table.make(_TENSOR_DATA, (_Pointer, value))
        return array("f", ctypes.string_at(data, count.value * 4))


class _Table:
    """The library's functions by their place. Those that can fail return a status or nothing."""

    def __init__(self, functions: Any) -> None:
        self._functions = functions

    def make(self, place: int, *arguments: tuple[Any, Any]) -> _Pointer:
        """Call a function whose last argument is where it puts what it made; return that."""
        made = _Pointer()
        self.call(place, *arguments, (_Pointer, ctypes.byref(made)))
        return made

    def call(self, place: int, *arguments: tuple[Any, Any]) -> None:
        """Call a function with (type, value) pairs. Raises EncoderError with its own words."""
        types, values = [kind for kind, _ in arguments], [value for _, value in arguments]
        status = ctypes.CFUNCTYPE(_Pointer, *types)(self._functions[place])(*values)
        if status:
            message = ctypes.CFUNCTYPE(_Text, _Pointer)(self._functions[_ERROR_MESSAGE])(status)
            text = (message or b"").decode("utf-8", "replace")
            self.release(_RELEASE_STATUS, _Pointer(status))
            raise EncoderError(" ".join(text.split()))

    def release(self, place: int, made: _Pointer) -> None:
        """Call a function that frees what another made; nothing is freed for nothing."""
        ctypes.CFUNCTYPE(None, _Pointer)(self._functions[place])(made)


@cache
def _table() -> _Table | None:
    path = _library()
    if path is None:
        return None
    try:
        entrance = ctypes.CDLL(path).OrtGetApiBase
    except (OSError, AttributeError):
        return None
    entrance.restype = ctypes.POINTER(_Pointer)
    functions = ctypes.CFUNCTYPE(ctypes.POINTER(_Pointer), ctypes.c_uint32)(entrance()[0])(_VERSION)
    return _Table(functions) if functions else None


@cache
def _environment() -> _Pointer:
    """Return the library's surroundings, which all sessions of a process share."""
    table = _table()
    assert table is not None
    return table.make(_CREATE_ENV, (_Int, _FATAL), (_Text, b"modelsearch"))


def _library() -> str | None:
    """Return where onnxruntime's library lies, without importing the package."""
    from importlib.util import find_spec

    package = find_spec("onnxruntime")
    if os.name == "nt" or package is None or package.origin is None:
        return None  # Windows spells paths in another way
    folder = os.path.join(os.path.dirname(package.origin), "capi")
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return None
    found = [name for name in names if name.startswith(_LIBRARY)]
    return os.path.join(folder, found[0]) if found else None
