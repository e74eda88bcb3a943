"""Reads thousands of damaged files: no traceback, none that takes long.

    python -m bench.attack.files [--count 20000] [--seed 1]

Notebooks, scripts, configurations, READMEs, logs and pictures are cut, flipped, doubled and filled
with what readers find hard; each is read by its reader, and every few hundred are indexed together.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.file import read_facts
from modelsearch.sources.pictures.looks import read_looks
from modelsearch.sources.readme import read_readme
from modelsearch.sources.runs import registry
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.script import read_one
from modelsearch.store.database import close_after_writing, open_for_writing

SLOW_S = 2.0
_TOGETHER = 400  #: files that are indexed at once
SCRIPT = """import argparse, json, yaml, torch
from torch import nn
config = yaml.safe_load(open("config.yaml"))
more = json.load(open("config.json"))
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-3)
args = parser.parse_args()
class Net(nn.Module):
    def __init__(self, size=32):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, size, 3), nn.ReLU(), nn.Linear(size, 10))
    def forward(self, x):
        return self.body(x)
net = Net(config["size"])
opt = torch.optim.AdamW(net.parameters(), lr=args.lr, weight_decay=more["decay"])
for epoch in range(config.get("epochs", 10)):
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    opt.step()
"""
README = """# Flowers\n\n[![ci](b.svg)](https://ci) A diffusion model of **flowers**, see
`train.py`.\n\n| model | accuracy |\n|---|---|\n| Net | 93.1 % |\n\n![samples](out/epoch_10.png)\n
```\npython train.py --lr 0.1\n```\n\nResults
-------
* Net: accuracy of 0.93, FID 3.2 on CIFAR-10\n"""
HARD = [
    b"[![](", b"\\u0000", b"\x00", b"\xff\xfe", b"{" * 400, b"[" * 400, b"(" * 200, b'"',
    b"'''", b"\n" * 50, b"1e999", b"-1e-999", b"9" * 400, b"\\ud800", b"\xed\xa0\x80", b"&a *a",
    b"<<: *a", b"!!python/object:os.system", b"NaN", b"| " * 300, b"\t" * 300, b" " * 300,
    b"lambda: " * 50, b"\xe2\x80\xae", b"\x1b[31m", b"__import__('os').system('x')", b"%" * 100,
    b"{{", b"=" * 300,
]  # fmt: skip


def _notebook() -> bytes:
    code = [line + "\n" for line in SCRIPT.splitlines()]
    output = {"output_type": "stream", "text": ["Epoch 1 loss 0.5 acc 0.9\n"]}
    cells = [
        {"cell_type": "markdown", "source": README, "metadata": {}},
        {"cell_type": "code", "source": code, "outputs": [output], "metadata": {}},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def _picture() -> bytes:
    import io

    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler, Seed: 5")
    out = io.BytesIO()
    Image.radial_gradient("L").resize((64, 64)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def _seeds() -> dict[str, bytes]:
    rows = "".join(f"{n},{1 / (n + 1)},{n / 100}\n" for n in range(60))
    history = {
        "loss": [1 / (n + 1) for n in range(40)],
        "val_accuracy": [n / 40 for n in range(40)],
    }
    log = "".join(f"Epoch {n}/60 - loss: {1 / (n + 1):.4f} - acc: 0.{n:02}\n" for n in range(60))
    return {
        "train.py": SCRIPT.encode(),
        "notebook.ipynb": _notebook(),
        "config.yaml": b"size: 32\nepochs: 20\nmodel: &m\n  layers: [1, 2, 3]\nother:\n  <<: *m\n",
        "config.json": json.dumps({"decay": 0.01, "deep": {"a": [1, {"b": None}]}}).encode(),
        "README.md": README.encode(),
        "metrics.csv": f"epoch,loss,accuracy\n{rows}".encode(),
        "history.json": json.dumps(history).encode(),
        "train.log": log.encode(),
        "samples.png": _picture(),
    }


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return a content with a few damages."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        what = chance.random()
        if what < 0.3 and data:
            data[at % len(data)] = chance.randrange(256)
        elif what < 0.55:
            data[at:at] = chance.choice(HARD) * chance.choice((1, 1, 1, 20))
        elif what < 0.7:
            del data[at : at + chance.randrange(60)]
        elif what < 0.8:
            del data[at:]
        elif what < 0.95:
            start = chance.randrange(len(data) + 1)
            data[at:at] = data[start : start + 200] * chance.choice((1, 3, 50))
        else:
            data[at:at] = chance.randbytes(40)
    return bytes(data[:400_000])


@dataclass
class Outcome:
    """What an attack found: files by kind, those that took long, and tracebacks."""

    read: Counter[str] = field(default_factory=Counter)
    slow: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    longest: float = 0.0


def attack(count: int, seed: int, folder: Path, keep: Path | None = None) -> Outcome:
    """Read ``count`` damaged files in a folder of one's own; keep those that broke something."""
    chance = random.Random(seed)
    seeds = _seeds()
    outcome = Outcome()
    for number in range(count):
        if number % _TOGETHER == 0:
            for name, content in seeds.items():
                (folder / name).write_bytes(content)
        name = list(seeds)[number % len(seeds)]
        content = mutated(seeds[name], chance)
        (folder / name).write_bytes(content)
        _measure(outcome, name, lambda name=name: _read(folder, name))  # type: ignore[misc]
        if keep is not None and outcome.broken:
            (keep / name).write_bytes(content)
        if number % _TOGETHER == _TOGETHER - 1:
            _measure(outcome, "index", lambda: _index(folder), slow=20 * SLOW_S)
    return outcome


