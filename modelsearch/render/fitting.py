"""Long answers on a screen: as much as it holds, and what is left by name."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.text import paragraph

TOLD = 2  #: lines that say what is left
_LEAST = 6  #: lines that the first part gets, however small the screen
_LONGEST_NAME = 40  #: cells up to which what a part begins with is its name


def fitted(parts: Sequence[str], room: int | None, width: int, how: str) -> str:
    """Return the parts of a text in at most ``room`` lines.

    Of the first part as many rows as fit are shown, the others only whole; the last part, which
    sums up, always. A last line counts what is left out and says ``how`` to see it. Without
    ``room`` everything is returned.
    """
    whole = "\n\n".join(parts)
    if room is None or whole.count("\n") < room:
        return whole
    first, *others = parts
    room -= TOLD
    shown, rows = _rows(first.split("\n"), max(room, _LEAST))
    left = [f"{rows} more {'row' if rows == 1 else 'rows'}"] if rows else []
    kept = ["\n".join(shown)]
    room -= len(shown)
    for part in others:
        lines = part.count("\n") + 2
        if lines <= room and not rows:
            kept.append(part)
            room -= lines
        else:
            left.append("the summary in words" if part is others[-1] else _name(part))
    told = paragraph(f"left out: {'; '.join(_counted(left))} ({how})", width, rest="  ")
    return "\n\n".join(kept) + f"\n{told}"


def _rows(lines: list[str], room: int) -> tuple[list[str], int]:
    """Return as many whole rows as fit and how many are left."""
    end = min(room, len(lines))
    while 0 < end < len(lines) and not _begins_a_row(lines[end]):
        end -= 1
    return lines[:end], sum(1 for line in lines[end:] if _begins_a_row(line))


def _begins_a_row(line: str) -> bool:
    """A row goes on in lines that begin with a space; the points of a list are rows."""
    return line.lstrip().startswith("+ ") or not line.startswith(" ")


def _counted(names: Sequence[str]) -> list[str]:
    """Return names, each once, and how many parts have none."""
    named = [name for name in dict.fromkeys(names) if name]
    others = len(names) - sum(1 for name in names if name)
    if others:
        named.insert(len(named) - 1, f"{others} more {'part' if others == 1 else 'parts'}")
    return named


def _name(part: str) -> str:
    """Return what a part begins with, up to its colon; a table or a long sentence has none."""
    start, colon, _ = part.split("\n")[0].partition(":")
    return start if colon and len(start) <= _LONGEST_NAME else ""
