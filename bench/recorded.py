"""Runs, checkpoints and remarks for a synthetic catalogue of bench.catalogue, which has none.

Every tenth model gets one to five recorded runs, each with three curves, a result and a checkpoint;
every five hundredth a tag, half of those a note. What a model gets depends only on its number.

    python -m bench.recorded catalogue.db
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator
from pathlib import Path

import apsw

from modelsearch.index.maintenance import refresh_derived
from modelsearch.index.remarks import saying
from modelsearch.store.curves import pack
from modelsearch.store.database import close_after_writing, fetch_all, open_for_writing

_RUNS_EVERY, _REMARKS_EVERY = 10, 500
_POINTS = 40  #: of a curve
_TOOLS = ("TensorBoard", "W&B", "MLflow", "Lightning")
_STATUS = ("finished", "finished", "finished", "failed", "running")
_CURVES = (("loss", "train", 0), ("loss", "validation", 0), ("accuracy", "validation", 1))
_TAGS = ("baseline", "paper")
_NOTE = "diverged after epoch 3, broken"

_SOURCE = (
    "INSERT INTO run_source (id, root, path, kind, size_bytes, status) "
    "VALUES (?, ?, ?, 'tensorboard', 9000, 'read')"
)
_RUN = (
    "INSERT INTO run (id, run_id, model, owner_from, source, root, path, position, stands, tool, "
    "status, started_at, duration_s, learning_rate, batch_size, epochs, epochs_done) "
    "VALUES (?, ?, ?, 'the program that it names', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CURVE = (
    "INSERT INTO curve (run, name, tag, split, counter, points, first, last, last_at, best, "
    "best_at, lowest, highest, higher_is_better, data) "
    "VALUES (?, ?, ?, ?, 'epoch', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_RESULT = (
    "INSERT INTO metric (model, name, value, split, higher_is_better, run, reported_at) "
    "VALUES (?, 'accuracy', ?, 'validation', 1, ?, 'best')"
)
_CHECKPOINT = (
    "INSERT INTO checkpoint (model, run, source, root, path, format, size_bytes, saved_at, epoch) "
    "VALUES (?, ?, ?, ?, ?, 'torch', 90000000, ?, ?)"
)


def add_recorded(path: Path) -> None:
    """Add runs, checkpoints and remarks, and bring the derived tables up to date."""
    connection = open_for_writing(path)
    connection.execute("PRAGMA synchronous = OFF")
    sql = "SELECT id, model_id, root, path, created_at FROM model WHERE id % ? = 0"
    with connection:
        for model in fetch_all(connection, sql, (_RUNS_EVERY,)):
            _add_runs(connection, *model)
    with connection:
        for model, *_ in fetch_all(connection, sql, (_REMARKS_EVERY,)):
            _add_remarks(connection, model)
    refresh_derived(connection)
    close_after_writing(connection)


def _add_runs(
    connection: apsw.Connection, model: int, name: str, root: int, path: str, created: str
) -> None:
    r = random.Random(model)
    runs = r.randrange(1, 6)
    for place in range(runs):
        run = model * 10 + place
        folder = f"{path.rpartition('/')[0]}/runs/version_{place}"
        epochs = r.choice((10, 20, 50, 100))
        connection.execute(_SOURCE, (run, root, folder))
        connection.execute(_RUN, (
            run, f"{name}_version_{place}", model, run, root, folder, place, place == 0,
            r.choice(_TOOLS), r.choice(_STATUS), created, r.uniform(60, 90_000),
            r.choice((0.1, 0.01, 0.001)), r.choice((16, 32, 64)), epochs, epochs,
        ))  # fmt: skip
        best = 0.0
        for curve in _CURVES:
            best = _add_curve(connection, run, curve, list(_falling(r)))
        connection.execute(_RESULT, (model, best, run))
        file = f"{folder}/last.ckpt"
        connection.execute(_CHECKPOINT, (model, run, run, root, file, created, epochs))


def _falling(r: random.Random) -> Iterator[float]:
    for point in range(_POINTS):
        yield math.exp(-point / 15) + r.uniform(0, 0.05)


def _add_curve(
    connection: apsw.Connection, run: int, curve: tuple[str, str, int], losses: list[float]
) -> float:
    """Write a curve and return its best value."""
    name, split, higher = curve
    values = [1 - value / 2 for value in losses] if higher else losses
    best = max(values) if higher else min(values)
    connection.execute(_CURVE, (
        run, name, f"{split}/{name}", split, len(values), values[0], values[-1], len(values), best,
        values.index(best) + 1, min(values), max(values), higher,
        pack(range(1, len(values) + 1), values),
    ))  # fmt: skip
    return best


def _add_remarks(connection: apsw.Connection, model: int) -> None:
    r = random.Random(model)
    saying.tag(connection, model, [r.choice(_TAGS)], "ann")
    if r.random() < 0.5:
        saying.note(connection, model, _NOTE, "ann")


def main() -> None:
    """Add to the database that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("db", type=Path)
    add_recorded(parser.parse_args().db)


if __name__ == "__main__":
    main()
