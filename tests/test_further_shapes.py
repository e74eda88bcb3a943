"""Texts against code, the model that made a picture, models near another that differ in one thing,
models that are nearly the same.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import apsw
import pytest

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.records.errors import UnreadError

TODAY = date(2025, 6, 15)


def ask(database: apsw.Connection, question: str) -> dict[str, Any]:
    options = QueryOptions(limit=0, today=TODAY, encoder="none")
    return answer(database, question, options).as_json()


def ids(found: dict[str, Any]) -> set[str]:
    return {row["model_id"] for row in found["results"]}


@pytest.mark.parametrize(
    "question",
    [
        "where does the README disagree with the code?",
        "models whose documentation contradicts the code",
        "which READMEs are outdated?",
        "contradiction:epochs",
    ],
)
def test_texts_that_code_contradicts(database: apsw.Connection, question: str) -> None:
    found = ask(database, question)
    assert "Generative-Fashion-MNIST_script_unet" in ids(found)
    said = [note for note in found["notes"] if note.startswith("Generative-Fashion-MNIST_script")]
    assert "README.md" in said[0] and "epochs 40" in said[0] and "150" in said[0]


def test_a_readme_that_agrees(database: apsw.Connection) -> None:
    assert not ids(ask(database, "does the README of dcgan_tf disagree with the code?"))


def test_the_model_that_made_a_picture(database: apsw.Connection) -> None:
    found = ask(database, "which model made animal_256x256_epoch_20_0.jpg?")
    assert ids(found) == {"Animals_afhq_ddpm_train"}
    assert any("animal_256x256_epoch_20_0.jpg belongs to" in note for note in found["notes"])


def test_a_picture_that_is_not_here(database: apsw.Connection) -> None:
    with pytest.raises(UnreadError, match=r"nowhere\.png"):
        ask(database, "which model generated nowhere.png?")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("similar to flower v3 but smaller", ("parameters", "<")),
        ("models similar to flower v3 with fewer epochs", ("epochs", "<")),
        ("models similar to flower v3 but newer", ("created", "in")),
    ],
)
def test_near_a_model_with_one_thing_different(
    database: apsw.Connection, question: str, expected: tuple[str, str]
) -> None:
    found = ask(database, question)
    assert expected in [(one["field"], one["op"]) for one in found["filters"]]
    assert found["results"] and "Generative-Oxford-102-Flower_v3" not in ids(found)


def test_a_scanner_is_no_data_set(database: apsw.Connection) -> None:
    assert not ask(database, "models on a scanner")["filters"]


def test_an_empty_answer_says_a_thing_once(database: apsw.Connection) -> None:
    notes = ask(database, "quixotic blorp")["notes"]
    assert len([note for note in notes if "blorp" in note]) == 1


def test_a_comparison_with_nothing_stored_is_said(database: apsw.Connection) -> None:
    notes = ask(database, "dropout is higher than 0.3")["notes"]
    assert any("higher than 0.3" in note for note in notes)
