"""A comparison as one HTML page that needs nothing else: no network, no scripts, no fonts.

Plots are drawn where matplotlib is installed; without it the page has all the numbers all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as html_escape
from pathlib import Path

from modelsearch import __version__
from modelsearch.answer.compare.codediff import CodeDifference
from modelsearch.answer.compare.cohorts import CohortComparison
from modelsearch.answer.compare.evidence_of_sentences import ExplainedCell, explained
from modelsearch.answer.compare.models import Comparison, FieldComparison
from modelsearch.answer.compare.rankings import MetricRanking
from modelsearch.answer.compare.report import Report
from modelsearch.records.datafiles import read_text
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.text import (
    UNKNOWN,
    escape,
    number,
    one_line,
    plain,
    sentence_list,
    shorten,
)
from modelsearch.render import plots
from modelsearch.render.cohorts import cohort_cells, legend, shown_fields
from modelsearch.render.explain_comparison import cell_text
from modelsearch.render.pageplots import Figure, comparison_figures
from modelsearch.render.policy import POLICY_ELEMENT
from modelsearch.render.ranking import BETTER, pair_line
from modelsearch.render.ranking import behind as behind_first
from modelsearch.vocabulary.wording import written_field

_MOST_PAIRS = 30
_MOST_CELLS = 40
_MOST_TITLE = 70  #: characters of a window's title


def write_page(report: Report, path: Path) -> str:
    """Write the page to ``path`` and return what to tell the user about it.

    Raises ModelsearchError when the file cannot be written.
    """
    drawn = plots.available()
    try:
        path.write_text(page(report, draw=drawn), encoding="utf-8")
    except OSError as error:
        raise ModelsearchError(f"cannot write {path}: {error.strerror or error}") from error
    note = f"wrote {path}"
    if not drawn:
        note += "; without plots, which need matplotlib: pip install 'modelsearch-db[plots]'"
    return note


def page(report: Report, *, draw: bool) -> str:
    """Return the page as text; with ``draw`` it has plots. The same comparison, the same bytes."""
    comparison = report.comparison
    if isinstance(comparison, CohortComparison):
        title = "Comparison of " + sentence_list([c.label for c in comparison.cohorts])
        body = _cohort_tables(comparison)
    else:
        title = "Comparison of " + _listed([row.model_id for row in comparison.models])
        body = _model_tables(comparison)
    figures = comparison_figures(comparison) if draw else []
    sections = [
        _section("Summary", _summary(report)),
        *body[:1],
        _section("Plots", _figures(figures)) if figures else "",
        *body[1:],
    ]
    style = read_text(__file__, "page.css")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{POLICY_ELEMENT}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_text(shorten(title, _MOST_TITLE))}</title>\n<style>\n{style}</style>\n"
        f"</head>\n<body>\n<main>\n<h1>{_text(title)}</h1>\n"
        + "\n".join(section for section in sections if section)
        + f"\n</main>\n<footer><p>Made by modelsearch {__version__} from the values in its "
        "database. A dash means that a value is not known.</p></footer>\n</body>\n</html>\n"
    )


def _summary(report: Report) -> str:
    """The sentences; folded away below them, the values that each rests on, with their places."""
    comparison = report.comparison
    told = explained(comparison, report.sentences)
    sentences = "".join(f"<li>{_text(one.text)}</li>" for one, _ in told)
    behind = "".join(
        f"<li>{_text(one.text)}<ul>{_cells(cells)}</ul></li>" for one, cells in told if cells
    )
    folded = (
        f"<details><summary>The values behind each sentence</summary><ul>{behind}</ul></details>"
        if behind else ""
    )  # fmt: skip
    notes = comparison.notes if isinstance(comparison, CohortComparison) else ()
    said = "".join(f"<p>Note: {_text(note)}</p>" for note in notes)
    return f"<ul>{sentences}</ul>{said}{folded}"


def _cells(cells: Sequence[ExplainedCell]) -> str:
    more = len(cells) - _MOST_CELLS
    rows = [html_escape(cell_text(cell)) for cell in cells[:_MOST_CELLS]]
    rows += [f"and {more} more values"] if more > 0 else []
    return "".join(f"<li>{row}</li>" for row in rows)


def _listed(names: Sequence[str]) -> str:
    return sentence_list(names) if len(names) < 4 else f"{len(names)} models"


def _text(text: str) -> str:
    return html_escape(one_line(text))


def _name(text: str) -> str:
    """A name that may be broken after its separators, so that columns stay narrow."""
    broken = html_escape(one_line(text))
    for mark in "_/-":
        broken = broken.replace(mark, f"{mark}<wbr>")
    return broken


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{_text(title)}</h2>\n{content}\n</section>"


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of ready cells in a scroller of its own; the first cell of a row names it."""
    titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{c}</td>" for c in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" role="group" aria-label="{_text(caption)}" tabindex="0">\n<table>\n'
        f"<thead><tr>{titles}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>\n</div>"
    )


def _model_tables(comparison: Comparison) -> list[str]:
    sections = [_differences(comparison)]
    sections += [_ranking(ranking) for ranking in comparison.rankings]
    if comparison.apart:
        sections.append(_apart(comparison))
    sections += [_code(one) for one in comparison.code if one.nearly_the_same]
    sections += [_shared(comparison), _partly_known(comparison)]
    return sections


def _differences(comparison: Comparison) -> str:
    head = ["Field", *(_name(row.model_id) for row in comparison.models)]
    rows = _field_rows(comparison.differences)
    content = (
        _table("What differs", head, rows) if rows else "<p>Nothing that is known differs.</p>"
    )
    return _section("What differs", content)


