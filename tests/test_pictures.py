"""Pictures: what names say, what files say, and whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from modelsearch.errors import ReadingError
from modelsearch.ownership import PictureOwners
from modelsearch.records import FileDates
from modelsearch.sources.image import read_image, read_name

DATES = FileDates("2025-03-01T00:00:00+00:00", "2025-03-02T00:00:00+00:00", "file")


@pytest.mark.parametrize(
    ("path", "epoch", "step", "kind"),
    [
        ("m/samples/epoch_100_samples.png", 100, None, "samples"),
        ("m/results/ep0050.png", 50, None, "samples"),
        ("m/e100.png", 100, None, None),
        ("m/epoch_1000.png", 1000, None, "samples"),
        ("m/samples_256x256.png", None, None, "samples"),
        ("m/epoch_256x256.png", None, None, "samples"),
        ("m/step-2000.png", None, 2000, None),
        ("m/epoch_100_batch_30.png", 100, 30, "samples"),
        ("m/v2/loss_curve.png", None, None, "loss curve"),
        ("m/epoch 7/reconstruction.png", 7, None, "reconstruction"),
        ("m/epoch-12/grid.jpg", 12, None, "samples"),
        ("m/25_epochs.png", 25, None, "samples"),
        ("m/recipe1.png", None, None, None),
        ("m/deep100.png", None, None, None),
        ("m/tsne_latent.png", None, None, "latent plot"),
        ("m/confusion_matrix.png", None, None, "confusion matrix"),
        ("epoch_3.png", 3, None, "samples"),
    ],
)  # fmt: skip
def test_names(path: str, epoch: int | None, step: int | None, kind: str | None) -> None:
    facts = read_name(path)
    assert (facts.epoch, facts.step, facts.kind) == (epoch, step, kind)


def test_size_format_and_frames(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (20, 10), "red"), Image.new("RGB", (20, 10), "blue")
    first.save(tmp_path / "training.gif", save_all=True, append_images=[second])
    picture = read_image(tmp_path, "training.gif", DATES)
    assert (picture.format, picture.width, picture.height, picture.frames) == ("GIF", 20, 10, 2)
    assert picture.kind == "animation"
    assert picture.created_at == DATES.created_at


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n broken", b"<html>not a picture"])
def test_a_broken_picture_is_an_error_with_a_reason(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(ReadingError, match="not a readable picture"):
        read_image(tmp_path, "bad.png", DATES)


def test_the_nearest_model_up_the_tree_owns_a_picture() -> None:
    owners = PictureOwners(["a/train.py", "a/sub/other.py", "b/x.py"], lambda _path: "")
    assert owners.owner("a/out/deep/epoch_1.png") == "a/train.py"
    assert owners.owner("a/sub/epoch_1.png") == "a/sub/other.py"
    assert owners.owner("loose.png") is None


def test_models_that_share_a_folder_are_told_apart_by_name_then_by_their_text() -> None:
    texts = {"a/v1.py": "save('plots_one/loss.png')", "a/v2.py": "save(f'grids/epoch_{e}.png')"}
    owners = PictureOwners(texts, texts.__getitem__)
    assert owners.owner("a/v1_samples/epoch_3.png") == "a/v1.py"
    assert owners.owner("a/grids/epoch_10.png") == "a/v2.py"
    assert owners.owner("a/plots_one/loss.png") == "a/v1.py"
    assert owners.owner("a/unrelated.png") is None  # no sign: nobody's, not a guess


def test_a_stem_in_a_sibling_tree() -> None:
    owners = PictureOwners(["p/scripts/v1.py", "p/scripts/v10.py"], lambda _path: "")
    assert owners.owner("p/outputs/v1/epoch_1.png") == "p/scripts/v1.py"
    assert owners.owner("p/outputs/v10/epoch_1.png") == "p/scripts/v10.py"
    assert owners.owner("p/outputs/v3/epoch_1.png") is None
