"""What a person sees on a terminal: bars while an index run goes on, and a session of questions."""

from __future__ import annotations

import re

import pytest

from modelsearch.records.progress import ProgressBars
from modelsearch.render.style import without_looks
from tests.conftest import Indexed


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


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen of 24 lines."""
    monkeypatch.setenv("LINES", "24")


def test_a_comparison_takes_a_screen_and_counts_what_is_left(
    indexed: Indexed, screen: None
) -> None:
    asked = ("compare", "Generative-Oxford-102-Flower_v1", "Generative-Oxford-102-Flower_v2")
    found = indexed.run(*asked).stdout.splitlines()
    assert len(found) <= 22
    assert re.fullmatch(
        r"left out: \d+ more rows; Shared; the summary in words \(--limit 0 shows all\)", found[-1]
    )
    whole = indexed.run(*asked, "--limit", "0").stdout
    assert "Shared: " in whole and "left out" not in whole
    assert [line for line in found[:-1] if line not in whole.splitlines()] == []


def test_a_single_model_takes_a_screen(indexed: Indexed, screen: None) -> None:
    asked = ("query", "sentiment of film reviews", "--encoder", "none", "--lenient")
    found = indexed.run(*asked).stdout.splitlines()
    assert found[0] == "1 model matches: Language-Models_RNN_sentiment; task sentiment analysis."
    assert len(found) <= 22
    assert found[-1] == "left out: 3 more rows (modelsearch show Language-Models_RNN_sentiment)"


def test_in_a_pipe_a_comparison_is_written_whole(indexed: Indexed) -> None:
    asked = ("compare", "Generative-Oxford-102-Flower_v1", "Generative-Oxford-102-Flower_v2")
    assert "left out" not in indexed.run(*asked).stdout


def test_numbers_that_differ_stand_out(indexed: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    asked = ("compare", "Generative-Oxford-102-Flower_v1", "Generative-Oxford-102-Flower_v2")
    coloured = indexed.run(*asked).stdout
    assert "\x1b[33m256\x1b[0m" in coloured
    assert "\x1b[33mCPU" not in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert without_looks(coloured) == indexed.run(*asked).stdout
