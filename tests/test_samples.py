"""The output that documents show is what the program prints."""

from __future__ import annotations

import pytest

from scripts.document_samples import DOCUMENTS, documented
from tests.conftest import ROOT, Indexed
from tests.samples import runner


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_sample_is_what_is_printed(indexed: Indexed, name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert documented(text, runner(indexed.db)) == text
