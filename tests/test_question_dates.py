"""Dates in questions: every form becomes the half-open interval that is meant."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.question import ParsedQuery
from tests.conftest import ROOT

TODAY = date(2025, 6, 15)  # a Sunday
LEXICON = Lexicon()

Bounds = tuple[str | None, str | None]


def read(question: str, today: date = TODAY) -> ParsedQuery:
    return parse(question, LEXICON, today=today, lenient=True)


def dates(question: str, today: date = TODAY) -> list[tuple[str, Bounds]]:
    return [
        (one["field"], tuple(one["value"]))
        for one in read(question, today).filters
        if one["field"] in ("created", "modified")
    ]


def interval(text: str, today: date = TODAY) -> Bounds:
    found = dates(f"models created {text}", today)
    assert len(found) == 1, found
    return found[0][1]


FORMS: dict[str, Bounds] = {
    # months, with and without a year
    "in March 2025": ("2025-03-01", "2025-04-01"),
    "in March": ("--03-01", "--04-01"),
    "in Mar. 2025": ("2025-03-01", "2025-04-01"),
    "in Apr '25": ("2025-04-01", "2025-05-01"),
    "in 2025 May": ("2025-05-01", "2025-06-01"),
    "in the month of January": ("--01-01", "--02-01"),
    "in March of last year": ("2024-03-01", "2024-04-01"),
    "in 3/2025": ("2025-03-01", "2025-04-01"),
    "in Febuary 2025": ("2025-02-01", "2025-03-01"),
    # years, quarters, halves, seasons
    "in 2024": ("2024-01-01", "2025-01-01"),
    "in Q1 2025": ("2025-01-01", "2025-04-01"),
    "in 2024Q4": ("2024-10-01", "2025-01-01"),
    "in 2025-Q2": ("2025-04-01", "2025-07-01"),
    "in the third quarter of 2024": ("2024-07-01", "2024-10-01"),
    "in the last quarter of 2024": ("2024-10-01", "2025-01-01"),
    "in the last month of 2024": ("2024-12-01", "2025-01-01"),
    "in H2 2024": ("2024-07-01", "2025-01-01"),
    "in the second half of March 2025": ("2025-03-16", "2025-04-01"),
    "in spring 2025": ("2025-03-01", "2025-06-01"),
    "in winter 2024/25": ("2024-12-01", "2025-03-01"),
    "in winter 2024": ("2024-12-01", "2025-03-01"),
    "last summer": ("2024-06-01", "2024-09-01"),
    "last spring": ("2025-03-01", "2025-06-01"),
    # weeks and weekends
    "in the first week of March 2025": ("2025-03-01", "2025-03-08"),
    "in the last week of April 2025": ("2025-04-24", "2025-05-01"),
    "in the week of 10 March 2025": ("2025-03-10", "2025-03-17"),
    "in week 10 of 2025": ("2025-03-03", "2025-03-10"),
    "in 2025-W10": ("2025-03-03", "2025-03-10"),
    "on the weekend of 15-16 March 2025": ("2025-03-15", "2025-03-17"),
    "on the last weekend of May 2025": ("2025-05-31", "2025-06-02"),
    # days
    "on 4 April 2025": ("2025-04-04", "2025-04-05"),
    "on April 4th, 2025": ("2025-04-04", "2025-04-05"),
    "on the 18th of March": ("--03-18", "--03-19"),
    "on the first of March 2025": ("2025-03-01", "2025-03-02"),
    "on Friday, 4 April 2025": ("2025-04-04", "2025-04-05"),
    "on the first Monday of March 2025": ("2025-03-03", "2025-03-04"),
    "on the last Friday in April 2025": ("2025-04-25", "2025-04-26"),
    "on the last day of 2024": ("2024-12-31", "2025-01-01"),
    "on the 10th": ("2025-06-10", "2025-06-11"),
    "on the 20th of last month": ("2025-05-20", "2025-05-21"),
    "on Christmas Day 2024": ("2024-12-25", "2024-12-26"),
    "2025-03-14": ("2025-03-14", "2025-03-15"),
    "2025-03-14T10:30:00+02:00": ("2025-03-14", "2025-03-15"),
    "on 14.03.2025": ("2025-03-14", "2025-03-15"),
    "on 3/14/25": ("2025-03-14", "2025-03-15"),
    "on 14-Mar-2025": ("2025-03-14", "2025-03-15"),
    "2025-03-14 at 10:30": ("2025-03-14", "2025-03-15"),
    "on Apr 3, '25": ("2025-04-03", "2025-04-04"),
    "on 20250314": ("2025-03-14", "2025-03-15"),
    # between, from to
    "between 12 and 16 March": ("--03-12", "--03-17"),
    "between March and April 2025": ("2025-03-01", "2025-05-01"),
    "from 1 May 2025 to 15 May 2025": ("2025-05-01", "2025-05-16"),
    "from Dec 24 to Jan 5": ("--12-24", "--01-06"),
    "from Dec 24 2024 to Jan 5": ("2024-12-24", "2025-01-06"),
    "November 2024 - February 2025": ("2024-11-01", "2025-03-01"),
    "in 2023-2024": ("2023-01-01", "2025-01-01"),
    "from March 5th until the 10th": ("--03-05", "--03-11"),
    "from 2023 to 2024": ("2023-01-01", "2025-01-01"),
    "2025-04-01..2025-04-15": ("2025-04-01", "2025-04-16"),
    "from March 2025 to date": ("2025-03-01", "2025-06-16"),
    "in the first ten days of March 2025": ("2025-03-01", "2025-03-11"),
    "in the last 3 months of 2024": ("2024-10-01", "2025-01-01"),
    "in the two weeks before 1 June 2025": ("2025-05-18", "2025-06-01"),
    "the day after 4 April 2025": ("2025-04-05", "2025-04-06"),
    # since, before, until, after
    "since April": ("2025-04-01", None),
    "since July": ("2024-07-01", None),
    ">= 2024": ("2024-01-01", None),
    "< May 2025": (None, "2025-05-01"),
    "before 2025": (None, "2025-01-01"),
    "after March 2025": ("2025-04-01", None),
    "until March 2025": (None, "2025-04-01"),
    "until the end of February 2025": (None, "2025-03-01"),
    "before the end of 2024": (None, "2025-01-01"),
    "after the beginning of May 2025": ("2025-05-01", None),
    "no later than 31 December 2024": (None, "2025-01-01"),
    "on or after 2025-05-20": ("2025-05-20", None),
    "from 20 May 2025 onwards": ("2025-05-20", None),
    "older than 6 months": (None, "2024-12-15"),
    "more than a year ago": (None, "2024-06-15"),
    "newer than 2 weeks": ("2025-06-01", None),
    "no older than 2 weeks": ("2025-06-01", None),
    "more recently than April 2025": ("2025-05-01", None),
    "in or before 2024": (None, "2025-01-01"),
    "in 2024 or before": (None, "2025-01-01"),
    "in May or later": ("2025-05-01", None),
    # counted from today
    "today": ("2025-06-15", "2025-06-16"),
    "yesterday": ("2025-06-14", "2025-06-15"),
    "the day before yesterday": ("2025-06-13", "2025-06-14"),
    "this week": ("2025-06-09", "2025-06-16"),
    "last week": ("2025-06-02", "2025-06-09"),
    "last month": ("2025-05-01", "2025-06-01"),
    "last quarter": ("2025-01-01", "2025-04-01"),
    "this year": ("2025-01-01", "2026-01-01"),
    "in the last week": ("2025-06-08", "2025-06-16"),
    "in the past 10 days": ("2025-06-05", "2025-06-16"),
    "in the past 3 months": ("2025-03-15", "2025-06-16"),
    "over the past couple of weeks": ("2025-06-01", "2025-06-16"),
    "in the week before last": ("2025-05-26", "2025-06-02"),
    "in the last half of 2024": ("2024-07-01", "2025-01-01"),
    "the month before March 2025": ("2025-02-01", "2025-03-01"),
    "in Mar/Apr 2025": ("2025-03-01", "2025-05-01"),
    "within 3 days of 15 May 2025": ("2025-05-12", "2025-05-19"),
    "before or on 5 May 2025": (None, "2025-05-06"),
    "3 days ago": ("2025-06-12", "2025-06-13"),
    "2 weeks ago": ("2025-05-26", "2025-06-02"),
    "two months ago": ("2025-04-01", "2025-05-01"),
    "1 month and 21 days ago": ("2025-04-24", "2025-04-25"),
    "last Monday": ("2025-06-09", "2025-06-10"),
    "on Friday": ("2025-06-13", "2025-06-14"),
    "on Tuesday last week": ("2025-06-03", "2025-06-04"),
    "over the weekend": ("2025-06-14", "2025-06-16"),
    "earlier this year": ("2025-01-01", "2025-06-15"),
    "in the past 48 hours": ("2025-06-13", "2025-06-16"),
    "an hour ago": ("2025-06-15", "2025-06-16"),
    # parts
    "early 2025": ("2025-01-01", "2025-05-01"),
    "in mid-March": ("--03-11", "--03-21"),
    "late April 2025": ("2025-04-21", "2025-05-01"),
    "at the end of May 2025": ("2025-05-21", "2025-06-01"),
    "at the beginning of last month": ("2025-05-01", "2025-05-11"),
}


@pytest.mark.parametrize("text", FORMS)
def test_a_form_becomes_its_interval(text: str) -> None:
    assert interval(text) == FORMS[text]


def test_the_documented_forms_are_read_as_documented() -> None:
    page = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (\S*) \.\. (\S*) \|$", page, re.MULTILINE)
    assert len(rows) > 30
    for text, start, end in rows:
        assert interval(text) == (start or None, end or None), text


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("models created in May 2025", "created"),
        ("what did I make in May 2025?", "created"),
        ("models from May 2025", "created"),
        ("models modified in May 2025", "modified"),
        ("which models did I change in May 2025?", "modified"),
        ("models last edited in May 2025", "modified"),
        ("models updated in May 2025", "modified"),
        ("which ones did I touch in May 2025", "modified"),
    ],
)
def test_the_verb_says_which_date_is_meant(question: str, field: str) -> None:
    assert dates(question) == [(field, ("2025-05-01", "2025-06-01"))]


def test_two_dates_with_two_verbs() -> None:
    assert dates("created in February 2025 but modified in April 2025") == [
        ("created", ("2025-02-01", "2025-03-01")),
        ("modified", ("2025-04-01", "2025-05-01")),
    ]


def test_listed_months_share_their_year() -> None:
    found = [value for _, value in dates("models created in November and March 2025")]
    assert found == [("2024-11-01", "2024-12-01"), ("2025-03-01", "2025-04-01")]
    found = [value for _, value in dates("models created in March or May 2025")]
    assert found == [("2025-03-01", "2025-04-01"), ("2025-05-01", "2025-06-01")]


@pytest.mark.parametrize(
    "question",
    [
        "the game called 2048",
        "models may use dropout",
        "march through the MNIST models",
        "the second model in the march of progress",
        "T5 2020",
        "trained on the SUN dataset",
        "sequence of 10",
        "batch size 2000",
        "models trained for 2000 epochs",
        "sat, mon and fri",
        "version 1.2.15",
        "a ratio of 2/15",
        "wikitext-2020",
        "the 15th model",
        "top 10 of 12",
        "predict the next day",
        "summer to winter translation",
        "trained for 3 days",
        "this may help",
        "last 5 GANs",
        "a 2-3 layer network",
    ],
)
def test_everyday_words_and_numbers_are_no_dates(question: str) -> None:
    assert dates(question) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Modelle vom März 2025", ("2025-03-01", "2025-04-01")),
        ("Modelle vom 12. Februar 2025", ("2025-02-12", "2025-02-13")),
        ("modèles créés en avril 2025", ("2025-04-01", "2025-05-01")),
        ("modelos de mayo de 2025", ("2025-05-01", "2025-06-01")),
        ("gestern", ("2025-06-14", "2025-06-15")),
        ("modelos hace 3 días", ("2025-06-12", "2025-06-13")),
        ("il y a 2 jours", ("2025-06-13", "2025-06-14")),
        ("Modelle vor 2 Wochen", ("2025-05-26", "2025-06-02")),
        ("seit dem 1. Mai 2025", ("2025-05-01", None)),
        ("zwischen März und Mai 2025", ("2025-03-01", "2025-06-01")),
        ("avant mars 2025", (None, "2025-03-01")),
        ("modelos de la semana pasada", ("2025-06-02", "2025-06-09")),
        ("im Sommer 2024", ("2024-06-01", "2024-09-01")),
        ("en 2024", ("2024-01-01", "2025-01-01")),
        ("2025年3月14日", ("2025-03-14", "2025-03-15")),
        ("модели за март 2025", ("2025-03-01", "2025-04-01")),
    ],
)
def test_other_languages(question: str, expected: Bounds) -> None:
    assert [value for _, value in dates(question)] == [expected]


def test_the_verb_counts_in_other_languages_too() -> None:
    assert dates("Modelle geändert im Mai 2025") == [("modified", ("2025-05-01", "2025-06-01"))]


def test_english_questions_do_not_wake_dateparser() -> None:
    code = (
        "import sys, datetime\n"
        "from modelsearch.query.names.lexicon import Lexicon\n"
        "from modelsearch.query.parser import parse\n"
        "for question in ('GANs created between 12 and 16 March 2025', 'VAEs since 2024',\n"
        "                 'what did I train last week?', 'T5 2020', 'an LSTM of 2024'):\n"
        "    parse(question, Lexicon(), today=datetime.date(2025, 6, 15))\n"
        "sys.exit('dateparser' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_correction_is_announced() -> None:
    assert any("February" in note for note in read("created in Febuary 2025").notes)
    assert any("YYYY-MM-DD" in note for note in read("created on 03/04/2025").notes)


PIECES = """in on since before until after between and from to the of first last week weekend month
day year quarter March May 2025 2024 12 15th Q1 H2 spring past 3 days ago early mid end Monday fri
created modified . , - / ' 1999 not or half today this"""
WORDS = st.sampled_from(PIECES.split())
PHRASES = st.lists(WORDS, max_size=14).map(" ".join)
DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@settings(max_examples=300, deadline=None)
@given(PHRASES, DAYS)
@example("first " * 60, TODAY)
@example("the first week of " * 40 + "May", TODAY)
@example("between " * 50 + "2025", date(2000, 2, 29))
def test_no_phrase_raises_and_intervals_are_half_open(phrase: str, today: date) -> None:
    for _, (start, end) in dates(phrase, today):
        assert start or end
        if start and end and not start.startswith("--"):
            assert start < end


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), DAYS)
def test_no_text_raises(text: str, today: date) -> None:
    read(text, today)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [
            "today",
            "yesterday",
            "in the past 10 days",
            "in the last 3 weeks",
            "3 days ago",
            "within the last 40 days",
            "newer than 5 days",
            "more than 12 days ago",
        ]
    ),
    DAYS,
    st.integers(0, 4_000),
)
def test_shifting_today_shifts_what_counts_from_it(text: str, today: date, days: int) -> None:
    shift = timedelta(days=days)
    moved = tuple(
        (date.fromisoformat(edge) + shift).isoformat() if edge else None
        for edge in interval(text, today)
    )
    assert interval(text, today + shift) == moved
