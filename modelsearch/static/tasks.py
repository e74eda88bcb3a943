"""What a model is for, where its structure says so."""

from __future__ import annotations

from modelsearch.records import Fact
from modelsearch.static.features import Scene
from modelsearch.static.networks import Network


def read_task(_scene: Scene, _network: Network, _families: set[str]) -> Fact | None:
    """Return the task; no structural rule is reliable enough yet, so it stays unknown."""
    return None
