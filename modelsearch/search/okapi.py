"""Okapi BM25 over a few documents, by rank-bm25 or, to the same bits, without it.

rank-bm25 imports numpy and multiprocessing, which takes a process longer than the rest of a
question does. A process that has numpy already (a session that encodes with it, a large catalogue)
uses rank-bm25; one that answers a single question sums the few scores here, each in rank-bm25's own
order of operations. tests/test_okapi.py holds both to the same numbers.

The inverse document frequency is that of Lucene, ln(1 + (N − n + ½)/(n + ½)), which is never zero
or negative: the stock one scores every document 0 when a word is in exactly half of a small corpus.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence

from modelsearch.records.typed import Any

_K1, _B = 1.5, 0.75  #: rank-bm25's own


class PlainOkapi:
    """BM25 over documents, each a list of words, in plain Python."""

    def __init__(self, documents: Sequence[list[str]]) -> None:
        self._documents = documents
        lengths = [len(document) for document in documents]
        average = sum(lengths) / len(lengths)
        self._norms = [_K1 * (1 - _B + _B * length / average) for length in lengths]

    def get_scores(self, query: Sequence[str]) -> list[float]:
        """Return the score of each document for the words of a query."""
        scores = [0.0] * len(self._documents)
        for word in query:
            counts = [document.count(word) for document in self._documents]
            having = len(counts) - counts.count(0)
            weight = rarity(len(counts), having) if having else 0.0
            for place, (count, norm) in enumerate(zip(counts, self._norms, strict=True)):
                scores[place] += weight * (count * (_K1 + 1) / (count + norm))
        return scores


def rarity(documents: int, having: int) -> float:
    """Return the weight of a word that ``having`` of some documents have."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def okapi(documents: Sequence[list[str]]) -> Any:
    """Return BM25 over documents, of which there is one at least: what has ``get_scores``."""
    return by_rank_bm25(documents) if "numpy" in sys.modules else PlainOkapi(documents)


def by_rank_bm25(documents: Iterable[list[str]]) -> Any:
    """Return rank-bm25's BM25Okapi with an inverse document frequency that stays positive."""
    from rank_bm25 import BM25Okapi

    class LuceneBM25(BM25Okapi):  # type: ignore[misc]
        def _calc_idf(self, nd: dict[str, int]) -> None:
            for word, count in nd.items():
                self.idf[word] = rarity(self.corpus_size, count)

    return LuceneBM25(list(documents))
