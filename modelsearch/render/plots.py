"""Plots of a comparison as inline SVG, drawn by matplotlib (the extra ``modelsearch-db[plots]``).

The drawings take their colours from the page's style sheet, so that they follow light and dark,
and are narrow enough to be read on a phone without shrinking.
"""

from __future__ import annotations

import importlib.util
import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape as html_escape

from modelsearch.records.patterns import lazy
from modelsearch.records.typed import Any

_WIDTH = 4.5  #: inches, which is 324 points: one column of the page, or a phone
_MOST_BARS = 24
SERIES = 6  #: colours (and line styles) before they repeat

#: Colours that stand for the page's own; matplotlib does not know CSS variables.
_INK, _MUTED, _ACCENT = "#010203", "#010204", "#010205"
_SERIES = tuple(f"#0102{number:02x}" for number in range(16, 16 + SERIES))
_CSS = {
    _INK: "currentColor",
    _MUTED: "var(--muted)",
    _ACCENT: "var(--accent)",
    **{colour: f"var(--series-{n})" for n, colour in enumerate(_SERIES)},
}
_STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
_MARKERS = ("o", "s", "^", "D", "v", "P")


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing: an SVG element, and what it shows in words."""

    svg: str
    caption: str


def available() -> bool:
    """Return whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def bars(title: str, values: Sequence[tuple[str, float, str]], best: int | None, key: str) -> Plot:
    """Draw a bar for each name, value and written value; the one at ``best`` stands out.

    Of very many only the first are drawn, and the caption says so. ``key`` makes ids unique.
    """
    shown = values[:_MOST_BARS]

    def draw(axes: Any) -> None:
        places = range(len(shown))
        colours = [_ACCENT if index == best else _SERIES[0] for index in places]
        axes.barh(places, [value for _, value, _ in shown], height=0.42, color=colours)
        low, high = axes.get_xlim()
        for index, (name, value, written) in enumerate(shown):
            axes.text(low, index - 0.34, name, ha="left", va="bottom", color=_INK)
            axes.text(max(value, 0), index, f" {written}", va="center", ha="left", color=_INK)
        axes.set_xlim(low, high + 0.22 * (high - low))  # room for the written values
        axes.set_ylim(len(shown) - 0.5, -0.85)
        _large_numbers(axes.xaxis)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)

    more = f"; the first {len(shown)} of {len(values)}" if len(shown) < len(values) else ""
    said = ", ".join(f"{name} {written}" for name, _, written in shown)
    svg = _svg(draw, 0.5 * len(shown) + 0.6, title, f"Bars: {said}", key)
    return Plot(svg, f"{title}{more}")


def scatter(
    title: str,
    points: Sequence[tuple[str, float, float]],
    axes_names: tuple[str, str],
    front: Sequence[str],
    key: str,
) -> Plot:
    """Draw a point for each label, x and y; those in ``front`` are joined by a line."""

    def draw(axes: Any) -> None:
        best = sorted((x, y) for name, x, y in points if name in front)
        if len(best) > 1:
            axes.plot(*zip(*best, strict=True), color=_ACCENT, linewidth=1, zorder=1)
        for name, x, y in points:
            colour = _ACCENT if name in front else _SERIES[0]
            axes.scatter([x], [y], color=colour, s=28, zorder=2)
            axes.annotate(name, (x, y), xytext=(5, 4), textcoords="offset points", color=_INK)
        if _spans(x for _, x, _ in points):
            _logarithmic(axes)
        axes.margins(0.15)
        if axes.get_xscale() == "linear":
            _large_numbers(axes.xaxis)
        axes.set_xlabel(axes_names[0])
        axes.set_ylabel(axes_names[1])

    said = ", ".join(f"{name} at {x:g} and {y:g}" for name, x, y in points)
    return Plot(_svg(draw, 3.2, title, f"Points: {said}", key), title)


def curves(
    title: str,
    lines: Sequence[tuple[str, Sequence[tuple[int, float]]]],
    name: str,
    key: str,
    counter: str = "step",
) -> Plot:
    """Draw a line of (step, value) for each name; the first ones differ in style and colour.
    ``counter`` says what the steps are: epochs, steps.
    """

    def draw(axes: Any) -> None:
        for index, (_, points) in enumerate(lines):
            axes.plot(
                *zip(*points, strict=True),
                color=_SERIES[index % SERIES],
                linestyle=_STYLES[index % SERIES],
                linewidth=1.4,
            )
        from matplotlib.ticker import MaxNLocator

        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
        axes.set_xlabel(counter)
        axes.set_ylabel(name)

    said = "; ".join(
        f"{label} from {points[0][1]:g} at {counter} {points[0][0]} "
        f"to {points[-1][1]:g} at {counter} {points[-1][0]}"
        for label, points in lines
    )
    return Plot(_svg(draw, 3.0, title, f"Lines: {said}", key), title)


