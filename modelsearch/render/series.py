"""Measured results in words: one by one, and the series of a run as its best and its last value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from modelsearch.records.structs import frozen
from modelsearch.records.text import one_line, plain
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from modelsearch.store.rows import MetricRow
    from modelsearch.store.run_rows import CurveRow

_SERIES = 2  #: from this many steps on, results of one kind are told as a series


@frozen
class Result:
    """A result to print: ``value`` says it, ``raw`` is the stored value whose source is shown."""

    name: str
    value: str
    raw: str

    @property
    def text(self) -> str:
        """Name and value: ``accuracy 0.912 (CIFAR-10, test, step 10)``."""
        return f"{one_line(self.name)} {self.value}"


def results(metrics: Iterable[MetricRow], curves: Iterable[CurveRow] = ()) -> list[Result]:
    """Return what to print of a model's results, in order; a series is one of them. ``curves`` say
    what counts the points of a result, where it is no step.
    """
    counted = {(one.name.casefold(), one.split): one.counter for one in curves}
    groups: dict[tuple[str, str | None, str | None], list[MetricRow]] = {}
    for metric in metrics:
        groups.setdefault((metric.name, metric.dataset, metric.split), []).append(metric)
    found = []
    for rows in groups.values():
        stepped = [row for row in rows if row.step is not None]
        if len({row.step for row in stepped}) >= _SERIES:
            counter = counted.get((rows[0].name.casefold(), rows[0].split), "step")
            found.append(_series(stepped, counter))
            rows = [row for row in rows if row.step is None]
        found += [_single(row) for row in rows]
    return found


def _single(row: MetricRow) -> Result:
    where = _where(row)
    if row.step is not None:
        where.append(f"step {row.step}")
    return _result(row, plain(row.value), where)


def _series(rows: Sequence[MetricRow], counter: str) -> Result:
    ordered = sorted(rows, key=lambda row: row.step or 0)
    last = ordered[-1]
    run = f"{counter}s {ordered[0].step} to {last.step}"
    if last.higher_is_better is None:
        return _result(last, f"{plain(last.value)} at last", [*_where(last), run])
    pick = max if last.higher_is_better else min
    best = pick(ordered, key=lambda row: row.value)
    said = f"{plain(best.value)} at best, {counter} {best.step}"
    if best is not last:
        said += f"; {plain(last.value)} at last"
    return _result(best, said, [*_where(last), run])


def _where(row: MetricRow) -> list[str]:
    return [one_line(part) for part in (row.dataset, row.split) if part]


def _result(row: MetricRow, said: str, where: Sequence[str]) -> Result:
    return Result(row.name, said + (f" ({', '.join(where)})" if where else ""), str(row.value))
