"""ComfyUI's graphs: from the node that saves the picture back to what made it.

Hundreds of node types exist, so that nothing depends on their names: links are followed from the
nodes that nothing else uses, prompts are the texts behind links called ``positive`` and
``negative``, and every plain input on the way is a setting, nearest first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_MAX_NODES = 2_000
_TEXTS = ("text", "text_g", "text_l", "t5xxl", "clip_l", "prompt", "string", "value",
          "wildcard_text", "populated_text", "positive", "string_a", "string_b")  # fmt: skip
_SAVERS = ("saveimage", "save image", "imagesave", "image save", "previewimage", "saveanimated")
_DULL = frozenset({"filename_prefix", "filename", "path", "extension", "image", "upload", "text",
                   "images", "type", "device"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Graph:
    """What a graph says: the prompts and the plain inputs on the way to the saved picture."""

    prompt: str | None
    negative_prompt: str | None
    settings: tuple[tuple[str, Any], ...]


def read_graph(graph: Mapping[str, Any]) -> Graph | None:
    """Read an API graph (``{"3": {"class_type": …, "inputs": {…}}}``); None for anything else."""
    nodes = {
        str(key): node
        for key, node in list(graph.items())[:_MAX_NODES]
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict) and "class_type" in node
    }
    if not nodes:
        return None
    order = list(_backwards(nodes))
    settings: list[tuple[str, Any]] = []
    positive = negative = None
    for key in order:
        inputs = nodes[key]["inputs"]
        positive = positive or _text_behind(nodes, inputs.get("positive"))
        negative = negative or _text_behind(nodes, inputs.get("negative"))
        settings += [
            (name, value)
            for name, value in inputs.items()
            if name not in _DULL and name not in _TEXTS and isinstance(value, str | int | float)
        ]
    if positive is None:
        positive = next(filter(None, (_own_text(nodes[key]["inputs"]) for key in order)), None)
    return Graph(positive, negative, tuple(settings))


def _backwards(nodes: Mapping[str, Any]) -> Iterator[str]:
    """Yield nodes from the saver back, nearest first; without a saver, from nodes nobody uses."""
    used = {link for node in nodes.values() for link in _links(node)}
    ends = [key for key in nodes if key not in used]
    kinds = {key: str(nodes[key]["class_type"]).lower() for key in ends}
    savers = [key for key, kind in kinds.items() if any(word in kind for word in _SAVERS)]
    waiting = deque(savers or ends or list(nodes)[:1])
    seen = set(waiting)
    while waiting:
        key = waiting.popleft()
        yield key
        for link in _links(nodes[key]):
            if link in nodes and link not in seen:
                seen.add(link)
                waiting.append(link)


def _links(node: Mapping[str, Any]) -> Iterator[str]:
    for value in node["inputs"].values():
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str | int):
            yield str(value[0])


def _text_behind(nodes: Mapping[str, Any], link: object) -> str | None:
    """Return the first text on the way back from a link; a plain string stands for itself."""
    if isinstance(link, str):
        return link.strip() or None
    waiting = deque([str(link[0])] if isinstance(link, list) and link else [])
    seen: set[str] = set()
    while waiting and len(seen) < _MAX_NODES:
        key = waiting.popleft()
        if key in seen or key not in nodes:
            continue
        seen.add(key)
        text = _own_text(nodes[key]["inputs"])
        if text:
            return text
        waiting.extend(_links(nodes[key]))
    return None


def _own_text(inputs: Mapping[str, Any]) -> str | None:
    texts = [inputs[name].strip() for name in _TEXTS
             if isinstance(inputs.get(name), str) and inputs[name].strip()]  # fmt: skip
    return "\n".join(dict.fromkeys(texts)) or None
