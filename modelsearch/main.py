"""The entry point: run the command line, turn expected failures into one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys

from modelsearch.errors import ModelsearchError, UsageError
from modelsearch.quick import answer_quickly


def main() -> None:
    """Run the command line on the process's arguments."""
    gc.disable()  # importing leaves no garbage, and what one question leaves goes with the process
    try:
        if answer_quickly(sys.argv[1:]):
            _leave()
        from modelsearch.cli import app

        gc.enable()
        app()
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


def _leave() -> None:
    """End the process without taking its modules down one by one: nothing is open any more."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _fail(message: str, code: int) -> None:
    sys.stderr.write(f"modelsearch: {message}\n")
    sys.exit(code)
