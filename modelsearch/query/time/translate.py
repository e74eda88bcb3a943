"""The words of dates in other languages, said in English, so that one grammar reads them all.

Function words and units come from a table; months from dateparser (see
:mod:`modelsearch.query.time.foreign`), asked only where the table's words or a year stand beside an
unknown word.
"""

from __future__ import annotations

from functools import cache

from modelsearch.query.state import Reading
from modelsearch.query.time import calendar
from modelsearch.query.time.foreign import read_foreign_month
from modelsearch.query.time.monthnames import MONTHS
from modelsearch.query.words import words
from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json

_MONTHS = {number: name for name, number in reversed(MONTHS.items())}
#: Before these a year, and after a month "de 2025" its year.
_IN = frozenset({"im", "en", "nel", "em"})
_OF = frozenset({"de", "del", "von", "di", "do", "van"})
_JOINERS = frozenset(
    {"since", "between", "after", "before", "until", "from", "in", "and", "to", "the"}
)
#: No more words than these are looked up as months.
_MOST = 6


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    found: dict[str, dict[str, str]] = shipped_json(read_text(__file__, "foreignwords.json"))
    return found["strong"], found["weak"]


def is_foreign(reading: Reading) -> bool:
    """Return whether a word that only dates of another language hold is there, or "im" before a
    year.
    """
    strong, _ = _table()
    return any(token.text.casefold() in strong for token in reading.tokens) or _year_behind(reading)


def translation(reading: Reading) -> dict[int, str]:
    """Return the English for each token that another language's date is made of, if any is."""
    strong, weak = _table()
    said = {
        index: strong[token.text.casefold()]
        for index, token in enumerate(reading.tokens)
        if token.text.casefold() in strong and reading.free(index, index)
    }
    months = _months(reading, said)
    if not said and not months and not _year_behind(reading):
        return {}
    for index, token in enumerate(reading.tokens):
        if index not in said and token.text.casefold() in weak and reading.free(index, index):
            said[index] = weak[token.text.casefold()]
            if token.text.casefold() in _OF and _year_at(reading, index + 1):
                said[index] = "of"
    said |= months
    said |= _listed_months(reading, said)
    return said


def _months(reading: Reading, said: dict[int, str]) -> dict[int, str]:
    """Months of other languages: an unknown word before a year, "de" between them or not."""
    found: dict[int, str] = {}
    for index in range(len(reading.tokens) - 1):
        of = reading.tokens[index + 1].text.casefold() in _OF
        year = index + 2 if of else index + 1
        if index not in said and _year_at(reading, year) and len(found) < _MOST:
            found |= _month(reading, index)
    return found


def _listed_months(reading: Reading, said: dict[int, str]) -> dict[int, str]:
    """The März of "zwischen März und Mai 2025": an unknown word behind a word of the
    table.
    """
    found: dict[int, str] = {}
    for index in range(len(reading.tokens)):
        if index in said or said.get(index - 1) not in _JOINERS or len(found) >= _MOST:
            continue
        found |= _month(reading, index)
    return found


def _month(reading: Reading, index: int) -> dict[int, str]:
    token = reading.tokens[index]
    known = token.kind != "word" or len(token.lower) < 3 or token.lower in words("stop")
    if known or token.lower in MONTHS or not reading.free(index, index):
        return {}
    month = read_foreign_month(token.lower)
    return {index: _MONTHS[month]} if month else {}


def _year_behind(reading: Reading) -> bool:
    """Return whether "im", "en" or the like stands before a year."""
    return any(
        token.text.casefold() in _IN and _year_at(reading, index + 1)
        for index, token in enumerate(reading.tokens)
    )


def _year_at(reading: Reading, index: int) -> bool:
    text = reading.lower(index)
    if not (len(text) == 4 and text.isdecimal() and reading.free(index, index)):
        return False
    return calendar.FIRST_YEAR <= int(text) <= reading.today.year + 1
