"""The layout of all tables: a line a row, nothing wider than the terminal, nothing broken."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelsearch.records.spans import number_spans
from modelsearch.records.text import UNKNOWN, display_width, one_line
from modelsearch.render import layout
from modelsearch.render.layout import GAP, Column, lay_out
from modelsearch.render.shortening import (
    common_start,
    shorten_list,
    shorten_name,
    shorten_text,
)
from modelsearch.render.style import Style, without_looks

ids = st.one_of(
    st.text(min_size=1, max_size=140),
    st.from_regex(r"[A-Za-z]{1,9}([-_/.][A-Za-z0-9]{1,12}){0,12}", fullmatch=True),
    st.from_regex(r"[0-9]{1,6}([.e-][0-9]{1,3}){0,2}", fullmatch=True),
    st.sampled_from(
        ["模型_训练_第一版", "모델", "🙂_emoji", "👩‍👩‍👧‍👦", "\x1b[31mred", "a\tb\nc", "", "🇩🇪🇫🇷"]
    ),
)
numbers = st.one_of(st.none(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False)).map(
    lambda value: UNKNOWN if value is None else f"{value:g}"
)
kinds = st.sampled_from(["name", "list", "text", "whole"])


@st.composite
def tables(draw):
    """Columns of the kinds that are drawn, over the same rows."""
    rows = draw(st.integers(1, 6))

    def column(title, cells, kind="whole", **more):
        drawn = draw(st.lists(cells, min_size=rows, max_size=rows))
        return Column(title, [one_line(cell) for cell in drawn], kind, **more)

    columns = [column("model", ids, "name", asked=True)]
    for index in range(draw(st.integers(0, 6))):
        kind = draw(kinds)
        cells = numbers if kind == "whole" else ids
        align = "r" if kind == "whole" else "l"
        columns.append(
            column(
                f"c{index}",
                cells,
                kind,
                align=align,
                asked=draw(st.booleans()),
                importance=draw(st.floats(0, 1)),
            )
        )
    return columns


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.integers(40, 200), st.booleans())
def test_no_line_is_wider_than_the_terminal_and_nothing_unsafe_comes_out(columns, width, header):
    drawn = lay_out(columns, width, header=header)
    lines = drawn.whole.split("\n")
    assert all(display_width(line) <= width for line in lines), drawn.whole
    assert not any(one in drawn.whole for one in "\x1b\x07\x9b\u202e\u2066\r\t")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.integers(60, 200))
def test_a_row_is_a_line_and_columns_are_aligned(columns, width):
    asked = [one for one in columns if one.asked]
    if sum(one.least + GAP for one in asked) - GAP > width:
        return  # such rows become blocks
    drawn = lay_out(columns, width, group=False)
    titles, rule, *rows = drawn.text.split("\n")
    assert len(rows) == len(columns[0].cells)
    assert set(rule) == {"─"}
    assert all(one.title in titles for one in asked)
    for one in columns:
        if one.kind == "whole" and one.title in titles.split():
            end = display_width(titles[: titles.index(one.title)]) + len(one.title)
            for cell, row in zip(one.cells, rows, strict=True):
                assert cell in row
                if row.isascii():
                    assert row[:end].endswith(cell) or row[end - len(one.title) :].startswith(cell)


def starts(line: str, place: int) -> bool:
    """Return whether a column may begin at a cell of a line: after a gap, or beyond its end."""
    if place == 0 or display_width(line) <= place:
        return True
    return any(
        display_width(line[:end]) == place and line[:end].endswith(" " * GAP)
        for end in range(len(line) + 1)
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.integers(60, 200))
def test_columns_begin_at_the_same_cell_in_every_row_whatever_the_characters(columns, width):
    left = [one for one in columns if one.align == "l"]
    drawn = lay_out(left, width, group=False)
    asked = [one for one in left if one.asked]
    if sum(one.least + GAP for one in asked) - GAP > width:
        return  # such rows become blocks
    titles, _, *rows = drawn.text.split("\n")
    places = [titles.index(one.title) for one in left if one.title in titles.split()]
    assert all(starts(row, place) for row in rows for place in places)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.integers(40, 200))
def test_no_number_date_or_rate_is_broken(columns, width):
    drawn = lay_out(columns, width, group=False)
    if "─" not in drawn.text:
        return  # in blocks a word that is wider than the screen goes on in the next line
    known = {
        part
        for one in columns
        for cell in (one.title, *one.cells)
        for part in re.findall(r"\d+", cell)
    }
    shown = re.sub(r" \+\d+(?= |$)", "", drawn.text, flags=re.MULTILINE)
    assert set(re.findall(r"\d+", shown)) <= known


@pytest.mark.parametrize(("width", "count"), [(80, 1000), (100, 10_000), (140, 1000)])
def test_ten_thousand_rows_of_any_names(width, count):
    seen = random.Random(7)
    pool = [
        "模型_训练",
        "🙂",
        "run",
        "lr_2.5e-4",
        "2025-04-01",
        "\x1b[31m",
        "x" * 40,
        "seed1234",
        "한국어",
        "",
        "é",
        "v1",
        "👩‍👩‍👧‍👦",
    ]
    names = [
        one_line("_".join(seen.choices(pool, k=seen.randint(1, 9)))[:140]) or UNKNOWN
        for _ in range(count)
    ]
    rates = [f"{10 ** -seen.randint(1, 6):g}" for _ in names]
    drawn = lay_out(
        [Column("model", names, "name", asked=True), Column("lr", rates, align="r", asked=True)],
        width,
    )
    titles, _, *rows = drawn.text.split("\n")
    assert len(rows) == len(names)
    end = display_width(titles)
    for row, rate in zip(rows, rates, strict=True):
        assert display_width(row) == end <= width
        assert row.endswith(rate)


@settings(max_examples=300, deadline=None)
@given(ids, st.integers(1, 60))
def test_a_shortened_name_fits_and_breaks_no_number(text, room):
    text = one_line(text)
    short = shorten_name(text, room)
    assert display_width(short) <= room
    assert short == text or "…" in short
    known = {text[start:end] for start, end in number_spans(text)}
    digits = {part for number in known for part in re.findall(r"\d+", number)}
    assert all(part in digits for part in re.findall(r"\d+", short))


@settings(max_examples=200, deadline=None)
@given(st.lists(ids, max_size=8), st.integers(1, 60))
def test_shortened_lists_and_texts_fit(entries, room):
    cell = one_line(", ".join(entries))
    assert display_width(shorten_list(cell, room)) <= room
    assert display_width(shorten_text(cell, room)) <= room


@pytest.mark.parametrize(
    ("text", "room", "short"),
    [
        ("Generative-Oxford-102-Flower_v1", 20, "…-102-Flower_v1"),
        ("examples/transformers/v2/train.py", 22, "…/v2/train.py"),
        ("a/examples/transformers/v2/train.py", 22, "a/…/v2/train.py"),
        ("run_lr_2.5e-4_seed_1234", 15, "…2.5e-4_seed_1234"),
        ("ConditionalUNetGenerator", 12, "…Generator"),
        ("abc", 10, "abc"),
    ],
)
def test_names_are_shortened_at_their_separators(text, room, short):
    found = shorten_name(text, room)
    assert display_width(found) <= room
    if display_width(short) <= room:
        assert found == short


def test_what_is_left_out_of_a_list_is_counted():
    assert shorten_list("CNN, U-Net, Diffusion, ResNet", 16) == "CNN, U-Net +2"


def test_a_beginning_in_common_is_said_once():
    start = "project_alpha_experiments_"
    names = [start + end for end in ("v1_train", "v2_train", "final")]
    assert common_start(names) == start
    wide = Column("note", ["x" * 30] * 3, asked=True)
    drawn = lay_out([Column("model", names, "name", asked=True), wide], 60)
    assert drawn.above == (f"… stands for {start}",)
    assert [line.split()[0] for line in drawn.text.splitlines()[2:]] == [
        "…v1_train",
        "…v2_train",
        "…final",
    ]


def test_a_column_equal_everywhere_becomes_a_sentence_unless_it_was_asked_for():
    names = Column("model", ["a", "b"], "name", asked=True)
    same = Column("lr", ["1e-3", "1e-3"], same="learning rate")
    drawn = lay_out([names, same], 80)
    assert drawn.above == ("Both: learning rate 1e-3.",)
    assert "1e-3" not in drawn.text
    asked = lay_out([names, Column("lr", ["1e-3", "1e-3"], asked=True)], 80)
    assert asked.above == () and asked.text.count("1e-3") == 2


def test_a_column_that_tells_the_rows_apart_comes_before_one_that_does_not():
    names = Column("model", [f"model_{n}" for n in range(6)], "name", asked=True)
    telling = Column("epochs", [str(n) for n in range(6)])
    dull = Column("optimizer", ["Adam"] * 5 + ["SGD"])
    drawn = lay_out([names, dull, telling], 20)
    assert drawn.text.splitlines()[0].split() == ["model", "epochs"]
    assert drawn.hidden == ("optimizer",)


def test_ten_thousand_rows_are_drawn():
    names = [f"project_{n % 7}_model_{n}_experiment" for n in range(10_000)]
    columns = [
        Column("model", names, "name", asked=True),
        Column("epochs", [str(n) for n in range(10_000)], align="r"),
    ]
    lines = lay_out(columns, 40).text.split("\n")
    assert len(lines) == 10_002
    assert all(len(line) <= 40 for line in lines)


@settings(max_examples=100, deadline=None)
@given(tables(), st.integers(60, 200))
def test_the_quick_drawing_is_prettytable_s(columns, width):
    quick = lay_out(columns, width).text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "is_narrow", lambda _: False)
        assert lay_out(columns, width).text == quick


def test_looks_change_no_width():
    style = Style(colour=True, links=True)
    columns = [
        Column("model", ["a_model", "模型"], "name", asked=True, links=[("/x/a b.py", 3), None]),
        Column("dataset", ["MNIST", "CIFAR-10"], asked=True, marked=("MNIST",)),
    ]
    drawn = lay_out(columns, 80, style=style).text
    assert "\x1b]8;;file:///x/a%20b.py\x1b\\a_model" in drawn
    assert "\x1b[1;32mMNIST\x1b[0m" in drawn
    assert without_looks(drawn) == lay_out(columns, 80).text


def test_plain_output_is_words_alone():
    columns = [Column("model", ["a", "b"], asked=True), Column("epochs", ["5", "-"], asked=True)]
    drawn = lay_out(columns, 80, style=Style(plain=True))
    assert drawn.text == "model a; epochs 5.\nmodel b."
