"""Patterns of ``.gitignore`` that take no longer than the path is long, whoever wrote them.

pathspec makes a regular expression of each pattern. Python tries all ways in which the stars of one
share a name: ``*a*a*a*a*a*a*b`` never ends on a name of a hundred letters. Of all but the last star
of a name the shortest way is the best, and so it is of all but the last ``**`` of a path; so these
are made atomic, that is, never tried again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_STAR, _AHEAD, _BETWEEN = "[^/]*", "(?:.+/)?", "(?:/.+)?"
_LAZY = {_AHEAD: "(?:.+?/)??", _BETWEEN: "(?:/.+?)??"}
#: What pathspec's regular expressions are made of: the parts above, groups for the end of a name,
#: classes of letters, letters.
_PARTS = re.compile(
    r"\[\^/\]\*|\(\?:\.\+/\)\?|\(\?:/\.\+\)\?|\(\?:\(\?P<\w+>/\)\|\$\)|\(\?P<\w+>/\)"
    r"|\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]?[+]?|.",
    re.DOTALL,
)
_Parts = list[str]


class Pattern(GitIgnoreSpecPattern):
    """A pattern of git as pathspec reads it, whose stars never go back."""

    __slots__ = ()

    @classmethod
    def pattern_to_regex(cls, pattern: str) -> tuple[str | None, bool | None]:  # type: ignore[override]
        """Return the regular expression of a pattern, and whether it ignores what it matches."""
        regex, ignores = super().pattern_to_regex(pattern)
        return regex and never_going_back(regex), ignores


def spec_of(patterns: Iterable[str]) -> GitIgnoreSpec:
    """Return what says of a path whether patterns ignore it. Raises ValueError for what is none."""
    return GitIgnoreSpec.from_lines(patterns, Pattern, backend="simple")


def never_going_back(regex: str) -> str:
    """Return a regular expression of pathspec's that matches the same paths in linear time."""
    stretches: list[_Parts] = [[]]
    for part in _PARTS.findall(regex):
        if part in _LAZY:
            stretches.append([])
        stretches[-1].append(part)
    *before, last = stretches
    return "".join([*(_stretch(parts, ended=True) for parts in before), _stretch(last)])


def _stretch(parts: _Parts, *, ended: bool = False) -> str:
    """Write what lies between two ``**``; where one follows, a folder ends there."""
    if not parts or parts[0] not in _LAZY:
        return _names(parts)
    written = _LAZY[parts[0]] + _names(parts[1:])
    return f"(?>{written}(?=/))" if ended else written


def _names(parts: _Parts) -> str:
    """Write the names of a stretch: of the stars in a name all but the last are atomic."""
    written: list[str] = []
    at_star: int | None = None
    for part in parts:
        if part == _STAR:
            if at_star is not None:
                written[at_star:] = [f"(?>{_STAR}?{''.join(written[at_star + 1 :])})"]
            at_star = len(written)
        elif part.startswith("(") or part == "/":
            at_star = None
        written.append(part)
    return "".join(written)
