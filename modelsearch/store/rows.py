"""Flat rows about models, pictures and values, read from the database in batches.

Everything that is printed comes through here: a :class:`ModelRow` is one line of a result, a
:class:`Detail` is everything that is known about one model. Unknown is ``None`` (or an empty
list), never a stand-in. Reading many models takes two statements, however many they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelsearch.records.structs import field, frozen, names, replace
from modelsearch.store.run_rows import Recorded, load_recorded

if TYPE_CHECKING:
    import apsw

#: The keys of one result in JSON, in order: what scripts rely on.
RESULT_FIELDS: tuple[str, ...] = (
    "rank", "model_id", "root", "path", "score", "distance", "size_bytes", "created_at",
    "modified_at", "framework", "architecture", "families", "datasets", "batch_size",
    "learning_rate", "optimizer", "epochs", "hardware", "description", "weaker",
)  # fmt: skip


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
    recorded: Recorded = field(default_factory=Recorded)

    @property
    def main_stage(self) -> StageRow | None:
        """The stage that the result table shows."""
        return next((stage for stage in self.stages if stage.main), None)

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
        extra = (
            "name", "kind", "date_source", "commits", "framework_version", "frameworks",
            "techniques", "task", "application", "parameters", "lines_of_code", "readme",
        )  # fmt: skip
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

    def as_json(self) -> dict[str, Any]:
        """Return the keys of the command line's contract."""
        keys = (
            "image_id", "model_id", "root", "path", "epoch", "created_at", "modified_at", "kind",
        )  # fmt: skip
        return {key: getattr(self, key) for key in keys}


def load_rows(connection: apsw.Connection, ids: Sequence[int]) -> list[ModelRow]:
    """Read models by ``model.id``, in the order of ``ids``; ids that are gone are left out."""
    if not ids:
        return []
    wanted = json.dumps([int(one) for one in ids])
    found: dict[int, ModelRow] = {}
    for values in connection.execute(_ROWS_SQL, (wanted,)):
        found[values[0]] = ModelRow(**dict(zip(_ROW_COLUMNS, values, strict=True)))
    for model, kind, name, strength, _ in connection.execute(_ROW_TERMS_SQL, (wanted,)):
        if model in found and kind == "task":
            found[model].weaker[name] = strength
        elif model in found:
            getattr(found[model], _TERM_LISTS[kind]).append(name)
            if strength != "code":
                found[model].weaker[name] = strength
    return [found[one] for one in ids if one in found]


def load_details(connection: apsw.Connection, ids: Sequence[int]) -> list[Detail]:
    """Read everything about several models, in the order of ``ids``."""
    rows = load_rows(connection, ids)
    wanted = json.dumps(sorted({row.rowid for row in rows}))
    by_table = {name: _grouped(connection, sql, wanted) for name, sql in _DETAIL_SQL.items()}

    def of(name: str, row: ModelRow) -> list[tuple[Any, ...]]:
        return by_table[name].get(row.rowid, [])

    return [
        Detail(
            row=row,
            stages=[StageRow(v[0], v[1], bool(v[2]), *v[3:]) for v in of("stages", row)],
            hyperparameters=[_named(*values) for values in of("hyperparameters", row)],
            metrics=[
                *(_metric(*values) for values in of("metrics", row)),
                *(_metric(*values) for values in of("run_results", row)),
                *(point for values in of("curves", row) for point in _points(*values)),
            ],
            layer_facts=[_named(*values) for values in of("layer_facts", row)],
            terms=[TermRow(*values) for values in of("terms", row)],
            evidence=[
                _evidence(*values) for values in (*of("evidence", row), *of("run_evidence", row))
            ],
            images=sum(values[0] for values in of("images", row)),
            remarks=[RemarkRow(*values) for values in of("remarks", row)],
            recorded=load_recorded(connection, row.rowid),
        )
        for row in rows
    ]


def load_detail(connection: apsw.Connection, model_rowid: int) -> Detail:
    """Read everything about one model. Raises KeyError when there is no such row."""
    details = load_details(connection, [model_rowid])
    if not details:
        raise KeyError(model_rowid)
    return details[0]


