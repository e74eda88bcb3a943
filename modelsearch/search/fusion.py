"""Fusion: the evidence of several rankers in one score.

A model's score is a weighted sum of what each ranker says of it, brought to 0 … 1: the cosine
similarity as it is, keyword scores as shares of the question's best. Bruch, Gai and Ingber, "An
analysis of fusion functions for hybrid retrieval", TOIS 2023, find such a convex combination
better than reciprocal rank fusion in and out of domain, and so it is on the sets that this
program is measured on (docs/ranking.md): ranks forget how much better the first is than the
second. Reciprocal rank fusion, which needs no scores, can be asked for (``--fusion rrf``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RRF_K = 60  #: of reciprocal rank fusion, as its authors chose it

#: What a ranker's evidence counts. Where the cohort takes part, it shares the keywords' weight.
VECTORS = 1.0
KEYWORDS = 0.4
COHORT_SHARE = 0.5


def weights_of(rankers: Sequence[str]) -> dict[str, float]:
    """Return the weight of each ranker that takes part."""
    keywords = KEYWORDS
    weights = {"vectors": VECTORS} if "vectors" in rankers else {}
    if "cohort" in rankers:
        weights["cohort"] = keywords * COHORT_SHARE
        keywords -= weights["cohort"]
    if "keywords" in rankers:
        weights["keywords"] = keywords
    return weights


def shares(scores: Mapping[int, float]) -> dict[int, float]:
    """Return positive scores as shares of the best one."""
    best = max(scores.values(), default=0.0)
    return {model: score / best for model, score in scores.items()} if best > 0 else {}


def weighted_sum(
    evidence: Mapping[str, Mapping[int, float]], weights: Mapping[str, float]
) -> list[tuple[int, float]]:
    """Return (model, score), best first, of evidence in 0 … 1 by ranker and model.

    What a ranker says nothing of counts 0 there. Scores are divided by the best possible one;
    ties stay in the order of first appearance.
    """
    best = sum(weights[name] * max(found.values()) for name, found in evidence.items() if found)
    total: dict[int, float] = {}
    for name, found in evidence.items():
        for model, strength in found.items():
            total[model] = total.get(model, 0.0) + weights[name] * strength
    scaled = ((model, score / best if best else 0.0) for model, score in total.items())
    return sorted(scaled, key=lambda entry: -entry[1])


def reciprocal_ranks(
    rankings: Mapping[str, Sequence[int]], k: int = RRF_K
) -> list[tuple[int, float]]:
    """Return (model, score), best first, by the sum of 1 / (k + rank) over the rankings.

    Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods", SIGIR 2009. Scores are divided by that of a first place everywhere; ties
    stay in the order of first appearance.
    """
    total: dict[int, float] = {}
    for ranking in rankings.values():
        for rank, model in enumerate(ranking, 1):
            total[model] = total.get(model, 0.0) + 1.0 / (k + rank)
    best = sum(1.0 / (k + 1) for ranking in rankings.values() if ranking)
    scaled = ((model, score / best) for model, score in total.items())
    return sorted(scaled, key=lambda entry: -entry[1])
