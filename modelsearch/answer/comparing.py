"""A comparison that a question asks for: of models by name, of an order's first, of groups."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.compare.report import report
from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer
from modelsearch.records.question import ParsedQuery
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from modelsearch.answer.compare.cohorts import CohortComparison
    from modelsearch.answer.compare.models import Comparison


def compare(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Compare what the question names."""
    from modelsearch.answer.compare.models import compare_models

    why, found.total = _refused(finder, parsed)
    if why:
        found.notes.append(why)
        return
    groups = [(part.question, finder.matching(part)[: part.limit]) for part in parsed.cohorts]
    for label, members in groups:
        if not members:
            found.notes.append(f"no model matches {label!r}")
    single = [members[0] for _, members in groups if len(members) == 1]
    if parsed.references and len(parsed.references) > 1:
        rowids = finder.rowids(parsed.references)
    elif groups and len(single) == len(groups):
        rowids = single
    elif groups:
        _compare_groups(finder, parsed, found, groups)
        return
    elif parsed.references:
        rowids = finder.rowids(parsed.references)
    else:
        asked = parsed.where is not None or parsed.sort is not None
        rowids = finder.matching(parsed)[: parsed.limit] if asked else []
    if len(rowids) < 2:
        unknown = f"; {parsed.text!r} names none here" if parsed.text else ""
        found.notes.append(f"a comparison needs two models or two groups; name them by id{unknown}")
    found.results = finder.numbered(rowids)
    found.total = len(found.results)
    _add(found, compare_models(finder.connection, rowids))


def _refused(finder: Finder, parsed: ParsedQuery) -> tuple[str, int]:
    """Return why nothing is compared, as far as that can be told before anything is read, and how
    many models were counted.
    """
    runs = [word.strip(",;?") for word in parsed.question.split() if "@" in word.strip("@")]
    if len(runs) > 1:
        return f"runs are compared by: modelsearch compare {' '.join(runs)}", 0
    return ("", 0) if len(parsed.references or ()) > 1 else too_large(finder, parsed.cohorts)


def too_large(finder: Finder, parts: Sequence[ParsedQuery]) -> tuple[str, int]:
    """Return why groups are too large to be compared, and how many models they have; ("", 0) where
    they are not, or where only an order tells. Sets are counted before anything is put in order.
    """
    from modelsearch.answer.compare.cohorts import too_many

    if not finder.has_sets or any(one.limit or one.text or one.similar_to for one in parts):
        return "", 0
    from modelsearch.search.large.postings import union

    sets = [finder.everyone(part) for part in parts]
    why = too_many([part.question for part in parts], [one.bit_count() for one in sets])
    return (why, union(sets).bit_count()) if why and all(sets) else ("", 0)


def _compare_groups(
    finder: Finder, parsed: ParsedQuery, found: Answer, groups: list[tuple[str, list[int]]]
) -> None:
    from modelsearch.answer.compare.cohorts import compare_cohorts, too_many

    if why := too_many([label for label, _ in groups], [len(members) for _, members in groups]):
        found.notes.append(why)
        found.total = len({model for _, members in groups for model in members})
        return
    if len({frozenset(members) for _, members in groups}) == 1:
        labels = " and ".join(repr(label) for label, _ in groups)
        found.notes.append(f"{labels} name the same models here; name two by their ids")
    where = [part.where for part in parsed.cohorts]
    comparison = compare_cohorts(finder.connection, groups, where)
    everyone = comparison.everything.models  # read once
    found.results = [row.ranked(number) for number, row in enumerate(everyone, 1)]
    found.total = len(found.results)
    _add(found, comparison)


def _add(found: Answer, comparison: Comparison | CohortComparison) -> None:
    """Put a comparison into the answer: of the asked fields, where some were asked for."""
    if found.parsed.asked:
        from modelsearch.answer.asked_values import comparison_names

        comparison = comparison.selected(comparison_names(found.parsed.asked))
    found.comparison = report(comparison)
    found.summary = found.comparison.summary
