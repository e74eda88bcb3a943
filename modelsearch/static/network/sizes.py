"""Sizes of the trained network: depth, hidden sizes, heads, latent size, image size.

Sizes come from the layer calls themselves and, for what no layer shows (latent size, diffusion
steps), from names of reached code that hold one known number. A size that alternatives disagree
about is left out.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, Fact, NamedFact
from modelsearch.records.datafiles import read_text
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Seq, first, number
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.networks import Layer, Network
from modelsearch.static.network.scene import under
from modelsearch.static.network.weights import whole
from modelsearch.static.training.facts import number_fact
from modelsearch.vocabulary.roles import role

_WIDTH_FIRST = role("width first")
_STACKED = role("layers in one")

_RESIZES = ("Resize", "CenterCrop", "RandomResizedCrop", "RandomCrop", "Resizing", "Scale")


def _pair(value: Abstract | None) -> int | None:
    """A size given as ``64`` or as ``(64, 64)``."""
    head = first(value)
    if isinstance(head, Seq) and head.items:
        sides = [whole(item) for item in head.items[:2]]
        return sides[0] if len(set(sides)) == 1 else None
    return whole(value)


class _Facts:
    """Facts by name; the first that is stated stays."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.found: dict[str, Fact] = {}

    def size(self, name: str, value: Abstract | None, at: Evidence) -> None:
        """Enter a whole number (one side of an equal pair) with the line of its literal.

        What is computed, or stands nowhere by itself, is said to be so; ``at`` is then its place.
        """
        head = first(value)
        if isinstance(head, Seq):
            value = head.items[0] if _pair(head) is not None else None
        if whole(value) is not None:
            self.enter(name, number_fact(value, whole=True) or Fact(_known(value), at, _COMPUTED))

    def add(
        self, name: str, value: int | str | None, at: Evidence, note: str | None = None
    ) -> None:
        """Enter a value unless it is unknown."""
        if value is not None:
            self.enter(name, Fact(value, at, note))

    def enter(self, name: str, fact: Fact) -> None:
        """Enter a fact unless the name is taken."""
        self.found.setdefault(name, fact)


_COMPUTED = "computed"
_JOINED = "computed from the sizes of several layers"


def _known(value: Abstract | None) -> int:
    return whole(value) or 0


def _joined(values: list[int]) -> int | str:
    """One number, or the distinct ones in order as text."""
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else ", ".join(map(str, distinct))


def _recurrent(network: Network, facts: _Facts) -> None:
    for layer in network.of("lstm", "gru", "rnn"):
        position = 1 if layer.inputs_first else 0
        size = layer.argument(position, "hidden_size", "units", "num_units", "features")
        facts.size("hidden_size", size, layer.evidence)
        if _STACKED.begins(layer.name):
            facts.size("layers", layer.argument(2, "num_layers"), layer.evidence)


def _attention(network: Network, facts: _Facts) -> None:
    for layer in network.of("transformer"):
        last = layer.name.rpartition(".")[2]
        if last.endswith("Layer") or last == "Transformer":
            facts.size("hidden_size", layer.argument(0, "d_model"), layer.evidence)
            facts.size("heads", layer.argument(1, "nhead"), layer.evidence)
        if last == "Transformer":
            facts.size("layers", layer.argument(2, "num_encoder_layers"), layer.evidence)
        elif not last.endswith("Layer"):
            facts.size("layers", layer.argument(1, "num_layers"), layer.evidence)
    for layer in network.of("attention"):
        position = 1 if _WIDTH_FIRST.begins(layer.name) else 0
        facts.size("heads", layer.argument(position, "num_heads"), layer.evidence)


def _convolutions(network: Network, facts: _Facts) -> None:
    sizes, where = [], None
    for layer in network.of("conv", "conv_transpose"):
        position = 2 if layer.inputs_first else 1
        size = _pair(layer.argument(position, "kernel_size"))
        if size is not None:
            sizes.append(size)
            where = where or layer.evidence
    if where is not None:
        facts.add("kernel_size", _joined(sizes), where, _JOINED)


