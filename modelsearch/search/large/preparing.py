"""What a server makes of a state of its file before anybody asks: whatever a first question would
wait for, one thing after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import apsw

from modelsearch.records.question import Sort
from modelsearch.search.by_model import kept_models
from modelsearch.search.compile import sorted_value
from modelsearch.search.large.columns import packed_fields
from modelsearch.search.large.lookup import Postings
from modelsearch.search.large.members import ask_ahead
from modelsearch.search.large.ordering import is_walked
from modelsearch.search.large.orders import make_order
from modelsearch.search.large.passages import models_by_passage
from modelsearch.search.large.tallies import numbers_alone
from modelsearch.search.matrix import kept_whole
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import FIELDS

#: The results that most models state.
_RESULTS = "SELECT name FROM metric GROUP BY name ORDER BY count(*) DESC LIMIT 8"
_ORDERED = frozenset({"number", "date", "count", "term", "version"})


def preparations(connection: apsw.Connection) -> Iterator[Callable[[], object]]:
    """Yield what can be made ahead, each a call; what it makes is kept by whom the connection
    shares with (:func:`modelsearch.search.memory.share`).
    """
    stored = Postings(connection)
    if not stored.usable:
        return
    for field, posting in packed_fields():
        if posting.kind == "parts":
            yield partial(stored.texts, field)
        else:
            yield partial(numbers_alone, connection, stored, field)
    yield partial(models_by_passage, connection)
    yield partial(kept_models, connection)
    yield partial(kept_whole, connection)
    for field in FIELDS:
        for descending in (True, False):
            sort = Sort(field.name, descending)
            if field.kind in _ORDERED and not is_walked(connection, sort):
                yield partial(make_order, connection, sort)
    for (name,) in fetch_all(connection, _RESULTS):
        _, known = sorted_value(Sort(name, descending=True))
        yield partial(ask_ahead, connection, known)
