"""A point of a learning curve: "test accuracy of X at epoch 100", "at which epoch was it best"."""

from __future__ import annotations

import re

from modelsearch.query.intent.result_words import ResultWords
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns

_COUNTER = r"(?P<counter>epoch|step|episode|iteration)s?"
_AT = lazy(rf"(?i)\b(?:at|in)\s+(?:the\s+)?{_COUNTER}\s+(?P<number>\d{{1,9}})\b(?!\.\d)")
_WHERE_BEST = lazy(
    rf"(?i)^\s*(?:(?:at|in|on)\s+)?(?:which|what)\s+{_COUNTER}\s+(?:was|is|were|had|has|did|gave)\b"
)
_EXTREME = lazy(r"(?i)\b(?P<word>best|highest|lowest|worst|peak|maximal|minimal)\b")
_DOWN = frozenset({"lowest", "minimal"})
_OPENING = lazy(r"(?i)^\s*(?:(?:what|which|show|give|me|is|was|were|are|the|my)\s+)+")


def point_asked(question: str, asked: AskedRuns, results: ResultWords) -> str | None:
    """Read a result at a point of its curve, or where it was best; return the other words, None
    where the question is none of that.
    """
    at = _AT.search(question)
    if at is not None:
        rest = _without_result(f"{question[: at.start()]} {question[at.end() :]}", asked, results)
        if rest is not None:
            asked.ask, asked.fact = "point", f"{at['counter'].lower()} {int(at['number'])}"
        return rest
    where = _WHERE_BEST.match(question)
    best = _EXTREME.search(question) if where is not None else None
    if where is None or best is None:
        return None
    text = question[where.end() : best.start()] + " " + question[best.end() :]
    rest = _without_result(text, asked, results)
    if rest is not None:
        word = best["word"].lower()
        asked.best = True
        asked.first = "worst" if word == "worst" else ""
        asked.descending = None if word in ("best", "worst") else word not in _DOWN
    return rest


def _without_result(text: str, asked: AskedRuns, results: ResultWords) -> str | None:
    """Read the result that words name first; return the words behind it, None where none does."""
    words = re.sub(r"\s+", " ", _OPENING.sub("", text)).strip(" ?!.")
    if not words or not results.read(words, asked):
        return None
    return words[results.length(words) :]
