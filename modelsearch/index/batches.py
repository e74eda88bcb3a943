"""Items in batches, as they come: each batch is one transaction of an index run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

_LONGEST_S = 3.0  #: seconds after which what was read is written: a run that is ended keeps it


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of ``size`` items in order, shorter ones where items take long; none is empty."""
    batch: list[Item] = []
    begun = time.monotonic()
    for item in items:
        batch.append(item)
        if len(batch) == size or time.monotonic() - begun > _LONGEST_S:
            yield batch
            batch, begun = [], time.monotonic()
    if batch:
        yield batch
