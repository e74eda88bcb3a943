"""Adverbs that deny, and perfect and past tenses in the languages that are read."""

from __future__ import annotations

from datetime import date

import apsw
import pytest

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.query.state import describe
from modelsearch.records.errors import UnreadError
from modelsearch.records.question import ParsedQuery

TODAY = date(2025, 6, 15)
WITHOUT_ADAM = "not optimizer = Adam"
WITH_ADAM = "optimizer = Adam"


def read(database: apsw.Connection, question: str) -> ParsedQuery:
    return parse(question, Lexicon(database), today=TODAY)


def conditions(parsed: ParsedQuery) -> str:
    return describe(parsed.where) if parsed.where is not None else ""


@pytest.mark.parametrize(
    "question",
    [
        "scripts that no longer use Adam",
        "which models no longer train with Adam?",
        "models that do not use Adam any more",
        "models that don't use Adam anymore",
        "models that do not use Adam any longer",
        "models not using Adam any longer",
        "models that use Adam no more",
        "models that never ever used Adam",
        "models that gave up on Adam",
        "models that have given up Adam",
        "Modelle, die Adam nicht verwenden",
        "Modelle, die mit Adam nicht trainiert wurden",
        "modèles qui ne sont pas entraînés avec Adam",
        "modèles qui ne sont plus entraînés avec Adam",
        "Modelle, die nicht mehr Adam verwenden",
        "Modelle, die Adam nicht mehr verwenden",
        "modèles qui n'utilisent plus Adam",
        "modèles qui n'utilisent pas Adam",
        "modelos que ya no usan Adam",
        "不再使用Adam的模型",
    ],
)
def test_adverbs_deny(database: apsw.Connection, question: str) -> None:
    parsed = read(database, question)
    assert conditions(parsed) == WITHOUT_ADAM
    assert not any("Nothing in this database" in note for note in parsed.notes), parsed.notes


@pytest.mark.parametrize(
    "question",
    [
        "models that hardly use Adam",
        "models that hardly ever used Adam",
        "models that barely use Adam",
        "models that rarely used Adam",
        "models that stopped using Adam",
        "models that ceased to use Adam",
        "models that dropped Adam",
        "models that moved away from Adam",
        "models that abandoned Adam",
        "Modelle, die kaum Adam verwenden",
        "no ne of my Adam models",
        "no ne of those with Adam",
    ],
)
def test_what_half_denies_is_asked_back(database: apsw.Connection, question: str) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("models with no longer than 100 lines", "lines <= 100"),
        ("trained for no more than 50 epochs", "epochs <= 50"),
        ("GANs not trained on MNIST any more", "(family = GAN and not dataset = MNIST)"),
        ("GANs not using MNIST", "(family = GAN and not dataset = MNIST)"),
        (
            "scripts with Adam not trained with PyTorch",
            "(optimizer = Adam and not framework = PyTorch)",
        ),
        ("scripts modified no later than 2024", "modified in  .. 2025-01-01"),
    ],
)
def test_a_comparison_is_no_adverb(database: apsw.Connection, question: str, expected: str) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "welche Modelle habe ich mit Adam trainiert",
        "welche Modelle wurden mit Adam trainiert?",
        "Modelle, die ich mit Adam trainiert hatte",
        "Modelle, die mit Adam trainiert worden sind",
        "Modelle, bei denen Adam verwendet wurde",
        "welche Modelle hatten Adam verwendet",
        "welches Modell hat Adam benutzt?",
        "quels modèles ai-je entraînés avec Adam ?",
        "les modèles que j'ai entraînés avec Adam",
        "modèles qui ont été entraînés avec Adam",
        "quels modèles avaient utilisé Adam",
        "qué modelos he entrenado con Adam",
        "¿qué modelos fueron entrenados con Adam?",
        "modelos que han sido entrenados con Adam",
        "modelos que habían usado Adam",
        "哪些模型用Adam训练过",
        "用过Adam的模型",
        "which models had I trained with Adam?",
        "models that have been trained with Adam",
    ],
)
def test_past_tenses(database: apsw.Connection, question: str) -> None:
    parsed = read(database, question)
    assert conditions(parsed) == WITH_ADAM
    assert parsed.intent == "search"
    assert not any("Nothing in this database" in note for note in parsed.notes), parsed.notes


