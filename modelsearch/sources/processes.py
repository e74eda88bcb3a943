"""How reader processes are started."""

from __future__ import annotations

import multiprocessing
import os


def fresh_processes() -> multiprocessing.context.BaseContext:
    """Return a way of starting processes that share nothing with this one: it may hold an open
    database connection, which no fork survives.

    A new interpreter takes modules from the working folder before its own; where that is the
    folder that is indexed, a ``socket.py`` in it would run. So that is switched off.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
