"""The runs of one index run: read what changed, find owners, count for the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from modelsearch.index.runs.collecting import RunCollector
from modelsearch.index.runs.linking import RunLinker
from modelsearch.index.runs.weights import CheckpointCollector
from modelsearch.records.errors import ReadingError
from modelsearch.records.progress import Progress
from modelsearch.sources.discovery import Artefact
from modelsearch.sources.runs.opening import Folder
from modelsearch.store.database import fetch_all


@dataclass(slots=True)
class RunSummary:
    """What a run did with the runs of experiments: how many there are by tool, how many were read
    anew, how many no script or several scripts may own, how many models stand for runs and
    checkpoints without a script, what was not read, which runs were left out and why, and
    which files that go by the names of logs and configurations told nothing of a training, with
    counts.
    """

    read: int = 0
    unchanged: int = 0
    tools: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    alone: int = 0
    contested: int = 0
    bare: int = 0
    models: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return how many runs the folders hold now."""
        return sum(self.tools.values())


class RunStage:
    """Brings runs and their owners up to date for one root."""

    def __init__(
        self, connection: apsw.Connection, root: Path, root_id: int, summary: RunSummary
    ) -> None:
        self._connection = connection
        self._root_id = root_id
        self._summary = summary
        self._runs = RunCollector(connection, root, root_id)
        self._weights = CheckpointCollector(connection, root, root_id)
        self._folder = Folder(root)
        self._linker = RunLinker(connection, root, root_id)

    def run(
        self,
        artefacts: Sequence[Artefact],
        scripts: Iterable[str],
        prefix: str,
        progress: Progress,
    ) -> None:
        """Read new and changed runs below ``prefix``, forget those that are gone, find owners; what
        there is is counted by :meth:`count`.
        """
        runs = [one for one in artefacts if one.kind == "run" or self._is_card(one)]
        changed = self._runs.collect(runs, scripts, prefix, progress)
        weights = [one for one in artefacts if one.kind == "checkpoint"]
        changed |= self._weights.collect(weights, prefix, progress)
        self._linker.follow(self._runs.moved | self._weights.moved)
        self._linker.link(changed=changed)

    @property
    def proven(self) -> frozenset[str]:
        """Return the scripts that made a run or a checkpoint which lies here, and are no model."""
        return frozenset(self._linker.proven)

    def link_again(self) -> None:
        """Find owners anew, now that more scripts are models."""
        self._linker.link(changed=True)

    def _is_card(self, artefact: Artefact) -> bool:
        """Return whether a README begins with front matter; all others are prose."""
        if artefact.kind != "readme" or not artefact.path.lower().endswith(".md"):
            return False
        try:
            return b"---" in self._folder.head(artefact.path, 8)
        except ReadingError:
            return False

    def count(self) -> None:
        """Count what the folders hold now, when all owners are found."""
        linked = self._linker.summary()
        self._summary.read += self._runs.read
        self._summary.unchanged += self._runs.unchanged
        self._summary.alone += linked.alone
        self._summary.contested += linked.contested
        self._summary.bare += linked.bare
        self._summary.notes += self._runs.notes
        self._summary.models += int(
            fetch_all(
                self._connection,
                "SELECT count(*) FROM model WHERE root = ? AND kind IN ('run', 'checkpoint')",
                (self._root_id,),
            )[0][0]
        )
        for tool, count in fetch_all(
            self._connection,
            "SELECT tool, count(*) FROM run WHERE root = ? GROUP BY tool",
            (self._root_id,),
        ):
            self._summary.tools[tool] += count
        for kind, count in fetch_all(
            self._connection,
            "SELECT format, count(*) FROM checkpoint WHERE root = ? GROUP BY format",
            (self._root_id,),
        ):
            self._summary.formats[kind] += count
        self._summary.unread += self._weights.unread()
        self._summary.silent += self._runs.silent
        self._summary.left_out += self._runs.left_out
