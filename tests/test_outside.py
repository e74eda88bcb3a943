"""What leads out of the indexed folder, or is no plain file, is left alone and counted."""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from modelsearch.records.files import locate, open_regular, path_raw, path_text, read_bytes
from modelsearch.records.wordlists import word_set
from tests.conftest import ROOT, run

SECRET = "wholly-private-words"
MODEL = """
import json, yaml, configparser
import torch
import outside_module, inner.outside
settings = yaml.safe_load(open("outside.yaml"))
more = json.load(open("outside.json"))
parser = configparser.ConfigParser()
parser.read("outside.ini")
rate = settings["rate"]
net = torch.nn.Linear(outside_module.SIZE, inner.outside.SIZE)
opt = torch.optim.Adam(net.parameters(), lr=rate)
net(torch.zeros(2)).sum().backward()
opt.step()
"""
OUTSIDE = {
    "README.md": f"# Readme\n\nThe model of the {SECRET} is described here at length.\n",
    "train_outside.py": MODEL.replace("json", SECRET.replace("-", "_")),
    "outside_module.py": "SIZE = 4711\n",
    "outside.yaml": "rate: 0.04711\n",
    "outside.json": '{"rate": 0.04711}',
    "outside.ini": "[a]\nrate = 0.04711\n",
    "metrics.csv": "epoch,accuracy\n1,0.4711\n2,0.4711\n",
    "requirements.txt": "torch==4.7.11\n",
    "notebook.ipynb": '{"cells": [], "metadata": {}}',
}


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """A folder with a model beside which every other file leads out."""
    outside = tmp_path / "private"
    (outside / "inner").mkdir(parents=True)
    folder = tmp_path / "stranger"
    folder.mkdir()
    (folder / "train.py").write_text(MODEL)
    for name, text in OUTSIDE.items():
        (outside / name).write_text(text)
        (folder / name).symlink_to(outside / name)
    (outside / "inner" / "outside.py").write_text("SIZE = 4711\n")
    (outside / "inner" / "train_inner.py").write_text(MODEL)
    (folder / "inner").symlink_to(outside / "inner")
    picture = next((ROOT / "docs").rglob("*.png")).read_bytes()
    (outside / "samples.png").write_bytes(picture)
    (folder / "samples.png").symlink_to(outside / "samples.png")
    return folder


def dump(db: Path) -> str:
    found = subprocess.run(["sqlite3", str(db), ".dump"], capture_output=True, text=True)
    if found.returncode:  # no shell on this system
        import sqlite3

        return "\n".join(sqlite3.connect(db).iterdump())
    return found.stdout


def test_links_that_lead_out_are_not_followed_but_counted(stranger: Path, tmp_path: Path) -> None:
    db = tmp_path / "models.db"
    done = run("index", str(stranger), "--db", str(db), "--encoder", "none")
    assert done.exit_code == 0, done.output
    assert "1 model in" in done.output
    assert "11 links that lead out of the folder were not followed: README.md, " in done.output
    stored = dump(db)
    for word in (SECRET, SECRET.replace("-", "_"), "4711", "4.7.11", "samples.png"):
        assert word not in stored, word


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "common").mkdir(parents=True)
    (folder / "common" / "rate.yaml").write_text("rate: 0.25\n")
    (folder / "rate.yaml").symlink_to("common/rate.yaml")
    body = 'import yaml, torch\nrate = yaml.safe_load(open("rate.yaml"))["rate"]\n'
    body += "net = torch.nn.Linear(2, 2)\nopt = torch.optim.Adam(net.parameters(), lr=rate)\n"
    (folder / "train.py").write_text(body + "net(torch.ones(2)).sum().backward()\nopt.step()\n")
    db = str(tmp_path / "m.db")
    done = run("index", str(folder), "--encoder", "none", "--db", db)
    assert "not followed" not in done.output
    shown = json.loads(run("show", "train", "--db", db, "--format", "json").stdout)
    assert shown["learning_rate"] == 0.25


