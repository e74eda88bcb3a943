"""BM25 over the filtered cohort: document frequencies are taken over the candidates only.

A word that all candidates share stops counting, one that tells them apart counts more. This is
rank-bm25's Okapi BM25 (:mod:`modelsearch.search.okapi`). Words are stemmed by FTS5's own tokenizer,
so that both rankers see the same words, and a title counts as often as there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial

import apsw

from modelsearch.records.typed import Any
from modelsearch.search.lexical import TITLE_WEIGHT, words_of
from modelsearch.search.okapi import okapi
from modelsearch.search.ranking import CANDIDATES, Hit
from modelsearch.store.database import fetch_all

#: Cohorts outside these bounds are left to FTS5: one model needs no ranking, many cost too much.
SMALLEST, LARGEST = 2, 300
CHARACTERS = 200_000  #: that are read in all; each model has an equal part, its profile first
_TITLE_REPEATS = round(TITLE_WEIGHT)

Stemmer = Callable[[str], list[str]]


class CohortIndex:
    """BM25 over the passages of some models; ``documents`` holds each model's words."""

    def __init__(
        self, documents: Mapping[int, list[str]], names: Mapping[int, str], stem: Stemmer
    ) -> None:
        self._models = list(documents)
        self._words = [frozenset(words) for words in documents.values()]
        self._names = names
        self._stem = stem
        self._okapi = okapi(list(documents.values())) if documents else None

    @classmethod
    def load(
        cls, connection: apsw.Connection, size: int, characters: int = CHARACTERS
    ) -> CohortIndex:
        """Read the passages of the ``size`` candidate models, ``characters`` of them in all."""
        documents: dict[int, list[str]] = defaultdict(list)
        names: dict[int, str] = {}
        stem = stemmer(connection)
        room: dict[int, int] = defaultdict(lambda: characters // max(size, 1))
        rows = fetch_all(
            connection,
            "SELECT c.model, m.model_id, p.title, p.text "
            f"FROM {CANDIDATES} c CROSS JOIN model m ON m.id = c.model CROSS JOIN passage p "
            "ON p.model = c.model ORDER BY m.model_id, p.id",
        )
        for model, name, title, text in rows:
            names[model] = name
            part = f"{' '.join([title] * _TITLE_REPEATS)} {text}"[: max(room[model], 0)]
            room[model] -= len(part)
            documents[model] += stem(part)
        return cls({model: words or [""] for model, words in documents.items()}, names, stem)

    def rank(self, text: str) -> list[Hit]:
        """Rank the models that share a word with ``text``, best first."""
        query = self._stem(" ".join(words_of(text)))
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


def stemmer(connection: apsw.Connection) -> Stemmer:
    """Return the tokenizer of the full-text index as a function: a text's stems, in order."""
    tokenizer = connection.fts5_tokenizer("porter", ["unicode61", "remove_diacritics", "2"])
    return partial(_stems, tokenizer)


def _stems(tokenizer: Any, text: str) -> list[str]:
    stems: list[str] = tokenizer(
        text.encode("utf-8"),
        apsw.FTS5_TOKENIZE_DOCUMENT,
        None,
        include_offsets=False,
        include_colocated=False,
    )
    return stems
