"""Progress bars on stderr, only where a person watches."""

from __future__ import annotations

import sys
from types import TracebackType

from modelsearch.records.text import one_line
from modelsearch.records.typed import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tqdm import tqdm


_NAMED = 48  #: characters that the file at hand may take beside the bar


class Progress(Protocol):
    """Told how far a stage of work is: ``done`` of ``total``, and which file it is ``at``."""

    def __call__(self, stage: str, done: int, total: int, at: str = "") -> None:
        """Take note."""


def unwatched(stage: str, done: int, total: int, at: str = "") -> None:
    """Take no note of any progress."""


class ProgressBars:
    """Shows one bar at a time, a new one whenever the stage of work changes."""

    def __init__(self, *, enabled: bool | None = None) -> None:
        self._enabled = sys.stderr.isatty() if enabled is None else enabled
        self._stage = self._at = ""
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __call__(self, stage: str, done: int, total: int, at: str = "") -> None:
        """Report that ``done`` of ``total`` are through in ``stage``, which is ``at`` a file."""
        if not self._enabled:
            return
        if stage != self._stage or self._bar is None:
            from tqdm import tqdm

            self.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, unit="", file=sys.stderr, leave=False)
        bar = self._bar
        if bar is not None:
            bar.total = total
            new = at != self._at
            self._at = at
            bar.set_postfix_str(_ending(at), refresh=False)
            bar.update(done - bar.n)
            if new:
                bar.refresh()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None


def _ending(at: str) -> str:
    """Return the end of a path, which says most of it."""
    text = one_line(at) if at else ""
    return text if len(text) <= _NAMED else "…" + text[1 - _NAMED :]
