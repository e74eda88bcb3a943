"""What models have or have not, what folders are called, results below zero and above all."""

from __future__ import annotations

import apsw
import pytest

from tests.conftest import Indexed, index_folder

_SCRIPT = """
import torch
from torch import nn

model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in [(torch.zeros(2, 4), torch.zeros(2, 1))]:
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
"""
_LOG = "epoch,reward,val_accuracy\n1,-30.5,0.80\n2,-12.5,0.90\n"
_HAVING = {"run": {"weather_train"}, "note": {"pendulum_train"}, "tag": {"pendulum_train"}}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Two folders whose names are words of other fields, one with a log, one with remarks."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("weather", "pendulum"):
        (folder / name).mkdir()
        (folder / name / "train.py").write_text(_SCRIPT)
    (folder / "weather" / "training_log.csv").write_text(_LOG)
    lab = index_folder(folder, folder / "lab.db")
    for command in ("tag", "note"):
        assert lab.run(command, "pendulum_train", "baseline").exit_code == 0
    return lab


def asked(indexed: Indexed, question: str) -> set[str]:
    found = indexed.json("query", question, "--limit", "0", "--encoder", "none")
    return {row["model_id"] for row in found["results"]}


@pytest.mark.parametrize("said", ["with {}s", "that have {}s", "with some {}s", "having {}s"])
@pytest.mark.parametrize("what", _HAVING)
def test_models_that_have_some(lab: Indexed, said: str, what: str) -> None:
    assert asked(lab, f"models {said.format(what)}") == _HAVING[what]


@pytest.mark.parametrize("said", ["without {}s", "that have no {}s"])
@pytest.mark.parametrize("what", _HAVING)
def test_models_that_have_none(lab: Indexed, said: str, what: str) -> None:
    others = {"weather_train", "pendulum_train"} - _HAVING[what]
    assert asked(lab, f"models {said.format(what)}") == others


@pytest.mark.parametrize(
    "question", ["weather models", "models on the weather", "models about the weather"]
)
def test_a_folder_is_what_a_subject_that_nobody_has_means(lab: Indexed, question: str) -> None:
    found = lab.json("query", question, "--limit", "0", "--encoder", "none")
    assert {row["model_id"] for row in found["results"]} == {"weather_train"}
    assert any("'weather'" in note and "path" in note for note in found["notes"])


def test_a_folder_that_is_called_one_is_no_subject(lab: Indexed) -> None:
    assert asked(lab, "models in the folder weather") == {"weather_train"}


def test_a_data_set_that_nobody_uses_may_be_a_folder(lab: Indexed) -> None:
    assert asked(lab, "learning rate of the pendulum model") == {"pendulum_train"}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("reward above -20", {"weather_train"}),
        ("reward > -20", {"weather_train"}),
        ("reward>-10", set()),
        ("reward between -40 and -12", {"weather_train"}),
        ("models with reward below -5", {"weather_train"}),
        ("accuracy over 150%", set()),
        ("accuracy above 85 %", {"weather_train"}),
    ],
)
def test_results_below_zero_and_beyond_all(lab: Indexed, question: str, found: set[str]) -> None:
    assert asked(lab, question) == found


def test_a_range_is_no_number_below_zero(indexed: Indexed) -> None:
    assert asked(indexed, "epochs 50 -100") == asked(indexed, "epochs between 50 and 100")


def test_the_commonest_is_asked_in_either_order(indexed: Indexed) -> None:
    one, other = (
        indexed.json("query", question, "--encoder", "none")["answer"]
        for question in ("which optimizer is most common", "the most common optimizer")
    )
    assert one == other


def test_an_id_that_ends_in_a_plain_word_is_compared_with(lab: Indexed) -> None:
    same = asked(lab, "models with the same learning rate as weather_train")
    assert same == {"pendulum_train"}


def test_a_remark_that_is_named_is_that_one(lab: Indexed) -> None:
    assert asked(lab, "models with tag baseline") == {"pendulum_train"}
    assert asked(lab, "models with tag other") == set()


@pytest.mark.parametrize(
    "question",
    [
        "models in the folder GAN",
        "models in the GAN folder",
        "models in folder Generative-MNIST/gan",
    ],
)
def test_a_folder_is_meant_where_it_is_called_one(
    indexed: Indexed, database: apsw.Connection, question: str
) -> None:
    part = question.removeprefix("models in ").replace("the ", "").replace("folder", "").strip()
    sql = "SELECT model_id FROM model WHERE '/' || lower(path) LIKE '%/' || lower(?) || '/%'"
    wanted = {row[0] for row in database.execute(sql, (part,))}
    if wanted:
        assert asked(indexed, question) == wanted


def test_a_files_name_is_no_end_of_another(indexed: Indexed, database: apsw.Connection) -> None:
    paths = [row[0] for row in database.execute("SELECT path FROM model")]
    for name in {path.rpartition("/")[2] for path in paths if path.endswith(".py")}:
        same = {path for path in paths if path.rpartition("/")[2] == name}
        found = indexed.json("query", f"files named {name}", "--limit", "0", "--encoder", "none")
        assert {row["path"] for row in found["results"]} == same


def test_the_bottom_is_the_lowest(indexed: Indexed) -> None:
    found = indexed.json("query", "bottom 3 by size", "--encoder", "none")["results"]
    sizes = [row["size_bytes"] for row in found]
    everyone = indexed.json("query", "models sorted by size", "--limit", "0", "--encoder", "none")
    assert sizes == sorted(row["size_bytes"] for row in everyone["results"])[:3]
