"""Which model each passage is of, where many questions are asked of one state of a file.

Words that a quarter of all texts have are found by SQLite within a tenth of a second; looking up
the model of each passage in its table takes half a second more. A server keeps these models as one
list: four bytes a passage.
"""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search import memory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def models_by_passage(connection: apsw.Connection) -> NDArray[np.int32] | None:
    """Return the model of each passage by its row id, 0 where there is none; None where nothing is
    shared with later questions.
    """
    if memory.shared(connection) is None:
        return None
    return memory.kept(connection, "models by passage", _read)


def models_of(models: NDArray[np.int32], passages: Iterable[tuple[int]]) -> int:
    """Return the set of the models of some passages, by :func:`models_by_passage`."""
    import numpy as np

    rows = np.fromiter((row[0] for row in passages), np.int64)
    inside = np.zeros(int(models.max(initial=0)) + 1, np.bool_)
    inside[models[rows]] = True
    inside[0] = False  # no model has this number
    return int.from_bytes(np.packbits(inside, bitorder="little").tobytes(), "little")


def _read(connection: apsw.Connection) -> NDArray[np.int32]:
    import numpy as np

    rows = np.array(connection.execute("SELECT id, model FROM passage").fetchall(), np.int64)
    found = np.zeros(int(rows[:, 0].max()) + 1 if len(rows) else 1, np.int32)
    found[rows[:, 0]] = rows[:, 1]
    return found
