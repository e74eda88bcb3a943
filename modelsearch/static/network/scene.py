"""What the family rules look at: the scene, the trained network and what was found so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence
from modelsearch.static.network import agents
from modelsearch.static.network.denoising import Denoising, denoising
from modelsearch.static.network.features import Scene
from modelsearch.static.network.networks import Layer, Network
from modelsearch.static.network.wiring import calls_unknown
from modelsearch.static.source.program import ClassInfo
from modelsearch.vocabulary.roles import role

_LISTED = role("layers listed")
Found = Iterator[tuple[str, Evidence]]


@dataclass
class Subject:
    """What the family rules look at: the scene, the trained network, and the families found so
    far.
    """

    scene: Scene
    network: Network
    principal: Network
    found: dict[str, Evidence] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[str]:
        """Names of the network's classes, of their project bases and of functions that make
        networks, in lower case.
        """
        makers = [name.lower() for name in self.network.makers]
        return [_called(info).lower() for info in self.network.classes()] + makers

    @cached_property
    def path(self) -> str:
        """The last two parts of the script's path in lower case."""
        return "/".join(self.scene.program.main.path.lower().split("/")[-2:])

    def named(self, pattern: str) -> bool:
        """Return whether a class of the network is named so."""
        return any(re.search(pattern, name) for name in self.names)

    def where(self, pattern: str) -> Evidence | None:
        """Return where the class of the network, or what a function makes, that is named so is
        made.
        """
        for name, made in self.network.makers.items():
            if re.search(pattern, name.lower()):
                return made
        for instance in self.network.instances:
            if any(re.search(pattern, _called(k.info).lower()) for k in instance.klass.mro()):
                place = instance.call.at if instance.call else None
                if place is not None and place.module is not None and place.node is not None:
                    return self.scene.program.evidence(place.module, place.node)
                info = instance.klass.info
                return self.scene.program.evidence(info.module, info.node)
        return None

    def has(self, *families: str) -> bool:
        """Return whether one of the families was found."""
        return any(name in self.found for name in families)

    def is_a(self, *families: str) -> bool:
        """Return whether a family was found that is one of these or implies one."""
        return not under(*families).isdisjoint(self.found)

    @cached_property
    def is_rl(self) -> bool:
        """Return whether an environment is stepped, or an agent's policy is improved."""
        return agents.is_agent(self.scene)

    @cached_property
    def denoising(self) -> Denoising | None:
        """What a network that takes noise away is trained as."""
        return denoising(self.scene)

    @cached_property
    def incomplete(self) -> bool:
        """Return whether parts of the network are not known: given to it, or of an unknown
        library.
        """
        if self.network.spread or any(not _LISTED.begins(n) for n in self.network.unknown):
            return True
        return any(calls_unknown(self.scene, each) for each in self.network.instances)


#: Names of classes that say nothing.
_SAYS_NOTHING = frozenset({"Model", "Net", "Network", "MyModel", "Module"})


def _called(info: ClassInfo) -> str:
    """Return what a class is called: where its own name says nothing, its module's."""
    if info.name not in _SAYS_NOTHING or info.module.is_main:
        return info.name
    return PurePosixPath(info.module.path).stem


@vocabulary.remembered
def under(*families: str) -> frozenset[str]:
    """Return the families that are one of these or imply one (LSTM under RNN)."""
    wanted = set(families)
    return frozenset(
        term.name
        for term in vocabulary.terms("family")
        if term.name in wanted
        or wanted.intersection(name for name, _ in vocabulary.ancestors("family", term.name))
    )


def at_first(layers: list[Layer]) -> Evidence:
    """Return where the first of some layers stands."""
    return layers[0].evidence
