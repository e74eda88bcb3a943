"""Counting what an evaluation finds right, of how many."""

from __future__ import annotations

import math
from collections import Counter


class Tally(Counter[str]):
    """Counts by name: of what was judged, and of what of it was right. Tallies add up by ``+=``."""

    def judge(self, name: str, right: bool) -> None:
        """Count one thing that was judged."""
        self[name] += 1
        self[f"{name} right"] += right

    def right(self, name: str) -> int:
        """Return how many of a name were right."""
        return self[f"{name} right"]

    def share(self, name: str) -> float:
        """Return the part of a name that was right, from 0 to 1; NaN where none was judged."""
        return self.right(name) / self[name] if self[name] else math.nan

    def text(self, name: str) -> str:
        """Write right, judged and share: ``12/13 0.923``; a dash where none was judged."""
        return f"{self.right(name)}/{self[name]} {self.share(name):.3f}" if self[name] else "-"
