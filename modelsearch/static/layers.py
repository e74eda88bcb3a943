"""Sizes of the trained network: depth, hidden sizes, heads, latent size, image size, parameters.

Sizes come from the layer calls themselves and, for what no layer shows (latent size, diffusion
steps), from names of reached code that hold one known number. A size that alternatives disagree
about is left out.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator

from modelsearch.records import Evidence, Fact, NamedFact
from modelsearch.static.features import Features, Scene
from modelsearch.static.networks import WEIGHTLESS, Layer, Network
from modelsearch.static.values import Abstract, Const, Seq, constant, first, number, options
from modelsearch.static.wiring import calls_unknown

#: Fact → identifiers that hold it, the most telling first.
_BY_NAME: tuple[tuple[str, str, int], ...] = (
    ("latent_size", r"(?i)^(latent_?(dim|size|dims|features|channels)?|z_?dim(s|ension)?|nz|z_?size|zdim|noise_?(dim|size)|dim_z|n_latent|code_(dim|size)|latent_space_dim|latent_vector_size)$", 1),
    ("diffusion_steps", r"^(?i:timesteps|num_timesteps|noise_steps|n_?timesteps|diffusion_steps|num_train_timesteps|n_steps_diffusion|num_diffusion_(time)?steps|time_?steps|n_T|noise_timesteps)$", 10),
    ("heads", r"(?i)^(n_?heads?|num_?heads?|nhead|heads|num_attention_heads)$", 1),
    ("layers", r"(?i)^(n_?layers?|num_?layers?|num_hidden_layers|num_encoder_layers|n_blocks|num_blocks|depth)$", 1),
    ("hidden_size", r"(?i)^(hidden_?(dim|size|units|channels|features)?|n_?hidden|d_model|n_embd|num_hiddens|hid_?dim|nhid|model_dim|rnn_units|enc_hid_dim)$", 2),
    ("embedding_size", r"(?i)^(emb(ed(ding)?)?_?(dim|size)|emsize|embed_dim|n_emb)$", 2),
    ("sequence_length", r"(?i)^(block_size|seq_?len(gth)?|max_?len(gth)?|context_(length|size)|max_seq_len(gth)?|bptt|num_steps_seq|sequence_length|max_length)$", 2),
    ("vocabulary_size", r"(?i)^(vocab(ulary)?_?size|num_words|max_features|n_vocab|max_vocab_size|num_tokens)$", 10),
    ("image_size", r"(?i)^(im(a?ge?)?_?(size|dim|width|height)|img_?size|image_?res(olution)?|resolution|input_size_px|crop_size)$", 4),
    ("channels", r"(?i)^((img_?|image_?|num_?|n_?|input_?)?channels|nc|in_chans|img_ch)$", 1),
    ("classes", r"(?i)^(n(um)?_?(of_)?class(es)?|nb_classes|n_classes|output_classes|num_labels)$", 2),
    ("patch_size", r"(?i)^(patch_?size)$", 2),
    ("codebook_size", r"(?i)^(num_embeddings|codebook_size|n_codes|num_codes)$", 2),
)  # fmt: skip
_RESIZES = ("Resize", "CenterCrop", "RandomResizedCrop", "RandomCrop", "Resizing", "Scale")


def _whole(value: Abstract | None) -> int | None:
    """A whole number that a value holds without alternatives."""
    if len(options(value)) != 1:
        return None
    found = number(value)
    return int(found) if isinstance(found, int) else None


def _pair(value: Abstract | None) -> int | None:
    """A size given as ``64`` or as ``(64, 64)``."""
    head = first(value)
    if isinstance(head, Seq) and head.items:
        sides = [_whole(item) for item in head.items[:2]]
        return sides[0] if len(set(sides)) == 1 else None
    return _whole(value)


class _Facts:
    """Facts by name; the first that is stated stays."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.found: dict[str, Fact] = {}

    def size(self, name: str, value: Abstract | None, layer: Layer) -> None:
        """Enter a whole number with the line of its literal, or that of the layer."""
        evidence = self.scene.evaluator.evidence(value) or layer.evidence
        self.add(name, _whole(value), evidence)

    def add(self, name: str, value: int | str | None, evidence: Evidence) -> None:
        """Enter a value unless it is unknown, or the name is taken."""
        if value is not None and name not in self.found:
            self.found[name] = Fact(value, evidence)


