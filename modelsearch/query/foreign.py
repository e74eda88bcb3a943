"""Names of months in other languages, by dateparser, which is imported only here."""

from __future__ import annotations

from functools import cache

_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "sv", "da", "pl", "cs", "fi", "tr", "ru", "uk",
              "zh", "ja", "ko")  # fmt: skip


@cache
def read_foreign_month(word: str) -> int | None:
    """Return the month that ``word`` names in another language, else None."""
    if any(c.isdigit() for c in word):
        return None
    try:
        import dateparser.date
    except ImportError:
        return None
    # A language's own parser is asked about "1 <word> 2001", so that only month names answer.
    for language in _LANGUAGES:
        parser = dateparser.date.DateDataParser(
            languages=[language],
            settings={"REQUIRE_PARTS": ["month", "year", "day"], "PARSERS": ["absolute-time"]},
        )
        try:
            found = parser.get_date_data(f"1 {word} 2001")
        except (ValueError, OverflowError, RecursionError):
            continue
        when = found.date_obj
        if when is not None and when.year == 2001 and when.day == 1:
            return int(when.month)
    return None
