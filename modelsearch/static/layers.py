"""Sizes of the trained network, as its layer calls state them."""

from __future__ import annotations

from modelsearch.records import Fact, NamedFact
from modelsearch.static.features import Scene
from modelsearch.static.networks import Network
from modelsearch.static.values import number

#: Arguments of layer calls that are sizes of their own, by fact name.
_ARGUMENTS = {
    "heads": ("num_heads", "nhead", "num_attention_heads"),
    "layers": ("num_layers", "num_encoder_layers", "num_hidden_layers"),
    "hidden_size": ("hidden_size", "d_model", "embed_dim", "hidden_dim"),
}


def read_layers(_scene: Scene, network: Network, _families: set[str]) -> list[NamedFact]:
    """Return heads, layers and hidden sizes that layer calls name, the first of each."""
    found: dict[str, NamedFact] = {}
    for layer in network.layers:
        for name, keywords in _ARGUMENTS.items():
            value = number(layer.argument(None, *keywords))
            if name not in found and value is not None and value > 0:
                found[name] = NamedFact(name, Fact(value, layer.evidence))
    return list(found.values())


def count_parameters(_network: Network) -> Fact | None:
    """Return the number of weights; not computed yet, so unknown."""
    return None
