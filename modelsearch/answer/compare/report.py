"""A comparison with its sentences: made here for `compare A B` and for questions alike."""

from __future__ import annotations

from modelsearch.answer.compare.sentences import Sentence, count, joined, names
from modelsearch.answer.compare.summaries import summarise
from modelsearch.records.structs import frozen
from modelsearch.records.text import sentence_list
from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelsearch.answer.compare.cohorts import CohortComparison
    from modelsearch.answer.compare.models import Comparison

_NAMED = 3  #: models that the first sentence names


@frozen
class Report:
    """A comparison of models or of groups, of the chosen fields, and what it shows in words."""

    comparison: Comparison | CohortComparison
    sentences: tuple[Sentence, ...]

    @property
    def summary(self) -> str:
        """The sentences as one text."""
        return joined(self.sentences)

    @property
    def headline(self) -> str:
        """How much differs and how much is shared, in one sentence."""
        return headline(self.comparison)

    def as_json(self) -> dict[str, Any]:
        """Return the comparison, its summary, and its sentences with the cells behind each."""
        from modelsearch.answer.compare.evidence_of_sentences import sentences_json

        sentences = sentences_json(self.comparison, self.sentences)
        return self.comparison.as_json() | {"summary": self.summary, "sentences": sentences}


def report(comparison: Comparison | CohortComparison) -> Report:
    """Return a comparison with the sentences that say what it shows."""
    return Report(comparison, tuple(summarise(comparison)))


def headline(comparison: Comparison | CohortComparison) -> str:
    """Return a sentence that says what is compared, in how many fields the sides differ, and what
    they share.
    """
    from modelsearch.answer.compare.models import Comparison

    if not isinstance(comparison, Comparison):
        if sum(1 for one in comparison.cohorts if one.models) < 2:
            return ""  # the comparison itself says that there is nothing to compare
        sizes = [f"{one.label} ({count(len(one.models), 'model')})" for one in comparison.cohorts]
        differing = sum(1 for one in comparison.entries if one.differs)
        return f"{sentence_list(sizes)} differ in {count(differing, 'field')}."
    ids = list(dict.fromkeys(row.model_id for row in comparison.models))
    if len(ids) < 2:
        return ""
    who = names(ids) if len(ids) <= _NAMED else f"The {len(ids)} models"
    differing, shared = len(comparison.differences), len(comparison.shared)
    return f"{who} differ in {count(differing, 'field')} and share {shared}."
