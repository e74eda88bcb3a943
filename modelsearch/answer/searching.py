"""Models that fit, best first: what most questions ask for, with the values they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modelsearch.answer.finder import TIES, Finder
from modelsearch.answer.shapes import Answer, AskedValues
from modelsearch.answer.wording import listed, spaced
from modelsearch.query.intent.measures import is_result
from modelsearch.records.question import (
    Filter,
    Not,
    ParsedQuery,
    Sort,
    conjuncts,
    join_and,
    leaves,
)
from modelsearch.records.structs import replace
from modelsearch.records.typed import Any
from modelsearch.search.compile import sorted_value
from modelsearch.search.ranking import Ranking
from modelsearch.store.loading import load_details, load_rows
from modelsearch.store.rows import ModelRow
from modelsearch.vocabulary.fields import by_name

#: What bounds a number.
_BOUNDS = frozenset({"<", "<=", ">", ">=", "between"})


def search(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Fill the answer with the models that fit, or say why there are none."""
    from modelsearch.answer.compare.sentences import joined
    from modelsearch.answer.result_summaries import summarise_results

    ranking = finder.rank(parsed)
    finder.fill(parsed, found, ranking)
    if not ranking.places:
        finder.nothing_found(parsed, found)
    elif parsed.sort is not None and parsed.limit:
        found.answer = _sorted_by(finder, found.results, parsed.sort)
        _say_ties(finder, parsed, found, ranking)
    elif not parsed.understood:
        from modelsearch.search.guidance import guidance

        found.notes += guidance(finder.connection, parsed)
    found.summary = joined(summarise_results(found.results, found.total))
    _name_copies(finder, found)
    _say_unknown(finder, parsed, found)
    if any(isinstance(leaf.value, int | float) for leaf, _ in leaves(parsed.where)):
        from modelsearch.answer.by_setting_name import named_alone

        found.notes += named_alone(finder, parsed)
    if any(leaf.field == "contradiction" and not no for leaf, no in leaves(parsed.where)):
        from modelsearch.answer.contradicting import contradictions

        found.notes += contradictions(finder.connection, [row.rowid for row in found.results])
    if finder.options.facets and ranking.places:
        from modelsearch.search.facets import guiding_facets

        found.facets = guiding_facets(finder.connection, ranking)


