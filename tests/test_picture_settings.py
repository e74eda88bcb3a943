"""Settings of image generators as fields: filtered, ordered, counted, shown, compared, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from tests.conftest import Indexed, run

#: name, prompt, negative prompt, the settings as AUTOMATIC1111 writes them.
_MADE = (
    ("a", "an old castle <lora:detail:0.6>", "blur", "Steps: 20, Sampler: Euler a, CFG scale: 7, "
     "Seed: 42, Size: 64x64, Model: dreamshaper_8"),
    ("b", "a castle of glass", "", "Steps: 30, Sampler: DPM++ 2M, CFG scale: 4.5, Seed: 100, "
     "Size: 64x96, Model: sd_xl_base"),
    ("c", "portraits of foxes <lora:ink:1> <lora:detail:1>", "text, blur", "Steps: 40, "
     "Sampler: Euler a, CFG scale: 12, Seed: 1000, Size: 128x64, Model: dreamshaper_8"),
    ("d", "", "", "Steps: 20, Sampler: DDIM, CFG scale: 7, Seed: 43, Size: 64x64"),
)  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Pictures of two generators beside one that says nothing; no script."""
    folder = tmp_path_factory.mktemp("settings") / "studio"
    folder.mkdir()
    for name, prompt, negative, settings in _MADE:
        info = PngImagePlugin.PngInfo()
        denied = f"\nNegative prompt: {negative}" if negative else ""
        info.add_text("parameters", f"{prompt}{denied}\n{settings}")
        width, _, height = settings.partition("Size: ")[2].split(",")[0].partition("x")
        drawn = Image.new("RGB", (int(width), int(height)), "red")
        drawn.save(folder / f"{name}.png", pnginfo=info)
    info = PngImagePlugin.PngInfo()
    info.add_text("Software", "NovelAI")
    info.add_text("Description", "a lake")
    info.add_text("Comment", '{"prompt": "a lake", "steps": 28, "sampler": "k_euler", '
                             '"seed": 7, "scale": 5, "uc": "lowres"}')  # fmt: skip
    Image.new("RGB", (64, 64), "blue").save(folder / "e.png", pnginfo=info)
    Image.new("RGB", (64, 64), "grey").save(folder / "f.jpg")
    db = folder.parent / "studio.db"
    result = run("index", str(folder), "--db", str(db), "--encoder", "none")
    assert result.exit_code == 0, result.output
    return Indexed(folder, db, None)  # type: ignore[arg-type]


def names(found: dict[str, Any]) -> str:
    return " ".join(Path(image["path"]).stem for image in found["images"])


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("pictures with cfg scale above 5", "a c d"),
        ("pictures with cfg scale 7", "a d"),
        ("images with a guidance scale below 6", "b e"),
        ("pictures made with Euler a", "a c"),
        ("Euler a pictures", "a c"),
        ("pictures not sampled with Euler a", "b d e f"),
        ("pictures with sampler DPM++ 2M", "b"),
        ("pictures made by NovelAI", "e"),
        ("NovelAI images", "e"),
        ("pictures not made with NovelAI", "a b c d f"),
        ("pictures with LoRA", "a c"),
        ("pictures without a LoRA", "b d e f"),
        ("pictures using the detail LoRA", "a c"),
        ("pictures with LoRA ink", "c"),
        ("pictures with a negative prompt", "a c e"),
        ("pictures without a negative prompt", "b d f"),
        ("pictures with no prompt", "d f"),
        ("pictures that have a prompt", "a b c e"),
        ("pictures whose negative prompt mentions lowres", "e"),
        ("jpg pictures", "f"),
        ("PNG images with seed over 50", "b c"),
        ("pictures in JPEG format", "f"),
        ("pictures with seed 42 and 20 steps", "a"),
        ("pictures with fewer than 28 steps", "a d"),
        ("pictures made with the model dreamshaper_8", "a c"),
        ("dreamshaper_8 pictures", "a c"),
        ("64x96 pictures", "b"),
        ("96x64 pictures", ""),
        ("pictures of size 128x64", "c"),
        ("pictures without a seed", "f"),
        ("image_sampler:ddim", "d"),
        ("pictures image_cfg_scale:>=7 image_steps:<40", "a d"),
    ],
)
def test_pictures_are_found_by_settings(studio: Indexed, question: str, wanted: str) -> None:
    found = studio.json("query", question, "--limit", "0")
    assert names(found) == wanted, (found["filters"], found["notes"])


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("pictures sorted by cfg scale", "b e a d c f"),
        ("pictures ordered by seed, highest first", "c b d a e f"),
        ("pictures by cfg scale descending", "c a d e b f"),
        ("picture with the highest cfg scale", "c"),
        ("the picture with the most steps", "c"),
        ("pictures with the lowest seed", "e a d b c f"),
        ("top 2 pictures by steps", "c b"),
        ("Euler a pictures sorted by steps descending", "c a"),
    ],
)
def test_pictures_are_ordered_by_settings(studio: Indexed, question: str, wanted: str) -> None:
    assert names(studio.json("query", question, "--limit", "0")) == wanted


