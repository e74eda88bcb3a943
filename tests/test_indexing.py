"""Index runs: what is read again and what is not, bad files, ids that stay, and kill -9."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing

SCRIPT = """
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = {epochs}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3)
        self.head = nn.Linear(8 * 26 * 26, 10)

    def forward(self, x):
        return self.head(torch.relu(self.conv(x)).flatten(1))

loader = DataLoader(datasets.MNIST(".", transform=transforms.ToTensor()), batch_size=32)
model = Net()
optimizer = optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(EPOCHS):
    for images, labels in loader:
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


class Lab:
    """A folder and its database."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "models"
        self.folder.mkdir()
        self.db = base / "models.db"

    def index(self, *paths: Path, **options: bool) -> IndexSummary:
        connection = open_for_writing(self.db)
        try:
            chosen = IndexOptions(jobs=1, **options)
            return index(connection, paths or [self.folder], None, chosen)
        finally:
            close_after_writing(connection)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        connection = open_for_reading(self.db)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def ids(self) -> list[str]:
        return [str(row[0]) for row in self.query("SELECT model_id FROM model ORDER BY 1")]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    write(lab.folder / "p" / "v1.py", SCRIPT.format(epochs=5))
    write(lab.folder / "p" / "v2.py", SCRIPT.format(epochs=7))
    return lab


def counts(summary: IndexSummary) -> tuple[int, int, int, int]:
    return summary.added, summary.updated, summary.unchanged, summary.removed


def test_unchanged_files_are_skipped_and_changed_ones_replaced(lab: Lab) -> None:
    assert counts(lab.index()) == (2, 0, 0, 0)
    assert counts(lab.index()) == (0, 0, 2, 0)
    write(lab.folder / "p" / "v1.py", SCRIPT.format(epochs=50))
    assert counts(lab.index()) == (0, 1, 1, 0)
    rows = lab.query("SELECT model_id, epochs FROM models ORDER BY 1")
    assert rows == [("p_v1", 50), ("p_v2", 7)]
    stages = lab.query("SELECT count(*) FROM training_stage")
    assert stages == [(2,)]


def test_a_touched_file_with_the_same_content_is_unchanged(lab: Lab) -> None:
    lab.index()
    os.utime(lab.folder / "p" / "v1.py", (1, 1))
    assert counts(lab.index()) == (0, 0, 2, 0)


def test_vanished_files_are_removed_or_kept_on_request(lab: Lab) -> None:
    lab.index()
    (lab.folder / "p" / "v1.py").unlink()
    assert counts(lab.index(keep_missing=True))[3] == 0
    assert lab.ids() == ["p_v1", "p_v2"]
    assert counts(lab.index()) == (0, 0, 1, 1)
    assert lab.ids() == ["p_v2"]
    assert lab.query("SELECT count(*) FROM passage WHERE model NOT IN (SELECT id FROM model)") == [
        (0,)
    ]


def test_a_readme_that_comes_or_changes_is_read(lab: Lab) -> None:
    lab.index()
    readme = write(lab.folder / "p" / "README.md", "# Digits\n\nClassifies handwritten digits.\n")
    assert lab.index().updated == 2
    assert lab.query("SELECT DISTINCT description FROM model") == [
        ("Classifies handwritten digits.",)
    ]
    readme.write_text("# Digits\n\nTells digits from one another.\n")
    assert lab.index().updated == 2
    readme.unlink()
    assert lab.index().updated == 2
    assert lab.query("SELECT DISTINCT description FROM model") == [(None,)]


def test_a_changed_module_that_a_script_imports_makes_it_stale(lab: Lab) -> None:
    settings = write(lab.folder / "p" / "settings.py", "EPOCHS = 11\n")
    script = SCRIPT.format(epochs=5).replace("EPOCHS = 5", "from settings import EPOCHS")
    write(lab.folder / "p" / "v1.py", script)
    lab.index()
    assert lab.query("SELECT epochs FROM models WHERE model_id = 'p_v1'") == [(11,)]
    settings.write_text("EPOCHS = 12\n")
    assert lab.index().updated == 1
    assert lab.query("SELECT epochs FROM models WHERE model_id = 'p_v1'") == [(12,)]


def test_ids_stay_when_other_files_come_and_go(lab: Lab) -> None:
    notebook = (
        '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": %s}], '
        '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    import json

    write(lab.folder / "p" / "v1.ipynb", notebook % json.dumps(SCRIPT.format(epochs=3)))
    lab.index()
    first = dict(lab.query("SELECT path, model_id FROM model"))  # type: ignore[arg-type]
    assert len(set(first.values())) == 3
    write(lab.folder / "a_first.py", SCRIPT.format(epochs=1))
    (lab.folder / "p" / "v2.py").unlink()
    lab.index()
    later = dict(lab.query("SELECT path, model_id FROM model"))  # type: ignore[arg-type]
    assert {later[path] for path in ("p/v1.py", "p/v1.ipynb")} == {
        first[path] for path in ("p/v1.py", "p/v1.ipynb")
    }


def test_one_folder_of_an_indexed_root_is_brought_up_to_date_alone(lab: Lab) -> None:
    write(lab.folder / "q" / "w.py", SCRIPT.format(epochs=2))
    lab.index()
    write(lab.folder / "q" / "w.py", SCRIPT.format(epochs=9))
    (lab.folder / "p" / "v1.py").unlink()
    assert counts(lab.index(lab.folder / "q")) == (0, 1, 0, 0)
    assert lab.ids() == ["p_v1", "p_v2", "q_w"]
    assert lab.query("SELECT count(*) FROM root") == [(1,)]
    single = lab.folder / "p" / "v2.py"
    assert counts(lab.index(single)) == (0, 0, 1, 0)


def test_a_root_around_an_indexed_one_takes_it_in(lab: Lab, tmp_path: Path) -> None:
    lab.index(lab.folder / "p")
    assert lab.ids() == ["p_v1", "p_v2"]
    lab.index()
    assert lab.ids() == ["p_v1", "p_v2"]
    assert lab.query("SELECT count(*) FROM root") == [(1,)]


def test_bad_files_are_reported_and_never_stop_the_run(lab: Lab) -> None:
    folder = lab.folder / "bad"
    write(folder / "broken.py", "import torch\ndef train(:\n")
    (folder / "latin.py").write_bytes(b"import torch\nname = '\xe9t\xe9'\n")
    (folder / "null.py").write_bytes(b"import torch\n\x00\n")
    (folder / "deep.py").write_text("x = " + "(" * 100_000 + ")" * 100_000)
    with (folder / "huge.py").open("wb") as file:
        file.truncate(100_000_000)
    (folder / "broken.ipynb").write_text('{"cells": [')
    (folder / "list.ipynb").write_text("[1, 2]")
    (folder / "empty.py").touch()
    (folder / "again").symlink_to(lab.folder, target_is_directory=True)
    summary = lab.index()
    assert summary.added == 2
    failed = dict(summary.failed)
    assert {
        "bad/broken.py",
        "bad/null.py",
        "bad/deep.py",
        "bad/huge.py",
        "bad/broken.ipynb",
    } <= set(failed)
    assert all("\n" not in reason and len(reason) < 200 for reason in failed.values())
    assert counts(lab.index()) == (0, 0, 2, 0)


def test_pictures_follow_their_model(lab: Lab) -> None:
    from PIL import Image

    out = lab.folder / "p" / "v1_samples"
    out.mkdir()
    for epoch in (10, 20):
        Image.new("RGB", (8, 8), "red").save(out / f"epoch_{epoch}.png")
    (out / "torn.png").write_bytes(b"\x89PNG\r\n")
    summary = lab.index()
    assert summary.images == 2
    assert [path for path, _ in summary.failed] == ["p/v1_samples/torn.png"]
    rows = lab.query("SELECT image_id, model_id, epoch FROM images ORDER BY epoch")
    assert rows == [
        ("p_v1:v1_samples/epoch_10.png", "p_v1", 10),
        ("p_v1:v1_samples/epoch_20.png", "p_v1", 20),
    ]
    again = lab.index()
    assert (again.images, again.images_unchanged) == (0, 2)
    write(lab.folder / "p" / "v1.py", SCRIPT.format(epochs=50))
    assert lab.index().images_unchanged == 2
    (out / "epoch_10.png").unlink()
    lab.index()
    assert lab.query("SELECT epoch FROM images") == [(20,)]
    for name in ("v1.py", "v2.py"):
        (lab.folder / "p" / name).unlink()
    lab.index()
    assert lab.query("SELECT model FROM image") == [(None,)]


def test_reading_in_parallel_gives_the_same_rows(lab: Lab, tmp_path: Path) -> None:
    for number in range(40):
        write(lab.folder / "many" / f"m{number:02}.py", SCRIPT.format(epochs=number + 1))
    lab.index()
    other = tmp_path / "other.db"
    connection = open_for_writing(other)
    index(connection, [lab.folder], None, IndexOptions(jobs=2))
    select = "SELECT model_id, epochs, optimizer, learning_rate FROM models ORDER BY 1"
    parallel = connection.execute(select).fetchall()
    close_after_writing(connection)
    assert parallel == lab.query(select)


KILLS = int(os.environ.get("MODELSEARCH_KILLS", "4"))  # 50 before a release


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_run_leaves_a_sound_database_that_the_next_run_completes(
    lab: Lab, seed: int
) -> None:
    for number in range(120):
        write(lab.folder / "many" / f"m{number:03}.py", SCRIPT.format(epochs=number + 1))
    command = [
        sys.executable,
        "-m",
        "modelsearch",
        "index",
        str(lab.folder),
        "--db",
        str(lab.db),
        "--encoder",
        "none",
        "--jobs",
        "1",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.Random(seed).uniform(0.2, 2.5))
    process.send_signal(signal.SIGKILL)
    process.wait()
    if lab.db.exists() and lab.db.stat().st_size:
        connection = apsw.Connection(str(lab.db))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
    lab.index()
    assert len(lab.ids()) == 122
    connection = apsw.Connection(str(lab.db))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.execute("INSERT INTO passage_fts (passage_fts, rank) VALUES ('integrity-check', 1)")
    connection.close()
