"""Names of results that runs recorded: those of the vocabulary and those of this database alone."""

from __future__ import annotations

import apsw

from modelsearch import vocabulary
from modelsearch.records.question import Filter, Node, leaves
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import by_name

#: Names as they are stored, and as files spell them where that says no more of the data.
_ONLY = {
    "results": "SELECT name, name FROM run_result UNION SELECT c.tag, c.name FROM curve c WHERE "
    "c.split IS NULL AND EXISTS (SELECT 1 FROM run_result x WHERE x.run = c.run AND "
    "x.name = c.name)",
    "curves": "SELECT name, name FROM curve UNION SELECT tag, name FROM curve WHERE split IS NULL",
}


class RecordedResults:
    """The names of the results that the runs of a database recorded."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._spelled: dict[str, dict[str, list[str]]] = {}

    def spelled_so(self, said: str) -> tuple[str, ...]:
        """Return the recorded names that words spell themselves, results before other curves."""
        spelling = normalise(said)
        return tuple(
            self._here("results").get(spelling) or self._here("curves").get(spelling) or ()
        )

    def results_spelled(self, said: str) -> tuple[str, ...]:
        """Return the recorded names of results that words spell themselves."""
        return tuple(self._here("results").get(normalise(said), ()))

    def names(self, field: str, kind: str = "results") -> tuple[str, ...]:
        """Return the recorded names that a field of a question means, its own spelling before the
        vocabulary's; of ``kind`` ``results``, or ``curves`` that need not be results.
        """
        here = self._here(kind)
        own = here.get(normalise(field))
        if own:
            return tuple(own)
        term = vocabulary.find("metric", field)
        return tuple(here.get(normalise(term.name), ())) if term is not None else ()

    def _here(self, kind: str) -> dict[str, list[str]]:
        if kind not in self._spelled:
            spelled: dict[str, list[str]] = {}
            for said, name in fetch_all(self._connection, _ONLY[kind]):
                spelled.setdefault(normalise(str(said)), []).append(str(name))
            self._spelled[kind] = spelled
        return self._spelled[kind]

    def asked_in(self, where: Node | None) -> list[tuple[str, Filter]]:
        """Return the results that conditions compare, each with its condition."""
        found = []
        for leaf, _ in leaves(where):
            if is_number(leaf) and not _is_column(leaf.field):
                names = self.names(leaf.field) or self.names(leaf.field, "curves")
                found += [(name, leaf) for name in names[:1]]
        return found


def is_number(one: Filter) -> bool:
    """Return whether a condition compares with a number."""
    return isinstance(one.value, int | float | tuple) and one.op != "in"


def _is_column(name: str) -> bool:
    field = by_name().get(name)
    return field is not None and field.kind in ("number", "date")