@pytest.mark.parametrize(
    ("question", "groups"),
    [
        ("how many pictures per sampler?",
         {"Euler a": 2, "DPM++ 2M": 1, "DDIM": 1, "k_euler": 1, "unknown": 1}),
        ("count pictures by program", {"AUTOMATIC1111": 4, "NovelAI": 1, "unknown": 1}),
        ("number of pictures for each LoRA", {"detail": 2, "ink": 1, "unknown": 4}),
        ("how many castle pictures per sampler", {"Euler a": 1, "DPM++ 2M": 1}),
        ("pictures per format", {"PNG": 5, "JPEG": 1}),
    ],
)  # fmt: skip
def test_pictures_are_counted_by_settings(
    studio: Indexed, question: str, groups: dict[str, int]
) -> None:
    counted = studio.json("query", question)["answer"]["groups"]
    assert {one["value"]: one["count"] for one in counted} == groups


def test_values_of_pictures_are_listed(studio: Indexed) -> None:
    found = studio.json("query", "which samplers did my pictures use?")
    values = {one["value"]: one["count"] for one in found["answer"]["values"]}
    assert values == {"Euler a": 2, "DPM++ 2M": 1, "DDIM": 1, "k_euler": 1}
    found = studio.json("query", "average cfg scale of pictures with Euler a")
    assert found["answer"]["mean"] == 9.5
    found = studio.json("query", "what seed and sampler does c.png have?")
    assert found["images"][0]["asked"] == {"image_seed": 1000, "image_sampler": "Euler a"}
    assert "1000" in found["summary"] and "Euler a" in found["summary"]


def test_what_is_asked_of_pictures_is_shown(studio: Indexed) -> None:
    shown = studio.run("query", "pictures with cfg scale above 5 and sampler Euler a").output
    assert "cfg scale" in shown and "sampler" in shown and "12" in shown


def test_settings_of_one_picture_are_shown(studio: Indexed) -> None:
    found = studio.json("query", "settings of c.png")
    assert found["images"][0]["asked"]["image_lora"] == ["detail", "ink"]
    assert found["images"][0]["asked"]["negative_prompt"] == "text, blur"


def test_pictures_are_compared(studio: Indexed) -> None:
    found = studio.json("query", "compare a.png and c.png")
    asked = {Path(one["path"]).stem: one["asked"] for one in found["images"]}
    assert asked["a"]["image_seed"] == 42 and asked["c"]["image_seed"] == 1000
    assert "seed" in found["summary"] and "the same" in found["summary"].lower()
    assert "sampler" in found["summary"].split("same")[-1].lower()
    same = studio.json("query", "difference between the pictures a.png and d.png")
    assert "cfg scale" in same["summary"].split("same")[-1]


def test_a_picture_question_needs_no_picture_word(studio: Indexed) -> None:
    assert names(studio.json("query", "cfg scale over 7", "--limit", "0")) == "c"
    assert names(studio.json("query", "sampler Euler a", "--limit", "0")) == "a c"
    assert names(studio.json("query", "negative prompt mentions lowres", "--limit", "0")) == "e"


def test_settings_are_fields_of_the_table(studio: Indexed) -> None:
    listed = run("fields").output
    for name in ("image_seed", "image_steps", "image_cfg_scale", "image_sampler", "image_lora",
                 "image_checkpoint", "negative_prompt"):  # fmt: skip
        assert name in listed


def test_an_unknown_picture_is_said(studio: Indexed) -> None:
    result = studio.run("query", "settings of nowhere.png")
    assert "nowhere.png" in str(result.exception)
