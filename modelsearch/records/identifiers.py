"""Model ids that a person would choose: made from the path, unique, stable.

``Generative-Oxford-102-Flower/v2.py`` becomes ``Generative-Oxford-102-Flower_v2``. A script that
lies directly in the indexed folder takes the folder's name in front (``pytorch-cifar/main.py``,
indexed as ``pytorch-cifar``, becomes ``pytorch-cifar_main``). An id depends on nothing but the
model's own path unless two paths make the same one; then the one already in the database keeps
it and the newcomer is told apart by its kind, its root's name, or a number.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

_UNFIT = re.compile(r"[^\w.+-]+")


def base_id(root_name: str, path: str) -> str:
    """Return the id that a path asks for.

    ``root_name`` is the indexed folder's own name; ``path`` is relative to it.
    """
    parts = _parts(path)
    if len(parts) == 1:
        parts = [root_name, *parts]
    return "_".join(filter(None, map(_fit, parts))) or "model"


def choose_id(root_name: str, path: str, taken: Callable[[str], bool]) -> str:
    """Return the first id for ``path`` that ``taken`` does not know."""
    return next(candidate for candidate in _candidates(root_name, path) if not taken(candidate))


def _candidates(root_name: str, path: str) -> Iterator[str]:
    base = base_id(root_name, path)
    yield base
    suffix = PurePosixPath(path).suffix.lstrip(".").lower()
    if suffix:
        yield f"{base}_{suffix}"
    prefix = _fit(root_name)
    if prefix and not base.startswith(prefix + "_"):
        yield f"{prefix}_{base}"
    for number in itertools.count(2):
        yield f"{base}_{number}"


def _parts(path: str) -> list[str]:
    pure = PurePosixPath(path)
    return [*pure.parts[:-1], pure.stem]


def _fit(part: str) -> str:
    """Make a path part fit to be typed and quoted: spaces and odd characters become dashes."""
    return _UNFIT.sub("-", part).strip("-")
