"""The machine formats: exact output, escaping, and that JSON always parses."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.records.errors import UsageError
from modelsearch.render.formats import flat, json_text, write_rows
from modelsearch.render.output import FORMATS

ROWS = [
    {"id": "a|b_c", "n": 1, "lr": 0.001, "tags": ["x", "y"], "note": 'say "hi",\nthen *go*'},
    {"id": "_d_", "n": None, "lr": None, "tags": [], "note": None},
]
COLUMNS = ["id", "n", "lr", "tags", "note"]


def written(format_name, rows=ROWS, columns=COLUMNS, **options):
    stream = io.StringIO()
    write_rows(rows, columns, format_name, stream, **options)
    return stream.getvalue()


def test_csv():
    assert written("csv") == (
        'id,n,lr,tags,note\na|b_c,1,0.001,"x, y","say ""hi"",\nthen *go*"\n_d_,,,,\n'
    )


def test_tsv_keeps_one_line_per_row():
    assert written("tsv", [{"id": "a\tb\\c\nd", "n": 1}], ["id", "n"]) == (
        "id\tn\na\\tb\\\\c\\nd\t1\n"
    )


def test_markdown():
    assert written("markdown") == (
        "| id | n | lr | tags | note |\n"
        "| --- | ---: | ---: | --- | --- |\n"
        '| a\\|b_c | 1 | 0.001 | x, y | say "hi",<br>then \\*go\\* |\n'
        "| \\_d\\_ |  |  |  |  |\n"
    )


def test_json_and_json_lines():
    assert json.loads(written("json")) == ROWS
    assert [json.loads(line) for line in written("jsonl").splitlines()] == ROWS
    assert written("json", []) == "[]\n"
    assert written("jsonl", []) == ""


def test_table_and_blocks():
    assert written("table", width=80) == (
        "id     n     lr  tags  note\n"
        "──────────────────────────────────────────\n"
        'a|b_c  1  0.001  x, y  say "hi", then *go*\n'
        "_d_    -      -  -     -\n"
    )
    rows = [{"first": "1", "second": "a b"}, {"first": "2", "second": None}]
    assert written("table", rows, ["first", "second"], width=12) == (
        "first   1\nsecond  a b\n\nfirst   2\nsecond  -\n"
    )
    assert written("table", []) == ""


def test_an_unknown_format_is_named():
    with pytest.raises(UsageError, match="'yaml'"):
        written("yaml")


def test_values_that_json_lacks():
    assert json_text({"a": float("nan"), "b": float("-inf"), "c": (1, b"\x01")}, indent=None) == (
        '{"a": null, "b": null, "c": [1, "01"]}'
    )
    assert flat([{"a": 1}]) == '[{"a": 1}]'
    assert flat(True) == "true"
    assert flat({"a": None}) == '{"a": null}'
    assert json_text({"a": "\x9b\u202e"}) == '{\n  "a": "\\u009b\\u202e"\n}'


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.fixed_dictionaries({"a": texts, "b": st.none() | st.integers() | texts})))
def test_every_format_takes_any_text_and_lets_nothing_unsafe_out(rows):
    for name in FORMATS:
        out = written(name, rows, ["a", "b"], width=60)
        assert not any(one in out for one in "\x1b\x07\x9b\x7f\u202e\u2066\u2028\r\x00")
    assert json.loads(written("json", rows, ["a", "b"])) == rows
    assert len(list(csv.reader(io.StringIO(written("csv", rows, ["a", "b"]))))) == len(rows) + 1
    assert written("tsv", rows, ["a", "b"]).count("\n") == len(rows) + 1
    assert written("markdown", rows, ["a", "b"]).count("\n") == len(rows) + 2


def test_formulas_are_defused_in_flat_formats_and_numbers_are_not():
    rows = [
        {"a": value}
        for value in (
            "=cmd|' /C calc'!A0",
            "+1+1",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            -1.5,
            "-1e-3",
            "a=b",
            ["=1", "2"],
        )
    ]
    cells = [row[0] for row in csv.reader(io.StringIO(written("csv", rows, ["a"])))][1:]
    assert cells == [
        "'=cmd|' /C calc'!A0",
        "'+1+1",
        "'-2+3",
        "'@SUM(A1)",
        "'\t=1",
        "-1.5",
        "-1e-3",
        "a=b",
        "'=1, 2",
    ]
    assert written("tsv", rows, ["a"]).splitlines()[1] == "'=cmd|' /C calc'!A0"
    assert written("raw tsv", rows, ["a"]).splitlines()[1] == "=cmd|' /C calc'!A0"
    raw = [row[0] for row in csv.reader(io.StringIO(written("raw csv", rows, ["a"])))][1:]
    assert raw[0] == "=cmd|' /C calc'!A0" and raw[-1] == "=1, 2"
