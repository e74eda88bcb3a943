"""Architecture families from structure: what is instantiated, how it is wired, how it is trained.

Each rule reads the trained network's layers, the wiring of reached functions and, to tell narrower
kinds apart, names that agree with the structure. A name alone makes no family.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from modelsearch.records import Evidence, Fact
from modelsearch.static import adversarial, agents, convolutional, dense, generative, sequences
from modelsearch.static.features import Scene
from modelsearch.static.networks import Network
from modelsearch.static.subject import GANS, Found, Subject, at_first


def _zoo(subject: Subject) -> Found:
    if _styles(subject) is not None and not subject.network.layers:
        return  # a frozen network that only measures style
    yield from subject.network.zoo.items()


def _styles(subject: Subject) -> Evidence | None:
    """Find the Gram matrices of style transfer."""
    gram = subject.scene.named(r"(?i)^gram(_?matrix\w*)?$|^calc_gram|^style_(weight|loss)\w*$")
    return gram if gram is not None and subject.scene.named(r"(?i)^\w*style\w*$") else None


def _adversarial(subject: Subject) -> Found:
    if subject.is_rl:
        return
    yield from adversarial.kinds(subject.scene, subject.network, subject.has("U-Net"))


def _agents(subject: Subject) -> Found:
    yield from agents.methods(subject.scene, subject.network)


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
    if subject.where(r"srcnn|espcn") and network.has("conv") and not subject.has(*GANS):
        yield "SRCNN", subject.where(r"srcnn|espcn") or at_first(network.of("conv"))
    if subject.where(r"fcn\d|fullyconvolutional") and network.has("conv"):
        yield "FCN", at_first(network.of("conv"))
    if subject.where(r"nerf|neural_?radiance|siren"):
        yield "NeRF", subject.where(r"nerf|neural_?radiance|siren") or at_first(network.layers)


RULES: tuple[Callable[[Subject], Found], ...] = (
    _zoo,
    dense.estimators,
    dense.boosting,
    dense.tensorflow_estimators,
    generative.diffusion,
    generative.flow_matching,
    convolutional.unet,
    _adversarial,
    _agents,
    generative.codebook,
    generative.variational,
    sequences.graph,
    sequences.recurrent,
    sequences.sequence,
    sequences.transformer,
    generative.autoencoder,
    _special,
    convolutional.named_convolutions,
    convolutional.residual,
    convolutional.convolutions,
    dense.dense,
)


def read_families(scene: Scene, network: Network, principal: Network | None = None) -> list[Fact]:
    """Return the families of the trained networks, in the order of the rules.

    ``principal`` is the network that the main stage trains, where it is known.
    """
    subject = Subject(scene, network, principal or network)
    for rule in RULES:
        for family, evidence in rule(subject):
            subject.found.setdefault(family, evidence)
    return [Fact(family, evidence) for family, evidence in subject.found.items()]
