"""Whose a run is by the folders that scripts make, and by the names that libraries number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_run_signs import LOG, OTHER, owners
from tests.test_runs import SCRIPT, Lab, event


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


_FOLDERS = {
    "f-string": 'SEED = 1\nLOG_DIR = f"results_walker_seed{SEED}/logs/"\nos.makedirs(LOG_DIR)\n',
    "plus": 'seed = 1\nPath("results_walker_seed" + str(seed) + "/logs").mkdir(parents=True)\n',
    "percent": 'seed = args.seed\nos.makedirs("results_walker_seed%s/logs" % seed)\n',
    "join": 'out = os.path.join("/tmp", f"results_walker_seed{seed}")\nos.makedirs(out)\n',
    "given": 'model = PPO(env, tensorboard_log=f"./results_walker_seed{SEED}/logs")\n',
    "writer": 'writer = SummaryWriter(f"results_walker_seed{args.seed}/logs")\n',
    "shell": '!pip install torch\nfor n in "12":\n    os.makedirs(f"results_walker_seed{n}")\n',
}


@pytest.mark.parametrize("spelled", list(_FOLDERS))
@pytest.mark.parametrize("seed", [1, 2])
def test_a_folder_that_a_script_puts_together_is_the_scripts(
    lab: Lab, spelled: str, seed: int
) -> None:
    lab.write("a/requirements.txt", "torch\n")
    lab.write("a/jobs/many.py", _FOLDERS[spelled] + SCRIPT)
    lab.write("a/jobs/walker.py", OTHER + 'os.makedirs("results_walker/logs")\n')
    lab.write(f"a/results_walker_seed{seed}/logs/metrics.csv", LOG)
    assert list(owners(lab).values()) == ["a/jobs/many.py"]


@pytest.mark.parametrize(
    "line",
    [
        'os.makedirs(f"{out}/logs")\n',
        'table = read_csv(f"results_walker_seed{seed}/logs/metrics.csv")\n',
        'names = os.listdir("results_walker_seed1")\n',
    ],
)
def test_a_folder_that_says_nothing_or_is_only_read_makes_no_owner(lab: Lab, line: str) -> None:
    lab.write("a/requirements.txt", "torch\n")
    lab.write("a/jobs/one.py", SCRIPT + line)
    lab.write("a/jobs/two.py", OTHER)
    lab.write("a/results_walker_seed1/logs/metrics.csv", LOG)
    assert list(owners(lab).values()) == [None]


def test_a_folder_that_two_scripts_name_is_nobodys_by_that(lab: Lab) -> None:
    line = 'os.makedirs(f"results_walker_seed{seed}/logs")\n'
    lab.write("a/requirements.txt", "torch\n")
    lab.write("a/jobs/one.py", SCRIPT + line)
    lab.write("a/jobs/two.py", OTHER + line)
    lab.write("a/results_walker_seed1/logs/metrics.csv", LOG)
    assert list(owners(lab).values()) == [None]


def test_a_number_that_a_library_puts_behind_a_name_is_no_part_of_it(lab: Lab) -> None:
    agent = (
        'model = DQN(env, tensorboard_log="./tb_runs/")\nmodel.learn(9, tb_log_name="DQN_Pole")\n'
    )
    lab.write("a/one.py", SCRIPT + agent)
    lab.write("a/two.py", OTHER + 'writer = SummaryWriter(log_dir="./tb_runs/REINFORCE_Pole")\n')
    for name in ("DQN_Pole_1", "DQN_Pole_12", "REINFORCE_Pole", "PPO_Pole_1"):
        events = b"".join(event(n, "rollout/ep_rew_mean", n / 7 + len(name)) for n in range(5))
        lab.write(f"a/tb_runs/{name}/events.out.tfevents.1740819600.host", events)
    assert owners(lab) == {
        "a/tb_runs/DQN_Pole_1": "a/one.py",
        "a/tb_runs/DQN_Pole_12": "a/one.py",
        "a/tb_runs/PPO_Pole_1": "a/one.py",
        "a/tb_runs/REINFORCE_Pole": "a/two.py",
    }
