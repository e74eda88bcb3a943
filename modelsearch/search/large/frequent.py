"""Words so frequent that a search of a large catalogue must not walk all their places.

How many passages a word has is counted when the catalogue has grown by a fifth since the last
time: the counts need not be exact, and counting reads the whole keyword index.
"""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from modelsearch.records.typed import Any
from modelsearch.store.database import fetch_all, fetch_value, read_count, transaction, write_meta

SMALLEST = 8_000  #: passages from which on words are counted
FREQUENT = 2_000  #: passages that a frequent word has at least
_GROWN = 1.2


def refresh(connection: apsw.Connection, *, smallest: int = SMALLEST) -> bool:
    """Count the frequent words anew where the catalogue has grown; return whether it had."""
    passages = int(fetch_value(connection, "SELECT count(*) FROM passage"))
    counted = read_count(connection, "words_counted_at")
    if passages < smallest or counted / _GROWN <= passages <= counted * _GROWN:
        return False
    with transaction(connection):
        connection.execute("DELETE FROM frequent_word")
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab (main, passage_fts, row)"
        )
        connection.execute(
            "INSERT INTO frequent_word SELECT term, doc FROM temp.words WHERE doc >= ?",
            (FREQUENT,),
        )
        write_meta(connection, "words_counted_at", str(passages))
    return True


def counts(connection: apsw.Connection, words: Iterable[str]) -> dict[str, int]:
    """Return how many passages each word has: FREQUENT - 1 for those that are not frequent."""
    found: dict[str, int] = {}
    for word in words:
        stems = _stems(connection, word)
        numbers = [
            row[0]
            for stem in stems
            for row in fetch_all(
                connection, "SELECT passages FROM frequent_word WHERE word = ?", (stem,)
            )
        ]
        # A word of several tokens is a phrase: as rare as its rarest part.
        found[word] = min(numbers) if len(numbers) == len(stems) > 0 else FREQUENT - 1
    return found


def _stems(connection: apsw.Connection, word: str) -> list[str]:
    """Return a word as the keyword index has it."""
    tokenizer = connection.fts5_tokenizer("porter", ["unicode61", "remove_diacritics", "2"])
    tokens: Any = tokenizer(
        word.encode("utf-8", "replace"), apsw.FTS5_TOKENIZE_QUERY, None, include_colocated=False
    )
    return [token[2] for token in tokens]
