"""Who made a run: the script and how that is known, or those of which one did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_checkpoints import torch_zip
from tests.test_runs import SCRIPT, Lab

LOG = "epoch,val_acc\n0,0.5\n1,0.6\n2,0.7\n"
OTHER = SCRIPT.replace("784, 10", "784, 20")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Two scripts, each of which may have made a run and a checkpoint."""
    lab = Lab(tmp_path)
    lab.write("a/one.py", SCRIPT + "torch.save(net, out)\n")
    lab.write("a/two.py", OTHER + "torch.save(net, out)\n")
    lab.write("a/logs/fox/log.csv", LOG)
    lab.write("a/weights/best.pt", torch_zip(state_dict={"w": (9, 9)}))
    lab.index()
    return lab


def possible(lab: Lab) -> list[tuple[str, ...]]:
    """Return what is stored of possible owners, of runs and then of checkpoints."""
    runs = "SELECT value FROM run_evidence WHERE field = 'possible owner' ORDER BY value"
    weights = "SELECT text FROM checkpoint_fact WHERE name LIKE 'possible owner%' ORDER BY text"
    return [tuple(str(one) for (one,) in lab.rows(sql)) for sql in (runs, weights)]


def test_the_scripts_of_which_one_made_it_are_kept(lab: Lab) -> None:
    both = ("a/one.py", "a/two.py")
    assert possible(lab) == [both, both]
    assert "one of 2" in lab.said("runs")
    row = lab.asked("all runs")["answer"]["runs"][0]
    assert row["possible_models"] == list(both)


@pytest.mark.parametrize(
    "question",
    ["which script made run fox", "who made run fox?", "whose is run fox",
     "which model is run fox of"],
)  # fmt: skip
def test_they_are_named_where_it_is_asked_who_made_a_run(lab: Lab, question: str) -> None:
    said = " ".join(lab.said("query", question).split())
    assert "fox: made by one of a/one.py, a/two.py; nothing tells by which." in said


def test_when_one_is_left_it_is_the_owner_and_nothing_is_said_of_others(lab: Lab) -> None:
    (lab.folder / "a/two.py").unlink()
    lab.index()
    assert possible(lab) == [(), ()]
    said = lab.said("query", "which script made run fox")
    assert "fox: made by a_one (the only trainer in a/)." in said


def test_a_run_without_any_script(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("a/logs/fox/log.csv", LOG)
    lab.index()
    said = " ".join(lab.said("query", "who made run fox").split())
    assert "which stands for its folder" in said


def test_a_name_that_no_run_has_is_asked_of_models(lab: Lab) -> None:
    answer = lab.asked("which script made run kitchen", "--lenient")
    assert answer["intent"] != "runs" or not (answer["answer"] or {}).get("runs")


def test_a_line_of_comment_writes_nothing(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("a/one.py", SCRIPT + '# open("logs/fox/log.csv", "w")\ntorch.save(net, out)\n')
    lab.write("a/two.py", OTHER + "torch.save(net, out)\n")
    lab.write("a/logs/fox/log.csv", LOG)
    lab.index()
    said = lab.said("query", "which script made run fox")
    assert "made by one of a/one.py, a/two.py" in " ".join(said.split())