def _field_rows(fields: Sequence[FieldComparison]) -> list[list[str]]:
    return [[_text(entry.label), *(_text(cell) for cell in written_field(entry))]
            for entry in fields]  # fmt: skip


def _shared(comparison: Comparison) -> str:
    if not comparison.shared:
        return ""
    items = "".join(
        f"<div><dt>{_text(entry.label)}</dt><dd>{_text(written_field(entry)[0])}</dd></div>"
        for entry in comparison.shared
    )
    return _section("The same for all", f"<dl>{items}</dl>")


def _partly_known(comparison: Comparison) -> str:
    if not comparison.partly_known:
        return ""
    head = ["Field", *(_name(row.model_id) for row in comparison.models)]
    table = _table("Not known for all", head, _field_rows(comparison.partly_known))
    return _section("Not known for all, so not compared", table)


def _ranking(ranking: MetricRanking) -> str:
    ranked = ranking.higher_is_better is not None
    run = any(one.last is not None for one in ranking.standings)
    head = [*(["Rank"] if ranked else []), "Model", "Value", "Gap to first",
            *(["Last of run"] if run else [])]  # fmt: skip
    first = ranking.standings[0]
    rows = []
    for rank, one in zip(ranking.ranks(), ranking.standings, strict=True):
        gap = "" if one is first else behind_first(first.value, one.value)
        cells = [_name(one.model_id), number(one.value), gap]
        if run:
            cells.append(UNKNOWN if one.last is None else number(one.last))
        rows.append([*([str(rank)] if ranked else []), *cells])
    title = one_line(ranking.label) + BETTER[ranking.higher_is_better]
    content = _table(title, head, rows)
    pairs = "".join(f"<li>{_text(pair_line(pair))}</li>" for pair in ranking.gaps[:_MOST_PAIRS])
    more = len(ranking.gaps) - _MOST_PAIRS
    left = f"<li>and {more} more pairs</li>" if more > 0 else ""
    content += f"<details><summary>All pairs</summary><ul>{pairs}{left}</ul></details>"
    if ranking.pareto:
        content += f"<p>Not beaten for their parameters: {_text(', '.join(ranking.pareto))}</p>"
    return _section(title, content)


def _apart(comparison: Comparison | CohortComparison) -> str:
    rows = [
        [_name(one.model_id), _text(one.metric.name), number(one.metric.value),
         _text(one.metric.dataset or UNKNOWN), _text(one.metric.split or UNKNOWN),
         _text(one.reason)]
        for one in comparison.apart
    ]  # fmt: skip
    head = ["Model", "Metric", "Value", "Dataset", "Split", "Why not"]
    return _section("Results that are not compared", _table("Not compared", head, rows))


def _code(one: CodeDifference) -> str:
    lines = []
    places = [line.place for change in one.changes for line in (*change.before, *change.after)]
    room = max(map(len, places), default=0)
    for change in one.changes:
        for mark, kind, side in (("-", "del", change.before), ("+", "ins", change.after)):
            for line in side:
                code = html_escape(f"{mark} {escape(line.place):>{room}}  {escape(line.text)}")
                lines.append(f"<{kind}>{code}</{kind}>")
    fewer, more = one.statements
    said = (f"{one.percent}% of the statements are the same; {fewer} only in {one.one} (-), "
            f"{more} only in {one.other} (+). Comments and formatting do not count; the number "
            "is the line.")  # fmt: skip
    block = (
        f'<pre role="group" aria-label="Code that differs" tabindex="0">{"".join(lines)}</pre>'
        if lines else ""
    )  # fmt: skip
    return _section(f"Code of {one.one} and {one.other}", f"<p>{_text(said)}</p>\n{block}")


def _cohort_tables(comparison: CohortComparison) -> list[str]:
    sizes = [len(cohort.models) for cohort in comparison.cohorts]
    shown, _ = shown_fields(comparison)
    cells = [cohort_cells(entry, sizes) for entry in shown]
    head = ["Field", *(f"{_text(c.label)} ({len(c.models)})" for c in comparison.cohorts)]
    rows = [[_text(entry.label), *map(_text, texts)]
            for entry, texts in zip(shown, cells, strict=True)]  # fmt: skip
    note = f"<p>{_text(legend(shown, cells, 10_000))}</p>" if shown else ""
    content = _table("What differs", head, rows) + note if rows else "<p>Nothing known differs.</p>"
    sections = [_section("What differs", content)]
    sections += [_ranking(ranking) for ranking in comparison.rankings]
    if comparison.apart:
        sections.append(_apart(comparison))
    for cohort in comparison.cohorts:
        models = "".join(f"<li>{_name(row.model_id)}</li>" for row in cohort.models)
        title = f"{cohort.label}: {plain(len(cohort.models))} models"
        sections.append(_section(title, f"<ul>{models}</ul>" if models else "<p>No models.</p>"))
    return sections


def _figures(figures: Sequence[Figure]) -> str:
    return '<div class="plots">\n' + "\n".join(map(_figure, figures)) + "\n</div>"


def _figure(figure: Figure) -> str:
    keys = "".join(
        f'<li><span class="key s{index % plots.SERIES}"></span>{_name(name)}</li>'
        for index, name in enumerate(figure.lines)
    )
    points = "".join(f"<li>{_name(name)}</li>" for name in figure.points)
    return (
        f"<figure><figcaption>{_text(figure.plot.caption)}</figcaption>{figure.plot.svg}"
        + (f'<ul class="keys">{keys}</ul>' if keys else "")
        + (f"<ol>{points}</ol>" if points else "")
        + "</figure>"
    )
