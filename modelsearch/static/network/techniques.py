"""Techniques that reached code uses: dropout, EMA, teacher forcing, mixed precision …

``vocabulary/signs.json`` says by what each is known: a kind of layer in the trained network, a
reached call, a keyword with a truthy value (``over``: above one), texts among the keywords' values
(``down_block_types=("AttnDownBlock2D", …)``), or identifiers of reached functions. A transformer
attends by definition; ``of`` names the families that alone have it. What stands only in comments
or dead code is no sign.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, Fact
from modelsearch.records.datafiles import read_text
from modelsearch.records.patterns import any_of
from modelsearch.static.libraries.layer_kinds import is_module
from modelsearch.static.libraries.ready_made import ready_made
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Const, Instance, Seq, first, number
from modelsearch.static.network import by_structure, drawn_noise, latents, wiring
from modelsearch.static.network.features import Scene
from modelsearch.static.network.networks import Network, texts_of
from modelsearch.static.network.scene import under
from modelsearch.static.source.program import FunctionInfo
from modelsearch.vocabulary.roles import role

if TYPE_CHECKING:
    from modelsearch.static.machine.scopes import CallRecord

Sign = dict[str, Any]
_MOST_TEXTS = 32  #: texts of one list that are looked at


@cache
def signs() -> tuple[Sign, ...]:
    """Return the entries of ``vocabulary/signs.json``, with their patterns compiled."""
    entries = json.loads(read_text(vocabulary.__file__, "signs.json"))
    for entry in entries:
        for key in ("names", "needs", "texts"):
            if key in entry:
                entry[key] = re.compile(entry[key])
    return tuple(entries)


@lru_cache(maxsize=20_000)
def _matching(name: str) -> tuple[str, ...]:
    """The patterns of all signs that an identifier matches; most match none, which is asked of all
    of them in one.
    """
    if _any_sign().match(name) is None:
        return ()
    return tuple(each.pattern for each in _patterns() if each.match(name))


def _patterns() -> list[re.Pattern[str]]:
    return [sign[key] for sign in signs() for key in ("names", "needs") if key in sign]


@cache
def _any_sign() -> re.Pattern[str]:
    return any_of(each.pattern for each in _patterns())


class _Index:
    """First places of what signs ask for, made once per program."""

    def __init__(self, scene: Scene, network: Network) -> None:
        self.scene = scene
        self.kinds = {layer.kind: layer.evidence for layer in reversed(network.layers)}
        self.calls: dict[str, CallRecord] = {}
        self.dotted: dict[str, CallRecord] = {}
        self.keywords: dict[str, list[tuple[object, CallRecord]]] = {}
        self.texts: dict[str, CallRecord] = {}
        for record in scene.evaluator.calls():
            self._enter(record)
        self.names: dict[str, Evidence] = {}
        for features in scene.functions:
            for name, node in features.names.items():
                if name not in self.names:
                    self.names[name] = scene.evidence(features, node)
        self.matched: dict[str, Evidence] = {}
        for name, at in self.names.items():
            for pattern in _matching(name):
                self.matched.setdefault(pattern, at)

    def _enter(self, record: CallRecord) -> None:
        if not isinstance(record.target, FunctionInfo):
            self.calls.setdefault(record.last.rpartition(":")[2], record)
        if record.name:
            self.dotted.setdefault(record.name, record)
        for key, value in record.kwargs.items():
            known = first(value)
            plain = known.value if isinstance(known, Const) else ...
            self.keywords.setdefault(key, []).append((plain, record))
            items = known.items if isinstance(known, Seq) else []
            for item in map(first, items[:_MOST_TEXTS]):
                if isinstance(item, Const) and isinstance(item.value, str):
                    self.texts.setdefault(item.value, record)

    def name(self, pattern: re.Pattern[str]) -> Evidence | None:
        """Return the first place of an identifier that matches."""
        return self.matched.get(pattern.pattern)


def _truthy(value: object) -> bool:
    """A keyword counts with a value that switches it on; an unknown value does not tell."""
    return value is not ... and bool(value)


def _by_keyword(index: _Index, sign: Sign) -> Evidence | None:
    for key in sign.get("keywords", ()):
        for value, record in index.keywords.get(key, ()):
            if _truthy(value):
                return record.evidence
    for key in sign.get("over", ()):
        for value, record in index.keywords.get(key, ()):
            if isinstance(value, int) and value > 1:
                return record.evidence
    for key, wanted in sign.get("values", {}).items():
        for value, record in index.keywords.get(key, ()):
            if value in wanted:
                return record.evidence
    return None


def _found(index: _Index, sign: Sign) -> Evidence | None:
    for name in sign.get("kinds", ()):
        if name in index.kinds:
            return index.kinds[name]
    for key, table in (("calls", index.calls), ("dotted", index.dotted)):
        for name in sign.get(key, ()):
            if name in table:
                return table[name].evidence
    evidence = _by_keyword(index, sign)
    if evidence is None and "texts" in sign:
        matching = (
            each.evidence for text, each in index.texts.items() if sign["texts"].match(text)
        )
        evidence = next(matching, None)
    if evidence is None and "names" in sign:
        evidence = index.name(sign["names"])
        if evidence is not None and "needs" in sign and index.name(sign["needs"]) is None:
            return None
    return evidence


def _ready_attention(scene: Scene, network: Network) -> Evidence | None:
    """Find attention in ready-made networks: transformers, the U-Nets of diffusion libraries."""
    attends = scene.called("UNet2DConditionModel", "UNet2DModel", "UNet3DConditionModel")
    inside = under("Transformer") | ({"U-Net"} if attends is not None else set())
    return next((at for family, at in network.zoo.items() if family in inside), None)


def _dropout_argument(network: Network) -> Evidence | None:
    """Find ``nn.LSTM(…, dropout=0.5)`` and ``layers.GRU(…, recurrent_dropout=0.2)``."""
    for layer in network.of("lstm", "gru", "rnn", "transformer", "attention"):
        for name in ("dropout", "recurrent_dropout", "attention_dropout", "dropout_rate"):
            rate = number(layer.kwargs.get(name))
            if rate is not None and rate > 0:
                return layer.evidence
    return None


def _wired(scene: Scene, network: Network, families: set[str]) -> Iterator[tuple[str, Evidence]]:
    """Techniques that are wiring rather than names."""
    attention = wiring.hand_attention(scene, network) or _ready_attention(scene, network)
    if attention is not None:
        yield "attention", attention
    dropped = _dropout_argument(network)
    if dropped is not None:
        yield "dropout", dropped
    taught = by_structure.distilled(scene)
    if taught is not None:
        yield "knowledge distillation", taught
    if families & under("Diffusion"):
        guided = drawn_noise.dropped_labels(scene)
        if guided is not None:
            yield "classifier-free guidance", guided
    residual = wiring.residual_convolutions(scene, network)
    skip = wiring.skip_concatenation(scene, network) if "U-Net" in families else None
    if residual is not None or skip is not None:
        yield "skip connections", residual[0] if residual else skip  # type: ignore[misc]
    if families & {"VAE", "Conditional VAE", "VAE-GAN"}:
        sampled = latents.reparameterisation(scene, network)
        if sampled is not None:
            yield "reparameterisation", sampled


_PRETRAINED = re.compile(r"(?i)imagenet|default|_Weights|IMAGENET1K")


_BY_NAME = role("loaded by name")


def _is_tuned(record: CallRecord) -> bool:
    """Return whether a call loads a network by the name of its weights."""
    name = record.name or ""
    if record.last != "from_pretrained":
        return name in _BY_NAME and bool(texts_of(record.args, record.kwargs))
    if isinstance(record.result, Instance):
        return is_module(record.result)
    prepares = re.search(r"Tokenizer|Processor|Config|Extractor|Scheduler", name)
    return not prepares and re.search(r"Model|For|Bert|GPT", name) is not None


def _pretrained(scene: Scene) -> Iterator[tuple[str, Evidence]]:
    """Weights that were trained elsewhere: ``pretrained=True``, ``weights="imagenet"``."""
    for record in scene.evaluator.calls():
        name = record.name or ""
        if _is_tuned(record):
            yield "fine-tuning", record.evidence
            continue
        says = not record.kwargs.keys().isdisjoint(("pretrained", "weights"))
        if not (says or ".applications." in name):
            continue
        if ready_made(name, texts_of(record.args, record.kwargs)) is None:
            continue
        flag = first(record.argument(None, "pretrained"))
        weights = record.argument(None, "weights")
        named = first(weights)
        if isinstance(flag, Const) and flag.value is True:
            yield "transfer learning", record.evidence
        elif weights is not None and not (isinstance(named, Const) and named.value is None):
            text = str(named.value) if isinstance(named, Const) else str(getattr(named, "name", ""))
            if _PRETRAINED.search(text):
                yield "transfer learning", record.evidence
        elif ".applications." in name and weights is None:
            yield "transfer learning", record.evidence


def _defined(families: Sequence[Fact]) -> Iterator[tuple[str, Evidence]]:
    """Techniques that a family has by definition, where its parts are out of sight."""
    for fact in families:
        broader = {name for name, _ in vocabulary.ancestors("family", str(fact.value))}
        if fact.evidence is not None and "Transformer" in broader | {fact.value}:
            yield "self-attention", fact.evidence


def _may_have(families: set[str], sign: Sign) -> bool:
    """Return whether a technique that only some families have may be there."""
    return "of" not in sign or not families.isdisjoint(under(*sign["of"]))


def read_techniques(scene: Scene, network: Network, facts: Sequence[Fact]) -> list[Fact]:
    """Return the techniques in use, each with the first place that shows it.

    ``facts`` are the families that were read.
    """
    index = _Index(scene, network)
    families = {str(fact.value) for fact in facts}
    found: dict[str, Evidence] = {}
    wired = _wired(scene, network, families)
    for name, evidence in (*wired, *_pretrained(scene), *_defined(facts)):
        found.setdefault(name, evidence)
    for sign in signs():
        if sign["name"] not in found and _may_have(families, sign):
            place = _found(index, sign)
            if place is not None:
                found[sign["name"]] = place
    return [Fact(name, evidence) for name, evidence in found.items()]
