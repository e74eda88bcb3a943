"""Writing runs, their settings and curves, and checkpoints; and reading curves again."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence

import apsw

from modelsearch.records.artefacts import Evidence, Fact, Metric, Scalar
from modelsearch.records.runs import RUN_FACTS, CheckpointRecord, RunRecord, Told
from modelsearch.store.database import fetch_value
from modelsearch.store.secrets.masking import masker_of

_INTEGERS = frozenset({"seed", "batch_size", "epochs", "epochs_done", "steps_done", "devices",
                       "epoch", "step", "parameters", "tensors", "is_best", "is_last"})  # fmt: skip
_NUMBERS = frozenset({"duration_s", "learning_rate", "monitored_value"})
_MAX_INTEGER = 2**63 - 1


def pack(steps: Sequence[int], values: Sequence[float]) -> bytes:
    """Return the points of a curve as they are stored (see schema.sql)."""
    deltas = bytearray()
    before = 0
    for step in steps:
        _append(deltas, step - before)
        before = step
    floats = struct.pack(f"<{len(values)}f", *map(_as_float32, values))
    planes = b"".join(floats[at::4] for at in range(4))
    return zlib.compress(bytes(deltas) + planes, 9)


def unpack(data: bytes, points: int) -> tuple[list[int], list[float]]:
    """Return the steps and values that :func:`pack` packed."""
    plain = zlib.decompress(data)
    steps = []
    at = step = 0
    for _ in range(points):
        delta, at = _take(plain, at)
        step += delta
        steps.append(step)
    floats = bytearray(4 * points)
    for plane in range(4):
        floats[plane::4] = plain[at + plane * points : at + (plane + 1) * points]
    return steps, list(struct.unpack(f"<{points}f", floats))


def plain32(value: float) -> float:
    """Return the shortest number that is stored as the same float32: 0.9, not 0.8999999762."""
    if not math.isfinite(value):
        return value
    for digits in (6, 7, 8):
        short = float(f"{value:.{digits}g}")
        if struct.pack("<f", short) == struct.pack("<f", value):
            return short
    return value


def _as_float32(value: float) -> float:
    return math.copysign(math.inf, value) if abs(value) > 3.4028235e38 else value


def _append(data: bytearray, number: int) -> None:
    """A signed number, low seven bits first; the sign lies in the lowest bit."""
    rest = number << 1 if number >= 0 else (-number << 1) - 1
    while rest > 127:
        data.append(rest & 127 | 128)
        rest >>= 7
    data.append(rest)


def _take(data: bytes, at: int) -> tuple[int, int]:
    rest = shift = 0
    while True:
        byte = data[at]
        at += 1
        rest |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
    return (rest >> 1 if not rest & 1 else -((rest + 1) >> 1)), at


MAX_POINTS = (
    100  #: of a longer curve so many are shown: the first, the best and the last among them
)


def thinned(values: Sequence[float], higher: bool | None) -> list[int]:
    """Return the places of at most :data:`MAX_POINTS` finite values, evenly spread, the best of
    them and the last included.
    """
    finite = [at for at, value in enumerate(values) if math.isfinite(value)]
    if len(finite) <= MAX_POINTS:
        return finite
    count = MAX_POINTS - 2
    chosen = {finite[round(at * (len(finite) - 1) / (count - 1))] for at in range(count)}
    if higher is not None:
        pick = max if higher else min
        chosen.add(pick(finite, key=lambda at: values[at]))
    return sorted(chosen)


class RunStore:
    """Writes runs and checkpoints into one open database. Use it inside transactions."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._masker = masker_of(connection)
        self._path = ""  # of the run that is being written

    def source(
        self, root: int, path: str, kind: str, state: bytes, status: str, reason: str | None
    ) -> int:
        """Note a place where runs may be, emptied of what it held before; return its row id."""
        self._connection.execute(
            "DELETE FROM run_source WHERE root = ? AND path = ? AND kind = ?", (root, path, kind)
        )
        self._insert("run_source", {"root": root, "path": path, "kind": kind, "state": state,
                                    "status": status, "reason": reason})  # fmt: skip
        return int(self._connection.last_insert_rowid())

    def write_run(self, root: int, source: int, record: RunRecord) -> int:
        """Insert a run with its settings, curves, results and evidence; return its row id."""
        self._path = record.path
        facts = {name: _column(name, record.facts[name].value)
                 for name in RUN_FACTS if name in record.facts}  # fmt: skip
        self._insert("run", {"run_id": record.run_id, "source": source, "root": root,
                             "path": record.path, "tool": record.tool,
                             "native_id": record.native_id, **facts})  # fmt: skip
        run = int(self._connection.last_insert_rowid())
        self._position = 0
        for name, fact in record.facts.items():
            if facts.get(name) is not None:
                self._evidence(run, name, fact)
        if record.base_model is not None:
            self._evidence(run, "base_model", record.base_model)
        for name, fact in record.contradictions:
            self._evidence(run, name, fact, agrees=False)
        for setting in record.settings:
            number = _number(setting.value)
            self._insert("run_setting", {
                "run": run, "name": setting.name, "number": number,
                "text": None if number is not None else str(setting.value),
                "swept": int(setting.swept), "path": self._below(setting.evidence.path),
                "line": setting.evidence.line, "key": setting.evidence.key,
            })  # fmt: skip
        for told in record.curves:
            self._write_curve(run, told)
        for metric in record.results:
            self._metric(run, metric, "final")
        return run

    def write_checkpoint(self, root: int, source: int, record: CheckpointRecord) -> int:
        """Insert a checkpoint with its facts; return its row id."""
        self._path = record.path
        facts = {name: _column(name, fact.value) for name, fact in record.facts.items()}
        self._insert("checkpoint", {
            "source": source, "root": root, "path": record.path, "format": record.format,
            "size_bytes": record.size_bytes, "files": record.files,
            "is_pointer": int(record.is_pointer), "note": record.note, **facts,
        })  # fmt: skip
        checkpoint = int(self._connection.last_insert_rowid())
        for name, fact in {**record.facts, **record.more}.items():
            number = _number(fact.value)
            path = None if fact.evidence.path == record.path else fact.evidence.path
            self._insert("checkpoint_fact", {
                "checkpoint": checkpoint, "name": name, "number": number,
                "text": None if number is not None else str(fact.value),
                "path": path, "key": fact.evidence.key,
            })  # fmt: skip
        return checkpoint

    def _write_curve(self, run: int, told: Told) -> None:
        curve = told.curve
        finite = [value for value in curve.values if math.isfinite(value)]
        bad = next((step for step, value in zip(curve.steps, curve.values, strict=True)
                    if not math.isfinite(value)), None)  # fmt: skip
        best = told.best
        self._insert("curve", {
            "run": run, "name": told.name, "tag": curve.tag, "split": told.split,
            "counter": curve.counter, "points": len(curve.steps),
            "first": _finite(curve.values[0]), "last": _finite(curve.values[-1]),
            "last_at": curve.steps[-1],
            "best": None if best is None else curve.values[best],
            "best_at": None if best is None else curve.steps[best],
            "lowest": min(finite, default=None), "highest": max(finite, default=None),
            "bad_at": bad, "higher_is_better": None if told.higher is None else int(told.higher),
            "path": self._below(curve.evidence.path), "line": curve.evidence.line,
            "key": curve.evidence.key, "data": pack(curve.steps, curve.values),
        })  # fmt: skip
        if not told.known:
            return
        places = {} if best is None else {best: "best"}
        places.setdefault(len(curve.values) - 1, "last")
        for at, reported in places.items():
            if math.isfinite(curve.values[at]):
                line = curve.lines[at] if curve.lines else curve.evidence.line
                key = curve.evidence.key if line is None else None
                where = Evidence(curve.evidence.path, "output", line, key)
                metric = Metric(told.name, curve.values[at], where, None, told.split,
                                curve.steps[at], told.higher, told.note)  # fmt: skip
                self._metric(run, metric, reported)

    def _metric(self, run: int, metric: Metric, reported: str) -> None:
        where = metric.evidence
        if where.line is not None:  # the line is where a person looks
            where = Evidence(where.path, where.kind, where.line)
        self._evidence(run, f"metric {metric.name}", Fact(metric.value, where, metric.note))
        self._insert("run_result", {
            "run": run, "name": metric.name, "value": metric.value, "dataset": metric.dataset,
            "split": metric.split, "step": metric.step, "reported_at": reported,
            "higher_is_better": (None if metric.higher_is_better is None
                                 else int(metric.higher_is_better)),
        })  # fmt: skip

    def _evidence(self, run: int, name: str, fact: Fact, *, agrees: bool = True) -> None:
        self._position += 1
        self._insert("run_evidence", {
            "run": run, "position": self._position, "field": name, "value": str(fact.value),
            "path": self._below(fact.evidence.path), "line": fact.evidence.line,
            "key": fact.evidence.key, "agrees": int(agrees), "note": fact.note,
        })  # fmt: skip

    def _below(self, path: str) -> str | None:
        """Return a path as it is stored: NULL for the run's own, ``./`` for what is below it."""
        if path == self._path:
            return None
        if self._path not in ("", ".") and path.startswith(self._path + "/"):
            return "." + path[len(self._path) :]
        return path

    def _insert(self, table: str, values: dict[str, object]) -> None:
        values = self._masker.row(table, values, self._path)
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cleaned = [one.encode("utf-8", "replace").decode("utf-8") if isinstance(one, str) else one
                   for one in values.values()]  # fmt: skip
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", cleaned)


def _column(name: str, value: Scalar) -> Scalar | None:
    number = _number(value)
    if name.startswith("is_"):
        return int(bool(value))
    if name in _INTEGERS:
        return int(number) if number is not None and number == int(number) else None
    if name in _NUMBERS:
        return number
    return str(value)


def _number(value: Scalar) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) and abs(found) <= _MAX_INTEGER else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def count_runs(connection: apsw.Connection) -> int:
    """Return how many runs the database holds."""
    return int(fetch_value(connection, "SELECT count(*) FROM run"))
