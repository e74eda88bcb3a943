"""What the rankers say of a question, fused into places.

The catalogue's size decides how the rankers find their hits; how hits become an order is decided
here alone.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import apsw

from modelsearch.records.structs import frozen, replace
from modelsearch.records.typed import Any
from modelsearch.search import expansion, feedback, semantic
from modelsearch.search.fusion import (
    add_ranks,
    best_by_ranks,
    by_score,
    rank_weights,
    shares,
    weighted_sum,
    weights_of,
)
from modelsearch.search.ranking import Hit, Ranked, names_of_tied


@frozen
class Hits:
    """Each ranker's hits, best first, and the question's vector, where it has one.

    With ``feedback`` the first results may speak for the others; what filters left has been
    chosen already, and gains nothing by it. With ``by_rank`` only ranks count, not scores; then
    ``text``, given where the catalogue is small enough to be searched once more, lets the first
    results find more among the models that the vectors ``reached``, and gives their words, too,
    beside those by which the ``passages`` were found; only the first ``detailed`` places are told
    apart by ranking (None: all).
    """

    rankings: Mapping[str, Sequence[Hit]]
    vector: bytes | None = None
    feedback: bool = False
    by_rank: bool = False
    text: str = ""
    detailed: int | None = None
    reached: frozenset[int] = frozenset()
    passages: Sequence[tuple[Any, ...]] = ()

    @property
    def rankers(self) -> list[str]:
        """The rankers that found something."""
        return [name for name, hits in self.rankings.items() if hits]


def with_distances(connection: apsw.Connection, evidence: Hits) -> Hits:
    """Add the distances of models that the vectors' ranking does not reach but another does.

    So that a sum is made of what is known of a model, not of where its ranking was cut.
    """
    if evidence.vector is None:
        return evidence
    near = list(evidence.rankings.get("vectors", ()))
    reached = {hit.model for hit in near}
    others = {hit.model for hits in evidence.rankings.values() for hit in hits} - reached
    if not others:
        return evidence
    added = semantic.distances(connection, evidence.vector, others)
    vectors = sorted([*near, *added.values()], key=lambda hit: hit.score)
    return replace(evidence, rankings={**evidence.rankings, "vectors": vectors})


def places(connection: apsw.Connection, evidence: Hits) -> list[Ranked]:
    """Fuse, then score the first results again by what the very first of them say."""
    if evidence.by_rank:
        return _by_ranks(connection, evidence)
    evidence = with_distances(connection, evidence)
    found = _places(_fused(connection, evidence.rankings), evidence.rankings)
    nearest = {hit.model: hit.passage for hit in evidence.rankings.get("vectors", ())}
    first = [nearest.get(place.model) for place in found[: feedback.FIRST]]
    passages = [passage for passage in first if passage is not None]
    if not evidence.feedback or evidence.vector is None or not passages:
        return found
    moved = feedback.moved_vector(connection, evidence.vector, passages)
    ahead = _scored_again(connection, evidence, found[: feedback.POOL], moved)
    behind = found[feedback.POOL :]
    for place in behind:
        place.score = min(place.score or 0.0, ahead[-1].score or 0.0)
    return ahead + behind


def _by_ranks(connection: apsw.Connection, evidence: Hits) -> list[Ranked]:
    """Fuse by ranks, then once more with the rankings that the first results give."""
    rankings = {name: hits for name, hits in evidence.rankings.items() if hits}
    total: dict[int, float] = {}
    _add(total, rankings)
    if evidence.feedback and evidence.vector is not None:
        first = by_score(total, 1.0)[: feedback.POOL]
        more = _spoken_for(connection, evidence, _untied(connection, first), total)
        _add(total, more)
        rankings.update(more)
    weights = rank_weights(rankings)
    fused = _untied(connection, by_score(total, best_by_ranks(weights.values())))
    return _places(fused, rankings, evidence.detailed, weights)


def _add(total: dict[int, float], rankings: Mapping[str, Sequence[Hit]]) -> None:
    ranked = {name: [hit.model for hit in hits] for name, hits in rankings.items()}
    add_ranks(total, ranked, rank_weights(ranked))


def _spoken_for(
    connection: apsw.Connection,
    evidence: Hits,
    first: Sequence[tuple[int, float]],
    found: Container[int],
) -> dict[str, Sequence[Hit]]:
    """Return the rankings that the very first of the ``first`` results give the others.

    Where one of them has a word of the question, they also find what the question did not.
    """
    near = {hit.model: hit.passage for hit in evidence.rankings.get("vectors", ())}
    matched = {hit.model: hit.passage for hit in evidence.rankings.get("keywords", ())}
    chosen = [near.get(model) or matched.get(model) for model, _ in first[: feedback.FIRST]]
    passages = [passage for passage in chosen if passage is not None]
    if evidence.vector is None or not passages:
        return {}
    pool = [model for model, _ in first]
    moved = feedback.moved_vector(connection, evidence.vector, passages)
    if not evidence.text:
        again = semantic.distances(connection, moved, pool)
        return {"feedback": sorted(again.values(), key=lambda hit: (hit.score, hit.model))}
    worded = any(model in matched for model in pool[: feedback.FIRST])
    given: dict[str, Sequence[Hit]] = {
        "feedback": feedback.nearest(connection, moved, evidence.reached, found, finding=worded),
        "expanded": expansion.search(connection, evidence.passages, evidence.text, passages, pool),
    }
    return {name: hits for name, hits in given.items() if hits}


def _scored_again(
    connection: apsw.Connection, evidence: Hits, pool: Sequence[Ranked], vector: bytes
) -> list[Ranked]:
    members = {place.model: place for place in pool}
    rankings = {
        name: [hit for hit in hits if hit.model in members]
        for name, hits in evidence.rankings.items()
    }
    rankings["vectors"] = list(semantic.distances(connection, vector, members).values())
    ordered = []
    for model, score in _fused(connection, rankings):
        members[model].score = score
        ordered.append(members[model])
    return ordered


def _fused(
    connection: apsw.Connection, rankings: Mapping[str, Sequence[Hit]]
) -> list[tuple[int, float]]:
    strengths = {name: _strengths(name, hits) for name, hits in rankings.items() if hits}
    return _untied(connection, weighted_sum(strengths, weights_of(list(strengths))))


def _untied(connection: apsw.Connection, fused: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Break ties by model id, so that the same question gives the same bytes."""
    names = names_of_tied(connection, fused)
    return sorted(fused, key=lambda entry: (-entry[1], names.get(entry[0], ""))) if names else fused


