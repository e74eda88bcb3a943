"""Rankings, gaps and what was not compared, as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modelsearch.rankings import MetricApart, MetricRanking, PairGap, gap
from modelsearch.render import grid
from modelsearch.render.grid import Column
from modelsearch.render.sides import planned
from modelsearch.render.text import UNKNOWN, number, one_line, paragraph, plain

_ALL_PAIRS = 4  #: models up to which every pair's gap gets a line

#: What the direction of a metric adds to its title.
BETTER = {True: " (higher is better)", False: " (lower is better)", None: ""}


def ranking_text(
    ranking: MetricRanking,
    width: int = 100,
    cohort_of: Callable[[str], str] | None = None,
) -> str:
    """Return the models of one metric, best first, with how far each is behind the first.

    Below stand the gaps of all pairs of a few models, with what they cost, and the Pareto front.
    ``cohort_of`` names the group of a model, for a column of its own.
    """
    title = one_line(ranking.label) + BETTER[ranking.higher_is_better]
    columns = _columns(ranking)
    if cohort_of is not None:
        groups = [one_line(cohort_of(one.model_id)) for one in ranking.standings]
        columns.append(Column("Cohort", groups, least=12, importance=4))
    lines = [paragraph(title, width), grid.draw(planned(columns, width))]
    if 2 < len(ranking.standings) <= _ALL_PAIRS or _priced(ranking.gaps):
        few = len(ranking.standings) <= _ALL_PAIRS
        pairs = ranking.gaps if few else _priced(ranking.gaps)[:_ALL_PAIRS]
        lines += [paragraph(pair_line(p), width, first="  ", rest="    ") for p in pairs]
    for front, what in ((ranking.pareto, "parameters"), (ranking.pareto_size, "file size")):
        if front:
            names = ", ".join(one_line(name) for name in front)
            lines.append(paragraph(f"Not beaten for their {what}: {names}", width, rest="  "))
    return "\n".join(lines)


def _columns(ranking: MetricRanking) -> list[Column]:
    first = ranking.standings[0]
    rows = list(zip(ranking.ranks(), ranking.standings, strict=True))
    gaps = ["" if one is first else behind(first.value, one.value) for _, one in rows]
    columns = [
        Column("Model", [one_line(one.model_id) for _, one in rows], importance=9, least=18),
        Column("Value", [number(one.value) for _, one in rows], "r", importance=8, least=5),
        Column("Gap to first", gaps, "r", importance=7, least=max(map(len, gaps))),
    ]
    if ranking.higher_is_better is not None:
        places = [str(rank) for rank, _ in rows]
        columns.insert(0, Column("Rank", places, "c", importance=6, least=4))
    if any(one.last is not None for _, one in rows):
        steps = [UNKNOWN if one.step is None else str(one.step) for _, one in rows]
        last = [UNKNOWN if one.last is None else number(one.last) for _, one in rows]
        columns.append(Column("Best at step", steps, "r", importance=4, least=7))
        columns.append(Column("Last of run", last, "r", importance=5, least=7))
    return columns


def behind(best: float, value: float) -> str:
    """Write how far a value is behind the best: the same numbers as in the gaps."""
    found = gap(best, value)
    text = number(_rounded(abs(found.absolute)))
    return text if found.relative is None else f"{text} ({abs(found.relative):.1%})"


def _priced(gaps: Sequence[PairGap]) -> list[PairGap]:
    return [
        one for one in gaps
        if one.per_million_parameters is not None or one.per_epoch is not None
    ]  # fmt: skip


def pair_line(pair: PairGap) -> str:
    """Write the gap of a pair, absolute and relative, and what it cost."""
    text = f"{one_line(pair.better)} against {one_line(pair.worse)}: {_signed(pair.gap.absolute)}"
    if pair.gap.relative is not None:
        text += f" ({pair.gap.relative:+.1%})"
    if pair.per_million_parameters is not None:
        text += f"; {_gain(pair.per_million_parameters)} for each million parameters more"
    if pair.per_epoch is not None:
        text += f"; {_gain(pair.per_epoch)} for each epoch more"
    return text


def _signed(value: float) -> str:
    text = number(_rounded(value))
    return text if value <= 0 else f"+{text}"


def _gain(value: float) -> str:
    return number(float(f"{value:.3g}"))


def _rounded(value: float) -> float:
    """Six significant digits: a difference of floats carries noise beyond."""
    return float(f"{value:.6g}")


def apart_text(apart: Sequence[MetricApart], width: int) -> str:
    """Return the values that were not compared, each with the reason."""
    lines = ["Not compared:"]
    for entry in apart:
        metric = entry.metric
        where = ", ".join(one_line(part) for part in (metric.dataset, metric.split) if part)
        text = f"{one_line(entry.model_id)}: {one_line(metric.name)} {plain(metric.value)}"
        text += f" ({where})" if where else ""
        lines.append(paragraph(f"{text}: {entry.reason}", width, first="  ", rest="    "))
    return "\n".join(lines)