@pytest.mark.parametrize(
    "question",
    [
        "welche Modelle habe ich nicht mit Adam trainiert",
        "Modelle, die nie mit Adam trainiert wurden",
        "modèles que je n'ai jamais entraînés avec Adam",
        "modelos que no han sido entrenados con Adam",
        "modelos que nunca he entrenado con Adam",
        "没有用过Adam的模型",
    ],
)
def test_denied_past_tenses_are_never_turned_round(
    database: apsw.Connection, question: str
) -> None:
    try:
        parsed = read(database, question)
    except UnreadError:
        return
    assert conditions(parsed) == WITHOUT_ADAM


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("models with final loss below 0.6", "loss < 0.6"),
        ("lowest final loss", ""),
        ("average last loss of GANs", "family = GAN"),
        ("best focal loss", "loss = focal loss"),
        ("fashion mnit", "dataset = Fashion-MNIST"),
    ],
)
def test_a_modifier_before_a_result_is_no_misspelt_name(
    database: apsw.Connection, question: str, expected: str
) -> None:
    parsed = read(database, question)
    assert conditions(parsed) == expected
    assert not any("'focal loss'" in note for note in parsed.notes) or "focal" in question


@pytest.mark.parametrize(
    ("question", "sort"),
    [("which model has the most losses?", "loss_count"), ("lowest final loss", "loss")],
)
def test_what_a_superlative_measures(database: apsw.Connection, question: str, sort: str) -> None:
    parsed = read(database, question)
    assert parsed.sort is not None and parsed.sort.field == sort
    assert ("final" in question) == any("'final' was not read" in note for note in parsed.notes)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("批大小大于100的模型", "batch_size > 100"),
        ("学习率小于0.001的模型", "learning_rate < 0.001"),
        ("批大小64的模型", "batch_size = 64"),
        ("epochs over 3½", "epochs > 3.5"),
        ("models with 3½ million parameters", "parameters = 3500000"),
        ("fewer than ½ million parameters", "parameters < 500000"),
    ],
)
def test_numbers_without_spaces_and_fractions(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    "question", ["参数超过100万的模型", "批大小大于2千的模型", "epochs over 3½k"]
)
def test_parts_of_numbers_that_are_not_read_are_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


def test_a_decade_is_no_number(database: apsw.Connection) -> None:
    parsed = read(database, "Adam models from the 90s")
    assert conditions(parsed) == WITH_ADAM
    assert any("'90s'" in note for note in parsed.notes)


def test_between_two_models(database: apsw.Connection) -> None:
    parsed = read(database, "more epochs than vae_cvae but fewer than flower_v2")
    assert "epochs > " in conditions(parsed) and "epochs < " in conditions(parsed)
    with pytest.raises(UnreadError):
        read(database, "Adam models but fewer than flower_v2")


@pytest.mark.parametrize("verb", ["touched", "handled", "relied on", "tackled"])
def test_past_forms_of_verbs_that_only_link(database: apsw.Connection, verb: str) -> None:
    assert conditions(read(database, f"which scripts never {verb} Adam?")) == WITHOUT_ADAM
    assert conditions(read(database, f"which scripts {verb} Adam?")) == WITH_ADAM


@pytest.mark.parametrize("question", ["combien de GAN ?", "wie viele GANs?", "cuántos GANs hay?"])
def test_counting_words_of_other_languages_count(database: apsw.Connection, question: str) -> None:
    assert read(database, question).intent == "count"
