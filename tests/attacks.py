"""What the tests of attacks share: a small folder of models, and the program as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import apsw

SCRIPT = '''"""Trains the linear model of number {number}, on rows of figures."""
import torch
from torch import nn, optim

model = nn.Linear({number}, 2)
optimizer = optim.Adam(model.parameters(), lr=1e-3)
for epoch in range({number}):
    loss = nn.functional.mse_loss(model(torch.rand(4, {number})), torch.rand(4, 2))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
'''


def write_models(folder: Path, count: int, first: int = 1) -> Path:
    for number in range(first, first + count):
        file = folder / f"m{number}" / "train.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SCRIPT.format(number=number))
    return folder


def command(*arguments: str | bytes | Path) -> list[str | bytes | Path]:
    return [sys.executable, "-m", "modelsearch", *arguments]


def process(*arguments: str | bytes | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own; its output is text, whatever its bytes are."""
    settings: dict[str, object] = {
        "capture_output": True,
        "text": True,
        "errors": "surrogateescape",
        "timeout": 120,
        "env": {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    }
    return subprocess.run(command(*arguments), **(settings | options))  # type: ignore[call-overload,no-any-return]


def one_line(done: subprocess.CompletedProcess[str], *words: str, code: int = 1) -> str:
    """Check that a process ended with one line on stderr that holds some words."""
    assert done.returncode == code, (done.returncode, done.stderr)
    assert done.stderr.startswith("modelsearch: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr
    return done.stderr


def models_in(path: Path, alone: Path | None = None) -> int:
    """Count the models of a database; with ``alone``, of a copy of the one file there."""
    if alone is not None:
        alone.write_bytes(path.read_bytes())
        path = alone
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM model").fetchone()[0])
    finally:
        connection.close()
