"""Runs that a question names: by their model's family, by what recorded them, by their own name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_runs import SCRIPT, Lab, mlflow

AGENT = """
import gymnasium as gym
from stable_baselines3 import PPO
env = gym.make("Pendulum-v1")
model = PPO("MlpPolicy", env, learning_rate=3e-4, batch_size=64)
model.learn(total_timesteps=20_000)
"""
_BOX = "time/total_timesteps,rollout/ep_rew_mean,eval/mean_reward\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """An agent with two runs whose order by training and by evaluation differs, and a network with
    two runs that MLflow recorded.
    """
    lab = Lab(tmp_path_factory.mktemp("named"))
    lab.write("agent/train.py", AGENT)
    lab.write("agent/logs/PPO_1/progress.csv", _BOX + "1000,90,10\n2000,95,20\n")
    lab.write("agent/logs/PPO_2/progress.csv", _BOX + "1000,30,40\n2000,50,60\n")
    lab.write("flowers/fit.py", SCRIPT)
    mlflow(lab, "calm-elk-1", "a" * 32, "flowers/fit.py", "3e-4", 0.8)
    mlflow(lab, "bold-fox-2", "b" * 32, "flowers/fit.py", "0.01", 0.9)
    lab.write("gated/tune.py", SCRIPT)
    for name, value in (("plum", 3.0), ("plum2", 2.0)):
        lab.write(f"gated/ablation/{name}/metrics.csv", f"epoch,objective_loss\n0,9\n1,{value}\n")
    lab.index()
    yield lab


def names(lab: Lab, question: str) -> list[str]:
    answer = lab.asked(question)
    assert answer["intent"] == "runs", question
    return [row["run_id"] for row in answer["answer"]["runs"]]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("PPO runs", ["PPO_1", "PPO_2"]),
        ("how many PPO runs", ["PPO_1", "PPO_2"]),
        ("CIFAR-100 runs", ["bold-fox-2", "calm-elk-1", "plum", "plum2"]),
        ("flowers_fit runs", ["bold-fox-2", "calm-elk-1"]),
        ("MLflow runs", ["bold-fox-2", "calm-elk-1"]),
        ("runs recorded by mlflow", ["bold-fox-2", "calm-elk-1"]),
        ("csv runs", ["PPO_1", "PPO_2", "plum", "plum2"]),
        ("wandb runs", []),
        ("compare PPO_1 and PPO_2", ["PPO_1", "PPO_2"]),
        ("compare plum and plum2", ["plum", "plum2"]),
        ("ablation runs", ["plum", "plum2"]),
        ("best ablation run", ["plum2"]),
        ("reward of PPO_2", ["PPO_2"]),
        ("what happened in ppo_1?", ["PPO_1"]),
        ("which PPO run has the best evaluation reward?", ["PPO_2"]),
        ("best training reward of PPO runs", ["PPO_1"]),
    ],
)
def test_runs_are_found_by_what_names_them(lab: Lab, question: str, expected: list[str]) -> None:
    assert sorted(names(lab, question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "models that run on a GPU",
        "which CNN runs on a GPU",
        "pictures of PPO_1",
        "models like PPO_1",
    ],
)
def test_other_questions_stay_what_they_were(lab: Lab, question: str) -> None:
    assert lab.asked(question)["intent"] != "runs"


def test_evaluation_is_the_validation_data(lab: Lab) -> None:
    answer = lab.asked("which PPO run has the best evaluation reward?")
    assert answer["summary"] == "PPO_2: validation reward 60 at step 2000."
    (row,) = answer["answer"]["runs"]
    assert (row["split"], row["value"]) == ("validation", 60)


def test_what_a_run_recorded_is_said_first(lab: Lab) -> None:
    (row,) = lab.asked("runs of flowers_fit with lr 0.01")["answer"]["runs"]
    assert lab.asked("learning rate of bold-fox-2")["summary"] == "bold-fox-2: learning rate 0.01."
    assert row["run_id"] == "bold-fox-2"
    assert lab.asked("seed of bold-fox-2")["summary"] == "bold-fox-2: no seed is recorded."


def test_runs_compared_say_what_differs(lab: Lab) -> None:
    said = lab.asked("compare calm-elk-1 and bold-fox-2")["answer"]["said"]
    assert any("0.8 (calm-elk-1), 0.9 (bold-fox-2)" in one for one in said)
