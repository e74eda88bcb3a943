"""Orders that a question says in so many words: "sorted by date, newest first", "by epochs"."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from modelsearch import vocabulary
from modelsearch.query.intent.measures import SKIPPED, measured
from modelsearch.query.state import Reading
from modelsearch.records.patterns import IGNORECASE, lazy
from modelsearch.records.question import ParsedQuery, Sort
from modelsearch.vocabulary.fields import spellings

_SORTED = lazy(
    r"\b(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?)(?:\s+[\w-]+){0,6}?\s+by\b",
    IGNORECASE,
    needs=("by",),
)
#: Kinds of fields that a list of models is sorted by where it is said in so many words.
_NAMES = frozenset({"term", "text", "version"})


def read_sorted_by(reading: Reading, parsed: ParsedQuery, extremes: AbstractSet[str]) -> None:
    """Set the order that a question says in so many words; beside one of ``extremes`` a plain "by"
    says which way a superlative orders.
    """
    match = _SORTED.search(reading.plain)
    said = reading.within(*match.span()) if match is not None else _models_by(reading, extremes)
    if not said:
        return
    start = said.stop
    found = measured(reading, start)  # steps over "the" and "total" itself, if they are no name's
    while found is None and reading.lower(start) in SKIPPED:
        start += 1
    found = found or _date_field(reading, start, _NAMES)
    if found is None:
        return
    name, last = found
    following = {reading.lower(last + 1), reading.lower(last + 2), reading.lower(last + 3)}
    term = vocabulary.find("metric", name)
    descending = term is not None and term.higher_is_better is not False
    if following & {
        "most",
        "descending",
        "desc",
        "decreasing",
        "newest",
        "largest",
        "highest",
        "latest",
    }:
        descending = True
    elif following & {
        "least",
        "fewest",
        "ascending",
        "asc",
        "increasing",
        "oldest",
        "smallest",
        "lowest",
    }:
        descending = False
    first = said.start
    parsed.sort = Sort(name, descending, reading.text(first, last), all=True)
    reading.claim(first, last, "sort", name)
    for index in range(last + 1, last + 4):
        if reading.lower(index) in (
            "most",
            "least",
            "fewest",
            "descending",
            "desc",
            "ascending",
            "asc",
            "first",
            "newest",
            "oldest",
            "largest",
            "smallest",
            "highest",
            "lowest",
            "decreasing",
            "increasing",
        ):
            reading.claim(index, index, "sort", name)


def _models_by(reading: Reading, extremes: AbstractSet[str]) -> range:
    """Return the "by" of "GANs by date" and "models by accuracy", where it orders them all."""
    if any(token.lower in extremes for token in reading.tokens):
        return range(0)  # "top 5 models by epochs" says which way
    for index in range(1, len(reading.tokens)):
        listed = reading.lower(index - 1) in ("models", "networks", "scripts") or any(
            m.last == index - 1 and m.field == "family" and m.plural for m in reading.mentions
        )
        if reading.lower(index) != "by" or not listed or not reading.free(index, index):
            continue
        found = measured(reading, index + 1) or _date_field(reading, index + 1)
        if found is not None and reading.lower(found[1] + 1) in ("", "?", ".", ","):
            return range(index, index + 1)
    return range(0)


def _date_field(
    reading: Reading, index: int, kinds: frozenset[str] = frozenset()
) -> tuple[str, int] | None:
    """Return the date, or the field of some more kinds, that is named at a token."""
    for last, joined in reversed(reading.grams(index, 3)):
        field = spellings().get(joined)
        if field is not None and field.kind in {"date", *kinds}:
            return field.name, last
    return None
