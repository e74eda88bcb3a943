"""Families that a name says and one sign of structure confirms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.contrasting import pairwise
from modelsearch.static.network.features import Scene
from modelsearch.static.network.scene import Found, Subject


@dataclass(frozen=True, slots=True)
class Special:
    """A family, the words that say it, and what must be there too.

    ``words`` are sought in the path and the class names (``classes``: in the latter alone);
    ``names`` is a pattern of identifiers, ``kinds`` are kinds of layers (none: any layer or raw
    product will do).
    """

    family: str
    words: str
    names: str | None = None
    kinds: tuple[str, ...] = ()
    classes: bool = False
    without: tuple[str, ...] = ()


_SPECIAL: tuple[Special, ...] = (
    Special("Word2vec", r"word2vec|skip_?-?gram|cbow|word embedding"),
    Special("Capsule network", r"caps(ule)?_?(net|layer)|capsule", names=r"(?i)^squash\w*$"),
    Special(
        "Normalizing flow",
        r"flow|nvp|glow|nice|maf|iaf|coupling|bijector",
        names=r"(?i)^\w*(log_?_?(abs_?)?det(_?j\w*)?|ldj)\w*$",
    ),
    Special("RBM", r"\brbm\b|restricted_?boltzmann|^rbm|/rbm"),
    Special("Siamese network", r"siamese"),
    Special("Contrastive model", r"simclr|moco|byol|simsiam|barlow"),
    Special(
        "Energy-based model",
        r"\benergy|energy_?(based_?)?model|ebm\b",
        names=r"(?i)^\w*(langevin|energy)\w*$",
    ),
    Special("SRCNN", r"srcnn|espcn", kinds=("conv",), classes=True, without=("GAN",)),
    Special("FCN", r"^fcn($|_?\d)|fcn\d|fullyconvolutional", kinds=("conv",), classes=True),
    Special("PointNet", r"^point_?net", kinds=("conv",), classes=True),
    Special("NeRF", r"nerf|neural_?radiance|^siren", classes=True),
    Special("KAN", r"^kan($|_?(linear|layer|net))|kolmogorov", classes=True),
    Special(
        "PINN",
        r"(\b|_|/)pinns?(\b|_|$|net)|^pinn|physics_?informed",
        names=r"^(grad|gradient|jacrev|jacobian|hessian|GradientTape)$",
    ),
    Special("Neural ODE", r"neural_?ode|ode_?func|ode_?net", names=r"(?i)^odeint\w*$"),
    Special("State-space model", r"^mamba|^s4d?($|layer|block)", classes=True),
    Special("YOLO", r"^yolo(_?v?\d+\w*)?$", classes=True),
    Special("Bigram model", r"bigram", kinds=("embedding",), classes=True),
    Special("MLP-Mixer", r"mixer(_?(block|layer))?$|^gmlp", classes=True),
)


def styles(subject: Subject) -> Evidence | None:
    """Find the Gram matrices of style transfer."""
    scene = subject.scene
    if scene.named(r"(?i)^\w*style\w*$") is None:
        return None
    named = scene.named(r"(?i)^gram(_?matrix\w*)?$|^calc_gram|^style_(weight|loss)\w*$")
    if named is None and "VGG" in subject.network.zoo:
        return scene.once("products of features", _products)
    return named


def _products(scene: Scene) -> Evidence | None:
    """Find how alike the features of a picture are to one another, whatever that is called."""
    for features in scene.functions:
        for product in pairwise(features):
            return scene.evidence(features, product)
    return None


def special(subject: Subject) -> Found:
    """Families that a name and one sign of structure make."""
    gram = styles(subject)
    if gram is not None:
        yield "Neural style transfer", gram
    words = f"{subject.path} {' '.join(subject.names)}"
    for each in _SPECIAL:
        place = _confirmed(subject, each, words)
        if place is not None:
            yield each.family, place


#: What files and folders are called after, where code does not show what a network is trained as.
_TRAINED_AS: tuple[tuple[str, str], ...] = (
    (r"flow_?matching|rectified_?flow", "Flow matching"),
    (r"latent_?diffusion|ldm", "Latent diffusion"),
    (r"diffusion(_?models?)?|ddpm|ddim|edm", "Diffusion"),
    (r"vq_?vae\d?", "VQ-VAE"),
    (r"(conv_?)?vae|variational_?auto_?encoder", "VAE"),
    (r"wgan(_?gp)?", "WGAN"),
    (r"(dc)?gans?", "GAN"),
    (r"simclr|moco|byol|simsiam|barlow_?twins", "Contrastive model"),
)
#: Words of names of files that do something else with such a model.
_ELSE = re.compile(r"classif|eval|fid|metric|dataset|upscal|segment|detect|encoder_only|clip")


def trained_as_named(subject: Subject) -> Found:
    """What a file or its folder says that a network is trained as, where code does not show it.

    The evidence is a name, so the fact is a weaker one.
    """
    if any("trained as" in vocabulary.axes(family) for family in subject.found) or subject.is_rl:
        return
    if not subject.network.layers or subject.network.estimators:
        return
    for part in reversed(subject.path.rpartition(".")[0].split("/")):
        words = re.sub(r"[^a-z0-9]+", "_", part)
        if _ELSE.search(words):
            return
        for pattern, family in _TRAINED_AS:
            if re.search(rf"(^|_)({pattern})(_|\d|$)", words):
                yield family, Evidence(subject.scene.program.main.path, "name")
                return


def _confirmed(subject: Subject, each: Special, words: str) -> Evidence | None:
    """Return where a family stands when its words and its sign are both there."""
    scene, network = subject.scene, subject.network
    where = subject.where(each.words)
    if (where is None and (each.classes or not re.search(each.words, words))) or (
        subject.is_a(*each.without)
    ):
        return None
    if each.names is not None:
        named = scene.named(each.names)
        return (where or named) if named is not None else None
    layers = network.of(*each.kinds) if each.kinds else network.layers
    if layers:
        return where or layers[0].evidence
    if each.kinds:
        return None
    return where or scene.called("matmul", "dot", "Variable", "embedding_lookup", "nce_loss")
