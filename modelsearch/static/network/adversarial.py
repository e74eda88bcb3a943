"""Generative adversarial networks: two networks trained against one another, and their kinds.

The pair must be there: a generator and a discriminator (or critic) that reached code names, each
with an optimizer of its own. A narrower kind needs its loss, or its name beside the pair.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence
from modelsearch.records.wordlists import word_set, word_tuple
from modelsearch.static.libraries.layer_kinds import KIND_BY_NAME
from modelsearch.static.network import loss_pairs, reconstructions
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.networks import Network
from modelsearch.static.network.paired import judged_beside
from modelsearch.static.source.nodes import plain_name
from modelsearch.vocabulary.roles import role

GENERATOR = re.compile(
    r"^(net_?G|G|G_?[A-Z]{1,2}2?[A-Z]?|G_?\d?|g_model|gen)$|^(?i:\w*generator\w*|gen_\w+|gan_?g\w*|opt\w*_g(en)?|netg\w*"
    r"|g_?(loss|opt\w*|solver|vars|net|step|params|model))$"
)
DISCRIMINATOR = re.compile(
    r"^(net_?D|D|D_?[A-Z]{1,2}|D_?\d|d_model|disc)$|^(?i:\w*discriminator\w*|\w*patch_?gan\w*|disc_\w+|netd\w*|\w*(?<!dia)critic(?!al|is|iz)\w*|opt\w*_d(is)?"
    r"|d_?(loss|opt\w*|solver|vars|net|step|params|model))$"
)
_STEPS = (
    "step",
    "minimize",
    "apply_gradients",
    "train_on_batch",
    "update",
    "fit",
    "manual_backward",
)
#: Names of narrower kinds in class, file and folder names.
_NAMED: tuple[tuple[str, str], ...] = (
    (r"info_?gan", "InfoGAN"),
    (r"dc_?gan|deep_conv\w*_gan|deep_?conv\w*_generative_adv", "DCGAN"),
    (r"ls_?gan|least_?squares_?gan", "LSGAN"),
    (r"\bbe_?gan", "BEGAN"),
    (r"\beb_?gan", "EBGAN"),
    (r"\baae|adversarial_auto_?encoder", "Adversarial autoencoder"),
    (r"\bco_?gan|coupled_?g", "CoGAN"),
    (r"e?sr_?gan", "SRGAN"),
    (r"big_?gan", "BigGAN"),
    (r"sa_?gan\b", "SAGAN"),
    (r"style_?gan", "StyleGAN"),
    (r"(pro_?gan|pg_?gan|progressive_?gan)", "ProGAN"),
    (r"vae_?gan", "VAE-GAN"),
    (r"\b(c_?(dc_?)?gan|dc_?cgan|ac_?gan|conditional_?(dc_?)?gan)", "Conditional GAN"),
    (r"star_?gan|bicycle_?gan|munit|\bunit\b", "Image-to-image GAN"),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """An adversarial pair: where the discriminator stands, and the network's names."""

    evidence: Evidence


_OPPONENT = re.compile(r"(?i)discriminator|^critic$|patch_?gan|^d$|^disc(_|$)")


def find_pair(scene: Scene, network: Network) -> Pair | None:
    """Return the adversarial pair that reached code trains, else None: names say it, or what a
    network makes is judged as such a pair does.
    """
    named = _named_pair(scene, network)
    if named is not None or not _two_optimizers(scene):
        return named
    shown = _judged_twice(scene)
    return Pair(shown) if shown is not None else None


