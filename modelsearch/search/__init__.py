"""Ranking: keyword search, vectors and BM25 over the cohort, joined into one order."""
