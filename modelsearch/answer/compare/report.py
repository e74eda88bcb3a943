"""A comparison with its sentences: made here for `compare A B` and for questions alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelsearch.answer.compare.sentences import Sentence, joined
from modelsearch.answer.compare.summaries import summarise
from modelsearch.records.structs import frozen

if TYPE_CHECKING:
    from modelsearch.answer.compare.cohorts import CohortComparison
    from modelsearch.answer.compare.models import Comparison


@frozen
class Report:
    """A comparison of models or of groups, of the chosen fields, and what it shows in words."""

    comparison: Comparison | CohortComparison
    sentences: tuple[Sentence, ...]

    @property
    def summary(self) -> str:
        """The sentences as one text."""
        return joined(self.sentences)

    def as_json(self) -> dict[str, Any]:
        """Return the comparison, its summary, and its sentences with the cells behind each."""
        from modelsearch.answer.compare.evidence_of_sentences import sentences_json

        sentences = sentences_json(self.comparison, self.sentences)
        return self.comparison.as_json() | {"summary": self.summary, "sentences": sentences}


def report(comparison: Comparison | CohortComparison) -> Report:
    """Return a comparison with the sentences that say what it shows."""
    return Report(comparison, tuple(summarise(comparison)))
