"""Dates of the files under one root, whichever git repositories it holds or lies in."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from modelsearch.records.artefacts import FileDates
from modelsearch.records.files import locate, path_text
from modelsearch.sources.git_dates import History, file_dates, read_history
from modelsearch.sources.git_folder import Refused, Repository, repository_at


class DateReader:
    """Answers for any path under ``root``; each repository's history is read once, when needed.

    ``refused`` names the repositories that were not read, with the reason.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._repositories: dict[Path, Repository | None] = {}
        self._histories: dict[Path, History] = {}
        self.refused: list[tuple[str, str]] = []

    def of(self, path: str) -> FileDates | None:
        """Return the dates of a file (relative to the root), or None when it is gone."""
        place = locate(self._root, path)
        repository = self._repository(place.parent)
        if repository is not None:
            name = path_text(place.relative_to(repository.top).as_posix())
            dates = self._history(repository).of(name)
            if dates is not None:
                return dates
        try:
            return file_dates(place)
        except OSError:
            return None

    def in_repository(self, path: str) -> bool:
        """Return whether a file (relative to the root) lies in a git working tree."""
        return self._repository(locate(self._root, path).parent) is not None

    def _history(self, repository: Repository) -> History:
        top = repository.top
        if top not in self._histories:
            self._histories[top] = History(top)
            try:
                self._histories[top] = read_history(repository)
            except Refused as why:
                self._refuse(top, why)
        return self._histories[top]

    def _repository(self, folder: Path) -> Repository | None:
        """Return the repository of the nearest folder upwards, above the root too, that has one."""
        passed: list[Path] = []
        found: Repository | None = None
        for place in (folder, *folder.parents):
            if place in self._repositories:
                found = self._repositories[place]
                break
            passed.append(place)
            try:
                found = repository_at(place, self._root)
            except Refused as why:
                self._refuse(place, why)
                break  # what is above does not track what lies here
            if found is not None:
                break
        self._repositories.update(dict.fromkeys(passed, found))
        return found

    def _refuse(self, top: Path, why: Refused) -> None:
        inside = top == self._root or self._root in top.parents
        shown = top.relative_to(self._root) if inside else top
        self.refused.append((path_text(PurePosixPath(shown).as_posix()), str(why)))
