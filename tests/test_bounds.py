"""What would take for ever is bounded, and what was cut short is said."""

from __future__ import annotations

import json
import os
import sys
import tracemalloc
from pathlib import Path

import apsw
import pytest

from modelsearch.records.files import FileTooLarge, digest_of, read_bytes
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.sources.readme import read_readme
from modelsearch.sources.runs import registry
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.script import read_one
from modelsearch.static.reading import read_script
from tests.attacks import process
from tests.conftest import Indexed, run
from tests.test_odd_names import TRAIN, index, paths


@pytest.mark.parametrize(
    "unit", ["[![](", "[", "![", "![](", "<", "[](", "[![x](y)](", "`", "|", "*", "#", "-", "[a]("]
)
def test_a_readme_of_brackets_does_not_stop_a_run(tmp_path: Path, unit: str) -> None:
    (tmp_path / "README.md").write_text(unit * (300_000 // len(unit)))
    with time_limit(10, 60):
        read_readme(tmp_path, "README.md")


def _keys_that_stand_once_each() -> str:
    return json.dumps([{f"kéy{number}": number / 7} for number in range(100_000)])


@pytest.mark.skipif(sys.platform == "win32", reason="this system bounds no processor time")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "# Model\n\n" + "[![](" * 4_000 + "\n"),
        ("history.json", _keys_that_stand_once_each()),
    ],
)
def test_files_that_held_0_1_0_up_without_end(tmp_path: Path, name: str, text: str) -> None:
    """That version was ended after a minute of processor time over either; a second is needed."""
    import resource

    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    (folder / name).write_text(text)
    done = process(
        "index", folder, "--db", tmp_path / "m.db", "--encoder", "none", "--jobs", "1",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (30, 30)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 model in" in done.stderr


@pytest.mark.parametrize("unit", [" ", "\t", "#", "# ", "=", "a "])
def test_a_heading_of_blanks_does_not_stop_a_run(tmp_path: Path, unit: str) -> None:
    (tmp_path / "README.md").write_text(f"# A heading{unit * 100_000}x\n\nText.\n")
    sections = read_readme(tmp_path, "README.md")
    assert sections[0].title.startswith("A heading")


@pytest.mark.parametrize(
    ("line", "title"),
    [("# One", "One"), ("## Two ##", "Two"), ("### C# ###  ", "C#"), ("# ", ""), ("#", None)],
)
def test_headings(tmp_path: Path, line: str, title: str | None) -> None:
    (tmp_path / "README.md").write_text(f"{line}\ntext\n")
    (section,) = read_readme(tmp_path, "README.md")
    assert section.title == (title or "")
    assert (line in section.text) == (title is None)


@pytest.mark.parametrize(
    "text",
    [("|" + " " * 100_000 + "\n") * 5 + "| loss | 0.5 |\n", "epoch 1 loss 2\n" + "|" * 200_000],
)
def test_a_log_of_blanks_does_not_stop_a_run(tmp_path: Path, text: str) -> None:
    (tmp_path / "train.log").write_text(text)
    with time_limit(10, 60):
        registry.read(Folder(tmp_path), ".", {"log": ["train.log"]})


@pytest.mark.parametrize(
    "question",
    [
        "what do" + " " * 1_000 + "have that" + " " * 1_000 + "x",
        "which optimizers did" + "\t" * 3_000 + "but not in it",
        "which model made " + "b" * 4_000 + ".pngx",
        "model id" + " " * 3_000 + "x",
    ],
)
def test_a_question_of_blanks_is_answered_at_once(indexed: Indexed, question: str) -> None:
    with time_limit(10, 60):
        indexed.run("query", question)


def test_links_and_badges_still_leave_their_words(tmp_path: Path) -> None:
    text = (
        "A [model](https://x.org/a) with [![badge](b.svg)](https://ci) and ![pic](p.png) <b>x</b>"
    )
    (tmp_path / "README.md").write_text(text)
    (section,) = read_readme(tmp_path, "README.md")
    assert section.text == "A model with and x"


def test_time_that_passes_is_bounded_too() -> None:
    reader, writer = os.pipe()
    with pytest.raises(TimeUp), time_limit(10, 0.2):
        os.read(reader, 1)
    os.close(reader)
    os.close(writer)


def test_a_file_over_the_bound_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as opened:
        opened.truncate(200_000_000_000)
    with pytest.raises(FileTooLarge, match="larger than the bound"):
        read_bytes(file, 1_000)
    first = digest_of(file, 1_000)
    with file.open("r+b") as opened:
        opened.write(b"x")
    assert digest_of(file, 1_000) != first


def test_a_folder_of_enormous_files_is_indexed(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    for name in ("huge.py", "huge.ipynb", "metrics.csv", "README.md", "requirements.txt", "a.png"):
        with (folder / name).open("wb") as opened:
            opened.truncate(50_000_000_000)
    with time_limit(30, 120):
        index(folder, tmp_path / "m.db")
        index(folder, tmp_path / "m.db")
    assert paths(tmp_path / "m.db") == ["train.py"]


def test_work_that_is_not_followed_to_its_end_is_said(tmp_path: Path) -> None:
    calls = "def f(x):\n    return x + 1\n" + "a = f(f(f(1)))\n" * 30_000
    (tmp_path / "long.py").write_text("import torch\n" + calls + TRAIN)
    result = read_one(tmp_path, "long.py")
    assert result.reading is None
    assert "gave up" in (result.failure or "")


@pytest.mark.parametrize(
    "part",
    [
        '"metadata": []',
        '"metadata": 3',
        '"metadata": {"language_info": 4}',
        '"nbformat": {}, "metadata": null',
    ],
)
def test_odd_notebooks(tmp_path: Path, part: str) -> None:
    cells = [
        {"cell_type": "code", "source": TRAIN, "outputs": 5},
        {"cell_type": "code", "source": 7, "outputs": [3, {"text": {}}, {"data": []}]},
        {"cell_type": ["code"], "source": None},
    ]
    text = f'{{"cells": {json.dumps(cells)}, {part}}}'
    (tmp_path / "odd.ipynb").write_text(text)
    result = read_one(tmp_path, "odd.ipynb")
    assert result.failure is None and result.reading is not None and result.reading.is_model


def test_a_change_that_keeps_size_and_time_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    script = folder / "train.py"
    db = str(tmp_path / "m.db")
    for rate in ("0.1", "0.9"):
        script.write_text(TRAIN.replace("0.1", rate))
        os.utime(script, (1_700_000_000, 1_700_000_000))
        index(folder, Path(db))
        shown = json.loads(run("show", "train", "--db", db, "--format", "json").stdout)
        assert shown["learning_rate"] == float(rate)


def test_a_large_ini_file_is_read_in_one_pass(tmp_path: Path) -> None:
    settings = "".join(f"key_{number} = {number}\n" for number in range(11_000))
    (tmp_path / "s.ini").write_text(f"[a]\n{settings}")
    head = "import configparser\np = configparser.ConfigParser()\np.read('s.ini')\n"
    (tmp_path / "train.py").write_text(head + TRAIN)
    with time_limit(8, 60):
        assert read_one(tmp_path, "train.py").failure is None


def test_keys_that_are_written_with_escapes_are_not_looked_for_without_end(tmp_path: Path) -> None:
    """Their line is the best known one; the points are read all the same."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    rows = (f'{{"l\\u006fss": {i % 9}.5, "\\u0065poch": {i}}}' for i in range(30_000))
    (folder / "history.json").write_text("[" + ",\n".join(rows) + "]")
    db = tmp_path / "m.db"
    index(folder, db)
    (points,) = apsw.Connection(str(db)).execute("SELECT max(points) FROM curve").fetchone()
    assert points == 30_000


def test_a_factory_that_takes_all_the_work_does_not_hide_the_training(tmp_path: Path) -> None:
    blocks = "\n".join(
        f"""class Net{n}(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.Sequential(*[part({n}, i) for i in range(300)])
        self.more = nn.Sequential(*[part({n}, i + 1) for i in range(300)])
"""
        for n in range(60)
    )
    branches = "\n".join(f"    elif name == '{n}': net = Net{n}()" for n in range(1, 60))
    (tmp_path / "zoo.py").write_text(
        "import torch.nn as nn\n"
        "def part(a, b):\n"
        "    return nn.Sequential(nn.Linear(a + b, 8), nn.ReLU(), nn.Linear(8, a))\n"
        f"{blocks}\ndef build(name):\n    if name == '0': net = Net0()\n"
        f"{branches}\n    return net\n"
    )
    (tmp_path / "train.py").write_text(
        "import argparse, torch\nfrom zoo import build\n"
        "parser = argparse.ArgumentParser()\nparser.add_argument('--net', required=True)\n"
        "net = build(parser.parse_args().net)\n"
        "opt = torch.optim.SGD(net.parameters(), lr=0.3)\n"
        "for epoch in range(9):\n    for x, y in torch.load('data.pt'):\n"
        "        loss = (net(x) - y).square().mean()\n"
        "        opt.zero_grad(); loss.backward(); opt.step()\n"
    )
    reading = read_script(tmp_path, "train.py")
    assert reading.is_model and reading.cut_short
    (stage,) = reading.stages
    assert (stage.learning_rate and stage.learning_rate.value) == 0.3
    assert (stage.epochs and stage.epochs.value) == 9


def test_keys_of_a_log_that_stand_once_each_are_found_in_one_pass(tmp_path: Path) -> None:
    rows = ", ".join(f'{{"loss{at}": 1, "epoch": {at}}}' for at in range(60_000))
    (tmp_path / "history.json").write_text(f"[{rows}]")
    with time_limit(10, 120):
        found = registry.read(Folder(tmp_path), ".", {"log": ["history.json"]})
    assert not any("took longer" in note for note in found.notes)


def test_a_module_of_many_names_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import " + "a." * 30_000 + "b\n" + TRAIN)
    tracemalloc.start()
    try:
        result = read_one(tmp_path, "train.py")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "line 1: a name has more than 500 parts" in (result.failure or "")
    assert peak < 60_000_000
