"""What one index run is asked to do, and what it did."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from modelsearch.index.runs.stage import RunSummary
from modelsearch.sources.ignoring import IgnoreRules
from modelsearch.vocabulary.own import Own


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How to index: processes for reading, whether vanished files keep their rows, pictures, and
    whether these are looked at.

    ``thumbnail`` is the side of small copies of pictures in pixels, 0 for none, None for what
    the last run did. ``code`` and ``texts`` say whether statements and prose are kept, None as in
    the last run. ``own`` are names that are known beside the shipped ones.
    """

    jobs: int = 0
    keep_missing: bool = False
    images: bool = True
    looks: bool = True
    thumbnail: int | None = None
    code: bool | None = None
    texts: bool | None = None
    ignore: IgnoreRules = field(default_factory=IgnoreRules)
    own: Own = field(default_factory=Own)

    def workers(self) -> int:
        """Return the number of reader processes: as asked, else one per core."""
        return self.jobs or os.cpu_count() or 1


@dataclass(slots=True)
class IndexSummary:
    """What one run did. ``failed`` lists (path, reason) of what could not be read, ``faults`` of
    what the reader itself failed on.

    ``cut_short`` are scripts that were followed only so far; ``links`` are links that lead out of
    their folder and were not followed; ``specials`` pipes, sockets and devices, not opened;
    ``histories`` lists (folder, reason) of git repositories whose history was not read; ``masked``
    the files and lines where secrets stand, which were not stored. ``images_read`` says of each
    picture whether it was read now, has no owner, and has a wrong name; ``images_waiting`` are
    pictures that were not looked at yet. ``moved`` counts models that were read again at a new
    place, ``ways`` say how many models went from where to where.
    """

    added: int = 0
    moved: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    images: int = 0
    images_unchanged: int = 0
    images_unowned: int = 0
    images_mislabelled: int = 0
    images_waiting: int = 0
    runs: RunSummary = field(default_factory=RunSummary)
    encoded: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, str]] = field(default_factory=list)
    cut_short: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    specials: list[str] = field(default_factory=list)
    histories: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    ways: list[tuple[int, str, str]] = field(default_factory=list)
    seconds: float = 0.0
    images_read: dict[str, tuple[bool, bool, bool]] = field(default_factory=dict)

    def forget_picture(self, path: str) -> None:
        """Take back what was counted of a picture that turned out to be broken."""
        new, unowned, mislabelled = self.images_read.pop(path, (False, False, False))
        self.images -= new
        self.images_unchanged -= not new
        self.images_unowned -= unowned
        self.images_mislabelled -= mislabelled

    def take_in(self, other: IndexSummary) -> None:
        """Add what another run did, on another folder."""
        _add(self.runs, other.runs)
        _add(self, other)

    @property
    def models(self) -> int:
        """Models that the folders hold now."""
        return self.added + self.moved + self.updated + self.unchanged


def _add(total: Any, other: Any) -> None:
    """Add the counts of one dataclass to those of another, and its lists."""
    for one in fields(total):
        mine, its = getattr(total, one.name), getattr(other, one.name)
        if isinstance(mine, (int, float, list, Counter)):
            setattr(total, one.name, mine + its)
        elif isinstance(mine, dict):
            mine.update(its)
