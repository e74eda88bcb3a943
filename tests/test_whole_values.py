"""Values that are read whole: tuples, ties, a value of each model, a field and nothing else."""

from __future__ import annotations

import apsw
import pytest

from tests.conftest import Indexed, index_folder

_IDS = "SELECT model_id FROM model m JOIN training_stage s ON s.model = m.id AND s.main = 1 WHERE "


def by_sql(database: apsw.Connection, condition: str) -> set[str]:
    return {row[0] for row in database.execute(_IDS + condition)}


def asked(indexed: Indexed, question: str) -> set[str]:
    found = indexed.json("query", question, "--limit", "0", "--encoder", "none")
    return {row["model_id"] for row in found["results"]}


@pytest.mark.parametrize(
    "question",
    [
        "models with betas (0.5, 0.999)",
        "betas 0.5 0.999",
        "betas=(0.5,0.999)",
        "which use betas [0.5, 0.999]?",
        "betas 0.5 and 0.999",
    ],
)
def test_numbers_of_one_value_belong_together(
    indexed: Indexed, database: apsw.Connection, question: str
) -> None:
    wanted = by_sql(database, "s.betas = '0.5, 0.999'")
    assert wanted and asked(indexed, question) == wanted


def test_some_of_them_may_still_be_asked_for(indexed: Indexed, database: apsw.Connection) -> None:
    wanted = by_sql(database, "s.betas LIKE '0.5,%' OR s.betas LIKE '%0.9' OR s.betas LIKE '0.9,%'")
    assert asked(indexed, "betas of 0.5 or 0.9") == wanted


@pytest.mark.parametrize("said", ["other than (0.5, 0.999)", "!= (0.5,0.999)", "not 0.5, 0.999"])
def test_a_tuple_that_it_is_not(indexed: Indexed, database: apsw.Connection, said: str) -> None:
    wanted = by_sql(database, "s.betas IS NOT NULL AND s.betas <> '0.5, 0.999'")
    assert wanted and asked(indexed, f"models with betas {said}") == wanted


def test_a_grouped_number_with_a_decimal_comma_is_no_list(indexed: Indexed) -> None:
    done = indexed.run("query", "models with hidden size 1.000,5")
    assert done.exit_code == 1 and "1.000,5" in str(done.exception)


def test_models_that_tie_are_counted_and_all_are_answers(
    indexed: Indexed, database: apsw.Connection
) -> None:
    least = database.execute("SELECT min(batch_size) FROM training_stage WHERE main = 1").get
    wanted = by_sql(database, f"s.batch_size = {least}")
    assert asked(indexed, "the smallest batch size") == wanted
    if len(wanted) > 1:
        done = indexed.run("query", "the smallest batch size", "--encoder", "none")
        assert f"{len(wanted)} of" in done.output and "share the lowest batch size" in done.output


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("batch size of each GAN", "batch_size"),
        ("epochs per model", "epochs"),
        ("gradient accumulation steps of each model", "gradient_accumulation"),
        ("weight decay per model", "weight_decay"),
        ("mixed precision of every model", "mixed_precision"),
    ],
)
def test_a_value_of_each_model_is_a_line_a_model(
    indexed: Indexed, question: str, field: str
) -> None:
    found = indexed.json("query", question, "--limit", "0", "--encoder", "none")
    models = found["answer"]["models"]
    assert len(models) == len(found["results"]) == found["total"] > 1
    assert {value["field"] for one in models for value in one["values"]} == {field}


def test_how_many_runs_each_model_has(indexed: Indexed) -> None:
    found = indexed.json("query", "number of runs per model", "--limit", "0", "--encoder", "none")
    assert len(found["answer"]["models"]) == found["total"]


@pytest.mark.parametrize("question", ["epochs", "batch size?", "all optimizers", "betas"])
def test_a_field_alone_asks_for_its_values(indexed: Indexed, question: str) -> None:
    found = indexed.json("query", question, "--encoder", "none")
    assert found["intent"] == "values" and found["answer"]


@pytest.fixture(scope="module")
def agents(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """A script whose settings have shortened names."""
    folder = tmp_path_factory.mktemp("agents")
    (folder / "ppo.py").write_text(_AGENT)
    return index_folder(folder, folder / "agents.db")


_AGENT = """
import argparse
import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--ent-coef", type=float, default=0.01)
parser.add_argument("--max-grad-norm", type=float, default=0.5)
parser.add_argument("--max-grad-noise", type=float, default=0.1)
parser.add_argument("--total-timesteps", type=int, default=5000)
args = parser.parse_args()
model = nn.Linear(4, 2)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(args.total_timesteps):
    loss = model(torch.zeros(2, 4)).mean() - args.ent_coef
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), args.max_grad_norm)
    optimizer.step()
"""


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("entropy coefficient 0.01", ["ent_coef"]),
        ("maximum gradient norm of 0.5", ["max_grad_norm"]),
        ("entropy coefficient over 0.5", ["ent_coef"]),
        ("maximum gradient n 0.5", []),
        ("policy coefficient 0.01", []),
    ],
)
def test_settings_may_be_spelled_out(agents: Indexed, question: str, read: list[str]) -> None:
    found = agents.json("query", question, "--encoder", "none")
    assert [one["field"] for one in found["filters"]] == read
    assert any("the only setting here" in note for note in found["notes"]) == bool(read)


def test_a_misspelt_comparison_is_no_part_of_a_setting(agents: Indexed) -> None:
    done = agents.run("query", "steps abve 50", "--encoder", "none")
    assert done.exit_code == 1 or "the only setting here" not in done.output


def test_a_total_may_be_the_name_of_a_field(agents: Indexed) -> None:
    found = agents.json("query", "total timesteps of each model", "--encoder", "none")
    assert [value["field"] for value in found["answer"]["models"][0]["values"]] == [
        "environment_steps"
    ]


@pytest.mark.parametrize(
    "question",
    ["how long was ppo trained?", "total timesteps of ppo", "how many environment steps has ppo?"],
)
def test_an_agent_is_trained_for_steps_of_its_environment(agents: Indexed, question: str) -> None:
    (model,) = agents.json("query", question, "--encoder", "none")["answer"]["models"]
    assert [(one["field"], one["value"]) for one in model["values"]] == [
        ("environment_steps", 5000)
    ]


def test_models_are_ordered_by_a_name_that_begins_with_total(agents: Indexed) -> None:
    done = agents.run("query", "models by total timesteps", "--encoder", "none")
    assert "environment steps 5,000" in done.stdout


def test_the_settings_of_one_model_are_its_details(agents: Indexed) -> None:
    done = agents.run("query", "hyperparameters of ppo", "--encoder", "none")
    assert "Training Configuration" in done.stdout and "hyperparameter 1" not in done.stdout


def test_a_size_is_said_in_a_unit_and_exactly(agents: Indexed) -> None:
    size = (agents.folder / "ppo.py").stat().st_size
    done = agents.run("query", "how large is the file of ppo?", "--encoder", "none")
    assert f"({size:,} bytes)" in done.stdout


def test_a_raised_figure_is_no_group_of_digits(indexed: Indexed) -> None:
    assert indexed.run("query", "² 000", "--encoder", "none").exit_code in (0, 1)
