"""A comparison as one HTML page that needs nothing else: no network, no scripts, no fonts.

Plots are drawn where matplotlib is installed; without it the page has all the numbers all the same.
What stands on the page is put together here, ``templates/page.html`` says how it looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelsearch.answer.compare.codediff import CodeDifference
from modelsearch.answer.compare.cohorts import CohortComparison
from modelsearch.answer.compare.evidence_of_sentences import ExplainedCell, explained
from modelsearch.answer.compare.fields import FieldComparison
from modelsearch.answer.compare.models import Comparison
from modelsearch.answer.compare.rankings import MetricRanking
from modelsearch.answer.compare.report import Report
from modelsearch.answer.compare.runs import RunsCompared
from modelsearch.records.datafiles import read_text
from modelsearch.records.text import (
    UNKNOWN,
    escape,
    number,
    one_line,
    plain,
    sentence_list,
    shorten,
)
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.records.version import __version__
from modelsearch.records.written import GENERATOR, put_in_place
from modelsearch.render import plots
from modelsearch.render.cohorts import cohort_cells, legend, shown_fields
from modelsearch.render.explain_comparison import cell_text
from modelsearch.render.pageplots import Figure, comparison_figures, run_figures
from modelsearch.render.policy import content_policy
from modelsearch.render.ranking import BETTER, pair_line
from modelsearch.render.ranking import behind as behind_first
from modelsearch.render.templating import breakable, environment
from modelsearch.vocabulary.wording import written_field

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_PAIRS = 30
_MOST_CELLS = 40
_MOST_TITLE = 70  #: characters of a window's title


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: what it has of text, a table, a list, terms, code and plots.

    The first cell of each of ``rows`` names it. ``code`` are lines with ``del`` or ``ins``,
    ``folded`` are lines, each with what is listed below it.
    """

    title: str
    before: Sequence[str] = ()
    caption: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    items: Sequence[str] = ()
    terms: Sequence[tuple[str, str]] = ()
    code: Sequence[tuple[str, str]] = ()
    figures: Sequence[dict[str, Any]] = ()
    after: Sequence[str] = ()
    folded_title: str = ""
    folded: Sequence[tuple[str, Sequence[str]]] = ()


def write_page(report: Report | RunsCompared, path: Path, *, force: bool = False) -> str:
    """Write the page to ``path`` and return what to tell the user about it.

    Raises ModelsearchError where the file cannot be written, or (without ``force``) where another
    program's stands.
    """
    drawn = plots.available()
    with put_in_place(path, force=force) as part:
        part.write_text(page(report, draw=drawn), encoding="utf-8")
    note = f"wrote {path}"
    if not drawn:
        note += "; without plots, which need matplotlib: pip install 'modelsearch-db[plots]'"
    return note


def page(report: Report | RunsCompared, *, draw: bool) -> str:
    """Return the page as text; with ``draw`` it has plots. The same comparison, the same bytes."""
    from markupsafe import Markup

    if isinstance(report, RunsCompared):
        title, sections = _run_sections(report, draw=draw)
    else:
        title, sections = comparison_sections(report, draw=draw)
    style = "\n" + read_text(__file__, "page.css")
    return (
        environment(__file__)
        .get_template("page.html")
        .render(
            title=title,
            window=shorten(one_line(title), _MOST_TITLE),
            policy=content_policy(style, attributes=any(one.figures for one in sections)),
            style=Markup(style),  # noqa: S704 - the file beside this one
            sections=sections,
            version=__version__,
            generator=GENERATOR,
        )
    )


def _run_sections(found: RunsCompared, *, draw: bool) -> tuple[str, list[Section]]:
    """Return what differs between runs and what they reached, with their curves one over the
    other.
    """
    rows = [[row["field"], *(plain(row[name]) for name in found.names)] for row in found.rows]
    same = [f"{found.same} more values are the same in all of them."] if found.same else []
    told = Section("What differs", head=["", *map(breakable, found.names)], rows=rows, after=same)
    figures = run_figures(found) if draw else []
    plotted = [Section("Curves", figures=[_figure(one) for one in figures])] if figures else []
    return "Comparison of " + _listed(found.names), [told, *plotted]


def comparison_sections(
    report: Report, *, draw: bool, most: int | None = None
) -> tuple[str, list[Section]]:
    """Return the title and the parts of a page about a comparison; ``templates/sections.html``
    says how they look. Of each group at most ``most`` models are named, where given.
    """
    comparison = report.comparison
    if isinstance(comparison, CohortComparison):
        title = "Comparison of " + sentence_list([c.label for c in comparison.cohorts])
        body = _cohort_tables(comparison, most)
    else:
        title = "Comparison of " + _listed([row.model_id for row in comparison.models])
        body = _model_tables(comparison)
    figures = comparison_figures(comparison) if draw else []
    plotted = [Section("Plots", figures=[_figure(one) for one in figures])] if figures else []
    return title, [_summary(report), *body[:1], *plotted, *body[1:]]


def _summary(report: Report) -> Section:
    """Return the sentences; folded away below them, the values that each rests on, with their
    places.
    """
    comparison = report.comparison
    told = explained(comparison, report.sentences, _MOST_CELLS)
    notes = comparison.notes if isinstance(comparison, CohortComparison) else ()
    return Section(
        "Summary",
        items=[one.text for one, _, _ in told],
        after=[f"Note: {note}" for note in notes],
        folded_title="The values behind each sentence",
        folded=[(one.text, _cells(cells, total)) for one, cells, total in told if cells],
    )


def _cells(cells: Sequence[ExplainedCell], total: int) -> list[str]:
    more = total - len(cells)
    rows = [cell_text(cell) for cell in cells]
    return rows + ([f"and {more} more values"] if more > 0 else [])


