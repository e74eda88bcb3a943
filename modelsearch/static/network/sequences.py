"""Families over sequences and graphs: recurrent, encoder-decoder, attention, message passing."""

from __future__ import annotations

import re

from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.values import Call, first
from modelsearch.static.network import wiring
from modelsearch.static.network.features import Features
from modelsearch.static.network.gated import cell_of
from modelsearch.static.network.networks import Layer, Network
from modelsearch.static.network.scene import Found, Subject, at_first
from modelsearch.static.network.tracing import from_recurrent

_CELLS = ("lstm", "gru", "rnn")


def recurrent(subject: Subject) -> Found:
    """Recurrent layers of a library, or cells written out."""
    network = subject.network
    for kind, family in (("lstm", "LSTM"), ("gru", "GRU")):
        layers = network.of(kind)
        if layers:
            yield family, at_first(layers)
    plain = [layer for layer in network.of("rnn") if not _wraps_cell(layer)]
    if plain and not network.has("lstm", "gru"):
        yield "RNN", at_first(plain)
    if not network.has(*_CELLS):
        yield from _hand_recurrent(subject)


def _wraps_cell(layer: Layer) -> bool:
    return (layer.name.endswith(".RNN") and "keras" in layer.name) or layer.name.endswith(
        "RNNCellBase"
    )


def _hand_recurrent(subject: Subject) -> Found:
    """Gates written out; else a class whose step takes an input and a hidden state and gives the
    next one.
    """
    methods = subject.scene.methods(subject.network.classes())
    cell = cell_of(methods if subject.network.instances else subject.scene.functions)
    if cell is not None:
        family, features, node = cell
        yield family, subject.scene.evidence(features, node)
        return
    for features in subject.scene.methods(subject.network.classes()):
        if features.info is None or features.info.name not in (
            "forward",
            "__call__",
            "call",
            "step",
        ):
            continue
        node = features.info.node
        names = {a.arg for a in node.args.args}
        hidden = [
            n for n in names if re.match(r"(?i)^(hidden\w*|h|h_prev|h_t|prev_h|hx|prev_hidden)$", n)
        ]
        if (
            hidden
            and features.calls_any("cat", "tanh", "sigmoid")
            and subject.network.has("linear")
        ):
            owner = features.owner.name.lower() if features.owner else ""
            evidence = subject.scene.evidence(features)
            if "lstm" in owner:
                yield "LSTM", evidence
            elif "gru" in owner:
                yield "GRU", evidence
            elif re.search(r"rnn|recurrent", owner):
                yield "RNN", evidence
            return


def sequence(subject: Subject) -> Found:
    """Encoder and decoder over sequences."""
    named = subject.where(r"seq_?2_?seq|seq_?to_?seq")
    if named is not None:
        yield "Seq2seq", named
        return
    if not subject.network.has(*_CELLS) or subject.is_a("VAE", "GAN"):
        return
    parts = _coded_cells(subject.network)
    if parts is not None:
        yield "Seq2seq", parts
        return
    both = subject.named(r"enc(oder)?") and subject.where(r"dec(oder)?")
    images = subject.network.has("conv") and not subject.network.has("embedding")
    if both and subject.network.has("embedding") and not images:
        yield "Seq2seq", both
        return
    for layer in subject.network.of(*_CELLS):
        if from_recurrent(layer.kwargs.get("initial_state")):
            yield "Seq2seq", layer.evidence
            return
    for record in subject.scene.evaluator.calls():
        if from_recurrent(record.kwargs.get("initial_state")):
            yield "Seq2seq", record.evidence
            return


def _coded_cells(network: Network) -> Evidence | None:
    """An object whose attributes hold recurrent layers for encoding and for decoding."""
    for instance in network.instances:
        sides: dict[str, Evidence] = {}
        for name, value in instance.attrs.items():
            side = re.match(r"(?i)^(enc|dec)", name)
            held = first(value)
            for layer in network.of(*_CELLS) if side else ():
                if isinstance(held, Call) and layer.node is held.at.node:
                    sides[side[1].lower() if side else ""] = layer.evidence
        if len(sides) == 2:
            return sides["dec"]
    return None


_KNOWN = ("ViT", "BERT", "GPT", "T5", "Swin", "Transformer", "Diffusion transformer", "DETR")
#: Narrower kinds by class names, once attention is there.
_NARROWER: tuple[tuple[str, str], ...] = (
    (r"(^|_)gpt|gptmodel|mingpt", "GPT"),
    (r"bert", "BERT"),
    (r"swin", "Swin"),
    (r"^dit", "Diffusion transformer"),
)


def transformer(subject: Subject) -> Found:
    """Blocks of attention and dense layers; with both sides it maps sequence to sequence."""
    network = subject.network
    if subject.has(*_KNOWN):
        return
    whole = network.of("transformer")
    recurrent_too = network.has(*_CELLS) and not subject.named(r"transformer")
    if not whole and (recurrent_too or subject.has("U-Net")):
        return
    evidence = at_first(whole) if whole else _hand_transformer(subject)
    evidence = evidence or _vision(subject)
    if evidence is None:
        return
    if subject.where(r"^vit|vision_?transformer|patch") and not subject.named(r"discriminator"):
        yield "ViT", evidence
        return
    narrower = next((family for names, family in _NARROWER if subject.where(names)), None)
    yield narrower or "Transformer", evidence
    if narrower is None and _two_sided(subject):
        yield "Seq2seq", evidence