def strips(title: str, groups: Sequence[tuple[str, Sequence[float]]], key: str) -> Plot:
    """Draw the values of each group as marks on a line of its own, with the median as a bar."""
    import statistics

    def draw(axes: Any) -> None:
        for row, (_, values) in enumerate(groups):
            colour = _SERIES[row % SERIES]
            axes.scatter(
                values,
                [row] * len(values),
                s=26,
                alpha=0.7,
                color=colour,
                marker=_MARKERS[row % SERIES],
            )
            middle = statistics.median(values)
            axes.plot([middle, middle], [row - 0.2, row + 0.2], color=_INK, linewidth=1.5)
        if _spans(value for _, values in groups for value in values):
            _logarithmic(axes)
        for row, (name, _) in enumerate(groups):
            axes.text(
                0,
                row - 0.27,
                name,
                ha="left",
                va="bottom",
                color=_INK,
                transform=axes.get_yaxis_transform(),
            )
        axes.set_ylim(len(groups) - 0.6, -0.75)
        axes.margins(x=0.06)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)

    said = "; ".join(
        f"{name}: median {statistics.median(values):g} of {len(values)}" for name, values in groups
    )
    return Plot(_svg(draw, 0.62 * len(groups) + 0.6, title, said, key), title)


def _logarithmic(axes: Any) -> None:
    """Plain numbers at the powers of ten: its own labels are mathematical markup."""
    from matplotlib.ticker import EngFormatter, FuncFormatter, NullFormatter

    axes.set_xscale("log")
    large = max(axes.get_xlim()) >= 10_000
    axes.xaxis.set_major_formatter(
        EngFormatter() if large else FuncFormatter(lambda value, _: f"{value:g}")
    )
    axes.xaxis.set_minor_formatter(NullFormatter())


def _large_numbers(axis: Any) -> None:
    """Write large numbers as 2.5 M rather than with a power of ten in the corner."""
    from matplotlib.ticker import EngFormatter

    if max(map(abs, axis.get_view_interval())) >= 10_000:
        axis.set_major_formatter(EngFormatter())


def _spans(values: Iterator[float]) -> bool:
    """Return whether positive values lie so far apart that only a logarithmic axis shows them."""
    found = list(values)
    return bool(found) and min(found) > 0 and max(found) / min(found) >= 50


def _svg(draw: Callable[[Any], None], height: float, title: str, about: str, key: str) -> str:
    with _style() as matplotlib, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # glyphs that its own font lacks: the page's font draws
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        matplotlib.rcParams["svg.hashsalt"] = key
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        stream = io.StringIO()
        unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(stream, format="svg", transparent=True, metadata=unsaid)
    return _inline(stream.getvalue(), title, about, key)


@contextmanager
def _style() -> Iterator[Any]:
    import matplotlib

    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "font.size": 9,
        "axes.labelsize": 9,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "xtick.color": _MUTED,
        "ytick.color": _MUTED,
        "xtick.labelcolor": _INK,
        "ytick.labelcolor": _INK,
        "axes.edgecolor": _MUTED,
        "text.parse_math": False,
        "axes.formatter.useoffset": False,
    }
    with matplotlib.rc_context(settings):
        yield matplotlib


_TAG = lazy(r"<[^<>]*>")
_ID = lazy(r'(\bid="|url\(#|href="#)')
_FONT = lazy(r"font: ([\d.]+px) [^;\"]*|font-family: [^;\"]*;? ?")


def _inline(svg: str, title: str, about: str, key: str) -> str:
    """Make a file's SVG an element of a page: titled, with its own ids and the page's colours."""

    def themed(tag: re.Match[str]) -> str:
        text = _ID.sub(lambda found: f"{found.group()}{key}-", tag.group())
        text = _FONT.sub(lambda found: f"font-size: {found[1]}" if found[1] else "", text)
        for colour, css in _CSS.items():
            text = text.replace(colour, css)
        return text.replace("xlink:href", "href")

    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    head, _, body = svg.partition(">")
    box = re.search(r'viewBox="[^"]*"', head)
    body = re.sub(r"<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>\s*", "", body)
    return (
        f'<svg {box.group() if box else ""} role="img" aria-labelledby="{key}-title {key}-about" '
        f'stroke-linejoin="round" stroke-linecap="butt"><title id="{key}-title">'
        f'{html_escape(title)}</title><desc id="{key}-about">{html_escape(about)}</desc>'
        f"{_TAG.sub(themed, body)}"
    )
