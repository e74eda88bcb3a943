"""Detail blocks and the full account of one model, with where each value was read."""

from __future__ import annotations

import pytest

from modelsearch.records.text import display_width
from modelsearch.render.details import details_block, show_text
from modelsearch.store.loading import load_detail, load_details
from tests.database_rows import empty, flowers


@pytest.fixture(scope="module")
def detail():
    return load_detail(flowers().connection, 2)


def test_the_details_block(detail):
    assert (
        details_block(detail, number=1, width=80)
        == """\
Model #1 - Generative-Oxford-102-Flower_v2:

* Model ID: Generative-Oxford-102-Flower_v2
* Path: Generative-Oxford-102-Flower/v2.py
* File Size: 78491 (76.7KB)
* Created On: 2025-04-04T21:50:47+08:00
* Last Modified: 2025-04-06T09:12:00+08:00
* Framework: PyTorch 2.7
* Architecture: ConditionalUNet
* Families: Diffusion, U-Net, CNN
* Dataset: Oxford 102 Flower
* Training Configuration:
    + Model Class: ConditionalUNet
    + Batch Size: 64
    + Learning Rate: 0.001
    + Optimizer: Adam
    + Epochs: 10
    + Hardware Used: CPU
* Further Stage, autoencoder:
    + Learning Rate: 0.0002
    + Optimizer: AdamW
    + Epochs: 5
    + Loss: MSELoss
* Parameters: 12,400,000
* Metrics: FID 41.25 (Oxford 102 Flower)
* Description: Class-conditional diffusion on Oxford flowers. Saves samples each
  epoch."""
    )


def test_everything_with_its_source(detail):
    assert (
        show_text(detail, width=80)
        == """\
Generative-Oxford-102-Flower_v2

File
  Path: Generative-Oxford-102-Flower/v2.py
  Folder: /data/models
  Kind: script
  File Size: 78491 (76.7KB)
  Created On: 2025-04-04T21:50:47+08:00 [git]
  Last Modified: 2025-04-06T09:12:00+08:00 [git] (3 commits)
  README: Generative-Oxford-102-Flower/README.md

Model
  Framework: PyTorch   (v2.py:3)
  Framework Version: 2.7
  Architecture: ConditionalUNet   (v2.py:290)
  Built of: U-Net   (v2.py:64)
  Built of: CNN
  Trained as: Diffusion   (v2.py:120)
  Dataset: Oxford 102 Flower   (v2.py:301)
  Hardware: CPU   (v2.py:12)
  Parameters: 12,400,000
  Description: Class-conditional diffusion on Oxford flowers. Saves samples each
      epoch.

Training stage: autoencoder
  Learning Rate: 0.0002
  Optimizer: AdamW
  Epochs: 5   (v2.py:250)
  Loss: MSELoss   (v2.py:244)

Training stage: diffusion, main: it comes last
  Model Class: ConditionalUNet
  Batch Size: 64   (v2.py:302)
  Learning Rate: 0.001   (v2.py:312)
  Optimizer: Adam   (v2.py:311)
  Epochs: 10   (v2.py:330)

Settings
  timesteps: 500   (v2.py:40)
  beta_schedule: cosine

Layers
  image_size: 256   (v2.py:20)

Results
  FID: 41.25 (Oxford 102 Flower)

Stated differently elsewhere
  ! README.md:14 says 1000 epochs; the code says 10."""
    )


def test_a_model_of_which_little_is_known():
    rows = empty()
    detail = load_detail(rows.connection, rows.model("bare", size_bytes=5))
    assert (
        details_block(detail)
        == """\
Model bare:

* Model ID: bare
* Path: bare.py
* File Size: 5 (5B)
* Created On: -
* Last Modified: -
* Framework: -
* Architecture: -
* Families: -
* Dataset: -
* Training Configuration:
    + Batch Size: -
    + Learning Rate: -
    + Optimizer: -
    + Epochs: -
    + Hardware Used: -
* Description: -"""
    )
    assert (
        show_text(detail)
        == """\
bare

File
  Path: bare.py
  Folder: /data/models
  Kind: script
  File Size: 5 (5B)"""
    )
    assert detail.as_json()["stages"] == []


