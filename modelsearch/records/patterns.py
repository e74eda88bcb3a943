"""Regular expressions that are compiled when they are first used.

A question passes modules with sixty of them and uses a dozen; compiling all took 12 of the 70
milliseconds of processor time of a plain question.
"""

from __future__ import annotations

import re
from typing import Any


class Lazy:
    """A pattern that is not compiled yet; it has the attributes and methods of the compiled one."""

    __slots__ = ("_flags", "_made", "_text")

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags
        self._made: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self._made is None:
            self._made = re.compile(self._text, self._flags)
        return self._made

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiled, name)


def lazy(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what behaves as ``re.compile(text, flags)`` and is compiled at its first use.

    A mistake in it is found by the test that compiles every pattern of the package.
    """
    made: Any = Lazy(text, flags)
    return made  # type: ignore[no-any-return]