def _joined(values: list[int]) -> int | str:
    """One number, or the distinct ones in order as text."""
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else ", ".join(map(str, distinct))


def _out(layer: Layer) -> int | None:
    """Outputs of a dense layer: second argument in PyTorch, first in Keras and MXNet."""
    if layer.name.startswith("torch."):
        return _whole(layer.argument(1, "out_features"))
    if layer.name.startswith("flax.nnx"):
        return _whole(layer.argument(1, "out_features"))
    return _whole(layer.argument(0, "units", "features", "num_hidden"))


def _recurrent(network: Network, facts: _Facts) -> None:
    for layer in network.of("lstm", "gru", "rnn"):
        torch = layer.name.startswith("torch.")
        size = layer.argument(1 if torch else 0, "hidden_size", "units", "num_units", "features")
        facts.size("hidden_size", size, layer)
        if torch:
            facts.size("layers", layer.argument(2, "num_layers"), layer)


def _attention(network: Network, facts: _Facts) -> None:
    for layer in network.of("transformer"):
        last = layer.name.rpartition(".")[2]
        if last.endswith("Layer") or last == "Transformer":
            facts.size("hidden_size", layer.argument(0, "d_model"), layer)
            facts.size("heads", layer.argument(1, "nhead"), layer)
        if last == "Transformer":
            facts.size("layers", layer.argument(2, "num_encoder_layers"), layer)
        elif not last.endswith("Layer"):
            facts.size("layers", layer.argument(1, "num_layers"), layer)
    for layer in network.of("attention"):
        position = 1 if layer.name.startswith("torch.") else 0
        facts.size("heads", layer.argument(position, "num_heads"), layer)


def _convolutions(network: Network, facts: _Facts) -> None:
    sizes, where = [], None
    for layer in network.of("conv", "conv_transpose"):
        position = 2 if layer.name.startswith(("torch.", "paddle.")) else 1
        size = _pair(layer.argument(position, "kernel_size"))
        if size is not None:
            sizes.append(size)
            where = where or layer.evidence
    if where is not None:
        facts.add("kernel_size", _joined(sizes), where)


def _dense(network: Network, families: set[str], facts: _Facts) -> None:
    layers = network.of("linear")
    outs = [size for layer in layers if (size := _out(layer)) is not None]
    if "MLP" in families and len(outs) == len(layers) >= 2 and len(families) == 1:
        hidden = [str(size) for size in outs[:-1]]
        value = int(hidden[0]) if len(hidden) == 1 else ", ".join(hidden)
        facts.add("hidden_size", value, layers[0].evidence)
        facts.add("layers", len(layers), layers[0].evidence)


def _embedding(network: Network, facts: _Facts) -> None:
    for layer in network.of("embedding")[:1]:
        count = layer.argument(0, "num_embeddings", "input_dim")
        if (_whole(count) or 0) >= 100:
            facts.size("vocabulary_size", count, layer)
        size = layer.argument(1, "embedding_dim", "output_dim", "features")
        facts.size("embedding_size", size, layer)


def _image(scene: Scene, facts: _Facts) -> None:
    """What transforms and input shapes fix."""
    for record in scene.evaluator.calls():
        if record.last in _RESIZES and "transforms" in (record.name or "transforms"):
            facts.add("image_size", _pair(record.argument(0, "size", "height")), record.evidence)
        shape = first(record.kwargs.get("input_shape") or record.kwargs.get("target_size"))
        if isinstance(shape, Seq) and len(shape.items) in (2, 3):
            sides = [_whole(item) for item in shape.items]
            if sides[0] is not None and sides[0] == sides[1] and sides[0] >= 8:
                facts.add("image_size", sides[0], record.evidence)
                if len(sides) == 3 and sides[2] in (1, 3):
                    facts.add("channels", sides[2], record.evidence)


def _places(scene: Scene, pattern: re.Pattern[str]) -> Iterator[tuple[Features, ast.AST]]:
    for features in scene.functions:
        for name, node in features.names.items():
            if pattern.match(name) and isinstance(node, ast.Name | ast.Attribute | ast.expr):
                yield features, node


def _named_value(scene: Scene, pattern: re.Pattern[str], least: int) -> Fact | None:
    """The one number that names like this hold; None when they hold several."""
    found: dict[int, Evidence] = {}
    for features, node in _places(scene, pattern):
        for held in scene.evaluator.values(node, features.module):
            plain = held.value
            if isinstance(plain, int) and not isinstance(plain, bool) and plain >= least:
                evidence = held.evidence or scene.evidence(features, node)
                found.setdefault(plain, evidence)
    if len(found) != 1:
        return None
    size, evidence = next(iter(found.items()))
    return Fact(size, evidence)


