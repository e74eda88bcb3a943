"""Reads what public parsers' own suites expect of English time expressions, from local clones.

Nothing of the suites is kept here. A case is an expression, the day it is said on, and the days
that are meant: half-open, either end open. What is finer than a day is marked as such and left to
the report to count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Interval = tuple[date | None, date | None]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Case:
    """One expression of a suite.

    ``expected`` holds every interval that the suite allows (past and future readings); it is
    empty where the expression must not be a date. ``grain`` is ``day`` or coarser, or ``time``.
    ``holiday`` says that the suite calls it one.
    """

    suite: str
    text: str
    today: date
    expected: tuple[Interval, ...]
    grain: str = "day"
    holiday: bool = False


# Duckling: Duckling/Time/EN/Corpus.hs

_DUCKLING_TODAY = date(2013, 2, 12)
_STAMP = r"\(\s*(-?\d+),\s*(\d+),\s*(\d+),\s*(\d+),\s*(\d+),\s*(\d+)\)"
_DUCKLING = re.compile(
    r"examples\s*\(\s*(datetime\w*)\s+(Before\s+|After\s+)?"
    rf"(\(\s*{_STAMP}\s*,\s*{_STAMP}\s*\)|{_STAMP})\s*(\w+)[^)]*\)\s*\[(.*?)\n?\s*\]",
    re.DOTALL,
)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_UNITS = {"Day": 1, "Week": 7, "Month": 30, "Quarter": 91, "Year": 365}


def read_duckling(folder: Path) -> Iterator[Case]:
    """Yield the cases of facebook/duckling."""
    text = (folder / "Duckling" / "Time" / "EN" / "Corpus.hs").read_text(encoding="utf-8")
    text = re.sub(r"^\s*--.*$", "", text, flags=re.MULTILINE)
    negative = text[text.index("negativeCorpus ::") : text.index("latentCorpus ::")]
    for match in _STRING.finditer(negative):
        yield Case("duckling", match[1], _DUCKLING_TODAY, ())
    start = text.index("diffCorpus ::")
    kept = text[: text.index("negativeCorpus ::")] + text[text.index("allExamples ::", start) :]
    for match in _DUCKLING.finditer(kept):
        yield from _duckling_cases(match)


def _duckling_cases(match: re.Match[str]) -> Iterator[Case]:
    kind, bound, grain = match[1], (match[2] or "").strip(), match[match.re.groups - 1]
    stamps = [tuple(int(part) for part in one) for one in re.findall(_STAMP, match[3])]
    if any(not 1 <= stamp[0] <= 9999 for stamp in stamps):
        return
    days = [date(*stamp[:3]) for stamp in stamps]
    coarse = grain in _UNITS
    if bound:
        interval: Interval = (days[0], None) if bound == "After" else (None, days[0])
    elif len(days) == 2:
        interval = (days[0], days[1])
    else:
        interval = (days[0], _unit_end(days[0], grain))
    for text in _STRING.finditer(match[match.re.groups]):
        yield Case(
            "duckling",
            text[1],
            _DUCKLING_TODAY,
            (interval,),
            grain.casefold() if coarse else "time",
            "Holiday" in kind,
        )


def _unit_end(day: date, grain: str) -> date:
    if grain == "Month":
        return (day.replace(day=1) + 31 * _DAY).replace(day=1)
    if grain == "Quarter":
        return (day.replace(day=1) + 93 * _DAY).replace(day=1)
    if grain == "Year":
        return date(day.year + 1, 1, 1)
    return day + (7 if grain == "Week" else 1) * _DAY


# Recognizers-Text: Specs/DateTime/English/*.json

_SPECS = ("DateTimeModel", "DateParser", "DatePeriodParser")


def read_recognizers(folder: Path) -> Iterator[Case]:
    """Yield the cases of microsoft/Recognizers-Text: dates and ranges of dates."""
    seen: set[tuple[str, str]] = set()
    for name in _SPECS:
        path = folder / "Specs" / "DateTime" / "English" / f"{name}.json"
        for entry in json.loads(path.read_text(encoding="utf-8-sig")):
            reference = (entry.get("Context") or {}).get("ReferenceDateTime")
            if not reference:
                continue
            for result in entry["Results"]:
                key = (str(result["Text"]).casefold(), reference[:10])
                if key not in seen:
                    seen.add(key)
                    yield from _recognizers_case(result, date.fromisoformat(reference[:10]))


def _recognizers_case(result: dict[str, Any], today: date) -> Iterator[Case]:
    kind = str(result.get("TypeName", result.get("Type", ""))).removeprefix("datetimeV2.")
    if kind not in ("date", "daterange"):
        yield Case("recognizers", str(result["Text"]), today, ((None, None),), "time")
        return
    found = tuple(interval for one in _values(result) if (interval := _resolved(one)))
    if found:
        yield Case("recognizers", str(result["Text"]), today, found, kind)


def _values(result: dict[str, Any]) -> list[dict[str, str]]:
    if result.get("Resolution"):
        return list(result["Resolution"].get("values", ()))
    value = result.get("Value") or {}
    return [value[key] for key in ("PastResolution", "FutureResolution") if value.get(key)]


def _resolved(value: dict[str, str]) -> Interval | None:
    start = value.get("start") or value.get("startDate")
    end = value.get("end") or value.get("endDate")
    day = value.get("date") or value.get("value")
    try:
        if start or end:
            return (
                date.fromisoformat(start) if start else None,
                date.fromisoformat(end) if end else None,
            )
        if day:
            return date.fromisoformat(day), date.fromisoformat(day) + _DAY
    except ValueError:
        pass
    return None


# chrono: test/en/*.test.ts

#: Not those of relative units: there the suite states points, not ranges.
_CHRONO_FILES = (
    "en_month",
    "en_month_name_little_endian",
    "en_month_name_middle_endian",
    "en_slash",
    "en_year_month_day",
    "en_weekday",
    "en_casual",
    "en_time_units_ago",
)
_CHRONO = re.compile(
    r'testSingleCase\(\s*chrono(?:\.\w+)?,\s*"([^"]+)",\s*'
    r"(?:new Date\((\d+), (\d+)(?: - (\d+))?, (\d+)[^)]*\),\s*)?(?:\{[^}]*\},\s*)?"
    r"\(\w+(?:, \w+)?\) => \{(.*?)\n    \}\)",
    re.DOTALL,
)
_PART = re.compile(r'result\.(start|end)\??\.get\("(\w+)"\)\)\.toBe\((\d+)\)')
_CHRONO_TEXT = re.compile(r'result\.text\)\.toBe\("([^"]+)"\)')


def read_chrono(folder: Path) -> Iterator[Case]:
    """Yield the cases of wanasit/chrono that state year, month and day and no time of day."""
    for name in _CHRONO_FILES:
        text = (folder / "test" / "en" / f"{name}.test.ts").read_text(encoding="utf-8")
        for match in _CHRONO.finditer(text):
            case = _chrono_case(match)
            if case is not None:
                yield case


def _chrono_case(match: re.Match[str]) -> Case | None:
    said, body = match[1], match[6]
    today = date(2012, 8, 10)
    if match[2]:
        # Months of JavaScript count from 0; the suite writes them so, or as "8 - 1".
        today = date(int(match[2]), int(match[3]) - int(match[4] or 0) + 1, int(match[5]))
    elif not re.search(r"\b(19|20)\d\d\b", said):
        return None  # counted from the day that the suite runs
    parts: dict[str, dict[str, int]] = {"start": {}, "end": {}}
    for side, name, value in _PART.findall(body):
        parts[side][name] = int(value)
    found = _CHRONO_TEXT.search(body)
    text = found[1] if found else said
    start = _chrono_day(parts["start"])
    if start is None:
        return None
    bare = re.sub(r"\d{4}", "", text)
    month_only = start.day == 1 and not re.search(
        r"\d.*\d{2}|\d\D*[a-z]|[a-z]\D*\d|day", bare, re.I
    )
    end = _chrono_day(parts["end"])
    interval = (start, end + _DAY if end else _unit_end(start, "Month" if month_only else "Day"))
    fine = bool(re.search(r"hour|minute", body)) and bool(re.search(r"\d:\d|\d ?[ap]m|h ", text))
    return Case("chrono", text, today, (interval,), "time" if fine else "day")


def _chrono_day(parts: dict[str, int]) -> date | None:
    try:
        return date(parts["year"], parts["month"], parts["day"])
    except (KeyError, ValueError):
        return None


SUITES = {
    "duckling": read_duckling,
    "Recognizers-Text": read_recognizers,
    "chrono": read_chrono,
}
