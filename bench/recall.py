"""Recall of the approximate vector index on real embeddings, against comparing all.

    python -m bench.recall FOLDER_OF_SETS --work FOLDER [--limit N]

Texts are those of bench.realtexts; questions are those of the judged sets, and texts kept out of
the catalogue. Printed: recall@100 and milliseconds, without a filter, with filters that any model
may pass (half, a tenth of the models), and with one that is the opposite of the question: the
tenth of the models farthest from it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import apsw
import numpy as np
from numpy.typing import NDArray

from bench.realtexts import load_vectors, read_lines
from modelsearch.search.encoders import load_encoder, to_int8
from modelsearch.search.large import bitsets, cells, probing
from modelsearch.store.database import load_vector_functions, read_meta
from modelsearch.store.schema import schema_sql

_KEPT_OUT = 50
_ASKED = 50
_SETS = ("scifact", "nfcorpus", "apibench-hf")


def catalogue(vectors: NDArray[np.int8]) -> apsw.Connection:
    """Return a database in memory with one passage for each vector, and its cells."""
    connection = apsw.Connection(":memory:")
    connection.execute(schema_sql())
    load_vector_functions(connection)
    with connection:
        connection.execute("INSERT INTO root VALUES (1, '/real', NULL)")
        connection.executemany(
            "INSERT INTO model (id, model_id, name, kind, root, path, size_bytes) "
            "VALUES (?1, 'm' || ?1, '', 'script', 1, 'm' || ?1, 0)",
            ((number,) for number in range(1, len(vectors) + 1)),
        )
        connection.executemany(
            "INSERT INTO passage (id, model, kind, text, hash) VALUES (?1, ?1, 'profile', '', 0)",
            ((number,) for number in range(1, len(vectors) + 1)),
        )
        connection.executemany(
            "INSERT INTO embedding (passage, model, vector) VALUES (?1, ?1, ?2)",
            ((number, row.tobytes()) for number, row in enumerate(vectors, 1)),
        )
    cells.refresh(connection, smallest=0)
    return connection


def asked_texts(data: Path) -> dict[str, list[str]]:
    """Return questions of the judged sets, by set."""
    return {
        name: [line["text"] for line in read_lines(data / name / "queries.jsonl.gz")][:_ASKED]
        for name in _SETS
    }


def measure(
    connection: apsw.Connection,
    rows: NDArray[np.float32],
    questions: list[bytes],
    chosen: NDArray[np.bool_] | str | None,
) -> tuple[float, float]:
    """Return recall@100 and the median of milliseconds over some questions."""
    recalls, times = [], []
    for question in questions:
        asked = np.frombuffer(question, dtype=np.int8).astype(np.float32)
        near = rows @ asked
        allowed = chosen
        if isinstance(chosen, str):
            allowed = near <= np.quantile(near, 0.1)
        members = None
        if allowed is not None:
            near = np.where(allowed, near, -np.inf)
            members = bitsets.from_ids((np.flatnonzero(allowed) + 1).tolist())
        truth = set((np.argpartition(-near, 100)[:100] + 1).tolist())
        started = time.process_time()
        hits = probing.nearest(connection, question, 100, members)
        times.append((time.process_time() - started) * 1e3)
        recalls.append(len({hit.model for hit in hits} & truth) / 100)
    return statistics.fmean(recalls), statistics.median(times)


def main() -> None:
    """Print recall by kind of question and filter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    vectors = load_vectors(options.work)[: options.limit]
    out, kept = vectors[:_KEPT_OUT], vectors[_KEPT_OUT:]
    started = time.process_time()
    connection = catalogue(kept)
    made = connection.execute("SELECT count(*), max(members) FROM cell").fetchone()
    print(
        f"{len(kept)} real vectors, {made[0]} cells (largest {made[1]}), "
        f"{read_meta(connection, 'cells_probed')} probed; "
        f"made in {time.process_time() - started:.0f} processor s"
    )
    rows = kept.astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    encoder = load_encoder("default")
    assert encoder is not None
    asked = {"texts kept out": [row.tobytes() for row in out]}
    for name, texts in asked_texts(options.data).items():
        asked[name] = to_int8(encoder.encode(texts))
    random = np.random.default_rng(5)
    filters: dict[str, NDArray[np.bool_] | str | None] = {
        "no filter": None,
        "half": random.random(len(kept)) < 0.5,
        "a tenth": random.random(len(kept)) < 0.1,
        "the farthest tenth": "farthest",
    }
    for name, questions in asked.items():
        found = {key: measure(connection, rows, questions, one) for key, one in filters.items()}
        print(
            name,
            json.dumps({k: f"{r:.4f}, {ms:.1f} ms" for k, (r, ms) in found.items()}),
            flush=True,
        )


if __name__ == "__main__":
    main()
