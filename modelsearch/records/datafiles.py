"""Reading the data files that lie beside the modules.

A question's path reads several; pathlib and importlib.resources would take longer to import.
"""

from __future__ import annotations

import os


def read_text(module: str, name: str) -> str:
    """Return the UTF-8 text of the file ``name`` beside ``module``, which is a ``__file__``."""
    with open(os.path.join(os.path.dirname(module), name), "rb") as file:
        return file.read().decode("utf-8")


def size_of(module: str, name: str) -> int:
    """Return the size in bytes of the file ``name`` beside ``module``."""
    return os.path.getsize(os.path.join(os.path.dirname(module), name))
