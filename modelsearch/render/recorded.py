"""A model's runs, curves and checkpoints below its details: a line each, curves as sparklines."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.text import duration, human_size, number, one_line, paragraph, rate
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from modelsearch.store.run_rows import CheckpointRow, CurveRow, Recorded, RunRow

_BARS = "▁▂▃▄▅▆▇█"
_SHOWN = 20  #: runs, curves and checkpoints that are told


def recorded_blocks(recorded: Recorded, width: int) -> list[str]:
    """Return the blocks Runs, Curves and Checkpoints, those that hold something."""
    curves = [_curve(curve) for curve in recorded.curves[:_SHOWN] if len(curve.steps) > 1]
    standing = next((run.run_id for run in recorded.runs if run.stands), "")
    blocks = [
        _block(
            _titled("Runs", recorded.run_count),
            [_run(one) for one in recorded.runs[:_SHOWN]],
            recorded.run_count,
            width,
        ),
        _block(f"Curves of {one_line(standing)}", curves, len(curves), width),
        _block(
            _titled("Checkpoints", recorded.checkpoint_count),
            [_checkpoint(one) for one in recorded.checkpoints[:_SHOWN]],
            recorded.checkpoint_count,
            width,
        ),
    ]
    return [block for block in blocks if block]


def _titled(title: str, count: int) -> str:
    return f"{title} ({count:,})" if count > _SHOWN else title


def _block(title: str, lines: Sequence[str], count: int, width: int) -> str:
    if not lines:
        return ""
    written = [paragraph(line, width, first="  ", rest="      ") for line in lines]
    if count > len(lines):
        written.append(f"  … and {count - len(lines):,} more")
    return "\n".join([title, *written])


def _run(run: RunRow) -> str:
    """``train3: validation accuracy 0.9 at epoch 12; lr 1e-3, batch 64; finished, 12 min``."""
    parts = []
    if run.best is not None:
        of = f"{run.split} " if run.split else ""
        parts.append(f"{of}{run.metric} {number(run.best)} at {run.counter} {run.best_at}")
    settings = [
        text
        for known, text in (
            (run.learning_rate, f"lr {rate(run.learning_rate)}"),
            (run.batch_size, f"batch {run.batch_size}"),
            (run.epochs, f"{run.epochs} epochs"),
            (run.swept, f"varied {run.swept}"),
        )
        if known is not None
    ]
    parts += [", ".join(settings)] if settings else []
    state = [
        text
        for known, text in (
            (run.status, str(run.status)),
            (run.started_at, str(run.started_at)[:16].replace("T", " ")),
            (run.duration_s, duration(run.duration_s or 0)),
            (run.tool, run.tool),
        )
        if known is not None
    ]
    parts.append(", ".join(state))
    mark = " (stands for the model)" if run.stands else ""
    return one_line(f"{run.run_id}: {'; '.join(parts)}   ({run.path}){mark}")


def _curve(curve: CurveRow) -> str:
    """``validation loss ▇▅▃▂▁ 0.3 at best, epoch 7; 0.4 at last (20 points)``."""
    of = f"{curve.split} " if curve.split else ""
    told = f"{number(curve.last)} at last" if curve.last is not None else "no number at last"
    if curve.best is not None:
        told = f"{number(curve.best)} at best, {curve.counter} {curve.best_at}; {told}"
    bars = sparkline(curve.values)
    return f"{one_line(of + curve.name)}: {bars}  {told} ({len(curve.steps):,} points)"


def _checkpoint(one: CheckpointRow) -> str:
    told = [one.format, human_size(one.size_bytes)]
    told += [f"epoch {one.epoch}"] if one.epoch is not None else []
    told += [f"step {one.step:,}"] if one.step is not None else []
    told += [f"{one.parameters:,} parameters"] if one.parameters is not None else []
    if one.monitored_value is not None:
        told.append(f"{one.monitored} {number(one.monitored_value)}")
    told += ["marked as the best"] if one.is_best else []
    told += [f"from {one.base_model}"] if one.base_model else []
    return one_line(f"{one.path}: {', '.join(told)}")


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """Draw the course of a curve in one line of bars; values that are no numbers leave a gap."""
    if len(values) > width:
        values = [values[round(at * (len(values) - 1) / (width - 1))] for at in range(width)]
    finite = [value for value in values if abs(value) < float("inf")]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    span = high - low
    return "".join(
        " "
        if not abs(value) < float("inf")
        else _BARS[round((value - low) / span * (len(_BARS) - 1))]
        if span
        else _BARS[0]
        for value in values
    )
