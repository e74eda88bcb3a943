"""Finding files: kinds, skipped folders, links that loop, single files."""

from __future__ import annotations

from pathlib import Path

from modelsearch.sources.discovery import Artefact, discover


def found(root: Path) -> dict[str, str]:
    return {a.path: a.kind for a in discover(root) if isinstance(a, Artefact)}


def test_kinds_and_skipped_folders(tmp_path: Path) -> None:
    for name in (
        "p/train.py",
        "p/run.ipynb",
        "p/README.md",
        "p/out/epoch_1.PNG",
        "p/requirements.txt",
        "p/notes.txt",
        "p/.hidden/x.py",
        "p/__pycache__/y.py",
        "venv/z.py",
        "conda/pyvenv.cfg",
        "conda/lib.py",
        ".git/hook.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert found(tmp_path) == {
        "p/train.py": "script",
        "p/run.ipynb": "notebook",
        "p/README.md": "readme",
        "p/out/epoch_1.PNG": "image",
        "p/requirements.txt": "requirements",
    }


def test_a_link_that_loops_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "v1.py").write_text("x = 1")
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "gone.py").symlink_to(tmp_path / "nowhere.py")
    assert found(tmp_path) == {"a/v1.py": "script"}


def test_a_single_file(tmp_path: Path) -> None:
    (tmp_path / "v1.py").write_text("x = 1")
    assert found(tmp_path / "v1.py") == {"v1.py": "script"}
