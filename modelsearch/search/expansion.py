"""More words for a question, from its first results: keywords that several of them share.

A model that says the same in other words is found by its vector; these words let the keywords
agree. They order what was found and find nothing by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import apsw

from modelsearch.search import lexical
from modelsearch.search.ranking import Hit
from modelsearch.store.database import fetch_all, fetch_value

WORDS = 8  #: that are added
_SHARED = 2  #: first results that must have a word
_SHORTEST = 4
_CHARACTERS = 2_000  #: of each first result that are looked at
#: Passages of a catalogue in which it is done. The longer query walks the places of every word:
#: with 10,000 models it took half a second.
_MOST_PASSAGES = 8_000


def search(
    connection: apsw.Connection,
    found: Sequence[lexical.Scored],
    text: str,
    first: Sequence[int],
    among: Collection[int],
) -> list[Hit]:
    """Rank the models ``among`` which the answer's first places are given out, by the question's
    words, by which passages were ``found``, and those that its ``first`` results share.
    """
    if (fetch_value(connection, "SELECT max(id) FROM passage") or 0) > _MOST_PASSAGES:
        return []
    more = _shared_words(connection, first, set(lexical.words_of(text)))
    return lexical.search_among(connection, more, among, found) if more else []


def _shared_words(
    connection: apsw.Connection, passages: Sequence[int], known: set[str]
) -> list[str]:
    """Return words that several passages have: those in most first, then in order of appearance,
    so that the same question always gives the same.
    """
    counted: Counter[str] = Counter()
    marks = ", ".join("?" * len(passages))
    sql = (
        f"SELECT id, title || ' ' || substr(text, 1, {_CHARACTERS}) FROM passage "
        f"WHERE id IN ({marks})"
    )
    texts = dict(fetch_all(connection, sql, tuple(passages)))
    for passage in passages:
        counted.update(lexical.words_of(texts.get(passage, ""), most=None))
    shared = [word for word, count in counted.most_common() if count >= _SHARED]
    fresh = [word for word in shared if word not in known and len(word) >= _SHORTEST]
    return fresh[:WORDS]
