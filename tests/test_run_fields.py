"""Fields of runs: models are filtered, sorted and counted by them, and runs are put in order."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.store.database import close_after_writing, open_for_writing
from tests.conftest import ROOT, Indexed
from tests.test_runs import SCRIPT, Lab, mlflow


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Return an index of the runs that the tools themselves wrote."""
    base = tmp_path_factory.mktemp("runs")
    shutil.copytree(ROOT / "fixtures" / "runs", base / "runs")
    shutil.copy(ROOT / "fixtures" / "make_runs.py", base)
    connection = open_for_writing(base / "runs.db")
    index(connection, [base], None, IndexOptions(jobs=1))
    close_after_writing(connection)
    return Indexed(base, base / "runs.db", IndexSummary())


def asked(indexed: Indexed, *words: str) -> list[str]:
    found = indexed.json("query", *words, "--encoder", "none")
    return [row["model_id"] for row in found["results"]]


def run_values(indexed: Indexed, column: str, *words: str) -> list[object]:
    found = indexed.json("query", *words, "--encoder", "none")
    return [row[column] for row in found["answer"]["runs"]]


def test_runs_are_sorted_by_a_field_of_theirs(recorded: Indexed) -> None:
    for order in ("duration", "duration:desc"):
        known = [
            value
            for value in run_values(recorded, "duration_s", "runs", "--sort", order)
            if value is not None
        ]
        assert len(known) > 3
        assert known == sorted(known, reverse=order.endswith("desc"))  # type: ignore[type-var]


def test_runs_are_filtered_by_a_field_of_theirs(recorded: Indexed) -> None:
    assert set(run_values(recorded, "status", "runs run_status:failed")) == {"failed"}
    assert set(run_values(recorded, "tool", "runs run_tool:MLflow")) == {"MLflow"}


@pytest.mark.parametrize("status", ["failed", "finished", "pruned"])
def test_models_are_filtered_by_their_runs(recorded: Indexed, status: str) -> None:
    counted = {row["value"]: row["count"] for row in recorded.json("list", "run_status")}
    assert len(asked(recorded, f"models run_status:{status}")) == counted[status] > 0


def test_models_by_how_many_runs_they_have(recorded: Indexed) -> None:
    some = asked(recorded, "models has:runs")
    assert set(asked(recorded, "models runs:>2")) < set(some)


MORE_THAN_TWO = "models runs:>2"


@pytest.mark.parametrize(
    "question",
    ["models with more than 2 runs", "runs:>2", "number of runs over 2", "more than 2 runs",
     "which models have at least 3 runs", "models whose number of runs is above 2",
     "scripts with 3 or more runs", "count of runs greater than 2"],
)  # fmt: skip
def test_how_many_runs_is_asked_in_words(recorded: Indexed, question: str) -> None:
    wanted = asked(recorded, MORE_THAN_TWO)
    assert wanted
    assert set(asked(recorded, question)) <= set(wanted)
    if "scripts" not in question:
        assert asked(recorded, question) == wanted


def test_other_rows_are_counted_alike(recorded: Indexed) -> None:
    some = asked(recorded, "models checkpoints:>1")
    assert some
    for question in (
        "models with more than one checkpoint",
        "checkpoints:>1",
        "models with 2 or more checkpoints",
        "number of checkpoints over 1",
    ):
        assert asked(recorded, question) == some
    for question in ("models with more than 5 pictures", "images:>5", "models with over 5 images"):
        assert asked(recorded, question) == []


@pytest.mark.parametrize("question", ["show 3 runs", "how many runs", "runs of make_runs"])
def test_runs_are_still_asked_for_themselves(recorded: Indexed, question: str) -> None:
    assert run_values(recorded, "run_id", question)


def test_the_values_of_runs_are_shown(recorded: Indexed) -> None:
    found = recorded.json(
        "query", "models run_tool:MLflow", "--columns", "run_tool,runs", "--encoder", "none"
    )
    assert found["results"]
    shown = recorded.run(
        "query", "models run_tool:MLflow", "--columns", "run_tool", "--encoder", "none"
    ).output
    assert "MLflow" in shown


def test_a_run_is_the_scripts_whose_settings_it_recorded(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("a/one.py", SCRIPT)
    lab.write(
        "a/two.py", SCRIPT.replace("lr=1e-3", "lr=0.05").replace("batch_size=32", "batch_size=8")
    )
    for name, rate, batch in (("first", "1e-3", 32), ("second", "0.05", 8), ("third", "0.05", 32)):
        lab.write(f"a/out/{name}/hparams.yaml", f"lr: {rate}\nbatch_size: {batch}\n")
        lab.write(f"a/out/{name}/metrics.csv", "epoch,val_acc\n0,0.5\n1,0.6\n2,0.7\n")
    lab.index()
    found = lab.rows(
        "SELECT r.run_id, m.path, r.owner_from FROM run r LEFT JOIN model m ON m.id = r.model "
        "ORDER BY r.path"
    )
    assert found == [
        ("first", "a/one.py", "the same settings"),
        ("second", "a/two.py", "the same settings"),
        ("third", None, "several scripts may own it"),
    ]


@pytest.mark.parametrize("field", ["images", "runs", "checkpoints", "stages"])
def test_models_without_any_have_none_of_them(recorded: Indexed, field: str) -> None:
    everyone = asked(recorded, "models", "--limit", "0")
    having = asked(recorded, f"has:{field}", "--limit", "0")
    without = set(everyone) - set(having)
    assert set(asked(recorded, f"{field}:0", "--limit", "0")) == without
    assert without <= set(asked(recorded, f"{field}:<5", "--limit", "0"))
    assert without.isdisjoint(asked(recorded, f"{field}:>0", "--limit", "0"))
    assert set(asked(recorded, f"no {field}", "--limit", "0")) == without
    counted = {row["value"]: row["count"] for row in recorded.json("list", field)}
    assert counted.get(0, 0) == len(without)
    assert sum(counted.values()) == len(everyone)
    fewest = asked(recorded, "models", "--sort", field, "--limit", "0")
    assert set(fewest[: len(without)]) == without


@pytest.mark.parametrize("field", ["runs", "checkpoints"])
def test_the_most_of_something_is_said_with_its_number(recorded: Indexed, field: str) -> None:
    most = max(row["value"] for row in recorded.json("list", field))
    assert f": {field} {most}" in recorded.run("query", f"which model has the most {field}").output


def test_fewer_pictures_include_models_that_have_none(recorded: Indexed) -> None:
    none = asked(recorded, "images:0", "--limit", "0")
    assert none
    assert set(none) <= set(asked(recorded, "models with fewer than 5 images", "--limit", "0"))


def test_an_order_shows_the_value_by_which_it_ordered(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    number = 0
    for name, seconds in (("quick", (5, 900)), ("slow", (60, 70))):
        lab.write(f"{name}/train.py", SCRIPT)
        for took in seconds:
            number += 1
            run_id = f"{number}" * 32
            mlflow(lab, f"run-{number}", run_id, f"{name}/train.py", "0.1", 0.5)
            begun, ended = 1740819600000, 1740819600000 + took * 1000
            lab.write(
                f"mlruns/0/{run_id}/meta.yaml",
                f"run_name: run-{number}\nstatus: 3\nstart_time: {begun}\nend_time: {ended}\n",
            )
    lab.index()
    indexed = Indexed(lab.folder, lab.db, IndexSummary())
    for order, expected in (("", [5.0, 60.0]), (" descending", [900.0, 70.0])):
        found = indexed.json("query", f"models sorted by duration{order}")
        assert [one["asked"]["run_duration"] for one in found["results"]] == expected
