"""A small folder of models, and index runs over it in this process."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.search.encoders import load_encoder
from modelsearch.store.sessions import writing

SCRIPT = '''"""Trains the linear model of number {number}, on rows of figures; take {take}."""
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


def write_models(folder: Path, count: int, take: int = 0) -> Path:
    """Write some scripts that train; another ``take`` changes them all."""
    for number in range(1, count + 1):
        file = folder / f"m{number}" / "train.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SCRIPT.format(number=number, take=take))
    return folder


def write_lab(folder: Path, count: int) -> Path:
    """Write some scripts, and beside the first of them something of all other kinds of files."""
    from PIL import Image

    write_models(folder, count)
    for number in range(1, min(count, 3) + 1):
        own = folder / f"m{number}"
        (own / "README.md").write_text(
            f"# Model {number}\n\nLinear figures; accuracy 0.9{number}.\n"
        )
        rows = "".join(f"{at},{1 / (at + number)},0.{at:02}\n" for at in range(30))
        (own / "metrics.csv").write_text(f"epoch,loss,accuracy\n{rows}")
        history = {
            "loss": [1 / (at + 1) for at in range(9)],
            "val_accuracy": [at / 9 for at in range(9)],
        }
        (own / "history.json").write_text(json.dumps(history))
        for epoch in range(1, 4):
            file = own / "samples" / f"epoch_{epoch}.png"
            file.parent.mkdir(exist_ok=True)
            turned = Image.radial_gradient("L").resize((48, 48)).rotate(60 * epoch + number)
            turned.convert("RGB").save(file)
        header = json.dumps({"weight": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})
        (folder / f"loose_{number}.safetensors").write_bytes(
            struct.pack("<Q", len(header)) + header.encode() + bytes(8)
        )
    return folder


def index_folder(
    folder: Path, db: Path, encoder: str = "none", thumbnail: int | None = None
) -> None:
    """Index a folder as the command does, with one process."""
    chosen = load_encoder(encoder)
    with writing(db) as connection:
        index(connection, [folder], chosen, IndexOptions(jobs=1, thumbnail=thumbnail))
