"""Words that are found however they are written: Chinese, Japanese, ß and ss, œ and oe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """\
import torch
model = torch.nn.Linear(3, 2)
optimizer = torch.optim.Adam(model.parameters(), lr={rate})
for epoch in range(3):
    optimizer.zero_grad()
    loss = model(torch.ones(1, 3)).sum()
    loss.backward()
    optimizer.step()
"""
_READMES = {
    "fish": "# 鱼类识别模型\n\n这个模型识别热带鱼的种类。\n",
    "girl": "# 灯台\n\nこれは灯台の上に立つ少女を描くモデルです。\n",
    "road": "# Straßen\n\nDas Modell erkennt den Straßenzustand.\n",
    "heart": "# Cœur\n\nUne œuvre qui lit le cœur.\n",
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    for place, (name, text) in enumerate(_READMES.items()):
        (folder / name).mkdir()
        (folder / name / "train.py").write_text(_SCRIPT.format(rate=f"{place + 1}e-3"))
        (folder / name / "README.md").write_text(text, encoding="utf-8")
    db = folder / "models.db"
    line = [sys.executable, "-m", "modelsearch", "index", str(folder), "--db", str(db)]
    subprocess.run([*line, "--encoder", "none"], check=True, capture_output=True)
    return db


@pytest.mark.parametrize(
    ("question", "model"),
    [
        ("热带鱼", "fish_train"),
        ("text:热带鱼", "fish_train"),
        ('"热带鱼"', "fish_train"),
        ("识别热带鱼的程序", "fish_train"),
        ("少女", "girl_train"),
        ("text:灯台の上", "girl_train"),
        ("strassenzustand", "road_train"),
        ("STRASSENZUSTAND", "road_train"),
        ("Straßenzustand", "road_train"),
        ("text:strassenzustand", "road_train"),
        ("text:oeuvre", "heart_train"),
        ("coeur", "heart_train"),
        ("ｓｔｒａｓｓｅｎｚｕｓｔａｎｄ", "road_train"),
    ],
)
def test_a_word_is_found_however_it_is_written(catalogue: Path, question: str, model: str) -> None:
    line = [sys.executable, "-m", "modelsearch", "query", question, "--db", str(catalogue)]
    asked = subprocess.run([*line, "--format", "json"], capture_output=True, text=True, check=True)
    assert [row["model_id"] for row in json.loads(asked.stdout)["results"]] == [model]


@pytest.mark.parametrize("question", ["text:热带鸟", "text:strassenbahn"])
def test_what_stands_nowhere_is_not_found(catalogue: Path, question: str) -> None:
    line = [sys.executable, "-m", "modelsearch", "query", question, "--db", str(catalogue)]
    asked = subprocess.run([*line, "--format", "json"], capture_output=True, text=True, check=True)
    assert json.loads(asked.stdout)["total"] == 0
