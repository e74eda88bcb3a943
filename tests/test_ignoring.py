"""What is left alone, and what says so."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from modelsearch.records.errors import ModelsearchError
from modelsearch.records.limits import time_limit
from modelsearch.sources.discovery import Artefact, Ignored, discover
from modelsearch.sources.ignorepatterns import spec_of
from modelsearch.sources.ignoring import IgnoreRules
from tests.test_names_of_tests import TRAIN


def walked(
    root: Path, *exclude: str, gitignore: bool = True, at: str = ""
) -> tuple[set[str], dict[str, str]]:
    rules = IgnoreRules(exclude, gitignore)
    found = list(discover(root / at, root, rules))
    kept = {each.path for each in found if isinstance(each, Artefact)}
    return kept, {each.path: each.reason for each in found if isinstance(each, Ignored)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in (
        "a/train.py",
        "a/old/train.py",
        "third_party/x/train.py",
        "tmp/scratch.py",
        "a/loss_curve.png",
        "b/train.ipynb",
    ):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TRAIN, encoding="utf-8")
    return tmp_path


def test_folders_of_copied_code(root: Path) -> None:
    kept, ignored = walked(root)
    assert list(ignored) == ["third_party"]
    assert "third_party/x/train.py" not in kept
    assert {"a/train.py", "a/old/train.py", "tmp/scratch.py", "b/train.ipynb"} <= kept


def test_patterns_of_a_run(root: Path) -> None:
    kept, ignored = walked(root, "old", "*.ipynb")
    assert (ignored["a/old"], ignored["b/train.ipynb"]) == ("--exclude", "--exclude")
    assert "a/train.py" in kept
    assert "a/old/train.py" not in kept


def test_the_own_file_and_its_exceptions(root: Path) -> None:
    (root / ".modelsearchignore").write_text("# mine\n*.py\n!scratch.py\n", encoding="utf-8")
    (root / "a/.modelsearchignore").write_text("!train.py\n/old/\n", encoding="utf-8")
    kept, ignored = walked(root)
    assert {"a/train.py", "tmp/scratch.py", "a/loss_curve.png"} <= kept
    assert ignored["a/old"] == ".modelsearchignore"


def test_git_says_which_scripts_are_not_kept_but_pictures_stay(root: Path) -> None:
    (root / ".gitignore").write_text("/a/\ntmp\n", encoding="utf-8")
    kept, ignored = walked(root)
    assert "a/loss_curve.png" in kept
    assert ignored["a/train.py"] == ignored["tmp/scratch.py"] == ".gitignore"
    assert "a/train.py" in walked(root, gitignore=False)[0]


def test_patterns_above_the_folder_that_is_walked_count(root: Path) -> None:
    (root / ".modelsearchignore").write_text("a/old\n", encoding="utf-8")
    kept, ignored = walked(root, at="a")
    assert "train.py" in kept
    assert ignored == {"old": ".modelsearchignore"}


def test_what_is_no_pattern_is_refused(root: Path) -> None:
    with pytest.raises(ModelsearchError, match="--exclude"):
        IgnoreRules(("!",))
    (root / ".modelsearchignore").write_text("!\nold\n", encoding="utf-8")
    assert walked(root)[1]["a/old"] == ".modelsearchignore"


def test_what_git_keeps_all_the_same_is_not_ignored(root: Path) -> None:
    (root / ".gitignore").write_text("**/tmp*\n*.ipynb\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "-f", "tmp/scratch.py"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    kept, ignored = walked(root)
    assert "tmp/scratch.py" in kept
    assert ignored["b/train.ipynb"] == ".gitignore"


HARD = ("*a" * 40 + "*b", "**/a*/" * 20 + "b", "**/a/" * 40 + "b", "a**" * 40 + "b",
        "[a-b]*" * 40 + "!", "?*" * 40 + "b", "a*/" * 30 + "**/" + "*a" * 30 + "*b")  # fmt: skip


@pytest.mark.parametrize("pattern", HARD)
@pytest.mark.parametrize("name", [".gitignore", ".modelsearchignore"])
def test_a_strangers_patterns_take_no_longer_than_others(
    tmp_path: Path, name: str, pattern: str
) -> None:
    (tmp_path / name).write_text(pattern, encoding="utf-8")
    folder = tmp_path.joinpath(*("a" * 20 for _ in range(30)))
    folder.mkdir(parents=True)
    (folder / ("a" * 200 + ".py")).write_text(TRAIN)
    with time_limit(5, 60):
        kept, _ = walked(tmp_path)
    assert len(kept) == 1


_NAMES = st.text("ab.", min_size=1, max_size=5)
_PATTERNS = st.lists(
    st.one_of(
        st.text("ab*?.", min_size=1, max_size=6), st.sampled_from(["**", "*", "[ab]*a", "!a"])
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@given(_PATTERNS, st.sampled_from(["", "/"]), st.sampled_from(["", "/"]), st.lists(_NAMES))
@settings(max_examples=400, deadline=None)
def test_patterns_say_what_pathspec_says(
    pattern: list[str], before: str, after: str, path: list[str]
) -> None:
    written = before + "/".join(pattern) + after
    for shown in ("/".join(path), "/".join(path) + "/"):
        wanted = GitIgnoreSpec.from_lines([written]).check_file(shown).include
        assert spec_of([written]).check_file(shown).include == wanted
