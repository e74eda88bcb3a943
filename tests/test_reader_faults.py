"""A defect of the reader is counted and said apart from a file that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelsearch import __version__
from modelsearch.render.indexing import index_text
from modelsearch.static import reading
from tests.test_indexing import SCRIPT, Lab, write


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    write(lab.folder / "good.py", SCRIPT.format(epochs=3))
    write(lab.folder / "odd.py", SCRIPT.format(epochs=5))
    write(lab.folder / "broken.py", "def broken(:\n")
    return lab


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A reader that fails on one script."""
    sound = reading.classify

    def classify(program, stages, entered):
        if program.main.path == "odd.py":
            raise KeyError("surprise")
        return sound(program, stages, entered)

    monkeypatch.setattr(reading, "classify", classify)
    return monkeypatch


def test_a_fault_of_the_reader_is_no_fault_of_the_file(lab: Lab, faulty) -> None:
    summary = lab.index()
    assert summary.added == 1
    assert [path for path, _ in summary.failed] == ["broken.py"]
    assert [path for path, _ in summary.faults] == ["odd.py"]
    words = summary.faults[0][1]
    assert words.startswith("KeyError at ")
    assert "surprise" in words and str(lab.folder) not in words
    told = index_text(summary, lab.db)
    assert "not read  1 file\n            broken.py: " in told
    assert f"1 file met a fault in modelsearch {__version__} itself" in told
    assert f"\n            odd.py: {words}" in told
    assert lab.query("SELECT path, status FROM artefact ORDER BY path") == [
        ("broken.py", "failed"),
        ("good.py", "model"),
        ("odd.py", "fault"),
    ]


def test_a_file_that_met_a_fault_is_tried_again(lab: Lab, faulty) -> None:
    lab.index()
    assert [path for path, _ in lab.index().faults] == ["odd.py"]
    faulty.undo()
    summary = lab.index()
    assert (summary.added, summary.unchanged, summary.faults) == (1, 1, [])
