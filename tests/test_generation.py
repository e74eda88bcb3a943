"""Settings that image generators write into pictures: one reading for all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from modelsearch.sources.generators.reading import read_generation
from modelsearch.sources.generators.settings import Generation
from modelsearch.sources.pictures.file import read_facts

PARAMETERS = (
    "masterpiece, a (castle:1.2) on a hill,\nsecond line\n"
    "Negative prompt: lowres, bad hands\n"
    "Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 3141592653, Size: 512x768, "
    'Model hash: 6ce0161689, Model: dreamlike, Lora hashes: "detail: abc, light: def"'
)
COMFY = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 42,
            "steps": 20,
            "cfg": 8.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1.0,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 640, "height": 512}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["10", 0], "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "watermark", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "out", "images": ["8", 0]}},
    "10": {"class_type": "StringLiteral", "inputs": {"string": "a glass bottle"}},
}


def read(**texts: str) -> Generation:
    found = read_generation(texts)
    assert found is not None
    return found


def test_automatic1111() -> None:
    found = read(parameters=PARAMETERS)
    assert found.program == "AUTOMATIC1111"
    assert found.prompt == "masterpiece, a (castle:1.2) on a hill,\nsecond line"
    assert found.negative_prompt == "lowres, bad hands"
    settings = dict(found.settings)
    assert settings["seed"] == 3141592653
    assert settings["cfg scale"] == 6.5
    assert settings["sampler"] == "DPM++ 2M Karras"
    assert settings["lora hashes"] == "detail: abc, light: def"
    assert (settings["width"], settings["height"]) == (512, 768)
    assert settings["model"] == "dreamlike"


def test_comfyui_from_the_saver_back() -> None:
    found = read(prompt=json.dumps(COMFY), workflow="{}")
    assert (found.program, found.prompt, found.negative_prompt) == (
        "ComfyUI",
        "a glass bottle",
        "watermark",
    )
    settings = dict(found.settings)
    assert (settings["seed"], settings["steps"], settings["cfg scale"]) == (42, 20, 8.0)
    assert (settings["model"], settings["width"]) == ("v1-5.safetensors", 640)


def test_a_graph_in_a_ring_ends() -> None:
    ring = {
        "1": {"class_type": "A", "inputs": {"x": ["2", 0], "positive": ["2", 0]}},
        "2": {"class_type": "B", "inputs": {"x": ["1", 0]}},
    }
    assert read(prompt=json.dumps(ring)).prompt is None


@pytest.mark.parametrize(
    ("texts", "prompt", "seed"),
    [
        ({"invokeai_metadata": json.dumps({"positive_prompt": "a boat", "negative_prompt": "fog",
                                           "seed": 9, "steps": 30, "model": {"name": "sdxl"}})},
         "a boat", 9),
        ({"sd-metadata": json.dumps({"model": "stable diffusion", "image": {
            "prompt": [{"prompt": "a boat", "weight": 1}], "seed": 9, "cfg_scale": 7.5}})},
         "a boat", 9),
        ({"dream": '"a boat" -s50 -S9 -W512 -H512 -C7.5 -A k_lms'}, "a boat", 9),
        ({"Software": "NovelAI", "Description": "a boat", "Comment": json.dumps(
            {"steps": 28, "seed": 9, "uc": "lowres", "scale": 11.0})}, "a boat", 9),
        ({"parameters": json.dumps({"prompt": "a boat", "seed": "9", "sharpness": 2.0})},
         "a boat", 9),
        ({"Make": "prompt:" + json.dumps(COMFY)}, "a glass bottle", 42),
    ],
)  # fmt: skip
def test_the_other_programs(texts: dict[str, str], prompt: str, seed: int) -> None:
    found = read_generation(texts)
    assert found is not None
    assert (found.prompt, dict(found.settings)["seed"]) == (prompt, seed)


def test_other_texts_are_no_settings() -> None:
    assert read_generation({"Software": "Matplotlib version3.8"}) is None
    assert read_generation({}) is None
    for texts in (
        {"Comment": "made with love"},
        {"parameters": "just words"},
        {"prompt": "a plain text"},
    ):
        found = read(**texts)
        assert (found.program, found.prompt, found.negative_prompt) == (None, None, None)
        assert (found.settings, dict(found.texts)) == ((), texts)


@settings(deadline=None)  # slow machines are no failures
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "parameters",
                "prompt",
                "sd-metadata",
                "dream",
                "Comment",
                "invokeai_metadata",
                "UserComment",
            ]
        ),
        st.text(),
    )
)
def test_no_text_breaks_the_reader(texts: dict[str, str]) -> None:
    read_generation(texts)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@settings(deadline=None)  # slow machines are no failures
@given(
    st.dictionaries(st.sampled_from(["image", "prompt", "seed", "model", "1", "inputs"]), values)
)
def test_no_json_breaks_the_reader(value: dict[str, Any]) -> None:
    for key in ("prompt", "sd-metadata", "invokeai_metadata", "parameters"):
        read_generation({key: json.dumps(value)})


def test_settings_are_found_in_files_of_each_format(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("parameters", PARAMETERS)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", pnginfo=info)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + PARAMETERS.encode("utf-16-be")
    Image.new("RGB", (8, 8)).save(tmp_path / "b.jpg", exif=exif)
    Image.new("RGB", (8, 8)).save(tmp_path / "c.webp", exif=exif)
    for name in ("a.png", "b.jpg", "c.webp"):
        made = read_facts(tmp_path / name).generation
        assert made is not None, name
        assert dict(made.settings)["seed"] == 3141592653


WIDE = "灯台の上に立つ少女、" * 40 + "\nNegative prompt: 低品質\n" + PARAMETERS.splitlines()[-1]


@pytest.mark.parametrize("directory", [None, 0x8769])
@pytest.mark.parametrize(
    "comment",
    [
        b"UNICODE\0" + WIDE.encode("utf-16-le"),
        b"UNICODE\0" + WIDE.encode("utf-16-be"),
        b"UNICODE\0\xff\xfe" + WIDE.encode("utf-16-le"),
        b"UNICODE\0\xfe\xff" + WIDE.encode("utf-16-be"),
        b"UNICODE\0" + WIDE.encode(),
        b"\0" * 8 + WIDE.encode(),
        b"ASCII\0\0\0" + WIDE.encode(),
        WIDE.encode(),
    ],
)
@pytest.mark.parametrize("suffix", ["jpg", "webp", "png", "jfif"])
def test_a_comment_of_any_encoding_in_any_directory(
    tmp_path: Path, comment: bytes, directory: int | None, suffix: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1  # Pillow's writer of PNG takes an empty first directory for none
    (exif if directory is None else exif.get_ifd(directory))[0x9286] = comment
    Image.new("RGB", (8, 8)).save(tmp_path / f"a.{suffix}", exif=exif)
    made = read_facts(tmp_path / f"a.{suffix}").generation
    assert made is not None
    assert (made.prompt, made.negative_prompt) == ("灯台の上に立つ少女、" * 40, "低品質")
    assert dict(made.settings)["seed"] == 3141592653


def test_savers_of_webp_write_keywords_into_exif(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "workflow:{}"
    exif[0x0110] = "prompt:" + json.dumps(COMFY)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.webp", exif=exif)
    made = read_facts(tmp_path / "a.webp").generation
    assert made is not None
    assert (made.program, made.prompt) == ("ComfyUI", "a glass bottle")


def test_the_comment_inside_an_xmp_packet(tmp_path: Path) -> None:
    said = json.dumps({"c": "a <boat> & more", "uc": "fog", "seed": 9, "model": "x.ckpt"})
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description '
        'xmp:CreatorTool="Draw Things">'
        '<exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">'
        + said.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        + "</rdf:li></rdf:Alt></exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", pnginfo=info)
    Image.new("RGB", (8, 8)).save(tmp_path / "b.jpg", xmp=packet.encode())
    Image.new("RGB", (8, 8)).save(tmp_path / "c.webp", xmp=packet.encode())
    for name in ("a.png", "b.jpg", "c.webp"):
        made = read_facts(tmp_path / name).generation
        assert made is not None, name
        assert (made.program, made.prompt) == ("Draw Things", "a <boat> & more")
