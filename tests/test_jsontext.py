"""The JSON of answers is that of the standard library."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.records.jsontext import value_json, value_of_json

scalars = st.none() | st.booleans() | st.integers() | st.text()
values = st.recursive(
    scalars | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)


@given(values, st.sampled_from([None, 0, 2, 4]))
def test_a_value_is_written_as_the_standard_library_does(value, indent):
    assert value_json(value, indent) == json.dumps(value, ensure_ascii=False, indent=indent)


@given(st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_key_is_text(key):
    assert value_json({key: 1}) == json.dumps({key: 1}, ensure_ascii=False)


def test_what_json_lacks_becomes_what_it_has():
    found = json.loads(value_json([float("nan"), float("-inf"), b"\x01\xff", (1, 2), {3}, 2j]))
    assert found == [None, None, "01ff", [1, 2], [3], "2j"]


def test_rows_of_mappings_are_objects():
    class Row(dict):
        pass

    assert value_json([Row(a=1)], 2) == '[\n  {\n    "a": 1\n  }\n]'


@given(values, st.sampled_from([None, 1]))
def test_a_text_is_read_as_the_standard_library_does(value, indent):
    text = json.dumps(value, indent=indent)
    assert value_of_json(f" {text}\n") == json.loads(text)


@given(st.text('[]{}",:01e-.ntfualse \\'))
def test_what_is_no_json_is_refused_alike(text):
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):
            value_of_json(text)
    else:
        assert repr(value_of_json(text)) == repr(expected)
