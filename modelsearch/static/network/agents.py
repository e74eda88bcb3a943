"""Reinforcement learning, from an environment that is stepped and how its returns are used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelsearch import vocabulary
from modelsearch.records.artefacts import DatasetFact, Evidence
from modelsearch.static.libraries.library import KNOWN
from modelsearch.static.network import returns
from modelsearch.static.network.features import Scene
from modelsearch.static.network.networks import Network
from modelsearch.static.source.program import Program
from modelsearch.static.training.by_hand import learns_table

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

_ENVIRONMENTS = re.compile(r"(?i)^(\w*_)?(envs?|environments?)\d*(_\w+)?$")


def environment(scene: Scene) -> Evidence | None:
    """Return where an environment is stepped or reset (``self.env.step(action)``), if it is."""
    for features in scene.functions:
        for node in features.of(ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in ("step", "reset", "send"):
                held = called.value
                name = held.attr if isinstance(held, ast.Attribute) else getattr(held, "id", "")
                if _ENVIRONMENTS.match(name):
                    return scene.evidence(features, node)
    return None


def own_environment(program: Program, evaluator: Evaluator) -> list[DatasetFact]:
    """Return the known game that a class of the project plays: ``Game2048``, ``SnakeEnv``."""
    for instance in evaluator.instances():
        if not {"step", "reset"} <= set(instance.klass.info.methods):
            continue
        info = instance.klass.info
        plain = re.sub(r"(?i)_?(env|environment)$", "", info.name)
        term = vocabulary.find("dataset", info.name) or vocabulary.find("dataset", plain)
        if term is not None:
            evidence = program.evidence(info.module, info.node)
            return [DatasetFact(term.name, evidence, note="an environment of the project's own")]
    return []


def is_agent(scene: Scene) -> bool:
    """Return whether an environment is stepped, or a policy's ratio is clipped by its
    advantages.
    """
    if environment(scene) is not None or _policy_is_clipped(scene):
        return True
    return _by_returns(scene) is not None


def _by_returns(scene: Scene) -> tuple[str, Evidence] | None:
    """What the arithmetic of targets and ratios says of the method."""
    return scene.once("returns", _returns_of)


def _returns_of(scene: Scene) -> tuple[str, Evidence] | None:
    return returns.clipped_policy(scene) or returns.learnt_ahead(scene)


def _policy_is_clipped(scene: Scene) -> bool:
    advantages = scene.named(r"(?i)^\w*advantages?$")
    return advantages is not None and _clipped_ratio(scene) is not None


def _made_by_library(scene: Scene) -> list[tuple[Sequence[str], Evidence]]:
    """List the families of each agent that a library's call makes, in order."""
    return [
        (families, record.evidence)
        for record in scene.evaluator.calls()
        for reader in KNOWN.agents
        if (families := reader(record))
    ]


def _words(scene: Scene, network: Network) -> str:
    """The names of the file, its folder and the network's classes, as words between bars."""
    parts = [*scene.program.main.path.lower().rpartition(".")[0].split("/")[-2:]]
    parts += [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in network.class_names()]
    return "|" + re.sub(r"[^a-z0-9]+", "|", "_".join(parts)) + "|"


# ---- signs -----------------------------------------------------------------------------------

_CLIP = re.compile(
    r"(?i)^(clip_?coef|clip_?ratio|clip_?param|eps_?clip|clip_eps(ilon)?|ppo_clip\w*|epsilon_clip"
    r"|clip_range|surr(ogate)?_?\d?)$"
)
_RATIO = r"(?i)^((?!replay|aspect|train|test|val|split)\w*ratio|surr\w*|\w*advantages?|adv|gae\w*)$"


def _clipped_ratio(scene: Scene) -> Evidence | None:
    """Find a ratio of probabilities that is kept near one: ``ratio.clamp(1 - x, 1 + x)``."""
    for features in scene.functions:
        if features.name_like(_CLIP):
            node = features.calls_any("clamp", "clip", "clip_by_value")
            if node is not None:
                return scene.evidence(features, node)
        for each in features.of(ast.Call):
            if _around_one(each):
                return scene.evidence(features, each)
    return None


def _around_one(node: ast.Call) -> bool:
    if len(node.args) < 2:
        return False
    low, high = (ast.unparse(each) for each in node.args[-2:])
    return bool(re.match(r"1(\.0)? - ", low)) and high == low.replace(" - ", " + ", 1)


def _replay(scene: Scene) -> Evidence | None:
    return scene.named(r"(?i)^(\w*replay\w*|rb|memory|experience\w*|buffer|store_transition)$")


def _target(scene: Scene) -> Evidence | None:
    return scene.named(
        r"(?i)^(\w*target_?(net\w*|model|q\w*|actor|critic|value\w*|policy\w*)|target_net\w*"
        r"|\w*_target|qf\d?_target|soft_(update|replace)|q_target\w*|next_q\w*|tau)$"
    )


def _actor(scene: Scene) -> Evidence | None:
    return scene.named(r"(?i)^(\w*_)?actor(_\w+|\d*|net\w*|critic\w*)?$|^mu_net$|(?-i:^\w+Actor$)")


def _critic(scene: Scene) -> Evidence | None:
    return scene.named(
        r"(?i)^(\w*critic\w*|v_?loss|value_?loss\w*|vf_\w+|state_?values?|value_head"
        r"|value_pred\w*|c_loss|c_params|v_target|value_?(net\w*|function|model))$"
    )


