"""How text, numbers, sizes and dates look, and that nothing unsafe gets through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.records.text import (
    display_width,
    escape,
    human_size,
    number,
    one_line,
    paragraph,
    plain,
    rate,
    sentence_list,
    short_date,
    shorten,
    wrap,
)

HOSTILE = "\x1b[31mred\x07\u202edlrow\u2066\x9b2J\u200b\ud800"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "-"),
        (0, "0B"),
        (512, "512B"),
        (1023, "1023B"),
        (78491, "76.7KB"),
        (44421, "43.4KB"),
        (1024**2 - 1, "1.0MB"),
        (20 * 1024**2, "20.0MB"),
        (3 * 1024**3, "3.0GB"),
        (5000 * 1024**4, "5000.0TB"),
    ],
)
def test_sizes(size, text):
    assert human_size(size) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.001, "1e-3"),
        (0.0005, "5e-4"),
        (2.5e-4, "2.5e-4"),
        (0.1, "0.1"),
        (0.02, "0.02"),
        (1.0, "1"),
        (3e-5, "3e-5"),
        (0.0, "0"),
    ],
)
def test_learning_rates(value, text):
    assert rate(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (64, "64"),
        (64.0, "64"),
        (0.0001, "0.0001"),
        (1e-5, "1e-5"),
        (93.25, "93.25"),
        (1e300, "1e300"),
        (0.1 + 0.2, "0.3"),
        (float("inf"), "inf"),
        (None, "-"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_any_value_in_words():
    assert plain(None) == "-"
    assert plain(True) == "yes"
    assert plain(["CNN", "U-Net"]) == "CNN, U-Net"
    assert plain([]) == "-"
    assert plain(b"1234") == "4 bytes"
    assert plain(float("nan")) == "nan"


def test_dates_and_lists():
    assert short_date("2025-04-04T21:50:47+08:00") == "2025-04-04"
    assert short_date(None) == "-"
    assert short_date("some\nday") == "some day"
    assert sentence_list([]) == ""
    assert sentence_list(["a"]) == "a"
    assert sentence_list(["a", "b", "c"]) == "a, b and c"


def test_control_characters_become_visible():
    assert escape(HOSTILE) == ("\\x1b[31mred\\x07\\u202edlrow\\u2066\\x9b2J\\u200b\\ud800")
    assert one_line("  two\n lines\t here ") == "two lines here"
    assert escape("naïve 中文 👩\u200d🔬") == "naïve 中文 👩\u200d🔬"


@given(st.text(st.characters()))
def test_escaped_text_is_one_safe_line(text):
    safe = escape(text)
    assert not any(
        unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")
        or (unicodedata.category(one) == "Cf" and one not in "\u200c\u200d")
        for one in safe
    )
    safe.encode("utf-8")


@given(st.text(), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing(text, columns):
    safe = one_line(text)
    lines = wrap(safe, columns)
    assert all(display_width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == safe.replace(" ", "")


@given(st.text(), st.integers(1, 30), st.integers(1, 3))
def test_cut_text_fits_and_says_that_it_is_cut(text, columns, lines):
    safe = one_line(text)
    cut = wrap(safe, max(columns, 2), lines)
    assert len(cut) <= lines
    assert all(display_width(line) <= max(columns, 2) for line in cut)
    assert display_width(shorten(safe, columns)) <= columns


def test_names_break_at_their_separators():
    assert wrap("Generative-Fashion-MNIST_latent_new_model", 18) == [
        "Generative-",
        "Fashion-MNIST_",
        "latent_new_model",
    ]
    assert wrap("ConditionalUNet", 11) == ["Conditional", "UNet"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_paragraphs_hang_under_their_bullet():
    text = "one two three four five six seven eight"
    assert paragraph(text, 24, first="* ", rest="  ") == (
        "* one two three four\n  five six seven eight"
    )