def _vision(subject: Subject) -> Evidence | None:
    """Find a vision transformer whose blocks are made elsewhere: its name, over patches."""
    named = subject.where(r"^(simple)?vit$|vision_?transformer")
    if named is None:
        return None
    patches = subject.scene.named(
        r"(?i)^\w*patch\w*$", subject.scene.methods(subject.network.classes())
    )
    return named if patches is not None else None


def _two_sided(subject: Subject) -> bool:
    """Return whether an encoder feeds a decoder over tokens."""
    layers = subject.network.of("transformer")
    if any(layer.name.endswith("nn.Transformer") for layer in layers):
        return True
    lasts = {layer.name.rpartition(".")[2] for layer in layers}
    encoders = any(last.startswith("TransformerEncoder") for last in lasts)
    decoders = any(last.startswith("TransformerDecoder") for last in lasts)
    encoders = encoders or subject.named(r"encoder")
    decoders = decoders or subject.named(r"decoder")
    tokens = len(subject.network.of("embedding")) >= 2 or subject.named(r"transformer_?decoder")
    return encoders and decoders and tokens


def _hand_transformer(subject: Subject) -> Evidence | None:
    network = subject.network
    if len(network.of("conv")) > 3 and not subject.named(
        r"transformer|vit|attention|former$|encoder_?layer"
    ):
        return None
    evidence = network.of("attention")[0].evidence if network.has("attention") else None
    evidence = evidence or wiring.hand_attention(subject.scene, network)
    evidence = evidence or _attending_blocks(subject)
    if evidence is None:
        return None
    normed = network.has("layer_norm") or subject.named(r"norm")
    normed = normed or subject.scene.called("rms_norm", "layer_norm") is not None
    dense = len(network.of("linear")) >= 2
    says = subject.named(_SAYS) or (not network.instances and _functions_say(subject))
    if dense and subject.named(r"transformer"):
        return evidence  # blocks may do without any norm: they weigh what they add
    return evidence if normed and (dense or says) else None


_SAYS = r"transformer|former$|^vit|gpt|bert|multi_?head|self_?attention|selfattn|encoder_?layer"


def _functions_say(subject: Subject) -> bool:
    """Return whether functions of a network without classes are called after its parts."""
    named = (each.info.name for each in subject.scene.functions if each.info is not None)
    return any(re.search(_SAYS, name.lower()) for name in named)


def _attending_blocks(subject: Subject) -> Evidence | None:
    """Find layers of an encoder or decoder whose parts are called attention."""
    where = subject.where(r"^(\w*encoder|\w*decoder|\w*transformer|\w*former)_?(layer|block)$")
    if where is None or subject.network.has(*_CELLS):
        return None
    attends = subject.scene.named(
        r"(?i)^(self_?|cross_?|multi_?head_?)?(attn|attention)(_?layer)?$",
        subject.scene.methods(subject.network.classes()),
    )
    return where if attends is not None else None


_ADJACENCY = r"(?i)^(adj\w*|edge_index|laplacian|adjacency\w*|edge_list|senders|receivers)$"


#: What gathers the neighbours of a node.
_GATHERS = re.compile(r"(?i)^aggregat(e|es|or|ors|ion|e_\w+)$")


def _passes(subject: Subject, methods: list[Features]) -> Evidence | None:
    """Find messages that are passed: by a graph library, or by an adjacency called ``A``."""
    for features in methods:
        node = features.calls_any(
            "update_all",
            "apply_edges",
            "propagate",
            "scatter_mean",
            "GraphConvolution",
            "GraphNetwork",
        )
        node = node or features.name_like(re.compile(r"^(A|A_?(hat|norm|tilde)|L_?norm)$"))
        node = node or features.name_like(_GATHERS)
        if node is not None:
            return subject.scene.evidence(features, node)
    return None


def graph(subject: Subject) -> Found:
    """Message passing: layers of a graph library, or an adjacency that methods multiply with."""
    layers = subject.network.of("graph")
    if layers:
        kind = layers[0].name.rpartition(".")[2]
        if kind.startswith("PointNet"):
            yield "PointNet", at_first(layers)
            return
        family = "GCN" if kind == "GCNConv" else "GAT" if kind.startswith("GAT") else "GNN"
        yield family, at_first(layers)
        return
    methods = subject.scene.methods(subject.network.classes())
    evidence = subject.scene.named(_ADJACENCY, methods)
    if evidence is None and subject.named(r"graph|gnn|gcn|^gat|sage"):
        evidence = _passes(subject, methods)
    if evidence is None:
        return
    if subject.named(r"gcn|graph_?conv"):
        yield "GCN", evidence
    elif subject.named(r"^gat|graph_?att"):
        yield "GAT", evidence
    else:
        yield "GNN", evidence


_CHAINS = ("CRF", "ChainCRF", "LinearCRF", "ConditionalRandomField", "crf_log_likelihood")
_MOVES = r"(?i)^(transitions?(_\w+)?|trans(_m(at(rix)?)?)?|start_trans\w*|viterbi\w*)$"


def chained(subject: Subject) -> Found:
    """Labels that depend on their neighbours: a library's layer, or a class of the project's own
    that is called so and moves from label to label.
    """
    if subject.scene.called(*_CHAINS) is not None:
        for record in subject.scene.evaluator.calls_of(*_CHAINS):
            if record.name and "." in record.name:
                yield "CRF", record.evidence
                return
    made = subject.where(r"(^|_)crf|crf($|_)|random_?field")
    if made is not None and subject.scene.named(_MOVES) is not None:
        yield "CRF", made
