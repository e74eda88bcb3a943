"""Calendar periods as half-open intervals, with a year or recurring every year.

Weeks begin on Monday. Seasons are those of meteorology in the northern hemisphere (spring is
March to May; winter 2024 begins in December 2024). A third of a month or year is what "early",
"mid" and "late" mean.
"""

from __future__ import annotations

from datetime import date, timedelta

from modelsearch.records.structs import frozen

DAY = timedelta(days=1)
#: Years outside of this are numbers, not dates.
FIRST_YEAR = 1950


@frozen
class Period:
    """The days from ``start`` up to but without ``end``; None is open.

    ``yearly`` periods recur: their dates lie in the leap year 2000 (or run on into 2001) and only
    month and day count. ``grain`` is day, week, month, quarter, season, half, year or span.
    """

    start: date | None
    end: date | None
    grain: str = "span"
    yearly: bool = False

    def bounds(self) -> tuple[str | None, str | None]:
        """Return the ends as ISO text; those of a yearly period as ``--MM-DD``."""
        if self.yearly:
            return _month_day(self.start), _month_day(self.end)
        return (
            self.start.isoformat() if self.start else None,
            self.end.isoformat() if self.end else None,
        )

    def in_year(self, year: int) -> Period:
        """A yearly period in one year; others stay as they are."""
        if not self.yearly or self.start is None or self.end is None:
            return self
        shift = year - 2000
        return Period(_moved(self.start, shift), _moved(self.end, shift), self.grain)

    def latest(self, today: date) -> Period:
        """A yearly period's last occurrence that has begun by today; others stay."""
        if not self.yearly or self.start is None:
            return self
        this_year = self.in_year(today.year)
        begun = this_year.start is not None and this_year.start <= today
        return this_year if begun else self.in_year(today.year - 1)


def _month_day(day: date | None) -> str | None:
    return None if day is None else f"--{day.month:02}-{day.day:02}"


def _moved(day: date, years: int) -> date:
    year = min(max(day.year + years, 1), 9998)
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def day_period(day: date) -> Period:
    """Return one day as a period."""
    return Period(day, day + DAY, "day")


def month_period(year: int | None, month: int, months: int = 1, grain: str = "month") -> Period:
    """Return ``count`` months from ``month`` on as a period; without a year, of any year."""
    base = 2000 if year is None else year
    return Period(
        date(base, month, 1), add_months(date(base, month, 1), months), grain, yearly=year is None
    )


def year_period(year: int) -> Period:
    """Return one year as a period."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1), "year")


def week_period(day: date) -> Period:
    """Return the week, Monday to Sunday, that holds ``day``."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=7), "week")


def add_months(day: date, months: int) -> date:
    """Return the same day some months later (or earlier); the month's last day where it has no
    such.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(min(max(index, 12), 9998 * 12), 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def add_units(day: date, unit: str, count: int) -> date:
    """Return ``day`` moved by days, weeks, months, quarters or years, kept within the calendar."""
    count = max(min(count, 5_000), -5_000)
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        return add_months(day, count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit])
    except OverflowError:
        return date(1, 1, 1)


def unit_period(day: date, unit: str) -> Period:
    """Return the calendar unit that holds ``day``."""
    if unit == "day":
        return day_period(day)
    if unit == "week":
        return week_period(day)
    if unit == "month":
        return month_period(day.year, day.month)
    if unit == "quarter":
        return month_period(day.year, 3 * ((day.month - 1) // 3) + 1, 3, "quarter")
    if unit == "half":
        return month_period(day.year, 1 if day.month < 7 else 7, 6, "half")
    return year_period(day.year)


def season_period(year: int | None, first_month: int) -> Period:
    """Return the three months from ``first_month`` on as a period."""
    return month_period(year, first_month, 3, "season")


def part_of(period: Period, part: str) -> Period:
    """Return the early, mid or late third, or the first or second half of a period."""
    if period.start is None or period.end is None:
        return period
    if period.grain in ("year", "quarter", "season", "half", "span") and period.start.day == 1:
        return _part_by_months(period, part)
    days = (period.end - period.start).days
    if period.grain == "month" and part in ("early", "mid", "late"):
        cuts = {"early": (0, 10), "mid": (10, 20), "late": (20, days)}
    elif period.grain == "month":
        cuts = {"first half": (0, 15), "second half": (15, days)}
    else:
        third = -(-days // 3)
        cuts = {
            "early": (0, third),
            "mid": (third, days - third),
            "late": (days - third, days),
            "first half": (0, days // 2),
            "second half": (days // 2, days),
        }
    first, last = cuts[part]
    return Period(period.start + first * DAY, period.start + last * DAY, "span", period.yearly)


def _part_by_months(period: Period, part: str) -> Period:
    if period.start is None or period.end is None:
        return period
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    third = max(months // 3, 1)
    first, last = {
        "early": (0, third),
        "mid": (third, months - third),
        "late": (months - third, months),
        "first half": (0, months // 2),
        "second half": (months // 2, months),
    }[part]
    return Period(
        add_months(period.start, first), add_months(period.start, last), "span", period.yearly
    )


@frozen
class Found:
    """A period and its last token. ``sure`` is False where the words alone might mean else.

    ``ahead`` marks a bare year that lies ahead: a number, unless a bound or range says otherwise.
    """

    period: Period
    last: int
    sure: bool = True
    ahead: bool = False
