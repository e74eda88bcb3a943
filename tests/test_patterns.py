"""Patterns that are compiled late are patterns all the same."""

from __future__ import annotations

import re

from bench.patterns import uses
from modelsearch.records.patterns import DIGITS, lazy


def test_every_pattern_of_the_package_compiles() -> None:
    assert len(uses()) > 300


def test_a_late_pattern_behaves_as_a_compiled_one() -> None:
    late, compiled = (
        lazy(r"(\d+)-(?P<b>x)", re.IGNORECASE),
        re.compile(r"(\d+)-(?P<b>x)", re.IGNORECASE),
    )
    for said in ("12-X and 3-x", "none", ""):
        assert late.findall(said) == compiled.findall(said)
        assert late.sub("_", said) == compiled.sub("_", said)
        found, wanted = late.search(said), compiled.search(said)
        assert (found and found.groupdict()) == (wanted and wanted.groupdict())
    assert (late.pattern, late.flags) == (compiled.pattern, compiled.flags)


def test_a_pattern_that_needs_a_sign_is_not_tried_without_it() -> None:
    late = lazy(r"(\w+):(\w+)", needs=(":",))
    assert late.search("no sign") is None
    assert list(late.finditer("no sign")) == []
    assert [match.groups() for match in late.finditer("a:b and c:d")] == [("a", "b"), ("c", "d")]


def test_a_text_beyond_ascii_is_always_tried() -> None:
    late = lazy(r"\d", needs=DIGITS)
    assert late.search("epoch ٣") is not None
    assert late.search("épochs") is None
