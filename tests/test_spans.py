"""Pieces of a text are those that the patterns would find which they stand for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.records import patterns
from modelsearch.records.spans import (
    chunks,
    humps,
    is_letter,
    letter_runs,
    name_parts,
    number_spans,
    word_runs,
)

#: Letters of several scripts, digits that are no decimals, spaces that are not ASCII, and signs.
SIGNS = "aZbé五²٣1 90-5_./:,eE+'\t\u2009\x1c()"
texts = st.text(SIGNS) | st.text()


@given(texts)
def test_parts_of_names_are_runs_of_letters_and_digits(text):
    assert name_parts(text) == re.findall(r"[^\W_]+", text)
    assert word_runs(text) == re.findall(r"\w+", text)
    assert letter_runs(text) == re.findall(r"[^\W\d_]+", text)
    assert humps(text) == re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", text)


@given(texts)
def test_chunks_stand_between_spaces_and_signs(text):
    for between, pattern in (("", r"\S+"), (",;(=", r"[^\s,;(=]+")):
        expected = [(found[0], *found.span()) for found in re.finditer(pattern, text)]
        assert [(one.text, one.start, one.end) for one in chunks(text, between)] == expected


@given(texts)
def test_numbers_keep_what_stands_between_their_digits(text):
    pattern = r"\d+(?:[.,:/-]\d+)*(?:[eE][+-]?\d+)?"
    assert number_spans(text) == [found.span() for found in re.finditer(pattern, text)]


@given(st.characters())
def test_a_letter_is_no_digit(sign):
    assert is_letter(sign) == (re.match(r"[^\W\d_]", sign) is not None)


@pytest.mark.parametrize("name", ["IGNORECASE", "DOTALL", "VERBOSE"])
def test_flags_are_those_of_re(name):
    assert getattr(patterns, name) == getattr(re, name)


@pytest.mark.parametrize(("pattern", "flags"), [("(?i)run", 0), ("run", patterns.IGNORECASE)])
def test_a_needed_word_is_found_in_any_case_where_the_pattern_ignores_it(pattern, flags):
    lazy = patterns.lazy(pattern, flags, needs=("run",))
    assert lazy.search("RUN") is not None
    assert lazy.sub("x", "a Run") == "a x"
    assert lazy.sub("x", "a walk") == "a walk"
