"""Dates of the files under one root, whichever git repositories it holds or lies in."""

from __future__ import annotations

from pathlib import Path

from modelsearch.records.artefacts import FileDates
from modelsearch.sources.git_dates import History, file_dates, read_history, repository_of


class DateReader:
    """Answers for any path under ``root``; each repository's history is read once, when needed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tops: dict[Path, Path | None] = {}
        self._histories: dict[Path, History] = {}

    def of(self, path: str) -> FileDates | None:
        """Return the dates of a file (relative to the root), or None when it is gone."""
        absolute = self._root / path
        top = self._top(absolute.parent)
        if top is not None:
            if top not in self._histories:
                self._histories[top] = read_history(top)
            name = absolute.relative_to(top).as_posix()
            dates = self._histories[top].dates.get(name)
            if dates is not None:
                return dates
        try:
            return file_dates(absolute)
        except OSError:
            return None

    def in_repository(self, path: str) -> bool:
        """Whether a file (relative to the root) lies in a git working tree."""
        return self._top((self._root / path).parent) is not None

    def _top(self, folder: Path) -> Path | None:
        """The nearest folder upwards with a ``.git``; above the root git itself is asked."""
        if folder in self._tops:
            return self._tops[folder]
        if (folder / ".git").exists() or folder == self._root or self._root not in folder.parents:
            top = repository_of(folder)
            if top is not None and top.resolve() != top:
                top = top.resolve()
            found = top if top is not None and (top == folder or top in folder.parents) else None
        else:
            found = self._top(folder.parent)
        self._tops[folder] = found
        return found
