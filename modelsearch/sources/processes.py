"""How reader processes are started."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Collection, Iterator


def fresh_processes() -> multiprocessing.context.BaseContext:
    """Return a way of starting processes that share nothing with this one: it may hold an open
    database connection, which no fork survives.

    A new interpreter takes modules from the working folder before its own; where that is the
    folder that is indexed, a ``socket.py`` in it would run. So that is switched off.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


@contextlib.contextmanager
def ended_early() -> Iterator[None]:
    """End the processes that were started inside where whoever waits for them gives up, as after
    Ctrl-C: what they read would go nowhere, and a long file would keep the program from ending.
    """
    others = set(multiprocessing.active_children())
    try:
        yield
    except BaseException:
        end_processes(others)
        raise


def end_processes(others: Collection[object] = ()) -> None:
    """End the processes that this one has started, but for some ``others``."""
    for process in multiprocessing.active_children():
        if process not in others:
            process.terminate()
