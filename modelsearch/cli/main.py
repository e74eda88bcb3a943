"""The entry point: run the command line, turn expected failures into one line and an exit code."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence

from modelsearch.cli.quick import answer_quickly

_HELP = frozenset({"--help", "-h"})


def main() -> None:
    """Run the command line on the process's arguments."""
    gc.disable()  # importing leaves no garbage, and what one question leaves goes with the process
    _open_streams()
    try:
        leave = _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away, as in `| head`: not an error of ours.
        _silence()
        sys.exit(0)
    except SystemExit as end:
        sys.exit(_flushed(end.code))
    except BaseException as error:
        from modelsearch.cli.failures import tell

        code = tell(error)
        _flushed(code)
        sys.exit(code)
    if leave:
        _leave()


def _run(arguments: Sequence[str]) -> bool:
    """Run a command; True where nothing is open any more and the process may end at once."""
    asked = os.environ.get("_MODELSEARCH_COMPLETE")
    if asked:
        from modelsearch.cli.completing import answer_the_shell

        if answer_the_shell(asked):
            return True
    if answer_quickly(arguments):
        return True
    from modelsearch.cli.app import app

    if _HELP.isdisjoint(arguments):
        gc.freeze()  # what has been imported stays: no later collection looks through it
        gc.enable()
        app()
        return False
    try:
        app()
    except SystemExit as end:
        if end.code:
            raise
    return True


def _open_streams() -> None:
    """Give a process that was started without stdin, stdout or stderr ones that are closed, so
    that no file that is opened later takes their place.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            # Reading finds nothing; writing an answer where nobody can read it is a failure.
            taken = os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_RDWR)
            if taken != number:
                os.dup2(taken, number)
                os.close(taken)
            setattr(sys, name, os.fdopen(number, mode, closefd=False))


def _flushed(code: str | int | None) -> str | int | None:
    """Write out what is left; return the exit code, that of the failure where this one fails."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
    except OSError as error:
        from modelsearch.cli.failures import tell

        _silence()
        return code or tell(error)
    return code


def _silence() -> None:
    """Let what is still to be written go nowhere, so that the interpreter's end is quiet."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave() -> None:
    """End the process without taking its modules down one by one: nothing is open any more."""
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(0)
