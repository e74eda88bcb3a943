"""Families of generative models: diffusion, variational, vector-quantised, plain autoencoders."""

from __future__ import annotations

import ast
import re

from modelsearch.records.artefacts import Evidence
from modelsearch.records.wordlists import word_tuple
from modelsearch.static.libraries.ready_made import DIFFUSION_SCHEDULER
from modelsearch.static.network import drawn_noise, latents, reconstructions
from modelsearch.static.network.backward import NOISE
from modelsearch.static.network.features import Scene
from modelsearch.static.network.networks import WEIGHTLESS, Network
from modelsearch.static.network.scene import Found, Subject
from modelsearch.static.source.nodes import walk

_DIFFUSIONS = ("Diffusion", "Latent diffusion", "Flow matching", "Diffusion transformer")


def diffusion(subject: Subject) -> Found:
    """A noise schedule, a library's scheduler, or a loss on predicted noise; in latents or not."""
    scene = subject.scene
    scheduled = _scheduler(scene)
    if scheduled is not None:
        latent = subject.has("VAE") or scene.named(r"^(latents|vae)$") is not None
        yield ("Latent diffusion" if latent and scene.called("encode") else "Diffusion"), scheduled
        return
    if subject.is_rl or subject.has("Diffusion"):
        return
    shown = subject.denoising
    if shown is not None:
        latent = shown.family == "Diffusion" and (shown.latent or _in_latents(scene))
        yield ("Latent diffusion" if latent else shown.family), shown.evidence
        return
    predicted = drawn_noise.noise_prediction(scene)
    if not (subject.network.layers or subject.network.instances or subject.network.zoo):
        return
    evidence = _noised(subject) or (predicted.evidence if predicted is not None else None)
    if evidence is None or _is_flow(subject):
        return
    yield ("Latent diffusion" if _in_latents(scene) else "Diffusion"), evidence


def _in_latents(scene: Scene) -> bool:
    """Return whether noise was drawn in the shape of what a network gave."""
    predicted = drawn_noise.noise_prediction(scene)
    return (predicted is not None and predicted.latent) or drawn_noise.noised_encoding(scene)


#: What a training with a library's scheduler does with it.
_NOISES = ("add_noise", "scale_noise", "get_velocity", "training_losses", *NOISE)


def _scheduler(scene: Scene) -> Evidence | None:
    if scene.called(*_NOISES) is None:
        return None  # a scheduler that is loaded beside, and adds no noise to anything
    for record in scene.evaluator.calls():
        if record.name and DIFFUSION_SCHEDULER.match(record.name):
            return record.evidence
    return None


def _noised(subject: Subject) -> Evidence | None:
    """Find a noise schedule beside drawn noise, or noise in what calls itself diffusion."""
    scene = subject.scene
    noise = scene.called("randn_like", "randn", "normal", "standard_normal", "random_normal")
    if noise is None:
        return None
    schedule = latents.noise_schedule(scene)
    if schedule is not None:
        return schedule
    says = re.search(r"diffusion|ddpm", subject.path + " " + " ".join(subject.names))
    level = scene.named(r"^(t|ts|timesteps?|noise_level\w*|noisy\w*)$")
    return noise if says and level is not None and subject.network.layers else None


def _is_flow(subject: Subject) -> bool:
    """Cumulative products also occur in flows and along rays; noise has no level there."""
    if subject.scene.named(r"^rays?(_[od]|_\w+)?$") is not None:
        return True
    return subject.named(r"flow$|normalizing") and not subject.named(r"diffusion|ddpm|unet")


def flow_matching(subject: Subject) -> Found:
    """A network that learns the velocity between noise and data: ``x1 - x0``."""
    if subject.is_rl or subject.has("Diffusion", "Latent diffusion", "Flow matching"):
        return
    velocity = drawn_noise.velocity_prediction(subject.scene)
    if velocity is not None:
        yield "Flow matching", velocity


def codebook(subject: Subject) -> Found:
    """The nearest-code search of vector quantisation."""
    found = latents.codebook(subject.scene, subject.network)
    found = found or latents.straight_through(subject.scene, subject.network)
    if found is not None or (found := subject.where(r"vq_?vae|vector_?quant")):
        yield "VQ-VAE", found


def variational(subject: Subject) -> Found:
    """A reparameterised sample beside a divergence from the prior."""
    if subject.is_rl or subject.has("VAE", "VQ-VAE") or _is_one_layer(subject.network):
        return
    scene = subject.scene
    divergence = latents.divergence(scene)
    says = subject.named(r"vae|variational") or re.search(r"vae|variational", subject.path)
    if subject.is_a("Diffusion") and not says and not subject.named(r"enc"):
        return  # a step of sampling draws around a mean, too
    sampled = latents.reparameterisation(scene, subject.network, subject.is_a("Diffusion"))
    if sampled is None and not subject.is_a("Diffusion", "Flow matching", "GAN"):
        sampled = latents.sampled(scene, subject.network)
    if sampled is None and says and divergence is not None:
        discrete = scene.called("gumbel_softmax", "rsample", "RelaxedOneHotCategorical")
        # a trainer of any VAE is given the network
        sampled = discrete if subject.network.layers else divergence
    if sampled is None or not (says or divergence is not None):
        return
    conditional: object = subject.named(r"^(c|cond\w*)_?(vae|variational)") or re.search(
        r"\bcvae|conditional_vae", subject.path
    )
    conditional = bool(conditional) and _is_given_more(subject)
    beta = subject.named(r"beta_?(tc)?_?vae|factor_?vae")
    yield ("Conditional VAE" if conditional else "Beta-VAE" if beta else "VAE"), sampled


