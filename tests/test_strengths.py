"""What names say and code does not: stored as such, said in answers, left out by ``--strict``."""

from __future__ import annotations

import json
from pathlib import Path

import apsw

from tests.conftest import run

SCRIPT = """
import torch
from torch import nn
net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 8))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in torch.load("pairs.pt"):
        loss = my_loss(net(x), y)
        opt.zero_grad(); loss.backward(); opt.step()
"""


def indexed(folder: Path) -> Path:
    place = folder / "models" / "denoising"
    place.mkdir(parents=True)
    (place / "train.py").write_text(SCRIPT, encoding="utf-8")
    db = folder / "models.db"
    assert run("index", str(folder / "models"), "--db", str(db), "--encoder", "none").exit_code == 0
    return db


def test_a_name_fills_what_code_leaves_open_and_says_so(tmp_path: Path) -> None:
    db = indexed(tmp_path)
    row = json.loads(run("show", "train", "--db", str(db), "--format", "json").stdout)
    assert (row["task"], row["weaker"]) == ("denoising", {"denoising": "named"})
    assert "denoising (by name, not in code)" in run("show", "train", "--db", str(db)).stdout
    connection = apsw.Connection(str(db))
    rows = connection.execute(
        "SELECT name, strength FROM terms WHERE strength <> 'code'"
    ).fetchall()
    assert rows == [("denoising", "named")]


def test_answers_by_names_say_so_and_strict_leaves_them_out(tmp_path: Path) -> None:
    db = indexed(tmp_path)

    def ask(*arguments: str) -> dict:
        asked = run("query", "task:denoising", "--db", str(db), "--format", "json", *arguments)
        return json.loads(asked.stdout)

    found = ask()
    assert found["total"] == 1
    assert any("by a name alone" in note for note in found["notes"])
    assert ask("--strict")["total"] == 0
    without = run("query", "not task:denoising", "--db", str(db), "--format", "json")
    assert json.loads(without.stdout)["total"] == 0


def test_a_family_stands_on_an_axis(tmp_path: Path) -> None:
    db = indexed(tmp_path)
    connection = apsw.Connection(str(db))
    assert connection.execute("SELECT families, built_of, trained_as FROM models").fetchall() == [
        ("MLP", "MLP", None)
    ]


def test_a_file_says_what_is_trained_where_the_loss_is_out_of_sight(tmp_path: Path) -> None:
    place = tmp_path / "models"
    place.mkdir()
    (place / "ddpm_points.py").write_text(SCRIPT, encoding="utf-8")
    classified = SCRIPT.replace("nn.Linear(16, 8)", "nn.Linear(16, 2)")
    (place / "ddpm_classifier.py").write_text(classified, encoding="utf-8")
    db = tmp_path / "models.db"
    assert run("index", str(place), "--db", str(db), "--encoder", "none").exit_code == 0
    rows = apsw.Connection(str(db)).execute(
        "SELECT model_id, name, strength FROM terms WHERE axis = 'trained as'"
    )
    assert rows.fetchall() == [("models_ddpm_points", "Diffusion", "named")]
