"""What somebody may have meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable

_LIKE = 0.66  #: how alike two names must be, 0 to 1
_SHOWN = 3
_BEGINNING = 4  #: characters by which a name is found of which nothing else is alike


def closest(name: str, known: Iterable[str], most: int = _SHOWN) -> list[str]:
    """Return the names that are most like one, the likest first, and those that contain it."""
    import difflib

    by_fold = {one.casefold(): one for one in known}
    wanted = name.casefold()
    near = difflib.get_close_matches(wanted, by_fold, most, _LIKE)
    if len(wanted) >= 3:
        near += [one for one in by_fold if wanted in one][:most]
    if not near and len(wanted) > _BEGINNING:
        near = [one for one in by_fold if one.startswith(wanted[:_BEGINNING])]
    return [by_fold[one] for one in dict.fromkeys(near)][:most]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that says what may have been meant, or nothing."""
    close = closest(name, known)
    return f"; did you mean {' or '.join(close)}?" if close else ""
