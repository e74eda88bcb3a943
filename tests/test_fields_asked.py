"""Every stored column can be asked, sorted, listed, shown and compared, in words and exactly."""

from __future__ import annotations

import apsw
import pytest

from modelsearch.search.facets import values_anywhere
from modelsearch.vocabulary.fields import find_listed
from tests.conftest import Indexed, index_folder

#: Questions, and the models that they find as plain SQL over the file has them.
_ASKED = {
    "betas:0.9": "main = 1 AND ', ' || betas || ',' LIKE '%, 0.9,%'",
    "betas:<0.6": "main = 1 AND (betas LIKE '0.%' AND CAST(betas AS REAL) < 0.6)",
    "gradient_accumulation:4": "main = 1 AND gradient_accumulation = 4",
    "models with gradient accumulation of 4": "main = 1 AND gradient_accumulation = 4",
    "has:mixed_precision": "main = 1 AND mixed_precision IS NOT NULL",
    "mixed_precision:fp16": "main = 1 AND mixed_precision LIKE '%fp16%'",
    "mixed_precision:=fp16": "main = 1 AND mixed_precision = 'fp16'",
    "has:betas": "main = 1 AND betas IS NOT NULL",
}


@pytest.mark.parametrize("question", _ASKED)
def test_stored_columns_of_stages_can_be_asked(
    indexed: Indexed, database: apsw.Connection, question: str
) -> None:
    sql = "SELECT DISTINCT model_id FROM model m JOIN training_stage s ON s.model = m.id WHERE "
    wanted = {row[0] for row in database.execute(sql + _ASKED[question])}
    found = indexed.json("query", question, "--limit", "0", "--encoder", "none")["results"]
    assert {one["model_id"] for one in found} == wanted and wanted


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Two scripts that state what the fixtures do not."""
    folder = tmp_path_factory.mktemp("two")
    for name, decay, version in (("a", "0.999", "2.10.1"), ("b", "0.99", "2.9.0")):
        script = _SCRIPT.replace("DECAY", decay)
        (folder / name).mkdir()
        (folder / name / "train.py").write_text(script)
        (folder / name / "requirements.txt").write_text(f"torch=={version}\n")
    return index_folder(folder, folder / "two.db")


_SCRIPT = """
import torch
from torch import nn
from torch_ema import ExponentialMovingAverage

model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
ema = ExponentialMovingAverage(model.parameters(), decay=DECAY)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in [(torch.zeros(2, 4), torch.zeros(2, 1))]:
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        ema.update()
"""


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("framework_version:>=2.10", ["a_train"]),
        ("framework_version:<2.10", ["b_train"]),
        ("framework_version:2", ["a_train", "b_train"]),
        ("framework_version:2.9", ["b_train"]),
        ("models sorted by framework version", ["b_train", "a_train"]),
        ("ema:0.999", ["a_train"]),
        ("ema:<0.995", ["b_train"]),
        ("models sorted by ema decay", ["b_train", "a_train"]),
        ("has:ema", ["a_train", "b_train"]),
        ("missing:ema", []),
    ],
)
def test_versions_and_moving_averages_can_be_asked(
    two: Indexed, question: str, ids: list[str]
) -> None:
    found = two.json("query", question, "--encoder", "none")["results"]
    names = [one["model_id"] for one in found]
    assert (names if "sorted" in question else sorted(names)) == ids


def test_they_are_shown_and_compared(two: Indexed) -> None:
    assert "EMA: 0.999" in two.run("show", "a_train").output
    compared = two.run("compare", "a_train", "b_train").output
    assert "0.999" in compared and "2.10.1" in compared and "2.9.0" in compared
    question = "what is the framework version of a_train"
    asked = two.json("query", question, "--encoder", "none")["answer"]
    assert asked["models"][0]["values"][0]["value"] == "2.10.1"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("framework_version:new", "is not a version"),
        ("gradient_accumulation:few", "is not a number"),
    ],
)
def test_a_value_of_another_kind_is_one_clear_line(two: Indexed, wrong: str, said: str) -> None:
    result = two.run("query", wrong)
    assert result.exit_code != 0 and isinstance(result.exception, Exception)
    assert said in str(result.exception) + result.output


def test_the_view_for_people_counts_like_the_program(database: apsw.Connection) -> None:
    shown: dict[str, dict[str, int]] = {}
    for facet, value, models in database.execute("SELECT * FROM facets"):
        shown.setdefault(facet, {})[value] = models
    for name in ("family", "dataset", "architecture", "hardware"):
        field = find_listed(name if name != "architecture" else "classes")
        assert field is not None
        counted = values_anywhere(database, field) or ()
        assert {value.lower(): count for value, count in shown[name].items()} == {
            value.lower(): count for value, count in counted
        }


def test_how_many_data_sets_and_libraries_a_model_has(
    indexed: Indexed, database: apsw.Connection
) -> None:
    sql = (
        "SELECT m.model_id FROM model m JOIN model_term x ON x.model = m.id JOIN term t "
        "ON t.id = x.term WHERE t.kind = 'framework' GROUP BY m.id HAVING count(*) "
    )
    for question, bound in (
        ("models with two frameworks", "= 2"),
        ("models with more than one framework", "> 1"),
        ("models using several frameworks", "> 1"),
        ("framework_count:>=3", ">= 3"),
    ):
        wanted = {row[0] for row in database.execute(sql + bound)}
        found = indexed.json("query", question, "--limit", "0", "--encoder", "none")["results"]
        assert {one["model_id"] for one in found} == wanted and wanted, question
    found = indexed.json("query", "models trained on more than one dataset")
    assert found["filters"][0]["field"] == "dataset_count" and not found["results"]


def test_how_many_different_optimizers_and_losses_a_model_has(
    indexed: Indexed, database: apsw.Connection
) -> None:
    optimizers: dict[str, set[str]] = {}
    losses: dict[str, set[str]] = {}
    for model, optimizer, loss in database.execute(
        "SELECT m.model_id, s.optimizer, s.loss FROM training_stage s JOIN model m "
        "ON m.id = s.model"
    ):
        optimizers.setdefault(model, set()).update([optimizer] if optimizer else [])
        losses.setdefault(model, set()).update(loss.split(", ") if loss else [])
    several = {model for model, values in losses.items() if len(values) > 1}
    single = {model for model, values in losses.items() if len(values) == 1}
    two = {model for model, values in optimizers.items() if len(values) > 1}
    for question, wanted in (
        ("models with at least two losses", several),
        ("models with several loss functions", several),
        ("models with a single loss", single),
        ("models with more than one optimizer", two),
        ("optimizer_count:>1", two),
    ):
        found = indexed.json("query", question, "--limit", "0", "--encoder", "none")
        assert {one["model_id"] for one in found["results"]} == wanted, question
    assert several and single
    found = indexed.json("query", "models with more than one optimizer", "--encoder", "none")
    assert any("different optimizers" in note for note in found["notes"])
