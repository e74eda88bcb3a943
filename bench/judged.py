"""Judged retrieval sets in corpus/queries/qrels form, their measures and their statistics."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_RESAMPLES = 2000
MEASURES = ("nDCG@10", "recall@100", "MRR@10")


@dataclass(frozen=True)
class JudgedSet:
    """Documents (id → title, text), their groups, queries (id → text) and grades.

    ``groups`` (document → group) are what a filter of a catalogue would be: the domain of a
    model. They are empty where a set has none.
    """

    name: str
    documents: dict[str, tuple[str, str]]
    groups: dict[str, str]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def load(folder: Path, qrels: str = "qrels.tsv") -> JudgedSet:
    """Read one judged set; queries without a relevant document are left out."""
    rows = _lines(folder / "corpus.jsonl.gz")
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / qrels).read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) >= 3 and fields[-1].lstrip("-").isdigit():
            grades[fields[0]][fields[-2]] = int(fields[-1])
    queries = {
        row["_id"]: row["text"]
        for row in _lines(folder / "queries.jsonl.gz")
        if any(grade > 0 for grade in grades.get(row["_id"], {}).values())
    }
    return JudgedSet(
        folder.name,
        {row["_id"]: (row.get("title") or "", row["text"]) for row in rows},
        {row["_id"]: group for row in rows if (group := _group(row))},
        queries,
        dict(grades),
    )


def sets_below(folder: Path, names: Sequence[str] = ()) -> list[Path]:
    """Return the folders of judged sets below ``folder``, all or those named."""
    found = sorted(path.parent for path in folder.glob("*/qrels.tsv"))
    return [path for path in found if not names or path.name in names]


def is_development(query: str) -> bool:
    """Return whether a query belongs to the half that settings are chosen on, by a hash of
    its id.
    """
    return hashlib.sha256(query.encode()).digest()[0] % 2 == 0


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


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of the mean; of a paired difference, give the differences."""
    rows = np.asarray(values)
    chosen = np.random.default_rng(seed).integers(0, len(rows), (_RESAMPLES, len(rows)))
    low, high = np.quantile(rows[chosen].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _group(row: dict[str, Any]) -> str | None:
    return (row.get("metadata") or {}).get("domain")


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
