"""The entry point: run the command line, turn expected failures into one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from modelsearch.cli.quick import answer_quickly
from modelsearch.records.errors import ModelsearchError, UnreadError, UsageError

_HELP = frozenset({"--help", "-h"})


def main() -> None:
    """Run the command line on the process's arguments."""
    gc.disable()  # importing leaves no garbage, and what one question leaves goes with the process
    try:
        _run(sys.argv[1:])
    except UnreadError as error:
        _fail(f"{error} (--lenient answers without it)", 1)
    except UsageError as error:
        _fail(str(error), 2)
    except ModelsearchError as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:
        _fail("interrupted; what was committed is kept", 130)
    except BrokenPipeError:
        # The reader went away, as in `| head`: not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _run(arguments: Sequence[str]) -> None:
    if answer_quickly(arguments):
        _leave()
    from modelsearch.cli.app import app

    if _HELP.isdisjoint(arguments):
        gc.freeze()  # what has been imported stays: no later collection looks through it
        gc.enable()
        app()
        return
    try:
        app()
    except SystemExit as end:
        if end.code:
            raise
    _leave()


def _leave() -> None:
    """End the process without taking its modules down one by one: nothing is open any more."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _fail(message: str, code: int) -> None:
    sys.stderr.write(f"modelsearch: {message}\n")
    sys.exit(code)
