"""Fusion: several rankings in one order.

Reciprocal rank fusion is the default: it needs no scores that compare, only ranks, and more
rankings make it better (the question's words, its meaning, both again as the first results say
them, titles, the filtered cohort). The weights and ``RRF_K`` are chosen on the development halves
of the judged sets (docs/ranking.md). A weighted sum of scores (Bruch, Gai and Ingber, "An analysis
of fusion functions for hybrid retrieval", TOIS 2023) can be asked for with ``--fusion score``: a
model's score is then the sum of what each ranker says of it, brought to 0 … 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

RRF_K = 8  #: how much the first ranks count: the less, the more

#: What a place in each ranking counts. Where the cohort takes part, it shares the keywords' weight.
RANKED = {"keywords": 0.75, "vectors": 0.7, "feedback": 0.5, "titles": 0.1, "expanded": 0.3}

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


def rank_weights(rankings: Iterable[str]) -> dict[str, float]:
    """Return what a place in each of some rankings counts."""
    names = list(rankings)
    weights = {name: RANKED.get(name, 0.0) for name in names}
    if "cohort" in names:
        weights["cohort"] = RANKED["keywords"] * COHORT_SHARE
        weights["keywords"] = RANKED["keywords"] - weights["cohort"]
    return weights


def reciprocal_ranks(
    rankings: Mapping[str, Sequence[int]],
    k: int = RRF_K,
    weights: Mapping[str, float] | None = None,
) -> list[tuple[int, float]]:
    """Return (model, score), best first, by the sum of weight / (k + rank) over the rankings.

    Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods", SIGIR 2009. Without ``weights`` all count the same. Scores are divided by
    that of a first place everywhere; ties stay in the order of first appearance.
    """
    total: dict[int, float] = {}
    add_ranks(total, rankings, weights, k)
    counted = (1.0 if weights is None else weights[name] for name, some in rankings.items() if some)
    return by_score(total, best_by_ranks(counted, k))


def add_ranks(
    total: dict[int, float],
    rankings: Mapping[str, Sequence[int]],
    weights: Mapping[str, float] | None = None,
    k: int = RRF_K,
) -> None:
    """Add to each model's ``total`` what its places in some rankings count."""
    for name, ranking in rankings.items():
        weight = 1.0 if weights is None else weights[name]
        for place, model in enumerate(ranking, k + 1):
            total[model] = total.get(model, 0.0) + weight / place


def best_by_ranks(weights: Iterable[float], k: int = RRF_K) -> float:
    """Return what a first place in rankings of these weights counts."""
    return sum(weight / (k + 1) for weight in weights)


def by_score(total: Mapping[int, float], best: float) -> list[tuple[int, float]]:
    """Return (model, share of the best possible score), best first."""
    scaled = [(model, score / best if best else 0.0) for model, score in total.items()]
    return sorted(scaled, key=itemgetter(1), reverse=True)


def shares_of_ranks(ranks: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    """Return how much of a fused score each ranking gave, all of them together being 1."""
    given = {name: weights.get(name, 0.0) / (RRF_K + rank) for name, rank in ranks.items()}
    total = sum(given.values())
    return {name: part / total for name, part in given.items()} if total else {}
