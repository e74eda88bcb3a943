"""Groups of models side by side, as text and as flat rows."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.compare.cohorts import (
    CategoryField,
    CohortComparison,
    NumberField,
    NumberSummary,
)
from modelsearch.answer.compare.fields import GROUPS
from modelsearch.answer.compare.rankings import leading
from modelsearch.records.patterns import lazy
from modelsearch.records.text import UNKNOWN, one_line, paragraph
from modelsearch.render.ranking import MOST_RANKED, also_ranked, apart_text, ranking_text
from modelsearch.render.sides import Drawing, sides_table
from modelsearch.vocabulary.wording import written

_WIDELY = 1 / 4  #: a field is shown that is known for so many of at least two cohorts
_MOST_VALUES = 8  #: values of a category in one cell; JSON and --all have the rest


def cohorts_parts(
    comparison: CohortComparison, drawing: Drawing, *, everything: bool = False
) -> list[str]:
    """Return cohorts side by side: sizes, then the fields that differ (or all), then rankings."""
    width = drawing.width
    headings = [
        f"{one_line(cohort.label)} ({_models(len(cohort.models))})" for cohort in comparison.cohorts
    ]
    several = sum(1 for cohort in comparison.cohorts if cohort.models) > 1
    shown, rare = shown_fields(comparison, everything=everything and several)
    if not shown:
        why = "No known value differs" if several else "Nothing to compare"
        text = f"{why}: {'; '.join(headings)}"
        blocks = [paragraph(text, width, rest="  ")]
    else:
        sizes = [len(cohort.models) for cohort in comparison.cohorts]
        cells = [
            cohort_cells(entry, sizes, None if everything else _MOST_VALUES) for entry in shown
        ]
        sides = [(title, [row[index] for row in cells]) for index, title in enumerate(headings)]
        labels = [one_line(entry.label) for entry in shown]
        table = sides_table(labels, sides, drawing)
        blocks = [table, _rare_line(rare, width), legend(shown, cells, width)]
    ranked = comparison.rankings if everything else leading(comparison.rankings)
    for ranking in ranked:
        blocks.append(
            ranking_text(
                ranking,
                width,
                lambda m: ", ".join(comparison.cohorts_of(m)),
                most=None if everything else MOST_RANKED,
            )
        )
    blocks.append(also_ranked(comparison.rankings, ranked, width))
    if comparison.apart:
        blocks.append(apart_text(comparison.apart, width))
    return [block for block in blocks if block]


def shown_fields(
    comparison: CohortComparison, *, everything: bool = False
) -> tuple[list[NumberField | CategoryField], int]:
    """Return the fields that differ and are known widely enough, and how many are not.

    A setting that one of fifty models has says nothing about a group. ``everything`` shows all.
    """
    fields = cohort_fields(comparison)
    if everything:
        return fields, 0
    sizes = [len(cohort.models) for cohort in comparison.cohorts]
    differing = [entry for entry in fields if entry.differs]
    shown = [entry for entry in differing if _widely_known(entry, sizes)]
    return shown, len(differing) - len(shown)


def _widely_known(entry: NumberField | CategoryField, sizes: Sequence[int]) -> bool:
    known = entry.known if isinstance(entry, CategoryField) else [s.known for s in entry.summaries]
    wide = [count >= _WIDELY * size for count, size in zip(known, sizes, strict=True) if size]
    return sum(wide) > 1


def _rare_line(rare: int, width: int) -> str:
    if not rare:
        return ""
    noun = "field differs but is" if rare == 1 else "fields differ but are"
    return paragraph(f"{rare} more {noun} known for few models (--all)", width, rest="  ")


def cohort_fields(comparison: CohortComparison) -> list[NumberField | CategoryField]:
    """Return the fields of cohorts in the order of the groups."""
    entries: list[NumberField | CategoryField] = [*comparison.categories, *comparison.numbers]
    return sorted(entries, key=lambda entry: GROUPS.index(entry.group))


_PART = lazy(r" \d+/\d+\b")


def legend(
    shown: Sequence[NumberField | CategoryField], cells: Sequence[Sequence[str]], width: int
) -> str:
    """Explain the marks that the cells of a table contain, and no others."""
    numbers = [s for entry in shown if isinstance(entry, NumberField) for s in entry.summaries]
    parts = []
    if any(one.known and one.minimum != one.maximum for one in numbers):
        parts.append("a number (least to most): the median and the range")
    if any(one.spread for one in numbers):
        parts.append("IQR: how far the middle half spreads")
    if any(_PART.search(cell) for row in cells for cell in row):
        parts.append("n/m: n of the m models for which it is known")
    if any(cell.endswith(" known]") for row in cells for cell in row):
        parts.append("[n known]: not known for the others")
    return paragraph(f"Marks: {'; '.join(parts)}", width, rest="  ") if parts else ""


def _models(count: int) -> str:
    return "1 model" if count == 1 else f"{count} models"


def cohort_cells(
    entry: NumberField | CategoryField, sizes: Sequence[int], most: int | None = None
) -> list[str]:
    """Write a field of cohorts of these sizes, one cell a cohort; ``most`` bounds how many of its
    values are named.
    """
    if isinstance(entry, NumberField):
        return [
            _number_cell(entry.field, one, size)
            for one, size in zip(entry.summaries, sizes, strict=True)
        ]
    cells = []
    for index, (known, size) in enumerate(zip(entry.known, sizes, strict=True)):
        counts = [(value, shares[index].count) for value, shares in entry.shares.items()]
        present = sorted((one for one in counts if one[1]), key=lambda one: -one[1])
        parts = [
            _value(value) + ("" if count == known == size else f" {count}/{known}")
            for value, count in present[:most]
        ]
        if most is not None and len(present) > most:
            parts.append(f"{len(present) - most} more")
        cells.append(", ".join(parts) or UNKNOWN)
    return cells


def _number_cell(field: str, summary: NumberSummary, size: int) -> str:
    if not summary.known:
        return UNKNOWN
    numbers = (summary.median, summary.minimum, summary.maximum)
    median, low, high = (written(field, [_whole(value)])[0] for value in numbers)
    text = median if summary.minimum == summary.maximum else f"{median} ({low} to {high})"
    if summary.spread:
        text += f", IQR {written(field, [_whole(_rounded(summary.spread))])[0]}"
    return text if summary.known == size else f"{text} [{summary.known} known]"


def _value(text: str) -> str:
    """A value that holds a comma stands in brackets: its parts are not values of their own."""
    return f"({one_line(text)})" if "," in text else one_line(text)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def cohort_rows(
    comparison: CohortComparison, *, everything: bool
) -> tuple[list[dict[str, object]], list[str]]:
    """Return one row per statistic or value, and one column per cohort. Values are raw."""
    labels = [cohort.label for cohort in comparison.cohorts]
    columns = ["group", "field", "statistic", *dict.fromkeys(labels)]
    rows: list[dict[str, object]] = []

    def add(entry: NumberField | CategoryField, name: str, values: Sequence[object]) -> None:
        rows.append(
            {
                "group": entry.group,
                "field": entry.field,
                "statistic": name,
                **dict(zip(labels, values, strict=True)),
            }
        )

    for numbers in (one for one in comparison.numbers if everything or one.differs):
        for name in ("known", "median", "minimum", "maximum", "spread"):
            add(numbers, name, [getattr(one, name) for one in numbers.summaries])
    for category in (one for one in comparison.categories if everything or one.differs):
        add(category, "known", category.known)
        for value, shares in category.shares.items():
            add(category, f"count of {value}", [share.count for share in shares])
    return rows, columns


def cohort_document_rows(
    comparison: CohortComparison, *, everything: bool = False
) -> tuple[list[dict[str, object]], list[str]]:
    """Return one row per field and one column per cohort, values as people write them."""
    headings = [f"{cohort.label} ({_models(len(cohort.models))})" for cohort in comparison.cohorts]
    sizes = [len(cohort.models) for cohort in comparison.cohorts]
    return [
        {"Field": entry.label, **dict(zip(headings, cohort_cells(entry, sizes), strict=True))}
        for entry in shown_fields(comparison, everything=everything)[0]
    ], ["Field", *dict.fromkeys(headings)]
