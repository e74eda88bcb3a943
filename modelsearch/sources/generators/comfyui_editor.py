"""ComfyUI's graph as the editor saves it, turned into the graph as it is called.

The editor keeps the values of a node's widgets as a bare list. Their names come from the inputs
that stand for widgets, else from a table of the common nodes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from modelsearch.records.datafiles import read_text

_MOST = 10_000  #: nodes or links that are looked at
_MUTED, _BYPASSED = 2, 4
#: The editor's own widget behind each seed; it is no input.
_AFTER_SEED = frozenset({"fixed", "increment", "decrement", "randomize"})
_SEEDS = ("seed", "noise_seed")
_NOTES = frozenset({"Note", "MarkdownNote"})


def as_called(editor: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{"3": {"class_type": …, "inputs": {…}}}``; empty for anything but a graph."""
    listed = editor.get("nodes")
    nodes = {
        str(one.get("id")): one
        for one in _list(listed)
        if isinstance(one, dict) and isinstance(one.get("type"), str)
    }
    origins = dict(_origins(editor.get("links")))
    graph = _Graph(nodes, origins)
    return {
        key: {"class_type": node["type"], "inputs": {**_widgets(node), **graph.links_of(node)}}
        for key, node in nodes.items()
        if node.get("mode") not in (_MUTED, _BYPASSED) and node["type"] not in _NOTES
    }


def _origins(listed: object) -> Iterator[tuple[object, tuple[str, object]]]:
    """Yield each link's number with the node and the place that it comes from."""
    for one in _list(listed):
        if isinstance(one, list) and len(one) >= 5 and isinstance(one[0], int):
            yield one[0], (str(one[1]), one[2])
        elif isinstance(one, dict) and isinstance(one.get("id"), int):
            yield one["id"], (str(one.get("origin_id")), one.get("origin_slot"))


class _Graph:
    """Follows links through nodes that do nothing: bypassed ones, and pairs of set and get."""

    def __init__(
        self, nodes: Mapping[str, Any], origins: Mapping[object, tuple[str, object]]
    ) -> None:
        self._nodes = nodes
        self._origins = origins
        self._set = {
            _first_value(node): node
            for node in nodes.values()
            if node["type"] in ("SetNode", "easy setNode")
        }

    def links_of(self, node: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for one in _inputs(node):
            link = self._origin(one.get("link"), one.get("type"))
            if link is not None:
                found[str(one.get("name", ""))] = link
        return found

    def _origin(self, number: object, kind: object) -> list[Any] | None:
        for _ in range(50):
            if not isinstance(number, int) or number not in self._origins:
                return None
            key, place = self._origins[number]
            node = self._nodes.get(key)
            if node is None:
                return None
            if node["type"] in ("GetNode", "easy getNode"):
                node = self._set.get(_first_value(node))
            elif node.get("mode") != _BYPASSED:
                return [key, place]
            ways = [one for one in _inputs(node or {}) if one.get("link") is not None]
            same = [one for one in ways if one.get("type") == kind] or ways[:1]
            number = same[0].get("link") if same else None
        return None


def _inputs(node: Mapping[str, Any]) -> list[Any]:
    return [one for one in _list(node.get("inputs")) if isinstance(one, dict)]


def _widgets(node: Mapping[str, Any]) -> dict[str, Any]:
    values = node.get("widgets_values")
    if isinstance(values, dict):
        return {str(name): value for name, value in values.items() if not isinstance(value, list)}
    if not isinstance(values, list):
        return {}
    own = [
        str(one["widget"].get("name"))
        for one in _inputs(node)
        if isinstance(one.get("widget"), dict)
    ]
    names = _known().get(str(node["type"])) or (own if len(own) >= len(values) - 1 else None)
    if names is None:
        texts = [value for value in values if isinstance(value, str) and len(values) == 1]
        return {"text": texts[0]} if texts else {}
    return dict(_paired(names, values))


def _paired(names: list[str], values: list[Any]) -> Iterator[tuple[str, Any]]:
    at = 0
    for name in names:
        if at >= len(values):
            return
        if not isinstance(values[at], list):
            yield name, values[at]
        at += 1
        if name in _SEEDS and at < len(values) and values[at] in _AFTER_SEED:
            at += 1


def _list(value: object) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _first_value(node: Mapping[str, Any]) -> str:
    values = node.get("widgets_values")
    return str(values[0]) if isinstance(values, list) and values else ""


@cache
def _known() -> dict[str, list[str]]:
    """Return the widgets of common nodes, in the order of their values."""
    table: dict[str, list[str]] = json.loads(read_text(__file__, "comfyui_widgets.json"))
    return table
