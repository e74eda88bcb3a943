"""Architecture families from structure: what is instantiated, how it is wired, how it is trained.

Each rule reads the trained network's layers, the wiring of reached functions and, to tell narrower
kinds apart, names that agree with the structure. A name alone makes no family.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from modelsearch.records import Evidence, Fact
from modelsearch.static import adversarial, agents, wiring
from modelsearch.static.features import Scene
from modelsearch.static.layer_kinds import DIFFUSION_SCHEDULER, estimator
from modelsearch.static.networks import Layer, Network
from modelsearch.static.values import Call, Const, Map, Seq, first, options, text

Found = Iterator[tuple[str, Evidence]]

#: Networks of convolutions known by name, once convolutions are there: pattern on class names.
_CONVOLUTIONAL: tuple[tuple[str, str], ...] = (
    (r"wide_?res_?net", "Wide ResNet"),
    (r"se_?res_?net|senet|se_?net\b", "SE-ResNet"),
    (r"resnext", "ResNeXt"),
    (r"^(pre_?act_?)?res_?net", "ResNet"),
    (r"^vgg", "VGG"),
    (r"^dense_?net", "DenseNet"),
    (r"mobile_?net", "MobileNet"),
    (r"efficient_?net", "EfficientNet"),
    (r"google?_?(le)?net|^inception", "Inception"),
    (r"^xception", "Xception"),
    (r"squeeze_?net", "SqueezeNet"),
    (r"shuffle_?net", "ShuffleNet"),
    (r"^alex_?net", "AlexNet"),
    (r"^le_?net", "LeNet"),
    (r"^convnext", "ConvNeXt"),
    (r"^nasnet", "NASNet"),
    (r"wave_?net$", "WaveNet"),
    (r"pixel_?cnn", "PixelCNN"),
    (r"^yolo", "YOLO"),
    (r"^(tcn|temporalconvnet)", "TCN"),
    (r"^(simple)?dla", "DLA"),
)  # fmt: skip


@dataclass
class Subject:
    """What the rules look at."""

    scene: Scene
    network: Network
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


def _layer(layers: list[Layer]) -> Evidence:
    return layers[0].evidence


# ---- rules, in order: a later one may look at what earlier ones found ------------------------


def _zoo(subject: Subject) -> Found:
    if _styles(subject) is not None and not subject.network.layers:
        return  # a frozen network that only measures style
    yield from subject.network.zoo.items()


def _styles(subject: Subject) -> Evidence | None:
    """Find the Gram matrices of style transfer."""
    gram = subject.scene.named(r"(?i)^gram(_?matrix\w*)?$|^calc_gram|^style_(weight|loss)\w*$")
    return gram if gram is not None and subject.scene.named(r"(?i)^\w*style\w*$") else None


def _estimators(subject: Subject) -> Found:
    known = dict(subject.network.estimators)
    if len(known) > 1:
        known.pop("PCA", None)
    yield from known.items()


def _boosting(subject: Subject) -> Found:
    for record in subject.scene.evaluator.calls():
        if record.name in (
            "xgboost.train",
            "xgboost.cv",
            "lightgbm.train",
            "lightgbm.cv",
            "catboost.train",
        ):
            booster = _parameter(record.argument(0, "params", "pool"), "booster", "boosting")
            yield (
                ("Linear model" if booster == "gblinear" else "Gradient boosting"),
                record.evidence,
            )
            return


def _parameter(table: object, *keys: str) -> str | None:
    for option in options(table if table is None or not isinstance(table, str) else None):  # type: ignore[arg-type]
        items = option.items if isinstance(option, Map) else {}
        if isinstance(option, Seq):
            items = {}
        for key in keys:
            if isinstance(items, dict) and key in items:
                return text(items[key])
    return None


def _diffusion(subject: Subject) -> Found:
    scene, network = subject.scene, subject.network
    for record in scene.evaluator.calls():
        if record.name and DIFFUSION_SCHEDULER.match(record.name):
            latent = subject.has("VAE") or scene.named(r"^(latents|vae)$") is not None
            yield (
                ("Latent diffusion" if latent and scene.called("encode") else "Diffusion"),
                record.evidence,
            )
            return
    if subject.is_rl or subject.has("Diffusion"):
        return
    schedule = wiring.noise_schedule(scene)
    noise = scene.called("randn_like", "randn", "normal", "standard_normal", "random_normal")
    if schedule is not None and noise is not None and not wiring_markov(subject):
        yield "Diffusion", schedule
        return
    says = re.search(r"diffusion|ddpm", subject.path + " " + " ".join(subject.names))
    level = scene.named(r"^(t|ts|timesteps?|noise_level\w*|noisy\w*)$")
    if says and noise is not None and level is not None and network.layers:
        yield "Diffusion", noise


def wiring_markov(subject: Subject) -> bool:
    """Cumulative products also occur in returns and flows; those have no noise level of their own."""
    return subject.named(r"flow$|normalizing") and not subject.named(r"diffusion|ddpm|unet")


def _unet(subject: Subject) -> Found:
    if subject.has("U-Net"):
        return
    skip = wiring.skip_concatenation(subject.scene, subject.network)
    named = subject.where(r"u_?net")
    if named is not None and (skip or subject.network.has("conv", "upsample")):
        yield "U-Net", named
    elif skip is not None:
        yield "U-Net", skip


def _adversarial(subject: Subject) -> Found:
    if subject.is_rl:
        return
    yield from adversarial.kinds(subject.scene, subject.network, subject.has("U-Net"))


def _agents(subject: Subject) -> Found:
    yield from agents.methods(subject.scene, subject.network)


def _codebook(subject: Subject) -> Found:
    found = wiring.codebook(subject.scene, subject.network)
    if found is not None or (found := subject.where(r"vq_?vae|vector_?quant")):
        yield "VQ-VAE", found


def _variational(subject: Subject) -> Found:
    if subject.is_rl or subject.has("VAE", "VQ-VAE"):
        return
    scene = subject.scene
    sampled = wiring.reparameterisation(scene, subject.network)
    if sampled is None:
        return
    says = subject.named(r"vae|variational") or re.search(r"vae|variational", subject.path)
    if wiring.divergence(scene) is None and not says:
        return
    yield ("VAE", sampled)
    if subject.named(r"^(c|cond\w*)_?vae") or re.search(r"\bcvae|conditional_vae", subject.path):
        yield "Conditional VAE", sampled


def _autoencoder(subject: Subject) -> Found:
    if subject.has(
        "VAE", "VQ-VAE", "Diffusion", "Latent diffusion", "U-Net", "Seq2seq", "Transformer"
    ):
        return
    if subject.is_rl or subject.has(*_GANS) or subject.network.has("embedding"):
        return
    scene = subject.scene
    same = _fits_itself(scene)
    if same is not None:
        yield "Autoencoder", same
        return
    named = subject.where(r"auto_?_?enc|^(c|d|s)?ae$|^conv_?ae") or (
        scene.named(r"(?i)^\w*auto_?encoder\w*$")
    )
    parts = scene.named(r"(?i)^(enc(oder)?\w*)$"), scene.named(r"(?i)^(dec(oder)?(?!d)\w*)$")
    if named is None and not all(parts):
        return
    loss = scene.called(
        "MSELoss", "mse_loss", "BCELoss", "binary_cross_entropy", "L1Loss", "mean_squared_error",
        "BinaryCrossentropy", "MeanSquaredError", "squared_difference", "square", "pow", "reduce_mean",
    )  # fmt: skip
    if (loss is not None or named is not None) and not subject.network.has("lstm", "gru", "rnn"):
        if scene.called("CrossEntropyLoss", "cross_entropy") is None:
            yield "Autoencoder", named or parts[0] or Evidence(scene.program.main.path)


def _fits_itself(scene: Scene) -> Evidence | None:
    """Find ``model.fit(x, x)``."""
    for record in scene.evaluator.calls():
        if record.last == "fit" and len(record.args) >= 2 and record.receiver is not None:
            same = record.args[0] is record.args[1] and not isinstance(first(record.args[0]), Const)
            node = record.node
            if same and len(node.args) >= 2:
                if ast.dump(node.args[0]) == ast.dump(node.args[1]):
                    return record.evidence
    return None


_GANS = (
    "GAN", "DCGAN", "WGAN", "LSGAN", "InfoGAN", "BEGAN", "SRGAN", "CycleGAN", "Pix2pix",
    "Conditional GAN", "Image-to-image GAN", "VAE-GAN", "BigGAN", "SAGAN", "StyleGAN", "ProGAN",
)  # fmt: skip


def _recurrent(subject: Subject) -> Found:
    network = subject.network
    for kind, family in (("lstm", "LSTM"), ("gru", "GRU")):
        layers = network.of(kind)
        if layers:
            yield family, _layer(layers)
    plain = [layer for layer in network.of("rnn") if not _wraps_cell(layer)]
    if plain and not network.has("lstm", "gru"):
        yield "RNN", _layer(plain)
    if not network.has("lstm", "gru", "rnn"):
        yield from _hand_recurrent(subject)


def _wraps_cell(layer: Layer) -> bool:
    return (layer.name.endswith(".RNN") and "keras" in layer.name) or layer.name.endswith(
        "RNNCellBase"
    )


def _hand_recurrent(subject: Subject) -> Found:
    """A class whose step takes an input and a hidden state and gives the next one."""
    for features in subject.scene.methods(subject.network.classes()):
        if features.info is None or features.info.name not in (
            "forward",
            "__call__",
            "call",
            "step",
        ):
            continue
        node = features.info.node
        names = {a.arg for a in node.args.args} if not hasattr(node, "body") or True else set()
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


def _sequence(subject: Subject) -> Found:
    """Encoder and decoder over sequences."""
    named = subject.where(r"seq_?2_?seq|seq_?to_?seq")
    if named is not None:
        yield "Seq2seq", named
        return
    if not subject.network.has("lstm", "gru", "rnn") or subject.has("VAE", *_GANS):
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
    for layer in subject.network.of("lstm", "gru", "rnn"):
        if "initial_state" in layer.kwargs:
            yield "Seq2seq", layer.evidence
            return
    for record in subject.scene.evaluator.calls():
        if "initial_state" in record.kwargs and _returns_state(subject.network):
            yield "Seq2seq", record.evidence
            return


def _coded_cells(network: Network) -> Evidence | None:
    """An object whose attributes hold recurrent layers for encoding and for decoding."""
    for instance in network.instances:
        sides: dict[str, Evidence] = {}
        for name, value in instance.attrs.items():
            side = re.match(r"(?i)^(enc|dec)", name)
            held = first(value)
            for layer in network.of("lstm", "gru", "rnn") if side else ():
                if isinstance(held, Call) and layer.node is held.at.node:
                    sides[side[1].lower() if side else ""] = layer.evidence
        if len(sides) == 2:
            return sides["dec"]
    return None


def _returns_state(network: Network) -> bool:
    return any(
        isinstance(first(layer.kwargs.get("return_state")), Const)
        for layer in network.of("lstm", "gru", "rnn")
    )


def _transformer(subject: Subject) -> Found:
    network = subject.network
    if subject.has(
        "ViT", "BERT", "GPT", "T5", "Swin", "Transformer", "Diffusion transformer", "DETR"
    ):
        return
    whole = network.of("transformer")
    if not whole and (network.has("lstm", "gru", "rnn") or subject.has("U-Net")):
        return
    evidence = _layer(whole) if whole else _hand_transformer(subject)
    if evidence is None:
        return
    if subject.where(r"^vit|vision_?transformer|patch") and not subject.named(r"discriminator"):
        yield "ViT", evidence
    elif subject.where(r"(^|_)gpt|gptmodel|mingpt"):
        yield "GPT", evidence
    elif subject.where(r"bert"):
        yield "BERT", evidence
    elif subject.where(r"swin"):
        yield "Swin", evidence
    elif subject.where(r"^dit"):
        yield "Diffusion transformer", evidence
    else:
        yield "Transformer", evidence


def _hand_transformer(subject: Subject) -> Evidence | None:
    network = subject.network
    if len(network.of("conv")) > 3 and not subject.named(r"transformer|vit|attention"):
        return None
    evidence = network.of("attention")[0].evidence if network.has("attention") else None
    evidence = evidence or wiring.hand_attention(subject.scene, network)
    if evidence is None:
        return None
    normed = network.has("layer_norm") or subject.named(r"norm")
    dense = len(network.of("linear")) >= 2
    says = subject.named(
        r"transformer|^vit|gpt|bert|multi_?head|self_?attention|selfattn|encoder_?layer"
    )
    return evidence if normed and (dense or says) else None


def _graph(subject: Subject) -> Found:
    layers = subject.network.of("graph")
    if layers:
        kind = layers[0].name.rpartition(".")[2]
        family = "GCN" if kind == "GCNConv" else "GAT" if kind.startswith("GAT") else "GNN"
        yield family, _layer(layers)
        return
    pattern = r"(?i)^(adj\w*|edge_index|laplacian|adjacency\w*|edge_list)$"
    methods = subject.scene.methods(subject.network.classes())
    evidence = subject.scene.named(pattern, methods)
    if evidence is None:
        return
    if subject.named(r"gcn|graph_?conv"):
        yield "GCN", evidence
    elif subject.named(r"^gat|graph_?att"):
        yield "GAT", evidence
    else:
        yield "GNN", evidence


def _named_convolutions(subject: Subject) -> Found:
    """Networks known by the name of their class, once convolutions agree."""
    if not subject.network.has("conv") or subject.has("U-Net", "Diffusion", "Latent diffusion"):
        return
    for pattern, family in _CONVOLUTIONAL:
        evidence = subject.where(pattern)
        if evidence is None:
            continue
        if (
            "ResNet" in family
            and wiring.residual_convolutions(subject.scene, subject.network) is None
        ):
            continue
        yield family, evidence
        return


def _residual(subject: Subject) -> Found:
    if subject.has("U-Net", "Diffusion", "Latent diffusion", "VAE", "VQ-VAE", "ViT", "Transformer"):
        return
    if any(
        f in subject.found for f in ("ResNet", "Wide ResNet", "ResNeXt", "SE-ResNet", "DenseNet")
    ):
        return
    if subject.has(
        "WaveNet", "MobileNet", "EfficientNet", "ConvNeXt", "PixelCNN", "TCN", "ShuffleNet"
    ):
        return
    residual = wiring.residual_convolutions(subject.scene, subject.network)
    if residual is None or residual[1] < 3:
        return
    yield "ResNet", residual[0]


def _special(subject: Subject) -> Found:
    """Families that a name and one sign of structure make."""
    scene, network = subject.scene, subject.network
    words = subject.path + " " + " ".join(subject.names)
    gram = _styles(subject)
    if gram is not None:
        yield "Neural style transfer", gram
    if re.search(r"word2vec|skip_?-?gram|cbow|word embedding", words) and network.layers:
        yield "Word2vec", network.layers[0].evidence
    if re.search(r"caps(ule)?_?(net|layer)|capsule", words) and scene.named(r"(?i)^squash\w*$"):
        yield "Capsule network", scene.named(r"(?i)^squash\w*$") or network.layers[0].evidence
    determinant = scene.named(r"(?i)^\w*(log_?_?(abs_?)?det(_?j\w*)?|ldj)\w*$")
    if determinant is not None and re.search(
        r"flow|nvp|glow|nice|maf|iaf|coupling|bijector", words
    ):
        yield "Normalizing flow", determinant
    if re.search(r"\brbm\b|restricted_?boltzmann|^rbm|/rbm", words):
        yield "RBM", subject.where(r"rbm") or Evidence(scene.program.main.path, "name")
    if re.search(r"siamese", words) and network.layers:
        yield "Siamese network", subject.where(r"siamese") or network.layers[0].evidence
    if re.search(r"simclr|moco|byol|simsiam|barlow", words) and network.layers:
        yield "Contrastive model", network.layers[0].evidence
    if re.search(r"\benergy|ebm\b", words) and scene.named(r"(?i)^\w*(langevin|energy)\w*$"):
        yield (
            "Energy-based model",
            network.layers[0].evidence if network.layers else Evidence(scene.program.main.path),
        )
    if subject.where(r"srcnn|espcn") and network.has("conv") and not subject.has(*_GANS):
        yield "SRCNN", subject.where(r"srcnn|espcn") or _layer(network.of("conv"))
    if subject.where(r"fcn\d|fullyconvolutional") and network.has("conv"):
        yield "FCN", _layer(network.of("conv"))
    if subject.where(r"nerf|neural_?radiance|siren"):
        yield "NeRF", subject.where(r"nerf|neural_?radiance|siren") or _layer(network.layers)


def _convolutions(subject: Subject) -> Found:
    layers = subject.network.of("conv", "conv_transpose")
    if not layers:
        return
    if subject.has("ViT", "Swin") and len(layers) <= 2:
        return
    if subject.has("GCN", "GAT", "GNN", "BERT", "GPT") and len(layers) <= 2:
        return
    if subject.has("Transformer") and all(_pointwise(layer) for layer in layers):
        return
    yield "CNN", _layer(layers)


def _pointwise(layer: Layer) -> bool:
    size = first(layer.argument(2, "kernel_size"))
    return isinstance(size, Const) and size.value == 1


#: With these, dense layers are what the network is made of, and still worth saying.
_MAY_BE_DENSE = (
    *_GANS, "VAE", "Conditional VAE", "Autoencoder", "DQN", "PPO", "SAC", "TD3", "DDPG",
    "Actor-critic", "Policy gradient", "Reinforcement learning", "Diffusion", "Normalizing flow",
    "Energy-based model", "Siamese network", "Contrastive model",
    "Adversarial autoencoder",
)  # fmt: skip


def _dense(subject: Subject) -> Found:
    network = subject.network
    if any(name not in _MAY_BE_DENSE for name in subject.found):
        return
    if network.has("conv", "conv_transpose", "lstm", "gru", "rnn", "transformer", "graph"):
        return
    layers = network.of("linear")
    distinct = {
        id(layer.node) if layer.owner is None else (id(layer.owner), id(layer.node), i)
        for i, layer in enumerate(layers)
    }
    if len(distinct) >= 2:
        yield "MLP", _layer(layers)
        return
    if not layers:
        yield from _products(subject)
        return
    if subject.found or network.has("embedding"):
        return
    yield _single(subject), _layer(layers)


def _single(subject: Subject) -> str:
    """One dense layer: logistic regression with a classification loss, else a linear model."""
    classes = subject.scene.called(
        "CrossEntropyLoss", "cross_entropy", "BCELoss", "BCEWithLogitsLoss", "NLLLoss", "nll_loss",
        "binary_cross_entropy", "softmax_cross_entropy", "binary_cross_entropy_with_logits",
        "softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_integer_labels",
        "sparse_softmax_cross_entropy_with_logits", "SoftmaxCrossEntropyLoss", "log_softmax",
        "SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy",
    )  # fmt: skip
    return "Logistic regression" if classes is not None else "Linear model"


def _products(subject: Subject) -> Found:
    """Raw matrix products with weights of one's own."""
    scene = subject.scene
    trained = scene.called(
        "minimize", "backward", "grad", "gradient", "value_and_grad", "apply_gradients", "fit"
    )
    if trained is None:
        return
    places = _product_places(scene)
    if sum(count for _, count in places) >= 2:
        yield "MLP", places[0][0]
    elif places and not subject.found:
        yield _single_raw(subject), places[0][0]
    elif not places and not subject.found and scene.called("Variable", "requires_grad_", "tensor"):
        if scene.named(r"^(w|W|weights?|slope|params)$") and scene.named(
            r"^(b|bias|intercept|params)$"
        ):
            yield "Linear model", scene.named(r"^(w|W|weights?|slope|params)$") or trained


