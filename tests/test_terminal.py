"""What a person sees on a terminal: bars while an index run goes on, and a session of questions."""

from __future__ import annotations

import pytest

from modelsearch.records.progress import ProgressBars


def test_a_bar_moves_by_file_and_names_the_one_at_hand(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBars(enabled=True) as told:
        told("reading scripts", 0, 3, "a.py")
        told("reading scripts", 1, 3, f"{'deep/' * 20}heavy\x1b[31m.ipynb 12 s")
        told("reading pictures", 5, 9)
    said = capsys.readouterr().err
    assert "reading scripts:   0%" in said and "0/3" in said and "a.py" in said
    assert "1/3" in said and "…" in said and ".ipynb 12 s" in said
    assert "reading pictures" in said and "5/9" in said
    assert "\x1b[31m" not in said
