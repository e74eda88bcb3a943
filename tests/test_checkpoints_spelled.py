"""Whose saved weights are whose names a script puts together from values that it states."""

from __future__ import annotations

import pytest

from tests.test_checkpoints import torch_zip
from tests.test_runs import SCRIPT, Lab, lab

__all__ = ["lab"]

_LOG = "episode,reward\n1,2.5\n2,3.5\n"
_TRAIN = SCRIPT + "\nimport torch\nlog.to_csv('results/log.csv')\ntorch.save(net, 'last.pt')\n"
#: Ways to save one file for each of some names.
SPELLINGS = {
    "keys of a table": """
variants = {"Plain Q": {"wide": False}, "d3q": {"wide": True}}
for name, config in variants.items():
    torch.save(net.state_dict(), f"results/{name.replace(' ', '_').lower()}_net.pth")
""",
    "a list and a sum": """
NAMES = ["plain_q", "d3q"]
for at, name in enumerate(NAMES):
    file = "results/" + name + "_net.pth"
    torch.save(net.state_dict(), file)
""",
    "a function for each": """
def keep(kind):
    path = os.path.join("results", "{}_net.pth".format(kind))
    with open(path, "wb") as stream:
        pickle.dump(net, stream)
keep("plain_q")
keep(kind="d3q")
""",
    "percent and zip": """
for tag, width in zip(("plain_q", "d3q"), (8, 16)):
    torch.save(net, "./results/%s_net.pth" % tag)
""",
    "folders by slashes": """
for tag in sorted({"plain_q", "d3q"}):
    torch.save(net, Path("results") / f"{tag}_net.pth")
""",
}
_ROWS = "SELECT path, model_id, run_id FROM checkpoints ORDER BY path"


def _written(lab: Lab, saving: str) -> None:
    lab.write("requirements.txt", "torch\n")
    lab.write("train.py", _TRAIN)
    lab.write(
        "compare.py", SCRIPT + "\nimport os, pickle, torch\nfrom pathlib import Path\n" + saving
    )
    lab.write("results/log.csv", _LOG)
    for name in ("d3q", "plain_q"):
        lab.write(f"results/{name}_net.pth", torch_zip(state_dict={"w": (2, 2)}))
    lab.index()


@pytest.mark.parametrize("saving", SPELLINGS.values(), ids=SPELLINGS)
def test_a_name_put_together_from_stated_values_tells_the_writer(lab: Lab, saving: str) -> None:
    _written(lab, saving)
    assert lab.rows(_ROWS) == [
        ("results/d3q_net.pth", "lab_compare", None),
        ("results/plain_q_net.pth", "lab_compare", None),
    ]


@pytest.mark.parametrize(
    "saving",
    [
        "for name in ('plain_q', 'd3q'):\n    net = torch.load(f'results/{name}_net.pth')\n",
        "for name in ('wide', 'deep'):\n    torch.save(net, f'results/{name}_net.pth')\n",
        "for name in sys.argv[1:]:\n    torch.save(net, f'results/{name}_net.pth')\n",
        "for name in ('plain_q', 'd3q'):\n    torch.save(net, f'other/{name}_net.pth')\n",
    ],
    ids=["loaded", "other names", "names that are not stated", "another folder"],
)
def test_what_lies_in_a_run_stays_its_where_nothing_proves_another(lab: Lab, saving: str) -> None:
    _written(lab, saving)
    assert {(model, run) for _, model, run in lab.rows(_ROWS)} == {("lab_train", "results")}


def test_two_scripts_that_write_the_same_names_prove_nothing(lab: Lab) -> None:
    saving = SPELLINGS["keys of a table"]
    lab.write("again.py", SCRIPT + "\nimport torch\n" + saving)
    _written(lab, saving)
    assert {model for _, model, _ in lab.rows(_ROWS)} == {"lab_train"}
