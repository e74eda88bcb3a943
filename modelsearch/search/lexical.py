"""Keyword search: FTS5 with BM25 and column weights, the best passage of each model.

Every word is quoted, so that punctuation and operators in a question are words like any other
(FTS5 raises on ``CIFAR-10``, ``lr:0.1`` or ``AND`` otherwise).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import apsw

from modelsearch.records.patterns import lazy
from modelsearch.search.ranking import CANDIDATES, Hit
from modelsearch.search.wordforms import forms, is_eastern, tokens_with
from modelsearch.store.database import fetch_all

TITLE_WEIGHT = 2.0  #: a word in a title counts this often
TEXT_WEIGHT = 1.0
_MAX_WORDS = 32
_PASSAGES_PER_MODEL = 8
_WORD = lazy(r"\w+", re.UNICODE)

#: Words that say nothing about a document; they only lengthen posting lists.
_STOP_WORDS = (
    "a an and are as at be been being but by can could did do does for from had has have how i if "
    "in into is it its me my of on or our should so than that the their them then there these "
    "they this those to us was we were what when where which while who why will with would you "
    "your"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


def words_of(text: str) -> list[str]:
    """Return the distinct content words of a question, in order, lower case.

    Where nothing but stop words is left, they are kept.
    """
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))
    content = [word for word in words if word not in STOP_WORDS]
    return (content or words)[:_MAX_WORDS]


def match_expression(
    words: Sequence[str], operator: str = "OR", connection: apsw.Connection | None = None
) -> str:
    """Return an FTS5 expression for words: each quoted, in all its forms, joined by ``operator``.

    Words of Chinese and Japanese are found within longer runs where a connection is given.
    """
    return f" {operator} ".join(_any_form(word, connection) for word in words)


def _any_form(word: str, connection: apsw.Connection | None) -> str:
    spelled = forms(word)
    if connection is not None and is_eastern(word):
        spelled = tokens_with(connection, word) or spelled
    quoted = ['"' + one.replace('"', '""') + '"' for one in spelled]
    return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"


def search_titles(
    connection: apsw.Connection, text: str, *, filtered: bool, depth: int
) -> list[Hit]:
    """Rank models by the words of ``text`` that their titles have: ids, paths, headings."""
    words = words_of(text)
    wanted = f"title : ({match_expression(words, connection=connection)})" if words else ""
    return _by_best_passage(connection, wanted, (1.0, 0.0), filtered=filtered, depth=depth)


def search(connection: apsw.Connection, text: str, *, filtered: bool, depth: int) -> list[Hit]:
    """Rank models by their best passage for ``text``; at most ``depth``.

    With ``filtered`` only models in the candidate table count, and they are filtered before the
    depth is cut, so that none is lost.
    """
    words = words_of(text)
    wanted = match_expression(words, connection=connection) if words else ""
    weights = (TITLE_WEIGHT, TEXT_WEIGHT)
    return _by_best_passage(connection, wanted, weights, filtered=filtered, depth=depth)


def _by_best_passage(
    connection: apsw.Connection,
    wanted: str,
    weights: tuple[float, float],
    *,
    filtered: bool,
    depth: int,
) -> list[Hit]:
    """Rank models by their best passage for a MATCH expression; none for an empty one.

    ``weights`` are those of a passage's title and text.
    """
    if not wanted:
        return []
    # The plus keeps SQLite from asking the full-text index once for every candidate.
    inside = (
        f"AND +rowid IN (SELECT p.id FROM {CANDIDATES} c JOIN passage p ON p.model = c.model)"
        if filtered
        else ""
    )
    score = "bm25(passage_fts, {}, {})".format(*weights)
    rows = fetch_all(
        connection,
        f"""
        WITH hit AS MATERIALIZED (
          SELECT rowid AS passage, {score} AS score FROM passage_fts
          WHERE passage_fts MATCH ? {inside} ORDER BY {score} LIMIT ?
        )
        SELECT p.model, min(hit.score) AS best, hit.passage, m.model_id
        FROM hit JOIN passage p ON p.id = hit.passage JOIN model m ON m.id = p.model
        GROUP BY p.model ORDER BY best, m.model_id LIMIT ?
        """,
        (wanted, depth * _PASSAGES_PER_MODEL, depth),
    )
    return [Hit(model, score, passage) for model, score, passage, _ in rows]
