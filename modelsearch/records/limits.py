"""A bound on the time that reading one thing may take."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class TimeUp(BaseException):
    """Raised by the alarm; a BaseException so that no broad handler swallows it."""


@contextlib.contextmanager
def time_limit(busy: float, passed: float) -> Iterator[None]:
    """Raise TimeUp in this thread after ``busy`` seconds of processor time, or after ``passed``
    seconds on the clock, where the system can (not on Windows). The clock is given longer: a busy
    machine must not fail sound files, but what waits for ever must end, too.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TimeUp

    alarms = (
        (signal.SIGPROF, signal.ITIMER_PROF, busy),
        (signal.SIGALRM, signal.ITIMER_REAL, passed),
    )
    previous = [signal.signal(number, ring) for number, _, _ in alarms]
    for _, timer, seconds in alarms:
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(alarms, previous, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
