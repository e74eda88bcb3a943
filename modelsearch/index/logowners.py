"""Which script a log of training belongs to, and which of its logs is the last run's.

The nearest folder up the tree with scripts that may train owns a log. Where several share that
folder, the script whose name is in the log's path, else the only one whose text names the log or
its folder; without such a sign the log stays with nobody rather than with a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from modelsearch.records.files import locate, read_start
from modelsearch.sources.readme import COMMON_STEMS
from modelsearch.static.trainers import may_train

_NUMBERS = re.compile(r"\d+")
_MAX_TEXT = 1_000_000


class LogOwners:
    """Finds the logs of each script of one root; nothing is read before the first question."""

    def __init__(
        self, root: Path, logs: Sequence[str], scripts: Mapping[PurePosixPath, list[str]]
    ) -> None:
        self._root = root
        self._logs = logs
        self._scripts = scripts
        self._texts: dict[str, str] = {}
        self._trains: dict[str, bool] = {}
        self._owned: dict[str, list[str]] | None = None

    def of(self, script: str) -> list[str]:
        """Return the logs of a script's last run, one of each kind."""
        if self._owned is None:
            self._owned = {}
            for log in self._logs:
                owner = self._owner(PurePosixPath(log))
                if owner is not None:
                    self._owned.setdefault(owner, []).append(log)
        return _last_runs(self._owned.get(script, []))

    def _owner(self, log: PurePosixPath) -> str | None:
        for folder in log.parents:
            near = [script for script in self._scripts.get(folder, ()) if self._may_train(script)]
            if not near:
                continue
            if len(near) == 1:
                return near[0]
            return _longest(near, log) or self._that_names(near, log, folder)
        return None

    def _may_train(self, script: str) -> bool:
        if not script.endswith((".py", ".ipynb")):
            return False
        if script not in self._trains:
            self._trains[script] = may_train(self._root, script)
        return self._trains[script]

    def _that_names(
        self, near: Sequence[str], log: PurePosixPath, folder: PurePosixPath
    ) -> str | None:
        """The one script whose text has the log's name, or that of a folder on the way to it."""
        for name in (log.name, *log.relative_to(folder).parts[:-1]):
            named = [script for script in near if name in self._text(script)]
            if len(named) == 1:
                return named[0]
        return None

    def _text(self, script: str) -> str:
        if script not in self._texts:
            try:
                start = read_start(locate(self._root, script), _MAX_TEXT, self._root)
                self._texts[script] = start.decode("utf-8", "replace")
            except OSError:
                self._texts[script] = ""
        return self._texts[script]


def _longest(near: Sequence[str], log: PurePosixPath) -> str | None:
    """The script whose name, the longest, is in the log's path."""
    path = "/".join(log.parts).lower()
    stems = {script: PurePosixPath(script).stem.lower() for script in near}
    inside = [
        script for script, stem in stems.items()
        if stem not in COMMON_STEMS and len(stem) > 2
        and re.search(rf"(^|[\W_]){re.escape(stem)}($|[\W_])", path)
    ]  # fmt: skip
    inside.sort(key=lambda script: -len(stems[script]))
    if not inside or (len(inside) > 1 and len(stems[inside[0]]) == len(stems[inside[1]])):
        return None
    return inside[0]


def _last_runs(logs: Sequence[str]) -> list[str]:
    """Of the logs of several runs (``version_0``, ``version_1``) the last; others as they are."""
    latest: dict[str, str] = {}
    for log in sorted(logs, key=_natural):
        latest[_NUMBERS.sub("#", log)] = log
    return list(latest.values())


def _natural(path: str) -> list[tuple[int, str]]:
    """Sort ``version_10`` behind ``version_9``."""
    parts = re.split(r"(\d+)", path)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
