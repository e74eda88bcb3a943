"""Indexing a large folder again after a part of it changed, as a ratio to the first time.

    python -m bench.reindex --models 100000 --work FOLDER [--encoder default]

Writes so many small training scripts, indexes them, then indexes again: nothing changed, and with
0.1, 1 and 5 % of the scripts edited. Prints seconds, and processor seconds of this process and its
readers, which other programs on the machine do not lengthen.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from pathlib import Path

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.search.encoders import load_encoder
from modelsearch.store.database import close_after_writing, open_for_writing

_SCRIPT = '''"""{about}"""
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets

BATCH_SIZE = {batch}
EPOCHS = {epochs}


class {name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d({channels}, {width}, 3), nn.ReLU(),
                                  nn.Flatten(), nn.Linear({width} * 676, 10))

    def forward(self, x):
        return self.body(x)


if __name__ == "__main__":
    model = {name}()
    data = DataLoader(datasets.{dataset}("data", train=True), batch_size=BATCH_SIZE)
    optimizer = torch.optim.{optimizer}(model.parameters(), lr={rate})
    loss = nn.CrossEntropyLoss()
    for epoch in range(EPOCHS):
        for x, y in data:
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
'''


def script(number: int, edition: int) -> str:
    """Return the text of a script; another edition is another text."""
    r = random.Random(number * 31 + edition)
    return _SCRIPT.format(
        about=f"Experiment {number}, edition {edition}: digits, take {r.randrange(10**6)}.",
        batch=r.choice((32, 64, 128, 256)),
        epochs=r.randrange(1, 300),
        name=f"Net{number % 977}",
        channels=r.choice((1, 3)),
        width=r.choice((16, 32, 64)),
        dataset=r.choice(("MNIST", "CIFAR10", "FashionMNIST", "SVHN")),
        optimizer=r.choice(("Adam", "SGD", "AdamW")),
        rate=r.choice((1e-3, 1e-4, 3e-4, 0.01)),
    )


def write(folder: Path, number: int, edition: int) -> None:
    """Write a script, a hundred to a folder."""
    place = folder / f"group{number // 100:04}" / f"experiment_{number}.py"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(script(number, edition), encoding="utf-8")


def run(folder: Path, database: Path, encoder: str, jobs: int) -> tuple[float, float, str]:
    """Index and return seconds, processor seconds, and what was done."""
    started, before = time.perf_counter(), os.times()
    connection = open_for_writing(database)
    try:
        summary = index(connection, [folder], load_encoder(encoder), IndexOptions(jobs=jobs))
    finally:
        close_after_writing(connection)
    after = os.times()
    busy = sum(after[:4]) - sum(before[:4])
    done = f"{summary.added} new, {summary.updated} changed, {summary.unchanged} unchanged"
    return time.perf_counter() - started, busy, done


def main() -> None:
    """Write, index, edit, index again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--work", type=Path, default=Path("build/reindex"))
    parser.add_argument("--encoder", default="none")
    parser.add_argument("--jobs", type=int, default=0)
    options = parser.parse_args()
    folder, database = options.work / "scripts", options.work / "models.db"
    database.unlink(missing_ok=True)
    for number in range(options.models):
        write(folder, number, 0)
    first = 0.0
    for edition, share in enumerate((1.0, 0.0, 0.001, 0.01, 0.05)):
        if edition:
            changed = random.Random(edition).sample(
                range(options.models), int(options.models * share)
            )
            for number in changed:
                write(folder, number, edition)
        seconds, busy, done = run(folder, database, options.encoder, options.jobs)
        first = first or busy
        print(
            f"{share:6.1%} changed: {seconds:7.1f} s, {busy:7.1f} processor s, "
            f"{busy / first:.4f} of the first time ({done})",
            flush=True,
        )


if __name__ == "__main__":
    main()
