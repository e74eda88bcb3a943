"""The sentences of a summary with the cells behind them, as text."""

from __future__ import annotations

from modelsearch.answer.compare.evidence_of_sentences import ExplainedCell, explained
from modelsearch.answer.compare.report import Report
from modelsearch.records.text import escape, one_line, paragraph
from modelsearch.vocabulary.wording import written


def explained_text(report: Report, width: int) -> str:
    """Return each sentence, numbered, and below it the values that it rests on, with places."""
    blocks = []
    told = explained(report.comparison, report.sentences)
    for number, (sentence, cells, _) in enumerate(told, 1):
        lead = f"{number}. "
        lines = [paragraph(sentence.text, width, first=lead, rest=" " * len(lead))]
        lines += [
            paragraph(cell_text(cell), width, first="     ", rest="       ") for cell in cells
        ]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def cell_text(cell: ExplainedCell) -> str:
    """Write a cell on one line: model, field, value and, in brackets, its places."""
    value = written(cell.field, [cell.value])[0]
    places = ", ".join(escape(place) for place in cell.places)
    where = f" [{places}]" if places else ""
    return f"{one_line(cell.model_id)}: {one_line(cell.field)} = {value}{where}"
