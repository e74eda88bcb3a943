"""Keyword search: FTS5 with BM25 and column weights, the best passage of each model.

Every word is quoted, so that punctuation and operators in a question are words like any other
(FTS5 raises on ``CIFAR-10``, ``lr:0.1`` or ``AND`` otherwise).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.spans import word_runs
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any
from modelsearch.search.by_model import best_by_model
from modelsearch.search.ranking import CANDIDATES, Hit
from modelsearch.search.wordforms import forms, is_eastern, tokens_with
from modelsearch.store.database import fetch_all

TITLE_WEIGHT = 2.0  #: a word in a title counts this often
TEXT_WEIGHT = 1.0
_SCORE = f"bm25(passage_fts, {TITLE_WEIGHT}, {TEXT_WEIGHT})"
_TITLE_SCORE = "bm25(passage_fts, 1.0, 0.0)"
_MAX_WORDS = 32
_PASSAGES_PER_MODEL = 8

#: A passage's row id, its score, and more where it was asked for.
Scored = tuple[Any, ...]

#: Words that say nothing about a document; they only lengthen posting lists.
_STOP_WORDS = (
    "a an and are as at be been being but by can could did do does for from had has have how i if "
    "in into is it its me my of on or our should so than that the their them then there these "
    "they this those to us was we were what when where which while who why will with would you "
    "your"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


def words_of(text: str, most: int | None = _MAX_WORDS) -> list[str]:
    """Return the distinct content words of a question, in order, lower case, at most ``most``.

    Where nothing but stop words is left, they are kept.
    """
    words = list(dict.fromkeys(word.casefold() for word in word_runs(text)))
    content = [word for word in words if word not in STOP_WORDS]
    return (content or words)[:most]


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


def search(connection: apsw.Connection, text: str, *, filtered: bool, depth: int) -> list[Hit]:
    """Rank models by their best passage for ``text``; at most ``depth``.

    With ``filtered`` only models in the candidate table count, and they are filtered before the
    depth is cut, so that none is lost.
    """
    words, most = words_of(text), depth * _PASSAGES_PER_MODEL
    if not filtered:
        return best_by_model(connection, _scored(connection, words, most), depth)
    rows = _scored_candidates(connection, words, most)
    return best_by_model(connection, rows, depth, models={row[0]: row[2] for row in rows})


@frozen
class Found:
    """What keywords found: models by their best passage and by the words of their titles, and the
    passages, as (row id, score, score of the title), best first.
    """

    models: list[Hit]
    titles: list[Hit]
    passages: Sequence[Scored]


def search_with_titles(connection: apsw.Connection, text: str, *, depth: int, titled: int) -> Found:
    """Rank models by their best passage, at most ``depth``, and by the words that their titles
    have (ids, paths, headings), at most ``titled``; both in one walk through the index.
    """
    rows = _scored(connection, words_of(text), depth * _PASSAGES_PER_MODEL, titled=True)
    named = sorted((score, passage) for passage, _, score in rows if score < 0.0)
    titles = [(passage, score) for score, passage in named]
    return Found(
        best_by_model(connection, rows, depth),
        best_by_model(connection, titles, titled),
        rows,
    )


def search_among(
    connection: apsw.Connection,
    words: Sequence[str],
    models: Collection[int],
    found: Sequence[Scored],
) -> list[Hit]:
    """Rank some models by their best passage for some words besides those by which passages were
    ``found`` already: BM25 is a sum over words, so that those need not be looked up again.
    """
    scores = {row[0]: row[1] for row in found}
    inside = "SELECT p.id FROM json_each(?) j CROSS JOIN passage p ON p.model = j.value"
    wanted = (numbers_json(models),)
    more: dict[int, float] = dict(_scored(connection, words, -1, inside, wanted))
    passages = [row[0] for row in fetch_all(connection, inside, wanted)]
    summed = sorted(
        (scores.get(one, 0.0) + more.get(one, 0.0), one)
        for one in passages
        if one in scores or one in more
    )
    ranked = [(passage, score) for score, passage in summed]
    return best_by_model(connection, ranked, len(models))


def _scored_candidates(
    connection: apsw.Connection, words: Sequence[str], most: int
) -> list[Scored]:
    """Return (passage, score, model), best first, of at most ``most`` passages of candidates that
    have a word. An index tells which passages are whose: theirs, long with their texts, are not
    read.
    """
    if not words:
        return []
    return fetch_all(
        connection,
        "WITH inside (passage, model) AS MATERIALIZED ("
        f"SELECT p.id, p.model FROM {CANDIDATES} c CROSS JOIN passage p ON p.model = c.model) "
        f"SELECT passage_fts.rowid, {_SCORE} AS score, i.model "
        "FROM passage_fts CROSS JOIN inside i ON i.passage = passage_fts.rowid "
        "WHERE passage_fts MATCH ? ORDER BY score LIMIT ?",
        (match_expression(words, connection=connection), most),
    )


def _scored(
    connection: apsw.Connection,
    words: Sequence[str],
    most: int,
    inside: str = "",
    parameters: tuple[object, ...] = (),
    *,
    titled: bool = False,
) -> list[Scored]:
    """Return (passage, score), best first, of at most ``most`` passages that have a word, with the
    score of their titles alone where ``titled``; only of those ``inside``, a query for passages,
    if it is given.
    """
    if not words:
        return []
    # The plus keeps SQLite from asking the full-text index once for every candidate.
    among = f"AND +rowid IN ({inside})" if inside else ""
    return fetch_all(
        connection,
        f"SELECT rowid, {_SCORE} AS score{f', {_TITLE_SCORE}' if titled else ''} FROM passage_fts "
        f"WHERE passage_fts MATCH ? {among} ORDER BY score LIMIT ?",
        (
            match_expression(words, connection=connection),
            *parameters,
            most,
        ),
    )
