"""What differs in the code of near-duplicates: statements, never comments or formatting."""

from __future__ import annotations

import ast
import sqlite3
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelsearch.answer.compare.codediff import difference, load_code
from modelsearch.answer.compare.models import compare_models
from modelsearch.answer.compare.summaries import joined, summarise_comparison
from modelsearch.records.text import display_width
from modelsearch.render.comparison import comparison_text
from modelsearch.static.codelines import CodeLine, unpacked
from modelsearch.static.codepacking import packed_code
from tests.conftest import Indexed
from tests.database_rows import empty

FIRST = '''
"""A docstring."""
import torch


def train(epochs=10, lr=1e-3):
    """Another."""
    for epoch in range(epochs):  # passes
        loss = step(
            epoch, lr
        )
        if loss < 1:
            print("low")
        elif loss < 2:
            print("middle")
        else:
            raise ValueError
    try:
        save()
    except OSError as error:
        print(error)
    finally:
        close()


@decorated
class Net(torch.nn.Module):
    width = 64
'''


def lines(source):
    packed = packed_code(ast.parse(textwrap.dedent(source)))
    return unpacked(packed.length, packed.data)


def test_statements_keep_their_lines_and_lose_their_formatting():
    assert [(line.place, line.text) for line in lines(FIRST)] == [
        ("3", "import torch"),
        ("6", "def train(epochs=10, lr=0.001):"),
        ("8", "    for epoch in range(epochs):"),
        ("9", "        loss = step(epoch, lr)"),
        ("12", "        if loss < 1:"),
        ("13", "            print('low')"),
        ("14", "        elif loss < 2:"),
        ("15", "            print('middle')"),
        ("17", "        else:"),
        ("17", "            raise ValueError"),
        ("18", "    try:"),
        ("19", "        save()"),
        ("20", "    except OSError as error:"),
        ("21", "        print(error)"),
        ("23", "    finally:"),
        ("23", "        close()"),
        ("26", "@decorated"),
        ("27", "class Net(torch.nn.Module):"),
        ("28", "    width = 64"),
    ]


def test_comments_docstrings_and_formatting_are_no_difference():
    other = FIRST.replace('"low"', "'low'").replace("# passes", "").replace("A docstring", "B")
    found = difference("a", lines(FIRST), "b", lines("\n\n" + other))
    assert found.changes == ()
    assert found.percent == 100


def test_three_lines_that_differ_are_those_that_are_shown():
    other = FIRST.replace("1e-3", "0.01").replace("width = 64", "width = 128")
    other = other.replace("        save()\n", "        save()\n        log()\n")
    found = difference("a", lines(FIRST), "b", lines(other))
    assert found.nearly_the_same
    assert [(c.before, c.after) for c in found.changes] == [
        (
            (CodeLine("6", "def train(epochs=10, lr=0.001):"),),
            (CodeLine("6", "def train(epochs=10, lr=0.01):"),),
        ),
        ((), (CodeLine("20", "        log()"),)),
        ((CodeLine("28", "    width = 64"),), (CodeLine("29", "    width = 128"),)),
    ]
    assert found.statements == (2, 3)


def two(first, second):
    rows = empty()
    ids = [rows.model("first"), rows.model("second")]
    for model, source in zip(ids, (first, second), strict=True):
        if source is not None:
            packed = packed_code(ast.parse(source))
            rows.insert("code", model=model, length=packed.length, text=packed.data)
    return rows.connection, ids


def test_near_duplicates_show_their_statements():
    connection, ids = two(FIRST, FIRST.replace("epochs=10", "epochs=20"))
    comparison = compare_models(connection, ids)
    assert comparison_text(comparison, width=80).endswith(
        """\
Code: 95% of the statements are the same (comments and formatting do not count);
  1 only in first (-), 1 only in second (+)
  6 - def train(epochs=10, lr=0.001):
  6 + def train(epochs=20, lr=0.001):"""
    )
    assert (
        "The code of first and second is nearly the same: 1 statement of the first and 1 of the "
        "second differ."
    ) in joined(summarise_comparison(comparison))
    (written,) = comparison.as_json()["code"]
    assert written["changes"] == [
        {
            "one": [{"place": "6", "code": "def train(epochs=10, lr=0.001):"}],
            "other": [{"place": "6", "code": "def train(epochs=20, lr=0.001):"}],
        }
    ]
    assert comparison.selected(drop=["code"]).code == ()


