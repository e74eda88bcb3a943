"""What models were fine-tuned from: "fine-tuned from llama-2", "with base model bert-base"."""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.records.patterns import lazy
from modelsearch.search.sources import source_of
from modelsearch.store.database import fetch_value
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import by_name

_NAME = r"(?:the\s+)?[\"']?(?P<name>[a-z0-9][\w.\-/]{1,100})"
_TUNED = lazy(
    r"(?i)\b(?:fine-?tuned|tuned|adapted|initiali[sz]ed|derived|trained further)\s+"
    rf"(?:from|on top of)\s+{_NAME}"
)
_WITH = lazy(
    r"(?i)\b(?:with|using|use|uses|has|have|having|whose)\s+(?:the\s+|a\s+)?"
    rf"(?:base|pretrained|foundation|starting)\s+model\s+(?:is\s+|called\s+|named\s+)?{_NAME}"
)


def find_base_models(reading: Reading) -> None:
    """Claim the name of what models were fine-tuned from, and the words before it: a name that no
    base model here has is one only behind "fine-tuned from", and where it is nothing else's.
    """
    for pattern in (_TUNED, _WITH):
        found = pattern.search(reading.question)
        if found is None:
            continue
        name = found["name"].rstrip(".-/")
        inside = reading.inside(found.start(), found.start("name") + len(name))
        if not inside or not reading.free(inside[0], inside[-1]):
            continue
        if _is_here(reading, name) or (pattern is _TUNED and not _names_something(reading, name)):
            node = reading.filter("base_model", "contains", name, inside[0], inside[-1])
            reading.mention(inside[0], inside[-1], node, "base_model")
            return


def _is_here(reading: Reading, name: str) -> bool:
    """Return whether a base model of this database has a name of which this is a part."""
    connection = reading.lexicon.connection
    rows = source_of(by_name()["base_model"]).rows(by_name()["base_model"])
    sql = f"SELECT EXISTS (SELECT 1 FROM ({rows}) WHERE instr(lower(value), lower(?)) > 0)"
    return connection is not None and bool(fetch_value(connection, sql, (name,)))


def _names_something(reading: Reading, name: str) -> bool:
    spelling = normalise(name)
    return bool(reading.lexicon.lookup([spelling]).get(spelling))
