"""Architecture families from structure: what is instantiated, how it is wired, how it is trained.

Each rule reads the trained network's layers, the wiring of reached functions and, to tell narrower
kinds apart, names that agree with the structure. A name alone makes no family.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, Fact
from modelsearch.static.libraries.library import KNOWN
from modelsearch.static.network import (
    adversarial,
    agents,
    by_structure,
    contrasting,
    convolutional,
    dense,
    equations,
    generative,
    sequences,
)
from modelsearch.static.network.classifying import compares_values, loss_of_classes
from modelsearch.static.network.features import Scene
from modelsearch.static.network.following import following
from modelsearch.static.network.named_families import special, styles, trained_as_named
from modelsearch.static.network.networks import Network
from modelsearch.static.network.scene import Found, Subject
from modelsearch.static.network.tasks import next_token


def _zoo(subject: Subject) -> Found:
    if styles(subject) is not None and not subject.network.layers:
        return  # a frozen network that only measures style
    made = subject.network.zoo
    implied = {name for each in made for name, _ in vocabulary.ancestors("family", each)}
    yield from ((family, at) for family, at in made.items() if family not in implied)


def _adversarial(subject: Subject) -> Found:
    if subject.is_rl:
        return
    yield from adversarial.kinds(subject.scene, subject.network, subject.has("U-Net"))


def _agents(subject: Subject) -> Found:
    yield from agents.methods(subject.scene, subject.network)


def _by_libraries(subject: Subject) -> Found:
    """What the names of a library's trainers and estimators say."""
    for record in subject.scene.evaluator.calls():
        for reader in KNOWN.families.of(record.name or ""):
            yield from ((family, record.evidence) for family in reader(record))


def _by_structure(subject: Subject) -> Found:
    """What the arithmetic of losses shows, where nothing narrower was found."""
    scene, network = subject.scene, subject.network
    rules = (
        ("Contrastive model", contrasting.contrastive),
        ("Energy-based model", by_structure.langevin),
        ("DPO", by_structure.preferred),
        ("Policy gradient", by_structure.policy_gradient),
        ("PINN", equations.residual),
    )
    rated = by_structure.factorised(scene, network)
    if rated is not None and not subject.found:
        yield rated
    if (rows := contrasting.numbered_rows(scene)) is not None and _compares_all(subject):
        yield "Contrastive model", rows
    if not subject.is_a("Diffusion", "Flow matching", "Normalizing flow"):
        flow = by_structure.coupling(scene, network)
        if flow is not None:
            yield "Normalizing flow", flow
    for family, rule in rules:
        if subject.is_a("Diffusion", "Flow matching", "Reinforcement learning", family):
            continue
        evidence = rule(scene)
        if evidence is not None:
            yield family, evidence


def _compares_all(subject: Subject) -> bool:
    """Return whether the network compares all pairs of two sets that it was given itself."""
    if subject.has("CLIP"):
        return True
    bodies = subject.scene.methods(subject.network.classes())
    return any(contrasting.encodes_two(each) for each in bodies)


def _autoregressive(subject: Subject) -> Found:
    """Tokens after tokens: as many outputs as there are tokens, over the past alone."""
    masked = subject.scene.named(r"(?i)^\w*(mlm|masked_lm|mask_token\w*|mask_id)$")
    if masked is None and not subject.is_a("Diffusion", "VAE", "GAN", "Autoregressive"):
        said = next_token(subject.network, set(subject.found), subject.scene)
        if said is not None:
            yield "Autoregressive", said[1]
        elif (after := _follows(subject)) is not None:
            yield "Autoregressive", after
        elif not subject.is_a(*_OTHERWISE) and not subject.is_rl:
            yield from _language_models(subject)


def _follows(subject: Subject) -> Evidence | None:
    """What shows that the classes of a network over sequences are what follows in them."""
    sequential = subject.is_a("RNN", "Transformer", "Bigram model")
    if not sequential or subject.is_a("Seq2seq", "BERT", *_OTHERWISE) or subject.is_rl:
        return None
    if loss_of_classes(subject.scene) is None or compares_values(subject.scene) is not None:
        return None
    return following(subject.scene)


#: What a model of language may be trained as instead.
_OTHERWISE = ("DPO", "GRPO", "Reinforcement learning", "Contrastive model", "Siamese network")
#: Classes of ready-made models that say one token after another.
_CAUSAL = re.compile(r"ForCausalLM\b|LMHeadModel\b|FastLanguageModel\b")


def _language_models(subject: Subject) -> Found:
    """A ready-made model of language that is trained as what it is."""
    made = {(at.path, at.line): at for at in subject.network.zoo.values()}
    for record in subject.scene.evaluator.calls():
        if not _CAUSAL.search(record.name or ""):
            continue
        at = record.evidence
        if (at.path, at.line) in made:
            yield "Autoregressive", at
            return


RULES: tuple[Callable[[Subject], Found], ...] = (
    _zoo,
    dense.estimators,
    dense.boosting,
    _by_libraries,
    generative.diffusion,
    generative.flow_matching,
    generative.codebook,
    convolutional.unet,
    _adversarial,
    _agents,
    _by_structure,
    generative.variational,
    sequences.graph,
    sequences.recurrent,
    sequences.sequence,
    sequences.transformer,
    sequences.chained,
    convolutional.masked_convolutions,
    generative.autoencoder,
    special,
    convolutional.named_convolutions,
    convolutional.residual,
    convolutional.convolutions,
    dense.dense,
    _autoregressive,
    trained_as_named,
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
