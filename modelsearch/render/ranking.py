"""Rankings, gaps and what was not compared, as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modelsearch.answer.compare.rankings import MetricApart, MetricRanking, PairGap, gap
from modelsearch.records.structs import replace
from modelsearch.records.text import UNKNOWN, number, one_line, paragraph, plain
from modelsearch.render.layout import Column, lay_out

MOST_RANKED = 20  #: models of a ranking that are listed without being asked for all
_ALL_PAIRS = 4  #: models up to which every pair's gap gets a line

#: What the direction of a metric adds to its title.
BETTER = {True: " (higher is better)", False: " (lower is better)", None: ""}


def ranking_text(
    ranking: MetricRanking,
    width: int = 100,
    cohort_of: Callable[[str], str] | None = None,
    most: int | None = None,
) -> str:
    """Return the models of one metric, best first, with how far each is behind the first.

    Below stand the gaps of all pairs of a few models, with what they cost, and the Pareto front.
    ``cohort_of`` names the group of a model, for a column of its own; ``most`` bounds the models
    that are listed.
    """
    title = one_line(ranking.label) + BETTER[ranking.higher_is_better]
    shown = replace(ranking, standings=ranking.standings[:most])
    columns = _columns(shown)
    if cohort_of is not None:
        groups = [one_line(cohort_of(one.model_id)) for one in shown.standings]
        columns.append(Column("cohort", groups, "text", importance=0.8))
    lines = [paragraph(title, width), lay_out(columns, width, group=False).text]
    left = len(ranking.standings) - len(shown.standings)
    if left:
        lines.append(f"  {left} more (--all shows them)")
    name = _names(ranking)
    lines += [
        paragraph(pair_line(pair, name), width, first="  ", rest="    ")
        for pair in _told_pairs(ranking)
    ]
    for front, what in ((ranking.pareto, "parameters"), (ranking.pareto_size, "file size")):
        if front:
            names = ", ".join(one_line(name) for name in front)
            lines.append(paragraph(f"Not beaten for their {what}: {names}", width, rest="  "))
    return "\n".join(lines)


def _names(ranking: MetricRanking) -> Callable[[str], str]:
    """Name a model by its rank in the table above, where no two share one."""
    ranks = ranking.ranks()
    if ranking.higher_is_better is None or len(set(ranks)) < len(ranks):
        return one_line
    places = {one.model_id: rank for rank, one in zip(ranks, ranking.standings, strict=True)}
    return lambda model_id: f"#{places[model_id]}"


def _told_pairs(ranking: MetricRanking) -> Sequence[PairGap]:
    """All pairs of a few models; of more, what the first one's lead cost."""
    if len(ranking.standings) == 2:
        return _priced(ranking.gaps)  # the gap itself stands in the table
    if len(ranking.standings) <= _ALL_PAIRS:
        return ranking.gaps
    first = ranking.standings[0].model_id
    return [one for one in _priced(ranking.gaps) if one.better == first][:_ALL_PAIRS]


def also_ranked(
    rankings: Sequence[MetricRanking], shown: Sequence[MetricRanking], width: int
) -> str:
    """Return a line that names the rankings which are not shown."""
    labels = [one_line(one.label) for one in rankings if one not in shown]
    if not labels:
        return ""
    return paragraph(f"Also ranked (--all): {'; '.join(labels)}", width, rest="  ")


def _columns(ranking: MetricRanking) -> list[Column]:
    first = ranking.standings[0]
    rows = list(zip(ranking.ranks(), ranking.standings, strict=True))
    gaps = ["" if one is first else behind(first.value, one.value) for _, one in rows]
    columns = [
        Column("model", [one_line(one.model_id) for _, one in rows], "name", asked=True),
        Column("value", [number(one.value) for _, one in rows], align="r", asked=True),
        Column("gap to first", gaps, align="r", importance=0.9),
    ]
    if ranking.higher_is_better is not None:
        columns.insert(0, Column("#", [str(rank) for rank, _ in rows], align="r", asked=True))
    if any(one.last is not None for _, one in rows):
        steps = [UNKNOWN if one.step is None else str(one.step) for _, one in rows]
        last = [UNKNOWN if one.last is None else number(one.last) for _, one in rows]
        columns.append(Column("best at step", steps, align="r", importance=0.5))
        columns.append(Column("last of run", last, align="r", importance=0.6))
    return columns


def behind(best: float, value: float) -> str:
    """Write how far a value is behind the best: the same numbers as in the gaps."""
    found = gap(best, value)
    text = number(_rounded(abs(found.absolute)))
    return text if found.relative is None else f"{text} ({abs(found.relative):.1%})"


def _priced(gaps: Sequence[PairGap]) -> list[PairGap]:
    return [
        one
        for one in gaps
        if (one.per_million_parameters, one.per_epoch, one.per_hour) != (None, None, None)
    ]


def pair_line(pair: PairGap, name: Callable[[str], str] = one_line) -> str:
    """Write the gap of a pair, absolute and relative, and what it cost."""
    text = f"{name(pair.better)} against {name(pair.worse)}: {_signed(pair.gap.absolute)}"
    if pair.gap.relative is not None:
        text += f" ({pair.gap.relative:+.1%})"
    if pair.per_million_parameters is not None:
        text += f"; {_gain(pair.per_million_parameters)} for each million parameters more"
    if pair.per_epoch is not None:
        text += f"; {_gain(pair.per_epoch)} for each epoch more"
    if pair.per_hour is not None:
        text += f"; {_gain(pair.per_hour)} for each hour more"
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
