"""Which values the models of an answer have, with the number of models of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import apsw

from modelsearch.records.question import Filter
from modelsearch.search.large.members import Members
from modelsearch.search.large.tallies import tally
from modelsearch.search.ranking import CANDIDATES, keep_candidates, keep_models
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import Field, by_name

if TYPE_CHECKING:
    from modelsearch.search.ranking import Ranking

#: Shown below an answer with --facets.
GUIDING_FIELDS = ("dataset", "family", "framework", "optimizer", "created")
_TERMS = f"{CANDIDATES} c JOIN model_term x ON x.model = c.model JOIN term t ON t.id = x.term"
_MODELS = f"{CANDIDATES} c JOIN model m ON m.id = c.model"
_STAGES = f"{CANDIDATES} c JOIN training_stage s ON s.model = c.model AND s.main = 1"
_TRAIN = "(t.kind <> 'dataset' OR x.role = 'train')"

ValueCount = tuple[Any, int]


def values_of(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    """Return the values that the candidate models have in ``field``, frequent first."""
    kind = "date" if field.kind == "date" else field.source
    return _frequent_first(_COUNTERS.get(kind, _nothing)(connection, field))


def guiding_facets(connection: apsw.Connection, ranking: Ranking) -> dict[str, list[ValueCount]]:
    """Return the counts that help to narrow an answer, by field."""
    fields = [by_name()[name] for name in GUIDING_FIELDS]
    counted = values_among(connection, ranking, fields)
    return dict(zip(GUIDING_FIELDS, counted, strict=True))


def values_among(
    connection: apsw.Connection, ranking: Ranking, fields: Sequence[Field]
) -> list[list[ValueCount]]:
    """Return the values that the models of an answer have in each field, frequent first."""
    found: list[list[ValueCount] | None] = [None] * len(fields)
    if ranking.members is not None:
        found = [tally(connection, ranking.members, field) for field in fields]
    if None in found:
        keep_models(connection, ranking.everyone())
    return [
        values_of(connection, field) if counted is None else _frequent_first(counted)
        for field, counted in zip(fields, found, strict=True)
    ]


def values_anywhere(connection: apsw.Connection, field: Field) -> list[ValueCount] | None:
    """Return the values that any models have in a field, frequent first.

    None in a large catalogue that has not counted them: it would take seconds.
    """
    known = Members(connection)
    if known.large:
        counted = tally(connection, known.everything(), field)
        return None if counted is None else _frequent_first(counted)
    keep_candidates(connection, "SELECT id FROM model", ())
    return values_of(connection, field)


def _frequent_first(counted: list[ValueCount]) -> list[ValueCount]:
    return sorted(counted, key=lambda pair: (-pair[1], str(pair[0]).casefold()))


def _nothing(_connection: apsw.Connection, _field: Field) -> list[ValueCount]:
    return []


def _count(
    connection: apsw.Connection, value: str, source: str, condition: str = "1",
    parameters: Sequence[object] = (),
) -> list[ValueCount]:  # fmt: skip
    rows = fetch_all(
        connection,
        f"SELECT {value} AS value, count(DISTINCT c.model) FROM {source} "
        f"WHERE {condition} AND {value} IS NOT NULL GROUP BY 1",
        parameters,
    )
    return [(row[0], row[1]) for row in rows]


def _term(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    return _count(connection, "t.name", _TERMS, f"t.kind = ? AND {_TRAIN}", (field.vocabulary,))


def _subject(connection: apsw.Connection, _field: Field) -> list[ValueCount]:
    source = f"{_TERMS} JOIN term_subject u ON u.term = t.id"
    return _count(connection, "u.subject", source, _TRAIN)


def _modality(connection: apsw.Connection, _field: Field) -> list[ValueCount]:
    return _count(connection, "t.modality", _TERMS, f"t.kind = 'dataset' AND {_TRAIN}")


def _subset(connection: apsw.Connection, _field: Field) -> list[ValueCount]:
    return _count(connection, "x.subset", _TERMS, f"t.kind = 'dataset' AND {_TRAIN}")


def _model(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    return _count(connection, f"m.{field.column}", _MODELS)


def _stage(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    return _count(connection, f"s.{field.column}", _STAGES)


def _loss(connection: apsw.Connection, _field: Field) -> list[ValueCount]:
    source = f"{CANDIDATES} c JOIN training_stage s ON s.model = c.model"
    models: dict[str, set[int]] = {}
    for model, terms in fetch_all(
        connection, f"SELECT c.model, s.loss FROM {source} WHERE s.loss IS NOT NULL"
    ):
        for term in terms.split(", "):
            models.setdefault(term, set()).add(model)
    return [(term, len(found)) for term, found in models.items()]


def _date(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    return _count(connection, f"substr(m.{field.column}, 1, 7)", _MODELS)


def _sizes(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    marks = ", ".join("?" * len(field.stored))
    found: dict[int, set[Any]] = {}
    for table in ("layer_fact", "hyperparameter"):
        rows = fetch_all(
            connection,
            f"SELECT c.model, coalesce(v.number, v.text) FROM {CANDIDATES} c "
            f"JOIN {table} v ON v.model = c.model WHERE v.name IN ({marks})",
            field.stored,
        )
        for model, value in rows:
            found.setdefault(model, set()).add(value)
    counts = Counter(value for values in found.values() for value in values)
    return list(counts.items())


def _named(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    source = f"{CANDIDATES} c JOIN {field.column} v ON v.model = c.model"
    return _count(connection, "v.name", source)


#: Of a series of a run the last value; of the training data only where no other is named.
_LAST = (
    " AND NOT EXISTS (SELECT 1 FROM metric o WHERE o.model = v.model AND o.name = v.name "
    "AND ((o.split IS v.split AND o.dataset IS v.dataset AND o.step > v.step) "
    "OR (v.split IS 'train' AND o.split IS NOT 'train')))"
)


def stored_values(connection: apsw.Connection, name: str) -> list[ValueCount]:
    """Return the values of a setting, size or result by its own name, frequent first."""
    found: dict[int, set[Any]] = {}
    for table, value in (
        ("layer_fact", "coalesce(v.number, v.text)"),
        ("hyperparameter", "coalesce(v.number, v.text)"),
        ("metric", "v.value"),
    ):
        last = _LAST if table == "metric" else ""
        rows = fetch_all(
            connection,
            f"SELECT c.model, {value} FROM {CANDIDATES} c JOIN {table} v ON v.model = c.model "
            f"WHERE v.name = ?{last}",
            (name,),
        )
        for model, one in rows:
            found.setdefault(model, set()).add(one)
    counts = Counter(value for values in found.values() for value in values)
    return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0]).casefold()))


def _images(connection: apsw.Connection, field: Field) -> list[ValueCount]:
    source = f"{CANDIDATES} c JOIN image i ON i.model = c.model"
    return _count(connection, f"i.{field.column}", source)


_COUNTERS = {
    "term": _term,
    "subject": _subject,
    "modality": _modality,
    "subset": _subset,
    "model": _model,
    "reference": _model,
    "task": _model,
    "architecture": _model,
    "stage": _stage,
    "loss": _loss,
    "date": _date,
    "sizes": _sizes,
    "named": _named,
    "image": _images,
}


def in_group(name: str, value: Any) -> Filter:
    """Return the condition of one group; dates are grouped by month."""
    known = by_name().get(name)
    if known is None or known.kind != "date":
        return Filter(name, "=", value)
    year, month = map(int, str(value).split("-"))
    following = f"{year + month // 12:04}-{month % 12 + 1:02}"
    return Filter(name, "in", (f"{value}-01", f"{following}-01"))