def _listed(names: Sequence[str]) -> str:
    return sentence_list(names) if len(names) < 4 else f"{len(names)} models"


def _model_tables(comparison: Comparison) -> list[Section]:
    sections = [_differences(comparison)]
    sections += [_ranking(ranking) for ranking in comparison.rankings]
    if comparison.apart:
        sections.append(_apart(comparison))
    sections += [_code(one) for one in comparison.code if one.nearly_the_same]
    if comparison.shared:
        shared = [(entry.label, written_field(entry)[0]) for entry in comparison.shared]
        sections.append(Section("The same for all", terms=shared))
    if comparison.partly_known:
        sections.append(_partly_known(comparison))
    return sections


def _differences(comparison: Comparison) -> Section:
    rows = _field_rows(comparison.differences)
    if not rows:
        return Section("What differs", before=["No known value differs."])
    return Section("What differs", head=_models_head(comparison), rows=rows)


def _partly_known(comparison: Comparison) -> Section:
    return Section(
        "Not known for all, so not compared",
        caption="Not known for all",
        head=_models_head(comparison),
        rows=_field_rows(comparison.partly_known),
    )


def _models_head(comparison: Comparison) -> list[str | Markup]:
    return ["Field", *(breakable(row.model_id) for row in comparison.models)]


def _field_rows(fields: Sequence[FieldComparison]) -> list[list[str]]:
    return [[entry.label, *written_field(entry)] for entry in fields]


def _ranking(ranking: MetricRanking) -> Section:
    ranked = ranking.higher_is_better is not None
    run = any(one.last is not None for one in ranking.standings)
    head = [
        *(["Rank"] if ranked else []),
        "Model",
        "Value",
        "Gap to first",
        *(["Last of run"] if run else []),
    ]
    first = ranking.standings[0]
    rows: list[list[str]] = []
    for rank, one in zip(ranking.ranks(), ranking.standings, strict=True):
        gap = "" if one is first else behind_first(first.value, one.value)
        cells = [breakable(one.model_id), number(one.value), gap]
        if run:
            cells.append(UNKNOWN if one.last is None else number(one.last))
        rows.append([*([str(rank)] if ranked else []), *cells])
    pairs: list[tuple[str, Sequence[str]]] = [
        (pair_line(pair), ()) for pair in ranking.gaps[:_MOST_PAIRS]
    ]
    more = len(ranking.gaps) - _MOST_PAIRS
    if more > 0:
        pairs.append((f"and {more} more pairs", ()))
    pareto = f"Not beaten for their parameters: {', '.join(ranking.pareto)}"
    return Section(
        one_line(ranking.label) + BETTER[ranking.higher_is_better],
        head=head,
        rows=rows,
        after=[pareto] if ranking.pareto else [],
        folded_title="All pairs",
        folded=pairs,
    )


def _apart(comparison: Comparison | CohortComparison) -> Section:
    rows = [
        [
            breakable(one.model_id),
            one.metric.name,
            number(one.metric.value),
            one.metric.dataset or UNKNOWN,
            one.metric.split or UNKNOWN,
            one.reason,
        ]
        for one in comparison.apart
    ]
    head = ["Model", "Metric", "Value", "Dataset", "Split", "Why not"]
    return Section("Results that are not compared", caption="Not compared", head=head, rows=rows)


def _code(one: CodeDifference) -> Section:
    lines = []
    places = [line.place for change in one.changes for line in (*change.before, *change.after)]
    room = max(map(len, places), default=0)
    for change in one.changes:
        for mark, kind, side in (("-", "del", change.before), ("+", "ins", change.after)):
            for line in side:
                lines.append((kind, f"{mark} {escape(line.place):>{room}}  {line.text}"))
    fewer, more = one.statements
    said = (
        f"{one.percent}% of the statements are the same; {fewer} only in {one.one} (-), "
        f"{more} only in {one.other} (+). Comments and formatting do not count; the number "
        "is the line."
    )
    return Section(f"Code of {one.one} and {one.other}", before=[said], code=lines)


def _cohort_tables(comparison: CohortComparison, most: int | None) -> list[Section]:
    sizes = [len(cohort.models) for cohort in comparison.cohorts]
    shown, _ = shown_fields(comparison)
    cells = [cohort_cells(entry, sizes) for entry in shown]
    head = ["Field", *(f"{one.label} ({len(one.models)})" for one in comparison.cohorts)]
    rows = [[entry.label, *texts] for entry, texts in zip(shown, cells, strict=True)]
    if rows:
        note = legend(shown, cells, 10_000)
        sections = [Section("What differs", head=head, rows=rows, after=[note] if note else [])]
    else:
        sections = [Section("What differs", before=["Nothing known differs."])]
    sections += [_ranking(ranking) for ranking in comparison.rankings]
    if comparison.apart:
        sections.append(_apart(comparison))
    for cohort in comparison.cohorts:
        title = f"{cohort.label}: {plain(len(cohort.models))} models"
        models = [breakable(row.model_id) for row in cohort.models[:most]]
        left = len(cohort.models) - len(models)
        sections.append(
            Section(
                title,
                items=models,
                before=() if models else ["No models."],
                after=[f"and {plain(left)} more"] if left else [],
            )
        )
    return sections


def _figure(figure: Figure) -> dict[str, Any]:
    from markupsafe import Markup

    return {
        "caption": figure.plot.caption,
        "svg": Markup(figure.plot.svg),  # noqa: S704 - its texts are escaped where it is drawn
        "lines": [(f"s{index % plots.SERIES}", name) for index, name in enumerate(figure.lines)],
        "points": figure.points,
    }
