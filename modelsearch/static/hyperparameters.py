"""Other literal settings of a script: option defaults, configuration values, named constants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelsearch.records import NamedFact
from modelsearch.static.evaluator import Evaluator, place_of
from modelsearch.static.facts import fact
from modelsearch.static.values import Abstract, Const, Instance, Map, Seq, first

_MAX = 80
_MAX_TEXT = 120


def read_hyperparameters(evaluator: Evaluator) -> list[NamedFact]:
    """The settings, each name once, in order of the file."""
    machine = evaluator.machine
    main = evaluator.program.main
    found: dict[str, NamedFact] = {}
    scope = machine.globals.get(main.path)
    tables: list[dict[str, Abstract]] = [scope.names] if scope else []
    tables.extend(machine.outer_scopes)
    for table in tables:
        for name, value in list(table.items()):
            for label, each in _settings(name, value):
                made = _named(label, each)
                if made is not None and label not in found and len(found) < _MAX:
                    found[label] = made
    return list(found.values())


def _settings(name: str, value: Abstract) -> Iterator[tuple[str, Abstract]]:
    """What one name holds: a constant, or the entries of a configuration."""
    if name.startswith("_") or name in ("self", "cls"):
        return
    head = first(value)
    if isinstance(head, Const):
        yield name, head
    elif isinstance(head, Map) and (head.namespace or name.lower().endswith(_CONFIGS)):
        yield from _entries(head.items, 0)
    elif isinstance(head, Instance) and name.lower().endswith(_CONFIGS):
        yield from _entries(head.attrs, 0)


_CONFIGS = ("config", "cfg", "args", "params", "hparams", "opt", "hp", "conf", "options", "settings",
            "hyperparameters", "flags")  # fmt: skip


def _entries(items: dict[Any, Abstract], depth: int) -> Iterator[tuple[str, Abstract]]:
    for key, value in list(items.items())[:100]:
        if not isinstance(key, str) or key.startswith(("_", "<")):
            continue
        head = first(value)
        if isinstance(head, Const | Seq):
            yield key, head
        elif isinstance(head, Map) and depth < 2:
            yield from _entries(head.items, depth + 1)


def _named(name: str, value: Abstract) -> NamedFact | None:
    if not isinstance(value, Const) or not value.places or value.value is None:
        return None
    plain = value.value
    if isinstance(plain, bytes) or (isinstance(plain, str) and not 0 < len(plain) <= _MAX_TEXT):
        return None
    made = fact(plain, place_of(value))
    return NamedFact(name, made) if made is not None else None
