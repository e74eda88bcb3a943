"""One training that two tools recorded in folders beside each other is one run, where both state
the same values; what only lies there is another.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy
import pytest

from tests.test_runs import Lab, event

_REWARDS = [1.0, 4.5, 9.25, 12.5]
_AGENT = (
    "from stable_baselines3 import PPO\nimport gymnasium as gym\n"
    "model = PPO('MlpPolicy', gym.make('CartPole-v1'), learning_rate=0.0003)\n"
    "model.learn(total_timesteps=40)\nmodel.save('agent')\n"
)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    found = Lab(tmp_path)
    found.write("walker/train.py", _AGENT)
    return found


def evaluations(lab: Lab, folder: str, rewards: list[float]) -> None:
    packed = io.BytesIO()
    numpy.savez(
        packed,
        timesteps=numpy.array([10 * at for at in range(len(rewards))]),
        results=numpy.array([[one - 1, one + 1] for one in rewards]),
    )
    lab.write(f"{folder}/evaluations.npz", packed.getvalue())


def events(lab: Lab, folder: str, rewards: list[float], tag: str = "eval/mean_reward") -> None:
    points = [event(10 * at, tag, one) for at, one in enumerate(rewards)]
    points += [event(10 * at, "train/loss", 1 / (at + 1)) for at in range(len(rewards))]
    lab.write(f"{folder}/events.out.tfevents.1740819600.host", b"".join(points))


@pytest.mark.parametrize(
    ("evaluated", "written"),
    [
        ("walker/out/logs", "walker/out/tensorboard_logs/PPO_1"),
        ("walker/logs", "walker/tb/PPO_1"),
        ("walker/out/eval", "walker/out/tb"),
    ],
)
def test_evaluations_beside_the_events_of_the_same_training_are_one_run(
    lab: Lab, evaluated: str, written: str
) -> None:
    evaluations(lab, evaluated, _REWARDS)
    events(lab, written, _REWARDS)
    lab.index()
    assert lab.rows("SELECT path, tool FROM run") == [(written, "Stable-Baselines3")]
    assert lab.rows("SELECT name, points FROM curve WHERE tag = 'eval/mean_reward'") == [
        ("reward", 4)
    ]
    lab.write(f"{evaluated}/monitor.csv", '#{"env_id": "CartPole-v1"}\nr,l,t\n1,1,1\n2,2,2\n')
    lab.index()
    assert lab.rows("SELECT path, dataset FROM run") == [(written, "CartPole-v1")]


@pytest.mark.parametrize(
    ("rewards", "tag"),
    [([one + 1 for one in _REWARDS], "eval/mean_reward"), (_REWARDS, "train/entropy")],
)
def test_evaluations_of_another_training_are_a_run_of_their_own(
    lab: Lab, rewards: list[float], tag: str
) -> None:
    evaluations(lab, "walker/out/logs", _REWARDS)
    events(lab, "walker/out/tb/PPO_1", rewards, tag)
    lab.index()
    assert sorted(lab.rows("SELECT path, tool FROM run")) == [
        ("walker/out/logs", "Stable-Baselines3"),
        ("walker/out/tb/PPO_1", "TensorBoard"),
    ]


def test_beside_the_events_of_several_trainings_evaluations_stay_alone(lab: Lab) -> None:
    evaluations(lab, "walker/logs", _REWARDS)
    for number in (1, 2):
        events(lab, f"walker/tb/PPO_{number}", _REWARDS[number:])
    lab.index()
    assert len(lab.rows("SELECT path FROM run")) == 3
