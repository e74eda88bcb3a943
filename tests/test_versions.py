"""Versions of one script share the name that is left without the version."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.search.variety import _cut_version

AT_END = re.compile(
    r"(?:^|[_\-. (])(?:v(?:er(?:sion)?)?[_\-. ]?[0-9][0-9.]*|old|new|final|copy|backup|[0-9])\)?$",
    re.IGNORECASE,
)
pieces = st.sampled_from(
    ["v", "V", "ver", "version", "old", "New", "final", "x", "1", "23", "4", *"._-( )."]
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_a_version_is_what_the_pattern_says(part):
    assert _cut_version(part) == AT_END.sub("", part, count=1)


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("train_v2", "train"),
        ("train (1)", "train "),
        ("net_version_1.3", "net"),
        ("gan-final", "gan"),
        ("resnet18", "resnet18"),
        ("preview", "preview"),
    ],
)
def test_examples(part, left):
    assert _cut_version(part) == left
