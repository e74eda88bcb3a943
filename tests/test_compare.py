"""What differs and what is shared; who leads on a metric; cohorts; the sentences about them."""

from __future__ import annotations

import json

import pytest

from modelsearch.answer.compare.cohort_summaries import summarise_cohorts
from modelsearch.answer.compare.cohorts import compare_cohorts, summary
from modelsearch.answer.compare.models import compare_models
from modelsearch.answer.compare.rankings import Gap, gap
from modelsearch.answer.compare.summaries import (
    Cell,
    joined,
    summarise_comparison,
    summarise_results,
)
from modelsearch.render.comparison import comparison_rows, comparison_text
from modelsearch.render.formats import json_text
from modelsearch.store.loading import load_rows
from tests.database_rows import empty, flowers


@pytest.fixture(scope="module")
def connection():
    return flowers().connection


def test_only_what_differs(connection):
    comparison = compare_models(connection, [1, 2])
    assert [entry.field for entry in comparison.differences] == [
        "parameters",
        "stages",
        "batch_size",
        "epochs",
        "hardware",
        "FID on Oxford 102 Flower",
        "images",
        "size_bytes",
        "modified_at",
    ]
    assert {entry.field for entry in comparison.shared} == {
        "architecture",
        "families",
        "optimizer",
        "learning_rate",
        "datasets",
        "image_size",
        "framework",
        "framework_version",
        "created_at",
    }
    assert {"techniques", "heads", "timesteps", "autoencoder.epochs"} <= {
        entry.field for entry in comparison.partly_known
    }


def test_the_comparison_at_80_columns(connection):
    assert (
        comparison_text(compare_models(connection, [1, 2]), width=80)
        == """\
… stands for Generative-Oxford-102-Flower_
field                     …v1         …v2
────────────────────────────────────────────────
Parameters                35,700,000  12,400,000
Stages                    1           2
Batch size                256         64
Epochs                    1000        10
Hardware                  CUDA, CPU   CPU
FID on Oxford 102 Flower  23.5        41.25
Images                    2           0
File size                 63.1KB      76.7KB
Modified                  2025-04-04  2025-04-06

Shared: Class ConditionalUNet; Families Diffusion, U-Net, CNN; Optimizer Adam;
  Learning rate 1e-3; Datasets Oxford 102 Flower; Image size 256; Framework
  PyTorch; Version 2.7; Created 2025-04-04
Not known for all, so not compared: Techniques (1 of 2); Heads (1 of 2); stage
  autoencoder (1 of 2); timesteps (1 of 2); beta_schedule (1 of 2)

FID on Oxford 102 Flower (lower is better)
#  model                            value   gap to first
────────────────────────────────────────────────────────
1  Generative-Oxford-102-Flower_v1   23.5
2  Generative-Oxford-102-Flower_v2  41.25  17.75 (43.0%)
  #1 against #2: -17.75 (-43.0%); 0.762 for each million parameters more; 0.0179
    for each epoch more
Not beaten for their parameters: Generative-Oxford-102-Flower_v1,
  Generative-Oxford-102-Flower_v2"""
    )


def test_everything_shows_the_shared_fields_too(connection):
    text = comparison_text(compare_models(connection, [1, 2]), width=120, everything=True)
    assert "The same for all:" in text
    assert "Not known for all:" in text
    assert "Shared:" not in text
    assert "beta_schedule" in text


def test_unknown_is_a_dash_and_never_a_difference():
    rows = empty()
    ids = [
        rows.model("a", training={"epochs": 3}),
        rows.model("b"),
        rows.model("c", training={"epochs": 4}),
    ]
    two = compare_models(rows.connection, ids[:2])
    assert "epochs" not in [entry.field for entry in two.differences]
    epochs = next(e for e in compare_models(rows.connection, ids).fields if e.field == "epochs")
    assert (epochs.differs, epochs.unknown, epochs.values) == (True, 1, (3, None, 4))


