# ruff: noqa: E501 - expected tables are as wide as they are
"""Result tables and picture lists: exact output, and that they fit any width."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelsearch.records.text import display_width
from modelsearch.render.images import image_table
from modelsearch.render.tables import MODEL_COLUMNS, model_table, record_table, value_table
from modelsearch.search.facets import values_anywhere
from modelsearch.store.rows import ModelRow, load_images, load_rows
from modelsearch.vocabulary.fields import find_listed
from tests.database_rows import empty, flowers


@pytest.fixture(scope="module")
def connection():
    return flowers().connection


@pytest.fixture(scope="module")
def rows(connection):
    found = load_rows(connection, [1, 2, 3])
    return [row.ranked(i, 1 - i / 10, i / 10) for i, row in enumerate(found, 1)]


def test_the_default_table_at_80_columns(rows):
    drawn = model_table(rows, width=80)
    assert (
        drawn.text
        == """\
+------+--------------------+-------------+------------+-------+------+--------+
| Rank | Model ID           | Arch        | Dataset    | Batch |   LR | Epochs |
+------+--------------------+-------------+------------+-------+------+--------+
|  1   | Generative-Oxford- | Conditional | Oxford 102 |   256 | 1e-3 |   1000 |
|      | 102-Flower_v1      | UNet        | Flower     |       |      |        |
+------+--------------------+-------------+------------+-------+------+--------+
|  2   | Generative-Oxford- | Conditional | Oxford 102 |    64 | 1e-3 |     10 |
|      | 102-Flower_v2      | UNet        | Flower     |       |      |        |
+------+--------------------+-------------+------------+-------+------+--------+
|  3   | Generative-        | SimpleUNet  | Fashion-   |   256 | 1e-3 |     10 |
|      | Fashion-MNIST_     |             | MNIST      |       |      |        |
|      | latent_new_model   |             |            |       |      |        |
+------+--------------------+-------------+------------+-------+------+--------+"""
    )
    assert drawn.note == (
        "hidden: Score, Distance, Size, Created, Modified, Path, Description, Framework, "
        "Optimizer, HW (--wide)"
    )


def test_wide_has_the_seventeen_columns_in_order(rows):
    header = model_table(rows, width=300, wide=True).text.splitlines()[1]
    assert [cell.strip() for cell in header.strip("|").split("|")] == [
        "Rank", "Model ID", "Similarity Score", "Similarity Distance", "Size", "Created",
        "Modified", "Path", "Description", "Framework", "Arch", "Dataset", "Batch", "LR",
        "Optimizer", "Epochs", "HW",
    ]  # fmt: skip
    assert len(MODEL_COLUMNS) == 17
    narrow = model_table(rows, width=80, wide=True)
    assert narrow.hidden == ()


def test_columns_without_any_score_are_not_shown(connection):
    drawn = model_table(load_rows(connection, [1, 3]), width=250)
    assert "Score" not in drawn.text
    assert "Rank" not in drawn.text
    assert drawn.note == ""


def test_no_rows_give_no_text():
    assert model_table([], width=80).text == ""
    assert image_table([], width=80).text == ""
    assert value_table([], width=80, title="Dataset") == ""


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
    drawn = image_table(load_images(rows.connection), width=120)
    assert (
        drawn.text
        == """\
+--------------+-----------+-------+---------+------------+------------+---------+-------+------------------+
| Image ID     | Model ID  | Epoch | Kind    | Created    | Modified   |  Pixels |  Size | Path             |
+--------------+-----------+-------+---------+------------+------------+---------+-------+------------------+
| out_epoch_10 | flower_v1 |    10 | samples | 2025-04-05 | 2025-04-06 | 512x256 | 2.0KB | out/epoch_10.png |
| out_loss     | flower_v1 |     - | -       | -          | -          |       - | 2.0KB | out/loss.png     |
+--------------+-----------+-------+---------+------------+------------+---------+-------+------------------+"""
    )
    assert drawn.note == ""
    assert image_table(load_images(rows.connection), width=80).note == (
        "hidden: Modified, Pixels, Size (--wide)"
    )


def test_pictures_come_in_order_of_epoch_and_can_be_limited(connection):
    assert [image.epoch for image in load_images(connection)] == [10, 100]
    assert [image.epoch for image in load_images(connection, "i.epoch > :e", {"e": 10})] == [100]
    assert len(load_images(connection, limit=1)) == 1
    assert list(load_images(connection)[0].as_json()) == [
        "image_id", "model_id", "root", "path", "epoch", "created_at", "modified_at", "kind",
    ]  # fmt: skip


def test_values_with_counts(connection):
    values = listed_values(connection, "datasets")
    assert values == [
        {"value": "Oxford 102 Flower", "count": 2}, {"value": "Fashion-MNIST", "count": 1},
    ]  # fmt: skip
    assert (
        value_table(values, width=80, title="Dataset")
        == """\
+-------------------+--------+
| Dataset           | Models |
+-------------------+--------+
| Oxford 102 Flower |      2 |
| Fashion-MNIST     |      1 |
+-------------------+--------+"""
    )
    assert listed_values(connection, "optimizers") == [{"value": "Adam", "count": 3}]


def listed_values(connection, what):
    counted = values_anywhere(connection, find_listed(what))
    return [{"value": value, "count": count} for value, count in counted]


anything = st.text(max_size=60)
model_rows = st.builds(
    ModelRow,
    rowid=st.integers(1, 9),
    model_id=st.text(min_size=1, max_size=80),
    name=anything,
    kind=st.just("script"),
    root=anything,
    path=anything,
    size_bytes=st.integers(0, 2**40),
    created_at=st.none() | anything,
    framework=st.none() | anything,
    architecture=st.none() | anything,
    description=st.none() | st.text(max_size=400),
    learning_rate=st.none() | st.floats(0, 1),
    epochs=st.none() | st.integers(0, 10**6),
    families=st.lists(anything, max_size=3),
    datasets=st.lists(anything, max_size=3),
    hardware=st.lists(anything, max_size=3),
    rank=st.integers(1, 100),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(model_rows, min_size=1, max_size=4), st.integers(40, 250))
def test_a_table_never_exceeds_the_width_or_drops_the_id(rows, width):
    drawn = model_table(rows, width=width)
    lines = drawn.text.split("\n")
    assert all(display_width(line) <= width for line in lines)
    assert not any(one in drawn.text for one in "\x1b\x07\x9b\u202e\u2066\r")
    assert set(drawn.hidden) <= {column.short for column in MODEL_COLUMNS}
    assert "Model ID" not in drawn.hidden


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(anything | st.integers() | st.none(), min_size=6, max_size=6), min_size=1,
             max_size=3),
    st.integers(40, 250),
)  # fmt: skip
def test_any_record_table_fits(values, width):
    columns = [f"column_{index}" for index in range(6)]
    text = record_table([dict(zip(columns, row, strict=True)) for row in values], columns,
                        width=width)  # fmt: skip
    assert all(display_width(line) <= width for line in text.split("\n"))
