"""What each command prints, in the format asked for: details, pictures, values, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelsearch.render.output import Format, Output

if TYPE_CHECKING:
    from modelsearch.answer.compare.report import Report
    from modelsearch.store.rows import Detail, ImageRow

_IMAGE_COLUMNS = (
    "image_id", "model_id", "root", "path", "epoch", "created_at", "modified_at", "kind",
)  # fmt: skip
_EVIDENCE_COLUMNS = ("model_id", "field", "value", "path", "line", "key", "kind", "note", "agrees")


def write_details(details: Sequence[Detail], output: Output) -> None:
    """Print everything known about some models.

    JSON gives one object (an array for several); the flat formats give the evidence, a row a
    value.
    """
    if output.is_table:
        from modelsearch.render.details import show_text

        output.text("\n\n\n".join(show_text(d, width=output.width) for d in details))
    elif output.format is Format.json:
        objects = [detail.as_json() for detail in details]
        output.document(objects[0] if len(objects) == 1 else objects)
    elif output.format is Format.jsonl:
        for detail in details:
            output.document(detail.as_json())
    else:
        output.rows([row for detail in details for row in _evidence(detail)], _EVIDENCE_COLUMNS)


def write_images(images: Sequence[ImageRow], output: Output, *, wide: bool = False) -> None:
    """Print a list of pictures."""
    if output.is_table:
        from modelsearch.render.images import image_table

        drawn = image_table(images, width=output.width, wide=wide)
        output.text(drawn.text)
        output.note(drawn.note)
        output.note(f"{len(images)} picture{'' if len(images) == 1 else 's'}")
    elif output.format is Format.json:
        output.document({"images": [image.as_json() for image in images]})
    else:
        output.rows([image.as_json() for image in images], _IMAGE_COLUMNS)


def write_values(title: str, rows: Sequence[dict[str, Any]], output: Output) -> None:
    """Print the values of a field under its heading, with the number of models of each."""
    if output.is_table:
        from modelsearch.render.tables import value_table

        output.text(value_table(rows, width=output.width, title=title))
        if not rows:
            output.note(f"{title}: none are known")
    else:
        output.rows(rows, ("value", "count"))


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
    if output.format in (Format.json, Format.jsonl):
        output.document(report.as_json())
    elif output.is_table:
        output.text(render.comparison_text(comparison, width=output.width, everything=everything))
        output.text("\n" + _summary_text(report, output.width, explain=explain))
    elif output.format is Format.ids:
        models = comparison.everything if isinstance(comparison, CohortComparison) else comparison
        output.rows([{"model_id": row.model_id} for row in models.models], ("model_id",))
    else:
        for_people = output.format in (Format.markdown, Format.latex)
        make = render.document_rows if for_people else render.comparison_rows
        rows, columns = make(comparison, everything=everything)
        output.rows(rows, columns)


def _summary_text(report: Report, width: int, *, explain: bool) -> str:
    if explain:
        from modelsearch.render.explain_comparison import explained_text

        return explained_text(report, width)
    from modelsearch.records.text import paragraph

    return paragraph(report.summary, width)


def _evidence(detail: Detail) -> list[dict[str, Any]]:
    return [
        {"model_id": detail.row.model_id}
        | {name: getattr(entry, name) for name in _EVIDENCE_COLUMNS[1:]}
        for entry in detail.evidence
    ]