def test_of_long_statements_only_what_differs_is_shown():
    layers = ", ".join(f"nn.Linear({n}, {n + 1})" for n in range(30))
    line = f"class A:\n    net = Sequential({layers})\n    x = 1\n    y = 2\n    z = 3\n    w = 4\n"
    connection, ids = two(line, line.replace("Linear(9, 10)", "Conv2d(9, 10)"))
    text = comparison_text(compare_models(connection, ids), width=100)
    assert "2 -     …8), nn.Linear(8, 9), nn.Linear(9, 10), nn.Linear(10, 11),…" in text
    assert "2 +     …8), nn.Linear(8, 9), nn.Conv2d(9, 10), nn.Linear(10, 11),…" in text
    assert "Linear(29, 30)" in comparison_text(compare_models(connection, ids), everything=True)


def test_the_same_code_and_other_code():
    connection, ids = two(FIRST, "# a comment\n" + FIRST)
    comparison = compare_models(connection, ids)
    assert "first and second are the same but for comments" in comparison_text(comparison)
    connection, ids = two(FIRST, "print(1)")
    comparison = compare_models(connection, ids)
    assert "Code" not in comparison_text(comparison)
    assert "+ print(1)" in comparison_text(comparison, everything=True)


def test_code_that_is_not_stored_is_said_to_be_so():
    connection, ids = two(FIRST, None)
    comparison = compare_models(connection, ids)
    assert comparison.code == ()
    assert comparison.code_unknown == ("second",)
    assert "not stored: second" in comparison_text(comparison, everything=True)


def test_damaged_code_is_said_apart_from_code_that_is_not_stored():
    connection, ids = two(FIRST, None)
    connection.execute("INSERT INTO code VALUES (?, 10, x'00')", (ids[1],))
    with pytest.raises(ValueError, match="stored code"):
        load_code(connection, ids[1])
    comparison = compare_models(connection, ids)
    assert (comparison.code_unknown, comparison.code_damaged) == ((), ("second",))
    assert "its stored statements are damaged: second" in comparison_text(comparison)


def test_indexing_stores_what_the_shell_can_unpack(indexed: Indexed):
    with sqlite3.connect(indexed.db) as connection:
        rows = connection.execute(
            "SELECT m.path, c.length, c.text FROM code c JOIN model m ON m.id = c.model"
        ).fetchall()
    by_path = {path: unpacked(length, data) for path, length, data in rows}
    assert len(by_path) == indexed.summary.models
    script = by_path["Generative-Oxford-102-Flower/v2.py"]
    source = (indexed.folder / "Generative-Oxford-102-Flower/v2.py").read_text().splitlines()
    for line in script:
        if line.text.strip().startswith(("import ", "from ")):
            assert source[int(line.place) - 1].strip() == line.text.strip()
    notebook = by_path["Animals/cats_vs_dogs.ipynb"]
    assert notebook[0].place.startswith("cell ")


statements = st.lists(
    st.sampled_from(["a = 1", "b = 2", "print(a)", "def f():\n    return 1", "# note", '"text"']),
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(statements, statements)
def test_a_difference_turned_round_is_the_same_difference(one, other):
    first, second = lines("\n".join(one)), lines("\n".join(other))
    there, back = difference("a", first, "b", second), difference("b", second, "a", first)
    assert there.statements[0] - there.statements[1] == len(first) - len(second)
    assert back.statements[0] - back.statements[1] == len(second) - len(first)
    assert difference("a", first, "a", first).changes == ()


@settings(max_examples=60, deadline=None)
@given(statements, statements, st.integers(40, 120))
def test_code_fits_any_width(one, other, width):
    connection, ids = two("\n".join(one), "\n".join(other) + "\nvalue = '" + "x" * 70 + "'")
    text = comparison_text(compare_models(connection, ids), width=width, everything=True)
    assert all(display_width(line) <= width for line in text.split("\n"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "match x:\n  case [1, *_] if y:\n    pass",
            ["match x:", "    case [1, *_] if y:", "        pass"],
        ),
        ("while a:\n  b()\nelse:\n  c()", ["while a:", "    b()", "else:", "    c()"]),
        (
            "async def f():\n  async with a as b:\n    await c",
            ["async def f():", "    async with a as b:", "        await c"],
        ),
        ("x = '''a\nb'''", ["x = 'a\\nb'"]),
    ],
)
def test_kinds_of_statements(source, expected):
    assert [line.text for line in lines(source)] == expected