def _product_places(scene: Scene) -> list[tuple[Evidence, int]]:
    """Where matrices are multiplied outside NumPy, and how many objects do so there."""
    made = [instance.name for instance in scene.evaluator.instances()]
    found: dict[tuple[str, int | None], tuple[Evidence, int]] = {}
    for record in scene.evaluator.calls():
        if record.last in ("matmul", "mm", "dot", "addmm", "dot_general"):
            if not (record.name or "").startswith("numpy"):
                evidence = record.evidence
                owner = record.instance
                count = made.count(owner.name) if owner is not None else 1
                found[evidence.path, evidence.line] = (evidence, max(count, 1))
    for features in scene.functions:
        for node in features.walk() if features.info is not None else ():
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                evidence = scene.evidence(features, node)
                count = made.count(features.owner.name) if features.owner else 1
                found[evidence.path, evidence.line] = (evidence, max(count, 1))
    return list(found.values())


def _single_raw(subject: Subject) -> str:
    soft = subject.scene.called("softmax", "sigmoid", "log_softmax") or subject.scene.named(
        r"^(nll|cross_entropy)\w*$"
    )
    return "Logistic regression" if soft is not None else "Linear model"


def _tensorflow_estimators(subject: Subject) -> Found:
    table = {"DNN": "MLP", "Linear": "Linear model", "BoostedTrees": "Gradient boosting"}
    for record in subject.scene.evaluator.calls():
        name = record.name or ""
        if re.match(r"^tensorflow\.(compat\.v1\.)?estimator\.", name):
            for prefix, family in table.items():
                if re.match(rf"^{prefix}(Classifier|Regressor|Estimator)", record.last):
                    yield family, record.evidence


RULES: tuple[Callable[[Subject], Found], ...] = (
    _zoo,
    _estimators,
    _boosting,
    _tensorflow_estimators,
    _diffusion,
    _unet,
    _adversarial,
    _agents,
    _codebook,
    _variational,
    _graph,
    _recurrent,
    _sequence,
    _transformer,
    _autoencoder,
    _special,
    _named_convolutions,
    _residual,
    _convolutions,
    _dense,
)


def read_families(scene: Scene, network: Network) -> list[Fact]:
    """Return the families of the trained network, in the order of the rules."""
    subject = Subject(scene, network)
    for rule in RULES:
        for family, evidence in rule(subject):
            subject.found.setdefault(family, evidence)
    return [Fact(family, evidence) for family, evidence in subject.found.items()]


__all__ = ["RULES", "Subject", "estimator", "read_families"]
