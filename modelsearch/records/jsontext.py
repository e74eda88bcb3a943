"""JSON on the way of a question: the data files of this package, and lists for ``json_each``.

Importing ``json`` compiles the regular expressions of its slower reader and writer, together two of
the fifty milliseconds of a plain question. What is read and written here needs none of them, so
that they are paid by the first text of someone else's. The parts in C are the ones that ``json``
itself is made of; a Python without them takes ``json``.
"""

from __future__ import annotations

from functools import cache

from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class _Plainly:
    """How values are read: as ``json.loads`` does without options."""

    strict = True
    object_hook = object_pairs_hook = parse_constant = None
    parse_float, parse_int = float, int


def shipped_json(text: str) -> Any:
    """Return what a data file of this package, or a line of one, says in JSON; nothing stands
    before or after it. For texts that anybody may have written there is ``json``.
    """
    return _reader()(text)


def texts_json(texts: Iterable[str]) -> str:
    """Return texts as a list in JSON, which a statement takes apart by ``json_each``."""
    return f"[{','.join(map(_writer(), texts))}]"


def numbers_json(numbers: Iterable[int]) -> str:
    """Return whole numbers as a list in JSON, which a statement takes apart by ``json_each``."""
    return f"[{','.join(map(str, map(int, numbers)))}]"


@cache
def _reader() -> Callable[[str], Any]:
    try:
        from _json import make_scanner
    except ImportError:
        import json

        return json.loads
    plainly: Any = _Plainly
    scan = make_scanner(plainly)
    return lambda text: scan(text, 0)[0]


@cache
def _writer() -> Callable[[str], str]:
    try:
        from _json import encode_basestring_ascii
    except ImportError:
        import json

        return json.dumps
    written: Callable[[str], str] = encode_basestring_ascii
    return written
