"""Techniques: what is done beside the plain architecture, told by layers, calls and names.

The signs are data (``vocabulary/signs.json``): kinds of layers, last names of calls, keyword
arguments (with the values that count) and patterns over the identifiers of code that is reached.
A sign with ``needs`` counts only where an identifier fits that pattern too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from modelsearch.records import Evidence, Fact
from modelsearch.static.features import Scene
from modelsearch.static.networks import Network
from modelsearch.static.values import constant

_SIGNS = Path(__file__).parent.parent / "vocabulary" / "signs.json"


@dataclass(frozen=True, slots=True)
class Sign:
    """How one technique shows in code."""

    name: str
    kinds: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    dotted: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()
    values: dict[str, list[Any]] = field(default_factory=dict)
    names: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None


@cache
def signs() -> tuple[Sign, ...]:
    """Return the shipped signs."""
    entries = json.loads(_SIGNS.read_text(encoding="utf-8"))
    return tuple(
        Sign(
            entry["name"],
            frozenset(entry.get("kinds", ())),
            frozenset(entry.get("calls", ())),
            frozenset(entry.get("dotted", ())),
            frozenset(entry.get("keywords", ())),
            entry.get("values", {}),
            re.compile(entry["names"]) if "names" in entry else None,
            re.compile(entry["needs"]) if "needs" in entry else None,
        )
        for entry in entries
    )


def read_techniques(scene: Scene, network: Network, families: set[str]) -> list[Fact]:
    """Return the techniques that the reached code shows, each with its first evidence."""
    names = dict(_identifiers(scene))
    found = []
    for sign in signs():
        if sign.needs is not None and not any(map(sign.needs.search, names)):
            continue
        where = _by_layer(sign, network) or _by_call(sign, scene) or _by_name(sign, names)
        if where is not None and sign.name not in families:
            found.append(Fact(sign.name, where))
    return found


def _by_layer(sign: Sign, network: Network) -> Evidence | None:
    return next((layer.evidence for layer in network.layers if layer.kind in sign.kinds), None)


def _by_call(sign: Sign, scene: Scene) -> Evidence | None:
    for record in scene.evaluator.calls():
        if record.last in sign.calls or (record.name in sign.dotted):
            return record.evidence
        for name, value in record.kwargs.items():
            plain = constant(value)
            if name in sign.keywords and plain not in (None, False, 0):
                return record.evidence
            if plain is not None and name in sign.values and plain in sign.values[name]:
                return record.evidence
    return None


def _by_name(sign: Sign, names: dict[str, Evidence]) -> Evidence | None:
    if sign.names is None:
        return None
    return next((where for name, where in names.items() if sign.names.search(name)), None)


def _identifiers(scene: Scene) -> Iterator[tuple[str, Evidence]]:
    """Names and attributes of the reached code and classes that are made; first places count."""
    seen: set[str] = set()
    for instance in scene.evaluator.instances():
        info = instance.klass.info
        if info.name not in seen:
            seen.add(info.name)
            yield info.name, scene.program.evidence(info.module, info.node)
    for features in scene.functions:
        for name, node in features.names.items():
            if name not in seen:
                seen.add(name)
                yield name, scene.program.evidence(features.module, node)
