"""Plain questions are split without the pattern that splits all others, into the same tokens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modelsearch.query import tokens

CHUNKS = st.sampled_from(
    ["unet", "U2", "2025", "007", "1e3", "64x64", "x", "5", "10", "10k", "3.5", "a_b", "what's",
     "lr=1", "..", "a..", "-", "é", "٣", "²", "v1.", "10^4", "", "100,", "2025?", "no!", "!=",
     "CIFAR-10", "U-Net", "t-5-small", "a-", "a--b", "x-2b", "1-a", "ViT-B,"]
)  # fmt: skip
TEXTS = st.lists(CHUNKS, max_size=6).map(" ".join) | st.text("ab1 .,?x'^_-é", max_size=12)


@given(TEXTS)
def test_plain_texts_have_the_tokens_of_the_pattern(text: str) -> None:
    plain = tokens._plain_parts(text)
    assert plain is None or plain == list(tokens._parts(text))


def test_an_everyday_question_is_plain() -> None:
    assert tokens._plain_parts("Which UNet models were created in March 2025, on MNIST?")