def test_a_number_kept_as_text_is_that_number():
    rows = empty()
    ids = [rows.model("a", settings={"beta": 0}), rows.model("b", settings={"beta": "0"})]
    comparison = compare_models(rows.connection, ids)
    assert comparison.differences == ()
    assert "beta" in {entry.field for entry in comparison.shared}


def test_order_counts_for_hardware_only():
    rows = empty()
    ids = [
        rows.model("a", families=("CNN", "GAN"), hardware=("CUDA", "CPU")),
        rows.model("b", families=("GAN", "CNN"), hardware=("CPU", "CUDA")),
    ]
    assert [e.field for e in compare_models(rows.connection, ids).differences] == ["hardware"]


def test_values_whose_short_forms_agree_are_written_in_full():
    rows = empty()
    ids = [
        rows.model("a", created_at="2025-04-04T08:00:00+00:00", size_bytes=2048),
        rows.model("b", created_at="2025-04-04T09:00:00+00:00", size_bytes=2049),
    ]
    text = comparison_text(compare_models(rows.connection, ids), width=120)
    assert "2025-04-04 09:00" in text
    assert "2,049B" in text
    rows.connection.execute(
        "UPDATE model SET created_at = '2025-04-04T08:00:07+00:00' WHERE id = 2"
    )
    text = comparison_text(compare_models(rows.connection, ids), width=120)
    assert "2025-04-04T08:00:07+00:00" in text


def test_a_setting_named_as_a_column_is_not_that_column():
    rows = empty()
    ids = [rows.model(f"m{n}", settings={"epochs": n}, training={"epochs": 5}) for n in (1, 2)]
    comparison = compare_models(rows.connection, ids)
    assert [(e.field, e.values) for e in comparison.differences] == [("epochs_setting", (1, 2))]
    assert "trains" not in joined(summarise_comparison(comparison))


def test_fields_can_be_chosen_and_dropped(connection):
    comparison = compare_models(connection, [1, 3])
    chosen = comparison.selected(["architecture", "dataset"])
    assert {entry.group for entry in chosen.fields} == {"architecture", "data"}
    assert chosen.rankings == ()
    dropped = comparison.selected(drop=["size", "batch size", "metrics"])
    fields = {entry.field for entry in dropped.fields}
    assert "batch_size" not in fields
    assert "size_bytes" not in fields
    assert "epochs" in fields
    assert dropped.apart == ()


def many(architecture):
    rows = empty()
    ids = [
        rows.model(
            f"project-with-a-long-name_v{n}",
            architecture=f"{architecture}{n}",
            training={"epochs": n, "optimizer": "SGD"},
        )
        for n in range(8)
    ]
    return comparison_text(compare_models(rows.connection, ids), width=80)


def test_what_all_names_begin_with_is_said_once():
    assert (
        many("Net")
        == """\
… stands for project-with-a-long-name_
field   …v0   …v1   …v2   …v3   …v4   …v5   …v6   …v7
──────────────────────────────────────────────────────
Class   Net0  Net1  Net2  Net3  Net4  Net5  Net6  Net7
Epochs  0     1     2     3     4     5     6     7

Shared: Stages 1; Optimizer SGD; Images 0; File size 1000B"""
    )


def test_many_models_become_rows():
    assert (
        many("ConditionalNetwork")
        == """\
model                        Class                Epochs
────────────────────────────────────────────────────────
project-with-a-long-name_v0  ConditionalNetwork0  0
project-with-a-long-name_v1  ConditionalNetwork1  1
project-with-a-long-name_v2  ConditionalNetwork2  2
project-with-a-long-name_v3  ConditionalNetwork3  3
project-with-a-long-name_v4  ConditionalNetwork4  4
project-with-a-long-name_v5  ConditionalNetwork5  5
project-with-a-long-name_v6  ConditionalNetwork6  6
project-with-a-long-name_v7  ConditionalNetwork7  7

Shared: Stages 1; Optimizer SGD; Images 0; File size 1000B"""
    )


