"""Picture files: what their bytes say, and files that lie, break off or would burst memory."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, PngImagePlugin

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.file import read_facts
from modelsearch.sources.pictures.hashes import distance
from modelsearch.sources.pictures.looks import read_looks
from modelsearch.sources.pictures.opening import MAX_PIXELS
from modelsearch.store.database import close_after_writing, fetch_all, open_for_writing

SCRIPT = "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    body = nn.Linear(2, 2)\n"


def picture(colour: str = "red", size: tuple[int, int] = (40, 30)) -> Image.Image:
    made = Image.new("RGB", size, colour)
    made.paste("white", (0, 0, size[0] // 4, size[1]))
    return made


def read_picture(path: Path) -> SimpleNamespace:
    """Both passes over one picture."""
    facts, looks = read_facts(path), read_looks(path)
    of = {name: getattr(one, name) for one in (facts, looks) for name in one.__slots__}
    return SimpleNamespace(**of)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("suffix", "name"),
    [
        ("png", "PNG"),
        ("jpg", "JPEG"),
        ("gif", "GIF"),
        ("bmp", "BMP"),
        ("tiff", "TIFF"),
        ("webp", "WEBP"),
        ("jfif", "JPEG"),
        ("avif", "AVIF"),
    ],
)
def test_every_format_is_known_by_its_bytes(tmp_path: Path, suffix: str, name: str) -> None:
    path = tmp_path / f"x.{suffix}"
    picture().save(path)
    content = read_picture(path)
    assert (content.format, content.width, content.height, content.frames) == (name, 40, 30, 1)
    assert content.mislabelled is None
    assert {colour for colour, _ in content.colours} == {"red", "white"}
    assert len(content.sha256) == 64


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_pixel_mode_is_looked_at(tmp_path: Path, mode: str) -> None:
    made = Image.new("L", (32, 32))
    made.putdata([x * 8 for _y in range(32) for x in range(32)])
    suffix = "tiff" if mode in ("CMYK", "F", "I") else "png"
    converted = made.convert("I").convert(mode) if mode == "I;16" else made.convert(mode)
    converted.save(tmp_path / f"x.{suffix}")
    assert read_picture(tmp_path / f"x.{suffix}").perceptual_hash is not None


def test_frames_and_mislabelled(tmp_path: Path) -> None:
    first, second = picture("red"), picture("blue")
    first.save(tmp_path / "walk.png", "GIF", save_all=True, append_images=[second])
    content = read_picture(tmp_path / "walk.png")
    assert (content.format, content.frames) == ("GIF", 2)
    assert content.mislabelled == "named .png, holds GIF"


def test_transparent_is_white_and_uniform_has_no_hash(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    content = read_picture(tmp_path / "clear.png")
    assert content.colours == (("white", 1.0),)
    assert content.perceptual_hash is None


def test_the_hash_survives_size_and_format(tmp_path: Path) -> None:
    made = Image.new("RGB", (200, 160))
    made.putdata(
        [((x * 7 + y) % 256, (x * y // 50) % 256, y) for y in range(160) for x in range(200)]
    )
    made.save(tmp_path / "large.png")
    made.resize((100, 80)).save(tmp_path / "small.jpg", quality=80)
    made.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "other.png")
    large, small, other = (
        str(read_picture(tmp_path / name).perceptual_hash)
        for name in ("large.png", "small.jpg", "other.png")
    )
    assert distance(large, large) == 0
    assert distance(large, small) <= 6 < distance(large, other)


def truncated(kind: str) -> bytes:
    out = io.BytesIO()
    made = Image.effect_noise((200, 200), 60).convert("RGB")
    made.save(out, kind)
    return out.getvalue()[: len(out.getvalue()) // 2]


BROKEN = {
    "empty.png": (b"", "empty file"),
    "page.png": (b"<!DOCTYPE html><html>not found", "web page"),
    "pointer.png": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS"),
    "noise.jpg": (bytes(range(256)) * 4, "no picture format"),
    "cut.png": (truncated("PNG"), "breaks off"),
    "cut.jpg": (truncated("JPEG"), "breaks off"),
    "cut.webp": (truncated("WEBP"), "not a readable picture"),
    "head.png": (b"\x89PNG\r\n\x1a\n broken", "not a readable picture"),
    "bomb.png": (png_header(32_768, 32_768), "picture of 32768x32768 pixels"),
    "large.png": (png_header(8_000, 8_000), "picture of 8000x8000 pixels"),
    "lie.png": (png_header(2_000, 2_000), "not a readable picture"),
    "head.gif": (b"GIF89a\xff\xff\xff\xff\0\0\0", "GIF|pixels|not a readable picture"),
    "head.bmp": (
        b"BM" + b"\0" * 12 + struct.pack("<I", 40) + b"\xff" * 30,
        "not a readable|pixels",
    ),
    "new.jxl": (b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 40, "JPEG XL, which is not read"),
    "cut.avif": (truncated("AVIF"), "not a readable picture"),
    "lie.avif": (b"\0\0\0\x1cftypavif" + b"\xff" * 60, "not a readable picture"),
    "head.tiff": (b"II*\0\xff\xff\xff\x7f", "not a readable picture"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_is_an_error_with_a_reason(tmp_path: Path, name: str) -> None:
    content, reason = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadingError, match=reason):
        read_picture(tmp_path / name)


def test_the_bomb_limit_is_far_below_a_gigapixel() -> None:
    assert MAX_PIXELS * 4 < 300_000_000  # bytes of a decoded picture in one process


def test_text_that_unpacks_to_gigabytes_is_an_error(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a" * 30_000_000, zip=True)
    picture().save(tmp_path / "text.png", pnginfo=info)
    assert (tmp_path / "text.png").stat().st_size < 100_000
    with pytest.raises(ReadingError, match="not a readable picture"):
        read_picture(tmp_path / "text.png")


def run(db: Path, folder: Path, jobs: int = 1, thumbnail: int | None = None) -> IndexSummary:
    connection = open_for_writing(db)
    try:
        options = IndexOptions(jobs=jobs, thumbnail=thumbnail)
        return index(connection, [folder], None, options)
    finally:
        close_after_writing(connection)


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    connection = open_for_writing(db)
    try:
        return fetch_all(connection, sql)
    finally:
        close_after_writing(connection)


def test_broken_pictures_are_counted_and_never_fatal(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    for name, (content, _reason) in BROKEN.items():
        (folder / name).write_bytes(content)
    for number in range(60):  # enough for reader processes
        picture(size=(20 + number, 20)).save(folder / f"epoch_{number}.png")
    picture().save(folder / "really.png", "JPEG")
    summary = run(tmp_path / "m.db", folder, jobs=2)
    assert summary.images == 61
    assert summary.images_mislabelled == 1
    assert {path for path, _reason in summary.failed} == set(BROKEN)
    again = run(tmp_path / "m.db", folder, jobs=2)
    assert (again.images, again.images_unchanged, again.images_mislabelled) == (0, 61, 1)
    assert {path for path, _reason in again.failed} == set(BROKEN)


def test_a_picture_that_breaks_later_loses_its_row(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    picture().save(folder / "epoch_1.png")
    run(tmp_path / "m.db", folder)
    (folder / "epoch_1.png").write_bytes(b"gone wrong")
    assert len(run(tmp_path / "m.db", folder).failed) == 1
    assert rows(tmp_path / "m.db", "SELECT path FROM image") == []


def test_owners_follow_the_scripts(tmp_path: Path) -> None:
    """A picture without a model is kept, and owned as soon as a script explains it."""
    folder = tmp_path / "m"
    (folder / "out").mkdir(parents=True)
    picture().save(folder / "out" / "7.png")
    db = tmp_path / "m.db"
    assert run(db, folder).images_unowned == 1
    assert rows(db, "SELECT image_id, model, epoch FROM image") == [("m:out/7.png", None, None)]
    save = "def save(x, epoch):\n    plt.savefig(f'out/{epoch}.png')\n"
    (folder / "train.py").write_text(SCRIPT + save)
    summary = run(db, folder)
    assert (summary.images, summary.images_unchanged, summary.images_unowned) == (0, 1, 0)
    stored = "SELECT image_id, epoch, epoch_from, owner_from FROM image"
    assert rows(db, stored) == [("m_train:out/7.png", 7, "train.py", "writes into this folder")]
    (folder / "train.py").unlink()
    run(db, folder)
    assert rows(db, "SELECT image_id, model FROM image") == [("m:out/7.png", None)]


def test_thumbnails_are_kept_when_asked_for_and_stay(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    picture(size=(400, 200)).save(folder / "epoch_1.png")
    db = tmp_path / "m.db"
    sql = "SELECT width, height, data IS NOT NULL FROM thumbnail"
    run(db, folder)
    assert rows(db, sql) == []
    run(db, folder, thumbnail=96)
    assert rows(db, sql) == [(96, 48, 1)]
    picture(size=(100, 100)).save(folder / "epoch_2.png")
    assert run(db, folder).images_unchanged == 1
    assert sorted(rows(db, sql)) == [(96, 48, 1), (96, 96, 1)]
    run(db, folder, thumbnail=0)
    assert rows(db, sql) == []


def test_pictures_answer_plain_sql(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    info = PngImagePlugin.PngInfo()
    info.add_text(
        "parameters", "a red fox\nNegative prompt: blur\nSteps: 20, Sampler: Euler a, Seed: 7"
    )
    picture().save(folder / "Smiling_epoch_3.png", pnginfo=info)
    db = tmp_path / "m.db"
    run(db, folder)
    assert rows(db, "SELECT colours, words, program, prompt, negative_prompt FROM images") == [
        ("red, white", "smiling", "AUTOMATIC1111", "a red fox", "blur")
    ]
    assert rows(db, "SELECT number FROM image_setting WHERE name = 'Seed'") == [(7.0,)]
    assert rows(db, "SELECT source FROM image_word WHERE word = 'fox'") == [("prompt",)]
    rows(db, "DELETE FROM model")
    for table in ("image", "image_word", "image_colour", "image_setting"):
        assert rows(db, f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_plot_is_known_by_its_axes(tmp_path: Path) -> None:
    from PIL import ImageDraw

    figure = Image.new("RGB", (320, 240), "white")
    draw = ImageDraw.Draw(figure)
    draw.rectangle((40, 30, 290, 200), outline="black")
    draw.line([(40 + x * 5, 190 - x * 3) for x in range(48)], fill="blue", width=2)
    figure.save(tmp_path / "figure_1.png")
    assert read_picture(tmp_path / "figure_1.png").plot
    grid = Image.new("RGB", (320, 240), "white")
    for x in range(0, 320, 40):
        for y in range(0, 240, 40):
            grid.paste((20, x % 255, y), (x + 12, y + 12, x + 34, y + 34))
    grid.save(tmp_path / "grid.png")
    assert not read_picture(tmp_path / "grid.png").plot


def test_texts_of_unknown_form_are_searchable_and_secrets_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    info = PngImagePlugin.PngInfo()
    info.add_text("my-tool", "a windmill; token=hf_AqTdLfZhVjBlRnCpXrWtGvKxMzEbUdSf")
    picture().save(folder / "epoch_3.png", pnginfo=info)
    db = tmp_path / "m.db"
    run(db, folder)
    sql = "SELECT word FROM image_word WHERE source = 'text'"
    words = {str(word) for (word,) in rows(db, sql)}
    assert "windmill" in words
    assert not any("qtdlfzh" in word for word in words)
    [(metadata,)] = rows(db, "SELECT metadata FROM image")
    assert "windmill" in str(metadata)
    assert "hf_AqT" not in str(metadata)
    run(db, folder)
