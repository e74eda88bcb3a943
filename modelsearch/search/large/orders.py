"""The models that have a value of a field, in its order: kept where many questions are asked.

Lists of names, days and ranges of numbers are walked in their order
(:mod:`modelsearch.search.large.ordering`). What has no such lists (classes, counts, what runs and
pictures say) is sorted once for all models of one state of the file; of any set the first ones are
then found without a look at their rows.
"""

from __future__ import annotations

from itertools import islice

import apsw
import numpy as np
from numpy.typing import NDArray

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import Sort
from modelsearch.records.typed import Any
from modelsearch.search import memory
from modelsearch.search.compile import folds_case, listed, sorted_value
from modelsearch.search.large import bitsets
from modelsearch.search.large.members import Members, having_value
from modelsearch.search.large.remembered import bits_of
from modelsearch.search.sources.base import folded
from modelsearch.store.database import fetch_all

Ids = NDArray[np.int32]
_AT_ONCE = 50_000  #: models of which values are read together


class Order:
    """Models by value, those of one value by model id: ``ids``, and the number of its value for
    each. ``known`` is the set of them.
    """

    def __init__(self, ids: Ids, values: Ids) -> None:
        self._ids, self._values = ids, values
        inside = np.zeros(int(ids.max()) + 1 if len(ids) else 0, np.bool_)
        inside[ids] = True
        self.known = int.from_bytes(np.packbits(inside, bitorder="little").tobytes(), "little")

    def of(self, members: int, *, descending: bool) -> list[int]:
        """Return the models of a set that have a value, in order."""
        chosen = bits_of(members, self.known.bit_length())[self._ids]
        ids = self._ids[chosen]
        if descending:
            ids = ids[np.argsort(-self._values[chosen], kind="stable")]
        found: list[int] = ids.tolist()
        return found


def known_order(connection: apsw.Connection, sort: Sort) -> Order | None:
    """Return the order by a field that was made already, else None."""
    together = memory.shared(connection)
    return None if together is None else together.known(_name(sort))


def make_order(connection: apsw.Connection, sort: Sort) -> Order:
    """Return the order by a field; a server keeps it."""
    made = memory.kept(connection, _name(sort), lambda _: _read(connection, sort))
    return _read(connection, sort) if made is None else made


def by_id(connection: apsw.Connection) -> Ids:
    """Return all models by model id; a server keeps them."""
    kept = memory.kept(connection, "models by id", _read_by_id)
    return _read_by_id(connection) if kept is None else kept


def _name(sort: Sort) -> str:
    return f"order by {sorted_value(sort)[0]}"


def _read_by_id(connection: apsw.Connection) -> Ids:
    rows = fetch_all(connection, "SELECT id FROM model ORDER BY model_id")
    return np.array([row[0] for row in rows], np.int32)


def _read(connection: apsw.Connection, sort: Sort) -> Order:
    value, _ = sorted_value(sort)
    column = "(SELECT" not in value  # which is as quickly asked of all as of those that have it
    models = Members(connection).everything() if column else having_value(connection, sort)
    table = listed(value)
    sql = (
        f"SELECT m.id, {value} AS ordered FROM json_each(?) j CROSS JOIN {table} "
        "WHERE ordered IS NOT NULL"
    )
    ids, values = [np.zeros(0, np.int32)], []
    each = bitsets.ids_of(models)
    while some := list(islice(each, _AT_ONCE)):
        rows = fetch_all(connection, sql, (numbers_json(some),))
        ids.append(np.array([model for model, _ in rows], np.int32))
        values += [found for _, found in rows]
    known, numbers = np.concatenate(ids), _numbered(values, folding=folds_case(sort))
    every = by_id(connection)
    places = np.zeros(int(every.max(initial=0)) + 1, np.int32)
    places[every] = np.arange(len(every), dtype=np.int32)
    order = np.lexsort((places[known], numbers))
    return Order(known[order], numbers[order])


def _numbered(values: list[Any], *, folding: bool) -> Ids:
    """Return for each value its place among the different ones, in the order of SQLite: numbers
    before texts.
    """
    keys = {one: folded(one) if folding and isinstance(one, str) else one for one in {*values}}
    ascending = sorted({*keys.values()}, key=lambda one: (isinstance(one, str), one))
    numbers = {one: place for place, one in enumerate(ascending)}
    return np.array([numbers[keys[one]] for one in values], np.int32)
