"""Words that name a result in a question about runs: "test accuracy", "avg reward", "objective".

What runs of this database recorded under the very words beats what they mean elsewhere.
"""

from __future__ import annotations

from functools import cached_property

from modelsearch import vocabulary
from modelsearch.query.names.recorded_results import RecordedResults
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns
from modelsearch.records.splits import SPOKEN
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import apsw


_BETWEEN = lazy(r"[\s_/\-]+")


class ResultWords:
    """Reads the names of results, with the names that the runs of a database recorded."""

    def __init__(self, connection: apsw.Connection | None) -> None:
        self.connection = connection

    @cached_property
    def _recorded(self) -> RecordedResults | None:
        return None if self.connection is None else RecordedResults(self.connection)

    def read(self, name: str, asked: AskedRuns) -> bool:
        """Read a result and the part of the data that it is of; words behind it are left aside."""
        words = name.strip().split()
        for count in range(len(words), 0, -1):
            said = _BETWEEN.split(" ".join(words[:count]).lower())
            rest = [word for word in said if word not in SPOKEN]
            for spelling in (" ".join(words[:count]), " ".join(rest), "_".join(rest)):
                metric = self._result(spelling)
                if metric is not None:
                    asked.metric = metric
                    asked.split = next((SPOKEN[word] for word in said if word in SPOKEN), None)
                    return True
        return False

    def length(self, name: str) -> int:
        """Return how many characters of some words name a result."""
        words = name.split(" ")
        for count in range(len(words), 0, -1):
            text = " ".join(words[:count])
            if self.read(text, AskedRuns()) and not (
                count > 1 and self._same(text, " ".join(words[: count - 1]))
            ):
                return len(text)
        return len(name)

    def _same(self, text: str, shorter: str) -> bool:
        """Return whether fewer words name the same result of the same data."""
        one, other = AskedRuns(), AskedRuns()
        return (
            self.read(text, one)
            and self.read(shorter, other)
            and (one.metric, one.split) == (other.metric, other.split)
        )

    def _result(self, spelling: str) -> str | None:
        """Return the result that words name: one that was recorded, of the vocabulary, else any
        loss (``val box loss``).
        """
        if not spelling:
            return None
        own = self._recorded.results_spelled(spelling) if self._recorded is not None else ()
        if own:
            return own[0]
        term = vocabulary.find("metric", spelling)
        if term is not None:
            return term.name
        if not spelling.endswith(" loss"):
            return None
        from modelsearch.sources.runs.columns import result

        found = result(spelling)
        return found.name if found.known else None
