"""A folder that changes while it is read: nothing crashes, nothing outside is read, and a run on
the folder at rest finds what is there.
"""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.attack.folder import index_folder, write_lab, write_models
from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.store.database import fetch_all
from modelsearch.store.sessions import writing
from tests.attacks import models_in
from tests.conftest import ROOT
from tests.test_malicious import field, varint

OUTSIDE = "Wholly-private-words"
_ONNX_NODES = 60_000

SHRINKING = """
import os, sys, threading
from pathlib import Path
from modelsearch.records.errors import ReadingError
from modelsearch.sources.checkpoints import onnx
from modelsearch.sources.runs.opening import Folder

file = Path(sys.argv[1])
whole = file.stat().st_size
threading.Timer(0.05, os.truncate, (file, 100)).start()
try:
    onnx.read(Folder(file.parent), file.name, whole)
except ReadingError as error:
    print(error)
"""


def network(nodes: int) -> bytes:
    """An ONNX model of many nodes, so that reading it takes a while."""
    node = field(1, field(1, b"x") + field(2, b"y") + field(4, b"Relu"))
    tensor = field(5, b"\x08\x02\x10\x01" + field(8, b"w") + field(9, bytes(8)))
    graph = field(2, b"g") + tensor + node * nodes
    return b"\x08\x08" + b"\x3a" + varint(len(graph)) + graph


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be cut there")
def test_a_file_that_shrinks_while_it_is_read_is_cut_off(tmp_path: Path) -> None:
    """In a process of its own: one that maps the file is killed by the system."""
    file = tmp_path / "model.onnx"
    file.write_bytes(network(_ONNX_NODES))
    done = subprocess.run(
        [sys.executable, "-c", SHRINKING, file],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "cut off\n"), done.stderr


class Meddler:
    """Cuts, grows, removes and exchanges what lies in a folder, and swings its folders to links
    that lead out, as fast as it goes.
    """

    def __init__(self, folder: Path, outside: Path, seed: int) -> None:
        self.folder, self.outside = folder, outside
        self._dice = random.Random(seed)
        self._files = [one for one in sorted(folder.rglob("*")) if one.is_file()]
        self._folders = [one for one in sorted(folder.iterdir()) if one.is_dir()]
        self._kept = {one: one.read_bytes() for one in self._files}
        self._stop = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Meddle while the block runs, then put everything back."""
        thread = threading.Thread(target=self._meddle)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()
            self.put_back()

    def put_back(self) -> None:
        shutil.rmtree(self.folder)
        for file, content in self._kept.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def _meddle(self) -> None:
        while not self._stop.is_set():
            try:
                if self._dice.random() < 0.5:
                    self._swing(self._dice.choice(self._folders))
                else:
                    self._spoil(self._dice.choice(self._files))
            except OSError:  # what another step has just taken away
                continue

    def _swing(self, folder: Path) -> None:
        """Let a folder be a link that leads out for a moment."""
        aside = folder.with_name(f"{folder.name}-aside")
        folder.rename(aside)
        folder.symlink_to(self.outside / folder.name)
        folder.unlink()
        aside.rename(folder)

    def _spoil(self, file: Path) -> None:
        content = self._kept[file]
        way = self._dice.randrange(5)
        if way < 2 and stat.S_ISREG(file.lstat().st_mode):  # the same file, another length
            os.truncate(file, self._dice.randrange(len(content) + 1) if way else 3 * len(content))
            return
        file.unlink(missing_ok=True)
        if way == 2:
            file.symlink_to(self.outside / file.relative_to(self.folder))
        elif way == 3:
            os.mkfifo(file)
        else:
            file.write_bytes(content)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("seed", range(3))
def test_a_folder_that_is_meddled_with_while_it_is_indexed(tmp_path: Path, seed: int) -> None:
    folder, outside, db = tmp_path / "lab", tmp_path / "outside", tmp_path / "lab.db"
    write_lab(folder, 8)
    (folder / "m1" / "net.onnx").write_bytes(network(2_000))
    shutil.copytree(folder, outside)
    for file in sorted(outside.rglob("*")):
        if file.suffix in (".py", ".md"):
            file.write_text(file.read_text().replace("inear", f"inear {OUTSIDE} "))
    meddler = Meddler(folder, outside, seed)
    with meddler.at_work():
        for _ in range(6):
            index_folder(folder, db)
    assert OUTSIDE.lower().encode() not in db.read_bytes().lower()
    index_folder(folder, db)
    index_folder(folder, tmp_path / "fresh.db")
    assert models_in(db, tmp_path / "alone.db") == models_in(tmp_path / "fresh.db") >= 8


def test_a_script_that_is_saved_after_it_was_read_is_read_by_the_next_run(tmp_path: Path) -> None:
    folder, db = write_models(tmp_path / "lab", 2), tmp_path / "lab.db"
    first = folder / "m1" / "train.py"

    def save_meanwhile(_stage: str, _done: int, _total: int, at: str = "") -> None:
        if at == "m2/train.py":
            first.write_text(first.read_text().replace("Adam", "RMSprop"))

    for found in (["Adam", "Adam"], ["RMSprop", "Adam"]):
        with writing(db) as connection:
            index(connection, [folder], None, IndexOptions(jobs=1), save_meanwhile)
            optimizers = fetch_all(connection, "SELECT optimizer FROM models ORDER BY model_id")
        assert [name for (name,) in optimizers] == found
