"""The vectors of a catalogue that is asked again and again, in memory.

A process that answers one question lets sqlite-vec compare the vectors where they lie and never
imports NumPy. Where more follow, up to ``MOST`` vectors are kept as one matrix. Components are
whole numbers below 128, so that sums of their products are exact in float32, and a distance here is
sqlite-vec's to the last bit.
"""

from __future__ import annotations

from collections.abc import Collection

import apsw

from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search import memory
from modelsearch.search.ranking import Hit
from modelsearch.store.database import fetch_all, fetch_value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 50_000  #: vectors that are kept: 77 MB of 384 components
_WIDEST = 1_040  #: components whose products' sum is exact in float32
_STEP = 512


class Matrix:
    """Vectors of passages, all of one length, in order of the passages' row ids."""

    def __init__(self, passages: list[int], models: list[int], vectors: list[bytes]) -> None:
        import numpy as np

        self.components = len(vectors[0])
        self._passages = np.array(passages, dtype=np.int64)
        self._models = np.array(models, dtype=np.int64)
        whole = np.frombuffer(b"".join(vectors), dtype=np.int8).reshape(len(vectors), -1)
        self._rows = whole.astype(np.float32)
        self._lengths = np.sqrt((self._rows**2).sum(axis=1).astype(np.float64))
        self._places: dict[int, list[int]] = {}
        for place, model in enumerate(models):
            self._places.setdefault(model, []).append(place)

    def nearest(self, vector: bytes, depth: int, among: Collection[int] | None = None) -> list[Hit]:
        """Return the nearest passage of each of the ``depth`` nearest models, and of those as near
        as the last one, nearest first; only of models ``among``, where given.
        """
        import numpy as np

        rows = None if among is None else self._rows_of(among)
        distances = self._distances(vector, rows)
        order = np.argsort(distances, kind="stable")
        best: dict[int, Hit] = {}
        last = -1.0
        for start in range(0, len(order), _STEP):
            part = order[start : start + _STEP]
            places = part if rows is None else rows[part]
            for model, distance, passage in zip(
                self._models[places].tolist(),
                distances[part].tolist(),
                self._passages[places].tolist(),
                strict=True,
            ):
                if len(best) >= depth and distance > last:
                    return list(best.values())
                if model not in best:
                    best[model] = Hit(model, distance, passage)
                    last = distance
        return list(best.values())

    def _rows_of(self, models: Collection[int]) -> NDArray[np.int64]:
        """Return where the vectors of some models stand, in order."""
        import numpy as np

        found = [place for model in models for place in self._places.get(model, ())]
        return np.array(sorted(found), dtype=np.int64)

    def _distances(self, vector: bytes, rows: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """Return cosine distances as sqlite-vec computes them: sums in single, the rest in double
        precision.
        """
        import numpy as np

        asked = np.frombuffer(vector, dtype=np.int8).astype(np.float32)
        length = np.sqrt(float((asked**2).sum()))
        against, lengths = self._rows, self._lengths
        if rows is not None:
            against, lengths = against[rows], lengths[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            near = (against @ asked).astype(np.float64) / (lengths * length)
        distances: NDArray[np.float32] = (1.0 - near).astype(np.float32)
        return distances


def kept(connection: apsw.Connection, vector: bytes) -> Matrix | None:
    """Return the vectors of an open catalogue that ``vector`` can be compared with; None while it
    is new, and where they are too many or not of this length.
    """
    matrix = kept_whole(connection)
    return matrix if matrix is not None and matrix.components == len(vector) else None


def kept_whole(connection: apsw.Connection) -> Matrix | None:
    """Return the vectors of an open catalogue, whatever they are compared with."""
    return memory.kept(connection, "vectors", _read)


def _read(connection: apsw.Connection) -> Matrix | None:
    some = f"SELECT count(*) FROM (SELECT 1 FROM embedding LIMIT {MOST + 1})"
    if not 0 < int(fetch_value(connection, some)) <= MOST:
        return None
    rows = fetch_all(connection, "SELECT passage, model, vector FROM embedding ORDER BY passage")
    passages, models, vectors = (list(column) for column in zip(*rows, strict=True))
    lengths = {len(vector) for vector in vectors}
    if len(lengths) > 1 or not 0 < max(lengths) <= _WIDEST:
        return None
    return Matrix(passages, models, vectors)
