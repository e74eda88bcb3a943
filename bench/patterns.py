"""Looks for regular expressions whose time grows faster than their input.

Every compiled pattern of the package, and every one written in a call, is run on texts made of its
own characters: each alone, in pairs, behind the pattern's beginning, repeated, with an end that
does not fit. What takes more than three times as long for twice the text, twice over, is named.

    python -m bench.patterns [part of the package, such as sources]
"""

from __future__ import annotations

import ast
import gc
import importlib
import re
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import modelsearch
from modelsearch.records.patterns import Lazy
from modelsearch.store.secrets.rules import rules

PACKAGE = Path(modelsearch.__file__).parent
_SIZES = (24, 250, 500, 1_000, 2_000, 4_000)  #: characters of the texts
_SUSPICIOUS_S = 0.005  #: of processor time; what is linear takes a tenth for the longest
_GROWTH = 2.8  #: of twice the text; 2 is linear, 4 quadratic
_TURNS = 5  #: in which what seems to grow is timed again
_MOST_ALPHABET = 10
_MOST_HEADS = 12
#: Patterns whose callers bound what they are given, and how.
BOUNDED = {
    "query/intent/differences.py _FORMS": "words that are one blank apart",
    "static/passages.py _WORDY": "the first 600 characters",
    "static/source/parsing.py _PRINT": "lines of at most 2,000 characters",
    "store/distrust.py _TAIL": "our own schema",
}
_COMPOUND = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT, sre.SUBPATTERN, sre.BRANCH)
_MODES = ("search", "match", "fullmatch")


@dataclass(frozen=True)
class Use:
    """A pattern, where it is compiled, and the ways in which it is run there."""

    pattern: re.Pattern[Any]
    where: str
    modes: tuple[str, ...]


def uses(below: str = "") -> list[Use]:
    """Return every pattern of the package, or of a part of it, each once."""
    found: dict[tuple[object, ...], Use] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        if not file.relative_to(PACKAGE).as_posix().startswith(below):
            continue
        for use in (*_of_file(file), *_of_secrets(file)):
            key = (use.pattern.pattern, use.pattern.flags, use.modes)
            found.setdefault(key, use)
    return list(found.values())


def _of_secrets(file: Path) -> Iterator[Use]:
    """The patterns that are written in a table rather than in a module."""
    if file.parts[-2:] == ("secrets", "rules.py"):
        for rule in rules():
            yield Use(rule.pattern, f"store/secrets/rules.tsv {rule.name}", ("search",))


def _of_file(file: Path) -> Iterator[Use]:
    source = file.read_text(encoding="utf-8")
    if "re" not in source or file.name == "__main__.py":
        return
    place = file.relative_to(PACKAGE).as_posix()
    name = "modelsearch." + place.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    try:
        module = importlib.import_module(name)
    except ImportError:  # of a library that is not installed
        return
    for variable, value in vars(module).items():
        for pattern in _inside(value, 0):
            yield Use(pattern, f"{place} {variable}", _modes(source, variable))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            written = node.args[0] if node.args else None
            if isinstance(written, ast.Constant) and isinstance(written.value, str | bytes):
                method = ast.unparse(node.func).removeprefix("re.")
                if method != "compile" and method != "escape":
                    modes = (method,) if method in _MODES else ("search",)
                    yield Use(re.compile(written.value), f"{place}:{node.lineno}", modes)


