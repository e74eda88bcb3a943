"""Vectors of judged sets kept on disk between runs, by the encoder's fingerprint and the text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import apsw
import numpy as np
from numpy.typing import NDArray

from modelsearch.search.encoders import Encoder, to_int8

_BATCH = 128


class CachedEncoder:
    """Encodes as another encoder does, but each text only once; batches are committed as they
    are done, so that a killed run goes on where it was.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        self.fingerprint = encoder.fingerprint
        self._file = apsw.Connection(str(folder / f"{encoder.fingerprint[:16]}.db"))
        self._file.set_busy_timeout(60_000)
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text: float32, (len(texts), dimension)."""
        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if not self._get(key)}
        todo = sorted(fresh, key=lambda key: len(fresh[key]))
        for start in range(0, len(todo), _BATCH):
            part = todo[start : start + _BATCH]
            rows = self._encoder.encode([fresh[key] for key in part])
            with self._file:
                self._file.executemany(
                    "INSERT OR IGNORE INTO vector VALUES (?, ?)",
                    [(key, row.tobytes()) for key, row in zip(part, rows, strict=True)],
                )
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for place, key in enumerate(keys):
            vectors[place] = np.frombuffer(self._get(key) or b"", dtype=np.float32)
        return vectors

    def encode_question(self, text: str) -> bytes:
        """Return the vector of one text as signed bytes."""
        return to_int8(self.encode([text]))[0]

    def knows(self, word: str) -> bool:
        """Return whether the encoder has this word as a whole."""
        return self._encoder.knows(word)

    def _get(self, key: bytes) -> bytes | None:
        row = self._file.execute("SELECT value FROM vector WHERE key = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])
