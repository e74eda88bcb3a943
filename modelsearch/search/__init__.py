"""Ranking: keyword search, vectors and BM25 over the cohort, joined by reciprocal rank fusion."""
