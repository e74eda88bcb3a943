"""Families of generative models: diffusion, variational, vector-quantised, plain autoencoders."""

from __future__ import annotations

import ast
import re

from modelsearch.records import Evidence
from modelsearch.static import wiring
from modelsearch.static.features import Scene
from modelsearch.static.layer_kinds import DIFFUSION_SCHEDULER
from modelsearch.static.subject import GANS, Found, Subject
from modelsearch.static.values import Const, first


def diffusion(subject: Subject) -> Found:
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


def codebook(subject: Subject) -> Found:
    found = wiring.codebook(subject.scene, subject.network)
    if found is not None or (found := subject.where(r"vq_?vae|vector_?quant")):
        yield "VQ-VAE", found


def variational(subject: Subject) -> Found:
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


def autoencoder(subject: Subject) -> Found:
    if subject.has(
        "VAE", "VQ-VAE", "Diffusion", "Latent diffusion", "U-Net", "Seq2seq", "Transformer"
    ):
        return
    if subject.is_rl or subject.has(*GANS) or subject.network.has("embedding"):
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
