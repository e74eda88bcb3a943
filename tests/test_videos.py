"""Videos: their headers, what is broken or pretends, and what the index makes of them."""

from __future__ import annotations

import json
import struct
import time
from pathlib import Path

import pytest

from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.file import PictureFacts, read_facts
from tests.conftest import run
from tests.test_names_of_tests import TRAIN
from tests.videos import box, element, mp4, webm, whole

GRAPH = {
    "1": {"class_type": "SaveVideo", "inputs": {"video": ["2", 0]}},
    "2": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 9, "positive": ["3", 0]}},
    "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox in the snow"}},
}


def read(tmp_path: Path, content: bytes, name: str = "a.mp4") -> PictureFacts:
    (tmp_path / name).write_bytes(content)
    return read_facts(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (mp4(), ("MP4", 64, 48, 37, 2.96)),
        (mp4(runs=((10, 512), (3, 1024)), scale=512), ("MP4", 64, 48, 13, 16.0)),
        (mp4(runs=(), fragments=(12, 13)), ("MP4", 64, 48, 25, None)),
        (mp4(runs=()), ("MP4", 64, 48, None, None)),
        (webm(), ("WebM", 64, 48, 25, 2.0)),
        (webm(duration=None), ("WebM", 64, 48, 25, 0.96)),
        (webm(live=True), ("WebM", 64, 48, 25, 2.0)),
        (webm(frames=0, duration=None), ("WebM", 64, 48, None, None)),
        (webm(kind=b"matroska", width=1920, height=1080), ("Matroska", 1920, 1080, 25, 2.0)),
    ],
)
def test_length_and_frames(
    tmp_path: Path, content: bytes, expected: tuple[str, int, int, int | None, float | None]
) -> None:
    facts = read(tmp_path, content, "a.mkv")
    assert (facts.format, facts.width, facts.height, facts.frames, facts.seconds) == expected


@pytest.mark.parametrize("make", [mp4, webm])
@pytest.mark.parametrize(
    "texts",
    [
        {"prompt": json.dumps(GRAPH), "workflow": "{}"},
        {"comment": json.dumps({"prompt": json.dumps(GRAPH), "workflow": {}})},
        {"comment": json.dumps({"prompt": GRAPH})},
    ],
)
def test_savers_of_videos_keep_the_graph(
    tmp_path: Path, make: object, texts: dict[str, str]
) -> None:
    assert callable(make)
    made = read(tmp_path, make(texts=texts)).generation
    assert made is not None
    assert (made.program, made.prompt, dict(made.settings)) == (
        "ComfyUI",
        "a fox in the snow",
        {"seed": 5, "steps": 9},
    )


MOVIE = mp4()
BROKEN = {
    "cut short": MOVIE[:-40],
    "cut in its header": MOVIE[:200],
    "without a movie": box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", bytes(64)),
    "sound alone": mp4(kind=b"soun"),
    "without a size": mp4(width=0),
    "a box within itself": box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4s", 4, b"moov"),
    "a box larger than the file": box(b"ftyp", b"isom", bytes(4))
    + struct.pack(">I4sQ", 1, b"moov", 1 << 62),
    "a number that breaks off": webm()[:60],
    "an element larger than the file": element(0x1A45DFA3, element(0x4282, b"webm"))
    + element(0x18538067, b"", size=1 << 40),
    "no segment": element(0x1A45DFA3, element(0x4282, b"webm")) + bytes(40),
    "no track": element(0x1A45DFA3, element(0x4282, b"webm"))
    + element(0x18538067, element(0x1654AE6B, b"")),
    "only a head": b"\x1a\x45\xdf\xa3",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_video_is_named_with_the_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadingError, match="not a readable"):
        read(tmp_path, BROKEN[name])


def test_bombs_of_videos(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="60000x60000 pixels"):
        read(tmp_path, mp4(width=60_000, height=60_000))
    begin = time.process_time()
    with pytest.raises(ReadingError, match="too many parts"):
        read(tmp_path, box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4s", 8, b"free") * 300_000)
    with pytest.raises(ReadingError, match="too many parts"):
        read(
            tmp_path,
            element(0x1A45DFA3, element(0x4282, b"webm"))
            + element(0x18538067, b"\xec\x80" * 1_500_000),
        )
    assert time.process_time() - begin < 20
    # Counts that lie are only numbers: nothing of that length is made.
    assert read(tmp_path, mp4(runs=((2**32 - 1, 1),))).frames is None
    deep = whole(0xD7, 1)
    for _ in range(5_000):
        deep = element(0x1F43B675, deep)
    with pytest.raises(ReadingError):
        read(tmp_path, element(0x1A45DFA3, b"") + element(0x18538067, deep))


def test_every_cut_of_a_video_is_read_or_named(tmp_path: Path) -> None:
    for whole_file in (mp4(texts={"comment": "x"}), webm(frames=2, texts={"COMMENT": "x"})):
        for length in range(0, len(whole_file), 3):
            for damaged in (
                whole_file[:length],
                whole_file[:length] + b"\xff" + whole_file[length + 1 :],
            ):
                try:
                    facts = read(tmp_path, damaged)
                except ReadingError:
                    continue
                assert facts.width > 0


def test_videos_are_rows_of_their_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "gan"
    (folder / "samples").mkdir(parents=True)
    (folder / "train.py").write_text(TRAIN, encoding="utf-8")
    (folder / "samples/epoch_10.mp4").write_bytes(mp4())
    (folder / "samples/epoch_20.webm").write_bytes(webm())
    (folder / "samples/epoch_30.png").write_bytes(webm())
    (folder / "samples/broken.mp4").write_bytes(MOVIE[:200])
    told = run("index", "gan")
    assert "broken.mp4: not a readable video (it breaks off)" in told.output
    assert "not looked at" not in told.output
    assert "3 read, 1 misnamed" in told.output
    found = run(
        "sql",
        "SELECT path, kind, frames, seconds, epoch, model_id FROM images ORDER BY path",
        "--format",
        "csv",
    ).output
    assert "samples/epoch_10.mp4,animation,37,2.96,10,gan_train" in found
    assert "samples/epoch_20.webm,animation,25,2.0,20,gan_train" in found
    assert "samples/epoch_30.png,animation,25,2.0,30,gan_train" in found
    assert "epoch_10.mp4" in run("query", "animations of gan_train").output
    again = run("index", "gan")
    assert "3 pictures" in again.output
    likeness = run("similar-images", "samples/epoch_10.mp4")
    assert likeness.exit_code != 0
    assert "is a video, which is not decoded here" in str(likeness.exception)
