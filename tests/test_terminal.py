"""What a person sees on a terminal: bars while an index run goes on, and a session of questions."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from modelsearch.records.progress import ProgressBars
from modelsearch.records.text import display_width
from modelsearch.render.fitting import fitted
from modelsearch.render.style import without_looks
from scripts import terminal_session
from tests.conftest import Indexed, run

on_terminals = pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")


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
        r"left out: Shared; the summary in words \(--limit 0 shows all\)", found[-1]
    )
    whole = indexed.run(*asked, "--limit", "0").stdout
    assert "Shared: " in whole and "left out" not in whole
    fields = [line.split("  ")[0] for line in whole[: whole.index("Shared: ")].splitlines()]
    assert [line for line in found[3:-1] if line.split("  ")[0] not in fields] == []


def test_a_single_model_takes_a_screen(indexed: Indexed, screen: None) -> None:
    asked = ("query", "RNN sentiment of film reviews", "--encoder", "none", "--lenient")
    found = indexed.run(*asked).stdout.splitlines()
    assert found[0].startswith("1 model matches: Language-Models_RNN_sentiment; ")
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


def session_in_the_document() -> str:
    text = terminal_session.DOCUMENT.read_text(encoding="utf-8")
    return terminal_session.documented(text)


@on_terminals
def test_the_session_of_the_document_is_what_a_terminal_shows(indexed: Indexed) -> None:
    written = terminal_session.by_terminal(indexed.db)
    assert terminal_session.as_shown(terminal_session.plain(written)) == session_in_the_document()
    assert "\x1b[1m" in written and "\x1b[33m" in written


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
def test_the_session_of_the_document_is_what_tmux_shows(indexed: Indexed) -> None:
    seen = terminal_session.by_tmux(indexed.db)
    assert terminal_session.as_shown(seen) == session_in_the_document()


LOOKS = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;;")


@on_terminals
@pytest.mark.parametrize(
    ("environment", "looks", "links"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"VTE_VERSION": "7200"}, True, True),
    ],
)
def test_looks_are_for_terminals_that_want_them(
    indexed: Indexed, environment: dict[str, str], looks: bool, links: bool
) -> None:
    written = terminal_session.by_terminal(indexed.db, ["GANs on CelebA"], **environment)
    assert bool(LOOKS.search(written)) is looks
    assert ("\x1b]8;;file://" in written) is links
    assert "CelebA-Faces_wgan_gp_train" in terminal_session.plain(written)


@on_terminals
@pytest.mark.parametrize("width", [80, 100, 140])
def test_names_of_wide_characters_fit_terminals_of_any_width(tmp_path: Path, width: int) -> None:
    script = (
        Path(__file__).parent.parent / "fixtures/models/CelebA-Faces/gan/train.py"
    ).read_text()
    for name in (
        "模型_训练_第一版",
        "🙂_emoji_👩‍👩‍👧‍👦",
        "모델",
        "x" * 60 + "_épochs_1e-4",
        "한국어 모델",
    ):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "train.py").write_text(script, encoding="utf-8")
    db = tmp_path / "m.db"
    run("index", str(tmp_path / "models"), "--db", str(db), "--encoder", "none")
    typed = ["GANs", "compare 1 2", "show 1", "how many models per dataset"]
    written = terminal_session.plain(terminal_session.by_terminal(db, typed, width))
    lines = written.splitlines()
    assert "5 models match." in lines
    assert [line for line in lines if display_width(line) > width] == []


def test_what_is_left_out_is_named_or_counted() -> None:
    parts = ["a\n" * 20 + "z", "Shared: x", "a table\nof two", "One. Two.", "Marks: y", "The sum."]
    told = fitted(parts, 12, 100, "--limit 0").splitlines()[-1]
    assert told == (
        "left out: 11 more rows; Shared; Marks; 2 more parts; the summary in words (--limit 0)"
    )
    assert fitted(parts, None, 100, "--limit 0") == "\n\n".join(parts)
