"""Folders of the person who runs the program, where the system knows them."""

from __future__ import annotations

import os
from pathlib import Path


def user_folder(variable: str, usual: str) -> Path | None:
    """Return the program's own folder for settings or for what it notes.

    It lies in the folder that a variable of the environment names, else in the usual one below
    home. None where neither is known; a relative folder counts as none, as it would be another
    one wherever the program is started.
    """
    for given in (os.environ.get(variable, ""), f"~/{usual}"):
        folder = expanded(given)
        if folder.is_absolute():
            return folder / "modelsearch"
    return None


def expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path with ``~`` replaced by a home; as it is where nobody knows whose that is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
