"""Comparisons as text: what differs in a table, what is shared in a line, who leads on what."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.compare.cohorts import CohortComparison
from modelsearch.answer.compare.models import Comparison, FieldComparison
from modelsearch.answer.compare.rankings import leading
from modelsearch.records.text import one_line, paragraph
from modelsearch.render.code import code_text
from modelsearch.render.ranking import MOST_RANKED, also_ranked, apart_text, ranking_text
from modelsearch.render.sides import Drawing, sides_table
from modelsearch.vocabulary.wording import written_field

_MOST_NAMED = 12  #: fields that are not known for all and are named one by one


def comparison_text(
    comparison: Comparison | CohortComparison,
    *,
    width: int = 100,
    everything: bool = False,
    most: int | None = None,
) -> str:
    """Return the parts of a comparison as one text."""
    parts = comparison_parts(comparison, Drawing(width, most), everything=everything)
    return "\n\n".join(parts)


def comparison_parts(
    comparison: Comparison | CohortComparison, drawing: Drawing, *, everything: bool = False
) -> list[str]:
    """Return what differs as a table that fits the width, then what is shared, then rankings.

    With ``everything`` the shared and the partly known
    fields get their tables too.
    """
    if isinstance(comparison, CohortComparison):
        from modelsearch.render.cohorts import cohorts_parts

        return cohorts_parts(comparison, drawing, everything=everything)
    if not comparison.models:
        return ["There is no model to compare."]
    blocks = []
    different = comparison.differences
    width = drawing.width
    blocks.append(_fields_table(comparison, different, drawing) or _no_difference(comparison))
    if everything:
        for title, fields in (
            ("The same for all:", comparison.shared),
            ("Not known for all:", comparison.partly_known),
        ):
            if fields:
                blocks.append(f"{title}\n{_fields_table(comparison, fields, drawing)}")
    else:
        blocks.extend(_shared_lines(comparison, width))
    blocks.extend(code_text(comparison, width, everything=everything))
    ranked = None if everything else MOST_RANKED
    shown = comparison.rankings if everything else leading(comparison.rankings)
    blocks.extend(ranking_text(ranking, width, most=ranked) for ranking in shown)
    blocks.append(also_ranked(comparison.rankings, shown, width))
    if comparison.apart:
        blocks.append(apart_text(comparison.apart, width))
    return [block for block in blocks if block]


def _no_difference(comparison: Comparison) -> str:
    """Only where no code is shown that differs is there nothing."""
    if any(one.changes for one in comparison.code):
        return "No field that is known differs." if comparison.fields else ""
    return "No known value differs."


def _shared_lines(comparison: Comparison, width: int) -> list[str]:
    lines = []
    if comparison.shared:
        parts = [f"{one_line(e.label)} {written_field(e)[0]}" for e in comparison.shared]
        lines.append(paragraph("Shared: " + "; ".join(parts), width, rest="  "))
    if comparison.partly_known:
        total = len(comparison.models)
        known: dict[str, int] = {}
        for entry in comparison.partly_known:
            stage, dot, _ = entry.field.rpartition(".")  # a further stage is named once
            name = f"stage {stage}" if dot else entry.label
            known[name] = max(len(entry.known), known.get(name, 0))
        known = dict(sorted(known.items(), key=lambda one: -one[1]))
        named = list(known.items())[:_MOST_NAMED]
        parts = [f"{one_line(name)} ({count} of {total})" for name, count in named]
        if len(known) > len(named):
            parts.append(f"{len(known) - len(named)} more (--all shows them)")
        text = "Not known for all, so not compared: " + "; ".join(parts)
        lines.append(paragraph(text, width, rest="  "))
    return ["\n".join(lines)] if lines else []


def _headings(comparison: Comparison) -> list[str]:
    return [one_line(row.model_id) for row in comparison.models]


def _fields_table(
    comparison: Comparison, fields: Sequence[FieldComparison], drawing: Drawing
) -> str:
    if not fields:
        return ""
    texts = [written_field(entry) for entry in fields]
    sides = [
        (heading, [cells[index] for cells in texts])
        for index, heading in enumerate(_headings(comparison))
    ]
    labels = [one_line(entry.label) for entry in fields]
    return sides_table(labels, sides, drawing)


def comparison_rows(
    comparison: Comparison | CohortComparison, *, everything: bool = False
) -> tuple[list[dict[str, object]], list[str]]:
    """Return rows and columns for the flat machine formats: group, field, and one per model.

    Values are raw. With ``everything`` every field, else those that differ. Cohorts have one row
    per statistic or value, and one column each.
    """
    if isinstance(comparison, CohortComparison):
        from modelsearch.render.cohorts import cohort_rows

        return cohort_rows(comparison, everything=everything)
    fields = comparison.fields if everything else comparison.differences
    names = [row.model_id for row in comparison.models]
    rows: list[dict[str, object]] = [
        {"group": entry.group, "field": entry.field, **dict(zip(names, entry.values, strict=True))}
        for entry in fields
    ]
    return rows, ["group", "field", *dict.fromkeys(names)]


_MOST_COLUMNS = 6  #: models that are columns of a table in a document; more become its rows


def document_rows(
    comparison: Comparison | CohortComparison, *, everything: bool = False
) -> tuple[list[dict[str, object]], list[str]]:
    """Return rows and columns for Markdown and LaTeX: labels and values as people write them."""
    if isinstance(comparison, CohortComparison):
        from modelsearch.render.cohorts import cohort_document_rows

        return cohort_document_rows(comparison, everything=everything)
    fields = comparison.fields if everything else comparison.differences
    names = [row.model_id for row in comparison.models]
    cells = {entry.label: written_field(entry) for entry in fields}
    if len(names) > _MOST_COLUMNS:
        return [
            {"Model": name, **{label: values[index] for label, values in cells.items()}}
            for index, name in enumerate(names)
        ], ["Model", *cells]
    return [
        {"Field": label, **dict(zip(names, values, strict=True))} for label, values in cells.items()
    ], ["Field", *dict.fromkeys(names)]
