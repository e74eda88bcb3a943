"""What is said of runs that a question names: one fact of theirs, or how they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import fmean, median

import apsw

from modelsearch.answer.run_orders import recorded_in
from modelsearch.records.question import AskedRuns
from modelsearch.records.text import duration, number
from modelsearch.records.typed import Any
from modelsearch.store.curves import plain32
from modelsearch.vocabulary.runs import Column, columns

_MOST_SAID = 12  #: values that differ, in sentences
_MOST_GROUPS = 12
_MOST_ONE_BY_ONE = 5  #: runs whose value of one thing is said for each


def fact_said(rows: Sequence[dict[str, Any]], asked: AskedRuns) -> str:
    """Say the asked fact of each run: "PPO_9: seed 7."; of those that recorded none, that."""
    column = columns().get(asked.fact)
    if asked.fact == "owner":
        return "; ".join(f"{row['run_id']}: {_owner_of(row)}" for row in rows) + "."
    if column is None:
        return _settings_said(rows, asked.fact)
    if len(rows) > _MOST_ONE_BY_ONE:
        return _counted(column.label, [column.value(row) for row in rows])
    told = [f"{row['run_id']}: {_fact_of(row, column)}" for row in rows]
    return "; ".join(told) + "."


def _counted(label: str, values: Sequence[Any]) -> str:
    """Say how many of many runs recorded each value of one thing."""
    counts = Counter(value for value in values if value is not None)
    known = sum(counts.values())
    silent = f"; {len(values) - known:,} do not say" if known < len(values) else ""
    if not known:
        return f"None of these {len(values):,} runs recorded {label}."
    what = f"{label[:1].upper()}{label[1:]}"
    return f"{what} of {known:,} runs: {_listed(counts.most_common())}{silent}."


def _listed(counts: Sequence[tuple[Any, int]]) -> str:
    """Return values, each with how many have it, as many as a sentence holds."""
    shown = [
        f"{_written(value) if value is not None else 'not known'} ({count:,})"
        for value, count in counts[:_MOST_GROUPS]
    ]
    more = f" and {len(counts) - len(shown):,} more" if len(counts) > len(shown) else ""
    return f"{', '.join(shown)}{more}"


def _settings_said(rows: Sequence[dict[str, Any]], name: str) -> str:
    """Say a setting of each run, or what each reached where its ``value`` is asked."""
    if name == "value":
        return " ".join(reached_said({**row, "last": None}) for row in rows)
    if len(rows) > _MOST_ONE_BY_ONE:
        return _counted(name, [row["settings"].get(name) for row in rows])
    told = []
    for row in rows:
        value = row["settings"].get(name)
        said = f"no {name} is recorded" if value is None else f"{name} {_written(value)}"
        told.append(f"{row['run_id']}: {said}")
    return "; ".join(told) + "."


def durations_said(rows: Sequence[dict[str, Any]]) -> str:
    """Say how long several runs took in all, and from when to when they went."""
    known = [row for row in rows if row["duration_s"] is not None]
    total = sum(row["duration_s"] for row in known)
    each = [row["duration_s"] for row in known]
    said = f"{len(known):,} runs took {duration(total)} together"
    said += f" ({duration(min(each))} to {duration(max(each))} each)"
    begun = [str(row["started_at"])[:16].replace("T", " ") for row in known if row["started_at"]]
    if len(begun) == len(known):
        said += f"; the first began {min(begun)}, the last {max(begun)}"
    return f"{said}."


def _fact_of(row: dict[str, Any], column: Column) -> str:
    """Say a fact of one run; of its epochs, where it counted steps alone, these."""
    value = column.value(row)
    if value is not None:
        said = str(value)[:16].replace("T", " ") if column.column == "started_at" else value
        return f"{column.label} {_written(said)}"
    missing = f"no {column.label} {'are' if column.label.endswith('s') else 'is'} recorded"
    others = [columns()[name] for name in column.instead.split()]
    known = [(one.label, one.value(row)) for one in others if one.value(row) is not None]
    return ", ".join([missing, *(f"{label} {_written(value)}" for label, value in known)])


def _owner_of(row: dict[str, Any]) -> str:
    """Say which model made a run and how that is known, or which scripts may have."""
    if row["model_id"] is not None:
        known = f" ({row['owner_from']})" if row["owner_from"] else ", which stands for its folder"
        return f"made by {row['model_id']}{known}"
    if row["possible_models"]:
        return f"made by one of {', '.join(row['possible_models'])}; nothing tells by which"
    return "no script is known that made it"


def reached_said(row: dict[str, Any]) -> str:
    """Say what one run reached: its result where it stands best, and the last value."""
    if row["value"] is None:
        return f"{row['run_id']}: no result is recorded."
    of = f"{row['split']} " if row["split"] else ""
    at = f" at {row['counter']} {row['at']}" if row["at"] is not None else ""
    last = row["last"]
    ends = f", {number(plain32(last))} at last" if last is not None and at else ""
    return f"{row['run_id']}: {of}{row['metric']} {number(plain32(row['value']))}{at}{ends}."


def differences_said(connection: apsw.Connection, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Say in which settings and results runs differ, results first; of runs of unknown models that
    they cannot be laid side by side.
    """
    names = [f"{row['model_id']}@{row['run_id']}" for row in rows if row["model_id"] is not None]
    if len(names) < 2 or len(names) < len(rows):
        return ["Only runs whose model is known are compared setting by setting."]
    from modelsearch.answer.compare.runs import compare_runs

    told = compare_runs(connection, names).rows
    said = []
    for row in sorted(told, key=lambda one: one["group"] != "result"):
        values = [row[name] for name in names]
        if len({repr(value) for value in values}) > 1:
            each = ", ".join(
                f"{_written(value) if value is not None else 'none'} ({name.rpartition('@')[2]})"
                for name, value in zip(names, values, strict=True)
            )
            said.append(f"{row['field']}: {each}")
    more = len(said) - _MOST_SAID
    rest = [f"… and {more} more"] if more > 0 else []
    curves = f"All values and curves: modelsearch compare {' '.join(names)}"
    return [*said[:_MOST_SAID], *rest, curves]


