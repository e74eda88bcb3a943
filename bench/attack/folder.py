"""A small folder of models, and index runs over it in this process."""

from __future__ import annotations

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


def index_folder(folder: Path, db: Path, encoder: str = "none") -> None:
    """Index a folder as the command does, with one process."""
    chosen = load_encoder(encoder)
    with writing(db) as connection:
        index(connection, [folder], chosen, IndexOptions(jobs=1))