def _measure(outcome: Outcome, name: str, read: Callable[[], None], slow: float = SLOW_S) -> None:
    started = time.process_time()
    try:
        read()
    except ReadingError:
        pass
    except Exception:
        outcome.broken.append(f"{name}: {traceback.format_exc(limit=-3)}")
    took = time.process_time() - started
    outcome.read[name] += 1
    if took > slow:
        outcome.slow.append(f"{name}: {took:.1f} s")
    if name != "index":
        outcome.longest = max(outcome.longest, took)


def _read(folder: Path, name: str) -> None:
    if name.endswith((".py", ".ipynb")) or name.startswith("config"):
        result = read_one(folder, "train.py" if name.startswith("config") else name)
        if result.fault:
            raise RuntimeError(result.failure)
    elif name == "README.md":
        read_readme(folder, name)
    elif name.endswith(".png"):
        read_facts(folder / name, within=folder)
        read_looks(folder / name, thumbnail=64, within=folder)
    else:
        known = registry.recognise(name)
        if known is not None:
            registry.read(Folder(folder), known[1], {known[0]: [name]})


def _index(folder: Path) -> None:
    db = folder.parent / "attack.db"
    connection = open_for_writing(db)
    try:
        summary = index(connection, [folder], None, IndexOptions(jobs=1))
    finally:
        close_after_writing(connection)
        db.unlink(missing_ok=True)
    if summary.faults:
        raise RuntimeError(str(summary.faults))


def main() -> None:
    """Attack, and say what was found; exit 1 when anything broke or took long."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        folder.mkdir()
        found = attack(asked.count, asked.seed, folder)
    kinds = ", ".join(f"{count} {name}" for name, count in found.read.items())
    print(f"{asked.count} damaged files ({kinds}); the longest took {found.longest:.2f} s")
    print(f"{len(found.broken)} tracebacks, {len(found.slow)} over {SLOW_S:.0f} s")
    for line in [*dict.fromkeys(found.broken), *found.slow][:20]:
        print(line)
    raise SystemExit(bool(found.broken or found.slow))


if __name__ == "__main__":
    main()
