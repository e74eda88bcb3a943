"""Every generator's form in every kind of file that can hold it: all settings, and none besides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from modelsearch.sources.pictures.file import read_facts
from tests.test_generators import FORMS

Texts = dict[str, str]
COMMENT = 0x9286


def picture() -> Image.Image:
    return Image.new("RGB", (24, 16), "navy")


def as_png_text(path: Path, texts: Texts) -> None:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_itxt(key, text)
    picture().save(path, "PNG", pnginfo=info)


def as_packed_png_text(path: Path, texts: Texts) -> None:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text, zip=True)
    picture().save(path, "PNG", pnginfo=info)


def as_comment(kind: str, encoding: str) -> Callable[[Path, Texts], None]:
    def write(path: Path, texts: Texts) -> None:
        exif = Image.Exif()
        exif[0x0128] = 2  # Pillow takes an empty first directory for none
        (text,) = texts.values()
        exif.get_ifd(0x8769)[COMMENT] = b"UNICODE\0" + text.encode(encoding)
        picture().save(path, kind, exif=exif)

    return write


WRITERS: dict[str, Callable[[Path, Texts], None]] = {
    "PNG, iTXt": as_png_text,
    "PNG, zTXt": as_packed_png_text,
    "JPEG, UTF-16BE": as_comment("JPEG", "utf-16-be"),
    "JPEG, UTF-16LE": as_comment("JPEG", "utf-16-le"),
    "WebP": as_comment("WEBP", "utf-16-be"),
    "AVIF": as_comment("AVIF", "utf-16-be"),
}
#: The keys of texts that programs write into EXIF comments as well.
COMMENTED = {"parameters", "UserComment"}
CASES = [
    (form, writer)
    for form, (texts, *_) in FORMS.items()
    for writer in WRITERS
    if writer.startswith("PNG") or (len(texts) == 1 and COMMENTED.issuperset(texts))
]


@pytest.mark.parametrize(("form", "writer"), CASES)
def test_a_form_in_a_file(tmp_path: Path, form: str, writer: str) -> None:
    texts, program, prompt, negative, settings = FORMS[form]
    path = tmp_path / "made"
    WRITERS[writer](path, texts)
    facts = read_facts(path)
    made = facts.generation
    assert made is not None
    assert (facts.width, facts.height) == (24, 16)
    assert (made.program, made.prompt, made.negative_prompt) == (program, prompt, negative)
    assert dict(made.settings) == settings
