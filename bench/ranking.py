"""Ranking quality over judged sets in corpus/queries/qrels form.

Usage: python -m bench.ranking FOLDER [--sets scifact,nfcorpus] [--cache FOLDER]

Each set is written into a modelsearch database, a document a model with one passage, and asked
through the program's own rankers: keywords (FTS5), vectors, BM25 over the candidates, every pair,
all three, the same by reciprocal rank fusion, and the program as it is. Where documents have
groups, as models have tasks, every question is asked once more with its answer's group as filter.
Means of nDCG@10 with 95 % bootstrap intervals, on all queries and on the development and the
report half, recall@100 and MRR@10, and the paired difference of the program to the best single
ranker.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

from bench.cache import CachedEncoder
from bench.judged import MEASURES, JudgedSet, interval, is_development, load, measures, sets_below
from modelsearch.index.embedding import embed_missing
from modelsearch.search import cohort, lexical, semantic
from modelsearch.search.encoders import Encoder, load_encoder, to_int8
from modelsearch.search.fusion import reciprocal_ranks, shares, weighted_sum, weights_of
from modelsearch.search.pipeline import rank
from modelsearch.search.ranking import Hit, Request, SqlFilter, keep_candidates
from modelsearch.store.database import load_vector_functions
from modelsearch.store.schema import schema_sql

PROGRAM, BY_SCORE = "the program", "the program, by score"
_PLAIN_K = 60  #: of plain reciprocal rank fusion
_SINGLE = ("keywords", "vectors", "cohort")
_DEPTH = 1000

#: Per ranker or combination and measure: a value a query.
Results = Mapping[str, Mapping[str, list[float]]]


@dataclass(frozen=True)
class Catalogue:
    """A judged set as a database; ``names`` are document ids by model row id − 1."""

    judged: JudgedSet
    connection: apsw.Connection
    names: list[str]
    vectors: dict[str, bytes]


def build(judged: JudgedSet, encoder: Encoder) -> Catalogue:
    """Write a set into a database in memory and encode its documents and queries."""
    connection = apsw.Connection(":memory:")
    connection.execute(schema_sql())
    connection.execute("INSERT INTO root (id, path) VALUES (1, '/')")
    with connection:
        for number, (name, (title, text)) in enumerate(judged.documents.items(), 1):
            connection.execute(
                "INSERT INTO model (id, model_id, name, kind, root, path, size_bytes, task) "
                "VALUES (?, ?, ?, 'script', 1, ?, 0, ?)",
                (number, f"d{number}", name, f"d{number}", judged.groups.get(name)),
            )
            connection.execute(
                "INSERT INTO passage (id, model, kind, title, text, hash) "
                "VALUES (?, ?, 'profile', ?, ?, ?)",
                (number, number, title, text, number),
            )
    embed_missing(connection, encoder)
    load_vector_functions(connection)
    vectors = to_int8(encoder.encode(list(judged.queries.values())))
    asked = dict(zip(judged.queries.values(), vectors, strict=True))
    return Catalogue(judged, connection, list(judged.documents), asked)


def evaluate(catalogue: Catalogue, *, filtered: bool) -> Results:
    """Ask every query of every ranker and combination.

    With ``filtered`` the candidates are the documents of the groups that the answers are in.
    """
    results: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    index: dict[frozenset[str], cohort.CohortIndex] = {}
    for query, text in catalogue.judged.queries.items():
        grades = catalogue.judged.grades[query]
        groups = frozenset(
            catalogue.judged.groups.get(name, "") for name, grade in grades.items() if grade > 0
        )
        where = _filter(groups) if filtered else None
        chosen = where or SqlFilter("SELECT id FROM model", ())
        size = keep_candidates(catalogue.connection, chosen.sql, chosen.parameters)
        key = groups if filtered else frozenset()
        if key not in index:
            index[key] = cohort.CohortIndex.load(
                catalogue.connection, size, cohort.CHARACTERS if filtered else 10**9
            )
        rankings = _rankings(catalogue, text, index[key], filtered)
        found = _combined(rankings)
        for name, by_rank in ((BY_SCORE, False), (PROGRAM, True)):
            asked = Request(text, catalogue.vectors.get, by_rank=by_rank)
            answer = rank(catalogue.connection, where, asked)
            found[name] = [place.model for place in answer.places]
        for name, models in found.items():
            ids = [catalogue.names[model - 1] for model in models]
            for measure, value in measures(ids, grades).items():
                results[name][measure].append(value)
    return results


def _filter(groups: frozenset[str]) -> SqlFilter:
    marks = ", ".join("?" * len(groups))
    return SqlFilter(f"SELECT id FROM model WHERE task IN ({marks})", tuple(sorted(groups)))


def _rankings(
    catalogue: Catalogue, text: str, index: cohort.CohortIndex, filtered: bool
) -> dict[str, list[Hit]]:
    connection, vector = catalogue.connection, catalogue.vectors[text]
    return {
        "keywords": lexical.search(connection, text, filtered=filtered, depth=_DEPTH),
        "vectors": semantic.search(
            connection, vector, filtered=filtered, depth=len(catalogue.names)
        ),
        "cohort": index.rank(text),
    }


def _combined(rankings: Mapping[str, Sequence[Hit]]) -> dict[str, list[int]]:
    """Every ranker, pair and all of them, by the program's weights; all by reciprocal ranks."""
    strengths = {
        name: {hit.model: 1.0 - hit.score for hit in hits}
        if name == "vectors"
        else shares({hit.model: abs(hit.score) for hit in hits})
        for name, hits in rankings.items()
    }
    found: dict[str, list[int]] = {}
    for size in range(1, len(_SINGLE) + 1):
        for chosen in itertools.combinations(_SINGLE, size):
            parts = {name: strengths[name] for name in chosen if strengths[name]}
            fused = weighted_sum(parts, weights_of(list(parts)))
            found[" + ".join(chosen)] = [model for model, _ in fused]
    for chosen in (("keywords", "vectors"), _SINGLE):
        ranked = {name: [hit.model for hit in rankings[name]][:_DEPTH] for name in chosen}
        found[f"{' + '.join(chosen)}, RRF"] = [
            model for model, _ in reciprocal_ranks(ranked, _PLAIN_K)
        ]
    return found


