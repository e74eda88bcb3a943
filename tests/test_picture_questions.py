"""Questions for pictures and exactly the pictures that answer them, checked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from tests.conftest import Indexed, run

QUESTIONS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fixtures_picture_questions.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("entry", QUESTIONS, ids=[entry["question"] for entry in QUESTIONS])
def test_a_question_for_pictures(indexed: Indexed, entry: dict[str, Any]) -> None:
    found = indexed.json("query", entry["question"], "--limit", "0", "--today", "2025-06-15")
    assert found["intent"] == "images"
    assert {image["image_id"] for image in found["images"]} == set(entry["images"])


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Pictures of a generator, with their settings, and of classes in folders; no script."""
    base = tmp_path_factory.mktemp("studio")
    folder = base / "studio"
    for at, (name, prompt, seed, sampler) in enumerate(
        [
            ("a", "an old castle by the sea", 42, "Euler a"),
            ("b", "a castle of glass", 100, "DPM++ 2M"),
            ("c", "portraits of foxes", 1000, "Euler a"),
        ]
    ):
        info = PngImagePlugin.PngInfo()
        info.add_text(
            "parameters",
            f"{prompt}\nNegative prompt: blur\nSteps: {20 + at}, Sampler: {sampler}, "
            f"CFG scale: 7, Seed: {seed}, Size: 64x64",
        )
        (folder / "txt2img").mkdir(parents=True, exist_ok=True)
        drawn = Image.new("RGB", (64, 64), ["red", "blue", "orange"][at])
        drawn.save(folder / "txt2img" / f"{name}.png", pnginfo=info)
    for label in ("Smiling", "Not Smiling"):
        (folder / label).mkdir()
        Image.new("RGB", (64, 64), "pink").save(folder / label / "epoch_3.png")
    db = base / "studio.db"
    result = run("index", str(folder), "--db", str(db), "--encoder", "none")
    assert result.exit_code == 0, result.output
    return Indexed(folder, db, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("pictures whose prompt mentions a castle", ["txt2img/a.png", "txt2img/b.png"]),
        ("images of a fox", ["txt2img/c.png"]),
        ("pictures with seed 100", ["txt2img/b.png"]),
        ("pictures with steps over 20", ["txt2img/b.png", "txt2img/c.png"]),
        ("images with sampler Euler a", ["txt2img/a.png", "txt2img/c.png"]),
        ("red pictures of castles", ["txt2img/a.png"]),
        ("castle pictures that are not red", ["txt2img/b.png"]),
        ("pictures of smiling", ["Smiling/epoch_3.png"]),
        ("pictures of not smiling", ["Not Smiling/epoch_3.png"]),
        ("pictures from epoch 3", ["Not Smiling/epoch_3.png", "Smiling/epoch_3.png"]),
        (
            "pictures without castles from epoch 3",
            ["Not Smiling/epoch_3.png", "Smiling/epoch_3.png"],
        ),
    ],
)
def test_prompts_settings_colours_and_classes(
    studio: Indexed, question: str, paths: list[str]
) -> None:
    found = studio.json("query", question, "--limit", "0")
    assert sorted(image["path"] for image in found["images"]) == sorted(paths)


def test_a_word_that_no_picture_has_is_said(studio: Indexed) -> None:
    result = studio.run("query", "pictures of dragons")
    assert "No picture's name or prompt here has 'dragons'" in result.output


def test_pictures_are_counted_by_model(indexed: Indexed) -> None:
    found = indexed.json("query", "how many pictures has each CycleGAN?")
    groups = {one["value"]: one["count"] for one in found["answer"]["groups"]}
    assert groups == {"CycleGAN_v1_train": 5, "CycleGAN_v2_train": 6}
    assert found["summary"].startswith("11 pictures: CycleGAN_v2_train 6")
    found = indexed.json("query", "how many images per model")["answer"]
    assert found["group_by"] == "model" and found["groups"][0]["value"] != "unknown"
