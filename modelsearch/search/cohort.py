"""BM25 over the filtered cohort: document frequencies are taken over the candidates only.

A word that all candidates share stops counting, one that tells them apart counts more. This is
rank-bm25's Okapi BM25 with the inverse document frequency of Lucene, ln(1 + (N − n + ½)/(n + ½)),
which is never zero or negative: the stock one scores every document 0 when a word is in exactly
half of a small corpus.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import apsw

from modelsearch.database import fetch_all
from modelsearch.search.lexical import STOP_WORDS
from modelsearch.search.ranking import CANDIDATES, Hit

#: Cohorts outside these bounds are left to FTS5: one model needs no ranking, many cost too much.
SMALLEST, LARGEST = 2, 300
_MAX_CHARACTERS = 20_000
_WORD = re.compile(r"\w+")


class CohortIndex:
    """BM25 over the passages of some models; ``documents`` holds each model's words."""

    def __init__(self, documents: Mapping[int, list[str]], names: Mapping[int, str]) -> None:
        self._models = list(documents)
        self._words = [frozenset(words) for words in documents.values()]
        self._names = names
        self._okapi = _lucene_bm25(list(documents.values())) if documents else None

    @classmethod
    def load(cls, connection: apsw.Connection) -> CohortIndex:
        """Read the passages of the candidate models."""
        documents: dict[int, list[str]] = defaultdict(list)
        names: dict[int, str] = {}
        rows = fetch_all(
            connection,
            "SELECT c.model, m.model_id, p.title || ' ' || p.text "
            f"FROM {CANDIDATES} c JOIN model m ON m.id = c.model JOIN passage p "
            "ON p.model = c.model ORDER BY m.model_id, p.id",
        )
        for model, name, passage in rows:
            names[model] = name
            documents[model] += _stems(passage[:_MAX_CHARACTERS])
        return cls({model: words or [""] for model, words in documents.items()}, names)

    def rank(self, text: str) -> list[Hit]:
        """Rank the models that share a word with ``text``, best first."""
        query = _stems(text)
        if not query or self._okapi is None:
            return []
        wanted = frozenset(query)
        hits = [
            Hit(model, float(score))
            for model, words, score in zip(
                self._models, self._words, self._okapi.get_scores(query), strict=True
            )
            if wanted & words
        ]
        return sorted(hits, key=lambda hit: (-hit.score, self._names[hit.model]))


def _lucene_bm25(documents: list[list[str]]) -> Any:
    """rank-bm25's BM25Okapi with an inverse document frequency that stays positive."""
    from rank_bm25 import BM25Okapi

    class LuceneBM25(BM25Okapi):  # type: ignore[misc]
        def _calc_idf(self, nd: dict[str, int]) -> None:
            for word, count in nd.items():
                self.idf[word] = math.log(1 + (self.corpus_size - count + 0.5) / (count + 0.5))

    return LuceneBM25(documents)


def _stems(text: str) -> list[str]:
    """Content words with repetitions (term frequencies matter), a plural s cut off."""
    return [
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in _WORD.findall(text.casefold())
        if word not in STOP_WORDS
    ]
