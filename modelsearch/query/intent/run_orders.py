"""The order that a question asks of runs: by a result ("best run", "lowest val loss"), by a setting
that they recorded ("trial with the highest lr"), by a column ("most epochs", "longest run").
"""

from __future__ import annotations

import re

from modelsearch.query.intent.result_words import ResultWords
from modelsearch.query.names.recorded_names import RecordedNames
from modelsearch.query.numbers.quantities import NUMBER_WORDS
from modelsearch.query.time.datewords import names_a_time
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import spellings
from modelsearch.vocabulary.runs import column_called, columns

_HIGH = frozenset({"highest", "largest", "biggest", "greatest", "maximum", "max", "most"})
_LOW = frozenset({"lowest", "smallest", "minimum", "min", "fewest", "least"})
_ENDS = "|".join(sorted({*_HIGH, *_LOW, "best", "worst"}))
_SUPERLATIVE = lazy(rf"(?i)\b(?P<word>{_ENDS})\s+(?P<name>(?:[\w@.\-/:]+ ?){{1,4}})")
_COUNT = rf"\d+|{'|'.join(NUMBER_WORDS)}"
_OUTMOST = "best|worst|highest|lowest|smallest|largest|biggest|minimum|maximum|min|max|top"
_EXTREME = lazy(
    rf"(?i)(?:\b(?P<before>{_COUNT}) )?\b(?P<word>{_OUTMOST})\b(?: (?P<count>{_COUNT})\b)?"
    r"(?=(?:[ _](?P<next>[a-z]+))?)"
)
_BY = lazy(r"(?i)\b(?:by|sorted by|ranked by|for)\s+(?P<name>(?:[\w@.\-/:]+ ?){1,3})")
_ORDERED = {"longest": "duration_s", "shortest": "-duration_s", "latest": "started_at",
            "newest": "started_at", "last": "started_at", "first": "-started_at",
            "oldest": "-started_at", "fastest": "-duration_s", "slowest": "duration_s"}  # fmt: skip
_SORTED = lazy(
    r"(?i)\b(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?)\s+by\s+(?:the\s+|their\s+)?"
    r"(?P<name>duration|length|time|start(?:ed)?|date)\b(?:\s+(?P<down>desc(?:ending)?)|\s+asc\w*)?"
)


def read_order(text: str, asked: AskedRuns, recorded: RecordedNames, results: ResultWords) -> str:
    """Read the order that is asked for and return the other words; ``max depth`` may be the name of
    a setting.
    """
    found = _SUPERLATIVE.search(text)
    by = _BY.search(text)
    if by is not None and results.read(by["name"], asked):
        text = text[: by.start()] + " " + text[by.start("name") + results.length(by["name"]) :]
        asked.best = True
    elif found is not None and results.read(found["name"], asked):
        end = found.start("name") + results.length(found["name"])
        text = text[: found.start("name")] + " " + text[end:]
        if found["word"].lower() in ("most", "least", "fewest"):
            asked.best, asked.descending = True, found["word"].lower() in _HIGH
            return text[: found.start()] + " " + text[found.start("name") :]
    elif found is not None and asked.thing == "runs":
        left = _by_setting(text, found, asked, recorded)
        if left is not None:
            return left
    return _by_column(_extreme(text, asked, recorded), asked)


def _by_setting(
    text: str, found: re.Match[str], asked: AskedRuns, recorded: RecordedNames
) -> str | None:
    """Read a superlative of what runs recorded, and return the other words: "the highest lr"; None
    where no column and no setting is called so.
    """
    if found["word"].lower() in ("best", "worst"):
        return None
    words = found["name"].split()
    whole = normalise(f"{found['word']} {words[0]}")
    if whole in recorded.spelled:
        return None  # "max depth" is the name of a setting
    for count in range(len(words), 0, -1):
        said = " ".join(words[:count])
        name = _recorded_as(said, recorded)
        if name:
            asked.first = name if found["word"].lower() in _HIGH else f"-{name}"
            end = found.start("name") + len(said)
            return f"{text[: found.start()]} {text[end:]}"
    return None


def _recorded_as(said: str, recorded: RecordedNames) -> str:
    """Return the column of numbers, else the field or the setting, that some words mean."""
    name = column_called(said)
    if name is not None and columns()[name].number:
        return columns()[name].column
    spelling = normalise(said)
    exact = recorded.spelled.get(spelling, ())
    if exact:
        return exact[0]
    field = spellings().get(spelling)
    return field.name if field is not None and recorded.names(field.name) else ""


def _extreme(text: str, asked: AskedRuns, recorded: RecordedNames) -> str:
    word = _EXTREME.search(text)
    if word is None or normalise(f"{word['word']} {word['next'] or ''}") in recorded.spelled:
        return text
    _direction(word["word"].lower(), asked)
    asked.limit = _number(word["count"] or word["before"]) or asked.limit
    return text[: word.start()] + " " + text[word.end() :]


def _direction(word: str, asked: AskedRuns) -> None:
    asked.best = True
    if word in _HIGH:
        asked.descending = True
    elif word in _LOW:
        asked.descending = False
    elif word == "worst":
        asked.first = "worst"


def _by_column(text: str, asked: AskedRuns) -> str:
    by = _SORTED.search(text)
    if by is not None:
        column = "started_at" if by["name"].lower().startswith(("start", "date")) else "duration_s"
        asked.first = column if by["down"] else f"-{column}"
        text = text[: by.start()] + " " + text[by.end() :]
    for name, column in _ORDERED.items():
        found = re.search(
            rf"(?i)(?:\b(?P<before>{_COUNT}) )?\b{name}\b(?: (?P<count>{_COUNT})\b)?"
            r"(?= (?P<next>[a-z]+)|)",
            text,
        )
        if found is not None and names_a_time((found["next"] or "").lower()):
            continue  # "last spring" is a time, no run
        if found is not None and not asked.metric and not asked.first:
            asked.first = column
            asked.limit = _number(found["count"] or found["before"]) or asked.limit
            text = text[: found.start()] + " " + text[found.end() :]
    return text


def _number(said: str | None) -> int | None:
    """Return a count that is said in words or digits, None where none is."""
    lower = (said or "").lower()
    return NUMBER_WORDS.get(lower) or (int(lower) if lower.isdecimal() else None)
