"""Which of several scripts printed a log: the messages and the forms of lines that only one has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_run_signs import OTHER, owners
from tests.test_runs import SCRIPT, Lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


PRINTS = """
for batch in range(9):
    log.info('{} --- Current batch:{} loss:{:.2f}'.format('train', batch, 0.5))
print('Training complete in {:.0f}m'.format(3))
"""
PRINTED = "".join(f"train --- Current batch:{n} loss:0.50\n" for n in range(1, 9))


def test_the_script_whose_messages_a_log_has_made_it(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT + PRINTS)
    lab.write("a/two.py", OTHER + "print('Epoch finished, see the table below: {}'.format(1))\n")
    lab.write("a/logs/run_deep.log", PRINTED + "Training complete in 3m\n")
    assert owners(lab) == {"a/logs/run_deep.log": "a/one.py"}


@pytest.mark.parametrize(
    "other",
    [PRINTS, "print('Test is over, and well: {}'.format(1))\n"],
    ids=["both print them", "the other prints a line of it, too"],
)
def test_messages_of_several_leave_a_log_to_nobody(lab: Lab, other: str) -> None:
    lab.write("a/one.py", SCRIPT + PRINTS)
    lab.write("a/two.py", OTHER + other)
    told = "Training complete in 3m\nTest is over, and well: 1\n"
    lab.write("a/logs/run_deep.log", PRINTED + told)
    assert owners(lab) == {"a/logs/run_deep.log": None}


FORMED = """
for n in range(9):
    log.info(f"Episode {n} reward {total:.3f} eps {eps:.3f}")
"""
SHORTER = """
for n in range(9):
    print(f"Episode {n} reward {total:.3f}")
"""
EPISODES = "".join(f"[INFO] 10:37:1{n} Episode {n} reward -1{n}.0 eps 0.9{n}\n" for n in range(9))


@pytest.mark.parametrize(
    ("other", "owner"),
    [
        ("print('Nothing of this form')\n", "a/one.py"),
        (SHORTER, "a/one.py"),
        (FORMED.replace("n}", "game}"), None),
        ("print('The night is long: {}'.format(1))\n", None),
    ],
    ids=["alone", "says more of the line", "both", "the other says something else"],
)
def test_the_script_that_prints_lines_of_this_form_made_the_log(
    lab: Lab, other: str, owner: str | None
) -> None:
    lab.write("a/one.py", SCRIPT + FORMED)
    lab.write("a/two.py", OTHER + other)
    lab.write("a/logs/first.log", EPISODES + "The night is long: 1\n")
    assert owners(lab) == {"a/logs/first.log": owner}


def test_a_script_elsewhere_that_prints_the_lines_made_the_log_and_is_a_model(lab: Lab) -> None:
    lab.write("requirements.txt", "numpy\n")
    lab.write("examples/learn.py", "table = Table()\n" + FORMED + "    table.learn(32)\n")
    lab.write("results/logs/first.log", EPISODES)
    assert owners(lab) == {"results/logs/first.log": "examples/learn.py"}


def test_what_prints_the_lines_and_trains_nothing_made_no_log(lab: Lab) -> None:
    lab.write("requirements.txt", "numpy\n")
    lab.write("examples/learn.py", "table = Table()\n" + FORMED)
    lab.write("results/logs/first.log", EPISODES)
    assert owners(lab) == {"results/logs/first.log": None}


def test_what_a_module_of_one_script_prints(lab: Lab) -> None:
    printing = "print(f'Round of the night {n} ends, loss: {loss} as seen by the lamp')\n"
    lab.write("a/told.py", f"def tell(n, loss):\n    {printing}")
    lab.write("a/one.py", "from told import tell\n" + SCRIPT)
    lab.write("a/two.py", OTHER)
    said = "Round of the night {0} ends, loss: 0.{0} as seen by the lamp"
    rows = (f"Epoch {n}: {said.format(n)}\n" for n in range(3, 7))
    lab.write("a/logs/out.log", "".join(rows))
    assert owners(lab) == {"a/logs/out.log": "a/one.py"}


VISUALIZER = """
import torch
from torch.utils.tensorboard import SummaryWriter
class Visualizer:
    def __init__(self, opt):
        self.log = os.path.join(opt.checkpoints_dir, opt.name, 'loss_log.txt')
        self.board = SummaryWriter(opt.name)
        with open(self.log, "a") as log_file:
            log_file.write('begins')
    def show(self, picture):
        self.board.add_image("now", torch.clamp(picture, 0, 1))
"""
LOSSES = "".join(f"(epoch: {n}, iters: 100) G_loss: 0.{n} D_loss: 1.{n}\n" for n in range(1, 6))


@pytest.mark.parametrize(("second", "owner"), [("", "train.py"), (OTHER, None)])
def test_what_a_module_writes_is_of_the_script_that_imports_it(
    lab: Lab, second: str, owner: str | None
) -> None:
    uses = "from util.visualizer import Visualizer\nshow = Visualizer(None)\n"
    lab.write("requirements.txt", "torch\n")
    lab.write("util/visualizer.py", VISUALIZER)
    lab.write("train.py", uses + SCRIPT)
    if second:
        lab.write("train_again.py", uses + second)
    lab.write("checkpoints/maps/loss_log.txt", LOSSES)
    assert owners(lab) == {"checkpoints/maps": owner}
    models = lab.rows("SELECT path FROM model WHERE kind = 'script' ORDER BY path")
    assert models == [("train.py",)] if not second else [("train.py",), ("train_again.py",)]


def test_a_module_that_trains_made_what_it_writes(lab: Lab) -> None:
    lab.write("requirements.txt", "torch\n")
    lab.write("search.py", VISUALIZER + "        self.study.optimize(self.loss)\n")
    lab.write("use/show.py", "from search import Visualizer\n" + SCRIPT)
    lab.write("checkpoints/maps/loss_log.txt", LOSSES)
    assert owners(lab) == {"checkpoints/maps": "search.py"}
