"""Writing runs, their settings and curves, and checkpoints."""

from __future__ import annotations

import math

import apsw

from modelsearch.records.artefacts import Evidence, Fact, Metric, Scalar
from modelsearch.records.runs import RUN_FACTS, CheckpointRecord, RunRecord, Told
from modelsearch.records.wordlists import word_set
from modelsearch.store.curves import pack
from modelsearch.store.secrets.masking import masker_of

_INTEGERS = word_set("""
    seed batch_size epochs epochs_done steps_done devices epoch step parameters tensors is_best
    is_last
""")
_NUMBERS = frozenset({"duration_s", "learning_rate", "monitored_value"})
_MAX_INTEGER = 2**63 - 1


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
        self._insert(
            "run_source",
            {
                "root": root,
                "path": path,
                "kind": kind,
                "state": state,
                "status": status,
                "reason": reason,
            },
        )
        return int(self._connection.last_insert_rowid())

    def write_run(self, root: int, source: int, record: RunRecord) -> int:
        """Insert a run with its settings, curves, results and evidence; return its row id."""
        self._path = record.path
        facts = {
            name: _column(name, record.facts[name].value)
            for name in RUN_FACTS
            if name in record.facts
        }
        self._insert(
            "run",
            {
                "run_id": record.run_id,
                "source": source,
                "root": root,
                "path": record.path,
                "tool": record.tool,
                "native_id": record.native_id,
                **facts,
            },
        )
        run = int(self._connection.last_insert_rowid())
        self._position = 0
        for name, fact in record.facts.items():
            if facts.get(name) is not None:
                self._evidence(run, name, fact)
        for name in ("base_model", "steps_planned"):
            beside = getattr(record, name)
            if beside is not None:
                self._evidence(run, name, beside)
        for name, fact in record.contradictions:
            self._evidence(run, name, fact, agrees=False)
        for setting in record.settings:
            number = _number(setting.value)
            self._insert(
                "run_setting",
                {
                    "run": run,
                    "name": setting.name,
                    "number": number,
                    "text": None if number is not None else str(setting.value),
                    "swept": int(setting.swept),
                    "path": self._below(setting.evidence.path),
                    "line": setting.evidence.line,
                    "key": setting.evidence.key,
                },
            )
        for told in record.curves:
            self._write_curve(run, told)
        for metric in record.results:
            self._metric(run, metric, "final")
        return run

    def write_checkpoint(self, root: int, source: int, record: CheckpointRecord) -> int:
        """Insert a checkpoint with its facts; return its row id."""
        self._path = record.path
        facts = {name: _column(name, fact.value) for name, fact in record.facts.items()}
        self._insert(
            "checkpoint",
            {
                "source": source,
                "root": root,
                "path": record.path,
                "format": record.format,
                "size_bytes": record.size_bytes,
                "files": record.files,
                "is_pointer": int(record.is_pointer),
                "note": record.note,
                **facts,
            },
        )
        checkpoint = int(self._connection.last_insert_rowid())
        for name, fact in {**record.facts, **record.more}.items():
            number = _number(fact.value)
            path = None if fact.evidence.path == record.path else fact.evidence.path
            self._insert(
                "checkpoint_fact",
                {
                    "checkpoint": checkpoint,
                    "name": name,
                    "number": number,
                    "text": None if number is not None else str(fact.value),
                    "path": path,
                    "key": fact.evidence.key,
                },
            )
        return checkpoint

    def _write_curve(self, run: int, told: Told) -> None:
        curve = told.curve
        finite = [value for value in curve.values if math.isfinite(value)]
        bad = next(
            (
                step
                for step, value in zip(curve.steps, curve.values, strict=True)
                if not math.isfinite(value)
            ),
            None,
        )
        best = told.best
        self._insert(
            "curve",
            {
                "run": run,
                "name": told.name,
                "tag": curve.tag,
                "split": told.split,
                "counter": curve.counter,
                "points": len(curve.steps),
                "first": _finite(curve.values[0]),
                "last": _finite(curve.values[-1]),
                "last_at": curve.steps[-1],
                "best": None if best is None else curve.values[best],
                "best_at": None if best is None else curve.steps[best],
                "lowest": min(finite, default=None),
                "highest": max(finite, default=None),
                "bad_at": bad,
                "higher_is_better": None if told.higher is None else int(told.higher),
                "path": self._below(curve.evidence.path),
                "line": curve.evidence.line,
                "key": curve.evidence.key,
                "data": pack(curve.steps, curve.values),
            },
        )
        if not told.known:
            return
        places = {} if best is None else {best: "best"}
        places.setdefault(len(curve.values) - 1, "last")
        for at, reported in places.items():
            if math.isfinite(curve.values[at]):
                line = curve.lines[at] if curve.lines else curve.evidence.line
                key = curve.evidence.key if line is None else None
                where = Evidence(curve.evidence.path, "output", line, key)
                metric = Metric(
                    told.name,
                    curve.values[at],
                    where,
                    None,
                    told.split,
                    curve.steps[at],
                    told.higher,
                    told.note,
                )
                self._metric(run, metric, reported)

    def _metric(self, run: int, metric: Metric, reported: str) -> None:
        where = metric.evidence
        if where.line is not None:  # the line is where a person looks
            where = Evidence(where.path, where.kind, where.line)
        self._evidence(run, f"metric {metric.name}", Fact(metric.value, where, metric.note))
        self._insert(
            "run_result",
            {
                "run": run,
                "name": metric.name,
                "value": metric.value,
                "dataset": metric.dataset,
                "split": metric.split,
                "step": metric.step,
                "reported_at": reported,
                "higher_is_better": (
                    None if metric.higher_is_better is None else int(metric.higher_is_better)
                ),
            },
        )

    def _evidence(self, run: int, name: str, fact: Fact, *, agrees: bool = True) -> None:
        self._position += 1
        self._insert(
            "run_evidence",
            {
                "run": run,
                "position": self._position,
                "field": name,
                "value": str(fact.value),
                "path": self._below(fact.evidence.path),
                "line": fact.evidence.line,
                "key": fact.evidence.key,
                "agrees": int(agrees),
                "note": fact.note,
            },
        )

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
        cleaned = [
            one.encode("utf-8", "replace").decode("utf-8") if isinstance(one, str) else one
            for one in values.values()
        ]
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
