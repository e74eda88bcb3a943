"""What the family rules look at: the scene, the trained network and what was found so far."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from modelsearch import vocabulary
from modelsearch.records import Evidence
from modelsearch.static import agents
from modelsearch.static.features import Features, Scene
from modelsearch.static.networks import Layer, Network
from modelsearch.static.values import Attr, Instance, Item, Unknown, first

Found = Iterator[tuple[str, Evidence]]


@dataclass
class Subject:
    """What the rules look at."""

    scene: Scene
    network: Network
    principal: Network
    found: dict[str, Evidence] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[str]:
        """Names of the network's classes and of their project bases, in lower case."""
        return [info.name.lower() for info in self.network.classes()]

    @cached_property
    def path(self) -> str:
        """The last two parts of the script's path in lower case."""
        return "/".join(self.scene.program.main.path.lower().split("/")[-2:])

    def named(self, pattern: str) -> bool:
        """Say whether a class of the network is named so."""
        return any(re.search(pattern, name) for name in self.names)

    def where(self, pattern: str) -> Evidence | None:
        """Return where the class of the network that is named so is made."""
        for instance in self.network.instances:
            if any(re.search(pattern, k.info.name.lower()) for k in instance.klass.mro()):
                place = instance.call.at if instance.call else None
                if place is not None and place.module is not None and place.node is not None:
                    return self.scene.program.evidence(place.module, place.node)
                info = instance.klass.info
                return self.scene.program.evidence(info.module, info.node)
        return None

    def has(self, *families: str) -> bool:
        """Say whether one of the families was found."""
        return any(name in self.found for name in families)

    def is_a(self, *families: str) -> bool:
        """Say whether a family was found that is one of these or implies one."""
        return not under(*families).isdisjoint(self.found)

    @cached_property
    def is_rl(self) -> bool:
        """Say whether an environment is stepped, or an agent's policy is improved."""
        return agents.is_agent(self.scene)

    @cached_property
    def incomplete(self) -> bool:
        """Say whether a module calls a part of itself that it was given and that is not known."""
        return any(_calls_unknown(self.scene, each) for each in self.network.instances)


def _given_parts(features: Features) -> Iterator[str]:
    """Yield the attributes that a constructor sets to its parameters."""
    info = features.info
    if info is None or info.name != "__init__" or isinstance(info.node, ast.Lambda):
        return
    parameters = {arg.arg for arg in (*info.node.args.args, *info.node.args.kwonlyargs)}
    for node in features.walk():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and node.value.id in parameters:
                    yield target.attr


@cache
def under(*families: str) -> frozenset[str]:
    """Return the families that are one of these or imply one (LSTM under RNN)."""
    wanted = set(families)
    return frozenset(
        term.name
        for term in vocabulary.terms("family")
        if term.name in wanted
        or wanted.intersection(name for name, _ in vocabulary.ancestors("family", term.name))
    )


def _calls_unknown(scene: Scene, instance: Instance) -> bool:
    unknown = {
        name
        for name, value in instance.attrs.items()
        if isinstance(first(value), Unknown | Attr | Item)
    }
    bodies = scene.methods([klass.info for klass in instance.klass.mro()])
    if not instance.attrs:  # made from its class alone: what its constructor was to be given
        unknown = {name for features in bodies for name in _given_parts(features)}
    if not unknown:
        return False
    for features in bodies:
        for node in features.walk():
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in unknown:
                if isinstance(called.value, ast.Name) and called.value.id == "self":
                    return True
    return False


def at_first(layers: list[Layer]) -> Evidence:
    """Return where the first of some layers stands."""
    return layers[0].evidence