_ONLY_FOR = {
    "diffusion_steps": {"Diffusion", "Latent diffusion", "Score-based model", "Diffusion transformer"},
    "codebook_size": {"VQ-VAE"},
    "patch_size": {"ViT", "Swin", "MLP-Mixer", "Diffusion transformer"},
}  # fmt: skip


def read_layers(scene: Scene, network: Network, families: set[str]) -> list[NamedFact]:
    """Return the sizes that are known, each with where it stands."""
    facts = _Facts(scene)
    _recurrent(network, facts)
    _attention(network, facts)
    _convolutions(network, facts)
    _dense(network, families, facts)
    _embedding(network, facts)
    _image(scene, facts)
    for name, pattern, least in _BY_NAME:
        if name in facts.found or (name in _ONLY_FOR and not families & _ONLY_FOR[name]):
            continue
        fact = _named_value(scene, re.compile(pattern), least)
        if fact is not None:
            facts.found[name] = fact
    return [NamedFact(name, fact) for name, fact in facts.found.items()]


# ---- parameters -----------------------------------------------------------------------------


def _bias(layer: Layer) -> bool | None:
    value = layer.kwargs.get("bias")
    if value is None:
        return True
    known = constant(value)
    return known if isinstance(known, bool) else None


def _linear_weights(layer: Layer) -> int | None:
    inputs = _whole(layer.argument(0, "in_features"))
    outputs = _whole(layer.argument(1, "out_features"))
    bias = _bias(layer) if len(layer.args) < 3 else None
    if inputs is None or outputs is None or bias is None:
        return None
    return inputs * outputs + (outputs if bias else 0)


def _conv_weights(layer: Layer) -> int | None:
    inputs = _whole(layer.argument(0, "in_channels"))
    outputs = _whole(layer.argument(1, "out_channels"))
    groups = _whole(layer.kwargs.get("groups", Const(1)))
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
        sides = [_whole(item) for item in value.items]
        return None if None in sides else math.prod(side for side in sides if side is not None)
    side = _whole(value)
    return None if side is None else side ** int(found[1])


def _recurrent_weights(layer: Layer) -> int | None:
    """Weights of LSTM, GRU and RNN: both biases as PyTorch has them."""
    inputs = _whole(layer.argument(0, "input_size"))
    hidden = _whole(layer.argument(1, "hidden_size"))
    depth = _whole(layer.argument(2, "num_layers") or Const(1))
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
        size = _whole(layer.argument(position, "num_features", "num_channels"))
        return None if size is None or "affine" in layer.kwargs else 2 * size
    if layer.kind == "layer_norm":
        size = _whole(layer.argument(0, "normalized_shape"))
        return None if size is None else 2 * size
    if layer.kind == "embedding":
        count, width = _whole(layer.argument(0)), _whole(layer.argument(1, "embedding_dim"))
        return None if count is None or width is None else count * width
    if layer.kind in ("lstm", "gru", "rnn") and "Cell" not in layer.name:
        return _recurrent_weights(layer)
    return None


def count_parameters(scene: Scene, network: Network) -> Fact | None:
    """Return the number of weights where every layer of the network is PyTorch's and all sizes
    are known, else None. Layers that a loop makes may be more than were seen: then it is None.
    """
    layers = [layer for layer in network.layers if layer.owner is not None or network.instances]
    layers = layers or network.layers
    if not layers or network.zoo or network.open or network.unknown:
        return None
    if _own_weights(scene, network):
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


def _ties_weights(node: ast.AST) -> bool:
    """Say whether a statement makes two layers share weights: ``head.weight = embed.weight``."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "weight"
        and any(isinstance(t, ast.Attribute) and t.attr == "weight" for t in node.targets)
    )


def _own_weights(scene: Scene, network: Network) -> bool:
    """Say whether the network has weights outside layers."""
    for features in scene.methods(network.classes()):
        if features.calls_any("Parameter", "ParameterList", "register_parameter", "spectral_norm"):
            return True
        if any(_ties_weights(node) for node in features.walk()):
            return True
    return any(not each.attrs or calls_unknown(scene, each) for each in network.instances)