def _is_one_layer(network: Network) -> bool:
    """Return whether all that is trained is one dense layer: a probe on what another network, that
    was trained before, makes of the data. The folder may well be called after that one.
    """
    weighted = [each for each in network.layers if each.kind not in WEIGHTLESS]
    known = not (network.zoo or network.open or network.unknown or network.estimators)
    return known and [each.kind for each in weighted] == ["linear"]


def _is_given_more(subject: Subject) -> bool:
    """Return whether something is joined with what the network is given; a convolutional VAE is
    called so, too.
    """
    bodies = subject.scene.methods(subject.network.classes())
    joins = ("cat", "concat", "concatenate", "Concatenate", "one_hot", "hstack", "Embedding")
    joined = any(f.calls_any(*joins) for f in bodies) or subject.network.has("embedding")
    return joined or not subject.network.layers or subject.scene.called(*joins) is not None


_REPRESENTS = (
    "Normalizing flow",
    "VAE",
    "Conditional VAE",
    "VQ-VAE",
    *_DIFFUSIONS,
    "U-Net",
    "Seq2seq",
    "Transformer",
    "GAN",
)
_VALUE_LOSSES = word_tuple("""
    MSELoss mse_loss BCELoss binary_cross_entropy L1Loss mean_squared_error BinaryCrossentropy
    MeanSquaredError squared_difference square pow reduce_mean
""")
_PART = r"(_?(net|model|layers?|cnn|mlp|block|conv|fc|linear|lin|h|op|out|l)?_?\d*)"
_NAMED = r"auto_?_?enc|^(c|d|s)?ae$|^conv_?ae"


def autoencoder(subject: Subject) -> Found:
    """A network whose loss compares its output with its input."""
    scene = subject.scene
    if subject.has("Latent diffusion") and not subject.has("VAE", "Conditional VAE", "VQ-VAE"):
        rebuilt = reconstructions.reconstruction(scene)
        if rebuilt is not None:
            yield "Autoencoder", rebuilt
        return
    if subject.is_rl or subject.is_a(*_REPRESENTS) or subject.network.has("embedding"):
        return
    if (
        subject.has("PixelCNN")
        or subject.named(r"pixel_?(cnn|rnn|snail)|^made$")
        or _is_one_layer(subject.network)
    ):
        return  # predicts each part of its input from the parts before
    if scene.named(r"(?i)^gram(_?matrix\w*)?$") is not None:
        return  # style transfer keeps to the content of its input
    same = _fits_itself(scene) or reconstructions.reconstruction(scene) or _by_name(subject)
    if same is not None:
        masked = subject.named(r"masked_?auto|^mae($|_)")
        yield ("Masked autoencoder" if masked else "Autoencoder"), same


#: Names of networks whose encoders and decoders are of two sequences.
_TRANSLATES = r"(?i)^\w*(transformer|seq_?2_?seq|translator|translation)\w*$"
_FORECASTS = r"(?i)^(pred_?len\w*|label_?len|horizon|forecast\w*|pred_?length|out_?len|n_?ahead)$"


def _by_name(subject: Subject) -> Evidence | None:
    """Find an encoder and a decoder, or a class named so, beside a loss between values."""
    scene = subject.scene
    named = subject.where(_NAMED) or scene.named(r"(?i)^\w*auto_?encoder\w*$")
    encoder = scene.named(rf"(?i)^enc(oder)?{_PART}$")
    decoder = scene.named(rf"(?i)^dec(oder)?{_PART}$")
    if named is None and (encoder is None or decoder is None):
        return None
    if subject.network.has("lstm", "gru", "rnn") or scene.named(_TRANSLATES) is not None:
        return None
    if scene.called("CrossEntropyLoss", "cross_entropy") is not None:
        return None
    if named is None and scene.named(_FORECASTS) is not None:
        return None  # what comes out is the time after what goes in
    return named or (encoder if scene.called(*_VALUE_LOSSES) is not None else None)


def _fits_itself(scene: Scene) -> Evidence | None:
    """Find ``model.fit(x, x)`` and ``model.fit(noise(x), x)``."""
    for record in scene.evaluator.calls_of("fit"):
        if record.receiver is None or len(record.node.args) < 2:
            continue
        given, target = record.node.args[:2]
        if not isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
            continue
        wanted = ast.dump(target)
        if any(ast.dump(each) == wanted for each in walk(given)):
            return record.evidence
    return None