def load_images(
    connection: apsw.Connection,
    where_sql: str = "1",
    params: Sequence[Any] | Mapping[str, Any] = (),
    limit: int | None = None,
) -> list[ImageRow]:
    """Read pictures by a condition over ``image i`` (with ``model m`` and ``root r`` joined).

    ``where_sql`` is trusted text with bound parameters. In order of model, epoch (unknown last),
    step and path. ``limit`` of None reads them all.
    """
    tail = "" if limit is None else f" LIMIT {int(limit):d}"
    # The condition is compiled by this program; what the user wrote is bound.
    sql = f"{_IMAGES_SQL} WHERE {where_sql} {_IMAGES_ORDER}{tail}"
    return [ImageRow(*values) for values in connection.execute(sql, params)]


def _grouped(
    connection: apsw.Connection, sql: str, wanted: str
) -> dict[int, list[tuple[Any, ...]]]:
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for model, *values in connection.execute(f"{_WANTED}\n{sql}", (wanted,)):
        groups.setdefault(model, []).append(tuple(values))
    return groups


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names(row)}


def _metric(
    name: str,
    value: float,
    dataset: str | None,
    split: str | None,
    step: int | None,
    higher: int | None,
) -> MetricRow:
    return MetricRow(name, value, dataset, split, step, None if higher is None else bool(higher))


def _points(
    name: str, split: str | None, points: int, higher: int | None, data: bytes, *exact: Any
) -> list[MetricRow]:
    """The points of a curve as results, thinned where they are many; ``exact`` are the steps and
    values that are stored in full.
    """
    from modelsearch.store.curves import plain32, thinned, unpack

    steps, values = unpack(data, points)
    better = None if higher is None else bool(higher)
    full = {exact[0]: exact[1], exact[2]: exact[3]}
    return [
        MetricRow(name, full.get(steps[at]) or plain32(values[at]), None, split, steps[at], better)
        for at in thinned(values, better)
    ]


def _evidence(*values: Any) -> EvidenceRow:
    field_name, value, path, line, key, kind, note, agrees = values
    return EvidenceRow(field_name, value, path, line, key, kind, note, bool(agrees))


def _named(name: str, number: float | None, text: str | None) -> NamedValue:
    """Numbers are stored as REAL; a whole one is given back as the integer it was."""
    if number is None:
        return NamedValue(name, text)
    whole = abs(number) < 2**53 and number == int(number)
    return NamedValue(name, int(number) if whole else number)


_MODEL_COLUMNS = (
    "model_id", "name", "kind", "path", "size_bytes", "created_at", "modified_at", "date_source",
    "commits", "framework", "framework_version", "architecture", "task", "application",
    "description", "parameters", "lines_of_code", "readme",
)  # fmt: skip
_STAGE_COLUMNS = ("batch_size", "learning_rate", "optimizer", "epochs")
_ROW_COLUMNS = ("rowid", "root", *_MODEL_COLUMNS, *_STAGE_COLUMNS)
_TERM_LISTS = {
    "family": "families",
    "dataset": "datasets",
    "framework": "frameworks",
    "technique": "techniques",
    "hardware": "hardware",
}

_WANTED = "WITH wanted (id) AS (SELECT DISTINCT value FROM json_each(?))"
_ROWS_SQL = f"""{_WANTED}
SELECT m.id, r.path, {", ".join(f"m.{name}" for name in _MODEL_COLUMNS)},
  {", ".join(f"s.{name}" for name in _STAGE_COLUMNS)}
FROM wanted w JOIN model m ON m.id = w.id JOIN root r ON r.id = m.root
LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"""
_ROW_TERMS_SQL = f"""{_WANTED}
SELECT x.model, t.kind, t.name, x.strength, x.position
FROM wanted w JOIN model_term x ON x.model = w.id JOIN term t ON t.id = x.term
WHERE t.kind IN ({", ".join(f"'{kind}'" for kind in _TERM_LISTS)})
  AND (t.kind <> 'dataset' OR x.role = 'train')
UNION ALL SELECT m.id, 'task', m.task, m.task_strength, 0
FROM wanted w JOIN model m ON m.id = w.id WHERE m.task_strength <> 'code'
ORDER BY 1, 2, 5, 3"""


