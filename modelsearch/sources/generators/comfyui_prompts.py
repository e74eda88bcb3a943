"""Prompts of a ComfyUI graph: the texts behind a link, in the role in which it is used.

A node that has inputs called ``positive`` and ``negative`` hands each on: by the place of its
output where it does nothing else, by the role of the asking input where it hands on more. What
combines prompts gives all of them, what empties a prompt gives none, and a role that no text
fills stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

MAX_NODES = 2_000
_MAX_DEPTH = 60
ROLES = ("positive", "negative")
#: Names of the two inputs that a node may have for the two roles.
_PAIRS = (
    ROLES,
    ("text_positive", "text_negative"),
    ("positive_prompt", "negative_prompt"),
    ("prompt_positive", "prompt_negative"),
    ("cond_positive", "cond_negative"),
)
#: Names of the input of a sampler or guider for each role, the usual one first.
_ASKING = {"positive": ("positive", "cond1"), "negative": ("negative",)}
_TEXT_INPUT = re.compile(
    r"(?:input_?)?(?:text|string|str|prompt|value|wildcard_text|populated_text|t5xxl|clip_[lg]|"
    r"llama|bert|mt5xl|gemma|qwen\w*)(?:_?(?:[a-z]|\d{1,2}))?",
    re.IGNORECASE,
)
_CARRIERS = re.compile(r"(?:base_ctx|ctx_\d+|context|pipe|sdxl_tuple)$")
_CONDITIONING = re.compile(r"cond", re.IGNORECASE)
#: Inputs that carry no prompt.
_OTHERS = re.compile(
    r"clip|model|vae|images?|pixels|masks?|latents?|latent_image|samples|control_?net\w*|"
    r"style_model|clip_vision\w*|seed|noise|sigmas|sampler|seed|steps|cfg|denoise|width|height|"
    r"\w*_opt",
    re.IGNORECASE,
)

Node = dict[str, Any]
Nodes = Mapping[str, Node]


def is_link(value: object) -> bool:
    """Return whether an input is a link: a node's key and the place of its output."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str | int)


def links(node: Node) -> Iterator[str]:
    """Yield the keys of the nodes that a node's inputs come from."""
    return (str(value[0]) for value in node["inputs"].values() if is_link(value))


def is_text_input(name: str) -> bool:
    """Return whether an input of this name holds prose."""
    return _TEXT_INPUT.fullmatch(name) is not None or any(name in pair for pair in _PAIRS)


def asks(inputs: Mapping[str, Any], role: str) -> object:
    """Return the input of a sampler or guider that takes what plays a role, None without one."""
    return next((inputs[name] for name in _ASKING[role] if name in inputs), None)


class Prompts:
    """Finds texts behind links of one graph."""

    def __init__(self, nodes: Nodes) -> None:
        """Take the nodes by their keys."""
        self._nodes = nodes
        self._asked: set[tuple[str, object, str]] = set()

    def of(self, value: object, role: str) -> str | None:
        """Return the texts behind an input that is used as ``positive`` or ``negative``, a line
        each.
        """
        self._asked = set()
        return "\n".join(dict.fromkeys(self._behind(value, role, 0))) or None

    def own_text(self, inputs: Mapping[str, Any], role: str) -> str | None:
        """Return the texts of a node's own inputs."""
        self._asked = set()
        return "\n".join(dict.fromkeys(self._texts(inputs, role, 0))) or None

    def _behind(self, value: object, role: str, depth: int) -> list[str]:
        if isinstance(value, str):
            return [value.strip()] if value.strip() else []
        if not (isinstance(value, list) and is_link(value)) or depth > _MAX_DEPTH:
            return []
        key, place = str(value[0]), value[1]
        node = self._nodes.get(key)
        asked = (key, str(place), role)
        if node is None or asked in self._asked:
            return []
        self._asked.add(asked)
        if "zeroout" in str(node["class_type"]).lower().replace("_", ""):
            return []
        return self._from_node(node["inputs"], place, role, depth + 1)

    def _from_node(
        self, inputs: Mapping[str, Any], place: object, role: str, depth: int
    ) -> list[str]:
        for pair in _PAIRS:
            if any(name in inputs for name in pair):
                name = pair[_role_of_output(inputs, pair, place, role)]
                if name in inputs:
                    return self._behind(inputs[name], _role(pair, name), depth)
                return self._first(_named(inputs, _CARRIERS), role, depth)
        texts = self._texts(inputs, role, depth)
        conditionings = list(_named(inputs, _CONDITIONING))
        if texts:  # a text of a part of the picture stands beside that of the whole
            whole = [text for one in conditionings for text in self._behind(one, role, depth)]
            return [*whole, *texts]
        chosen = _chosen(inputs)
        if chosen is not None:
            return self._behind(chosen, role, depth)
        if conditionings:
            return [text for one in conditionings for text in self._behind(one, role, depth)]
        others = (
            value
            for name, value in inputs.items()
            if is_link(value) and not _OTHERS.fullmatch(name)
        )
        return self._first(others, role, depth)

    def _first(self, values: Iterator[Any], role: str, depth: int) -> list[str]:
        return next(filter(None, (self._behind(one, role, depth) for one in values)), [])

    def _texts(self, inputs: Mapping[str, Any], role: str, depth: int) -> list[str]:
        """Return the texts that a node holds or is given; joined where it says by what."""
        names = [name for name in inputs if _TEXT_INPUT.fullmatch(name)]
        if "populated_text" in names:  # what became of the wildcards
            names = ["populated_text"]
        texts = [text for name in names for text in self._behind(inputs[name], role, depth)]
        between = inputs.get("delimiter", inputs.get("separator"))
        if isinstance(between, str) and len(texts) > 1:
            return [between.replace("\\n", "\n").join(texts)]
        return list(dict.fromkeys(texts))


def _role_of_output(
    inputs: Mapping[str, Any], pair: tuple[str, str], place: object, role: str
) -> int:
    """Say which of a node's two prompts comes out at a place: 0 the positive, 1 the negative."""
    both = all(name in inputs for name in pair)
    # A node that takes a model or holds a checkpoint gives these out first.
    alone = not any(name in inputs for name in ("model", "ckpt_name", "base_ctx", "basic_pipe"))
    if both and alone and place in (0, 1):
        return int(str(place))
    return ROLES.index(role)


def _role(pair: tuple[str, str], name: str) -> str:
    return ROLES[pair.index(name)]


def _named(inputs: Mapping[str, Any], names: re.Pattern[str]) -> Iterator[Any]:
    return (value for name, value in inputs.items() if is_link(value) and names.search(name))


def _chosen(inputs: Mapping[str, Any]) -> object:
    """Return the input that a switch is set to, or None."""
    number = next(
        (
            inputs[name]
            for name in ("select", "index", "Input", "switch")
            if type(inputs.get(name)) is int
        ),
        None,
    )
    if number is None:
        return None
    fits = (
        value
        for name, value in inputs.items()
        if is_link(value) and re.search(rf"(?:^|\D){number}$", name)
    )
    return next(fits, None)
