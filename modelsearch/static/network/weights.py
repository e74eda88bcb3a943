"""How many weights a PyTorch network has, where every layer of it and all sizes are known."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelsearch.records.artefacts import Fact
from modelsearch.static.machine.attributes import truth
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Instance,
    Seq,
    Varying,
    constant,
    first,
    number,
    options,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.network.features import Scene
from modelsearch.static.network.networks import (
    WEIGHTLESS,
    Layer,
    Network,
    collect,
    is_objective,
)
from modelsearch.static.network.wiring import calls_unknown
from modelsearch.static.source.nodes import walk
from modelsearch.static.training.trained_models import MOST_MODELS

if TYPE_CHECKING:
    from modelsearch.static.training.stages import StageInfo


def whole(value: Abstract | None) -> int | None:
    """Return the whole number that a value holds without alternatives, else None."""
    found = options(value)
    if len(found) != 1 or isinstance(found[0], Varying):
        return None  # one of several, or what a loop changes
    plain = number(value)
    return int(plain) if isinstance(plain, int) else None


def _bias(layer: Layer) -> bool | None:
    value = layer.kwargs.get("bias")
    if value is None:
        return True
    known = constant(value)
    return known if isinstance(known, bool) else None


def _linear_weights(layer: Layer) -> int | None:
    inputs = whole(layer.argument(0, "in_features"))
    outputs = whole(layer.argument(1, "out_features"))
    bias = _bias(layer) if len(layer.args) < 3 else None
    if inputs is None or outputs is None or bias is None:
        return None
    return inputs * outputs + (outputs if bias else 0)


def _conv_weights(layer: Layer) -> int | None:
    inputs = whole(layer.argument(0, "in_channels"))
    outputs = whole(layer.argument(1, "out_channels"))
    groups = whole(layer.kwargs.get("groups", Const(1)))
    bias, kernel = _bias(layer), _kernel(layer)
    if None in (inputs, outputs, groups, bias, kernel) or len(layer.args) > 6:
        return None
    assert inputs and outputs and groups and kernel is not None
    return inputs * outputs * kernel // groups + (outputs if bias else 0)


def _kernel(layer: Layer) -> int | None:
    """Cells of a convolution's kernel."""
    found = re.search(r"(\d)d$", layer.name)
    if found is None:
        return None
    value = first(layer.argument(2, "kernel_size"))
    if isinstance(value, Seq):
        sides = [whole(item) for item in value.items]
        return None if None in sides else math.prod(side for side in sides if side is not None)
    side = whole(value)
    return None if side is None else side ** int(found[1])


def _recurrent_weights(layer: Layer) -> int | None:
    """Weights of LSTM, GRU and RNN: both biases as PyTorch has them."""
    inputs = whole(layer.argument(0, "input_size"))
    hidden = whole(layer.argument(1, "hidden_size"))
    depth = whole(layer.argument(2, "num_layers") or Const(1))
    both = constant(layer.kwargs.get("bidirectional", Const(False)))
    if None in (inputs, hidden, depth) or not isinstance(both, bool) or "proj_size" in layer.kwargs:
        return None
    assert inputs and hidden and depth
    gates = {"lstm": 4, "gru": 3, "rnn": 1}[layer.kind]
    sides, total = (2 if both else 1), 0
    for level in range(depth):
        width = inputs if level == 0 else hidden * sides
        total += sides * gates * hidden * (width + hidden + 2)
    return total


def _weights(layer: Layer) -> int | None:
    """Trainable numbers of one PyTorch layer; None when its sizes are not all known."""
    if layer.kind == "linear" and layer.name.endswith(".Linear"):
        return _linear_weights(layer)
    if layer.kind in ("conv", "conv_transpose"):
        return _conv_weights(layer)
    if layer.kind in ("batch_norm", "group_norm"):
        position = 0 if layer.kind == "batch_norm" else 1
        size = whole(layer.argument(position, "num_features", "num_channels"))
        return None if size is None or "affine" in layer.kwargs else 2 * size
    if layer.kind == "layer_norm":
        size = whole(layer.argument(0, "normalized_shape"))
        return None if size is None else 2 * size
    if layer.kind == "embedding":
        count, width = whole(layer.argument(0)), whole(layer.argument(1, "embedding_dim"))
        return None if count is None or width is None else count * width
    if layer.kind in ("lstm", "gru", "rnn") and "Cell" not in layer.name:
        return _recurrent_weights(layer)
    return None