def _of_model(table: str, columns: Iterable[str], order: str) -> str:
    listed = ", ".join(f"x.{name}" for name in columns)
    return f"SELECT x.model, {listed} FROM wanted w JOIN {table} x ON x.model = w.id {order}"


#: The path of a row of run_evidence, run_setting or curve, whose alias is put in.
BELOW = (
    "CASE WHEN {0}.path IS NULL THEN r.path WHEN {0}.path LIKE './%' "
    "THEN r.path || substr({0}.path, 2) ELSE {0}.path END"
)
_EVIDENCE_COLUMNS = [
    "coalesce(x.path, m.path)" if name == "path" else f"x.{name}" for name in names(EvidenceRow)
]
_DETAIL_SQL = {
    "stages": _of_model("training_stage", names(StageRow), "ORDER BY x.model, x.position"),
    "hyperparameters": _of_model("hyperparameter", ("name", "number", "text"), "ORDER BY x.id"),
    "metrics": _of_model("metric", names(MetricRow), "WHERE x.run IS NULL ORDER BY x.id"),
    "run_results": f"""SELECT r.model, {", ".join(f"x.{name}" for name in names(MetricRow))}
FROM wanted w JOIN run r ON r.model = w.id AND r.stands = 1
JOIN run_result x ON x.run = r.id AND x.reported_at = 'final' ORDER BY x.id""",
    "curves": """SELECT r.model, c.name, c.split, c.points, c.higher_is_better, c.data,
  c.best_at, c.best, c.last_at, c.last
FROM wanted w JOIN run r ON r.model = w.id AND r.stands = 1 JOIN curve c ON c.run = r.id
WHERE EXISTS (SELECT 1 FROM run_result x WHERE x.run = c.run AND x.name = c.name) ORDER BY c.id""",
    "run_evidence": f"""SELECT r.model, e.field, e.value, {BELOW.format("e")}, e.line, e.key,
  'output', e.note, e.agrees
FROM wanted w JOIN run r ON r.model = w.id AND r.stands = 1
JOIN run_evidence e ON e.run = r.id AND e.field LIKE 'metric %' ORDER BY e.position""",
    "layer_facts": _of_model("layer_fact", ("name", "number", "text"), "ORDER BY x.id"),
    "evidence": f"""SELECT x.model, {", ".join(_EVIDENCE_COLUMNS)}
FROM wanted w JOIN model m ON m.id = w.id JOIN evidence x ON x.model = w.id
ORDER BY x.model, x.position""",
    "terms": """SELECT x.model, t.kind, t.name, x.role, x.subset, x.note, x.strength, t.axis
FROM wanted w JOIN model_term x ON x.model = w.id JOIN term t ON t.id = x.term
ORDER BY x.model, t.kind, x.position, t.name""",
    "remarks": """SELECT x.model, x.kind, x.value, x.author, x.made_at
FROM wanted w JOIN remark x ON x.model = w.id
WHERE x.kind IN ('tag', 'note') AND x.undone_at IS NULL ORDER BY x.model, x.id""",
    "images": """SELECT x.model, count(*) FROM wanted w JOIN image x ON x.model = w.id
GROUP BY x.model""",
}

_IMAGES_SQL = """SELECT i.image_id, m.model_id, r.path, i.path, i.epoch, i.step, i.kind,
  i.created_at, i.modified_at, i.format, i.width, i.height, i.frames, i.size_bytes,
  i.id, i.sha256, i.perceptual_hash, i.prompt
FROM image i LEFT JOIN model m ON m.id = i.model JOIN root r ON r.id = i.root"""
_IMAGES_ORDER = """ORDER BY m.model_id IS NULL, m.model_id, i.epoch IS NULL, i.epoch,
  i.step IS NULL, i.step, i.path"""