def groups_said(rows: Sequence[dict[str, Any]], column: str) -> tuple[str, list[dict[str, Any]]]:
    """Return how many runs have each value of a column, most first (months and years in their own
    order): in a sentence, and as rows.
    """
    grouped = columns()[column]
    counted = Counter(grouped.value(row) for row in rows)
    counts = sorted(
        counted.items(),
        key=lambda one: (one[0] is None, 0 if grouped.length else -one[1], str(one[0])),
    )
    told = [{"value": value, "count": number} for value, number in counts]
    noun = "run" if len(rows) == 1 else "runs"
    return f"{len(rows):,} {noun} by {grouped.label}: {_listed(counts)}.", told


def statistic_said(rows: Sequence[dict[str, Any]], asked: AskedRuns) -> str:
    """Say the mean or the median of what runs reached, each where it stands best, one result on
    one part of the data at a time.
    """
    if asked.fact and asked.per:
        return _means_said(rows, asked)
    if asked.fact:
        return _mean_said([row[asked.fact] for row in rows], asked)
    told = []
    kinds = Counter(
        (row["split"], row["metric"]) for row in rows if row["value"] is not None and asked.metric
    )
    for (split, metric), count in kinds.most_common():
        its = (row for row in rows if (row["split"], row["metric"]) == (split, metric))
        values = [row["value"] for row in its if row["value"] is not None]
        label = f"{split} {metric}" if split else metric
        noun = "run" if count == 1 else "runs"
        told.append(
            f"{asked.ask.capitalize()} {label} of {count:,} {noun}, each at its best: "
            f"{_middle_of(values, asked.ask, _short)}."
        )
    if not told:
        what = asked.metric or "the result"
        return f"No run here recorded {what}." if asked.metric else f"Name {what} to average."
    return " ".join(told)