def _named_pair(scene: Scene, network: Network) -> Pair | None:
    """Return the pair that names say.

    A discriminator with an optimizer of its own makes a pair with whatever else is trained.
    """
    names = network.class_names()
    generator = _named_network(scene, GENERATOR, _SHORT_GENERATOR)
    discriminator = _opponent_of(scene)
    if discriminator is None:
        return None
    opponent = any(_OPPONENT.search(name) for name in names) and _two_optimizers(scene)
    if opponent and scene.named(r"(?i)^(d|dis\w*|netd)_?(loss|err\w*|cost)$"):
        return Pair(discriminator)
    if generator is None or not _adversarial(scene):
        return None
    classes = any(GENERATOR.match(n) for n in names) and any(DISCRIMINATOR.match(n) for n in names)
    if classes or _two_optimizers(scene) or _steps(scene) >= 2:
        return Pair(discriminator)
    return None


def _judged_twice(scene: Scene) -> Evidence | None:
    """Find what one network makes and another judges twice: once held fast, so that only the judge
    learns, and once not: ``d(fake.detach())`` and ``d(fake)``, whatever the two are called.
    """
    for body in loss_pairs.bodies(scene):
        fixed: dict[tuple[str, str], ast.Call] = {}
        free: set[tuple[str, str]] = set()
        for call in body.features.of(ast.Call):
            if len(call.args) != 1 or call.keywords:
                continue
            given, held = _held_fast(call.args[0])
            if held:
                fixed[ast.unparse(call.func), given] = call
            else:
                free.add((ast.unparse(call.func), given))
        for key, call in fixed.items():
            if key in free and _is_made(scene, body, call):
                return scene.evidence(body.features, call)
    return None


def _held_fast(node: ast.expr) -> tuple[str, bool]:
    """Return a value as written, and whether nothing is learnt through it."""
    if isinstance(node, ast.Call) and plain_name(node.func) in ("detach", "stop_gradient"):
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return ast.unparse(node.args[0] if node.args else inner or node), True
    return ast.unparse(node), False


def _is_made(scene: Scene, body: loss_pairs.Body, judged: ast.Call) -> bool:
    """Return whether a network judges what another network makes."""
    made = body.behind(judged.args[0])
    if not isinstance(made, ast.Call) or ast.unparse(made.func) == ast.unparse(judged.func):
        return False
    asked = (judged, made)
    return all(reconstructions.calls_network(scene, body, each) for each in asked)


#: Names that stand for other things too: a width, the last of some sizes, an intermediate value.
_SHORT = re.compile(r"^(D|D_?[A-Z]{1,2}|D_?\d|d_model)$")
_SHORT_GENERATOR = re.compile(r"^(G|G_?[A-Z]{1,2}2?[A-Z]?|G_?\d?)$")
_WRAPPERS = role("value")
#: What is asked of a network.
_ASKED = word_set("""
    parameters train eval zero_grad to cuda trainable_variables apply trainable_weights
    train_on_batch trainable compile predict state_dict load_state_dict fit forward init weights
    clear_gradients collect_params
""")


def _opponent_of(scene: Scene) -> Evidence | None:
    return _named_network(scene, DISCRIMINATOR, _SHORT)


def _named_network(
    scene: Scene, pattern: re.Pattern[str], short: re.Pattern[str]
) -> Evidence | None:
    """Return where a network of an adversarial pair is named; a short name must be used as a
    network is, and be none that libraries have (``GELU``, ``DDP``).
    """
    for features in scene.functions:
        for name, node in features.names.items():
            if not pattern.match(name):
                continue
            brief = short.match(name) is not None
            if not brief or (not _is_library_name(name) and _used_as_network(features, name)):
                return scene.evidence(features, node)
    return None


def _is_library_name(name: str) -> bool:
    """Return whether layers, wrappers or known families are called so."""
    if name in KIND_BY_NAME or name in _WRAPPERS:
        return True
    return any(vocabulary.find(kind, name) is not None for kind in ("family", "hardware"))


def _used_as_network(features: Features, name: str) -> bool:
    """Return whether something of a name is called, or asked for what only a network has."""
    for node in features.walk():
        if isinstance(node, ast.Call) and plain_name(node.func) == name:
            return True
        if not isinstance(node, ast.Attribute) or node.attr not in _ASKED:
            continue
        if plain_name(node.value) == name:
            return True
    return False