def report(title: str, judged: JudgedSet, results: Results) -> str:
    """Return a table of means and intervals, and the difference to the best single ranker."""
    development = [is_development(query) for query in judged.queries]
    lines = [
        "",
        f"{title}: {len(judged.documents)} documents, {len(development)} queries "
        f"({sum(development)} for development)",
        f"{'rankers':34} {'nDCG@10':>8} {'95 %':>13}  {'dev':>6} {'report':>6} "
        f"{'recall@100':>11} {'MRR@10':>7}",
    ]
    for name, by_measure in results.items():
        ndcg, recall, mrr = (by_measure[measure] for measure in MEASURES)
        low, high = interval(ndcg)
        halves = [_mean_where(ndcg, development, half) for half in (True, False)]
        lines.append(
            f"{name:34} {statistics.fmean(ndcg):8.3f} {low:7.3f}-{high:.3f}  {halves[0]:6.3f} "
            f"{halves[1]:6.3f} {statistics.fmean(recall):11.3f} {statistics.fmean(mrr):7.3f}"
        )
    best = max(_SINGLE, key=lambda name: statistics.fmean(results[name][MEASURES[0]]))
    for other in (best, "keywords + vectors, RRF", BY_SCORE):
        lines.append(_difference(results, other, development))
    return "\n".join(lines)


def _difference(results: Results, other: str, development: Sequence[bool]) -> str:
    pairs = zip(results[PROGRAM][MEASURES[0]], results[other][MEASURES[0]], strict=True)
    gains = [mine - theirs for mine, theirs in pairs]
    unseen = [gain for gain, seen in zip(gains, development, strict=True) if not seen]
    parts = []
    for label, values in (("all", gains), ("report half", unseen)):
        low, high = interval(values)
        parts.append(f"{statistics.fmean(values):+.3f} ({low:+.3f} to {high:+.3f}) {label}")
    return f"{PROGRAM} - {other}: {'; '.join(parts)}"


def _mean_where(values: Sequence[float], flags: Sequence[bool], wanted: bool) -> float:
    return statistics.fmean(v for v, flag in zip(values, flags, strict=True) if flag is wanted)


def main() -> None:
    """Evaluate each set under a folder and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default="", help="names of sets, separated by commas")
    parser.add_argument("--qrels", default="qrels.tsv", help="which judgements")
    parser.add_argument("--cache", type=Path, help="keep vectors here between runs")
    options = parser.parse_args()
    encoder = load_encoder("default")
    if encoder is None:
        raise SystemExit("the shipped encoder is missing")
    if options.cache:
        encoder = CachedEncoder(encoder, options.cache)
    for folder in sets_below(options.folder, [name for name in options.sets.split(",") if name]):
        if not (folder / options.qrels).exists():
            continue
        judged = load(folder, options.qrels)
        catalogue = build(judged, encoder)
        print(report(folder.name, judged, evaluate(catalogue, filtered=False)), flush=True)
        if judged.groups:
            results = evaluate(catalogue, filtered=True)
            print(report(f"{folder.name}, filtered by group", judged, results), flush=True)


if __name__ == "__main__":
    main()
