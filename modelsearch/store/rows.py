"""Flat rows about models, pictures and values, as :mod:`modelsearch.store.loading` reads them.

Everything that is printed comes through here: a :class:`ModelRow` is one line of a result, a
:class:`Detail` is everything that is known about one model. Unknown is ``None`` (or an empty
list), never a stand-in.
"""

from __future__ import annotations

from modelsearch.records.structs import field, frozen, names, replace
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.records.wordlists import word_tuple

if TYPE_CHECKING:
    from modelsearch.store.run_rows import Recorded

#: The keys of one result in JSON, in order: what scripts rely on.
RESULT_FIELDS: tuple[str, ...] = word_tuple("""
    rank model_id root path score distance size_bytes created_at modified_at framework
    architecture families datasets batch_size learning_rate optimizer epochs hardware
    description weaker
""")
#: The keys of one picture in JSON, which are the columns of the other machine formats.
IMAGE_FIELDS: tuple[str, ...] = word_tuple("""
    image_id model_id root path epoch created_at modified_at kind
""")


#: The lists of a :class:`ModelRow`, by the kind of the terms that stand in each.
TERM_LISTS = {
    "family": "families",
    "dataset": "datasets",
    "framework": "frameworks",
    "technique": "techniques",
    "hardware": "hardware",
}


@frozen
class ModelRow:
    """One model as a flat row; the training columns come from its main stage.

    ``rowid`` is ``model.id`` in the database. ``rank``, ``score`` and ``distance`` belong to a
    question and are empty until :meth:`ranked`. ``datasets`` are those that it is trained on.
    ``weaker`` says of what code does not bear out how far it stands: ``{"Diffusion": "named"}``.
    """

    rowid: int
    model_id: str
    name: str
    kind: str
    root: str
    path: str
    size_bytes: int
    created_at: str | None = None
    modified_at: str | None = None
    date_source: str | None = None
    commits: int | None = None
    framework: str | None = None
    framework_version: str | None = None
    architecture: str | None = None
    task: str | None = None
    application: str | None = None
    description: str | None = None
    parameters: int | None = None
    lines_of_code: int | None = None
    readme: str | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    optimizer: str | None = None
    epochs: int | None = None
    families: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    frameworks: list[str] = field(default_factory=list)
    techniques: list[str] = field(default_factory=list)
    hardware: list[str] = field(default_factory=list)
    weaker: dict[str, str] = field(default_factory=dict)
    rank: int | None = None
    score: float | None = None
    distance: float | None = None

    def ranked(
        self, rank: int, score: float | None = None, distance: float | None = None
    ) -> ModelRow:
        """Return the same row with its place in an answer."""
        return replace(self, rank=rank, score=score, distance=distance)

    def as_json(self) -> dict[str, Any]:
        """Return the keys of the command line's contract (RESULT_FIELDS), raw values."""
        return {name: getattr(self, name) for name in RESULT_FIELDS}


@frozen
class StageRow:
    """One training stage, as stored; see :class:`modelsearch.records.artefacts.TrainingStage`."""

    position: int
    name: str
    main: bool
    main_rule: str | None = None
    model_class: str | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    steps: int | None = None
    episodes: int | None = None
    weight_decay: float | None = None
    betas: str | None = None
    momentum: float | None = None
    scheduler: str | None = None
    loss: str | None = None
    gradient_accumulation: int | None = None
    mixed_precision: str | None = None
    ema: str | None = None


@frozen
class NamedValue:
    """A hyperparameter or a layer fact: its name and its number or text."""

    name: str
    value: float | int | str | None


@frozen
class MetricRow:
    """A measured result as a file states it."""

    name: str
    value: float
    dataset: str | None = None
    split: str | None = None
    step: int | None = None
    higher_is_better: bool | None = None


@frozen
class TermRow:
    """A vocabulary term that a model has: a family, dataset, framework, technique, hardware."""

    kind: str
    name: str
    role: str | None = None
    subset: str | None = None
    note: str | None = None
    strength: str = "code"
    axis: str | None = None


@frozen
class EvidenceRow:
    """Where one value was read; ``agrees`` is false for text that contradicts the code."""

    field: str
    value: str
    path: str
    line: int | None
    key: str | None
    kind: str
    note: str | None
    agrees: bool


@frozen
class RemarkRow:
    """What someone said of a model: a ``tag`` or a ``note``."""

    kind: str
    value: str
    author: str | None
    made_at: str


def _nothing_recorded() -> Recorded:
    from modelsearch.store.run_rows import Recorded

    return Recorded()


@frozen
class Detail:
    """Everything known about one model. ``images`` counts its pictures, ``remarks`` are the tags
    and notes that people gave it.
    """

    row: ModelRow
    stages: list[StageRow]
    hyperparameters: list[NamedValue]
    metrics: list[MetricRow]
    layer_facts: list[NamedValue]
    terms: list[TermRow]
    evidence: list[EvidenceRow]
    images: int
    remarks: list[RemarkRow] = field(default_factory=list)
    recorded: Recorded = field(default_factory=_nothing_recorded)

    @property
    def main_stage(self) -> StageRow | None:
        """The stage that the result table shows."""
        stages = self.stages
        if len(stages) == 1:  # as most scripts have
            return stages[0] if stages[0].main else None
        return next((stage for stage in stages if stage.main), None)

    @property
    def tags(self) -> list[str]:
        """The tags, in the order in which they were given."""
        return [entry.value for entry in self.remarks if entry.kind == "tag"]

    @property
    def notes(self) -> list[RemarkRow]:
        """The notes, in the order in which they were written."""
        return [entry for entry in self.remarks if entry.kind == "note"]

    @property
    def disagreements(self) -> list[EvidenceRow]:
        """What text beside the code states differently; never used as a value."""
        return [entry for entry in self.evidence if not entry.agrees]

    def as_json(self) -> dict[str, Any]:
        """Return the row's contract keys and everything else known, ready for JSON."""
        row = self.row
        extra = word_tuple("""
            name kind date_source commits framework_version frameworks techniques task
            application parameters lines_of_code readme
        """)
        return {
            **row.as_json(),
            **{name: getattr(row, name) for name in extra},
            "stages": [_fields(stage) for stage in self.stages],
            "hyperparameters": [_fields(entry) for entry in self.hyperparameters],
            "metrics": [_fields(entry) for entry in self.metrics],
            "layer_facts": [_fields(entry) for entry in self.layer_facts],
            "terms": [_fields(entry) for entry in self.terms],
            "evidence": [_fields(entry) for entry in self.evidence],
            "disagreements": [_fields(entry) for entry in self.disagreements],
            "images": self.images,
            "tags": self.tags,
            "notes": [_fields(entry) for entry in self.notes],
            **self.recorded.as_json(),
        }


@frozen
class ImageRow:
    """One picture; ``path`` is relative to ``root``, sizes are in pixels and bytes. ``model_id``
    is None where it is not known whose picture it is.
    """

    image_id: str
    model_id: str | None
    root: str
    path: str
    epoch: int | None = None
    step: int | None = None
    kind: str | None = None
    created_at: str | None = None
    modified_at: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    size_bytes: int | None = None
    rowid: int = 0
    sha256: str | None = None
    perceptual_hash: str | None = None
    prompt: str | None = None
    seconds: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the keys of the command line's contract."""
        return {key: getattr(self, key) for key in IMAGE_FIELDS}


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names(row)}
