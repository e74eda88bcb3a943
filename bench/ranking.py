"""Ranking quality over judged sets in corpus/queries/qrels form.

Usage: python -m bench.ranking FOLDER [--sets scifact,nfcorpus] [--depth 1000]

Each set is written into a modelsearch database, a document a model with one passage, and asked
through the program's own rankers: keywords (FTS5), vectors, BM25 over the whole set, every pair,
and all fused. Reports nDCG@10, recall@100 and MRR@10 with 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import math
import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

from modelsearch.database import load_vector_functions, schema_sql
from modelsearch.embedding import embed_missing
from modelsearch.encoders import Encoder, load_encoder, to_int8
from modelsearch.search import cohort, lexical, semantic
from modelsearch.search.fusion import reciprocal_rank_fusion
from modelsearch.search.ranking import keep_candidates

_RESAMPLES = 1000


@dataclass(frozen=True)
class JudgedSet:
    """Documents (id → title, text), queries (id → text) and grades (query → document → grade)."""

    documents: dict[str, tuple[str, str]]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def load(folder: Path) -> JudgedSet:
    """Read one judged set."""
    documents = {
        row["_id"]: (row.get("title") or "", row["text"])
        for row in _lines(folder / "corpus.jsonl.gz")
    }
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text().splitlines():
        fields = line.split("\t")
        if len(fields) >= 3 and fields[-1].lstrip("-").isdigit():
            grades[fields[0]][fields[-2]] = int(fields[-1])
    queries = {
        row["_id"]: row["text"]
        for row in _lines(folder / "queries.jsonl.gz")
        if any(grade > 0 for grade in grades.get(row["_id"], {}).values())
    }
    return JudgedSet(documents, queries, dict(grades))


def build(judged: JudgedSet, encoder: Encoder) -> tuple[apsw.Connection, list[str]]:
    """Write a set into a database in memory; return it and the ids by row."""
    connection = apsw.Connection(":memory:")
    connection.execute(schema_sql())
    connection.execute("INSERT INTO root (id, path) VALUES (1, '/')")
    names = list(judged.documents)
    with connection:
        for number, (name, (title, text)) in enumerate(judged.documents.items(), 1):
            connection.execute(
                "INSERT INTO model (id, model_id, name, kind, root, path, size_bytes, "
                "content_hash, indexed_at) VALUES (?, ?, ?, 'script', 1, ?, 0, '', '')",
                (number, f"d{number}", name, f"d{number}"),
            )
            connection.execute(
                "INSERT INTO passage (id, model, kind, title, text, hash) "
                "VALUES (?, ?, 'profile', ?, ?, ?)",
                (number, number, title, text, f"{number}"),
            )
    embed_missing(connection, encoder)
    load_vector_functions(connection)
    keep_candidates(connection, "SELECT id FROM model", ())
    return connection, names


def evaluate(judged: JudgedSet, encoder: Encoder, depth: int) -> dict[str, dict[str, list[float]]]:
    """Ask every query of every ranker and combination; return each measure per query."""
    connection, names = build(judged, encoder)
    vectors = to_int8(encoder.encode(list(judged.queries.values())))
    okapi = _cohort_index(connection)
    results: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (query, text), vector in zip(judged.queries.items(), vectors, strict=True):
        single = {
            "keywords": lexical.search(connection, text, filtered=False, depth=depth),
            "vectors": semantic.search(connection, vector, filtered=False, depth=depth),
            "cohort": okapi(text, depth),
        }
        rankings = {name: [hit.model for hit in hits] for name, hits in single.items()}
        for size in range(1, len(rankings) + 1):
            for chosen in itertools.combinations(rankings, size):
                fused = reciprocal_rank_fusion({name: rankings[name] for name in chosen})
                found = [names[entry.model - 1] for entry in fused]
                for measure, value in measures(found, judged.grades[query]).items():
                    results[" + ".join(chosen)][measure].append(value)
    return results


def _cohort_index(connection: apsw.Connection):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """BM25 over the whole set, built once (the program builds it per cohort)."""
    index = cohort.CohortIndex.load(connection)
    return lambda text, depth: index.rank(text)[:depth]


def measures(found: Sequence[str], grades: dict[str, int]) -> dict[str, float]:
    """nDCG@10 (Järvelin and Kekäläinen 2002, linear gain), recall@100, MRR@10."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    gains = [max(grades.get(document, 0), 0) for document in found[:10]]
    ideal = sorted((max(grade, 0) for grade in grades.values()), reverse=True)[:10]
    first = next((rank for rank, name in enumerate(found[:10], 1) if name in relevant), None)
    return {
        "nDCG@10": _discounted(gains) / (_discounted(ideal) or 1.0),
        "recall@100": len(relevant & set(found[:100])) / len(relevant),
        "MRR@10": 1 / first if first else 0.0,
    }


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of the mean."""
    rng = random.Random(seed)
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]


def _lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main() -> None:
    """Evaluate each set under a folder and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default="")
    parser.add_argument("--depth", type=int, default=1000)
    options = parser.parse_args()
    encoder = load_encoder("default")
    if encoder is None:
        raise SystemExit("the shipped encoder is missing")
    wanted = options.sets.split(",") if options.sets else None
    for folder in sorted(path.parent for path in options.folder.glob("*/qrels.tsv")):
        if wanted and folder.name not in wanted:
            continue
        results = evaluate(load(folder), encoder, options.depth)
        print(
            f"\n{folder.name}\n{'rankers':32} {'nDCG@10':>8} {'95 %':>15} "
            f"{'recall@100':>11} {'MRR@10':>7}"
        )
        for name, by_measure in results.items():
            low, high = interval(by_measure["nDCG@10"])
            print(
                f"{name:32} {statistics.fmean(by_measure['nDCG@10']):8.3f} {low:7.3f}-{high:.3f}  "
                f"{statistics.fmean(by_measure['recall@100']):11.3f} "
                f"{statistics.fmean(by_measure['MRR@10']):7.3f}"
            )


if __name__ == "__main__":
    main()
