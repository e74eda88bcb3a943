"""The one script that made what lies here, where the nearest trainers do not tell: the program that
a run names, a script of the project that alone writes the path, puts the name together or prints
the lines of a log. It may be a script that, by its own text, trains and defines no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from modelsearch.index.runs.messages import printer_of
from modelsearch.index.runs.recorded import Recorded
from modelsearch.index.runs.signs import putting_together, speaking_name
from modelsearch.index.runs.spelling import spelled_by
from modelsearch.index.runs.writing import below, savers, writers, writes_path

_TESTS = frozenset({"test", "tests"})
_MOST = 200  #: scripts of a project that are looked at


class Makers:
    """Finds makers among the scripts of one root that use a library of machine learning; of a log
    also among the ``others``. ``text`` returns the code of a script, ``top_above`` the folder in
    which a run's project begins.
    """

    def __init__(
        self,
        scripts: Iterable[str],
        others: Iterable[str],
        text: Callable[[str], str],
        top_above: Callable[[Recorded], PurePosixPath | None],
    ) -> None:
        self._scripts = _without_tests(scripts)
        self._printing = sorted({*self._scripts, *_without_tests(others)})
        self._text = text
        self._top_above = top_above
        self._projects: dict[tuple[PurePosixPath, bool], Mapping[str, str]] = {}
        self._printers: dict[str, str | None] = {}
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, str] | None] = {}

    def of(self, told: Recorded) -> tuple[str, str] | None:
        """Return the one script that wrote a run or a checkpoint, and how that is known. The trials
        of a study, thousands, lie in one file.
        """
        key = (told.path, told.files)
        if key not in self._found:
            self._found[key] = self._of(told)
        return self._found[key]

    def _of(self, told: Recorded) -> tuple[str, str] | None:
        top = self._top_above(told)
        texts = self._of_project(top) if top is not None else {}
        if not texts:
            return None
        path = told.path
        writing = [
            one for one, text in texts.items() if writes_path(text, paths_from(top, one, told))
        ]
        if len(writing) == 1:
            return writing[0], "writes its path"
        spelling = self.spelling(told)
        if spelling is not None:
            return spelling, f"writes {PurePosixPath(path).name}"
        for name in dict.fromkeys((PurePosixPath(path).name, *told.files)):
            if "." in name and speaking_name(name):
                for named in self._named(texts, name):
                    if len(named) == 1:
                        return named[0], f"writes {name}"
        return None

    def spelling(self, told: Recorded) -> str | None:
        """Return the one script of the project that saves a file under this name, put together
        from values that the script states: each of several methods, by its name.
        """
        top = self._top_above(told)
        texts = self._of_project(top) if top is not None else {}
        found = [
            script
            for script, text in texts.items()
            if spelled_by(text, told.path, (str(top), str(PurePosixPath(script).parent)))
        ]
        return found[0] if len(found) == 1 else None

    def printer(self, told: Recorded, log: str) -> tuple[str, str] | None:
        """Return the one script of the project that prints the lines of a log, and that this is
        how it is known.
        """
        top = self._top_above(told) if log else None
        if top is None:
            return None
        if told.path not in self._printers:
            self._printers[told.path] = printer_of(self._of_project(top, printing=True), log)
        script = self._printers[told.path]
        return (script, "prints its lines") if script is not None else None

    @staticmethod
    def _named(texts: Mapping[str, str], name: str) -> Iterable[Sequence[str]]:
        yield writers(texts, name, surely=True)
        yield savers(texts, name)
        yield putting_together(texts, name)

    def _of_project(self, top: PurePosixPath, *, printing: bool = False) -> Mapping[str, str]:
        key = (top, printing)
        if key not in self._projects:
            scripts = self._printing if printing else self._scripts
            inside = [one for one in scripts if top in PurePosixPath(one).parents]
            few = inside if len(inside) <= _MOST else []
            self._projects[key] = {script: self._text(script) for script in few}
        return self._projects[key]


def _without_tests(scripts: Iterable[str]) -> list[str]:
    return [one for one in scripts if _TESTS.isdisjoint(PurePosixPath(one).parts)]


def paths_from(top: PurePosixPath | None, script: str, told: Recorded) -> list[str]:
    """Return the paths of what a run left from the top of the project, and from a script."""
    return [
        *below(str(top), told.path, told.files),
        *below(str(PurePosixPath(script).parent), told.path, told.files),
    ]
