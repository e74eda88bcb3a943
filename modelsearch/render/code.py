"""The statements in which near-duplicate scripts differ, as text."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.answer.compare.codediff import CodeChange, CodeDifference
from modelsearch.answer.compare.models import Comparison
from modelsearch.records.text import display_width, escape, one_line, paragraph, wrap
from modelsearch.static.codelines import CodeLine

_LONG, _CONTEXT = 100, 24  #: characters from which a statement is long, and kept around a change
_MOST_LINES = 30  #: statements of one difference that are shown without being asked for all


def code_text(comparison: Comparison, width: int, *, everything: bool = False) -> list[str]:
    """Return a block for each near-duplicate: the statements that only one of the two has.

    With ``everything`` all of them, also of scripts that are less alike.
    """
    blocks = []
    for one in comparison.code:
        if one.nearly_the_same or everything:
            blocks.append(_difference(one, width, None if everything else _MOST_LINES))
    said = [(comparison.code_damaged, "its stored statements are damaged")]
    if everything:
        said.append((comparison.code_unknown, "its statements are not stored"))
    for ids, reason in said:
        if ids:
            names = ", ".join(map(one_line, ids))
            text = f"Code not compared, because {reason}: {names}"
            blocks.append(paragraph(text, width, rest="  "))
    return blocks


def _difference(one: CodeDifference, width: int, most: int | None) -> str:
    first, second = one_line(one.one), one_line(one.other)
    if not one.changes:
        text = f"Code: {first} and {second} are the same but for comments and formatting"
        return paragraph(text, width, rest="  ")
    fewer, more = one.statements
    head = (
        f"Code: {one.percent}% of the statements are the same (comments and formatting do not "
        f"count); {fewer} only in {first} (-), {more} only in {second} (+)"
    )
    lines = [paragraph(head, width, rest="  ")]
    marked = [pair for change in one.changes for pair in _marked(change, whole=most is None)]
    shown = marked[:most]
    room = max((display_width(line.place) for _, line in shown), default=0)
    for mark, line in shown:
        lines += _code_line(mark, line, room, width)
    if len(marked) > len(shown):
        lines.append(f"  {len(marked) - len(shown)} more statements (--all shows them)")
    return "\n".join(lines)


def _marked(change: CodeChange, *, whole: bool) -> list[tuple[str, CodeLine]]:
    """Return the statements of a change with their signs; long ones without what both have in
    common.
    """
    before, after = list(change.before), list(change.after)
    if not whole and len(before) == len(after):
        pairs = [_without_common(one, other) for one, other in zip(before, after, strict=True)]
        before, after = [one for one, _ in pairs], [other for _, other in pairs]
    return [("-", line) for line in before] + [("+", line) for line in after]


def _without_common(one: CodeLine, other: CodeLine) -> tuple[CodeLine, CodeLine]:
    """Cut the middle parts that two long statements share down to some context."""
    texts = one.text, other.text
    if min(map(len, texts)) < _LONG:
        return one, other
    start = _common(*texts)
    end = _common(one.text[: start - 1 : -1], other.text[: start - 1 : -1]) if start else 0
    if max(start - _CONTEXT, 0) + max(end - _CONTEXT, 0) < _LONG // 2:
        return one, other
    return CodeLine(one.place, _cut(one.text, start, end)), CodeLine(
        other.place, _cut(other.text, start, end)
    )


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str, start: int, end: int) -> str:
    """Keep the indentation and what lies around ``text[start:-end]``, from word to word."""
    indent = len(text) - len(text.lstrip())
    head = text.rfind(" ", indent, max(start - _CONTEXT, indent)) + 1
    stop = text.find(" ", len(text) - max(end - _CONTEXT, 0))
    tail = "…" if stop >= 0 else ""
    middle = text[head or indent : stop if tail else None]
    return text[:indent] + ("…" if head else "") + middle + tail


def _code_line(mark: str, line: CodeLine, room: int, width: int) -> Sequence[str]:
    """One statement after its place; what is too long goes on below, under its beginning."""
    text = escape(line.text)
    indent = len(text) - len(text.lstrip())
    lead = f"  {line.place:>{room}} {mark} "
    left = max(width - len(lead) - indent, 8)
    if len(lead) + indent + 8 > width:
        lead, indent, left = f"  {mark} ", 0, width - 4
    pieces = wrap(text.strip(), left)
    pad = " " * indent
    return [
        f"{lead if number == 0 else ' ' * len(lead)}{pad}{piece}"
        for number, piece in enumerate(pieces)
    ]