def _steps(scene: Scene) -> int:
    return sum(
        1
        for record in scene.evaluator.calls_of(*_STEPS)
        if record.last == "minimize" or record.loops or record.self_value is not None
    )


def _two_optimizers(scene: Scene) -> bool:
    made = [
        record
        for record in scene.evaluator.calls()
        if record.name
        and re.search(r"(?i)optim", record.name)
        and record.last[:1].isupper()
        and not re.search(r"(?i)sched|lr", record.last)
    ]
    return len({id(record.node) for record in made}) >= 2


def _adversarial(scene: Scene) -> bool:
    """Return whether real and fake are told apart anywhere."""
    losses = (
        scene.named(r"(?i)^(d|dis\w*|netd)_?(loss|err\w*|cost)$"),
        scene.named(r"(?i)^(g|gen\w*|netg)_?(loss|err\w*|cost)$"),
    )
    named = scene.named(r"(?i)^\w*(real|fake|valid|gen(erated)?_im|adversarial|gan)\w*$")
    return named is not None or all(losses)


def _texts(scene: Scene, network: Network) -> Iterator[str]:
    yield from (re.sub(r"[^a-z0-9]+", "_", name.lower()) for name in network.class_names())
    path = scene.program.main.path.lower().rpartition(".")[0]
    for part in path.split("/")[-2:]:
        yield re.sub(r"[^a-z0-9]+", "_", part)


#: Losses that tell real from fake by probabilities or margins: no Wasserstein distance.
_NOT_WASSERSTEIN = word_tuple("""
    BCELoss BCEWithLogitsLoss binary_cross_entropy BinaryCrossentropy
    binary_cross_entropy_with_logits MSELoss mse_loss sigmoid_cross_entropy_with_logits
    CrossEntropyLoss BinaryFocalCrossentropy NLLLoss softplus logsigmoid LogSigmoid log_sigmoid
    SoftMarginLoss
""")


def wasserstein(scene: Scene) -> Evidence | None:
    """Find a critic that is trained by mean differences, kept Lipschitz by penalty or clipping."""
    penalty = scene.named(r"(?i)^\w*(gradient_?penalty|grad_?pen|lambda_?gp|gp_weight)\w*$")
    apart = mean_difference(scene)
    if apart is not None:
        return penalty or apart
    if scene.called(*_NOT_WASSERSTEIN) or _hinge(scene):
        return None
    if scene.says("binary_crossentropy", "mse", "categorical_crossentropy"):
        return None
    clipping = scene.named(
        r"(?i)^\w*(clip_?value|weight_?clip\w*|clip_D|clip_disc\w*|c_clip|weight_cliping_limit)\w*$"
    )
    clamped = (
        scene.called("clamp_", "clip_by_value") if scene.named(r"(?i)^\w*wasserstein\w*$") else None
    )
    by_name = any(re.search(r"w_?gan|wasserstein", part) for part in _path_parts(scene))
    clamp = scene.called("clamp_", "clamp", "clip_by_value", "grad") if by_name else None
    return penalty or clipping or clamped or clamp


def mean_difference(scene: Scene) -> Evidence | None:
    """Find the distance that a critic measures: the mean of what it says of two sets, one negative.

    ``mean(D(fake)) - mean(D(real))``, with names between or without.
    """
    for features in scene.functions:
        body: loss_pairs.Body | None = None
        for node in features.of(ast.BinOp):
            if not isinstance(node.op, ast.Sub | ast.Add):
                continue
            body = body or loss_pairs.read_body(features)
            one, other = _mean_of(body, node.left), _mean_of(body, node.right)
            if one is None or other is None or one[1] != other[1] or one[2] == other[2]:
                continue
            if (one[0] != other[0]) == isinstance(node.op, ast.Add):
                return scene.evidence(features, node)
    return None


