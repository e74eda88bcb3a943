"""The one table of fields: a row for everything that can be asked of a model or a picture.

A row says what a field is, where it is stored and how it is named, said and written
(:class:`~modelsearch.vocabulary.fields.field.Field`). Everything else is derived from it: the
parser and qualifiers, filters, sorting and counting, ``list`` and ``fields``, headings, evidence,
comparisons, sentences, and the tables in ``docs/questions.md``. So they cannot disagree.

To add a field, add a row to the module of its subject (``of_models``, ``of_stages``, ``of_sizes``,
``of_pictures``) and run ``python scripts/document_fields.py``. A row for a column that
``schema.sql`` already has needs nothing else. A field that is stored in a way that no source knows
yet needs a class in :mod:`modelsearch.search.sources`, which says how. A group of fields that is
new as a whole is a module here with ``ROWS``, named in :data:`FIELDS` below.

What a count means is decided once, for filters, counts, lists and orders alike: a setting is that
of the main stage; what a model is made of (losses, classes) counts from every stage; a name takes
narrower names in (RNN counts LSTMs, Adam counts fused Adam); data is what the model is trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from modelsearch.vocabulary import normalise, normalise_all
from modelsearch.vocabulary.fields.field import OPERATORS, Field
from modelsearch.vocabulary.fields.of_models import ROWS as MODELS
from modelsearch.vocabulary.fields.of_models import THINGS
from modelsearch.vocabulary.fields.of_pictures import ROWS as PICTURES
from modelsearch.vocabulary.fields.of_remarks import ROWS as REMARKS
from modelsearch.vocabulary.fields.of_runs import ROWS as RUNS
from modelsearch.vocabulary.fields.of_sizes import ROWS as SIZES
from modelsearch.vocabulary.fields.of_stages import ROWS as STAGES

__all__ = [
    "FIELDS",
    "OPERATORS",
    "PICTURES",
    "Field",
    "by_name",
    "find_field",
    "find_listed",
    "for_models",
    "spellings",
    "stored_spellings",
]

#: All fields. Where two share a spelling, the first has it.
FIELDS: tuple[Field, ...] = (
    *MODELS,
    *STAGES,
    *SIZES,
    *THINGS,
    *REMARKS,
    *RUNS,
    *PICTURES,
)

#: Words that mean another field where values are asked for: "which architectures did I use".
ASKED_AS: dict[str, str] = {
    "architecture": "family",
    "architectures": "family",
    "type": "family",
    "data": "dataset",
    "gpu": "hardware",
    "gpus": "hardware",
    "config": "hyperparameter",
    "setup": "hyperparameter",
    "configuration": "hyperparameter",
    "month": "created",
    "year": "created",
    "months": "created",
    "years": "created",
    "day": "created",
    "week": "created",
}


@cache
def by_name() -> dict[str, Field]:
    """Return the fields by name."""
    return {field.name: field for field in FIELDS}


@cache
def spellings() -> dict[str, Field]:
    """Return the fields by every normalised name and alias; the first field of a spelling wins."""
    said = [(one.name, one) for one in FIELDS]
    said += [(alias, one) for one in FIELDS for alias in one.aliases]
    return _first_by_spelling(said)


@cache
def lines_of_spellings() -> str:
    """Return all of :func:`spellings`, a line each, to be looked through for a part at once."""
    return "\n".join(("", *spellings(), ""))


@cache
def stored_spellings() -> dict[str, Field]:
    """Return the size fields by the normalised names that scripts store them under (``z_dim``)."""
    return _first_by_spelling([(name, one) for one in FIELDS for name in one.stored])


def _first_by_spelling(said: Sequence[tuple[str, Field]]) -> dict[str, Field]:
    """Return fields by normalised name; the first of several with one name has it."""
    names = normalise_all([name for name, _ in reversed(said)])
    return dict(zip(names, [one for _, one in reversed(said)], strict=True))


def find_field(text: str) -> Field | None:
    """Return the field that ``text`` is a spelling of, else None."""
    return spellings().get(normalise(text))


@cache
def for_models(field: Field) -> Field:
    """Return the field to use when a picture's field is asked of models: ``epochs`` for
    ``epoch``.
    """
    same = (one for one in FIELDS if one.picture and one.picture == field.picture)
    return next(same, field)


def find_listed(text: str) -> Field | None:
    """Return the field whose values ``text`` asks for: by its heading, as questions mean the word,
    or by any spelling; None where it names no field.
    """
    wanted = normalise(text)
    for one in FIELDS:
        if wanted in (normalise(one.plural), normalise(one.label)):
            return one
    meant = ASKED_AS.get(text.casefold())
    return by_name()[meant] if meant else find_field(text)
