"""How many models fit, and which values they have: counts, values, both by group."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer, Count, FieldValues, GroupValues, Values
from modelsearch.answer.wording import spaced
from modelsearch.records.question import And, ParsedQuery
from modelsearch.records.structs import replace
from modelsearch.search.ranking import Ranking


def count(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Count the models that fit, and those of each group."""
    ranking = finder.rank(parsed)
    finder.fill(parsed, found, ranking)
    grouped = finder.values_of(ranking, parsed.group_by) if parsed.group_by else ()
    found.answer = Count(ranking.total, parsed.group_by, grouped)
    found.summary = f"{ranking.total} {'model' if ranking.total == 1 else 'models'}."
    if not ranking.places:
        finder.nothing_found(parsed, found)


def values(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Count the values that the models which fit have in the asked fields."""
    ranking = finder.rank(parsed)
    finder.fill(parsed, found, ranking)
    asked = parsed.asked or ["family"]
    fields = tuple(FieldValues.of(name, finder.values_of(ranking, name)) for name in asked)
    grouped = _grouped(finder, parsed, ranking, asked) if parsed.group_by else ()
    found.answer = Values(fields, parsed.group_by, tuple(grouped))
    found.summary = "; ".join(
        f"{spaced(one.field)}: "
        + (", ".join(f"{value.value} ({value.count})" for value in one.values) or "not known")
        for one in fields
    )
    if not ranking.places:
        finder.nothing_found(parsed, found)


def _grouped(
    finder: Finder, parsed: ParsedQuery, ranking: Ranking, asked: Sequence[str]
) -> list[GroupValues]:
    """Return the asked values of each group: its value, how many models, and their values."""
    from modelsearch.search.facets import in_group

    name = parsed.group_by or ""
    groups = []
    for group in finder.values_of(ranking, name):
        one = in_group(name, group.value)
        both = one if parsed.where is None else And((parsed.where, one))
        inside = finder.rank(replace(parsed, where=both, text="", sort=None), limit=1)
        for field in asked:
            of_group = FieldValues.of(field, finder.values_of(inside, field))
            groups.append(GroupValues(group.value, inside.total, of_group))
    return groups
