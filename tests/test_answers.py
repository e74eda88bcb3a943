"""Answers: the contract's keys for every intent, nearest models, values, guidance."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from modelsearch.records.wordlists import word_tuple
from tests.conftest import Indexed, run

TOP = list(
    word_tuple("""
    query intent filters text total results nearest images answer comparison summary notes
""")
)
FILTER = {"field", "op", "value", "negated", "text"}
RESULT = list(
    word_tuple("""
    rank model_id root path score distance size_bytes created_at modified_at framework
    architecture families datasets batch_size learning_rate optimizer epochs hardware
    description
""")
)
IMAGE = {"image_id", "model_id", "root", "path", "epoch", "created_at", "modified_at", "kind"}

BY_INTENT = {
    "search": "diffusion models with batch size over 64, not on MNIST",
    "details": "what learning rate does flower_v2 use?",
    "compare": "compare the diffusion models trained on CIFAR-10 and MNIST",
    "images": "images of CycleGAN v1 from epoch 100",
    "count": "how many models per dataset",
    "values": "which optimizers did I use on CIFAR-10?",
}


def ask(indexed: Indexed, question: str, *more: str) -> dict[str, Any]:
    found = indexed.json("query", question, "--today", "2025-06-15", *more)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("intent", "question"), BY_INTENT.items())
def test_every_intent_keeps_the_contract(indexed: Indexed, intent: str, question: str) -> None:
    found = ask(indexed, question)
    assert list(found) == TOP
    assert found["intent"] == intent and found["query"] == question
    assert all(set(one) == FILTER for one in found["filters"])
    assert all(list(row)[: len(RESULT)] == RESULT for row in found["results"])
    assert all(set(image) == IMAGE for image in found["images"])
    assert isinstance(found["total"], int) and isinstance(found["summary"], str)
    assert all(isinstance(note, str) and note for note in found["notes"])
    for row in found["results"]:
        assert "\\" not in row["path"] and not row["path"].startswith("/")
        assert isinstance(row["families"], list) and isinstance(row["hardware"], list)


def test_each_intent_fills_its_own_part(indexed: Indexed) -> None:
    details = ask(indexed, BY_INTENT["details"])["answer"]["models"][0]
    value = details["values"][0]
    assert details["model_id"] == "Generative-Oxford-102-Flower_v2"
    assert value["field"] == "learning_rate" and value["value"] == 0.001
    assert value["evidence"][0]["path"].endswith("v2.py") and value["evidence"][0]["line"] > 0
    count = ask(indexed, BY_INTENT["count"])["answer"]
    assert count["group_by"] == "dataset" and count["count"] > 50
    assert {"value", "count"} == set(count["groups"][0])
    values = ask(indexed, BY_INTENT["values"])["answer"]
    assert values["field"] == "optimizer" and values["distinct"] == len(values["values"])
    images = ask(indexed, BY_INTENT["images"])
    assert {image["epoch"] for image in images["images"]} == {100}
    assert {"field": "epoch", "op": "=", "value": 100, "negated": False, "text": "epoch 100"} in (
        images["filters"]
    )
    comparison = ask(indexed, BY_INTENT["compare"])["comparison"]
    assert len(comparison["cohorts"]) == 2


def test_limit_zero_gives_all(indexed: Indexed) -> None:
    few, everything = ask(indexed, "CNNs", "--limit", "3"), ask(indexed, "CNNs", "--limit", "0")
    assert len(few["results"]) == 3 and few["total"] == everything["total"]
    assert len(everything["results"]) == everything["total"] > 20


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("batch size over 5000", '"batch size over 5000"; the highest here is 2000'),
        ("models on SVHN", "the closest datasets here: MNIST (12)"),
        ("created in 2019", "the earliest here is 2024-06-11"),
        ("GANs on Iris", 'without "GANs" or without "Iris"'),
        ("worst KID", "no model has a recorded KID"),
    ],
)
def test_an_empty_answer_names_the_filter_and_what_there_is(
    indexed: Indexed, question: str, note: str
) -> None:
    found = ask(indexed, question)
    assert found["total"] == 0 and found["results"] == []
    assert any(note in one for one in found["notes"])


def test_the_nearest_are_marked_and_close(indexed: Indexed) -> None:
    found = ask(indexed, "batch size over 5000")
    assert [row["batch_size"] for row in found["nearest"]] == [2000] + [512] * 4
    text = indexed.run("query", "batch size over 5000").output
    assert "do NOT satisfy" in text


def test_pictures_that_are_not_there(indexed: Indexed) -> None:
    found = ask(indexed, "images of CycleGAN v1 from epoch 151")
    assert found["images"] == []
    assert any("of epochs" in note and '"epoch 151"' in note for note in found["notes"])


def test_a_superlative_gives_its_value_with_its_place(indexed: Indexed) -> None:
    found = ask(indexed, "model with the biggest batch size")
    (model,) = found["answer"]["models"]
    assert model["values"][0]["value"] == 2000
    assert model["values"][0]["evidence"]


@pytest.mark.parametrize("question", ["hello", "?", "all models", "qwertyish zzz"])
def test_a_question_that_names_nothing_gets_guidance(indexed: Indexed, question: str) -> None:
    found = ask(indexed, question)
    assert any("ask for example by family (" in note for note in found["notes"])


def test_facets_count_the_answer(indexed: Indexed) -> None:
    found = ask(indexed, "GANs", "--facets", "--limit", "0")
    frameworks = {one["value"]: one["count"] for one in found["facets"]["framework"]}
    rows = [row["framework"] for row in found["results"]]
    assert frameworks["PyTorch"] >= rows.count("PyTorch") > 0
    assert set(found["facets"]) == {"dataset", "family", "framework", "optimizer", "created"}
    assert sum(one["count"] for one in found["facets"]["created"]) == found["total"]


@pytest.mark.parametrize(
    ("qualifier", "remedy"),
    [
        ("lr:", "learning_rate:1e-3"),
        ("batch_size:abc", "batch_size:64"),
        ("created:2025-13", "created:2025-03"),
        ("has:wings", "has:metrics"),
        ("epochs:50..10", "epochs:10..50"),
        ("datset:mnist", "dataset:mnist"),
    ],
)
def test_a_malformed_qualifier_says_how_to_write_it(
    indexed: Indexed, qualifier: str, remedy: str
) -> None:
    from modelsearch.records.errors import UsageError

    error = indexed.run("query", qualifier).exception
    assert isinstance(error, UsageError)
    assert remedy in str(error) and "\n" not in str(error)


@pytest.mark.parametrize(
    ("qualifier", "filters"),
    [
        ("batch_size:64,128", [("batch_size", "=", 64), ("batch_size", "=", 128)]),
        ("params:<1,000,000", [("parameters", "<", 1_000_000)]),
        ("loss:<0.5", [("loss", "<", 0.5)]),
        ("lr:1e-4..1e-3", [("learning_rate", "between", [1e-4, 1e-3])]),
        ("size:>5kb", [("size", ">", 5000)]),
    ],
)
def test_qualifiers(indexed: Indexed, qualifier: str, filters: list[tuple[Any, ...]]) -> None:
    found = ask(indexed, qualifier)["filters"]
    assert [(one["field"], one["op"], one["value"]) for one in found] == filters


EXPLAINED = (
    "Which models use U-Net architectures?",
    "latent diffusion with a VAE, batch size over 64, not on MNIST",
    "what batch size did I use for the Oxford flower v3 model?",
    "compare the diffusion models trained on CIFAR-10 and MNIST",
    "images of CycleGAN v1 from epoch 100",
    "how many models per dataset since last summer",
    "the three newest GANs with gradient clipping",
    "Trasnformer models on MNSIT",
    "which optimizers did I use on flowers?",
    "is there anything about predicting electricity use?",
)


@pytest.mark.parametrize("question", EXPLAINED)
def test_explain_accounts_for_every_word(indexed: Indexed, question: str) -> None:
    """Each word stands in a line that says what it did, or among those without a meaning."""
    result = indexed.run("query", question, "--explain", "--today", "2025-06-15")
    told = result.stderr[result.stderr.index("intent: ") :]
    listed, _, rest = told.partition("no meaning of their own:")
    idle = rest.partition("\n")[0]
    for word in re.findall(r"[\w'-]+", question):
        assert word in listed or word in idle or word.split("-")[0] in listed, word
    if "not on MNIST" in question:
        assert "'latent diffusion'" in told and "filters: family = Latent diffusion" in told
        assert "SQL: SELECT m.model_id FROM model" in told and "'MNIST'" in told


def test_explain_says_where_the_facts_of_a_filter_stand(indexed: Indexed) -> None:
    question = "U-Nets on CIFAR-10 with lr below 1e-3"
    told = indexed.run("query", question, "--explain").stderr
    assert "family: U-Net (Gnerative-CIFAR-10-GAN/v1.py:" in told
    assert "learning_rate: 0.0001 (Gnerative-CIFAR-10-GAN/v1.py:" in told


def test_groups_that_are_the_same_models_are_said_to_be(indexed: Indexed) -> None:
    found = indexed.json("query", "compare CNN models with convolutional network models")
    assert found["intent"] == "compare"
    assert any("name the same models here" in note for note in found["notes"])


@pytest.mark.parametrize(
    "question",
    [
        "average batch size per framework",
        "mean batch size of all models by framework",
        "batch sizes for each framework",
    ],
)
def test_what_is_asked_of_each_group(indexed: Indexed, question: str) -> None:
    found = ask(indexed, question)
    assert (found["intent"], found["answer"]["group_by"]) == ("values", "framework")
    groups = {one["value"]: one for one in found["answer"]["groups"]}
    assert {one["field"] for one in groups.values()} == {"batch_size"}
    for name in ("PyTorch", "Keras"):
        alone = ask(indexed, f"average batch size of {name} models")["answer"]
        for measure in ("lowest", "mean", "highest", "distinct", "values"):
            assert groups[name][measure] == alone[measure]
        assert groups[name]["count"] == ask(indexed, f"how many {name} models")["answer"]["count"]


def test_a_setting_called_model_orders_nothing(tmp_path: Path) -> None:
    script = tmp_path / "lab" / "train.py"
    script.parent.mkdir()
    script.write_text(
        "import argparse, torch\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--model', type=int, default=3)\n"
        "options = parser.parse_args()\n"
        "net = torch.nn.Linear(4, 2)\n"
        "optimizer = torch.optim.SGD(net.parameters(), lr=0.1)\n"
        "for epoch in range(3):\n    optimizer.step()\n"
    )
    db = tmp_path / "lab.db"
    assert run("index", str(script.parent), "--db", str(db)).exit_code == 0
    found = json.loads(
        run("query", "best models by accuracy", "--db", str(db), "--format", "json").stdout
    )
    assert found["answer"] is None


@pytest.mark.parametrize(
    ("question", "filtered"),
    [
        ("models similar to Generative-Oxford-102-Flower_v1", False),
        ("show me more like flower_v1", False),
        ("what is closest to Generative-Oxford-102-Flower_v1 on MNIST?", True),
    ],
)
def test_models_near_a_named_one(indexed: Indexed, question: str, filtered: bool) -> None:
    found = ask(indexed, question)
    names = [row["model_id"] for row in found["results"]]
    assert found["intent"] == "search" and "Generative-Oxford-102-Flower_v1" not in names
    if filtered:
        assert names and all("MNIST" in row["datasets"] for row in found["results"])
    else:
        assert names[0].startswith("Generative-Oxford-102-Flower")


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("compare the latest and the oldest GAN", "latest GAN", "oldest GAN"),
        (
            "compare the newest model on MNIST with the oldest one",
            "latest model on MNIST",
            "oldest model on MNIST",
        ),
        (
            "what is the difference between the latest VAE and the oldest GAN?",
            "latest VAE",
            "oldest GAN",
        ),
    ],
)
def test_a_comparison_of_extremes(indexed: Indexed, question: str, first: str, second: str) -> None:
    found = ask(indexed, question)
    wanted = [ask(indexed, side)["results"][0]["model_id"] for side in (first, second)]
    assert found["intent"] == "compare"
    assert [row["model_id"] for row in found["results"]] == wanted


def test_the_first_of_an_order_are_compared(indexed: Indexed) -> None:
    found = ask(indexed, "compare the three latest GANs")
    latest = ask(indexed, "the three latest GANs")
    names = [[row["model_id"] for row in one["results"]] for one in (found, latest)]
    assert names[0] == names[1] and len(names[0]) == 3
