"""Searching the cells of a large catalogue (made by :mod:`modelsearch.search.large.cells`).

A question probes the cells nearest to it. Their passages go through three sieves: the cosine as
estimated from the number of signs that differ, the cosine as estimated from the question's own
components under those signs, and the cosine of the stored vectors.

No fewer cells are probed than hold :data:`_SCANNED` passages, since short questions lie farther
from passages than passages from each other. With filters, probing goes on until enough passages
that pass them were compared; where few pass, all of those are. Passages that are in no cell yet are
compared one by one; what was deleted since is not found in ``embedding`` any more.
"""

from __future__ import annotations

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.structs import frozen
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.search import semantic
from modelsearch.search.large import bitsets
from modelsearch.search.ranking import Hit
from modelsearch.store.database import read_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

from modelsearch.search.large.cells import LENGTHS, TOLD, load_centroids, units

_BY_SIGNS, _BY_SUMS = 12_000, 2_000  #: passages that the first and second sieve let through
_SCANNED = 200_000  #: passages whose signs are compared at least; this many cost a few ms
#: With filters: probe on until so many passages that pass them were compared, or so many were read.
_ENOUGH, _MOST_SCANNED = 20_000, 600_000


def nearest(
    connection: apsw.Connection, vector: bytes, depth: int, members: int | None = None
) -> list[Hit]:
    """Rank models by their nearest passage to ``vector``, only ``members`` where given.

    Needs sqlite-vec's functions on the connection.
    """
    candidates = _candidates(connection, vector, members)
    return semantic.nearest(
        connection,
        vector,
        "json_each(?) j CROSS JOIN embedding e ON e.passage = j.value",
        (numbers_json(candidates),),
        depth,
    )


def _candidates(connection: apsw.Connection, vector: bytes, members: int | None) -> list[int]:
    import numpy as np

    question = units([vector])[0]
    allowed = None if members is None else _mask(members)
    probed = _probe(connection, question, allowed)
    loose = _loose(connection, allowed)
    if probed is None:
        return loose
    return [*np.sort(_sieved(probed, question)).tolist(), *loose]  # in the order of the file


@frozen
class _Probed:
    """The passages of the cells that were probed, row by row.

    ``base`` is the cosine of the question and the passage's centroid.
    """

    passages: NDArray[np.int32]
    signs: NDArray[np.uint8]
    scales: NDArray[np.uint8]
    base: NDArray[np.float32]


def _sieved(probed: _Probed, question: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the passages that the two sieves over signs let through."""
    import numpy as np

    passages = probed.passages
    rows = np.arange(len(passages))
    if len(rows) > _BY_SIGNS:
        differing = _differing(probed.signs, np.packbits(question > 0))
        turned = np.cos(np.pi * np.arange(len(question) + 1, dtype=np.float32) / len(question))
        near = probed.base + probed.scales[:, 0] * (turned / np.float32(LENGTHS))[differing]
        rows = np.argpartition(near, -_BY_SIGNS)[-_BY_SIGNS:]
    if len(rows) > _BY_SUMS:
        positive = np.unpackbits(probed.signs[rows], axis=1, count=len(question))
        along = 2 * (positive.astype(np.float32) @ question) - question.sum()
        length, told = probed.scales[rows].astype(np.float32).T / [[LENGTHS], [TOLD]]
        near = probed.base[rows] + length * along / (told * len(question) ** 0.5)
        rows = rows[np.argpartition(near, -_BY_SUMS)[-_BY_SUMS:]]
    return passages[rows]


def _differing(signs: NDArray[np.uint8], asked: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Return how many signs of each row differ from the question's."""
    import numpy as np

    words = signs.view(np.uint64) if signs.shape[1] % 8 == 0 else signs
    bits = np.bitwise_count(words ^ asked.view(words.dtype))
    total = np.zeros(len(bits), dtype=np.uint16)
    for column in range(bits.shape[1]):  # quicker than sum() along so short an axis
        total += bits[:, column]
    return total


_BLOCKS = (
    "SELECT b.cell, b.models, b.passages, b.signs, b.scales "
    "FROM json_each(?) j CROSS JOIN cell_block b ON b.cell = j.value"
)


def _probe(
    connection: apsw.Connection, question: NDArray[np.float32], allowed: NDArray[np.bool_] | None
) -> _Probed | None:
    """Read the cells nearest to the question; with a filter, more where few passages pass it."""
    import numpy as np

    least = read_count(connection, "cells_probed") or 1
    near = load_centroids(connection) @ question
    found: list[tuple[Any, ...]] = []
    scanned = compared = 0
    nearest_first = numbers_json(np.argsort(-near).tolist())
    for number, (cell, models, *block) in enumerate(connection.execute(_BLOCKS, (nearest_first,))):
        enough = allowed is None or compared >= _ENOUGH or scanned >= _MOST_SCANNED
        if number >= least and scanned >= _SCANNED and enough:
            break
        size = passing = len(models) // 4
        chosen = None
        if allowed is not None:
            chosen = np.flatnonzero(allowed.take(np.frombuffer(models, np.int32), mode="clip"))
            passing = len(chosen)
        scanned += size
        compared += passing
        if passing:
            found.append((near[cell], passing, chosen, *block))
    return _joined(found, len(question)) if found else None


def _joined(found: list[tuple[Any, ...]], dimension: int) -> _Probed:
    """Lay what was read of some cells behind one another."""
    import numpy as np

    def column(place: int, kind: Any, width: int) -> Any:
        if found[0][2] is None:
            return np.frombuffer(b"".join(one[place] for one in found), kind).reshape(-1, width)
        rows = (np.frombuffer(one[place], kind).reshape(-1, width)[one[2]] for one in found)
        return np.concatenate(list(rows))

    return _Probed(
        column(3, np.int32, 1).ravel(),
        column(4, np.uint8, (dimension + 7) // 8),
        column(5, np.uint8, 2),
        np.repeat([one[0] for one in found], [one[1] for one in found]).astype(np.float32),
    )


def _loose(connection: apsw.Connection, allowed: NDArray[np.bool_] | None) -> list[int]:
    """Return the passages whose vectors are in no cell yet."""
    rows = connection.execute("SELECT passage, model FROM embedding WHERE cell IS NULL")
    if allowed is None:
        return [passage for passage, _ in rows]
    return [passage for passage, model in rows if model < len(allowed) and allowed[model]]


def _mask(members: int) -> NDArray[np.bool_]:
    """Return a set as an array of truth values; the last one is false, for ids beyond."""
    import numpy as np

    data = np.frombuffer(bitsets.to_bytes(members) + b"\0", dtype=np.uint8)
    return np.unpackbits(data, bitorder="little").astype(np.bool_)
