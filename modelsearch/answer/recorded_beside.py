"""What runs of the models of an answer recorded beside what their scripts say: "which batch sizes
did I try?" is not answered by a script's default where its runs had fifteen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import apsw

from modelsearch import vocabulary
from modelsearch.answer.shapes import Answer, AskedValues, Values
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.text import sentence_list
from modelsearch.records.typed import Any
from modelsearch.store.database import fetch_all
from modelsearch.store.rows import ModelRow
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import by_name
from modelsearch.vocabulary.wording import said

#: Fields of models that runs record, too, in a column of the same name.
_RECORDED = frozenset({"batch_size", "learning_rate", "optimizer", "epochs", "dataset"})
_SETTINGS = ("optimizer", "learning_rate", "batch_size", "epochs")
_MADE_BY = (
    f"SELECT DISTINCT r.run_id, {', '.join(f'r.{name}' for name in _SETTINGS)} "
    "FROM metric x JOIN run r ON r.id = x.run WHERE x.model = ? AND x.value = ? LIMIT 2"
)
_SHOWN = 12  #: values that are named


def recorded_beside(connection: apsw.Connection, found: Answer) -> list[str]:
    """Return a sentence for each asked field of which runs of the shown models recorded values that
    the answer does not have.
    """
    if not isinstance(found.answer, Values | AskedValues):
        return []
    models = numbers_json(row.rowid for row in found.results)
    notes = []
    for name in _recorded_fields(found.answer):
        rows = fetch_all(
            connection,
            f"SELECT r.{name}, count(*) FROM json_each(?) j CROSS JOIN run r ON r.model = j.value "
            f"WHERE r.{name} IS NOT NULL GROUP BY r.{name} ORDER BY 1",
            (models,),
        )
        # Read only where there are runs: a large catalogue has half a million values of a field.
        known = {_key(value) for value in _answered(found.answer, name)} if rows else set()
        further = [value for value, _ in rows if _key(value) not in known]
        if further:
            notes.append(
                _sentence(name, further, len(found.results) > 1, bool(known - {_key(None)}))
            )
    return notes


def made_by_run(connection: apsw.Connection, found: Answer) -> list[str]:
    """Return a sentence that says of which run the first model's first result is, where that run
    recorded other settings than the script's, which the row shows.
    """
    if not isinstance(found.answer, AskedValues) or not found.answer.models or not found.results:
        return []
    row, first = found.results[0], found.answer.models[0]
    for one in first.values if first.model_id == row.model_id else ():
        metric = one.field.rpartition(" ")[2]
        if vocabulary.find("metric", metric) is None or not isinstance(one.value, int | float):
            continue
        runs = fetch_all(connection, _MADE_BY, (row.rowid, one.value))
        told = _other_settings(row, runs[0][1:]) if len(runs) == 1 else []
        if told:
            return [
                f"{said(metric, one.value)} is a result of run {runs[0][0]}, which recorded "
                f"{sentence_list(told)}; the row shows what the script says"
            ]
    return []


def _other_settings(row: ModelRow, recorded: Sequence[Any]) -> list[str]:
    """Return what a run recorded otherwise than its model's script says."""
    pairs = zip(_SETTINGS, recorded, strict=True)
    return [
        f"{by_name()[name].label.lower()} {said(name, value)}"
        for name, value in pairs
        if value is not None and _key(value) != _key(getattr(row, name))
    ]


def _recorded_fields(answer: Values | AskedValues) -> list[str]:
    """Return the fields of an answer that runs record, too."""
    if isinstance(answer, Values):
        asked = [one.field for one in answer.fields]
    else:
        asked = [one.field for model in answer.models for one in model.values]
    return [name for name in dict.fromkeys(asked) if name in _RECORDED]


def _answered(answer: Values | AskedValues, name: str) -> Iterator[Any]:
    """Yield the values of an answer in one field."""
    if isinstance(answer, Values):
        yield from (
            value.value for one in answer.fields if one.field == name for value in one.values
        )
        return
    for model in answer.models:
        for one in model.values:
            if one.field == name:
                yield from one.value if isinstance(one.value, list) else [one.value]


def _key(value: object) -> object:
    """Return what two equal values have in common."""
    return float(value) if isinstance(value, int | float) else normalise(str(value))


def _sentence(name: str, values: Sequence[Any], several: bool, other: bool) -> str:
    field = by_name()[name]
    named = ", ".join(said(name, value) for value in values[:_SHOWN])
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    noun = ("other " if other else "") + field.plural.lower()
    whose = "runs of these models" if several else "its runs"
    return f"{whose} recorded {noun}: {named}{more} (ask for the runs)"
