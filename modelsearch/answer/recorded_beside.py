"""What runs of the models of an answer recorded beside what their scripts say: "which batch sizes
did I try?" is not answered by a script's default where its runs had fifteen.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.answer.shapes import Answer, AskedValues, Values
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.typed import Any
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import by_name
from modelsearch.vocabulary.wording import said

#: Fields of models that runs record, too, in a column of the same name.
_RECORDED = frozenset({"batch_size", "learning_rate", "optimizer", "epochs", "dataset"})
_SHOWN = 12  #: values that are named


def recorded_beside(connection: apsw.Connection, found: Answer) -> list[str]:
    """Return a sentence for each asked field of which runs of the shown models recorded values that
    the answer does not have.
    """
    if not isinstance(found.answer, Values | AskedValues):
        return []
    models = numbers_json(row.rowid for row in found.results)
    notes = []
    for name, values in _answered(found.answer).items():
        known = {_key(value) for value in values}
        rows = fetch_all(
            connection,
            f"SELECT r.{name}, count(*) FROM json_each(?) j CROSS JOIN run r ON r.model = j.value "
            f"WHERE r.{name} IS NOT NULL GROUP BY r.{name} ORDER BY 1",
            (models,),
        )
        further = [value for value, _ in rows if _key(value) not in known]
        if further:
            notes.append(
                _sentence(name, further, len(found.results) > 1, bool(known - {_key(None)}))
            )
    return notes


def _answered(answer: Values | AskedValues) -> dict[str, list[Any]]:
    """Return the values of an answer by field, of the fields that runs record."""
    found: dict[str, list[Any]] = {}
    if isinstance(answer, Values):
        for field in answer.fields:
            found[field.field] = [one.value for one in field.values]
    else:
        for model in answer.models:
            for one in model.values:
                value = one.value
                found.setdefault(one.field, []).extend(
                    value if isinstance(value, list) else [value]
                )
    return {name: values for name, values in found.items() if name in _RECORDED}


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
