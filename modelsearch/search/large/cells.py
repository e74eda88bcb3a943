"""The approximate vector index of a large catalogue: cells of near vectors, and how they are made.

Vectors belong to the cell of the nearest of many centroids (an inverted file; Jégou, Douze and
Schmid, "Product quantization for nearest neighbor search", PAMI 2011). Of each is kept what the
centroid leaves of it: the signs of that rest's components, its length, and how near its signs'
direction is to its own (Gao and Long, "RaBitQ: quantizing high-dimensional vectors with a
theoretical error bound for approximate nearest neighbor search", SIGMOD 2024; without its rotation,
which gained little here).
How many cells a question probes is chosen when the cells are made: so many that the first 100 of a
sample of the catalogue's own vectors are found to :data:`RECALL`. How a question uses the cells is
told in :mod:`modelsearch.search.large.probing`.
"""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.structs import frozen
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.store.database import fetch_all, fetch_value, read_count, transaction, write_meta

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALLEST = 10_000  #: vectors from which on cells are made; below, exact search takes a few ms
RECALL = 0.999  #: of the first 100, on the catalogue's own vectors, when probes are chosen
_MOST_CELLS = 4_096
_A_CELL = 640  #: vectors that a cell holds about
_SAMPLE_A_CELL = 40
_ROUNDS = 6
_CHUNK = 32_768
_QUESTIONS = 128  #: vectors that probes are chosen by
_GROWN = 2.0  #: cells are made anew when there are so many times more vectors
_TINY, _LEAST_TOLD = 1e-9, 0.1  #: a vector that is its centroid leaves no rest
LENGTHS, TOLD = 127, 255  #: a length of 2 and a cosine of 1 as one byte
_STALE = 0.1  #: a block is packed anew when this share of it was deleted


def kept(connection: apsw.Connection) -> bool:
    """Return whether this catalogue has cells."""
    return bool(fetch_value(connection, "SELECT EXISTS (SELECT 1 FROM cell)"))


def refresh(connection: apsw.Connection, *, smallest: int = SMALLEST) -> str:
    """Put new vectors into cells; make, remake or remove cells as the catalogue's size asks.

    Returns what was done: ``none``, ``made`` or ``added``. Costs what the new vectors cost, except
    when the catalogue has doubled since the cells were made.
    """
    if kept(connection):
        made_for = read_count(connection, "cells_made_for")
        new = int(fetch_value(connection, "SELECT count(*) FROM embedding WHERE cell IS NULL"))
        total = new + int(fetch_value(connection, "SELECT sum(members - stale) FROM cell"))
        if total >= smallest and total <= made_for * _GROWN:
            with transaction(connection):
                _add(connection)
            return "added"
    else:
        total = int(fetch_value(connection, "SELECT count(*) FROM embedding"))
    with transaction(connection):
        connection.execute("DELETE FROM cell_block")
        connection.execute("DELETE FROM cell")
        if total < smallest:
            connection.execute("UPDATE embedding SET cell = NULL WHERE cell IS NOT NULL")
            return "none"
        _make(connection, total)
    return "made"


