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
from modelsearch.records.question import Filter
from modelsearch.search.compile import compile_filter

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


def test_models_that_are_nearly_the_same(database: apsw.Connection) -> None:
    found = ask(database, "which models are nearly the same?")
    same = [note for note in found["notes"] if note.startswith("Nearly the same:")]
    wanted = database.execute(
        "SELECT count(*) FROM (SELECT 1 FROM model m JOIN training_stage s ON s.model = m.id AND "
        "s.main = 1 WHERE s.epochs IS NOT NULL AND s.batch_size IS NOT NULL AND s.learning_rate "
        "IS NOT NULL AND s.optimizer IS NOT NULL GROUP BY m.framework, s.optimizer, "
        "s.learning_rate, s.batch_size, s.epochs HAVING count(*) > 1)"
    ).fetchone()
    assert len(same) <= wanted[0]
    assert {one for note in same for one in note[17:-1].split(", ")} == ids(found)
    assert any("framework, data, optimizer" in note for note in found["notes"])


def test_near_duplicates_of_one_model(database: apsw.Connection) -> None:
    found = ask(database, "near duplicates of flower v1")
    assert {one["field"] for one in found["filters"]} >= {"batch_size", "epochs", "dataset"}
    assert "Generative-Oxford-102-Flower_v1" not in ids(found)


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("weight decay of cvae", []),
        ("what did I start in Q4 2024", [["2024-10-01", "2025-01-01"]]),
        ("the start of 2024", [["2024-01-01", "2024-05-01"]]),
    ],
)
def test_values_and_periods(
    database: apsw.Connection, question: str, filters: list[list[str]]
) -> None:
    found = ask(database, question)
    assert [
        one["value"] for one in found["filters"] if one["field"] not in ("model", "family")
    ] == filters


def test_an_image_size_is_no_picture(database: apsw.Connection) -> None:
    assert ask(database, "image size of the VAEs")["intent"] != "images"


def test_a_version_of_a_name_in_the_plural(database: apsw.Connection) -> None:
    found = ask(database, "does v3 of the flowers use AdamW?")
    assert found["summary"].startswith("Yes")


def test_a_name_is_no_other_form_of_a_word(database: apsw.Connection) -> None:
    """The transforms of images make no transformers."""

    def found(op: str, word: str) -> int:
        sql = compile_filter(Filter("text", op, word))
        rows = database.execute(f"SELECT count(*) FROM model m WHERE {sql.text}", sql.params)
        return int(next(iter(rows))[0])

    assert found("word", "transforming") < found("phrase", "transforming")
    assert found("word", "transformers") == found("word", "transformer") > 0
