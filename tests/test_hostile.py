"""Scripts made to exhaust a reader: each is read, or reported with one reason, and ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modelsearch.sources.script import ReadResult, read_one
from tests.conftest import run

BEFORE = "import torch\nfrom torch import nn, optim\n"
AFTER = """
net = nn.Linear(2, 2)
opt = optim.Adam(net.parameters(), lr=0.1)
for epoch in range(3):
    net(torch.zeros(2)).sum().backward()
    opt.step()
"""
DEEP = 100_000


def outcome(folder: Path, code: str | bytes, name: str = "script.py") -> ReadResult:
    data = code if isinstance(code, bytes) else f"{BEFORE}{code}{AFTER}".encode()
    (folder / name).write_bytes(data)
    return read_one(folder, name)


def rate(result: ReadResult) -> object:
    assert result.reading is not None, result.failure
    stage = next(stage for stage in result.reading.stages if stage.main)
    return stage.learning_rate.value if stage.learning_rate else None


UNREADABLE = {
    "nested parentheses": "x = " + "(" * DEEP + "1" + ")" * DEEP,
    "nested lists": "x = " + "[" * DEEP + "]" * DEEP,
    "a chain of signs": "x = " + "-" * DEEP + "1",
    "a chain of attributes": "x = a" + ".b" * DEEP,
    "a chain of calls": "x = f" + "()" * DEEP,
    "a sum of as many terms": "x = " + "1+" * DEEP + "1",
    "a dictionary of a million entries": "x = {"
    + ",".join(f"{i}:1" for i in range(1_000_000))
    + "}",
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_parsed_within_bounds_is_reported(tmp_path: Path, case: str) -> None:
    result = outcome(tmp_path, UNREADABLE[case])
    assert result.reading is None
    assert result.failure
    assert "\n" not in result.failure


READABLE = {
    "powers": "x = 10**10**10\ny = 2**(2**(2**(2**(2**2))))\nz = 1 << 10**9\nw = 10.0**400",
    "long texts": "x = 'a' * 10**10\ny = b'a' * (1 << 40)\nw = '%1000000000d' % 5\n"
    "v = f'{5:1000000000d}'\nu = '{:>1000000000}'.format(5)\nt = 'a'.join(['b'] * 10**9)",
    "long lists": "x = [0] * 10**10\ny = list(range(10**12))\nz = (1,) * 10**9",
    "doubling": "x = [1]\n" + "x = x + x\n" * 200 + "s = 'a'\n" + "s = s + s\n" * 200 + "d = {}\n"
    "" + "d = {'a': d, 'b': d}\n" * 200 + "t = (0,)\n" + "t = (t, t)\n" * 200,
    "a large dictionary": "x = {" + ",".join(f"{i}: {i}" for i in range(20_000)) + "}",
    "recursion": "def f(n):\n    return f(n + 1) + f(n + 2)\nf(0)",
    "mutual recursion": "".join(
        f"def f{i}(x):\n    f{(i + 1) % 40}(x); f{(i + 2) % 40}(x)\n    return f{(i + 3) % 40}(x)\n"
        for i in range(40)
    )
    + "f0(1)",
    "branches": "import random\nr, x = random.random(), 0\n"
    + "".join(f"if r > {i}:\n    x = x + {i}\nelse:\n    x = x * {i}\n" for i in range(300)),
    "nested branches": "r = input()\n"
    + "".join("    " * i + f"if r == {i}:\n" for i in range(90))
    + "    " * 90
    + "x = 1",
    "nested loops": "".join("    " * i + f"for i{i} in range(8):\n" for i in range(18))
    + "    " * 18
    + "x = i0",
    "a comprehension": "x = [a * b * c * d for a in range(64) for b in range(64) "
    "for c in range(64) for d in range(64)]",
    "self application": "f = lambda g: g(g)\nf(f)\n"
    "Y = lambda f: (lambda x: f(lambda v: x(x)(v)))(lambda x: f(lambda v: x(x)(v)))\n"
    "Y(lambda s: lambda n: s(n))(5)",
    "self reference": "x = []\nx.append(x)\nd = {}\nd['d'] = d\nclass A: pass\na = A()\na.a = a\n"
    "print(x, d, a)",
    "diamonds of classes": "class A0: pass\nclass B0: pass\n"
    + "".join(
        f"class A{i}(A{i - 1}, B{i - 1}): pass\nclass B{i}(A{i - 1}, B{i - 1}): pass\n"
        for i in range(1, 120)
    )
    + "A119().foo",
    "a generator of itself": "def g():\n    yield from g()\n    yield from g()\nfor x in g(): pass",
    "importing itself": "from script import *\nimport script\nfrom . import script\n"
    "from ........ import nothing",
}


@pytest.mark.parametrize("case", READABLE)
def test_the_rest_of_a_hostile_script_is_still_read(tmp_path: Path, case: str) -> None:
    assert rate(outcome(tmp_path, READABLE[case])) == 0.1


def test_configuration_files_may_be_hostile_too(tmp_path: Path) -> None:
    aliases = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
    )
    (tmp_path / "bomb.yaml").write_text(aliases, encoding="utf-8")
    (tmp_path / "deep.json").write_text("[" * 90_000 + "]" * 90_000, encoding="utf-8")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    code = (
        "import json, yaml\nyaml.safe_load(open('bomb.yaml'))\njson.load(open('deep.json'))\n"
        "yaml.safe_load(open('loop.yaml'))\nyaml.safe_load(open('../../../../../etc/passwd'))"
    )
    assert rate(outcome(tmp_path, code)) == 0.1


def test_other_encodings(tmp_path: Path) -> None:
    latin = f"# café\n{BEFORE}{AFTER}".encode("latin-1")
    assert rate(outcome(tmp_path, latin)) == 0.1
    assert outcome(tmp_path, f"{BEFORE}{AFTER}".encode("utf-16")).reading is None
    assert outcome(tmp_path, b"import torch\n\0\0").reading is None
    marked = b"\xef\xbb\xbf" + f"{BEFORE}{AFTER}".encode()
    assert rate(outcome(tmp_path, marked)) == 0.1


def test_a_folder_of_traps_is_indexed_and_each_failure_named(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "good.py").write_text(BEFORE + AFTER, encoding="utf-8")
    (folder / "nested.py").write_text(f"{BEFORE}x = {'(' * DEEP}{')' * DEEP}", encoding="utf-8")
    (folder / "loop.py").symlink_to(folder / "loop.py")
    (folder / "inner").symlink_to(folder, target_is_directory=True)
    (folder / "broken.ipynb").write_text('{"cells": ' + "[" * 50_000, encoding="utf-8")
    with (folder / "huge.py").open("wb") as file:  # 100 MB, none of them on the disk
        file.write(b"import torch\n")
        file.truncate(100_000_000)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.py")
    database = tmp_path / "models.db"
    done = run("index", str(folder), "--db", str(database), "--encoder", "none")
    assert done.exit_code == 0, done.output
    assert "Traceback" not in done.output
    for name in ("nested.py", "broken.ipynb", "huge.py"):
        assert name in done.output
    listed = run("query", "adam", "--db", str(database), "--format", "json")
    assert "good" in listed.output
