"""The measure of reading finds clones however they are called, and says when there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.reading import speed


@pytest.mark.parametrize("name", ["nets", "someone-nets", "someone+nets"])
@pytest.mark.parametrize("link", [False, True])
def test_clones_are_found_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, link: bool
) -> None:
    repos = tmp_path / "repos"
    repos.mkdir()
    place = tmp_path / "elsewhere" if link else repos / name
    place.mkdir()
    (place / "train.py").write_text("import torch\n")
    if link:
        (repos / name).symlink_to(place)
    speed.main(["--repos", str(repos), "--only", "nets"])
    assert capsys.readouterr().out.startswith("now: 1 scripts in")


def test_no_scripts_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        speed.main(["--repos", str(tmp_path), "--only", "nets"])
    assert capsys.readouterr().err == f"no scripts of nets in {tmp_path}\n"
