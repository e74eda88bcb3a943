"""ComfyUI's graphs: from the node that saves the picture back to what made it.

Thousands of node types exist, so that nothing depends on their names: links are followed from the
nodes that nothing else uses. The nearest node with a link called ``positive`` or ``negative`` is
the sampler whose prompts count (:mod:`modelsearch.sources.generators.comfyui_prompts`), and every
plain input on the way is a setting, nearest first.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from modelsearch.records.wordlists import word_set
from modelsearch.sources.generators.comfyui_editor import as_called
from modelsearch.sources.generators.comfyui_prompts import (
    MAX_NODES,
    ROLES,
    Node,
    Nodes,
    Prompts,
    asks,
    is_link,
    is_text_input,
    links,
)
from modelsearch.sources.generators.settings import (
    COMMENTS,
    Generation,
    generation,
    json_object,
)

_SAVERS = (
    "saveimage",
    "save image",
    "imagesave",
    "image save",
    "previewimage",
    "saveanimated",
    "videocombine",
    "savevideo",
)
_DULL = word_set("""
    filename_prefix filename path extension image upload images type device control_net_name
    strength scale delimiter separator
""")
#: What may come out of a node of its own: ``seed: ["12", 0]``.
_NUMBERS = word_set("""
    seed noise_seed steps cfg denoise guidance width height sampler_name scheduler ckpt_name
    unet_name
""")
_SEEDS = ("seed", "noise_seed")
_NAMES = {
    "cfg": "cfg scale",
    "sampler_name": "sampler",
    "noise_seed": "seed",
    "ckpt_name": "model",
    "unet_name": "model",
    "denoise": "denoising strength",
    "vae_name": "vae",
}
_LORA = re.compile(r"lora(?:_name)?(?:_\d+)?")
_PREFIX = re.compile(r"(?<!\s)\s*+(?:prompt|Prompt):(?=\s*\{)")


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the graph that was run, else that of the editor."""
    for key in ("prompt", *COMMENTS):
        graph = json_object(_PREFIX.sub("", texts.get(key, ""), count=1))
        if graph is None:
            continue
        inner = graph.get("prompt")  # savers of videos keep both graphs in one object
        inner = json_object(inner) if isinstance(inner, str) else inner
        found = read_graph(inner if isinstance(inner, dict) else graph)
        if found is not None:
            return found
    editor = json_object(texts.get("workflow"))
    return read_graph(as_called(editor)) if editor is not None else None


def read_graph(graph: Mapping[str, Any]) -> Generation | None:
    """Read a graph as it is called (``{"3": {"class_type": …, "inputs": {…}}}``); None for
    anything else.
    """
    nodes: dict[str, Node] = {
        str(key): node
        for key, node in list(graph.items())[:MAX_NODES]
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict) and "class_type" in node
    }
    if not nodes:
        return None
    order = list(_backwards(nodes))
    positive, negative = _prompts(nodes, order)
    return generation("ComfyUI", positive, negative, _settings(nodes, order), _NAMES)


def _prompts(nodes: Nodes, order: list[str]) -> tuple[str | None, str | None]:
    """Return the prompts of the nearest node that has a positive one; both of the same node."""
    prompts = Prompts(nodes)
    roles = [key for key in order if any(role in nodes[key]["inputs"] for role in ROLES)]
    for key in roles:
        positive, negative = (prompts.of(asks(nodes[key]["inputs"], role), role) for role in ROLES)
        if positive:
            return positive, negative
    if roles:
        return None, next(
            filter(
                None,
                (prompts.of(nodes[key]["inputs"].get("negative"), "negative") for key in roles),
            ),
            None,
        )
    for key in order:  # a guider without a negative
        positive = prompts.of(nodes[key]["inputs"].get("conditioning"), "positive")
        if positive:
            return positive, None
    own = (prompts.own_text(nodes[key]["inputs"], "positive") for key in order)
    return next(filter(None, own), None), None


def _settings(nodes: Nodes, order: list[str]) -> Iterator[tuple[str, Any]]:
    loras: dict[str, None] = {}
    for key in order:
        kind = str(nodes[key]["class_type"]).lower()
        inputs = nodes[key]["inputs"]
        noiseless = inputs.get("add_noise") in ("disable", False)
        for name, value in inputs.items():
            if noiseless and name in _SEEDS:
                continue  # it counts for nothing: the noise came from a sampler before
            if _LORA.fullmatch(name):
                loras.update(_lora(value))
            elif name in _NUMBERS and is_link(value):
                value = _number_behind(nodes, name, value)
            if isinstance(value, str | int | float) and _counts(name, kind):
                yield name, value
    if loras:
        yield "lora", ", ".join(loras)


def _counts(name: str, kind: str) -> bool:
    if name in _DULL or is_text_input(name) or _LORA.fullmatch(name):
        return False
    # The networks that enlarge, find faces or guide are not the one that painted.
    return not (name == "model_name" or (name in ("width", "height") and "latent" not in kind))


def _lora(value: object) -> dict[str, None]:
    if isinstance(value, dict):  # {"on": true, "lora": …, "strength": 1}
        value = value.get("lora") if value.get("on", True) else None
    known = isinstance(value, str) and value not in ("", "None")
    return {str(value): None} if known else {}


def _number_behind(nodes: Nodes, name: str, link: list[Any]) -> object:
    """Return the value of a node that holds nothing else, or one of the same name."""
    for _ in range(20):
        inputs = nodes.get(str(link[0]), {}).get("inputs", {})
        own = inputs.get(name, inputs.get("seed") if "seed" in name else None)
        plain = [one for one in inputs.values() if isinstance(one, str | int | float)]
        value = own if own is not None else plain[0] if len(plain) == 1 else None
        if value is None:
            ways = [one for one in inputs.values() if is_link(one)]
            value = ways[0] if len(ways) == 1 and not plain else None
        if not (isinstance(value, list) and is_link(value)):
            return value
        link = value
    return None


def _backwards(nodes: Nodes) -> Iterator[str]:
    """Yield nodes from the saver back, nearest first; without a saver, from nodes nobody uses."""
    used = {link for node in nodes.values() for link in links(node)}
    ends = [key for key in nodes if key not in used]
    kinds = {key: str(nodes[key]["class_type"]).lower() for key in ends}
    savers = [key for key, kind in kinds.items() if any(word in kind for word in _SAVERS)]
    waiting = deque(savers or ends or list(nodes)[:1])
    seen = set(waiting)
    while waiting:
        key = waiting.popleft()
        yield key
        for link in links(nodes[key]):
            if link in nodes and link not in seen:
                seen.add(link)
                waiting.append(link)