def _policy(scene: Scene) -> Evidence | None:
    """Find probabilities of actions."""
    drawn = scene.called("log_prob", "Categorical", "multinomial", "sample_multinomial", "prob")
    named = scene.named(r"(?i)^(\w*log_?probs?\w*|policy_loss\w*|saved_log_probs|acts_prob)$")
    return drawn or named


def _values(scene: Scene, words: str) -> Evidence | None:
    """Find values of actions."""
    named = scene.named(
        r"(?i)^(q_?values?|q_?net\w*|\w*qnet\w*|q_?table|\w*dqn\w*|qf|q_?(eval|next|target)\w*"
        r"|next_q_\w+|q|expected_q\w*|state_action_values|deepq\w*|eval_net|old_val"
        r"|\w*quantile_values?|quantiles?_(next|target)\w*)$"
    )
    return named or (Evidence(scene.program.main.path, "name") if "dqn" in words else None)


# ---- methods -----------------------------------------------------------------------------------

#: What names say, where the signs that each needs are there too.
_SAYS: tuple[tuple[str, str], ...] = (
    (r"\|(d?ppo\d?|proximal)\|", "PPO"),
    (r"\|(td3)\|", "TD3"),
    (r"\|(ddpg)\|", "DDPG"),
    (r"\|(sac)\||\|soft\|actor", "SAC"),
    (r"\|(a2c|a3c|acer|acktr|impala)\||\|actor\|?critic", "Actor-critic"),
)


def methods(scene: Scene, network: Network) -> Iterator[tuple[str, Evidence]]:
    """Yield the reinforcement-learning family of the program, the most specific that is sure."""
    agents = _made_by_library(scene)
    if agents:
        families, made = agents[-1]
        yield from ((family, made) for family in families)
        return
    clipped = _clipped_ratio(scene)
    stepped = environment(scene) or (clipped if _policy_is_clipped(scene) else None)
    shown = _by_returns(scene)
    if shown is not None and shown[0] != "DQN":
        yield shown
        return
    if stepped is None:
        learnt = returns.baseline(scene, alone=True)
        shown = shown or (("Actor-critic", learnt) if learnt is not None else None)
        yield from [shown] if shown is not None else []
        return
    found = _on_policy(scene, clipped, _words(scene, network))
    found = found or _off_policy(scene, network, largest=shown is not None)
    found = found or _valued(scene, network, stepped) or _improved(scene)
    if found is not None:
        yield found
    elif network.layers or network.instances:
        yield "Reinforcement learning", stepped


def _said(words: str) -> str | None:
    return next((family for pattern, family in _SAYS if re.search(pattern, words)), None)


def _on_policy(scene: Scene, clipped: Evidence | None, words: str) -> tuple[str, Evidence] | None:
    """A clipped ratio, or a policy and a critic that names call an actor-critic."""
    policy = _policy(scene) or scene.named(_RATIO)
    said = _said(words)
    if clipped is not None and policy is not None and said != "Actor-critic":
        return "PPO", clipped
    if said == "PPO" and policy is not None and _critic(scene) is not None:
        return "PPO", policy
    critic = _critic(scene) or _actor(scene)
    if said == "Actor-critic" and policy is not None and critic is not None:
        return "Actor-critic", critic
    return None


def _off_policy(scene: Scene, network: Network, largest: bool) -> tuple[str, Evidence] | None:
    """An actor that learns from remembered steps, beside target networks: SAC, TD3 or DDPG.

    ``largest``: a target takes the largest value, so only a name says that an actor is another way.
    """
    said = _said(_words(scene, network))
    named = said in ("SAC", "TD3", "DDPG")
    actor = _actor(scene)
    if actor is None and (named or _critic(scene) is not None):
        actor = scene.named(r"(?i)^policy(_?net\w*)?$")
    actor = actor or (scene.named(r"(?i)^_?build_a\w*$") if named else None)
    if actor is None or _replay(scene) is None or _target(scene) is None:
        return None
    if named and said is not None:
        return said, actor
    if largest:
        return None
    entropy = scene.named(r"(?i)^(log_?alpha|target_entropy|autotune|entropy_coef_sac|soft_q\w*)$")
    if entropy is not None:
        return "SAC", entropy
    delayed = scene.named(
        r"(?i)^(policy_(freq\w*|delay\w*|noise)|noise_clip|actor_update_delay\w*)$"
    )
    twin = scene.named(r"(?i)^(qf2\w*|q2\w*|\w*(critic|value_net|q_net)_?2\w*|\w*twin\w*|\w*q_?2)$")
    if delayed is not None and twin is not None:
        return "TD3", delayed
    return "DDPG", actor


def _valued(scene: Scene, network: Network, stepped: Evidence) -> tuple[str, Evidence] | None:
    """Action values: a table of them, or a network; with an actor and a critic they are a means."""
    if _actor(scene) is not None and _critic(scene) is not None:
        return None
    values = _values(scene, _words(scene, network))
    if values is None:
        return None
    target = _target(scene)
    plain = target is None and _replay(scene) is None
    if not network.layers and (plain or learns_table(scene.program.main)):
        return "Q-learning", stepped
    return "DQN", target or stepped


def _improved(scene: Scene) -> tuple[str, Evidence] | None:
    """A policy that is improved by its returns, with a critic or without."""
    policy, critic = _policy(scene), _critic(scene) or returns.baseline(scene)
    if critic is not None and (policy is not None or _actor(scene) is not None):
        return "Actor-critic", critic
    return ("Policy gradient", policy) if policy is not None else None
