"""Forms of a word in the full-text index that a question may write otherwise.

``Strasse`` and ``Straße`` are one word, so are ``coeur`` and ``cœur``; what is typed in full
width is read as plain letters. The index keeps a run of Chinese or Japanese as one token
(``识别热带鱼的种类``), so a word of these languages means every token that has it inside; the
index's own list of tokens tells which.
"""

from __future__ import annotations

import unicodedata

import apsw

from modelsearch.records.patterns import lazy
from modelsearch.store.database import fetch_all

_EASTERN = lazy(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
#: Two ways to write one sound: what casefolding or a keyboard makes of the other.
_PAIRS = (("ss", "ß"), ("oe", "œ"), ("ae", "æ"))
_MOST_TOKENS = 200  #: tokens that one eastern word stands for at most
_FIRST_EASTERN = "\u2e80"


def is_eastern(word: str) -> bool:
    """Return whether a word has Chinese or Japanese characters."""
    return not word.isascii() and _EASTERN.search(word) is not None


def forms(word: str) -> list[str]:
    """Return a word and its other spellings, the plainest first."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    found = [plain]
    for apart, joined in _PAIRS:
        if apart in plain:
            found.append(plain.replace(apart, joined))
    return found


def tokens_with(connection: apsw.Connection, word: str) -> list[str]:
    """Return the tokens of the index that have an eastern word inside; else those with a pair of
    its characters.
    """
    whole = _containing(connection, [word])
    if whole or len(word) < 2:
        return whole
    return _containing(connection, [word[i : i + 2] for i in range(len(word) - 1)])


def _containing(connection: apsw.Connection, parts: list[str]) -> list[str]:
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.eastern_words "
        "USING fts5vocab (main, passage_fts, row)"
    )
    anywhere = " OR ".join("instr(term, ?) > 0" for _ in parts)
    rows = fetch_all(
        connection,
        f"SELECT term FROM temp.eastern_words WHERE term >= ? AND ({anywhere}) LIMIT ?",
        (_FIRST_EASTERN, *parts, _MOST_TOKENS),
    )
    return [row[0] for row in rows]