def test_machine_rows(connection):
    rows, columns = comparison_rows(compare_models(connection, [1, 2]))
    one, two = "Generative-Oxford-102-Flower_v1", "Generative-Oxford-102-Flower_v2"
    assert columns == ["group", "field", one, two]
    assert {"group": "training", "field": "epochs", one: 1000, two: 10} in rows
    written = json.loads(json_text(compare_models(connection, [1, 2]).as_json()))
    assert written["models"] == [one, two]
    assert written["rankings"][0]["gaps"][0]["absolute"] == -17.75
    cohorts = compare_cohorts(connection, [("f", [1, 2]), ("m", [3])])
    rows, columns = comparison_rows(cohorts)
    assert columns == ["group", "field", "statistic", "f", "m"]
    assert {
        "group": "training",
        "field": "epochs",
        "statistic": "median",
        "f": 505,
        "m": 10,
    } in rows
    json.loads(json_text(cohorts.as_json()))


# Metrics.


def metric_models(*values, **columns):
    rows = empty()
    ids = []
    for number, value in enumerate(values):
        ids.append(rows.model(f"m{number}", datasets=("MNIST",), parameters=(number + 1) * 10**6))
        if value is not None:
            rows.metric(ids[-1], "accuracy", value, higher_is_better=1, **columns)
    return rows, ids


def test_direction_decides_the_order():
    rows, ids = metric_models(0.5, 0.9, 0.7)
    for model, loss in zip(ids, (0.3, 0.1, 0.2), strict=True):
        rows.metric(model, "loss", loss, higher_is_better=0)
        rows.metric(model, "score", loss)
    accuracy, loss, score = compare_models(rows.connection, ids).rankings
    assert [one.model_id for one in accuracy.standings] == ["m1", "m2", "m0"]
    assert [one.model_id for one in loss.standings] == ["m1", "m2", "m0"]
    assert accuracy.label == "accuracy on MNIST"
    assert accuracy.pareto == ("m1", "m0")
    assert score.pareto == ()
    assert "best" not in summarise_comparison(compare_models(rows.connection, ids))[-1].text


def test_gaps_and_gains():
    assert gap(3.0, 4.0) == Gap(-1.0, -0.25)
    assert gap(1.0, 0.0) == Gap(1.0, None)
    rows, ids = metric_models(0.5, 0.75)
    pair = compare_models(rows.connection, ids).rankings[0].gaps[0]
    assert (pair.better, pair.worse) == ("m1", "m0")
    assert pair.gap == Gap(0.25, 0.5)
    assert pair.per_million_parameters == 0.25
    assert pair.per_epoch is None


def test_only_comparable_values_meet():
    rows, ids = metric_models(0.5, None, None)
    rows.metric(ids[1], "accuracy", 0.6, dataset="CIFAR-10", higher_is_better=1)
    rows.metric(ids[2], "accuracy", 0.7, split="test", higher_is_better=1)
    rows.metric(ids[2], "BLEU", 30.0, higher_is_better=1)
    nowhere = rows.model("m3")
    rows.metric(nowhere, "accuracy", 0.8, higher_is_better=1)
    comparison = compare_models(rows.connection, [*ids, nowhere])
    assert comparison.rankings == ()
    assert {(e.model_id, e.metric.name): e.reason for e in comparison.apart} == {
        ("m0", "accuracy"): "its split is not stated",
        ("m1", "accuracy"): "the others are measured on other data",
        ("m2", "accuracy"): "the split of the others is not stated",
        ("m2", "BLEU"): "no other model states it",
        ("m3", "accuracy"): "its dataset is not stated",
    }
    assert "Not compared:" in comparison_text(comparison)


def test_best_and_last_of_a_run_are_kept_apart():
    rows, ids = metric_models(None, 0.8)
    for step, value in ((1, 0.4), (2, 0.9), (3, 0.7)):
        rows.metric(ids[0], "accuracy", value, step=step, higher_is_better=1)
    ranking = compare_models(rows.connection, ids).rankings[0]
    best = ranking.standings[0]
    assert (best.model_id, best.value, best.step, best.last, best.last_step) == (
        "m0",
        0.9,
        2,
        0.7,
        3,
    )
    assert "last of run" in comparison_text(compare_models(rows.connection, ids))


