"""How fast pictures index, and how much a run over unchanged ones costs beside a bare walk.

``python -m bench.pictures.speed [--pictures 10000] [--jobs 2]``

The pictures are made here: grids of noise in 100 folders with a script each, three in four of
them PNG of 64 to 256 pixels, the others JPEG of 512. Times vary with the machine; the ratio of an
unchanged run to a walk that looks at every file's size and time varies less.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from modelsearch.index.indexing import index
from modelsearch.index.looks import THUMBNAIL_SIDE
from modelsearch.index.summary import IndexOptions, IndexSummary
from modelsearch.store.database import close_after_writing, open_for_writing

_FOLDERS = 100
_SCRIPT = """import torch
from torch import nn

class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(64, 784)

net = Generator()
optimizer = torch.optim.Adam(net.parameters(), lr=2e-4)
for epoch in range({epochs}):
    loss = net(torch.randn(16, 64)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    save_image(net(torch.randn(16, 64)), f"samples/epoch_{{epoch}}.png")
"""


def make(folder: Path, pictures: int) -> None:
    """Write models and their pictures."""
    chance = random.Random(7)
    noise = [Image.effect_noise((side, side), 70).convert("RGB") for side in (64, 128, 256, 512)]
    each = pictures // _FOLDERS
    for model in range(_FOLDERS):
        place = folder / f"model_{model:03d}" / "samples"
        place.mkdir(parents=True)
        (place.parent / "train.py").write_text(_SCRIPT.format(epochs=each), encoding="utf-8")
        for epoch in range(each):
            base = noise[chance.randrange(3)] if epoch % 4 else noise[3]
            shift = chance.randrange(base.width)
            made = base.transform(base.size, Image.Transform.AFFINE, (1, 0, shift, 0, 1, shift))
            made.paste((chance.randrange(256), 90, 160), (4, 4, 28, 28))
            made.save(place / f"epoch_{epoch}.{'png' if epoch % 4 else 'jpg'}")


def walk(folder: Path) -> int:
    """Look at every file's size and time, as the least that any indexer must."""
    seen = 0
    for top, _folders, names in os.walk(folder):
        for name in names:
            seen += (Path(top) / name).stat().st_size > 0
    return seen


def processor_seconds() -> float:
    """Seconds that this process has computed: they do not grow when others share the machine."""
    return time.process_time()


def run(db: Path, folder: Path, jobs: int, thumbnail: int) -> tuple[IndexSummary, float, float]:
    """Index for keywords only; return what was done, the seconds it took, and those computed.

    A new database gets the scripts first, so that the times are those of the pictures.
    """
    if not db.exists():
        _index(db, folder, IndexOptions(jobs=jobs, images=False))
    computed = processor_seconds()
    started = time.perf_counter()
    summary = _index(db, folder, IndexOptions(jobs=jobs, thumbnail=thumbnail))
    return summary, time.perf_counter() - started, processor_seconds() - computed


def _index(db: Path, folder: Path, options: IndexOptions) -> IndexSummary:
    connection = open_for_writing(db)
    try:
        return index(connection, [folder], None, options)
    finally:
        close_after_writing(connection)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder, db = Path(temporary) / "models", Path(temporary) / "models.db"
        make(folder, options.pictures)
        size = sum(path.stat().st_size for path in folder.rglob("*.*"))
        print(f"{options.pictures} pictures, {size / 1e6:.0f} MB, {options.jobs} processes")
        for jobs, thumbnail in ((1, 0), (options.jobs, 0), (1, THUMBNAIL_SIDE)):
            db.unlink(missing_ok=True)
            summary, seconds, computed = run(db, folder, jobs, thumbnail)
            kind = "with copies" if thumbnail else "without copies"
            # Reader processes are not children of this one: only one process can be counted.
            rate = f"{summary.images / computed:.0f} a second of computing; " if jobs == 1 else ""
            print(
                f"index {kind}, {jobs} process{'es' * (jobs > 1)}: {seconds:.1f} s, "
                f"{summary.images / seconds:.0f} pictures a second; {rate}"
                f"database {db.stat().st_size / 1e6:.1f} MB",
                flush=True,
            )
        walks = []
        for _ in range(5):
            computed = processor_seconds()
            walk(folder)
            walks.append(processor_seconds() - computed)
        again = min(run(db, folder, options.jobs, THUMBNAIL_SIDE)[2] for _ in range(3))
        bare = min(walks)
        print(
            f"computed: bare walk {bare:.2f} s, unchanged run {again:.2f} s; "
            f"ratio {again / bare:.1f}"
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory: {peak:.0f} MB")


if __name__ == "__main__":
    main()
