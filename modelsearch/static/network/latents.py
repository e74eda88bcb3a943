"""Latent variables and noise: sampled latents, their divergence, code books, noise schedules.

Each question returns the evidence of the first place that answers it, or None.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.backward import NOISE
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.networks import Network
from modelsearch.static.source.nodes import last_name
from modelsearch.static.source.program import ClassInfo

_MU = re.compile(
    r"(?i)^(z_?)?(mu|mean|means|loc|m)(_?(z|q|q_z|vector))?$|^(z_mean|z_mu|q_mu|latent_mean)$|^mu"
)
_SIGMA = re.compile(
    r"(?i)(log_?var|log_?sigma|log_?std|z_log_var|^std|^sigma|^z_std|stddev|logv|log_sd|^var$|variance)"
)
_SAMPLES = (
    "randn_like",
    "randn",
    "rand_like",
    "normal",
    "normal_",
    "random_normal",
    "rsample",
    "standard_normal",
    "sample",
    "new",
)
_SCHEDULE = re.compile(
    r"(?i)^(alphas|betas|alpha_?(bar|hat|cumprod)|posterior_\w+|alphas_cumprod|sqrt_alphas\w*|timesteps?|beta_t)$"
)
_SQUEEZED = re.compile(r"\b1(\.0?)? - [\w.]+(\.pow\(2\)| \*\* 2)|\b1(\.0?)? - [\w.]*square\(")
_KL = re.compile(
    r"(?i)^(kl|kld|kl[_A-Z]\w{0,80}|\w{0,80}_kl|\w{0,80}kl_?(loss|div|divergence)\w{0,80}|\w{0,80}kld\w{0,80}|d_kl|latent_loss|kl_divergence)$"
)


# ---- latent variables ------------------------------------------------------------------------


def reparameterisation(scene: Scene, network: Network, inside: bool = False) -> Evidence | None:
    """Find ``mu + std * noise`` in a function that is not part of a noise schedule.

    ``inside`` looks into the network's own classes alone: a diffusion process samples so too.
    """
    bodies = scene.methods(network.classes())
    for features in bodies if inside else [*scene.functions, *bodies]:
        drawn = features.calls_any(*_SAMPLES)
        if (drawn is None and not _is_given_noise(features)) or features.name_like(_SCHEDULE):
            continue
        if features.info is not None and features.info.name.startswith(("p_", "q_")):
            continue
        if features.name_like(_MU) and _sigma(features):
            operations = {type(node.op) for node in features.of(ast.BinOp)}
            calls = features.calls_any("rsample", "add", "add_", "Normal", "addcmul", "Multiply")
            if (ast.Mult in operations and ast.Add in operations) or calls:
                return scene.evidence(features, drawn)
    return None


_NOISE_NAME = re.compile(r"(?i)^(eps|epsilon|noise)$")


def _is_given_noise(features: Features) -> bool:
    """Return whether a function is given the noise that it multiplies."""
    info = features.info
    if info is None or isinstance(info.node, ast.Lambda):
        return False
    given = {each.arg for each in info.node.args.args if _NOISE_NAME.match(each.arg)}
    products = (n for n in features.of(ast.BinOp) if isinstance(n.op, ast.Mult))
    sides = (side for node in products for side in (node.left, node.right))
    return any(isinstance(each, ast.Name) and each.id in given for each in sides)


def sampled(scene: Scene, network: Network) -> Evidence | None:
    """Find a latent that is drawn so that its place and its width can be learnt.

    ``q.rsample()`` and ``place + width * noise`` in the network's own classes, whatever the names;
    a width that is a plain number only disturbs.
    """
    for features in scene.methods(network.classes()):
        drawn = features.calls_any("rsample")
        if drawn is not None:
            return scene.evidence(features, drawn)
        for node in features.of(ast.BinOp):
            if not isinstance(node.op, ast.Add):
                continue
            if _is_drawn_width(node.left) or _is_drawn_width(node.right):
                return scene.evidence(features, node)
    return None


def _is_drawn_width(node: ast.expr) -> bool:
    """Return whether an expression is drawn noise times something that is no plain number."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return False
    for noise, width in ((node.left, node.right), (node.right, node.left)):
        if isinstance(noise, ast.Call) and last_name(noise) in NOISE:
            return not isinstance(width, ast.Constant)
    return False