def count_trained(
    scene: Scene, principal: Abstract | None, stages: Sequence[StageInfo]
) -> Fact | None:
    """Return the number of weights of a network and of those that its optimizer is given with it
    (an encoder and its decoder), None where one of them is not known whole. Weights of a loss are
    none of the network's.
    """
    models = [principal]
    for optimizer in (each for stage in stages for each in stage.optimizers):
        given = [unwrap(model, "model") for model in optimizer.models]
        if any(each is principal for each in given):
            models = [each for each in given if each is principal or not _compares(each)]
            break
    known = [each for each in models if isinstance(each, Instance | Call)]
    if len(known) < len(models) or len(known) >= MOST_MODELS:
        return None
    networks = [collect(scene.program, scene.evaluator, [each]) for each in known]
    if any(count_parameters(scene, each) is None for each in networks):
        return None
    if len(networks) == 1:
        return count_parameters(scene, networks[0])
    return count_parameters(scene, collect(scene.program, scene.evaluator, known))


def _compares(model: Abstract) -> bool:
    name = model.last if isinstance(model, Call) else getattr(model, "name", "")
    return is_objective(name)


def count_parameters(scene: Scene, network: Network) -> Fact | None:
    """Return the number of weights where every layer of the network is PyTorch's and all sizes
    are known, else None. Layers that a loop makes may be more than were seen: then it is None.
    """
    layers = [layer for layer in network.layers if layer.owner is not None or network.instances]
    layers = layers or network.layers
    if not layers or network.zoo or network.open or network.unknown:
        return None
    if _own_weights(scene, network) or _undecided(scene, network):
        return None
    repeated = {id(r.node) for r in scene.evaluator.calls() if r.loops}
    total = 0
    for layer in layers:
        if layer.kind in WEIGHTLESS and not layer.name.endswith("PReLU"):
            continue
        if not layer.name.startswith("torch.nn.") or ".functional." in layer.name:
            return None
        weights = _weights(layer)
        if weights is None or id(layer.node) in repeated:
            return None
        total += weights
    if total == 0:
        return None
    note = "computed from the sizes of all layers"
    return Fact(total, layers[0].evidence, note)


def _undecided(scene: Scene, network: Network) -> bool:
    """Return whether a part of the network is made under a condition whose outcome is not known."""
    made = {id(layer.node) for layer in network.layers}
    made |= {id(each.call.at.node) for each in network.instances if each.call is not None}
    seen = scene.evaluator.machine.seen
    for features in scene.functions:
        for node in features.walk():
            if not isinstance(node, ast.If | ast.IfExp):
                continue
            is_open = any(truth(value) is None for value in seen.get(node.test, []))
            if is_open and any(id(inner) in made for inner in walk(node)):
                return True
    return False


def _ties_weights(node: ast.Assign) -> bool:
    """Return whether a statement makes two layers share weights: ``head.weight = embed.weight``."""
    return (
        isinstance(node.value, ast.Attribute)
        and node.value.attr == "weight"
        and any(isinstance(t, ast.Attribute) and t.attr == "weight" for t in node.targets)
    )


def _own_weights(scene: Scene, network: Network) -> bool:
    """Return whether the network has weights outside layers."""
    for features in scene.methods(network.classes()):
        if features.calls_any("Parameter", "ParameterList", "register_parameter", "spectral_norm"):
            return True
        if any(_ties_weights(node) for node in features.of(ast.Assign)):
            return True
    return any(not each.attrs or calls_unknown(scene, each) for each in network.instances)
