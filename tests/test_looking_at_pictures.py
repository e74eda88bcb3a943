"""Contact sheets, galleries, previews, likeness and duplicates, through the command line."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from modelsearch.cli import app
from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.render.preview import draw, protocol
from tests.conftest import Indexed, index_folder, run

FLOWERS = "oxford_flowers_conditional"


class Page(HTMLParser):
    """What a page holds: tags, addresses, texts; open tags must be closed in order."""

    void = frozenset({"meta", "img", "br", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.sources: list[str] = []
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.void:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


def test_a_sheet_has_a_place_for_every_picture(indexed: Indexed, tmp_path: Path) -> None:
    result = indexed.run("images", FLOWERS, "--sheet", str(tmp_path / "s.png"))
    assert result.exit_code == 0, result.output
    assert "wrote" in result.stderr
    assert result.stdout == ""
    with Image.open(tmp_path / "s.png") as sheet:
        assert sheet.width <= 1700
        colours = sheet.convert("RGB").getcolors(1 << 24) or []
    assert len(colours) > 50  # pictures, not only places for them


def test_a_gallery_is_whole_and_asks_for_nothing(indexed: Indexed, tmp_path: Path) -> None:
    target = tmp_path / "g.html"
    result = indexed.run("images", FLOWERS, "cyclegan_v1", "--gallery", str(target))
    assert result.exit_code == 0, result.output
    text = target.read_text(encoding="utf-8")
    page = Page(text)
    assert page.tags.count("img") == 12
    assert page.tags.count("script") == 1
    assert all(source.startswith("data:image/") for source in page.sources)
    assert not re.search(r"https?://", text)
    assert "viewport" in text
    assert "prefers-color-scheme: dark" in text
    epochs = [text for text in page.texts if re.fullmatch(r"epoch \d+", text)]
    flowers = [f"epoch {epoch}00" for epoch in range(1, 7)]
    assert [one for one in epochs if one in flowers][-6:] == flowers


def test_names_cannot_break_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    Image.new("RGB", (8, 8), "red").save(folder / "<img src=x onerror=alert(1)>&'\".png")
    db = str(tmp_path / "m.db")
    assert run("index", str(folder), "--db", db, "--encoder", "none").exit_code == 0
    target = tmp_path / "g.html"
    assert run("images", "--db", db, "--gallery", str(target)).exit_code == 0
    page = Page(target.read_text(encoding="utf-8"))
    assert page.tags.count("img") == 1


def test_a_question_chooses_what_is_shown(indexed: Indexed, tmp_path: Path) -> None:
    target = tmp_path / "g.html"
    result = indexed.run(
        "images",
        "pictures of cyclegan v2 after epoch 100",
        "--gallery",
        str(target),
        "--format",
        "json",
    )
    found = json.loads(result.stdout)["images"]
    assert [image["epoch"] for image in found] == [125, 150]
    assert Page(target.read_text(encoding="utf-8")).tags.count("img") == 2


def test_what_is_neither_model_nor_question_is_an_error(indexed: Indexed) -> None:
    result = indexed.run("images", "no_such_thing")
    assert isinstance(result.exception, ModelsearchError)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sheet", "x.pdf"], "--sheet writes"),
        (["--gallery", "x.png"], "--gallery writes"),
        (["--sheet", "no/such/folder/x.png"], "does not exist"),
    ],
)
def test_where_nothing_can_be_written(indexed: Indexed, options: list[str], message: str) -> None:
    result = indexed.run("images", FLOWERS, *options)
    assert isinstance(result.exception, ModelsearchError)
    assert message in str(result.exception)


def test_copies_in_the_database_stand_in_for_files(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    Image.new("RGB", (300, 200), "blue").save(folder / "epoch_1.png")
    db = str(tmp_path / "m.db")
    run("index", str(folder), "--db", db, "--encoder", "none", "--thumbnails")
    shutil.rmtree(folder)
    target = tmp_path / "g.html"
    result = run("images", "--db", db, "--gallery", str(target))
    assert Page(target.read_text(encoding="utf-8")).tags.count("img") == 1
    assert "not here" not in result.stderr
    Image.new("RGB", (30, 20), "blue").save(tmp_path / "other.png")


def test_files_that_are_gone_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    Image.new("RGB", (300, 200), "blue").save(folder / "epoch_1.png")
    db = str(tmp_path / "m.db")
    run("index", str(folder), "--db", db, "--encoder", "none")
    shutil.rmtree(folder)
    result = run("images", "--db", db, "--sheet", str(tmp_path / "s.png"))
    assert "1 of the files are not here" in result.stderr


def test_open_makes_a_gallery_and_opens_it(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)
    assert indexed.run("images", FLOWERS, "--open").exit_code == 0
    assert len(opened) == 1
    assert Path(opened[0]).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_similar_images(indexed: Indexed, tmp_path: Path) -> None:
    source = indexed.folder / "CycleGAN" / "v1" / "samples" / "epoch_200_samples.png"
    with Image.open(source) as picture:
        picture.convert("RGB").resize((128, 128)).save(tmp_path / "again.jpg")
    found = indexed.json("similar-images", str(tmp_path / "again.jpg"))["images"]
    same = {image["image_id"] for image in found[:2]}
    assert same == {
        "CycleGAN_v1_train:samples/epoch_200_samples.png",
        "CycleGAN_v2_train:results/ep0150.png",
    }
    assert found[0]["distance"] <= 6
    by_id = indexed.json("similar-images", "CycleGAN_v1_train:samples/epoch_200_samples.png")
    assert by_id["images"][0]["same_bytes"]
    assert all(
        image["image_id"] != "CycleGAN_v1_train:samples/epoch_200_samples.png"
        for image in by_id["images"]
    )


def test_signs_of_a_name_are_no_wildcards(tmp_path: Path) -> None:
    models = tmp_path / "models"
    (models / "samples").mkdir(parents=True)
    for name, turned in (("a_b.png", 0), ("aXb.png", 90)):
        Image.linear_gradient("L").rotate(turned).save(models / "samples" / name)
    indexed = index_folder(models, tmp_path / "models.db")
    found = indexed.json("similar-images", "A_B.png", "--within", "64")["images"]
    assert [one["path"] for one in found] == ["samples/aXb.png"]  # all but the one that is meant


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("a.png", b"", "empty file"), ("b.png", None, "no file or picture")],
)
def test_similar_to_nothing(
    indexed: Indexed, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = indexed.run("similar-images", str(tmp_path / name))
    assert isinstance(result.exception, ModelsearchError)
    assert message in str(result.exception)


def test_an_encoder_is_a_folder_of_the_users(indexed: Indexed, tmp_path: Path) -> None:
    source = indexed.folder / "CycleGAN" / "v1" / "samples" / "epoch_200_samples.png"
    result = indexed.run("similar-images", str(source), "--encoder", str(tmp_path / "none"))
    assert isinstance(result.exception, UsageError)


def test_duplicates(indexed: Indexed) -> None:
    groups = indexed.json("images", "--duplicates")["groups"]
    assert [len(group) for group in groups] == [2, 2, 2]
    ids = {image["image_id"] for group in groups for image in group}
    assert "CycleGAN_v1_train:samples/epoch_100_samples.png" in ids
    text = indexed.run("images", "--duplicates")
    assert "3 groups of the same picture" in text.stderr


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "xterm-256color"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, "blocks"),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, "shades"),
        ({"TERM": "xterm", "MODELSEARCH_PREVIEW": "sixel"}, "sixel"),
        ({}, "blocks"),
    ],
)
def test_what_a_terminal_can(environment: dict[str, str], way: str) -> None:
    assert protocol(environment) == way


def test_an_unknown_way_is_an_error() -> None:
    with pytest.raises(UsageError, match="MODELSEARCH_PREVIEW"):
        protocol({"MODELSEARCH_PREVIEW": "paper"})


def test_each_way_draws() -> None:
    picture = Image.new("RGB", (24, 12), "red")
    picture.paste("blue", (12, 0, 24, 12))
    assert draw(picture, "kitty", 80).startswith("\x1b_Ga=T,f=100")
    assert draw(picture, "iterm", 80).startswith("\x1b]1337;File=inline=1;size=")
    sixel = draw(picture, "sixel", 80)
    assert sixel.startswith("\x1bP0;1;0q") and sixel.endswith("\x1b\\\n")
    assert sixel.count("-") == 2  # twelve rows are two bands
    blocks = draw(picture, "blocks", 80).splitlines()
    assert {line.count("▀") for line in blocks} == {40}
    assert "38;2;255;0;0" in blocks[0] and "48;2;0;0;255" in blocks[0]
    shades = draw(picture, "shades", 10)
    assert "\x1b" not in shades
    assert len(shades.splitlines()[0]) == 10


def test_a_preview_never_goes_into_a_pipe(indexed: Indexed) -> None:
    result = indexed.run("images", FLOWERS, "--preview")
    assert "\x1b" not in result.stdout
    assert "only in a terminal" in result.stderr


def test_help_stays_light() -> None:
    """The commands of pictures load nothing heavy until they run."""
    assert app.app is not None
    result = run("images", "--help")
    assert "--gallery" in result.output
