"""BM25 of a few documents: the plain sums give what rank-bm25 gives, to the last bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modelsearch.search.okapi import PlainOkapi, by_rank_bm25

_WORD = st.sampled_from(["noise", "unet", "flower", "gan", "mnist", "", "é"])
_DOCUMENT = st.lists(_WORD, min_size=1, max_size=40)


@given(st.lists(_DOCUMENT, min_size=1, max_size=12), st.lists(_WORD, max_size=6))
def test_both_give_the_same_bits(documents: list[list[str]], query: list[str]) -> None:
    known = [float(score) for score in by_rank_bm25(documents).get_scores(query)]
    assert PlainOkapi(documents).get_scores(query) == known