def _inside(value: object, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, Lazy):
        yield value.compiled
    elif isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for one in value.values():
            yield from _inside(one, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _inside(one, depth + 1)


def _modes(source: str, variable: str) -> tuple[str, ...]:
    """How a named pattern is run; all ways where that cannot be seen."""
    texts = (source,) if variable.startswith("_") else _sources()
    called = re.compile(rf"\b{re.escape(variable)}\.(\w+)\(")
    methods = {method for text in texts for method in called.findall(text)}
    methods &= {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
    modes = {one if one in _MODES else "search" for one in methods}
    return tuple(sorted(modes)) or ("search",)


@cache
def _sources() -> tuple[str, ...]:
    return tuple(file.read_text(encoding="utf-8") for file in sorted(PACKAGE.rglob("*.py")))


def texts(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (beginning, repeated, end) of texts that may be hard for a pattern."""
    written = pattern.pattern
    if isinstance(written, bytes):
        written = written.decode("latin-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(written, pattern.flags & ~re.DEBUG)
    letters: dict[str, None] = {}
    heads = {"": None}
    _letters(tree, letters)
    _heads(tree, heads)
    alphabet = list(letters)[:_MOST_ALPHABET] or ["a"]
    units = [*alphabet, *("".join(two) for two in product(alphabet[:5], repeat=2))]
    units += [head for head in list(heads)[:7] if head]
    for unit in dict.fromkeys(units):
        # Time may explode in a later part, behind a beginning that the earlier ones have taken.
        for head in list(heads)[: _MOST_HEADS if len(unit) == 1 else 3]:
            for end in ("\x00", ""):
                yield head, unit, end


def _letters(tree: Any, into: dict[str, None]) -> None:
    """Collect a letter of each kind that a pattern speaks of."""
    for kind, value in tree:
        if kind in (sre.LITERAL, sre.NOT_LITERAL):
            into.setdefault(chr(value) if kind is sre.LITERAL else "a")
        elif kind is sre.ANY:
            into.setdefault("a")
        elif kind is sre.IN:
            for what, inner in value:
                into.setdefault(_sample(what, inner))
        else:
            for part in _parts(value):
                _letters(part, into)


def _sample(what: Any, inner: Any) -> str:
    if what is sre.LITERAL:
        return chr(inner)
    if what is sre.RANGE:
        return chr(inner[0])
    samples = {
        sre.CATEGORY_DIGIT: "0",
        sre.CATEGORY_SPACE: " ",
        sre.CATEGORY_WORD: "w",
        sre.CATEGORY_NOT_SPACE: "x",
        sre.CATEGORY_NOT_WORD: "-",
        sre.CATEGORY_NOT_DIGIT: "y",
    }
    return samples.get(inner, "a") if what is sre.CATEGORY else "b"


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _parts(one)


def _heads(tree: Any, into: dict[str, None]) -> None:
    """Collect short texts that a pattern's parts begin with."""
    text = ""
    for kind, value in tree:
        if kind is sre.LITERAL:
            text += chr(value)
        elif kind is sre.IN:
            text += _sample(*value[0]) if value[0][0] is not sre.NEGATE else "b"
        elif kind in _COMPOUND:
            for part in _parts(value):
                _heads(part, into)
            inner: dict[str, None] = {}
            for part in _parts(value):
                _letters(part, inner)
            text += next(iter(inner), "")
        if 0 < len(text) <= 12:
            into.setdefault(text)


def grows(use: Use) -> tuple[str, str, str, list[float]] | None:
    """Return (beginning, repeated, end, times) of a text on which a pattern's time explodes."""
    for mode in use.modes:
        for text in texts(use.pattern):
            times: list[float] = []
            for size in _SIZES:
                times.append(_time(use, mode, text, size))
                if times[-1] > _SUSPICIOUS_S:
                    break
            else:
                continue
            if _confirmed(use, mode, text, _SIZES[len(times) - 1]):
                return (*text, times)
    return None


def _confirmed(use: Use, mode: str, text: tuple[str, str, str], size: int) -> bool:
    """Return whether the time grows faster than the size, from a quarter of it to all of it.

    Taken in turns, the shortest of several times each, so that whatever else the machine does falls
    on both. The shortest text has no quarter: it takes long or does not.
    """
    quarter, whole = (
        min(times)
        for times in zip(
            *(
                [_time(use, mode, text, length) for length in (size // 4, size)]
                for _ in range(_TURNS)
            ),
            strict=True,
        )
    )
    slow = whole > _SUSPICIOUS_S / 2
    return slow and (size == _SIZES[0] or whole > _GROWTH**2 * quarter)


def _time(use: Use, mode: str, text: tuple[str, str, str], length: int) -> float:
    """Return the processor time of this thread, without that of a garbage collection of all that
    the process holds.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _time_alone(use, mode, text, length)
    finally:
        if collecting:
            gc.enable()


def _time_alone(use: Use, mode: str, text: tuple[str, str, str], length: int) -> float:
    head, unit, end = text
    made: Any = head + unit * (length // len(unit)) + end
    if isinstance(use.pattern.pattern, bytes):
        made = made.encode("utf-8", "replace")
    started = time.thread_time()
    if mode == "search":
        at = 0
        while at <= len(made) and (found := use.pattern.search(made, at)):
            if time.thread_time() > started + 2:
                break
            at = max(found.end(), at + 1)  # as finditer and sub go on
    else:
        getattr(use.pattern, mode)(made)
    return time.thread_time() - started


def main() -> None:
    """Print the patterns that explode."""
    every = uses(sys.argv[1] if len(sys.argv) > 1 else "")
    bad = 0
    for use in every:
        found = None if use.where in BOUNDED else grows(use)
        if found:
            bad += 1
            head, unit, end, times = found
            shown = " ".join(f"{one * 1000:.1f}" for one in times)
            print(f"{use.where}: {head!r} + {unit!r} * n + {end!r}: {shown} ms", flush=True)
    print(f"{len(every)} patterns, {bad} grow faster than their input")


if __name__ == "__main__":
    main()