def _mean_of(body: loss_pairs.Body, node: ast.expr) -> tuple[bool, str, str] | None:
    """Return of ``-mean(D(x))`` whether it is negative, what is called, and what it is given."""
    negative = False
    for _ in range(6):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            negative, node = not negative, node.operand
        elif isinstance(node, ast.Name):
            node, before = body.last(node), node
            if node is before:
                return None
        elif isinstance(node, ast.Call) and plain_name(node.func) in ("mean", "reduce_mean"):
            inner = node.args[0] if node.args and not _is_number(node.args[0]) else None
            if inner is None and isinstance(node.func, ast.Attribute):
                inner = node.func.value
            called = body.last(inner) if isinstance(inner, ast.Name) else inner
            if isinstance(called, ast.Call) and called.args and plain_name(called.func):
                return negative, ast.unparse(called.func), ast.unparse(called.args[0])
            return None
        else:
            return None
    return None


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _hinge(scene: Scene) -> bool:
    """Return whether ``relu(1 - D(x))`` stands somewhere."""
    for features in scene.functions:
        for node in features.of(ast.Call):
            if not node.args:
                continue
            clipped = plain_name(node.func) in ("relu", "ReLU")
            if clipped and re.match(r"1(\.0?)? [-+]", ast.unparse(node.args[0])):
                return True
    return False


def _path_parts(scene: Scene) -> list[str]:
    return [re.sub(r"[^a-z0-9]+", "_", part) for part in scene.program.main.path.lower().split("/")]


def cycle(scene: Scene) -> Evidence | None:
    """Find two generators that undo one another."""
    both = scene.named(
        r"^(G_?(AB|BA|XtoY|YtoX|A2B|B2A|S2T|T2S)|net_?G_?[AB2]+|gen(erator)?_?(A2B|AB|BA|B|F|XY|g|f|x|y|H|Z)|genA2B"
        r"|g_model_AtoB|F_model|m_gen(erator)?|p_gen(erator)?|G_?1|g12|G12|generator_(XtoY|YtoX))$"
    )
    loss = scene.named(r"(?i)^\w*cycl\w*$") or scene.named(r"(?i)^\w*(recon|recov)_?[ab]\w*$")
    return loss if both is not None else None


def kinds(scene: Scene, network: Network, unet: bool) -> Iterator[tuple[str, Evidence]]:
    """Yield the families of an adversarial pair, the most specific ones that are sure."""
    pair = find_pair(scene, network)
    if pair is None:
        return
    cycled = cycle(scene) or reconstructions.cycle(scene)
    if cycled is not None:
        yield "CycleGAN", cycled
        return
    if unet and _is_pix2pix(scene, network):
        yield "Pix2pix", pair.evidence
        return
    pictures = network.has("conv", "conv_transpose")
    beside = judged_beside(scene, GENERATOR, DISCRIMINATOR) if pictures else None
    if beside is not None:
        yield ("Pix2pix" if unet else "Image-to-image GAN"), beside
        return
    critic = wasserstein(scene)
    if critic is not None:
        yield "WGAN", critic
        return
    for family in _by_name(scene, network) or ["GAN"]:
        yield family, pair.evidence


def _is_pix2pix(scene: Scene, network: Network) -> bool:
    """Return whether a pair is named so and compares pictures value by value too."""
    compared = scene.called("L1Loss", "l1_loss", "MeanAbsoluteError", "abs", "mean_absolute_error")
    named = any(re.search(r"pix2pix|pix_2_pix", text) for text in _texts(scene, network))
    return compared is not None and named


def _by_name(scene: Scene, network: Network) -> list[str]:
    """Return the narrower kinds that a class, the file or its folder names; the first that says
    any.
    """
    enlarges = network.has("conv_transpose", "upsample")
    for text in _texts(scene, network):
        found = [
            family
            for pattern, family in _NAMED
            if re.search(pattern, text) and (family != "DCGAN" or enlarges)
        ]
        if found:
            return found
    return []