def _mean_said(values: Sequence[Any], asked: AskedRuns) -> str:
    """Say the mean or median of a column of runs."""
    label, write = _label_of(asked.fact)
    known = [value for value in values if isinstance(value, int | float)]
    if not known:
        return f"No run here recorded the {label}."
    noun = "run" if len(known) == 1 else "runs"
    said = _middle_of(known, asked.ask, write)
    return f"{asked.ask.capitalize()} {label} of {len(known):,} {noun}: {said}."


def _means_said(rows: Sequence[dict[str, Any]], asked: AskedRuns) -> str:
    """Say the mean or median of a column for each group of runs, the largest group first."""
    grouped = columns()[asked.per]
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        if isinstance(row[asked.fact], int | float):
            groups.setdefault(grouped.value(row), []).append(row[asked.fact])
    if not groups:
        return _mean_said([], asked)
    label, write = _label_of(asked.fact)
    said = [
        f"{'not known' if value is None else value} {_middle_of(values, asked.ask, write)}, "
        f"{len(values):,} {'run' if len(values) == 1 else 'runs'}"
        for value, values in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]
    silent = len(rows) - sum(map(len, groups.values()))
    left = f"; {silent:,} {'run does' if silent == 1 else 'runs do'} not say" if silent else ""
    return f"{asked.ask.capitalize()} {label} by {grouped.label}: {'; '.join(said)}{left}."


def _label_of(column: str) -> tuple[str, Callable[[float], str]]:
    """Return how a column is called in a sentence, and how its values are written."""
    if column == "duration_s":
        return "duration", duration
    return column.replace("_", " "), _short


def _middle_of(values: Sequence[float], kind: str, write: Callable[[float], str]) -> str:
    middle = median(values) if kind == "median" else fmean(values)
    spread = f" ({write(min(values))} to {write(max(values))})" if len(values) > 1 else ""
    return f"{write(middle)}{spread}"


def _short(value: float) -> str:
    return number(float(f"{value:.4g}"))


def firsts_said(total: int, rows: Sequence[dict[str, Any]], *, worst: bool) -> str:
    """Say which runs reached most, or least, of how many, and what."""
    name = f"{rows[0]['split']} {rows[0]['metric']}" if rows[0]["split"] else rows[0]["metric"]
    told = ", ".join(f"{row['run_id']}: {_short(row['value'])}" for row in rows[:_MOST_ONE_BY_ONE])
    more = f" and {len(rows) - _MOST_ONE_BY_ONE} more" if len(rows) > _MOST_ONE_BY_ONE else ""
    return f"{'Worst' if worst else 'Best'} {len(rows)} of {total:,} by {name}: {told}{more}."


def first_said(rows: Sequence[dict[str, Any]], column: str) -> str:
    """Say which run comes first in an order, and of how many that have a value."""
    name, upward = column.removeprefix("-"), column.startswith("-")
    label = columns()[name].label if name in columns() else name.replace("_", " ")
    row = {name: recorded_in(rows[0], name), "run_id": rows[0]["run_id"]}
    if row[name] is None:
        what = {"duration_s": "how long it took", "started_at": "when it started"}.get(name, label)
        return f"None of these {len(rows):,} runs recorded {what}, so none of them comes first."
    if name == "duration_s":
        end, value = ("shortest" if upward else "longest"), duration(row[name])
    elif name == "started_at":
        value = f"started {str(row[name])[:16].replace('T', ' ')}"
        end = "earliest" if upward else "latest"
    else:
        end, value = ("lowest" if upward else "highest"), f"{label} {_written(row[name])}"
    known = [recorded_in(one, name) for one in rows if recorded_in(one, name) is not None]
    noun = "run that says it" if len(known) == 1 else "runs that say it"
    alike = sum(value == row[name] for value in known) - 1
    also = f"; {alike:,} more have the same" if alike else ""
    return f"{row['run_id']}: {value}, the {end} of {len(known):,} {noun}{also}."


def _written(value: Any) -> str:
    return number(plain32(value)) if isinstance(value, float) else str(value)
