"""What each command prints, in the format asked for: details, pictures, values, comparisons."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.text import paragraph
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.render.output import Output

if TYPE_CHECKING:
    from modelsearch.answer.compare.report import Report
    from modelsearch.store.rows import Detail, ImageRow

_LINES = (2, 1)  #: lines that a cell of a comparison may take where it would be over a screen
_EVIDENCE_COLUMNS = ("model_id", "field", "value", "path", "line", "key", "kind", "note", "agrees")


def write_details(details: Sequence[Detail], output: Output) -> None:
    """Print everything known about some models.

    JSON gives one object (an array for several); the flat formats give the evidence, a row a
    value.
    """
    if output.is_table:
        from modelsearch.render.details import show_text

        output.text("\n\n\n".join(show_text(d, width=output.width) for d in details))
    elif output.format == "json":
        objects = [detail.as_json() for detail in details]
        output.document(objects[0] if len(objects) == 1 else objects)
    elif output.format == "jsonl":
        for detail in details:
            output.document(detail.as_json())
    else:
        output.rows([row for detail in details for row in _evidence(detail)], _EVIDENCE_COLUMNS)


def write_images(
    images: Sequence[ImageRow],
    output: Output,
    *,
    wide: bool = False,
    said: str = "",
    notes: Sequence[str] = (),
) -> None:
    """Print a list of pictures; of a long one as many as a screen holds, and how many there are,
    which an answer has ``said``.
    """
    if output.is_table:
        from modelsearch.render.images import image_table

        shown = images[: output.most]
        rest = f", {len(shown)} shown (--limit 0 for all)" if len(shown) < len(images) else ""
        said = said or f"{len(images)} picture{'' if len(images) == 1 else 's'}."
        output.text(f"{said.removesuffix('.')}{rest}.")
        drawn = image_table(shown, output, wide=wide, total=len(images))
        output.text(drawn.whole)
        if drawn.hidden:
            left = f"more columns: {', '.join(drawn.hidden)} (--wide)"
            output.note(paragraph(left, output.width, rest="  "))
        return
    rows = [image.as_json() for image in images[: output.most]]
    if output.format == "json":
        output.document({"images": rows, "notes": list(notes)})
    else:
        from modelsearch.store.rows import IMAGE_FIELDS

        output.rows(rows, IMAGE_FIELDS)


def write_values(title: str, rows: Sequence[dict[str, Any]], output: Output) -> None:
    """Print the values of a field under its heading, with the number of models of each."""
    if not output.is_table:
        output.rows(rows, ("value", "count"))
        return
    from modelsearch.answer.shapes import ValueCount
    from modelsearch.render.counts import write_counts

    output.text(f"{title}: {len(rows) or 'none'} known.")
    write_counts([ValueCount(row["value"], row["count"]) for row in rows], title.lower(), output)


def write_comparison(
    report: Report, output: Output, *, everything: bool = False, explain: bool = False
) -> None:
    """Print what differs and what is shared, then a summary; ``explain`` names its cells."""
    from modelsearch.answer.compare.cohorts import CohortComparison
    from modelsearch.render import comparison as render

    comparison = report.comparison
    if isinstance(comparison, CohortComparison):
        for note in comparison.notes:
            output.note(f"note: {note}")
    if output.format in ("json", "jsonl"):
        output.document(report.as_json())
    elif output.is_table:
        output.text(paragraph(report.headline, output.width))
        write_comparison_text(report, output, everything=everything, explain=explain)
    elif output.format == "ids":
        models = comparison.everything if isinstance(comparison, CohortComparison) else comparison
        output.rows([{"model_id": row.model_id} for row in models.models], ("model_id",))
    else:
        for_people = output.format in ("markdown", "latex")
        make = render.document_rows if for_people else render.comparison_rows
        rows, columns = make(comparison, everything=everything)
        output.rows(rows, columns)


def write_comparison_text(
    report: Report, output: Output, *, everything: bool = False, explain: bool = False
) -> None:
    """Print the tables of a comparison, then its sentences."""
    from modelsearch.render.comparison import comparison_parts
    from modelsearch.render.fitting import TOLD, fitted
    from modelsearch.render.sides import Drawing

    room = None if everything or explain else output.room
    parts: list[str] = []
    for lines in (None, *_LINES):
        drawing = Drawing(output.width, output.most, output.style, lines)
        parts = comparison_parts(report.comparison, drawing, everything=everything)
        if room is None or parts[0].count("\n") < room - TOLD:
            break
    parts.append(_summary_text(report, output.width, explain=explain))
    output.text(fitted([one for one in parts if one], room, output.width, "--limit 0 shows all"))


def _summary_text(report: Report, width: int, *, explain: bool) -> str:
    if explain:
        from modelsearch.render.explain_comparison import explained_text

        return explained_text(report, width)
    return paragraph(report.summary, width)


def _evidence(detail: Detail) -> list[dict[str, Any]]:
    return [
        {"model_id": detail.row.model_id}
        | {name: getattr(entry, name) for name in _EVIDENCE_COLUMNS[1:]}
        for entry in detail.evidence
    ]
