"""Libraries of reinforcement learning: Stable-Baselines with its contributions, environments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from modelsearch import vocabulary
from modelsearch.static.libraries.data_loading import Named, environment_name, strings
from modelsearch.static.libraries.library import Library, Trainer, call, made, within
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import text

_BASELINES = ("stable_baselines3.", "sb3_contrib.", "stable_baselines.")
_METHODS = {
    "PPO": "PPO",
    "A2C": "Actor-critic",
    "DQN": "DQN",
    "SAC": "SAC",
    "TD3": "TD3",
    "DDPG": "DDPG",
    "ACKTR": "Actor-critic",
    "ACER": "Actor-critic",
    "PPO1": "PPO",
    "PPO2": "PPO",
    "ARS": "Evolution strategy",
    "CrossQ": "SAC",
    "MaskablePPO": "PPO",
    "QRDQN": "DQN",
    "RecurrentPPO": "PPO",
    "TQC": "SAC",
    "TRPO": "Actor-critic",
}
#: What the names of the library's policies say of the network.
_POLICIES = (("Cnn", "CNN"), ("Lstm", "LSTM"), ("MlpPolicy", "MLP"))


def _agent(record: CallRecord) -> Sequence[str]:
    """``PPO("CnnPolicy", env)``: the method and the policy's network."""
    method = _METHODS.get(record.last)
    if method is None or not (record.name or "").startswith(_BASELINES):
        return ()
    policy = text(record.argument(0, "policy")) or ""
    network = next((family for part, family in _POLICIES if part in policy), None)
    return (method, network) if network else (method,)


_MAKES_ENVIRONMENT = re.compile(
    r"^(gym|gymnasium|gym3|envpool|gym_super_mario_bros|safe_rl_envs|supersuit|brax\.envs|gymnax"
    r"|isaacgymenvs|shimmy|stable_baselines3\.common\.env_util|gym\.vector|gymnasium\.vector|gym\.envs"
    r"|tf_agents\.environments\.suite_gym|vizdoom|torchrl\.envs)\b.*\b(make|load|make_vec"
    r"|make_vec_env|make_atari_env|get_environment|create|GymEnv)$"
)
_MAKES_AGENT = re.compile(
    rf"^(stable_baselines3?|sb3_contrib)\.(\w+\.)*({'|'.join(_METHODS)}|HER)$"
)


@within(
    "gym", "envpool", "safe_rl_envs", "supersuit", "brax", "isaacgymenvs", "shimmy",
    "stable_baselines", "sb3_contrib", "tf_agents", "vizdoom", "torchrl",
)  # fmt: skip
def _environment(record: CallRecord, name: str) -> list[Named] | None:
    """``gym.make("CartPole-v1")``, ``PPO("MlpPolicy", "CartPole-v1")``."""
    if _MAKES_ENVIRONMENT.match(name):
        identifiers = strings(record, 0, "id", "task_id", "env_id", "env_name", "task")
    elif _MAKES_AGENT.match(name):
        identifiers = strings(record, 1, "env")
    else:
        return None
    names = [(environment_name(each.value), each) for each in identifiers]
    return [
        Named(name, vocabulary.find("dataset", name) is not None, None, at) for name, at in names
    ]


_PETTINGZOO = re.compile(r"^pettingzoo\.\w+\.(\w+?)_v\d+\.\w*env$")


@within("pettingzoo")
def _pettingzoo(record: CallRecord, name: str) -> list[Named] | None:
    """``pettingzoo.atari.pong_v3.parallel_env()``."""
    found = _PETTINGZOO.match(name)
    return [Named(environment_name(found[1]))] if found else None


@within("procgen")
def _procgen(record: CallRecord, name: str) -> list[Named] | None:
    """``ProcgenEnv(64, "coinrun")``."""
    if name != "procgen.ProcgenEnv":
        return None
    games = strings(record, 1, "env_name")
    return [Named("Procgen", note=f"game {each.value}") for each in games]


LIBRARY = Library(
    name="reinforcement",
    agents=(_agent,),
    data=(_environment, _pettingzoo, _procgen),
    trains_by=(
        Trainer(
            methods=("learn",),
            rule="the agent that learns",
            made_by=("stable_baselines", "sb3_contrib", "baselines"),
            estimator=True,
            rate=(made("learning_rate"),),
            batch=(made("batch_size"),),
            steps=(call("total_timesteps", at=0),),
        ),
    ),
)
