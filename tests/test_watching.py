"""Folders that are indexed again when something in them changes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from modelsearch.cli import watching
from modelsearch.records.errors import ModelsearchError
from tests.conftest import run

SCRIPT = """
import torch
model = torch.nn.Linear(3, 2)
optimizer = torch.optim.{optimizer}(model.parameters(), lr=0.1)
for epoch in range(3):
    loss = model(torch.rand(4, 3)).sum()
    loss.backward()
    optimizer.step()
"""


def found(db, question):
    return run("query", question, "--db", str(db), "--format", "ids").stdout.split()


def wait_for(what, seconds=60):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.2)


@contextmanager
def watched(folder, db):
    """Watch a folder in a process of its own, from its first index run on."""
    command = [
        sys.executable,
        "-m",
        "modelsearch",
        "watch",
        str(folder),
        "--db",
        str(db),
        "--encoder",
        "none",
        "--rest",
        "0.1",
    ]
    # What runs in the background of a shell ignores Ctrl-C; the watch is started as in front.
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as watch:
        try:
            assert watch.stderr is not None
            for line in watch.stderr:
                if line.startswith("watching "):
                    break
            yield
        finally:
            watch.send_signal(signal.SIGINT)
            rest = watch.stderr.read() if watch.stderr else ""
    assert watch.returncode in (0, 130)
    assert "Traceback" not in rest


def test_a_new_script_is_found_without_another_index_run(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "first.py").write_text(SCRIPT.format(optimizer="SGD"))
    db = folder / "models.db"
    with watched(folder, db):
        assert found(db, "models with SGD") == ["models_first"]
        (folder / "second.py").write_text(SCRIPT.format(optimizer="AdamW"))
        wait_for(lambda: found(db, "models with AdamW") == ["models_second"])
        (folder / "first.py").unlink()
        wait_for(lambda: not found(db, "models with SGD"))


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there, and pipes have none")
def test_a_folder_of_odd_files_is_watched_on(tmp_path):
    folder, db = tmp_path / "models", tmp_path / "models.db"
    folder.mkdir()
    (folder / "first.py").write_text(SCRIPT.format(optimizer="SGD"))
    with watched(folder, db):
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.py")).write_text("x = 1\n")
        os.mkfifo(folder / "train.log")
        (folder / "outside.py").symlink_to("/etc/passwd")
        (folder / "second.py").write_text(SCRIPT.format(optimizer="AdamW"))
        wait_for(lambda: found(db, "models with AdamW") == ["models_second"])


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be removed there")
def test_a_folder_that_is_removed_and_made_again_is_watched_on(tmp_path):
    folder, db = tmp_path / "models", tmp_path / "models.db"
    folder.mkdir()
    (folder / "first.py").write_text(SCRIPT.format(optimizer="SGD"))
    with watched(folder, db):
        shutil.rmtree(folder)
        time.sleep(1)
        folder.mkdir()
        (folder / "other.py").write_text(SCRIPT.format(optimizer="AdamW"))
        wait_for(lambda: found(db, "models with AdamW") == ["models_other"])
        (folder / "third.py").write_text(SCRIPT.format(optimizer="RMSprop"))
        wait_for(lambda: found(db, "models with RMSprop") == ["models_third"])


def test_what_came_before_a_new_watch_is_indexed_once_it_has_begun(tmp_path):
    folder, begun = tmp_path / "models", []
    folder.mkdir()

    def begin():
        begun.append(True)
        yield ()  # nothing changed
        yield ()

    changes = watching._watched(begin, [folder])
    assert next(changes) == 0
    folder.rmdir()
    folder.mkdir()
    assert next(number for number in changes if number) == 1
    assert len(begun) == 2  # an index run before that would miss what follows it


def test_without_the_extra_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(ModelsearchError, match=r"pip install 'modelsearch-db\[watch\]'"):
        watching.watch([tmp_path], watching.Watched(db=tmp_path / "models.db"))
    assert not (tmp_path / "models.db").exists()


def test_a_folder_that_does_not_exist_is_one_line(tmp_path):
    done = run("watch", str(tmp_path / "nowhere"), "--db", str(tmp_path / "models.db"))
    assert done.exit_code == 1
    assert "does not exist" in str(done.exception)
