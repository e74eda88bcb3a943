"""Reciprocal rank fusion: rankings of different scales joined by rank alone.

Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009: the score of a document is the sum over rankings of 1/(k + rank).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

K = 60  #: the paper's constant; larger flattens the difference between ranks


@dataclass(slots=True)
class Fused:
    """A model's place in the fused ranking: its score (first everywhere is 1) and its ranks."""

    model: int
    score: float
    ranks: dict[str, int] = field(default_factory=dict)


def reciprocal_rank_fusion(
    rankings: Mapping[str, Sequence[int]],
    weights: Mapping[str, float] | None = None,
    k: int = K,
) -> list[Fused]:
    """Join rankings (name → model row ids, best first); ties stay in order of first appearance.

    Scores are divided by the best possible, so that first place in every ranking gives 1.
    """
    weights = weights or {}
    best = sum(weights.get(name, 1.0) / (k + 1) for name, ranking in rankings.items() if ranking)
    fused: dict[int, Fused] = {}
    for name, ranking in rankings.items():
        weight = weights.get(name, 1.0)
        for rank, model in enumerate(ranking, 1):
            entry = fused.setdefault(model, Fused(model, 0.0))
            entry.score += weight / (k + rank) / best
            entry.ranks[name] = rank
    return sorted(fused.values(), key=lambda entry: -entry.score)