def test_gaps_of_very_many_models_stay_few():
    rows, ids = metric_models(*(number / 100 for number in range(80)))
    comparison = compare_models(rows.connection, ids)
    assert "60 more (--all shows them)" in comparison_text(comparison)
    assert "m0 " in comparison_text(comparison, everything=True)
    ranking = compare_models(rows.connection, ids).rankings[0]
    assert len(ranking.standings) == 80
    assert len(ranking.gaps) == 79 + 78


def test_the_split_that_says_most_is_shown_and_said():
    rows, ids = metric_models(None, None)
    for split in ("train", "validation", "test"):
        for model, value in zip(ids, (0.5, 0.75), strict=True):
            rows.metric(model, "accuracy", value, split=split, higher_is_better=1)
    comparison = compare_models(rows.connection, ids)
    assert [one.split for one in comparison.rankings] == ["test", "validation", "train"]
    text = comparison_text(comparison, width=120)
    assert "accuracy on MNIST (test) (higher is better)" in text
    assert "Also ranked (--all): accuracy on MNIST (validation); accuracy on MNIST (train)" in text
    said = joined(summarise_comparison(comparison))
    assert "(test)" in said
    assert "(train)" not in said
    assert "(train) (higher is better)" in comparison_text(comparison, everything=True)


def test_what_is_known_of_few_of_many_is_said_with_its_count():
    rows = empty()
    ids = [rows.model(f"m{n}", training={"epochs": n} if n < 2 else None) for n in range(5)]
    assert joined(summarise_comparison(compare_models(rows.connection, ids))) == (
        "Epochs: 0 (m0) to 1 (m1), known for 2 of 5."
    )


# Cohorts.


def test_numbers_of_a_cohort():
    assert summary([]).known == 0
    few = summary([1, 3])
    assert (few.median, few.minimum, few.maximum, few.spread) == (2, 1, 3, None)
    assert summary([1, 2, 3, 4, 5, float("inf")]).spread == 2


def test_cohorts_side_by_side():
    rows = empty()
    adam = [
        rows.model(f"a{n}", datasets=("MNIST",), training={"optimizer": "Adam", "epochs": n})
        for n in (10, 20, 30)
    ]
    sgd = [
        rows.model(f"s{n}", datasets=("MNIST",), training={"optimizer": "SGD", "epochs": n})
        for n in (5, 7)
    ]
    comparison = compare_cohorts(rows.connection, [("first", adam), ("second", [*sgd, adam[0]])])
    assert comparison.overlap == ("a10",)
    assert [(t.value, t.elsewhere[0].count) for t in comparison.typical] == [
        ("Adam", 1),
        ("SGD", 0),
    ]
    apart = compare_cohorts(rows.connection, [("first", adam), ("second", sgd)])
    assert [(t.value, t.cohort, t.here.count) for t in apart.typical] == [
        ("Adam", 0, 3),
        ("SGD", 1, 2),
    ]
    assert (
        comparison_text(apart, width=80)
        == """\
field      first (3 models)  second (2 models)
──────────────────────────────────────────────
Optimizer  Adam              SGD
Epochs     20 (10 to 30)     6 (5 to 7)

Marks: a number (least to most): the median and the range"""
    )
    assert joined(summarise_cohorts(apart)) == (
        "“first” has 3 models and “second” has 2 models. "
        "Epochs: median 20 (10 to 30) in “first” and median 6 (5 to 7) in “second”. "
        "Typical of “first”: Adam (3 of 3, against 0 of 2). "
        "Typical of “second”: SGD (2 of 2, against 0 of 3). "
        "“first” and “second” are small: read shares with care."
    )


def test_what_few_of_a_cohort_have_is_left_to_all():
    rows = empty()
    ids = [
        rows.model(f"m{n}", settings={"rare": n} if n in (0, 7) else {}, training={"epochs": n})
        for n in range(12)
    ]
    comparison = compare_cohorts(rows.connection, [("a", ids[:6]), ("b", ids[6:])])
    text = comparison_text(comparison)
    assert "rare" not in text
    assert "1 more field differs but is known for few models (--all)" in text
    assert "\nrare " in comparison_text(comparison, everything=True)


