"""Ranking in a large catalogue: the same rankers, at a bounded cost.

Words that few passages have are ranked by BM25: all passages that have one of them. With frequent
ones (:mod:`modelsearch.search.large.frequent`) beside them, passages that have all words come
first, and a frequent word alone makes none a match. Where all words are frequent, the newest
passages that have all are the answer, unscored, those with the words in the title first. Vectors
are searched through the cells, or one by one where filters leave few.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.search import semantic
from modelsearch.search.by_model import best_by_model
from modelsearch.search.large import bitsets, frequent, probing
from modelsearch.search.lexical import TEXT_WEIGHT, TITLE_WEIGHT, match_expression, words_of
from modelsearch.search.ranking import Hit
from modelsearch.store.database import fetch_all, fetch_value

#: Places of words that one question may score, places of the rarest word that it may join the
#: others to, and passages that it takes where all words are frequent.
MOST_PLACES, MOST_JOINED, NEWEST = 12_000, 60_000, 1_000
#: So many of the newest passages' titles are asked for frequent words, more where those are few.
_TITLES = (20_000, 400_000)
_MATCHING = "SELECT rowid FROM passage_fts WHERE passage_fts MATCH ?"
#: Filtered models that are compared one by one.
FEW = 10_000


def keyword_hits(
    connection: apsw.Connection, text: str, depth: int, members: int | None
) -> list[Hit]:
    """Rank models by their best passage for ``text``, only ``members`` where given."""
    words = words_of(text)
    if not words:
        return []
    few = None
    if members is not None and members.bit_count() <= FEW:
        few = numbers_json(bitsets.ids_of(members))
    inside = None if members is None else bitsets.Membership(members).__contains__
    return best_by_model(connection, _passages(connection, words, few), depth, inside)


def vector_hits(
    connection: apsw.Connection, vector: bytes, depth: int, members: int | None
) -> list[Hit]:
    """Rank models by their nearest passage, only ``members`` where given."""
    if members is None or members.bit_count() > FEW:
        return probing.nearest(connection, vector, depth, members)
    return semantic.nearest(
        connection,
        vector,
        "json_each(?) j CROSS JOIN passage p ON p.model = j.value "
        "CROSS JOIN embedding e ON e.passage = p.id",
        (numbers_json(bitsets.ids_of(members)),),
        depth,
    )


def _passages(
    connection: apsw.Connection, words: list[str], few: str | None
) -> Iterator[tuple[int, float]]:
    """Yield passages for words, best first: those that have all, then those with a rare one.

    ``few`` is a JSON list of models that alone count.
    """
    numbers = frequent.counts(connection, words)
    rarest = sorted(words, key=lambda word: numbers[word])
    places = itertools.accumulate(numbers[word] for word in rarest)
    telling = [word for word, so_far in zip(rarest, places, strict=True) if so_far <= MOST_PLACES]
    if len(telling) == len(words):
        yield from _by_bm25(connection, match_expression(words, connection=connection), few)
    elif numbers[rarest[0]] <= MOST_JOINED:
        every = _with_all(connection, words, telling, few)
        yield from every
        if telling:
            yield from _after(
                every,
                list(_by_bm25(connection, match_expression(telling, connection=connection), few)),
            )
    else:
        yield from _newest(connection, words, few)


def _with_all(
    connection: apsw.Connection, words: list[str], telling: list[str], few: str | None
) -> list[tuple[int, float]]:
    """Return the passages that have all words, best first.

    A score counts in how many passages each word stands, the frequent ones in nearly all. Where
    one passage alone has all words (a model's own profile), there is nothing to order: it has the
    score that the rare words give it.
    """
    expression = match_expression(words, "AND", connection)
    sql = f"{_MATCHING}{_OF_FEW if few else ''} LIMIT 2"
    found = fetch_all(connection, sql, (expression, few) if few else (expression,))
    if len(found) > 1:
        return list(_by_bm25(connection, expression, few))
    if found and telling:
        rare = match_expression(telling, "AND", connection)
        scores = dict(_by_bm25(connection, rare, few))
        return [(passage, scores.get(passage, 0.0)) for (passage,) in found]
    return [(passage, 0.0) for (passage,) in found]


def _after(
    first: list[tuple[int, float]], more: list[tuple[int, float]]
) -> Iterator[tuple[int, float]]:
    """Yield what is not in ``first``, with scores moved behind: those of two expressions do not
    compare.
    """
    known = {passage for passage, _ in first}
    moved = first[-1][1] - more[0][1] if first and more else 0.0
    yield from ((passage, score + moved) for passage, score in more if passage not in known)


#: Leaves passages of other models out before they are scored. The plus sign keeps SQLite from
#: asking the keyword index about each passage by itself.
_OF_FEW = (
    " AND +rowid IN (SELECT p.id FROM json_each(?) j CROSS JOIN passage p ON p.model = j.value)"
)


def _by_bm25(
    connection: apsw.Connection, expression: str, few: str | None
) -> Iterator[tuple[int, float]]:
    score = f"bm25(passage_fts, {TITLE_WEIGHT}, {TEXT_WEIGHT})"
    yield from connection.execute(
        f"SELECT rowid, {score} FROM passage_fts WHERE passage_fts MATCH ?"
        f"{_OF_FEW if few else ''} ORDER BY {score} LIMIT {MOST_PLACES}",
        (expression, few) if few else (expression,),
    )


def _newest(
    connection: apsw.Connection, words: list[str], few: str | None
) -> Iterator[tuple[int, float]]:
    """Yield the newest passages that have all words (else one), title matches first, unscored."""
    every, any_of = match_expression(words, "AND"), match_expression(words)
    titled = _newest_titled(connection, f"title : ({every})", few)
    yield from ((passage, -2.0) for passage in titled)
    seen = set(titled)
    sql = f"{_MATCHING}{_OF_FEW if few else ''} ORDER BY rowid DESC LIMIT {NEWEST}"
    for expression, score in ((every, -1.0), (any_of, 0.0)):
        if expression is any_of and (seen or every == any_of):
            return
        for (passage,) in fetch_all(connection, sql, (expression, few) if few else (expression,)):
            if passage not in seen:
                seen.add(passage)
                yield passage, score


def _newest_titled(connection: apsw.Connection, expression: str, few: str | None) -> list[int]:
    """Return the newest of the newest passages that match.

    Backwards, the keyword index does not stop at a row id; so a short and then a long end of it is
    read forwards.
    """
    last = int(fetch_value(connection, "SELECT max(id) FROM passage") or 0)
    found: list[int] = []
    for reach in _TITLES:
        sql = f"{_MATCHING} AND rowid > ?{_OF_FEW if few else ''} ORDER BY rowid"
        after = last - reach
        rows = fetch_all(connection, sql, (expression, after, few) if few else (expression, after))
        found = [row[0] for row in rows]
        if len(found) >= NEWEST or reach >= last:
            break
    return found[: -NEWEST - 1 : -1]
