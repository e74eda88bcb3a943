"""What experiments leave, as it flows from readers to the database: runs, curves, checkpoints.

A reader says what one file tells of one run (:class:`RunPart`); the parts of a run are joined by
:mod:`modelsearch.index.runs.merging`. Nothing here reads or writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from modelsearch.records.artefacts import Evidence, Fact, Metric, Scalar

#: Columns of ``run`` that a part may state as facts.
RUN_FACTS = (
    "name",
    "experiment",
    "parent",
    "program",
    "status",
    "started_at",
    "ended_at",
    "duration_s",
    "seed",
    "learning_rate",
    "batch_size",
    "epochs",
    "optimizer",
    "dataset",
    "epochs_done",
    "steps_done",
    "commit_hash",
    "command",
    "hardware",
    "devices",
)

#: Columns of ``checkpoint`` that a reader may state as facts.
CHECKPOINT_FACTS = (
    "saved_at",
    "epoch",
    "step",
    "parameters",
    "tensors",
    "dtype",
    "class",
    "base_model",
    "monitored",
    "monitored_value",
    "is_best",
    "is_last",
    "framework_version",
    "sha256",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that a run was started with. ``swept``: it was varied between runs."""

    name: str
    value: Scalar
    evidence: Evidence
    swept: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A learning curve as a file states it: ``tag`` is its name there, ``counter`` what counts its
    points (epoch, step, row). ``lines`` are the points' lines in text files, else empty; ``epochs``
    is how many epochs a curve went through whose points are steps, where the file says so.
    """

    tag: str
    counter: str
    steps: list[int]
    values: list[float]
    evidence: Evidence
    lines: list[int] = field(default_factory=list)
    epochs: int | None = None


@dataclass(slots=True)
class RunPart:
    """What one file tells of one run.

    ``folder`` is the run's folder or file, relative to the root; ``native_id`` tells apart the
    runs that one file holds. ``loose`` marks a log that is a run of its own where its folder is
    none: ``folder`` is then the log itself. ``rank`` orders parts that contradict each other, the
    strongest first: what was in use, then what the command line said, then what was configured.
    ``place`` counts the runs that were appended to one log.
    """

    folder: str
    tool: str
    rank: int = 5
    native_id: str | None = None
    loose: bool = False
    place: int = 1
    facts: dict[str, Fact] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    results: list[Metric] = field(default_factory=list)
    base_model: Fact | None = None
    steps_planned: Fact | None = None

    def further(self, place: int) -> RunPart:
        """Return an empty part for another run that was appended to the same log."""
        return RunPart(self.folder, self.tool, self.rank, loose=self.loose, place=place)

    def add(self, name: str, value: Scalar | None, evidence: Evidence) -> None:
        """State a fact where its value is known and none was stated before."""
        if value is not None and value != "" and name not in self.facts:
            self.facts[name] = Fact(value, evidence)


@dataclass(slots=True)
class CheckpointRecord:
    """Saved weights, as their header and their name tell. ``facts`` are columns of the table
    checkpoint, ``more`` everything else that is stated.
    """

    path: str
    format: str
    size_bytes: int
    files: int = 1
    is_pointer: bool = False
    facts: dict[str, Fact] = field(default_factory=dict)
    more: dict[str, Fact] = field(default_factory=dict)
    note: str | None = None

    def add(self, name: str, value: Scalar | None, evidence: Evidence) -> None:
        """State a fact where its value is known and none was stated before."""
        known = self.facts if name in CHECKPOINT_FACTS else self.more
        if value is not None and value != "" and name not in known:
            known[name] = Fact(value, evidence)


@dataclass(slots=True)
class RunReading:
    """What a reader found in one place. ``notes`` say what of it was not read, and why;
    ``left_out``, where nothing of the place counts, says why: its tracker says that it was deleted.
    """

    parts: list[RunPart] = field(default_factory=list)
    checkpoints: list[CheckpointRecord] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: str | None = None


@dataclass(slots=True)
class Told:
    """A curve as it is stored: what it is of, its points, and what is known of them."""

    name: str
    split: str | None
    higher: bool | None
    known: bool
    curve: Curve
    note: str | None = None

    @property
    def best(self) -> int | None:
        """Return the place of the best finite point, None where better is not known."""
        if self.higher is None:
            return None
        finite = [at for at, value in enumerate(self.curve.values) if abs(value) < float("inf")]
        pick = max if self.higher else min
        return pick(finite, key=lambda at: self.curve.values[at]) if finite else None


@dataclass(slots=True)
class RunRecord:
    """One run, joined from its parts. ``contradictions`` are values that a weaker part states
    differently; ``base_model`` is what it started from, ``steps_planned`` how many steps what it
    printed says that it was to go.
    """

    run_id: str
    path: str
    tool: str
    native_id: str | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    curves: list[Told] = field(default_factory=list)
    results: list[Metric] = field(default_factory=list)
    contradictions: list[tuple[str, Fact]] = field(default_factory=list)
    base_model: Fact | None = None
    steps_planned: Fact | None = None
