"""The two passes over pictures: what files say at once, what they look like afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from modelsearch.index import looks as second_pass
from modelsearch.store.database import close_after_writing, fetch_all, open_for_writing
from tests.conftest import run

SCRIPT = "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    pass\n"
PARAMETERS = "a red fox\nNegative prompt: blur\nSteps: 20, Sampler: Euler a, Seed: 7"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "m"
    made.mkdir()
    (made / "train.py").write_text(SCRIPT)
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", PARAMETERS)
    for epoch, colour in enumerate(("red", "green", "blue"), 1):
        picture = Image.new("RGB", (40, 30), colour)
        picture.paste("white", (0, 0, 10, 30))
        picture.save(made / f"epoch_{epoch}.png", pnginfo=info)
    return made


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    connection = open_for_writing(db)
    try:
        return fetch_all(connection, sql)
    finally:
        close_after_writing(connection)


def index(folder: Path, *options: str) -> str:
    db = str(folder.parent / "m.db")
    done = run("index", str(folder), "--db", db, "--encoder", "none", *options)
    assert done.exit_code == 0, done.output
    return done.stderr


LOOKS = "SELECT count(looks), count(perceptual_hash) FROM image"
COLOURS = "SELECT count(*) FROM image_colour WHERE colour IN ('red', 'green', 'blue')"


def test_the_first_pass_answers_without_looks(folder: Path) -> None:
    db = folder.parent / "m.db"
    said = index(folder, "--no-looks")
    assert "3 pictures not looked at yet (colours, likeness, plots): modelsearch looks" in said
    assert rows(db, LOOKS) == [(0, 0)]
    found = run("query", "pictures whose prompt mentions a fox at epoch 2", "--db", str(db))
    assert "epoch_2.png" in found.stdout
    assert rows(db, "SELECT DISTINCT width, height, length(sha256) FROM image") == [(40, 30, 64)]


def test_looks_are_made_later_by_their_command(folder: Path) -> None:
    db = folder.parent / "m.db"
    index(folder, "--no-looks")
    done = run("looks", "--db", str(db))
    assert done.exit_code == 0, done.output
    assert "3 pictures looked at" in done.stderr
    assert rows(db, LOOKS) == [(3, 3)]
    assert rows(db, COLOURS) == [(3,)]
    assert "0 pictures looked at" in run("looks", "--db", str(db)).stderr


def test_looks_are_made_by_the_next_run(folder: Path) -> None:
    db = folder.parent / "m.db"
    index(folder, "--no-looks")
    said = index(folder)
    assert "pictures  3 unchanged" in said
    assert "not looked at" not in said
    assert rows(db, LOOKS) == [(3, 3)]


def test_a_stopped_pass_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = folder.parent / "m.db"
    index(folder, "--no-looks")
    monkeypatch.setattr(second_pass, "_BATCH", 1)
    read = second_pass.read_pictures

    def stopped(*given: object, **more: object) -> object:
        for at, result in enumerate(read(*given, **more)):  # type: ignore[arg-type]
            if at == 2:
                raise KeyboardInterrupt
            yield result

    monkeypatch.setattr(second_pass, "read_pictures", stopped)
    connection = open_for_writing(db)
    with pytest.raises(KeyboardInterrupt):
        second_pass.look_at_all(connection, 1)
    close_after_writing(connection)
    assert rows(db, LOOKS) == [(2, 2)]
    monkeypatch.undo()
    assert "1 picture looked at" in run("looks", "--db", str(db)).stderr
    assert rows(db, LOOKS) == [(3, 3)]


def test_what_cannot_be_decoded_is_named_and_leaves(folder: Path) -> None:
    db = folder.parent / "m.db"
    whole = (folder / "epoch_1.png").read_bytes()
    at = whole.index(b"IDAT") + 4
    (folder / "epoch_1.png").write_bytes(whole[:at] + b"\xff" * 10 + whole[at + 10 :])
    index(folder, "--no-looks")
    assert rows(db, "SELECT count(*) FROM image") == [(3,)]
    said = index(folder)
    assert "pictures  2 unchanged" in said
    assert "epoch_1.png: not a readable picture" in said
    assert rows(db, "SELECT count(*) FROM image") == [(2,)]
    assert "epoch_1.png: not a readable picture" in index(folder)


def test_looks_needs_a_database(tmp_path: Path) -> None:
    done = run("looks", "--db", str(tmp_path / "none.db"))
    assert "there is no database" in str(done.exception)


def test_animations_have_frames_and_a_length(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    frames = [Image.new("RGB", (16, 12), colour) for colour in ("red", "green", "blue")]
    for name in ("a.gif", "b.png", "c.webp"):
        frames[0].save(folder / name, save_all=True, append_images=frames[1:], duration=500)
    index(folder)
    sql = "SELECT path, kind, frames, seconds, width FROM image ORDER BY path"
    assert rows(tmp_path / "m.db", sql) == [
        ("a.gif", "animation", 3, 1.5, 16),
        ("b.png", "animation", 3, 1.5, 16),
        ("c.webp", "animation", 3, 1.5, 16),
    ]


def test_pictures_in_a_runs_folder_are_that_runs(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    exp = folder / "runs" / "detect" / "train3"
    exp.mkdir(parents=True)
    (folder / "a.py").write_text(SCRIPT)
    (folder / "b.py").write_text(SCRIPT)
    (exp / "args.yaml").write_text("task: detect\nmodel: yolov8n.pt\nepochs: 2\nlr0: 0.01\n")
    (exp / "results.csv").write_text("epoch,train/box_loss\n1,0.9\n2,0.5\n")
    Image.new("RGB", (16, 12), "red").save(exp / "val_batch0_pred.jpg")
    Image.new("RGB", (16, 12), "red").save(folder / "loose.jpg")
    index(folder)
    db = tmp_path / "m.db"
    sql = (
        "SELECT i.path, i.step, r.path, i.model IS r.model FROM image i "
        "LEFT JOIN run r ON r.id = i.run ORDER BY i.path"
    )
    assert rows(db, sql) == [
        ("loose.jpg", None, None, 1),
        ("runs/detect/train3/val_batch0_pred.jpg", None, "runs/detect/train3", 1),
    ]
    assert rows(db, "SELECT run_id FROM images WHERE run_id IS NOT NULL") == [("train3",)]
    index(folder)
    assert rows(db, "SELECT count(run) FROM image") == [(1,)]