def _dense(network: Network, families: set[str], facts: _Facts) -> None:
    layers = network.of("linear")
    outs = [size for layer in layers if (size := whole(layer.outputs)) is not None]
    if families != {"MLP"} or not len(outs) == len(layers) >= 2:
        return
    if len(outs) == 2:
        facts.size("hidden_size", layers[0].outputs, layers[0].evidence)
    facts.add("hidden_size", ", ".join(map(str, outs[:-1])), layers[0].evidence, _JOINED)
    facts.add("layers", len(layers), layers[0].evidence, "computed: the dense layers counted")


#: Attributes that hold embeddings of something else than tokens.
_NO_TOKENS = re.compile(
    r"(?i)time|step|^t(_|$|emb)|label|class|cond|^y|pos|^wpe$|context|user|item"
)


def _token_embeddings(network: Network) -> list[Layer]:
    """Return the embeddings that are not kept under the name of a time, a label or a position."""
    others = {
        id(held.at.node)
        for instance in network.instances
        for name, value in instance.attrs.items()
        if _NO_TOKENS.search(name) and isinstance(held := first(value), Call)
    }
    return [layer for layer in network.of("embedding") if id(layer.node) not in others]


def _embedding(network: Network, families: set[str], facts: _Facts) -> None:
    if under("Diffusion", "GAN", "VAE", "Reinforcement learning") & families:
        return
    for layer in _token_embeddings(network)[:1]:
        count = layer.argument(0, "num_embeddings", "input_dim")
        if (whole(count) or 0) >= 100:
            facts.size("vocabulary_size", count, layer.evidence)
        size = layer.argument(1, "embedding_dim", "output_dim", "features")
        facts.size("embedding_size", size, layer.evidence)


_MEAN = re.compile(
    r"(?i)^(fc_?|linear_?|lin_?|to_?|enc_?|z_?)*(mu|mean|means|loc)(_?(layer|fc|z))?$"
)


def _latent(network: Network, facts: _Facts) -> None:
    """The width of the layer that gives the latent's mean."""
    for instance in network.instances:
        for name, value in instance.attrs.items():
            held = first(value)
            if not _MEAN.match(name) or not isinstance(held, Call):
                continue
            for layer in network.of("linear"):
                if layer.node is held.at.node:
                    facts.size("latent_size", layer.outputs, layer.evidence)


def _schedule(scene: Scene, facts: _Facts) -> None:
    """The length of the noise schedule: ``linspace(start, end, steps)`` beside ``cumprod``."""
    nodes = {
        id(node)
        for features in scene.functions
        if features.calls_any("cumprod") or features.name_like(re.compile(r"(?i)^betas?$"))
        for node in features.of(ast.Call)
    }
    for record in scene.evaluator.calls_of("linspace") if nodes else ():
        if id(record.node) in nodes:
            steps = record.argument(2, "steps", "num")
            if (whole(steps) or 0) >= 10:
                facts.size("diffusion_steps", steps, record.evidence)


def _composed(scene: Scene, record: CallRecord, facts: _Facts) -> None:
    """The last step of a chain that fixes a size decides, whether that size is known or not."""
    steps = first(record.argument(0, "transforms"))
    for step in reversed(steps.items if isinstance(steps, Seq) else []):
        made = first(step)
        if isinstance(made, Call) and made.last in _RESIZES:
            at = scene.evaluator.evidence(made) or record.evidence
            facts.size("image_size", made.argument(0, "size", "height"), at)
            return


