"""What a network is taught to take away: diffusion and flow matching, from what a loss compares.

A network is given a value with noise in it and the level or time of the noise; the loss compares
what it says with the noise, with the clean value, or with what leads from one to the other. No
name and no table of betas decides.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.backward import (
    DRAWN,
    NOISE,
    Backward,
    Frame,
    Leaf,
    Place,
    returned,
)
from modelsearch.static.network.features import Scene
from modelsearch.static.network.loss_pairs import compared_in
from modelsearch.static.source.nodes import last_name

_LEVEL = re.compile(
    r"(?i)^(t|ts|tt|k|time|times|time_?steps?|steps?|sigmas?|noise_?levels?|\w*_sigmas?|t_\w+"
    r"|log_?snr|lambda_?t?|alphas?)$"
)
_ENCODES = re.compile(r"(?i)(^|\.|_)(encode|encoder|encode_first_stage|vae|first_stage\w*)$")
_JOINS = ("cat", "concat", "concatenate", "hstack", "stack")


@dataclass(frozen=True, slots=True)
class Denoising:
    """What a network is taught, where the loss stands, and whether it works on latents."""

    family: str
    evidence: Evidence
    latent: bool = False


def denoising(scene: Scene) -> Denoising | None:
    """Return what a network that takes noise away is trained as, if a loss shows one."""
    if scene.called(*NOISE, *DRAWN) is None:
        return None
    back = Backward(scene)
    for features in scene.functions:
        frame = back.frame(features)
        for node, output, target in compared_in(features.listed.pairing):
            for wanted in _branches(back, (target, frame)):
                found = _judge(back, (output, frame), wanted)
                if found is not None:
                    family, latent = found
                    return Denoising(family, scene.evidence(features, node), latent)
    return None


def _branches(back: Backward, target: Place) -> list[Place]:
    """Return what a target may be, where branches give it different values."""
    node, _ = target
    behind = list(back.behind(target)) if isinstance(node, ast.Name) else []
    return behind if len(behind) > 1 else [target]


def _judge(back: Backward, output: Place, target: Place) -> tuple[str, bool] | None:
    """Say what a loss between an output and a target teaches, and whether on latents."""
    wanted: frozenset[Leaf] | None = None
    for call, frame in _networks(back, output):
        parts = list(_given(back, call, frame))
        given = [back.leaves(part) for part in parts]
        if len(given) < 2:
            continue
        if wanted is None:
            if any(_is_network(back, *place) for place in back.reach(target)):
                return None  # two networks are compared with one another
            wanted = back.leaves(target)
        for number, noisy in enumerate(given):
            others = frozenset().union(*given[:number], *given[number + 1 :])
            family = _taught(noisy, frozenset(filter(_may_be_level, noisy & others)), wanted)
            if family is not None:
                return family, _on_latents(back, parts[number])
    return None


def _taught(noisy: frozenset[Leaf], levels: frozenset[Leaf], wanted: frozenset[Leaf]) -> str | None:
    """Say what is taught by the beginnings of a noisy input, of its level, and of the target."""
    if not levels:
        return None
    levels = levels - wanted or levels  # by what is asked for too, examples may have been picked
    noise = {leaf for leaf in noisy - levels if leaf.kind == "noise"}
    clean = {leaf for leaf in noisy - levels if leaf.kind == "name"}
    of_noise, of_clean = wanted & noise, wanted & clean
    if not clean or not (of_noise or of_clean):
        return None
    if not of_noise and levels <= wanted:
        return None  # what examples were picked by, not how noisy they are
    if not noise:  # between two sets of data
        drawn = any(leaf.kind == "draw" for leaf in levels)
        return "Flow matching" if drawn and len(of_clean) >= 2 and not wanted & levels else None
    both = of_noise and of_clean
    return "Flow matching" if both and not wanted & levels else "Diffusion"


def _may_be_level(leaf: Leaf) -> bool:
    """Return whether a value may tell how much noise there is: it is drawn, or named so."""
    if leaf.kind != "name":
        return True
    assert isinstance(leaf.key, tuple)
    return bool(_LEVEL.match(leaf.key[0]))


def _networks(back: Backward, output: Place) -> Iterator[tuple[ast.Call, Frame]]:
    """Yield the calls of networks behind an output, those inside a network's own function too."""
    waiting = [output]
    for _ in range(12):
        if not waiting:
            return
        for node, frame in back.reach(waiting.pop()):
            if isinstance(node, ast.Call) and _is_network(back, node, frame):
                yield node, frame
                for inner in back.forward_of(node, frame):
                    waiting += returned(inner)


def _is_network(back: Backward, node: ast.AST, frame: Frame) -> bool:
    """Return whether a call may be that of a network: nothing that is known to be something
    else.
    """
    if not isinstance(node, ast.Call) or last_name(node) in NOISE | DRAWN | set(_JOINS):
        return False
    if back.entered(node, frame):
        return False
    func = node.func
    name = frame.features.module.qualified(func) or ""
    head = name.partition(".")[0]
    if isinstance(func, ast.Attribute):
        own = isinstance(func.value, ast.Name) and func.value.id == "self"
        return own or func.attr in ("apply", "apply_fn", "forward", "__call__")
    if isinstance(func, ast.Call):  # jax.vmap(model)(x, t)
        return last_name(func) in ("vmap", "pmap", "jit", "partial")
    return head == name and name not in _PLAIN


#: What Python itself brings is no network.
_PLAIN = frozenset(name for name in dir(builtins) if name[0].islower())


def _given(back: Backward, call: ast.Call, frame: Frame) -> Iterator[Place]:
    """Yield what a network is given, a joined input taken apart."""
    parts = [each for each in call.args if not isinstance(each, ast.Starred)]
    parts += [each.value for each in call.keywords]
    for part in parts:
        made = list(back.behind((part, frame))) if isinstance(part, ast.Name) else []
        whole, where = made[0] if len(made) == 1 else (part, frame)
        joined = whole.args[0] if isinstance(whole, ast.Call) and whole.args else None
        if isinstance(joined, ast.List | ast.Tuple) and last_name(whole) in _JOINS:
            yield from ((each, where) for each in joined.elts)
        else:
            yield part, frame


def _on_latents(back: Backward, noisy: Place) -> bool:
    """Return whether the value that noise was added to came out of an encoder."""
    return any(
        isinstance(node, ast.Call)
        and _ENCODES.search(ast.unparse(node.func)) is not None
        and bool(node.args)
        and "pos" not in last_name(node)
        for node, _ in back.reach(noisy)
    )
