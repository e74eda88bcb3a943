"""The dataclasses that flow from artefacts to the database.

Nothing here reads or writes: a source (:mod:`modelsearch.sources`) makes records, the indexer
assembles them into :class:`ModelRecord`, and :mod:`modelsearch.store.store` writes those as rows.

Every stated value carries an :class:`Evidence`. A value that is not known is ``None`` and has
none; there are no defaults that stand for "probably".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Scalar = str | int | float | bool

#: Where a value was read, strongest first: code beats configuration files, which beat notebook
#: outputs and cards, which beat prose, which beats names; dates come from git or the file system.
EvidenceKind = Literal[
    "code",
    "config",
    "output",
    "card",
    "readme",
    "docstring",
    "comment",
    "name",
    "git",
    "file",
    "run",
]

#: How strongly a fact stands: by what runs, by what a text or a class name says, by a name alone.
Strength = Literal["code", "stated", "named"]

_STRENGTHS: dict[str, Strength] = {
    "card": "stated",
    "readme": "stated",
    "docstring": "stated",
    "comment": "stated",
    "name": "named",
}


def strength(kind: str) -> Strength:
    """Return how strongly a fact stands that was read in a place of one of the kinds of
    evidence.
    """
    return _STRENGTHS.get(kind, "code")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one value stands: a file and a line of it, or a file and a key in it.

    ``path`` is relative to the indexed root, with forward slashes. ``line`` counts from 1; in a
    notebook it counts the lines of all code cells joined, and ``key`` names the cell
    (``cell 3, line 2``).
    """

    path: str
    kind: EvidenceKind = "code"
    line: int | None = None
    key: str | None = None

    @property
    def strength(self) -> Strength:
        """How strongly a fact stands that was read here."""
        return strength(self.kind)


@dataclass(frozen=True, slots=True)
class Fact:
    """One value and where it was read. ``note`` says what a reader should know about it
    (``"replaced by OneCycleLR(max_lr=…)"``, ``"from the path, weaker"``).
    """

    value: Scalar
    evidence: Evidence
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetFact:
    """A dataset that a model is trained on.

    ``name`` is the canonical name where the vocabulary knows the dataset, else the name as the
    file states it. ``subset`` says which part was kept (``"cat, dog"``), ``role`` what it serves.
    """

    name: str
    evidence: Evidence
    subset: str | None = None
    role: Literal["train", "test", "other"] = "train"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TrainingStage:
    """One optimisation loop. Every field is ``None`` (or empty) where the code does not say.

    ``epochs`` counts passes over the data; loops that count updates or games fill ``steps`` or
    ``episodes`` instead. ``main`` marks the stage that the result table shows; ``main_rule`` says
    by which rule it was chosen. ``others`` holds further optimizers of the same loop (a GAN's
    discriminator), in order of appearance.
    """

    name: str
    model_class: Fact | None = None
    optimizer: Fact | None = None
    learning_rate: Fact | None = None
    batch_size: Fact | None = None
    epochs: Fact | None = None
    steps: Fact | None = None
    episodes: Fact | None = None
    weight_decay: Fact | None = None
    betas: Fact | None = None
    momentum: Fact | None = None
    scheduler: Fact | None = None
    loss: tuple[Fact, ...] = ()
    gradient_accumulation: Fact | None = None
    mixed_precision: Fact | None = None
    ema: Fact | None = None
    others: tuple[tuple[Fact, Fact | None], ...] = ()
    main: bool = False
    main_rule: str | None = None


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A named value: a hyperparameter (``latent_dim`` = 64) or a layer fact (``heads`` = 8)."""

    name: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Metric:
    """A measured result as a file states it, never computed here."""

    name: str
    value: float
    evidence: Evidence
    dataset: str | None = None
    split: str | None = None
    step: int | None = None
    higher_is_better: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that is searched.

    ``kind`` is one of ``profile`` (what is known, in words), ``docstring``, ``readme``,
    ``comment``, ``code`` (identifiers split into words), ``markdown``, ``card``. Only passages
    with ``embed`` get a vector.
    """

    kind: str
    text: str
    title: str = ""
    path: str | None = None
    line: int | None = None
    embed: bool = True


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """A picture, as it is written to the database. Times are ISO 8601 with offset; sizes in
    pixels. ``words`` are (word, where it stands: name, prompt or text), ``settings`` (name, value)
    as the file states them. What it looks like is added later. ``run`` is the row of the run in
    whose folder it lies; ``owner_from`` and ``epoch_from`` say where owner and epoch were read.
    """

    path: str
    size_bytes: int
    created_at: str | None
    modified_at: str | None
    date_source: Literal["git", "file"]
    owner_from: str | None = None
    run: int | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    seconds: float | None = None
    epoch: int | None = None
    epoch_from: str | None = None
    step: int | None = None
    kind: str | None = None
    sha256: str | None = None
    program: str | None = None
    prompt: str | None = None
    negative_prompt: str | None = None
    metadata: str | None = None
    words: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True)
class FileDates:
    """Creation and last change of a file (ISO 8601 with offset) and where they come from;
    ``modified_from`` where the last change is known from elsewhere than the creation.
    """

    created_at: str | None
    modified_at: str | None
    source: Literal["git", "file", "run"]
    commits: int | None = None
    modified_from: Literal["git", "file"] | None = None


@dataclass(frozen=True, slots=True)
class PackedCode:
    """The statements of a script (see :mod:`modelsearch.static.codelines`): zlib ``data`` that
    unpacks to ``length`` bytes.
    """

    length: int
    data: bytes


@dataclass(slots=True)
class ScriptReading:
    """What static reading found in one script or notebook (see :mod:`modelsearch.static`).

    ``is_model`` says whether the file trains or defines a model and is thus indexed as one;
    ``reason`` says why, in a few words, for the summary of what was skipped.
    ``imported`` lists the project files (relative to the root) whose content the reading used: a
    change of one of them makes the reading stale. ``cut_short`` says that the script does more
    than was followed.
    """

    is_model: bool
    reason: str
    framework: Fact | None = None
    framework_version: Fact | None = None
    frameworks: list[Fact] = field(default_factory=list)
    architecture: Fact | None = None
    families: list[Fact] = field(default_factory=list)
    datasets: list[DatasetFact] = field(default_factory=list)
    techniques: list[Fact] = field(default_factory=list)
    hardware: list[Fact] = field(default_factory=list)
    task: Fact | None = None
    application: Fact | None = None
    parameters: Fact | None = None
    stages: list[TrainingStage] = field(default_factory=list)
    hyperparameters: list[NamedFact] = field(default_factory=list)
    layer_facts: list[NamedFact] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    description: Fact | None = None
    passages: list[Passage] = field(default_factory=list)
    classes: list[NamedFact] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines_of_code: int = 0
    cut_short: bool = False
    code: PackedCode | None = None


@dataclass(slots=True)
class ModelRecord:
    """One model as it is written to the database: a reading, its place, its dates.

    ``disagreements`` are values that text beside the code states differently; they are stored
    and shown, never preferred.
    """

    model_id: str
    name: str
    kind: str
    path: str
    size_bytes: int
    content_hash: bytes
    dates: FileDates
    reading: ScriptReading
    readme: str | None = None
    disagreements: list[NamedFact] = field(default_factory=list)
