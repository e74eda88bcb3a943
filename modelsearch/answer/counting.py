"""How many models fit, and which values they have: counts, values, both by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer, Count, FieldValues, GroupValues, ValueCount, Values
from modelsearch.answer.wording import listed, spaced
from modelsearch.records.question import Filter, Node, Not, ParsedQuery, join_and
from modelsearch.records.structs import replace
from modelsearch.search.ranking import Ranking
from modelsearch.vocabulary.fields import by_name

_SAID = 100  #: values that a summary names


def count(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Count the models that fit, and those of each group."""
    if parsed.where is None and parsed.text:
        parsed = found.parsed = _by_words(parsed, found)
    ranking = finder.rank(parsed)
    finder.fill(parsed, found, ranking)
    grouped = _groups(finder, parsed, ranking)
    of = _share_of(finder, parsed) if parsed.share else None
    found.answer = Count(ranking.total, parsed.group_by, grouped, of)
    found.summary = f"{ranking.total} {'model' if ranking.total == 1 else 'models'}."
    if of:
        found.summary = f"{ranking.total} of {of} models: {ranking.total / of:.1%}."
    if not ranking.places:
        finder.nothing_found(parsed, found)


def _share_of(finder: Finder, parsed: ParsedQuery) -> int:
    """Count all the models that a share is of."""
    return finder.rank(replace(parsed, where=parsed.share_of, text="", sort=None), limit=1).total


def _by_words(parsed: ParsedQuery, found: Answer) -> ParsedQuery:
    """Count the models whose texts have the words: neighbours in meaning are no number."""
    words = list(dict.fromkeys(parsed.text.split()))
    found.notes.append(f"Counted the models whose texts have {listed([repr(w) for w in words])}.")
    each: list[Node] = [Filter("text", "phrase", word, word) for word in words]
    return replace(parsed, where=join_and(each), text="")


def _groups(finder: Finder, parsed: ParsedQuery, ranking: Ranking) -> tuple[ValueCount, ...]:
    """Return the counts by group, with a row for the models of which nothing is known."""
    name = parsed.group_by
    if not name:
        return ()
    grouped = _values_by(finder, parsed, ranking)
    if name not in by_name() or name == "images":
        return tuple(grouped)
    unknown = finder.unordered(parsed, Not(Filter(name, "exists"))).total
    if unknown:
        grouped.append(ValueCount("unknown", unknown))
    return tuple(grouped)


def _values_by(finder: Finder, parsed: ParsedQuery, ranking: Ranking) -> list[ValueCount]:
    """Return the values that models are grouped by, frequent first, and how many have each."""
    found = list(finder.values_of(ranking, parsed.group_by or ""))
    if not parsed.by_year:
        return found
    years: Counter[str] = Counter()
    for month in found:
        years[str(month.value)[:4]] += month.count
    return [ValueCount(year, count) for year, count in years.most_common()]


def values(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Count the values that the models which fit have in the asked fields."""
    ranking = finder.rank(parsed)
    finder.fill(parsed, found, ranking)
    asked = parsed.asked or ["family"]
    fields = tuple(FieldValues.of(name, finder.values_of(ranking, name)) for name in asked)
    if parsed.minus is not None:
        fields = _less_those_of(finder, parsed, fields)
    if parsed.statistic == "least":
        fields = tuple(one.rarest_first() for one in fields)
    grouped = _grouped(finder, parsed, ranking, asked) if parsed.group_by else ()
    found.answer = Values(fields, parsed.group_by, tuple(grouped), parsed.statistic)
    found.summary = "; ".join(
        f"{spaced(one.field)}: " + (_first_of(one.values) or "not known") for one in fields
    )
    if not ranking.places:
        finder.nothing_found(parsed, found)


def _first_of(values: Sequence[ValueCount]) -> str:
    """Return values with their counts, the rest of very many as a number."""
    said = [f"{value.value} ({value.count})" for value in values[:_SAID]]
    more = [f"{len(values) - _SAID} more"] if len(values) > _SAID else []
    return ", ".join([*said, *more])


def _less_those_of(
    finder: Finder, parsed: ParsedQuery, fields: Sequence[FieldValues]
) -> tuple[FieldValues, ...]:
    """Return the fields' values without those that the models of the other side have."""
    other = finder.rank(replace(parsed, where=parsed.minus, minus=None, text="", sort=None))
    kept = []
    for one in fields:
        theirs = {value.value for value in finder.values_of(other, one.field)}
        own = [value for value in one.values if value.value not in theirs]
        if own or len(fields) == 1:
            kept.append(FieldValues.of(one.field, own))
    return tuple(kept) or (FieldValues.of(fields[0].field, ()),)


def _grouped(
    finder: Finder, parsed: ParsedQuery, ranking: Ranking, asked: Sequence[str]
) -> list[GroupValues]:
    """Return the asked values of each group: its value, how many models, and their values."""
    from modelsearch.search.facets import in_group

    name = parsed.group_by or ""
    groups = []
    for group in _values_by(finder, parsed, ranking):
        inside = finder.unordered(parsed, in_group(name, group.value))
        for field in asked:
            of_group = FieldValues.of(field, finder.values_of(inside, field))
            groups.append(GroupValues(group.value, inside.total, of_group))
    return groups
