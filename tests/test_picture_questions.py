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


_TRAINS = """import torch
from torch import nn, optim
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
opt = optim.Adam(net.parameters(), lr={rate})
for epoch in range(5):
    loss = nn.functional.mse_loss(net(torch.ones(1, 4)), torch.ones(1, 2))
    opt.zero_grad(); loss.backward(); opt.step()
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """A model that owns a picture, and a folder of two models whose pictures nobody owns."""
    base = tmp_path_factory.mktemp("shelf")
    folder = base / "shelf"
    for script, rate in (("alone/train.py", 0.1), ("pair/one.py", 0.2), ("pair/two.py", 0.3)):
        (folder / script).parent.mkdir(parents=True, exist_ok=True)
        (folder / script).write_text(_TRAINS.format(rate=rate), encoding="utf-8")
    for name in ("alone/grass.png", "pair/shown/x1.png", "pair/shown/x2.png", "pair/loss.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 64), "green").save(folder / name)
    db = base / "shelf.db"
    result = run("index", str(folder), "--db", str(db), "--encoder", "none")
    assert result.exit_code == 0, result.output
    return Indexed(folder, db, None)  # type: ignore[arg-type]


_UNOWNED = ["pair/loss.png", "pair/shown/x1.png", "pair/shown/x2.png"]


def test_a_heading_counts_pictures_of_no_model_apart(shelf: Indexed) -> None:
    said = shelf.json("query", "green pictures")["summary"]
    assert said == "4 pictures: 1 of alone_train, 3 of no model."
    assert shelf.json("query", "pictures of alone_train")["summary"] == (
        "1 picture of alone_train."
    )


@pytest.mark.parametrize(
    "question",
    [
        "pictures without a model",
        "pictures of no model",
        "unowned pictures",
        "green images that belong to no model",
        "how many pictures have no model",
        "pictures path:pair/",
    ],
)
def test_pictures_of_no_model_can_be_asked_for(shelf: Indexed, question: str) -> None:
    found = shelf.json("query", question)
    assert found["intent"] == "images"
    assert sorted(one["path"] for one in found["images"]) == _UNOWNED


def test_pictures_of_no_model_beside_the_models_that_are_meant_are_named(shelf: Indexed) -> None:
    said = " ".join(shelf.run("query", "pictures of pair_one").output.split())
    assert "none of these models has pictures; 3 pictures of no model lie beside them" in said
    assert "pictures path:pair/" in said


def test_plots_alone_are_pictures_of_plots(shelf: Indexed) -> None:
    found = shelf.json("query", "plots")
    assert [one["path"] for one in found["images"]] == ["pair/loss.png"]


_SHOWS = """import matplotlib.pyplot as plt

def play(episodes=3, every=1000):
    for ep in range(episodes):
        plt.savefig(f"play/swing_ep{ep + 1}.png")

def draw(ep, epochs):
    for ep in range(epochs):
        plt.savefig(f"drawn/state_ep{ep}.png")

class Trainer:
    def run(self):
        while self.step < self.total:
            milestone = self.step // self.every
            plt.savefig(f"out/sample-{milestone}.png")
            plt.savefig(f"out/grid-{self.step}.png")
            self.step += 1
"""


def test_a_number_of_a_name_is_what_the_code_counts(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    for script, text in (("train.py", _TRAINS.format(rate=0.1)), ("show.py", _SHOWS)):
        (folder / script).parent.mkdir(parents=True, exist_ok=True)
        (folder / script).write_text(text, encoding="utf-8")
    for name in ("play/swing_ep3", "kept/swing_ep3", "drawn/state_ep3", "kept/else_ep3",
                 "out/sample-100", "out/grid-100"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 64), "green").save(folder / f"{name}.png")
    db = tmp_path / "lab.db"
    result = run("index", str(folder), "--db", str(db), "--encoder", "none")
    assert result.exit_code == 0, result.output
    lab = Indexed(folder, db, None)  # type: ignore[arg-type]
    found = lab.json("query", "pictures of epoch 3")
    assert sorted(one["path"] for one in found["images"]) == [
        "drawn/state_ep3.png",
        "kept/else_ep3.png",
    ]
    found = lab.json("query", "pictures of step 100")
    assert [one["path"] for one in found["images"]] == ["out/grid-100.png"]
