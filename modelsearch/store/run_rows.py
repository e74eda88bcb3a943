"""What a model's runs left, read from the database in batches: runs, curves, checkpoints."""

from __future__ import annotations

from modelsearch.records.structs import field, frozen, names
from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import apsw

MOST = 50  #: runs and checkpoints of a model that are read; how many there are is counted


@frozen
class RunRow:
    """One recorded run with the result that it is judged by. ``stands``: this run's results are
    shown as its model's.
    """

    run_id: str
    tool: str
    status: str | None
    started_at: str | None
    duration_s: float | None
    metric: str | None
    split: str | None
    best: float | None
    best_at: int | None
    counter: str | None
    learning_rate: float | None
    batch_size: int | None
    epochs: int | None
    epochs_done: int | None
    swept: str | None
    path: str
    owner_from: str | None
    stands: int


@frozen
class CurveRow:
    """One curve of the run whose results are shown as its model's."""

    name: str
    split: str | None
    counter: str
    steps: list[int]
    values: list[float]
    best: float | None
    best_at: int | None
    last: float | None


@frozen
class CheckpointRow:
    """One checkpoint."""

    path: str
    format: str
    size_bytes: int
    epoch: int | None
    step: int | None
    parameters: int | None
    monitored: str | None
    monitored_value: float | None
    is_best: int | None
    base_model: str | None
    run_id: str | None


@frozen
class Recorded:
    """What a model's runs left; ``run_count`` and ``checkpoint_count`` count all of them."""

    runs: list[RunRow] = field(default_factory=list)
    run_count: int = 0
    curves: list[CurveRow] = field(default_factory=list)
    checkpoints: list[CheckpointRow] = field(default_factory=list)
    checkpoint_count: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON; the curves without their points."""

        def plain(row: Any, *without: str) -> dict[str, Any]:
            return {name: getattr(row, name) for name in names(row) if name not in without}

        return {
            "runs": [plain(one) for one in self.runs],
            "run_count": self.run_count,
            "curves": [
                plain(one, "steps", "values") | {"points": len(one.steps)} for one in self.curves
            ],
            "checkpoints": [plain(one) for one in self.checkpoints],
            "checkpoint_count": self.checkpoint_count,
        }


_RUNS = f"""SELECT r.run_id, r.tool, r.status, r.started_at, r.duration_s, c.name, c.split, c.best,
  c.best_at, c.counter, r.learning_rate, r.batch_size, r.epochs, r.epochs_done,
  (SELECT group_concat(s.name || '=' || coalesce(s.text, s.number), ', ') FROM run_setting s
    WHERE s.run = r.id AND s.swept = 1), r.path, r.owner_from, r.stands
FROM run r LEFT JOIN curve c ON c.id = (SELECT x.id FROM curve x WHERE x.run = r.id
  AND x.best IS NOT NULL ORDER BY CASE x.split WHEN 'test' THEN 0 WHEN 'validation' THEN 1
  WHEN 'train' THEN 3 ELSE 2 END, x.name LIKE '%loss', x.higher_is_better DESC, x.id LIMIT 1)
WHERE r.model = ? ORDER BY r.position LIMIT {MOST}"""
_CURVES = """SELECT c.name, c.split, c.counter, c.points, c.data, c.best, c.best_at, c.last
FROM run r JOIN curve c ON c.run = r.id WHERE r.model = ? AND r.stands = 1 AND EXISTS
  (SELECT 1 FROM run_result x WHERE x.run = c.run AND x.name = c.name) ORDER BY c.id"""
_CHECKPOINTS = f"""SELECT k.path, k.format, k.size_bytes, k.epoch, k.step, k.parameters,
  k.monitored, k.monitored_value, k.is_best, k.base_model, r.run_id
FROM checkpoint k LEFT JOIN run r ON r.id = k.run WHERE k.model = ?
ORDER BY r.position, k.epoch, k.step, k.path LIMIT {MOST}"""


def load_recorded(connection: apsw.Connection, model: int) -> Recorded:
    """Read what the runs of one model left."""
    counts = connection.execute(
        "SELECT (SELECT count(*) FROM run WHERE model = ?1), "
        "(SELECT count(*) FROM checkpoint WHERE model = ?1)",
        (model,),
    ).fetchone()
    runs, checkpoints = counts or (0, 0)
    if not runs and not checkpoints:
        return Recorded()
    return Recorded(
        [RunRow(*row) for row in connection.execute(_RUNS, (model,))],
        int(runs),
        [_curve(*row) for row in connection.execute(_CURVES, (model,))],
        [CheckpointRow(*row) for row in connection.execute(_CHECKPOINTS, (model,))],
        int(checkpoints),
    )


def _curve(
    name: str, split: str | None, counter: str, points: int, data: bytes, *told: Any
) -> CurveRow:
    from modelsearch.store.curves import plain32, unpack

    steps, values = unpack(data, points)
    return CurveRow(name, split, counter, steps, [plain32(value) for value in values], *told)