def _make(connection: apsw.Connection, total: int) -> None:
    import numpy as np

    cells = max(1, min(_MOST_CELLS, total // _A_CELL))
    sample = _sample(connection, cells * _SAMPLE_A_CELL)
    connection.executemany(
        "INSERT INTO cell (id, centroid) VALUES (?, ?)",
        enumerate(_to_int8(_centroids(sample, cells))),
    )
    centroids = load_centroids(connection)
    cells = len(centroids)
    parts = [_assigned(rows, centroids) for rows in _chunks(connection, "1")]
    everything = _Packed(*(np.concatenate([getattr(p, n) for p in parts]) for n in _PACKED))
    _write(connection, everything, cells)
    nearest = _Truth.of(connection, sample[:: max(1, len(sample) // _QUESTIONS)])
    write_meta(connection, "cells_made_for", str(total))
    write_meta(connection, "cells_probed", str(_probes(nearest, centroids, everything)))


@frozen
class _Packed:
    """Passages with their cells and signs, row by row."""

    cells: NDArray[np.int32]
    passages: NDArray[np.int32]
    models: NDArray[np.int32]
    signs: NDArray[np.uint8]
    scales: NDArray[np.uint8]  #: length of the rest, and cosine of its signs' direction with it


_PACKED = ("cells", "passages", "models", "signs", "scales")


def _sample(connection: apsw.Connection, count: int) -> NDArray[np.float32]:
    """Read vectors at random (the same ones in every run of the same file)."""
    import numpy as np

    known = np.array([row[0] for row in fetch_all(connection, "SELECT passage FROM embedding")])
    chosen = np.random.default_rng(0).permutation(len(known))[:count]
    rows = fetch_all(
        connection,
        "SELECT e.vector FROM json_each(?) j JOIN embedding e ON e.passage = j.value",
        (numbers_json(np.sort(known[chosen]).tolist()),),
    )
    return units([row[0] for row in rows])


def _centroids(sample: NDArray[np.float32], cells: int) -> NDArray[np.float32]:
    """Spherical k-means over a sample."""
    import numpy as np

    chosen = np.random.default_rng(1).permutation(len(sample))[:cells]
    centroids = sample[np.sort(chosen)].copy()
    for _ in range(_ROUNDS):
        order = np.argmax(sample @ centroids.T, axis=1)
        sums = np.zeros_like(centroids)
        np.add.at(sums, order, sample)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centroids = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centroids)
    return centroids.astype(np.float32)


def _chunks(
    connection: apsw.Connection, condition: str, parameters: tuple[object, ...] = ()
) -> Iterator[list[tuple[int, int, bytes]]]:
    last = -1
    while True:
        rows = fetch_all(
            connection,
            f"SELECT passage, model, vector FROM embedding WHERE ({condition}) AND passage > ? "
            f"ORDER BY passage LIMIT {_CHUNK}",
            (*parameters, last),
        )
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _assigned(rows: list[tuple[int, int, bytes]], centroids: NDArray[np.float32]) -> _Packed:
    import numpy as np

    vectors = units([row[2] for row in rows])
    cells = np.argmax(vectors @ centroids.T, axis=1).astype(np.int32)
    rest = vectors - centroids[cells]
    lengths = np.linalg.norm(rest, axis=1)
    told = np.abs(rest).sum(axis=1) / np.maximum(lengths, _TINY) / rest.shape[1] ** 0.5
    return _Packed(
        cells,
        np.array([row[0] for row in rows], dtype=np.int32),
        np.array([row[1] for row in rows], dtype=np.int32),
        np.packbits(rest > 0, axis=1),
        np.rint(np.stack([lengths * LENGTHS, np.maximum(told, _LEAST_TOLD) * TOLD], axis=1)).astype(
            np.uint8
        ),
    )


def _write(connection: apsw.Connection, packed: _Packed, cells: int) -> None:
    import numpy as np

    order = np.argsort(packed.cells, kind="stable")
    bounds = np.searchsorted(packed.cells[order], np.arange(cells + 1))
    for number in range(cells):
        place = order[bounds[number] : bounds[number + 1]]
        _append(connection, number, packed, place)
    connection.executemany(
        "UPDATE embedding SET cell = ? WHERE passage = ?",
        zip(packed.cells.tolist(), packed.passages.tolist(), strict=True),
    )


def _append(
    connection: apsw.Connection, cell: int, packed: _Packed, place: NDArray[np.int64]
) -> None:
    connection.execute(
        "INSERT INTO cell_block VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (cell) DO UPDATE SET "
        "passages = CAST(passages || ?2 AS BLOB), models = CAST(models || ?3 AS BLOB), "
        "signs = CAST(signs || ?4 AS BLOB), scales = CAST(scales || ?5 AS BLOB)",
        (
            cell,
            packed.passages[place].tobytes(),
            packed.models[place].tobytes(),
            packed.signs[place].tobytes(),
            packed.scales[place].tobytes(),
        ),
    )
    connection.execute("UPDATE cell SET members = members + ? WHERE id = ?", (len(place), cell))


def _add(connection: apsw.Connection) -> None:
    """Empty blocks of which much was deleted, and put what is in no cell into its cell."""
    import numpy as np

    stale = fetch_all(connection, f"SELECT id FROM cell WHERE stale > members * {_STALE}")
    for (cell,) in stale:
        for (block,) in fetch_all(
            connection, "SELECT passages FROM cell_block WHERE cell = ?", (cell,)
        ):
            connection.execute(
                "UPDATE embedding SET cell = NULL "
                "WHERE passage IN (SELECT value FROM json_each(?)) AND cell = ?",
                (numbers_json(np.frombuffer(block, dtype=np.int32).tolist()), cell),
            )
        connection.execute("DELETE FROM cell_block WHERE cell = ?", (cell,))
        connection.execute("UPDATE cell SET members = 0, stale = 0 WHERE id = ?", (cell,))
    centroids = load_centroids(connection)
    for rows in list(_chunks(connection, "cell IS NULL")):
        packed = _assigned(rows, centroids)
        for cell in np.unique(packed.cells).tolist():
            _append(connection, cell, packed, np.flatnonzero(packed.cells == cell))
        connection.executemany(
            "UPDATE embedding SET cell = ? WHERE passage = ?",
            zip(packed.cells.tolist(), packed.passages.tolist(), strict=True),
        )


@frozen
class _Truth:
    """Questions and the passages that are nearest to them, by comparing all."""

    questions: NDArray[np.float32]
    nearest: NDArray[np.int64]

    @classmethod
    def of(cls, connection: apsw.Connection, questions: NDArray[np.float32]) -> _Truth:
        import numpy as np

        best = np.full((len(questions), 100), -np.inf, dtype=np.float32)
        passages = np.zeros((len(questions), 100), dtype=np.int64)
        for rows in _chunks(connection, "1"):
            near = questions @ units([row[2] for row in rows]).T
            ids = np.broadcast_to(np.array([row[0] for row in rows]), near.shape)
            scores, names = np.hstack([best, near]), np.hstack([passages, ids])
            top = np.argpartition(-scores, 99, axis=1)[:, :100]
            best = np.take_along_axis(scores, top, axis=1)
            passages = np.take_along_axis(names, top, axis=1)
        return cls(questions, passages)


def _probes(truth: _Truth, centroids: NDArray[np.float32], packed: _Packed) -> int:
    """Return how many cells hold RECALL of the nearest passages of the questions."""
    import numpy as np

    cell_of = np.zeros(int(packed.passages.max()) + 1, dtype=np.int32)
    cell_of[packed.passages] = packed.cells
    order = np.argsort(-(truth.questions @ centroids.T), axis=1)
    places = np.argsort(order, axis=1)
    wanted = np.take_along_axis(places, cell_of[truth.nearest], axis=1).ravel()
    return int(np.quantile(wanted, RECALL, method="higher")) + 1


def load_centroids(connection: apsw.Connection) -> NDArray[np.float32]:
    """Return the centroids of all cells, in the order of their ids."""
    return units([row[0] for row in fetch_all(connection, "SELECT centroid FROM cell ORDER BY id")])


def _to_int8(rows: NDArray[np.float32]) -> list[bytes]:
    from modelsearch.search.encoders import to_int8

    return to_int8(rows)


def units(blobs: list[bytes]) -> NDArray[np.float32]:
    """Return stored vectors as rows of unit length."""
    from modelsearch.search.encoders import from_int8

    return from_int8(blobs)
