"""Assembling a model record: the reading, its place, its dates and the text beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from modelsearch.index.changes import ChangeDetector
from modelsearch.index.readme_results import (
    Stated,
    docstring_results,
    read_results,
    results_for,
    settled,
)
from modelsearch.index.textfacts import disagreements, fill_gaps
from modelsearch.records.artefacts import FileDates, Metric, ModelRecord, Passage, ScriptReading
from modelsearch.records.errors import ReadingError
from modelsearch.records.files import locate
from modelsearch.records.limits import TimeUp, time_limit
from modelsearch.sources.discovery import Artefact
from modelsearch.sources.file_dates import DateReader
from modelsearch.sources.readme import (
    Section,
    description_for,
    names_script,
    passages_for,
    read_readme,
)
from modelsearch.static.trainers import may_train

_BUSY_S, _CLOCK_S = 10.0, 60.0  #: seconds for one README


class Assembler:
    """Makes model records for one root; READMEs are read once."""

    def __init__(self, root: Path, dates: DateReader, changes: ChangeDetector) -> None:
        self._root = root
        self._dates = dates
        self._changes = changes
        self.failed: list[tuple[str, str]] = []  # READMEs that could not be read, and why
        self._readmes: dict[str, list[Section]] = {}
        self._results: dict[str, tuple[list[str], list[Stated]]] = {}

    def assemble(self, artefact: Artefact, model_id: str, reading: ScriptReading) -> ModelRecord:
        """Return the record of one script or notebook, with README passages and dates."""
        path = artefact.path
        siblings = self._changes.neighbours(path)
        readme_passages: list[Passage] = []
        readmes = [p for p in self._changes.context_of(path) if _is_readme(p)]
        speaking: str | None = None
        for readme in readmes:
            sections = self._sections(readme)
            found = passages_for(path, readme, sections, siblings)
            if found and speaking is None:
                speaking = readme
            if reading.description is None:
                reading.description = description_for(path, readme, sections, siblings)
            readme_passages += found
        reading.passages = [*reading.passages, *readme_passages]
        fill_gaps(reading, [p for p in reading.passages if _speaks_of(p, path, siblings)])
        stated = [*docstring_results(reading.passages, path)]
        for readme in readmes:
            stated += self._stated(path, readme, reading)
        reading.metrics += settled(stated, reading.metrics)
        return ModelRecord(
            model_id=model_id,
            name=PurePosixPath(path).stem,
            kind=artefact.kind,
            path=path,
            size_bytes=artefact.size_bytes,
            content_hash=self._changes.content_hash(path),
            dates=self._dates.of(path) or FileDates(None, None, "file"),
            reading=reading,
            readme=speaking or self._nearest(path, readmes),
            disagreements=disagreements(reading, reading.passages, path),
        )

    def _nearest(self, path: str, readmes: Sequence[str]) -> str | None:
        """Return the nearest README at or above a script that names no script: it speaks of the
        project, and ends with it. One above the script's git repository is of another project.
        """
        if not readmes:
            return None
        for folder in PurePosixPath(path).parents:
            if PurePosixPath(readmes[0]).parent == folder:
                return readmes[0]
            if locate(self._root, f"{folder}/.git").exists():
                return None
        return None

    def dependencies(self, artefact: Artefact, reading: ScriptReading) -> list[str]:
        """Return the other files that a record was made from."""
        return [*reading.imported, *self._changes.context_of(artefact.path)]

    def _stated(self, path: str, readme: str, reading: ScriptReading) -> list[Metric]:
        """Return the results that a README states about a script; a README is read once."""
        if readme not in self._results:
            scripts = self._changes.scripts_below(PurePosixPath(readme).parent)
            results = read_results(readme, self._sections(readme), scripts)
            if any(one.script is None for one in results):
                scripts = [one for one in scripts if may_train(self._root, one)] or scripts
            self._results[readme] = scripts, results
        scripts, stated = self._results[readme]
        return results_for(path, stated, scripts, reading.imported) if stated else []

    def _sections(self, readme: str) -> list[Section]:
        if readme not in self._readmes:
            try:
                with time_limit(_BUSY_S, _CLOCK_S):
                    self._readmes[readme] = read_readme(self._root, readme)
            except ReadingError as error:
                self._readmes[readme] = []
                self.failed.append((readme, str(error)))
            except TimeUp:
                self._readmes[readme] = []
                self.failed.append((readme, f"took longer than {_BUSY_S:.0f} s to read"))
        return self._readmes[readme]


def _speaks_of(passage: Passage, script: str, siblings: list[str]) -> bool:
    """Return whether a passage is about this script alone: its docstring, a section that names it,
    or
    any section where it has no siblings.
    """
    if passage.kind != "readme":
        return passage.path == script
    alone = not any(path != script for path in siblings)
    return alone or names_script(script, passage.title, passage.text)


def _is_readme(path: str) -> bool:
    return PurePosixPath(path).name.lower().startswith("readme")
