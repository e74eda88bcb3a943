"""English names of months, weekdays, ordinals and a few days of the year."""

from __future__ import annotations

from functools import lru_cache

MONTHS = {name: number for number, names in enumerate(
    ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
     "august aug", "september sep sept", "october oct", "november nov", "december dec"), 1)
    for name in names.split()}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
}
#: Abbreviations are names of other things too (the SUN dataset): they need a date beside them.
SHORT_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mon", "tue tues", "wed weds", "thu thur thurs", "fri", "sat", "sun")
    )
    for name in names.split()
}
ORDINALS = {name: number for number, name in enumerate(
    ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
     "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
     "eighteenth", "nineteenth", "twentieth"), 1)} | {"thirtieth": 30}  # fmt: skip
TENS = {"twenty": 20, "thirty": 30}
#: Days of the year by name, as tokens write them.
NAMED_DAYS = {
    "new year's day": (1, 1),
    "new years day": (1, 1),
    "valentine's day": (2, 14),
    "valentines day": (2, 14),
    "halloween": (10, 31),
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "xmas": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "new years eve": (12, 31),
}

_OFTEN_MISSPELT = ("january", "february", "august", "september", "october", "november", "december")


def weekday_of(word: str) -> int | None:
    """Return the weekday that a name or abbreviation stands for, Monday being 0."""
    return WEEKDAYS.get(word, SHORT_WEEKDAYS.get(word))


@lru_cache(maxsize=4096)
def misspelt_month(word: str) -> str | None:
    """Return the month that ``word`` misspells ("Febuary"), else None."""
    from modelsearch.query.names.spelling import distance, slips_allowed

    if word in MONTHS or not word.isalpha():
        return None
    for name in _OFTEN_MISSPELT:
        most = slips_allowed(len(word))
        if most and word[0] == name[0] and distance(word, name, most) <= most:
            return name
    return None
