"""Result tables and picture lists: exact output."""

from __future__ import annotations

import io

import pytest

from modelsearch.answer.shapes import FieldColumn, ValueCount
from modelsearch.render.counts import write_counts
from modelsearch.render.images import image_table
from modelsearch.render.models import model_table
from modelsearch.render.output import Output
from modelsearch.render.tables import MODEL_COLUMNS, wide_table
from modelsearch.search.facets import values_anywhere
from modelsearch.store.loading import load_images, load_rows
from modelsearch.vocabulary.fields import find_listed
from tests.database_rows import empty, flowers


def output(width: int) -> Output:
    return Output("table", width, io.StringIO(), io.StringIO())


@pytest.fixture(scope="module")
def connection():
    return flowers().connection


@pytest.fixture(scope="module")
def rows(connection):
    found = load_rows(connection, [1, 2, 3])
    return [row.ranked(i, 1 - i / 10, i / 10) for i, row in enumerate(found, 1)]


def test_the_table_at_80_columns(rows):
    drawn = model_table(rows, output(80))
    assert (
        drawn.whole
        == """\
All 3: learning rate 1e-3; optimizer Adam.
… stands for Generative-
#  model                        score  arch             dataset            batch
────────────────────────────────────────────────────────────────────────────────
1  …Oxford-102-Flower_v1        0.900  ConditionalUNet  Oxford 102 Flower    256
2  …Oxford-102-Flower_v2        0.800  ConditionalUNet  Oxford 102 Flower     64
3  …Fashion-…_latent_new_model  0.700  SimpleUNet       Fashion-MNIST        256"""
    )


def test_what_the_rows_share_is_said_of_those_shown_where_these_are_not_all(rows):
    assert model_table(rows, output(80), total=3).above[0].startswith("All 3: learning rate")
    assert model_table(rows, output(80), total=9).above[0].startswith("All 3 shown: learning rate")
    assert model_table(rows[:2], output(80), total=9).above[0].startswith("Both shown: ")


def test_what_was_asked_stands_beside_the_model_and_is_never_left_out(rows):
    asked = [FieldColumn("momentum", (0.9, None, 0.95)), FieldColumn("size", (10, 20, 30))]
    titles = model_table(rows, output(60), asked=asked).text.splitlines()[0].split()
    assert titles[:5] == ["#", "model", "score", "momentum", "size"]
    only = model_table(rows, output(250), asked=asked, only=True).text.splitlines()[0].split()
    assert only == ["#", "model", "score", "momentum", "size"]


def test_wide_has_the_seventeen_columns_in_order(rows):
    header = wide_table(rows).splitlines()[1]
    assert [cell.strip() for cell in header.strip("|").split("|")] == [
        "Rank",
        "Model ID",
        "Similarity Score",
        "Similarity Distance",
        "Size",
        "Created",
        "Modified",
        "Path",
        "Description",
        "Framework",
        "Arch",
        "Dataset",
        "Batch",
        "LR",
        "Optimizer",
        "Epochs",
        "HW",
    ]
    assert len(MODEL_COLUMNS) == 17


def test_there_is_no_score_where_no_words_ranked(connection):
    assert "score" not in model_table(load_rows(connection, [1, 3]), output(250)).text


def test_no_rows_give_no_text():
    assert model_table([], output(80)).text == ""
    assert wide_table([]) == ""
    assert image_table([], output(80)).text == ""


def test_rows_keep_the_order_asked_for_and_leave_out_what_is_gone(connection):
    found = load_rows(connection, [3, 99, 1, 3])
    assert [row.rowid for row in found] == [3, 1, 3]
    assert load_rows(connection, []) == []


def test_a_row_as_json_has_the_keys_of_the_contract(rows):
    assert rows[1].as_json() == {
        "rank": 2,
        "model_id": "Generative-Oxford-102-Flower_v2",
        "root": "/data/models",
        "path": "Generative-Oxford-102-Flower/v2.py",
        "score": 0.8,
        "distance": 0.2,
        "size_bytes": 78491,
        "created_at": "2025-04-04T21:50:47+08:00",
        "modified_at": "2025-04-06T09:12:00+08:00",
        "framework": "PyTorch",
        "architecture": "ConditionalUNet",
        "families": ["Diffusion", "U-Net", "CNN"],
        "datasets": ["Oxford 102 Flower"],
        "batch_size": 64,
        "learning_rate": 0.001,
        "optimizer": "Adam",
        "epochs": 10,
        "hardware": ["CPU"],
        "description": "Class-conditional diffusion on Oxford flowers.\nSaves samples each epoch.",
        "weaker": {},
    }


def test_thousands_of_rows_take_two_statements():
    rows = empty()
    with rows.connection:
        ids = [rows.model(f"m{n}", families=("CNN",)) for n in range(3000)]
    statements = []
    rows.connection.trace_v2(1, lambda event: statements.append(event["sql"]))  # STMT
    found = load_rows(rows.connection, list(reversed(ids)))
    assert [row.model_id for row in found] == [f"m{n}" for n in range(2999, -1, -1)]
    assert all(row.families == ["CNN"] for row in found)
    assert len(statements) == 2


def test_a_picture_list():
    rows = empty()
    model = rows.model("flower_v1")
    rows.image(
        model,
        "out/epoch_10.png",
        epoch=10,
        kind="samples",
        width=512,
        height=256,
        created_at="2025-04-05T01:00:00+08:00",
        modified_at="2025-04-06T01:00:00+08:00",
    )
    rows.image(model, "out/loss.png")
    drawn = image_table(load_images(rows.connection), output(80))
    assert (
        drawn.whole
        == """\
Both: of flower_v1; size 2.0KB.
picture           epoch  kind     created      pixels
─────────────────────────────────────────────────────
out/epoch_10.png     10  samples  2025-04-05  512x256
out/loss.png          -  -        -                 -"""
    )
    wide = image_table(load_images(rows.connection), output(80), wide=True).text.splitlines()
    assert wide[0].split() == [
        "picture",
        "model",
        "epoch",
        "step",
        "kind",
        "created",
        "pixels",
        "size",
        "modified",
        "id",
    ]


def test_pictures_come_in_order_of_epoch_and_can_be_limited(connection):
    assert [image.epoch for image in load_images(connection)] == [10, 100]
    assert [image.epoch for image in load_images(connection, "i.epoch > :e", {"e": 10})] == [100]
    assert len(load_images(connection, limit=1)) == 1
    assert list(load_images(connection)[0].as_json()) == [
        "image_id",
        "model_id",
        "root",
        "path",
        "epoch",
        "created_at",
        "modified_at",
        "kind",
    ]


def test_values_with_counts(connection):
    values = listed_values(connection, "datasets")
    assert values == [ValueCount("Oxford 102 Flower", 2), ValueCount("Fashion-MNIST", 1)]
    to = output(80)
    write_counts(values, "dataset", to)
    assert (
        to.out.getvalue()
        == """\
dataset            models
─────────────────────────
Oxford 102 Flower       2
Fashion-MNIST           1
"""
    )
    assert listed_values(connection, "optimizers") == [ValueCount("Adam", 3)]


def test_a_long_list_of_values_says_how_many_are_left():
    to = Output("table", 80, io.StringIO(), io.StringIO(), screen=True)
    write_counts([ValueCount(f"v{n}", 1) for n in range(40)], "value", to)
    assert len(to.out.getvalue().splitlines()) < to.height
    assert to.err.getvalue() == "22 more values (--limit 0 for all)\n"


def listed_values(connection, what):
    counted = values_anywhere(connection, find_listed(what))
    return [ValueCount(value, count) for value, count in counted]
