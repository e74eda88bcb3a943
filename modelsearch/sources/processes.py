"""How reader processes are started."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Collection, Iterator
from multiprocessing.connection import wait


def fresh_processes() -> multiprocessing.context.BaseContext:
    """Return a way of starting processes that share nothing with this one: it may hold an open
    database connection, which no fork survives.

    A new interpreter takes modules from the working folder before its own; where that is the
    folder that is indexed, a ``socket.py`` in it would run. So that is switched off.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def become_reader() -> None:
    """Make this process one that reads for another: Ctrl-C is left to that one, and where it has
    ended, however it did, this one ends. (It would wait for work for ever: it holds both ends of
    the pipe that work comes through.)
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


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