def test_an_empty_cohort_is_said_to_be_empty(connection):
    comparison = compare_cohorts(connection, [("none", []), ("one", [3])])
    assert joined(summarise_cohorts(comparison)) == ("“none” has no models and “one” has 1 model.")
    assert comparison_text(comparison) == ("Nothing to compare: none (0 models); one (1 model)")


# Sentences.


def test_sentences_about_an_answer(connection):
    assert joined(summarise_results([])) == "No models match."
    assert joined(summarise_results([], 7)) == "7 models match."
    assert joined(summarise_results(load_rows(connection, [3]))) == (
        "1 model matches: Generative-Fashion-MNIST_latent_new_model; on Fashion-MNIST; "
        "in PyTorch; batch size 256; learning rate 0.001; with Adam; 10 epochs; "
        "created 2025-03-16."
    )
    assert joined(summarise_results(load_rows(connection, [1, 2]))) == (
        "2 models match: Generative-Oxford-102-Flower_v1 and Generative-Oxford-102-Flower_v2; "
        "both on Oxford 102 Flower; both in PyTorch; batch sizes 64 to 256; learning rate 0.001; "
        "both with Adam; 10 to 1000 epochs; created 2025-04-04."
    )
    assert joined(summarise_results(load_rows(connection, [1, 2, 3]), 9)) == (
        "9 models match. Of the 3 shown: on Oxford 102 Flower (2) and Fashion-MNIST (1); "
        "all in PyTorch; batch sizes 64 to 256; learning rate 0.001; all with Adam; "
        "10 to 1000 epochs; created 2025-03-16 to 2025-04-04."
    )


def test_nothing_is_said_of_what_is_not_known():
    rows = empty()
    bare = rows.model("bare")
    known = rows.model("known", training={"epochs": 1})
    assert joined(summarise_results(load_rows(rows.connection, [bare]))) == (
        "1 model matches: bare."
    )
    assert joined(summarise_results(load_rows(rows.connection, [bare, known]))) == (
        "2 models match: bare and known; 1 epoch (known for 1)."
    )


def test_sentences_about_a_comparison(connection):
    one, two = "Generative-Oxford-102-Flower_v1", "Generative-Oxford-102-Flower_v2"
    sentences = summarise_comparison(compare_models(connection, [1, 2]))
    assert [sentence.text for sentence in sentences] == [
        f"{one} has 35,700,000 parameters, {two} 12,400,000.",
        f"{one} uses batches of 256, {two} 64.",
        f"{one} trains for 1000 epochs, {two} 10.",
        f"{one} runs on CUDA and CPU; {two} CPU.",
        "Both share: class ConditionalUNet; families Diffusion, U-Net and CNN; optimizer Adam; "
        "learning rate 1e-3; datasets Oxford 102 Flower; framework PyTorch.",
        f"{one} has the best FID on Oxford 102 Flower, 23.5, 17.75 (43.0%) below {two}, "
        "which is 0.7618 for each million parameters more and 0.01793 for each epoch more.",
    ]
    assert sentences[2].cells == (Cell(one, "epochs"), Cell(two, "epochs"))


def test_equal_values_are_said_together_and_many_in_short():
    rows = empty()
    ids = [
        rows.model(f"m{n}", training={"epochs": 10 if n else 1, "optimizer": "Adam"})
        for n in range(6)
    ]
    three = joined(summarise_comparison(compare_models(rows.connection, ids[:3])))
    assert three == "m0 trains for 1 epoch, m1 and m2 10. All 3 share: optimizer Adam."
    six = joined(summarise_comparison(compare_models(rows.connection, ids)))
    assert six == "Epochs: 1 (m0) to 10 (m1). All 6 share: optimizer Adam."


def test_none_one_and_the_same(connection):
    assert joined(summarise_comparison(compare_models(connection, []))) == (
        "There is no model to compare."
    )
    assert joined(summarise_comparison(compare_models(connection, [1, 1]))) == (
        "All names mean the same model."
    )
