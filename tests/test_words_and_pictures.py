"""Pictures by words: what is said without a model, and the way with one."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from modelsearch.records.errors import ResolveError
from tests.conftest import Indexed, run

WORDS = {"red": (1.0, 0.0, 0.0), "blue": (0.0, 0.0, 1.0)}


class Eyes:
    """Stands for the library: a picture's vector is its mean colour, a word's that colour."""

    def __init__(self, folder: str, **_: Any) -> None:
        self.folder = folder

    def encode(self, things: list[Any], **_: Any) -> list[tuple[float, ...]]:
        return [WORDS[one] if isinstance(one, str) else seen(one) for one in things]


def seen(picture: Image.Image) -> tuple[float, ...]:
    pixel = picture.resize((1, 1)).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    length = sum(part**2 for part in pixel) ** 0.5 or 1.0
    return tuple(part / length for part in pixel)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("sentence_transformers")
    module.SentenceTransformer = Eyes  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)


def test_without_a_model_the_answer_says_what_to_install(indexed: Indexed) -> None:
    found = indexed.run("similar-images", "a red flower")
    assert isinstance(found.exception, ResolveError)
    assert "--encoder FOLDER (pip install 'modelsearch-db[encoders]')" in str(found.exception)
    gone = indexed.run("similar-images", "no/such.png")
    assert "--encoder" not in str(gone.exception)


@pytest.mark.usefixtures("library")
def test_words_find_pictures_by_what_they_show(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    for name, colour in (("a", "red"), ("b", "blue"), ("c", "purple")):
        Image.new("RGB", (20, 20), colour).save(folder / f"{name}.png")
    db = str(tmp_path / "m.db")
    run("index", str(folder), "--db", db, "--encoder", "none")
    for word, order in (("red", "acb"), ("blue", "bca")):
        found = run("similar-images", word, "--db", db, "--encoder", str(folder), "--format", "csv")
        paths = [line.split(",")[3] for line in found.stdout.splitlines()[1:]]
        assert paths == [f"{one}.png" for one in order]
    wrong = run("similar-images", "m/gone.png", "--db", db, "--encoder", str(folder))
    assert "there is no file or picture" in str(wrong.exception)
