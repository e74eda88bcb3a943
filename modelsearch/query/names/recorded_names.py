"""Names of settings that runs and checkpoints recorded, which no model's script need have."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import apsw

from modelsearch.query.names.lexicon import Lexicon, Name
from modelsearch.query.names.recorded_results import RecordedResults
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise, normalise_all
from modelsearch.vocabulary.fields import spellings, stored_spellings

#: Each name once, by jumping from one to the next in the index.
_RUN_NAMES = """
    WITH RECURSIVE n (name) AS (
      SELECT min(name) FROM run_setting
      UNION ALL SELECT (SELECT min(x.name) FROM run_setting x WHERE x.name > n.name)
        FROM n WHERE name IS NOT NULL)
    SELECT name FROM n WHERE name IS NOT NULL
"""
_CHECKPOINT_NAMES = (
    "SELECT DISTINCT substr(name, 9) FROM checkpoint_fact WHERE name LIKE 'setting %'"
)
_QUERIES = {"runs": _RUN_NAMES, "checkpoints": _CHECKPOINT_NAMES}
_LEAST_PART = 3  #: letters of a last part that stands for a whole name: ``width`` of ``net.width``


class RecordedNames:
    """The names of settings that the ``runs`` or the ``checkpoints`` of a database recorded."""

    def __init__(self, connection: apsw.Connection, thing: str) -> None:
        self._connection = connection
        self._thing = thing

    @cached_property
    def spelled(self) -> dict[str, list[str]]:
        """The names by normalised spelling; where no whole name is spelled so, by last part."""
        names = [str(row[0]) for row in fetch_all(self._connection, _QUERIES[self._thing])]
        whole = _by_spelling(names, names)
        dotted = [name for name in names if "." in name]
        parts = _by_spelling([name.rpartition(".")[2] for name in dotted], dotted)
        return {**{part: its for part, its in parts.items() if len(part) >= _LEAST_PART}, **whole}

    def names(self, field: str) -> tuple[str, ...]:
        """Return the recorded names that a field's own name spells, or that mean that field."""
        found = list(self.spelled.get(normalise(field), ()))
        for spelling, names in self.spelled.items():
            meant = stored_spellings().get(spelling) or spellings().get(spelling)
            if meant is not None and meant.name == field:
                found += names
        return tuple(dict.fromkeys(found))


class RecordedLexicon(Lexicon):
    """Knows the names of recorded settings, too: for questions about runs or checkpoints."""

    def __init__(self, connection: apsw.Connection, thing: str) -> None:
        super().__init__(connection)
        self._recorded = RecordedNames(connection, thing)
        self._results = RecordedResults(connection) if thing == "runs" else None

    def lookup(self, spellings: Iterable[str]) -> dict[str, list[Name]]:
        """Return the names of each normalised spelling, recorded ones behind all others."""
        wanted = list(spellings)
        found = super().lookup(wanted)
        for spelling in wanted:
            names = self._recorded.spelled.get(spelling)
            if names:
                name = names[0] if len(names) == 1 else spelling
                found[spelling] = [*found.get(spelling, ()), Name("hyperparameter", name)]
            elif self._results is not None and self._results.spelled_so(spelling):
                found[spelling] = [*found.get(spelling, ()), Name("hyperparameter", spelling)]
        return found


def _by_spelling(said: list[str], names: list[str]) -> dict[str, list[str]]:
    spelled: dict[str, list[str]] = {}
    for spelling, name in zip(normalise_all(said), names, strict=True):
        if spelling:
            spelled.setdefault(spelling, []).append(name)
    return spelled
