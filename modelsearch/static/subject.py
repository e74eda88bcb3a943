"""What the family rules look at: the scene, the trained network and what was found so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from modelsearch.records import Evidence
from modelsearch.static import agents
from modelsearch.static.features import Scene
from modelsearch.static.networks import Layer, Network

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

    @property
    def is_rl(self) -> bool:
        """Say whether an environment is stepped."""
        return agents.environment(self.scene) is not None


def at_first(layers: list[Layer]) -> Evidence:
    """Return where the first of some layers stands."""
    return layers[0].evidence


GANS = (
    "GAN", "DCGAN", "WGAN", "LSGAN", "InfoGAN", "BEGAN", "SRGAN", "CycleGAN", "Pix2pix",
    "Conditional GAN", "Image-to-image GAN", "VAE-GAN", "BigGAN", "SAGAN", "StyleGAN", "ProGAN",
)  # fmt: skip
