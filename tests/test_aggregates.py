"""Medians, totals, rarest values and shares, each said first."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import Any

import apsw
import pytest

from tests.conftest import Indexed


def ask(indexed: Indexed, question: str, *options: str) -> str:
    line = [sys.executable, "-m", "modelsearch", "query", question, "--db", str(indexed.db)]
    return subprocess.run([*line, *options], capture_output=True, text=True, check=True).stdout


def answered(indexed: Indexed, question: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(indexed, question, "--format", "json"))
    return found


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("total epochs of the CycleGANs", "Total epochs of 2 models (2 known): 350."),
        ("sum of epochs of the CycleGANs", "Total epochs of 2 models (2 known): 350."),
        ("median epochs of the CycleGANs", "Median epochs of 2 models (2 known): 175."),
        ("average epochs of the CycleGANs", "Mean epochs of 2 models (2 known): 175."),
    ],
)
def test_the_statistic_that_was_asked_for_is_said_first(
    indexed: Indexed, question: str, begins: str
) -> None:
    assert ask(indexed, question).startswith(begins)


@pytest.mark.parametrize(
    "question",
    ["what share of the CycleGANs uses PyTorch?", "what percentage of CycleGANs use PyTorch"],
)
def test_a_share_is_a_count_and_what_it_is_of(indexed: Indexed, question: str) -> None:
    assert ask(indexed, question).startswith("2 of 2 models: 100.0%.")
    assert answered(indexed, question)["answer"] == {"count": 2, "of": 2, "share": 1.0}


def test_a_share_of_all_models(indexed: Indexed) -> None:
    found = answered(indexed, "what fraction of my models is on MNIST?")["answer"]
    everything = answered(indexed, "how many models are there?")["answer"]["count"]
    assert found["of"] == everything
    assert 0 < found["count"] < everything


@pytest.mark.parametrize(
    "question", ["least used optimizer", "rarest optimizer", "which optimizer is used least?"]
)
def test_the_rarest_values_come_first(indexed: Indexed, question: str) -> None:
    values = answered(indexed, question)["answer"]["values"]
    counts = [one["count"] for one in values]
    assert counts == sorted(counts)
    assert ask(indexed, question).startswith("Rarest optimizer of")


def test_a_total_of_models_is_a_count(indexed: Indexed) -> None:
    assert answered(indexed, "total number of CycleGANs")["answer"] == {"count": 2}


@pytest.mark.parametrize("question", ["share of GANs on MNIST", "what share of GANs is on MNIST?"])
def test_a_share_without_a_verb_is_of_the_first_that_is_named(
    indexed: Indexed, question: str
) -> None:
    def count(asked: str) -> int:
        return int(indexed.json("query", asked, "--encoder", "none")["answer"]["count"])

    found = indexed.json("query", question, "--encoder", "none")["answer"]
    assert (found["count"], found["of"]) == (
        count("how many GANs on MNIST"),
        count("how many GANs"),
    )


def test_what_only_one_model_uses_is_the_rarest(indexed: Indexed) -> None:
    one = indexed.json("query", "which datasets are used by only one model?", "--encoder", "none")
    other = indexed.json("query", "rarest dataset", "--encoder", "none")
    assert one["answer"] == other["answer"]


def test_numbers_by_group_are_whole_in_flat_formats(indexed: Indexed) -> None:
    asked = ("query", "average batch size by framework", "--encoder", "none")
    groups = indexed.json(*asked)["answer"]["groups"]
    rows = list(csv.DictReader(indexed.run(*asked, "--format", "csv").stdout.splitlines()))
    assert [(row["value"], row["mean"]) for row in rows] == [
        (one["value"], str(one.get("mean", ""))) for one in groups
    ]


def test_the_statistic_stands_in_flat_formats(indexed: Indexed) -> None:
    done = indexed.run("query", "median batch size", "--encoder", "none", "--format", "csv")
    (row,) = csv.DictReader(done.stdout.splitlines())
    found = indexed.json("query", "median batch size", "--encoder", "none")["answer"]
    assert float(row["median"]) == found["median"] and row["field"] == "batch_size"


@pytest.mark.parametrize("question", ["how many models per year?", "average epochs per year"])
def test_years_are_no_months(indexed: Indexed, database: apsw.Connection, question: str) -> None:
    wanted = dict(
        database.execute("SELECT substr(created_at, 1, 4), count(*) FROM model GROUP BY 1")
    )
    groups = indexed.json("query", question, "--encoder", "none")["answer"]["groups"]
    assert {one["value"]: one["count"] for one in groups} == wanted