def _strengths(ranker: str, hits: Sequence[Hit]) -> dict[int, float]:
    """Bring a ranker's scores to 0 … 1, larger being better."""
    if ranker == "vectors":
        return {hit.model: max(0.0, 1.0 - hit.score) for hit in hits}
    return shares({hit.model: abs(hit.score) for hit in hits})


def _places(
    fused: Sequence[tuple[int, float]],
    rankings: Mapping[str, Sequence[Hit]],
    detailed: int | None = None,
    weights: Mapping[str, float] | None = None,
) -> list[Ranked]:
    """Return places in order; only the first ``detailed`` say what each ranking had of them, and
    what a place in it counts.
    """
    places = [Ranked(model, score) for model, score in fused]
    told = {place.model: place for place in places[:detailed]}
    ranks: dict[int, dict[str, int]] = {model: {} for model in told}
    scores: dict[int, dict[str, float]] = {model: {} for model in told}
    for name, hits in rankings.items():
        for rank, hit in enumerate(hits, 1):
            if hit.model in told:
                ranks[hit.model][name] = rank
                scores[hit.model][name] = hit.score
    for model, place in told.items():
        place.ranks, place.scores, place.weights = ranks[model], scores[model], weights or {}
        place.distance = place.scores.get("vectors")
    return places
