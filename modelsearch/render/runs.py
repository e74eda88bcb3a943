"""Runs and checkpoints for people: tables, curves as sparklines."""

from __future__ import annotations

from modelsearch.answer.compare.runs import RunsCompared
from modelsearch.answer.shapes import Listing
from modelsearch.records.text import duration, escape, human_size, number, paragraph, plain, rate
from modelsearch.records.typed import Any
from modelsearch.render.grid import Align
from modelsearch.render.layout import Column, Table, lay_out
from modelsearch.render.output import Output
from modelsearch.render.recorded import sparkline
from modelsearch.render.tables import record_table
from modelsearch.vocabulary.wording import grouped

#: Title, importance, least width and alignment of each column of a table.
_COLUMNS: dict[str, tuple[str, int, int, Align]] = {
    "run_id": ("Run", 99, 10, "l"), "path": ("Path", 99, 20, "l"),
    "model_id": ("Model", 96, 12, "l"), "verdict": ("Verdict", 98, 7, "l"),
    "result": ("Result", 94, 10, "l"), "value": ("Value", 97, 6, "r"), "at": ("At", 90, 8, "l"),
    "status": ("Status", 86, 8, "l"), "started_at": ("Started", 84, 10, "l"),
    "duration_s": ("Took", 88, 8, "r"), "learning_rate": ("LR", 82, 5, "r"),
    "batch_size": ("Batch", 78, 5, "r"), "optimizer": ("Optimizer", 60, 8, "l"),
    "epochs": ("Epochs", 76, 6, "r"), "epochs_done": ("Done", 74, 4, "r"),
    "seed": ("Seed", 40, 4, "r"), "dataset": ("Dataset", 70, 8, "l"), "tool": ("Tool", 72, 8, "l"),
    "count": ("Runs", 99, 4, "r"),
    "format": ("Format", 90, 9, "l"), "size_bytes": ("Size", 95, 6, "r"),
    "epoch": ("Epoch", 93, 5, "r"), "step": ("Step", 92, 5, "r"),
    "parameters": ("Parameters", 88, 8, "r"), "class": ("Class", 70, 8, "l"),
    "base_model": ("Base Model", 80, 10, "l"), "monitored": ("Kept By", 60, 8, "l"),
    "monitored_value": ("Its Value", 58, 6, "r"), "saved_at": ("Saved", 84, 10, "l"),
}  # fmt: skip
#: Columns that stand in another one for people: "test accuracy", "epoch 12".
_TOLD = ("metric", "split", "counter")
_NAMES = ("run_id", "path", "model_id", "class", "base_model", "dataset")


def write_listing(found: Listing, output: Output, total: int) -> None:
    """Print runs or checkpoints as a table, then what is said of them."""
    drawn = _table(found, output, total)
    output.text(drawn.whole)
    for row in found.rows if len(found.rows) == 1 else ():
        others = row.get("others")
        if others:
            told = ", ".join(f"{escape(name)} {number(value)}" for name, value in others.items())
            said = f"At that point of {escape(row['run_id'])}: {told}."
            output.text(paragraph(said, output.width))
    for sentence in found.said:
        output.text(paragraph(sentence, output.width))
    if drawn.hidden:
        left = f"more columns: {', '.join(drawn.hidden)} (--format csv has them)"
        output.note(paragraph(left, output.width, rest="  "))
    if found.rows and len(found.rows) < total and found.thing != "groups":
        output.note(f"{len(found.rows)} of {total} shown (--limit 0 for all)")


def _table(found: Listing, output: Output, total: int) -> Table:
    if not found.rows:
        return Table("")
    columns = listing_columns(found)
    every = 0 if found.thing == "groups" else total
    return lay_out(columns, output.width, style=output.style, header=output.header, total=every)


def listing_columns(found: Listing) -> list[Column]:
    """Return the columns of a table of runs or checkpoints, their cells as texts."""
    rows = [as_written(row) for row in found.rows]
    names = list(found.columns)
    if "metric" in names:
        names[names.index("metric")] = "result"
    return [
        Column(
            title.lower(),
            [plain(row.get(name)) for row in rows],
            "name" if name in _NAMES else "whole",
            align,
            asked=name in _NAMES[:2],
            importance=importance / 100,
        )
        for name in names
        if name in _COLUMNS or (name not in _TOLD and any(name in row for row in rows))
        for title, importance, _, align in (_COLUMNS.get(name, (name, 96, 5, "r")),)
    ]


def as_written(row: dict[str, Any]) -> dict[str, Any]:
    """Return a run or checkpoint with its durations, rates, sizes and times written for people."""
    written = dict(row)
    if row.get("metric"):
        written["result"] = f"{row['split']} {row['metric']}" if row["split"] else row["metric"]
    for name, write in (
        ("duration_s", duration),
        ("size_bytes", human_size),
        ("learning_rate", rate),
        ("parameters", grouped),
    ):
        if row.get(name) is not None:
            written[name] = write(row[name])
    for name in ("value", "monitored_value", "main_best", "main_last"):
        if isinstance(row.get(name), float):
            written[name] = float(f"{row[name]:.5g}")
    if row.get("possible_models"):
        written["model_id"] = f"one of {len(row['possible_models'])}"
    if row.get("at") is not None and row.get("counter"):
        written["at"] = f"{row['counter']} {row['at']}"
    for name in ("started_at", "saved_at"):
        if row.get(name):
            written[name] = str(row[name])[:16].replace("T", " ")
    return written


def write_compared(found: RunsCompared, output: Output) -> None:
    """Print runs side by side: settings that differ, results, and their curves."""
    columns = ("field", *found.names)
    if output.format in ("json", "jsonl"):
        output.document(found.as_json())
        return
    if not output.is_table:
        output.rows(found.rows, ("group", *columns))
        return
    rows = [
        {**row, **{name: _cell(row["field"], row[name]) for name in found.names}}
        for row in found.rows
    ]
    output.text(record_table(rows, columns, width=output.width, titles={"field": "Field"}))
    for name, curves in found.curves.items():
        bars = "  ".join(
            f"{run.rpartition('@')[2]} {sparkline(values)}"
            for run, values in zip(found.names, curves, strict=True)
        )
        output.text(paragraph(f"{escape(name)}: {escape(bars)}", output.width))
    if found.same:
        noun = "value is" if found.same == 1 else "values are"
        output.note(f"{found.same} {noun} the same (--all shows them)")


def _cell(field: str, value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if field == "duration_s":
        return duration(value)
    return number(value)
