"""Dates in a question: where they may stand, and in which language.

What they say is read by :mod:`modelsearch.query.time.intervals`, which is imported where a date may
begin: most questions have none. Names of the vocabulary win over dates: this runs on what is left
of the question.
"""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.query.time.datewords import beginnings
from modelsearch.query.time.foreign import has_foreign_words, read_foreign_phrase
from modelsearch.query.time.translate import is_foreign, translation


def find_dates(reading: Reading) -> None:
    """Claim every date of the question."""
    if has_foreign_words(reading):
        for index in range(len(reading.tokens)):
            _foreign_phrase(reading, index)
    if is_foreign(reading):
        _translated(reading)
    else:
        _claim_dates(reading)


def find_foreign_dates(reading: Reading) -> None:
    """Read what is left in other languages: an unknown word beside a year may be a month.

    dateparser is imported only here, where such a word or one of another language's dates is
    there; it is never given numbers or single letters alone, which it reads as dates too.
    """
    _translated(reading)


def _translated(reading: Reading) -> None:
    """Read dates in other languages by the one grammar ("zwischen März und Mai 2025")."""
    said = translation(reading)
    if not said:
        return
    reading.say(said)
    _claim_dates(reading)
    reading.say({index: reading.tokens[index].lower for index in said})
    for index in said:
        reading.claim(index, index, "stop")


def _foreign_phrase(reading: Reading, index: int) -> None:
    """Hace 3 días, vor 2 Wochen."""
    from modelsearch.query.time.intervals import claim_verb

    found = read_foreign_phrase(reading, index) if reading.free(index, index) else None
    if found is None:
        return
    field = claim_verb(reading, index, found.last)
    node = reading.filter(field, "in", found.period.bounds(), index, found.last)
    reading.mention(index, found.last, node, field)


def _claim_dates(reading: Reading) -> None:
    possible = beginnings(reading)
    begins = any(possible[index] and reading.free(index, index) for index in range(len(possible)))
    if begins or any(mention.field in ("created", "modified") for mention in reading.mentions):
        from modelsearch.query.time.intervals import claim_dates

        claim_dates(reading, possible)