def straight_through(scene: Scene, network: Network) -> Evidence | None:
    """Find the nearest entry of a table, passed on so that its input learns from what follows.

    ``z + (e - z).detach()`` beside an ``argmin`` in the network's own classes.
    """
    for features in scene.methods(network.classes()):
        nearest = features.calls_any("argmin")
        if nearest is None and features.calls_any("cdist", "topk") is not None:
            nearest = features.calls_any("min", "topk", "argmax")
        if nearest is not None and any(map(_passes_through, features.of(ast.BinOp))):
            return scene.evidence(features, nearest)
    return None


def _passes_through(node: ast.BinOp) -> bool:
    """Return whether a node is ``z + (e - z).detach()`` or ``z + stop_gradient(e - z)``."""
    if not isinstance(node.op, ast.Add):
        return False
    for plain, kept in ((node.left, node.right), (node.right, node.left)):
        if isinstance(kept, ast.Call) and last_name(kept) in ("detach", "stop_gradient"):
            inner = (
                kept.func.value
                if isinstance(kept.func, ast.Attribute) and not kept.args
                else (kept.args or [kept])[0]
            )
            if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
                return ast.dump(inner.right) == ast.dump(plain)
    return False


def _sigma(features: Features) -> bool:
    return any(_SIGMA.search(name) for name in features.names)


def divergence(scene: Scene) -> Evidence | None:
    """Find a Kullback-Leibler term by its name or by ``1 + logvar - mu² - exp(logvar)``."""
    for features in scene.functions:
        node = features.name_like(_KL)
        if node is not None:
            return scene.evidence(features, node)
        for each in features.of(ast.BinOp):
            if isinstance(each.op, ast.Sub | ast.Add):
                text = ast.unparse(each)
                parts = (r"(exp|log)\(", r"\b1(\.0?)?\b", r"(pow\(|square|\*\* 2)")
                told = all(re.search(part, text) for part in parts) or _of_widths(text)
                if len(text) < 200 and told:
                    if _SQUEEZED.search(text) and "exp(" not in text:
                        continue  # the density of what a tanh squeezes
                    return scene.evidence(features, each)
    return None


def _of_widths(text: str) -> bool:
    """Return whether a square, a width and the logarithm of that width are added up."""
    names = set(re.findall(r"[A-Za-z_]\w*", text)) if re.search(r"\*\* 2|square\(", text) else set()
    widths = {each for each in names if re.fullmatch(r"(sigma|var|std)\w*", each)}
    return any({f"log_{each}", f"log{each}"} & names for each in widths)


def codebook(scene: Scene, network: Network) -> Evidence | None:
    """Find the nearest-code search of vector quantisation."""
    pattern = re.compile(
        r"(?i)^(codebook\w*|.*quantiz\w*|.*quantis\w*|num_embeddings|e_dim|n_e|embed_ind)$"
    )
    for features in scene.methods(network.classes()):
        nearest = features.calls_any("argmin", "min", "max", "argmax", "topk")
        if (
            nearest
            and features.name_like(pattern)
            and features.calls_any("detach", "stop_gradient")
        ):
            return scene.evidence(features, nearest)
    return None


# ---- noise schedules ---------------------------------------------------------------------------


def noise_schedule(scene: Scene) -> Evidence | None:
    """Find the cumulative product of a diffusion schedule, or its names beside added noise."""
    named = re.compile(r"(?i)^(.*alphas?_?.*|.*betas?.*|a_?(bar|hat)s?|ab|randn_like)$")
    for features in [*scene.functions, *scene.methods(_all_classes(scene))]:
        node = features.calls_any("cumprod", "cumsum")
        if node is None or not features.name_like(named):
            continue
        text = ast.unparse(node)
        if "cumprod" in features.calls or re.search(r"(?i)alpha|beta|sigma|snr", text):
            return scene.evidence(features, node)
    exact = re.compile(
        r"(?i)^(\w*alphas?_?(bar|hat|cumprod|prod)\w*|sqrt_one_minus_\w+|noise_schedule\w*"
        r"|beta_start|signal_rates?)$"
    )
    for features in scene.functions:
        node = features.name_like(exact)
        if node is not None and features.calls_any("randn_like", "randn", "normal", "uniform"):
            return scene.evidence(features, node)
    return None


def _all_classes(scene: Scene) -> Iterator[ClassInfo]:
    names = {instance.name for instance in scene.evaluator.instances()}
    for module in scene.program.modules.values():
        for info in module.class_of.values():
            if info.name in names:
                yield info
