"""Reinforcement-learning methods, from an environment that is stepped and how its returns are used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelsearch import vocabulary
from modelsearch.records import DatasetFact, Evidence
from modelsearch.static.features import Scene
from modelsearch.static.networks import Network
from modelsearch.static.program import Program
from modelsearch.static.values import text

if TYPE_CHECKING:
    from modelsearch.static.evaluator import Evaluator

_LIBRARY = {
    "PPO": "PPO",
    "A2C": "Actor-critic",
    "DQN": "DQN",
    "SAC": "SAC",
    "TD3": "TD3",
    "DDPG": "DDPG",
    "QRDQN": "DQN",
    "TRPO": "PPO",
    "RecurrentPPO": "PPO",
    "MaskablePPO": "PPO",
    "PPO2": "PPO",
}
#: What the names of the library's policies say of the network.
_POLICIES = (("Cnn", "CNN"), ("Lstm", "LSTM"), ("MlpPolicy", "MLP"))
_ENVIRONMENTS = re.compile(r"^(envs?|self_env|environment|train_envs?|env_\w+)$")


def environment(scene: Scene) -> Evidence | None:
    """Return where an environment is stepped, if there is one."""
    for features in scene.functions:
        if features.name_like(_ENVIRONMENTS) and features.calls_any("step", "reset", "send"):
            step = features.calls_any("step", "reset", "send")
            return scene.evidence(features, step)
    return None


def own_environment(program: Program, evaluator: Evaluator) -> list[DatasetFact]:
    """Return the known game that a class of the project itself plays: ``Game2048``, ``SnakeEnv``."""
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
    """Say whether an environment is stepped, or a policy's ratio is clipped by its advantages."""
    if environment(scene) is not None:
        return True
    return _policy_is_clipped(scene)


def _policy_is_clipped(scene: Scene) -> bool:
    advantages = scene.named(r"(?i)^\w*advantages?$")
    return advantages is not None and _clipped_ratio(scene) is not None


def _library(scene: Scene) -> Iterator[tuple[str, Evidence]]:
    for record in scene.evaluator.calls():
        if record.name and record.name.startswith(
            ("stable_baselines3.", "sb3_contrib.", "stable_baselines.")
        ):
            family = _LIBRARY.get(record.last)
            if family:
                yield family, record.evidence
                policy = text(record.argument(0, "policy")) or ""
                network = next((n for k, n in _POLICIES if k in policy), None)
                if network:
                    yield network, record.evidence


def _path(scene: Scene) -> str:
    return re.sub(r"[^a-z0-9]+", "_", scene.program.main.path.lower())


def _clipped_ratio(scene: Scene) -> Evidence | None:
    found = scene.named(
        r"(?i)^(clip_?coef|clip_?ratio|clip_?param|eps_?clip|clip_eps(ilon)?|ppo_\w+|epsilon_clip|clip_range|surr(ogate)?_?\d?)$"
    )
    if found and scene.called("clamp", "clip", "clip_by_value", "min", "minimum"):
        return found
    return _clipped_around_one(scene)


def _clipped_around_one(scene: Scene) -> Evidence | None:
    """Find ``ratio.clamp(1 - x, 1 + x)``."""
    for features in scene.functions:
        for node in features.walk():
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            low, high = (ast.unparse(each) for each in node.args[-2:])
            if re.match(r"1(\.0)? - ", low) and high == low.replace(" - ", " + ", 1):
                return scene.evidence(features, node)
    return None


def _replay(scene: Scene) -> Evidence | None:
    return scene.named(
        r"(?i)^(replay\w*|\w*replay_?(buffer|memory)?|rb|memory|experience\w*|buffer)$"
    )


def _target(scene: Scene) -> Evidence | None:
    return scene.named(
        r"(?i)^(\w*target_?(net\w*|model|q\w*|actor|critic|value\w*|policy\w*)|target_net\w*|\w*_target|qf\d?_target|soft_update|q_target\w*|next_q\w*|tau)$"
    )


def _critic(scene: Scene) -> Evidence | None:
    return scene.named(
        r"(?i)^(\w*critic\w*|v_?loss|value_?loss\w*|\w*advantages?|vf_\w+|state_?values?|value_head|value_pred\w*)$"
    )


def _policy(scene: Scene) -> Evidence | None:
    return scene.called(
        "log_prob", "Categorical", "multinomial", "sample_multinomial"
    ) or scene.named(r"(?i)^(\w*log_?probs?\w*|policy_loss\w*|saved_log_probs)$")


def _deterministic(scene: Scene) -> tuple[str, Evidence] | None:
    """Actor and critic with target networks, off policy: SAC, TD3 or DDPG."""
    actor = scene.named(r"(?i)^(\w*actor\w*|mu_net)$")
    if actor is None and _critic(scene) is not None:
        actor = scene.named(r"(?i)^policy_net$")
    if actor is None or _replay(scene) is None or _target(scene) is None:
        return None
    entropy = scene.named(r"(?i)^(log_?alpha|target_entropy|autotune|entropy_coef_sac)$")
    if entropy is not None:
        return "SAC", entropy
    delayed = scene.named(
        r"(?i)^(policy_(freq\w*|delay\w*|noise)|noise_clip|actor_update_delay\w*)$"
    )
    twin = scene.named(r"(?i)^(qf2\w*|q2\w*|critic_?2\w*|\w*twin\w*)$")
    if delayed is not None and twin is not None:
        return "TD3", delayed
    return "DDPG", actor


def methods(scene: Scene, network: Network) -> Iterator[tuple[str, Evidence]]:
    """Yield the reinforcement-learning family of the program, the most specific that is sure."""
    library = list(_library(scene))
    if library:
        last = max(i for i, (name, _) in enumerate(library) if name in _LIBRARY.values())
        yield from library[last:]
        return
    clipped = _clipped_ratio(scene)
    stepped = environment(scene) or (clipped if _policy_is_clipped(scene) else None)
    if stepped is None:
        return
    if clipped is not None and _policy(scene) is not None:
        yield "PPO", clipped
        return
    found = _deterministic(scene)
    found = found or (_valued(scene, network, stepped) if _is_q(scene) else _improved(scene))
    if found is not None:
        yield found
    elif network.layers or network.instances:
        yield "Reinforcement learning", stepped


def _valued(scene: Scene, network: Network, stepped: Evidence) -> tuple[str, Evidence]:
    """Action values: a table of them, or a network."""
    target = _target(scene)
    if target is None and _replay(scene) is None and not network.layers:
        return "Q-learning", stepped
    return "DQN", target or stepped


def _improved(scene: Scene) -> tuple[str, Evidence] | None:
    """A policy that is improved by its returns, with a critic or without."""
    policy, critic = _policy(scene), _critic(scene)
    if policy is None:
        return None
    return ("Actor-critic", critic) if critic is not None else ("Policy gradient", policy)


def _is_q(scene: Scene) -> bool:
    named = scene.named(
        r"(?i)^(q_?values?|q_?net\w*|\w*qnet\w*|q_?table|\w*dqn\w*|qf|td_(loss|error|target)|q_?(eval|next|target)\w*|next_q_\w+|q|Q|expected_q\w*|state_action_values|deepq\w*|eval_net|old_val)$"
    )
    return named is not None or "dqn" in _path(scene)
