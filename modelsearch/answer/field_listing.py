"""The values of one field, with the number of models of each: what ``list`` prints."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.errors import UsageError
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import apsw

    from modelsearch.search.sources.base import ValueCount
    from modelsearch.vocabulary.fields import Field


def listed_values(connection: apsw.Connection, field: Field) -> Sequence[ValueCount]:
    """Return every value of a field with the number of its models, however long that takes."""
    from modelsearch.search.facets import values_anywhere

    return values_anywhere(connection, field, patient=True) or []


def listed_field(connection: apsw.Connection, what: str) -> Field:
    """Return the field whose values are to be listed. Raises UsageError where there is none."""
    from modelsearch.vocabulary.fields import find_listed

    field = find_listed(what)
    if field is not None and field.name != "text":
        return field
    from modelsearch.query.names.lexicon import Lexicon
    from modelsearch.records.suggestions import did_you_mean
    from modelsearch.search.sources import own_name
    from modelsearch.vocabulary import normalise
    from modelsearch.vocabulary.fields import FIELDS

    names = Lexicon(connection).lookup([normalise(what)]).get(normalise(what), ())
    for name in names:
        if name.kind in ("metric", "hyperparameter", "layer_fact"):
            return own_name(name.value)
    choices = (one.plural.lower() for one in FIELDS if one.name != "text" and one.source != "image")
    listed = sorted(choices)
    hint = did_you_mean(what, listed)
    raise UsageError(f"cannot list {what!r}{hint}; all that can be listed: modelsearch fields")
