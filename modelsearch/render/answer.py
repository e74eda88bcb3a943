"""Printing the answer to a question: table, details, pictures, values, comparison, notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelsearch.answer.shapes import (
    Answer,
    AskedValues,
    Count,
    FieldValues,
    Listing,
    Place,
    Values,
)
from modelsearch.records.text import escape, one_line, paragraph, plain
from modelsearch.render.output import Format, Output
from modelsearch.store.rows import RESULT_FIELDS

_IMAGE_COLUMNS = (
    "image_id", "model_id", "root", "path", "epoch", "created_at", "modified_at", "kind",
)  # fmt: skip
_FACET_VALUES = 8


def write_answer(answer: Answer, output: Output, *, details: int = 0, wide: bool = False) -> None:
    """Print an answer in the format asked for; so many ``details`` blocks follow the table."""
    if output.format in (Format.json, Format.jsonl):
        output.document(answer.as_json())
    elif not output.is_table:
        _write_flat(answer, output)
    else:
        _write_for_people(answer, output, details, wide)


def _write_flat(answer: Answer, output: Output) -> None:
    if answer.parsed.intent == "images":
        output.rows([image.as_json() for image in answer.images], _IMAGE_COLUMNS)
    elif answer.comparison is not None:
        from modelsearch.render.commands import write_comparison

        write_comparison(answer.comparison, output)
    elif isinstance(answer.answer, Listing):
        output.rows(answer.answer.rows, answer.answer.columns)
    elif isinstance(answer.answer, Count | Values):
        rows = _counted_rows(answer.answer)
        output.rows(rows or [{"count": answer.total}], ("value", "count") if rows else ("count",))
    else:
        output.rows([row.as_json() for row in answer.results], RESULT_FIELDS)
    _write_notes(answer, output)


def _counted_rows(found: Count | Values) -> list[dict[str, Any]]:
    counted = found.groups or (found.fields[0].values if isinstance(found, Values) else ())
    return [one.as_json() for one in counted]


def _write_for_people(answer: Answer, output: Output, details: int, wide: bool) -> None:
    intent = answer.parsed.intent
    if intent == "images":
        _write_pictures(answer, output, wide)
    elif isinstance(answer.answer, Listing):
        from modelsearch.render.runs import write_listing

        write_listing(answer.answer, output, answer.total)
    elif intent in ("count", "values"):
        _write_values(answer, output)
    else:
        _write_asked(answer, output)
        _write_models(answer, output, details, wide)
    _write_notes(answer, output)


def _write_models(answer: Answer, output: Output, details: int, wide: bool) -> None:
    from modelsearch.render.details import details_block
    from modelsearch.render.tables import model_table

    if not answer.results:
        output.text("No models match.")
    table = model_table(answer.results, width=output.width, wide=wide)
    output.text(table.text)
    output.note(table.note)
    if len(answer.results) < answer.total:
        output.note(f"{len(answer.results)} of {answer.total} shown (--limit 0 for all)")
    if answer.comparison is not None:
        from modelsearch.render.comparison import comparison_text

        output.text("")
        output.text(comparison_text(answer.comparison.comparison, width=output.width))
    elif answer.answer is None:
        for number, detail in enumerate(answer.details[:details], 1):
            output.text("\n" + details_block(detail, number=number, width=output.width))
    if answer.summary and answer.results:
        output.text("\n" + paragraph(answer.summary, output.width))
    if answer.nearest:
        output.text("\nNearest (these do NOT satisfy every filter):")
        output.text(model_table(answer.nearest, width=output.width, wide=wide).text)


def _write_asked(answer: Answer, output: Output) -> None:
    """The asked values first, each with where it was read."""
    if not isinstance(answer.answer, AskedValues):
        return
    lines = []
    for model in answer.answer.models:
        for entry in model.values:
            label = entry.field.replace("_", " ")
            lines.append(
                f"{one_line(model.model_id)}: {label} {_shown(entry.value)}"
                + _where(entry.evidence)
            )
            lines += [
                f"  ! {escape(str(other.path))}:{plain(other.line)} says {other.value}"
                for other in entry.stated_differently
            ]
    output.text("\n".join(lines))
    output.text("")


def _where(evidence: Sequence[Place]) -> str:
    places = [
        f"{escape(entry.path)}" + (f":{entry.line}" if entry.line is not None else "")
        for entry in evidence[:3]
    ]
    return f"   ({', '.join(dict.fromkeys(places))})" if places else ""


def _shown(value: Any) -> str:
    return ", ".join(map(plain, value)) if isinstance(value, list) else plain(value)


def _write_pictures(answer: Answer, output: Output, wide: bool) -> None:
    from modelsearch.render.images import image_table

    drawn = image_table(answer.images, width=output.width, wide=wide)
    output.text(drawn.text)
    output.note(drawn.note)
    if len(answer.images) < answer.total:
        output.note(f"{len(answer.images)} of {answer.total} shown (--limit 0 for all)")
    output.text(paragraph(answer.summary, output.width))


def _write_values(answer: Answer, output: Output) -> None:
    from modelsearch.render.tables import value_table

    found = answer.answer
    if isinstance(found, Count):
        output.text(answer.summary)
        tables = [(found.group_by, found.groups)] if found.group_by else []
    elif isinstance(found, Values) and not found.group_by:
        tables = [(one.field, one.values) for one in found.fields]
    else:
        tables = []
        if isinstance(found, Values):
            _write_groups(found, output)
    for name, values in tables:
        title = str(name).replace("_", " ").capitalize()
        drawn = value_table([one.as_json() for one in values], width=output.width, title=title)
        output.text(drawn or f"{title}: not known for any of these models")
    if isinstance(found, Values) and not found.group_by:
        for one in found.fields:
            if one.values:
                output.text(_spread(one))


def _write_groups(found: Values, output: Output) -> None:
    """One table for each asked field, a line a group: its range and mean, or what is usual."""
    from modelsearch.render.tables import record_table

    for one in found.fields:
        title = str(one.field).replace("_", " ")
        rows = [
            {
                "value": group.value,
                "count": group.count,
                "lowest": group.values.lowest,
                "highest": group.values.highest,
                "known": group.values.known,
                "mean": None if group.values.mean is None else float(f"{group.values.mean:.4g}"),
                "usual": _usual(group.values),
            }
            for group in found.groups
            if group.values.field == one.field
        ]
        columns = ["value", "count", "known", "usual"]
        if one.mean is not None:
            columns = ["value", "count", "known", "lowest", "mean", "highest", "usual"]
        titles = {"value": str(found.group_by).replace("_", " ").capitalize(),
                  "count": "Models", "known": "Known", "lowest": f"Lowest {title}", "mean": "Mean",
                  "highest": "Highest", "usual": f"Most often, {title}" if one.mean is None
                  else "Most often"}  # fmt: skip
        output.text(record_table(rows, columns, width=output.width, titles=titles))


def _usual(values: FieldValues) -> str | None:
    usual = next(iter(values.values), None)
    return None if usual is None else f"{plain(usual.value)} ({usual.count})"


def _spread(field: FieldValues) -> str:
    """How many different values there are; of numbers also their range and mean."""
    name = field.field.replace("_", " ")
    said = f"{field.distinct} different {'value' if field.distinct == 1 else 'values'}"
    if field.mean is not None:
        said += f", {plain(field.lowest)} to {plain(field.highest)}, mean {field.mean:.4g}"
    return f"{name}: {said}"


def _write_notes(answer: Answer, output: Output) -> None:
    for note in answer.notes:
        output.note(paragraph(f"note: {escape(note)}", output.width))
    if answer.facets is not None:
        for name, values in answer.facets.items():
            shown = ", ".join(f"{escape(str(v))} ({n})" for v, n in values[:_FACET_VALUES])
            more = f", {len(values) - _FACET_VALUES} more" if len(values) > _FACET_VALUES else ""
            output.note(f"{name}: {shown or '-'}{more}")