def _image(scene: Scene, facts: _Facts) -> None:
    """What transforms and input shapes fix."""
    chained: set[int] = set()
    for record in scene.evaluator.calls_of("Compose"):
        _composed(scene, record, facts)
        steps = first(record.argument(0, "transforms"))
        chained |= {id(first(step)) for step in getattr(steps, "items", [])}
    for record in scene.evaluator.calls():
        if not record.kwargs and record.last not in _RESIZES:
            continue
        known = "transforms" in (record.name or "transforms") and id(record.result) not in chained
        if record.last in _RESIZES and known:
            facts.size("image_size", record.argument(0, "size", "height"), record.evidence)
        shape = first(record.kwargs.get("input_shape") or record.kwargs.get("target_size"))
        if isinstance(shape, Seq) and len(shape.items) in (2, 3):
            sides = [whole(item) for item in shape.items]
            if sides[0] is not None and sides[0] == sides[1] and sides[0] >= 8:
                facts.size("image_size", shape.items[0], record.evidence)
                if len(sides) == 3 and sides[2] in (1, 3):
                    facts.size("channels", shape.items[2], record.evidence)


@lru_cache(maxsize=20_000)
def _may_hold(name: str) -> bool:
    """Return whether an identifier may hold any size: nearly all hold none."""
    return any(size.pattern.match(name) for size in size_names())


def _holders(scene: Scene) -> list[tuple[str, Features, ast.AST]]:
    return [
        (name, features, node)
        for features in scene.functions
        for name, node in features.names.items()
        if _may_hold(name) and isinstance(node, ast.expr)
    ]


def _places(scene: Scene, pattern: re.Pattern[str]) -> Iterator[tuple[Features, ast.AST]]:
    for name, features, node in scene.once("sizes", _holders):
        if pattern.match(name):
            yield features, node


def _named_value(scene: Scene, size: SizeName) -> Fact | None:
    """Return the one number that names like this hold; None when they hold several."""
    found: dict[int, Fact] = {}
    for features, node in _places(scene, size.pattern):
        for value in scene.evaluator.abstract(node, features.module):
            plain = number(value)
            if isinstance(plain, int) and size.fits(plain):
                at = scene.evidence(features, node)
                fact = number_fact(value, whole=True) or Fact(plain, at, _COMPUTED)
                found.setdefault(plain, fact)
    return next(iter(found.values())) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class SizeName:
    """A size that names of reached code may hold: the most telling names come first.

    ``least`` and ``most`` bound the value; ``only`` and ``without`` are families (and what implies
    them) that must be there, or must not.
    """

    name: str
    pattern: re.Pattern[str]
    least: int
    most: int | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def fits(self, value: int) -> bool:
        """Return whether a value lies within the bounds."""
        return value >= self.least and (self.most is None or value <= self.most)

    def suits(self, families: set[str]) -> bool:
        """Return whether the size makes sense for a network of these families."""
        wanted = not self.only or bool(under(*self.only) & families)
        return wanted and not (self.without and under(*self.without) & families)


@cache
def size_names() -> tuple[SizeName, ...]:
    """Return the entries of ``vocabulary/sizes.json``, with their patterns compiled."""
    entries = json.loads(read_text(vocabulary.__file__, "sizes.json"))
    return tuple(
        SizeName(
            entry["name"],
            re.compile(entry["pattern"]),
            entry["least"],
            entry.get("most"),
            tuple(entry.get("only", ())),
            tuple(entry.get("without", ())),
        )
        for entry in entries
    )


def read_layers(scene: Scene, network: Network, families: set[str]) -> list[NamedFact]:
    """Return the sizes that are known, each with where it stands."""
    facts = _Facts(scene)
    _recurrent(network, facts)
    _attention(network, facts)
    _convolutions(network, facts)
    _dense(network, families, facts)
    _embedding(network, families, facts)
    _image(scene, facts)
    if under("VAE") & families:
        _latent(network, facts)
    if under("Diffusion") & families:
        _schedule(scene, facts)
    for size in size_names():
        if size.name in facts.found or not size.suits(families):
            continue
        fact = _named_value(scene, size)
        if fact is not None:
            facts.found[size.name] = fact
    return [NamedFact(name, fact) for name, fact in facts.found.items()]
