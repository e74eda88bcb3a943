"""Real texts of the measuring sets, and their vectors by the shipped encoder, kept between runs.

Names of Hugging Face models with their task, OpenMMLab models, and the sentences of the judged
sets' abstracts: short texts like the passages of a catalogue. Recall of the approximate index is
measured on these alone, and synthetic catalogues take their vectors from them.

    python -m bench.realtexts FOLDER_OF_SETS --work FOLDER
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelsearch.records.text import split_words
from modelsearch.search.encoders import load_encoder, to_int8

_CHUNK = 2_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_JUDGED = ("scifact", "nfcorpus", "apibench-hf")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a gzipped JSON-lines file; none where there is no such file."""
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


def hub_text(record: dict[str, Any]) -> str:
    """Return what is encoded of a Hugging Face model: its name in words, and its task."""
    return f"{split_words(record['modelId'])}\ntask: {record['task_category'] or 'unknown'}"


def real_texts(folder: Path) -> list[str]:
    """Return the distinct texts, in an order that is random but always the same."""
    texts = [hub_text(record) for record in read_lines(folder / "hf-models-75k/models.jsonl.gz")]
    for record in read_lines(folder / "openmmlab/models.jsonl.gz"):
        parts = [record["name"], record.get("In Collection") or ""]
        results = record.get("Results") or ()
        parts += [str(one.get("Task")) for one in results if isinstance(one, dict)]
        texts.append(split_words(" ".join(dict.fromkeys(parts))))
    for name in _JUDGED:
        for document in read_lines(folder / name / "corpus.jsonl.gz"):
            texts += [
                sentence
                for sentence in _SENTENCE.split(document["title"] + ". " + document["text"])
                if 20 < len(sentence) < 400
            ]
    distinct = list(dict.fromkeys(texts))
    random.Random(0).shuffle(distinct)
    return distinct


def encode_all(folder: Path, work: Path, limit: int | None = None) -> int:
    """Encode what is not encoded yet, a file for every 2,000 texts; return how many there are."""
    encoder = load_encoder("default")
    assert encoder is not None
    texts = real_texts(folder)[:limit]
    work.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(texts), _CHUNK):
        target = work / f"vectors-{start:07d}.npy"
        if not target.exists():
            blobs = to_int8(encoder.encode(texts[start : start + _CHUNK]))
            rows = np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(len(blobs), -1)
            np.save(target.with_suffix(".part.npy"), rows)
            target.with_suffix(".part.npy").rename(target)
    return len(texts)


def load_vectors(work: Path) -> NDArray[np.int8]:
    """Return the int8 vectors that are encoded so far, a row a text, in the order of the texts."""
    chunks: list[NDArray[np.int8]] = []
    while (path := work / f"vectors-{len(chunks) * _CHUNK:07d}.npy").exists():
        chunks.append(np.load(path))
    if not chunks:
        raise SystemExit(f"no vectors in {work}; make them with: python -m bench.realtexts")
    return np.concatenate(chunks)


def main() -> None:
    """Encode the real texts of a folder of sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    print(encode_all(options.folder, options.work, options.limit), "texts encoded")


if __name__ == "__main__":
    main()