def test_sources_of_several_values_notebook_cells_notes_and_other_files():
    rows = empty()
    model = rows.model(
        "deep/train",
        path="deep/train.ipynb",
        datasets=(("CIFAR-10", "cat, dog"),),
        training={"optimizer": "Adam", "learning_rate": 1e-05},
    )
    rows.metric(model, "accuracy", 0.5, step=1)
    rows.metric(model, "accuracy", 0.75, step=2, split="test")
    rows.evidence(model, "dataset", "CIFAR-10", "data/load.py", 7)
    rows.evidence(
        model,
        "learning_rate",
        "1e-05",
        "deep/train.ipynb",
        9,
        key="cell 3, line 2",
        note="replaced by OneCycleLR",
    )
    rows.evidence(model, "metric accuracy", "0.5", "deep/log.txt", 1, "output")
    rows.evidence(model, "metric accuracy", "0.75", "deep/log.txt", 2, "output")
    rows.evidence(model, "further optimizer", "SGD", "deep/train.ipynb", 11)
    rows.evidence(model, "learning_rate", "0.01", "deep/README.md", 3, "readme", agrees=0)
    rows.evidence(model, "batch_size", "7", "deep/README.md", 4, "readme", agrees=0)
    text = show_text(load_detail(rows.connection, model))
    for line in (
        "  Dataset: CIFAR-10 (cat, dog)   (data/load.py:7)",
        "  Learning Rate: 1e-5   (train.ipynb [cell 3, line 2]; replaced by OneCycleLR)",
        "  Further Optimizer: SGD   (train.ipynb:11)",
        "  accuracy: 0.5 (step 1)   (log.txt:1)",
        "  accuracy: 0.75 (test, step 2)   (log.txt:2)",
        "  ! README.md:3 says learning rate 0.01; the code says 1e-5.",
        "  ! README.md:4 says batch size 7.",
    ):
        assert line in text.splitlines()


def test_json_of_one_model_holds_the_row_and_what_it_rests_on(detail):
    written = detail.as_json()
    assert written["epochs"] == 10
    assert [stage["epochs"] for stage in written["stages"]] == [5, 10]
    assert written["hyperparameters"] == [
        {"name": "timesteps", "value": 500},
        {"name": "beta_schedule", "value": "cosine"},
    ]
    assert written["metrics"][0] == {
        "name": "FID",
        "value": 41.25,
        "dataset": "Oxford 102 Flower",
        "split": None,
        "step": None,
        "higher_is_better": False,
    }
    assert {"field", "value", "path", "line"} <= set(written["evidence"][0])
    assert written["disagreements"][0]["value"] == "1000"
    assert written["images"] == 0


def test_a_missing_model_is_a_key_error():
    with pytest.raises(KeyError):
        load_detail(empty().connection, 5)
    assert load_details(empty().connection, [1, 2]) == []


def test_hostile_text_is_escaped_and_lines_fit():
    hostile = "\x1b[2J\u202eevil\x07 " * 3
    rows = empty()
    model = rows.model(
        "x\x1b[0m",
        path=hostile,
        description=hostile * 9,
        framework=hostile,
        task=hostile,
        architecture=hostile,
        families=(hostile,),
        datasets=((hostile, hostile),),
        training={"optimizer": hostile, "loss": hostile},
        settings={hostile: hostile},
    )
    rows.metric(model, hostile, 1.0, dataset=hostile)
    rows.evidence(model, "optimizer", hostile, hostile, note=hostile, key=hostile)
    rows.evidence(model, hostile, hostile, hostile, agrees=0)
    detail = load_detail(rows.connection, model)
    for text in (show_text(detail, width=70), details_block(detail, width=70)):
        assert not any(one in text for one in "\x1b\x07\u202e")
        assert all(
            display_width(line) <= 70 or line.startswith("Model ") or "\\x1b" in line
            for line in text.splitlines()
        )


def test_any_width_is_survived():
    connection = flowers().connection
    detail = load_detail(connection, 2)
    for width in range(1, 40):
        assert show_text(detail, width=width)
        assert details_block(detail, width=width)
