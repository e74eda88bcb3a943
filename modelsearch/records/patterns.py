"""Regular expressions that are compiled when they are first used.

A question passes modules with sixty of them and uses a dozen; compiling all took 12 of the 70
milliseconds of processor time of a plain question. A list or a model uses none, and importing
``re`` takes a tenth of its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

#: What a pattern with ``\\d`` needs of an ASCII text.
DIGITS = tuple("0123456789")
#: Flags of ``re`` for who does not import it; a test holds that they are the same.
IGNORECASE, DOTALL, VERBOSE = 2, 16, 64


class Lazy:
    """A pattern that is not compiled yet; it has the attributes and methods of the compiled one."""

    __slots__ = ("_flags", "_made", "_needs", "_text")

    def __init__(self, text: str, flags: int, needs: tuple[str, ...]) -> None:
        self._text, self._flags, self._needs = text, flags, needs
        self._made: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self._made is None:
            import re

            self._made = re.compile(self._text, self._flags)
        return self._made

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in ``text``, if there is one."""
        return self.compiled.search(text) if self._may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of all of ``text``, if it matches."""
        return self.compiled.fullmatch(text) if self._may_match(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return all matches in ``text``."""
        return self.compiled.finditer(text) if self._may_match(text) else iter(())

    def sub(self, new: str, text: str, count: int = 0) -> str:
        """Return ``text`` with its matches (at most ``count``, where given) replaced."""
        return self.compiled.sub(new, text, count) if self._may_match(text) else text

    def _may_match(self, text: str) -> bool:
        if not self._needs or not text.isascii():
            return True
        any_case = self._flags & IGNORECASE or self._text.startswith("(?i")
        said = text.lower() if any_case else text
        return any(need in said for need in self._needs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiled, name)


def lazy(text: str, flags: int = 0, needs: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Return a pattern that behaves as ``re.compile(text, flags)`` and is compiled at its first
    use.

    ``needs`` are signs or words (in lower case where the pattern ignores case) of which one stands
    in every ASCII text that it matches: a text without them is turned down without compiling it. A
    test compiles all patterns, so that a mistake in one is found.
    """
    made: Any = Lazy(text, flags, needs)
    return made  # type: ignore[no-any-return]


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern that matches where one of several does, for asking all of them at once."""
    import re

    scoped = (
        f"(?i:{each.removeprefix('(?i)')})" if each.startswith("(?i)") else f"(?:{each})"
        for each in patterns
    )
    return re.compile("|".join(scoped))