def _say_unknown(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Say how many models a bound on the parameters, or on a result, left out because it is not
    known of them; so do the most and the least of it.
    """
    known = _known(finder, parsed)
    if known is None or (parsed.sort is not None and not found.total):
        return
    others = [
        one
        for one in conjuncts(parsed.where)
        if not any(leaf.field == known.field for leaf, _ in leaves(one))
    ]
    rest = replace(parsed, where=join_and(others), sort=None, limit=None)
    unknown = finder.unordered(rest, Not(known)).total
    if unknown:
        name = spaced(f"{known.split} {known.field}".strip())
        what = "the number of parameters is not" if name == "parameters" else f"no {name} is"
        others_are = "model, which is" if unknown == 1 else "models, which are"
        found.notes.append(f"{what} known of {unknown:,} other {others_are} left out")


def _known(finder: Finder, parsed: ParsedQuery) -> Filter | None:
    """Return the condition that the parameters, or the result, are known which a question bounds or
    wants the most of, if it does.
    """
    bounds = [leaf for leaf, _ in leaves(parsed.where) if leaf.op in _BOUNDS]
    wanted = [Sort(leaf.field, True, leaf.text, split=leaf.split) for leaf in bounds]
    if parsed.sort is not None and parsed.limit:
        wanted.append(parsed.sort)
    for one in wanted:
        if one.field == "parameters" or is_result(finder.connection, one.field):
            return sorted_value(one)[1]
    return None


def details(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Search, and read the values that were asked for; say yes or no where that was asked."""
    if parsed.affirms is not None:
        from modelsearch.answer.affirming import affirm

        affirm(finder, parsed, found)
        return
    search(finder, parsed, found)
    if found.total > 1 and not parsed.asked:
        found.notes.append(f"{found.total} models fit; name one by its id for its details alone")
    if parsed.asked and found.results:
        found.answer = _asked_of(finder, found.results, parsed.asked)
    if parsed.measures is not None and isinstance(found.answer, AskedValues):
        from modelsearch.answer.measuring import measured

        found.summary = measured(finder, parsed, found.answer) or found.summary


def _say_ties(finder: Finder, parsed: ParsedQuery, found: Answer, ranking: Ranking) -> None:
    """Let models with the value of the one best be answers, too; of several that were asked for say
    how many more have the value of the last.
    """
    ties = _ties(finder, parsed, found, ranking)
    if not ties or parsed.sort is None:
        return
    if parsed.limit == 1:
        finder.fill(replace(parsed, limit=1 + len(ties)), found, ranking)
        best = _sorted_by(finder, found.results, parsed.sort)
        shared = 1 + len(ties)
        if len(ties) == TIES:
            shared = max(shared, _count_with(finder, parsed, best.models[0].values[0].value))
        found.answer = replace(best, shared=shared)
        return
    noun = "other has" if len(ties) == 1 else "others have"
    count = f"{len(ties)} or more" if len(ties) == TIES else str(len(ties))
    found.notes.append(f"{count} {noun} the same {spaced(parsed.sort.field)}: {listed(ties)}")


def _count_with(finder: Finder, parsed: ParsedQuery, value: Any) -> int:
    """Return how many models of the answer have a value of the field that orders them; 0 where no
    filter for it can be written.
    """
    field = by_name().get(parsed.sort.field) if parsed.sort is not None else None
    if field is None or field.kind not in ("number", "count") or not isinstance(value, int | float):
        return 0
    return finder.unordered(parsed, Filter(field.name, "=", value)).total


def _ties(finder: Finder, parsed: ParsedQuery, found: Answer, ranking: Ranking) -> list[str]:
    """Return the ids of the models that have the same value as the last one shown."""
    shown = len(found.results)
    following = [
        place.model
        for place in ranking.places[shown : shown + finder.ties if finder.ties else None]
    ]
    if not following or parsed.sort is None or not isinstance(found.answer, AskedValues):
        return []
    last = found.answer.models[-1].values[0].value
    rest = _sorted_by(finder, load_rows(finder.connection, following), parsed.sort)
    values = [model.values[0].value for model in rest.models]
    same = next((i for i, value in enumerate(values) if value != last), len(values))
    return [model.model_id for model in rest.models[:same]] if last is not None else []


def _sorted_by(finder: Finder, rows: Sequence[ModelRow], sort: Sort) -> AskedValues:
    """Return the value of each model that an order goes by: of a loss the result by that name."""
    from modelsearch.answer.asked_values import asked_result

    if not is_result(finder.connection, sort.field):
        return _asked_of(finder, rows, [sort.field])
    from modelsearch.answer.result_rows import extreme_results

    models = [row.rowid for row in rows]
    known = extreme_results(finder.connection, models, sort)
    details = load_details(finder.connection, models)
    return AskedValues(
        tuple(
            asked_result(one, sort.field, sort.split, known.get(one.row.rowid)) for one in details
        )
    )


def _asked_of(finder: Finder, rows: Sequence[ModelRow], names: Sequence[str]) -> AskedValues:
    from modelsearch.answer.asked_values import asked_values
    from modelsearch.answer.field_values import stands_beside, values_beside
    from modelsearch.answer.result_rows import results_beside
    from modelsearch.search.sources import field_called

    models = [row.rowid for row in rows]
    details = load_details(finder.connection, models)
    beside: dict[str, Mapping[int, Any]] = {
        name: values_beside(finder.connection, field, models)
        for name in names
        if stands_beside(field := field_called(name))
    }
    beside |= {
        name: found
        for name in names
        if " " in name and (found := results_beside(finder.connection, models, name))
    }
    return AskedValues(tuple(asked_values(detail, names, beside) for detail in details))


def _name_copies(finder: Finder, found: Answer) -> None:
    """Say which of the models shown are the same file byte for byte."""
    from modelsearch.search.variety import copies

    for group in copies(finder.connection, [row.rowid for row in found.results]):
        found.notes.append(f"{listed(group[1:])}: the same file, byte for byte, as {group[0]}")
