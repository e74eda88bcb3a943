"""JSON on the way of a question: the data files of this package, lists for ``json_each``, answers.

Importing ``json`` compiles the regular expressions of its slower reader and writer, together two of
the fifty milliseconds of a plain question. What is read and written here needs none of them, so
that they are paid by the first text of someone else's. The parts in C are the ones that ``json``
itself is made of; a Python without them takes ``json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class _Plainly:
    """How values are read: as ``json.loads`` does without options."""

    strict = True
    object_hook = object_pairs_hook = parse_constant = None
    parse_float, parse_int = float, int


def shipped_json(text: str) -> Any:
    """Return what a data file of this package, or a line of one, says in JSON; nothing stands
    before or after it. For texts that anybody may have written there is ``json``.
    """
    return _scanner()(text, 0)[0]


def value_of_json(text: str) -> Any:
    """Return what a text says in JSON, as ``json.loads`` does. Raises ValueError where it says
    nothing; RecursionError where it is nested too deeply.
    """
    said = text.strip(" \t\n\r")
    try:
        value, end = _scanner()(said, 0)
    except StopIteration as error:
        raise ValueError(f"no value at character {error.value}") from None
    if end != len(said):
        raise ValueError(f"more than one value, the second at character {end}")
    return value


def texts_json(texts: Iterable[str]) -> str:
    """Return texts as a list in JSON, which a statement takes apart by ``json_each``."""
    return f"[{','.join(map(_writer(), texts))}]"


def numbers_json(numbers: Iterable[int]) -> str:
    """Return whole numbers as a list in JSON, which a statement takes apart by ``json_each``."""
    return f"[{','.join(map(str, map(int, numbers)))}]"


def value_json(value: object, indent: int | None = None) -> str:
    """Return what ``json.dumps`` gives for a value with characters as themselves, and ``indent``
    spaces more for each level, where given.

    What JSON lacks becomes what it has: not-a-number and the infinities null, bytes their digits
    in base 16, other iterables lists, all else its text.
    """
    return _lines(value, "" if indent is None else "\n", " " * (indent or 0))


def _lines(value: object, line: str, step: str) -> str:
    """Return a value whose first line is begun; ``line`` begins the others of its own level."""
    if isinstance(value, str):
        return _quoter()(value)
    if value is None or isinstance(value, bool | int | float):
        return _scalar(value)
    if isinstance(value, bytes):
        return _quoter()(value.hex())
    inner = line + step
    between = f",{inner}" if line else ", "
    if isinstance(value, Mapping):
        said = [f"{_key(key)}: {_lines(one, inner, step)}" for key, one in value.items()]
        return f"{{{inner}{between.join(said)}{line}}}" if said else "{}"
    if not isinstance(value, Iterable):
        return _quoter()(str(value))
    said = [_lines(one, inner, step) for one in value]
    return f"[{inner}{between.join(said)}{line}]" if said else "[]"


def _scalar(value: bool | float | None) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return int.__repr__(value)
    return float.__repr__(value) if abs(value) < float("inf") else "null"


def _key(key: object) -> str:
    said = key if isinstance(key, str) else _lines(key, "", "")
    return _quoter()(said)


@cache
def _scanner() -> Callable[[str, int], tuple[Any, int]]:
    """What reads the value that begins at a character, and gives the one behind it. Raises
    StopIteration where none begins.
    """
    try:
        from _json import make_scanner
    except ImportError:
        from json import JSONDecoder

        decoder: Any = JSONDecoder()
        return decoder.scan_once  # type: ignore[no-any-return]
    plainly: Any = _Plainly
    scanner: Callable[[str, int], tuple[Any, int]] = make_scanner(plainly)
    return scanner


@cache
def _quoter() -> Callable[[str], str]:
    """What writes a text with its characters as themselves."""
    try:
        from _json import encode_basestring
    except ImportError:
        from json import JSONEncoder

        return JSONEncoder(ensure_ascii=False).encode
    written: Callable[[str], str] = encode_basestring
    return written


@cache
def _writer() -> Callable[[str], str]:
    try:
        from _json import encode_basestring_ascii
    except ImportError:
        import json

        return json.dumps
    written: Callable[[str], str] = encode_basestring_ascii
    return written
