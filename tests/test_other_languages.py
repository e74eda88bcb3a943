"""Fields, comparisons and numbers of other languages are read as the English ones are."""

from __future__ import annotations

import apsw
import pytest

from modelsearch.answer.answers import QueryOptions, answer


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("学習率が0.001のモデル", "models with learning rate 0.001"),
        ("バッチサイズが64のモデル", "models with batch size 64"),
        ("エポック数が100より大きいモデル", "models with more than 100 epochs"),
        ("エポック数が100以上のモデル", "models with at least 100 epochs"),
        ("100エポックを超えるモデル", "models with more than 100 epochs"),
        ("学習率が0.001未満のモデル", "models with learning rate below 0.001"),
        ("バッチサイズが64より小さいモデル", "models with batch size below 64"),
        ("データセットがMNISTのモデル", "models with dataset MNIST"),
        ("Modelle mit mehr als zehn Epochen", "models with more than ten epochs"),
        ("modèles avec plus de dix époques", "models with more than ten epochs"),
        ("modelos con más de cien épocas", "models with more than hundred epochs"),
        (
            "Welche Notebooks trainieren länger als vier Epochen?",
            "which notebooks train longer than four epochs?",
        ),
        ("combien de GAN ?", "how many GANs?"),
    ],
)
def test_a_question_of_another_language_finds_the_same(
    database: apsw.Connection, said: str, english: str
) -> None:
    one, other = (answer(database, text, QueryOptions(limit=0)) for text in (said, english))
    assert other.total > 0
    assert {row.model_id for row in one.results} == {row.model_id for row in other.results}
    assert one.total == other.total
