"""The sentence that answers a question, said before everything else."""

from __future__ import annotations

from modelsearch.answer.shapes import Answer, AskedValues, Count, FieldValues, Values
from modelsearch.answer.wording import listed, spaced
from modelsearch.records.question import Sort
from modelsearch.records.text import plain, short_date
from modelsearch.records.typed import Any
from modelsearch.vocabulary.fields import by_name

SAID = 4  #: values that a sentence says


def headline(found: Answer) -> str:
    """Return the one sentence that answers; what was asked of single models is said value by value
    instead, so there is none.
    """
    judged = found.parsed.affirms is not None or found.parsed.measures is not None
    if judged and found.results:
        return found.summary
    if found.comparison is not None:
        return found.comparison.headline
    if found.parsed.intent in ("images", "runs"):
        return found.summary
    if isinstance(found.answer, Count):
        return _counted(found.answer)
    if isinstance(found.answer, Values):
        return _valued(found.answer, found.total)
    if not found.total:
        return "No models match."
    if isinstance(found.answer, AskedValues):
        return _asked(found, found.answer)
    return _matching(found)


def _matching(found: Answer) -> str:
    if found.total == 1:
        return f"1 model matches: {found.results[0].model_id}."
    ranked = any(row.score is not None for row in found.results)
    first = _first_of_order(found)
    if first:
        return f"{found.total:,} models match, {first}."
    return f"{found.total:,} models match{', best first' if ranked else ''}."


def _first_of_order(found: Answer) -> str:
    """Say what the models are ordered by and the value of the first: ``lowest size first: 524B``;
    nothing where words ranked them, or where no order was asked for.
    """
    sort = found.parsed.sort
    values = [one.values for one in found.columns if sort is not None and one.field == sort.field]
    if sort is None or not values or not isinstance(values[0][0], int | float | str):
        return ""
    return f"{_end(sort)} {spaced(sort.field)} first: {_in_short(sort.field, values[0][0])}"


def _end(sort: Sort) -> str:
    if sort.field in ("created", "modified"):
        return "latest" if sort.descending else "earliest"
    return "highest" if sort.descending else "lowest"


def _in_short(name: str, value: Any) -> str:
    return short_date(value) if name in ("created", "modified") else _written(name, value)


def _asked(found: Answer, asked: AskedValues) -> str:
    """Of one model the values are said by themselves; of several only what the table is about."""
    if len(asked.models) == 1:
        return ""
    fields = listed([spaced(one.field) for one in asked.models[0].values])
    sort = found.parsed.sort
    if sort is not None and asked.shared:
        value = _in_short(sort.field, asked.models[0].values[0].value)
        everyone = "All" if asked.shared == found.total else f"{asked.shared:,} of"
        best = f"the {_end(sort)} {fields}"
        return f"{everyone} {found.total:,} models share {best}: {value}."
    if sort is not None and found.parsed.limit:
        values = [value.value for one in asked.models for value in one.values[:1]]
        spread = [_in_short(sort.field, value) for value in (values[0], values[-1])]
        said = " to ".join(dict.fromkeys(spread)) if len(values) == len(asked.models) else ""
        told = f": {said}" if said else ""
        return f"{len(asked.models)} of {found.total:,} models, by the {_end(sort)} {fields}{told}."
    return f"{found.total:,} models match; {fields} of each."


def _counted(counted: Count) -> str:
    if counted.of:
        return f"{counted.count:,} of {counted.of:,} models: {counted.count / counted.of:.1%}."
    said = f"{counted.count:,} {'model' if counted.count == 1 else 'models'}."
    if counted.group_by and not counted.groups:
        said += f" {spaced(counted.group_by).capitalize()} of none of them is known."
    elif counted.group_by:
        first = counted.groups[0]
        noun = "value" if len(counted.groups) == 1 else "values"
        said += (
            f" By {spaced(counted.group_by)}: {len(counted.groups)} {noun}, most often "
            f"{_written(str(counted.group_by), first.value)} ({first.count})."
        )
    return said


def _valued(values: Values, total: int) -> str:
    of = f"of {total:,} {'model' if total == 1 else 'models'}"
    if values.group_by and values.groups:
        groups = len({str(one.value) for one in values.groups})
        fields = listed([spaced(one.field) for one in values.fields])
        return f"{fields} {of}, by {spaced(values.group_by)}: {groups} groups.".capitalize()
    asked = " ".join(_statistic(one, values.statistic, of) for one in values.fields)
    return " ".join(
        [*([asked] if asked.strip() else []), *(_spread(one, of) for one in values.fields)]
    )


def _statistic(field: FieldValues, name: str, of: str) -> str:
    """Return the one value that was asked for, first: "Median batch size of 10 models: 114."."""
    value = getattr(field, name, None) if name in ("mean", "median", "total") else None
    if name == "least" and field.values:
        fewest = field.values[0].count
        rare = [_written(field.field, one.value) for one in field.values if one.count == fewest]
        return f"Rarest {spaced(field.field)} {of}: {listed(rare[:SAID])} ({fewest} each)."
    if value is None:
        return ""
    known = f" ({field.known} known)"
    return f"{name.capitalize()} {spaced(field.field)} {of}{known}: {_written(field.field, value)}."


def _spread(field: FieldValues, of: str) -> str:
    name = spaced(field.field).capitalize()
    if not field.values:
        return f"{name} {of}: not known."
    said = [f"{_written(field.field, one.value)} ({one.count})" for one in field.values[:SAID]]
    more = f" and {field.distinct - SAID} more" if field.distinct > SAID else ""
    text = f"{name} {of}: {', '.join(said)}{more}"
    if field.mean is not None and field.distinct > 1:
        low, high = (_written(field.field, one) for one in (field.lowest, field.highest))
        mean = float(f"{field.mean:.{max(4, len(str(int(abs(field.mean)))))}g}")
        whole = int(mean) if mean.is_integer() else mean
        text += f"; {low} to {high}, mean {_written(field.field, whole)}"
    return text + "."


def _written(name: str, value: Any) -> str:
    field = by_name().get(name)
    known = field is not None and isinstance(value, int | float)
    if not (field and known):
        return plain(value)
    from modelsearch.vocabulary.wording import said

    return said(field.key, value)