def special_files(folder: Path) -> None:
    (folder / "pk").mkdir(parents=True)
    os.mkfifo(folder / "pk" / "__init__.py")
    for name in (
        "pipe_module.py",
        "README.md",
        "metrics.csv",
        "samples.png",
        "settings.yaml",
        "settings.json",
        "requirements.txt",
        "uv.lock",
        "train_pipe.ipynb",
    ):
        os.mkfifo(folder / name)
    (folder / "train.py").write_text(
        "import torch, yaml, json, pk, pipe_module\nimport pk.deep\n"
        "a = yaml.safe_load(open('settings.yaml'))\nb = json.load(open('settings.json'))\n"
        "c = yaml.safe_load(open('/dev/zero'))\nnet = torch.nn.Linear(2, 2)\n"
        "opt = torch.optim.Adam(net.parameters(), lr=0.5)\nnet(c).sum().backward()\nopt.step()\n"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_sockets_and_devices_are_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "stranger"
    special_files(folder)
    (folder / "zero.csv").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        place = Path.cwd()
        try:
            os.chdir(folder)  # the name of a socket must be short
            listener.bind("log.csv")
        finally:
            os.chdir(place)
        command = [
            sys.executable,
            "-m",
            "modelsearch",
            "index",
            str(folder),
            "--encoder",
            "none",
            "--db",
            str(tmp_path / "m.db"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "1 model in" in done.stderr
    assert "not opened (pipes, sockets or devices): README.md, log.csv" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_a_person_names_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.db"
    os.mkfifo(pipe)
    for command in (
        ["query", "cnn", "--db", str(pipe)],
        ["index", str(pipe)],
        ["index", str(tmp_path), "--db", str(pipe)],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "modelsearch", *command],
            timeout=30,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 1, command
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_files_exchanged_while_they_are_read_gain_nothing(tmp_path: Path) -> None:
    """A link is swung between a file inside and one outside, as fast as it goes."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder, text in ((inside / "a", "inside"), (outside / "a", SECRET)):
        folder.mkdir(parents=True)
        (folder / "file.txt").write_text(text)
    stop = threading.Event()

    def swing() -> None:
        for number in range(1_000_000):
            if stop.is_set():
                return
            spare = inside / "spare"
            spare.symlink_to(outside / "a" if number % 2 else "a")
            spare.rename(inside / "link")

    thread = threading.Thread(target=swing)
    thread.start()
    seen: set[bytes] = set()
    try:
        for _ in range(3_000):
            try:
                seen.add(read_bytes(inside / "link" / "file.txt", 100, inside))
            except OSError:
                continue
    finally:
        stop.set()
        thread.join()
    assert seen <= {b"inside"}


def test_what_is_opened_is_a_plain_file_within_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "in2").mkdir()  # a name that begins alike
    (tmp_path / "in2" / "x").write_text("x")
    for refused in (tmp_path / "in2" / "x", inside, Path("/dev/null"), inside / "gone"):
        with pytest.raises(OSError):
            open_regular(refused, inside)


@pytest.mark.parametrize(
    "name", ["a", "caf\udce9.py", "\\xe9", "\\x5c", "\\", "é\\xzz", "\\\udc80"]
)
def test_names_of_any_bytes_have_a_text_that_loses_nothing(name: str) -> None:
    text = path_text(f"folder/{name}")
    assert text.encode("utf-8")
    assert path_raw(text) == f"folder/{name}"
    assert locate(Path("/root"), text) == Path("/root/folder") / name


# ---- one place that opens ------------------------------------------------------------------------

#: Modules that open files which are the program's own, or are given by the person who runs it.
OPENERS = {
    "index/unchanged.py": "sizes and times of what a folder holds; no file is opened",
    "records/files.py": "the one place where other people's files are opened",
    "records/datafiles.py": "the package's own data",
    "records/written.py": "the one place where files that a person asks for are written",
    "cli/watching.py": "folders that a person has watched; nothing in them is read",
    "cli/main.py": "the null device, for what is left of the output",
    "search/encoders/onnx.py": "the encoder",
    "search/encoders/transformers.py": "the encoder",
    "search/encoders/native.py": "the encoder",
    "store/known_roots.py": "the list of folders that were indexed here",
    "store/locks.py": "the lock beside the database",
    "store/recovery.py": "the journal beside the database",
    "sources/git_folder.py": "the folder made for git, and the names in a repository's objects",
}
OPENING = word_set("""
    open read_text read_bytes scandir listdir walk glob rglob iterdir fdopen fromfile memmap mmap
    write_text write_bytes
""")
HARMLESS = word_set("""
    Image.open self.open self._memory.open folder.open archive.open part.write_text
""")  # Image.open is held below; the others are wrappers
HELPERS = {"records.files", "records.datafiles"}


def opened_in(file: Path) -> list[str]:
    """The calls in a module by which it may open a file itself."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").removeprefix("modelsearch.") in HELPERS
        for alias in node.names
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(node.func, ast.Name) and node.func.id not in imported:
            name = node.func.id
        written = ast.unparse(node.func)
        if name == "walk" and written != "os.walk":
            continue
        if name in OPENING and written not in HARMLESS:
            found.append(f"{file.name}:{node.lineno} {written}")
        if written == "Image.open" and "BytesIO" not in ast.unparse(node.args[0]):
            found.append(f"{file.name}:{node.lineno} Image.open of a file")
    return found


def test_no_module_opens_files_by_itself() -> None:
    package = ROOT / "modelsearch"
    found = {
        str(file.relative_to(package).as_posix()): calls
        for file in sorted(package.rglob("*.py"))
        if (calls := opened_in(file))
    }
    assert {name: calls for name, calls in found.items() if name not in OPENERS} == {}
