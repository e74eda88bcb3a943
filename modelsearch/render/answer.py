"""Printing the answer to a question: the sentence that answers, the table, then the notes."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.headlines import SAID
from modelsearch.answer.shapes import (
    Answer,
    AskedValue,
    AskedValues,
    Count,
    FieldValues,
    Listing,
    Place,
    Values,
)
from modelsearch.records.structs import replace
from modelsearch.records.text import display_width, escape, one_line, paragraph, plain_all
from modelsearch.records.typed import Any
from modelsearch.render.layout import Table
from modelsearch.render.output import FEWEST_ROWS, Output
from modelsearch.render.style import without_looks
from modelsearch.store.rows import IMAGE_FIELDS, RESULT_FIELDS, ModelRow
from modelsearch.vocabulary.fields import by_name

_FACET_VALUES = 8
_Drawn = tuple[Table, str]  #: a table, and what is said of the columns that did not fit
_OF_MODELS = frozenset({"search", "details"})


def write_answer(answer: Answer, output: Output, *, details: int = 0, wide: bool = False) -> None:
    """Print an answer in the format asked for. ``details`` is how many blocks of details follow the
    table.
    """
    if output.format == "json":
        output.document(answer.as_json())
    elif not output.is_table:
        _write_flat(answer, output)
    else:
        _write_for_people(answer, output, details, wide)


def _write_flat(answer: Answer, output: Output) -> None:
    if answer.parsed.intent == "images":
        rows = [image.as_json() for image in answer.images]
        for column in answer.picture_columns:
            for row, value in zip(rows, column.values, strict=True):
                row[column.field] = value
        output.rows(rows, (*IMAGE_FIELDS, *(one.field for one in answer.picture_columns)))
    elif answer.comparison is not None:
        from modelsearch.render.commands import write_comparison

        write_comparison(answer.comparison, output)
    elif isinstance(answer.answer, Listing):
        output.rows(answer.answer.rows, answer.answer.columns)
    elif isinstance(answer.answer, Count | Values):
        rows, names = _counted_rows(answer.answer)
        output.rows(rows or [{"count": answer.total}], names if rows else ("count",))
    else:
        output.rows(*_model_rows(answer, output))
    _write_notes(answer, output)


#: Columns of models in a document that people read, beside what was asked.
_DOCUMENT_FIELDS = (
    "architecture",
    "datasets",
    "batch_size",
    "learning_rate",
    "optimizer",
    "epochs",
)


#: What is said of numbers, and of which of them a question may ask.
_SPREAD = ("known", "lowest", "mean", "median", "highest", "total")
_STATISTICS = frozenset({"mean", "median", "total"})


def _model_rows(answer: Answer, output: Output) -> tuple[list[dict[str, Any]], list[str]]:
    """Return models as flat rows: the promised keys and what was asked, or the chosen alone; in
    documents those that people read.
    """
    asked = {one.field: one.values for one in answer.columns}
    rows = [
        row.as_json() | {name: values[index] for name, values in asked.items()}
        for index, row in enumerate(answer.results)
    ]
    if answer.only:
        names = ["model_id", *asked]
    elif output.format in ("markdown", "latex"):
        names = ["model_id", *asked, *_DOCUMENT_FIELDS]
    else:
        names = [*RESULT_FIELDS, *asked]
    return rows, list(dict.fromkeys(names))


def _counted_rows(found: Count | Values) -> tuple[list[dict[str, Any]], Sequence[str]]:
    """Return counts as flat rows and their columns: values with how many have them; of numbers by
    group, or of which a statistic was asked for, their range, mean, median and total.
    """
    if isinstance(found, Count):
        return [one.as_json() for one in found.groups], ("value", "count")
    groups: list[tuple[Any, int | None, FieldValues]]
    if found.groups:
        groups = [(one.value, one.count, one.values) for one in found.groups]
    elif found.statistic in _STATISTICS:
        groups = [(None, None, one) for one in found.fields]
    else:
        return [one.as_json() for one in found.fields[0].values], ("value", "count")
    rows = []
    for value, count, field in groups:
        usual = field.values[0].value if field.values else None
        spread = {name: getattr(field, name) for name in _SPREAD}
        of = {"value": value, "count": count} if found.groups else {}
        rows.append({**of, "field": field.field, **spread, "most often": usual})
    return rows, list(rows[0])


def _write_for_people(answer: Answer, output: Output, details: int, wide: bool) -> None:
    drawn = None
    if answer.results and answer.comparison is None and not (wide or details):
        drawn = _keep_to_a_screen(answer, output)
    output.text(_headline(answer, output))
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
        _write_models(answer, output, details, wide, drawn)
    _write_notes(answer, output)


def _keep_to_a_screen(answer: Answer, output: Output) -> _Drawn | None:
    """Leave out the last rows where all that is said beside them would not fit the screen; return
    the table of all rows where they do.
    """
    if output.limit is not None or _single(answer) or answer.parsed.intent not in _OF_MODELS:
        return None
    drawn, more = _model_table(answer, answer.results, output)
    said = [_headline(answer, output), drawn.whole, more, *_notes(answer, output)]
    over = sum(text.count("\n") + 1 for text in said if text) + 1 - output.height
    if over > 0:
        kept = max(len(answer.results) - over, FEWEST_ROWS)
        answer.results = answer.results[:kept]
        answer.columns = [replace(one, values=one.values[:kept]) for one in answer.columns]
        return None
    return drawn, more


def _headline(answer: Answer, output: Output) -> str:
    """Return the sentence that answers, and how many of the models that it speaks of are shown."""
    said = escape(answer.headline)
    shown = len(answer.images) if answer.parsed.intent == "images" else len(answer.results)
    counted = isinstance(answer.answer, Count | Values | Listing)
    listed = answer.parsed.intent == "images" or not counted
    asked = answer.parsed.limit is not None and shown == answer.parsed.limit
    everyone = getattr(answer.answer, "shared", 0) or answer.total
    if answer.total == 1 and answer.answer is None and said.endswith("."):
        said = f"{said[:-1]}{_asked_of_single(answer)}."
    if said and listed and shown < everyone and answer.comparison is None and not asked:
        said += f" {shown} shown (--limit 0 for all)."
    return paragraph(said, output.width) if said else ""


def _write_models(
    answer: Answer, output: Output, details: int, wide: bool, drawn: _Drawn | None
) -> None:
    if answer.comparison is not None:
        from modelsearch.render.commands import write_comparison_text

        write_comparison_text(answer.comparison, output)
    elif answer.results and not (_single(answer) and not wide):
        _write_table(answer, answer.results, output, wide, drawn)
    if details or (answer.total == 1 and answer.answer is None):
        from modelsearch.render.details import details_block
        from modelsearch.render.fitting import fitted

        for detail in answer.details[: details or 1]:
            block = details_block(detail, width=output.width, heading=details > 0)
            room = None if details else output.room
            how = f"modelsearch show {one_line(detail.row.model_id)}"
            output.text("\n" + fitted([block], room, output.width, how))
    if answer.nearest:
        output.text("\nNearest (these do NOT satisfy every filter):")
        _write_table(answer, answer.nearest, output, wide, None)


def _asked_of_single(answer: Answer) -> str:
    """Return the fields that the question is about, of the one model that fits."""
    from modelsearch.render.models import asked_cells

    said = [f"{title} {cell}" for title, cell in asked_cells(answer.columns)]
    return f"; {'; '.join(said)}" if said else ""


def _single(answer: Answer) -> bool:
    """Return whether a single model is answered with its values or in full, without a table."""
    asked = answer.parsed.intent == "details" and isinstance(answer.answer, AskedValues)
    return answer.total == 1 and (asked or bool(answer.details)) and not answer.only


def _write_table(
    answer: Answer, rows: Sequence[ModelRow], output: Output, wide: bool, drawn: _Drawn | None
) -> None:
    if wide:
        from modelsearch.render.tables import wide_table

        output.text(wide_table(rows))
        return
    table, more = drawn or _model_table(answer, rows, output)
    output.text(table.whole)
    output.note(more)


def _model_table(answer: Answer, rows: Sequence[ModelRow], output: Output) -> _Drawn:
    """Draw models, and say which columns did not fit."""
    from modelsearch.render.models import model_table

    total = answer.total if rows is answer.results else 0
    drawn = model_table(rows, output, asked=answer.columns, only=answer.only, total=total)
    if not drawn.hidden:
        return drawn, ""
    left = f"more columns: {', '.join(drawn.hidden)} (--wide, --columns)"
    return drawn, paragraph(left, output.width, rest="  ")


def _write_asked(answer: Answer, output: Output) -> None:
    """The values asked of a single model, each with where it was read."""
    if not isinstance(answer.answer, AskedValues):
        return
    roots = {row.model_id: row.root for row in answer.results}
    several = len(answer.answer.models) > 1
    for model in answer.answer.models:
        for entry in model.values:
            root = roots.get(model.model_id, "")
            if not several:
                output.text(_asked_line(model.model_id, entry, root, output))
            for other in entry.stated_differently:
                said = f"{escape(other.written)} says {one_line(str(other.value))}"
                output.note(output.style("warning", f"  ! {one_line(model.model_id)}: {said}"))


def _asked_line(model_id: str, entry: AskedValue, root: str, output: Output) -> str:
    if entry.value is None:
        own = entry.field not in by_name()  # said as it is spelt
        name = entry.field if own else entry.field.replace("_", " ")
        return f"{one_line(model_id)}: {one_line(name)} {output.style('match', 'not known')}"
    label = entry.field.replace("_", " ")
    value = _in_full(entry)
    said = f"{one_line(model_id)}: {label} "
    places = _where(entry.evidence, root, output)
    fits = display_width(said + value + without_looks(places)) <= output.width
    gap = "" if fits else "\n"
    return f"{said}{output.style('match', value)}{gap}{places}"


def _in_full(entry: AskedValue) -> str:
    """Return a value to the last digit; a size in a unit that people read, too."""
    exact = plain_all(entry.value)
    if entry.field != "size" or not isinstance(entry.value, int):
        return exact
    from modelsearch.vocabulary.wording import said

    return f"{said('size_bytes', entry.value)} ({entry.value:,} bytes)"


def _where(evidence: Sequence[Place], root: str, output: Output) -> str:
    places = {}
    for entry in evidence[:3]:
        text = escape(entry.written)
        linked = output.style.link(text, f"{root}/{entry.path}", entry.line)
        places[text] = linked if entry.path else text
    return f"   ({', '.join(places.values())})" if places else ""


def _write_pictures(answer: Answer, output: Output, wide: bool) -> None:
    from modelsearch.render.images import image_table

    if isinstance(answer.answer, Values):
        _write_values(answer, output)
        return
    columns = [(one.field, one.values) for one in answer.picture_columns]
    drawn = image_table(answer.images, output, wide=wide, asked=columns, total=answer.total)
    output.text(drawn.whole)


def _write_values(answer: Answer, output: Output) -> None:
    from modelsearch.render.counts import write_counts, write_groups

    found = answer.answer
    if isinstance(found, Count):
        if found.group_by:
            write_counts(found.groups, str(found.group_by), output)
    elif isinstance(found, Values) and found.group_by:
        write_groups(found, output)
    elif isinstance(found, Values):
        for one in found.fields:
            if one.distinct > SAID:
                write_counts(one.values, one.field, output)


def _notes(answer: Answer, output: Output) -> list[str]:
    return [paragraph(f"note: {escape(note)}", output.width) for note in answer.notes]


def _write_notes(answer: Answer, output: Output) -> None:
    for note in _notes(answer, output):
        output.note(note)
    if answer.facets is not None:
        for name, values in answer.facets.items():
            shown = ", ".join(f"{escape(str(v))} ({n})" for v, n in values[:_FACET_VALUES])
            more = f", {len(values) - _FACET_VALUES} more" if len(values) > _FACET_VALUES else ""
            output.note(f"{name}: {shown or '-'}{more}")
