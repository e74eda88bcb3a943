"""How questions, memory and disk grow with a catalogue, from ten thousand to two million models.

    make bench-scale SIZES=10k,100k,1M,2M DATA=FOLDER_OF_SETS

Catalogues are made by bench.catalogue where they are not there yet. For each size it prints, over
a fixed mix of questions, p50, p95 and p99 by class (one warm process), the time of a cold process
(the file in the page cache), its peak memory, disk by part, and the exponents by which each class
grows. The first question of a class whose text is new is encoded anew; nothing is cached between
questions but the encoder.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from bench.catalogue import parse_size, write_catalogue
from bench.realtexts import encode_all
from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.records.wordlists import word_tuple
from modelsearch.store.database import fetch_value, open_for_reading

TODAY = date(2023, 1, 1)
#: Words that open like an order ("train model") are searched for all the same.
_OPTIONS = QueryOptions(today=TODAY, lenient=True)
_REPEATS = 3
_DATASETS = (
    "CIFAR-10",
    "MNIST",
    "SQuAD",
    "SST-2",
    "CelebA",
    "LibriSpeech",
    "CIFAR-100",
    "IMDB",
    "Fashion-MNIST",
    "Common Voice",
)
_FAMILIES = word_tuple("""
    diffusion BERT CNN GAN LSTM ResNet T5 transformer VAE U-Net
""")
_TOPICS = (
    "sentiment of tweets",
    "german to english",
    "swahili speech",
    "medical abstracts",
    "protein sequences",
    "question answering over tables",
    "names in clinical notes",
    "handwriting",
    "toxic comments",
    "keyword spotting",
)
_RARE = ("newborn cerebral white matter", "camembert-ner", "LaBSE", "candida albicans",
         "opus-mt-sv", "pong deterministic", "biomedical relation extraction yeast",
         "legal judgement swiss", "wav2vec2 frisian", "hateful memes", "kinyarwanda",
         "chemistry smiles molecules", "arxiv abstracts topic", "vitiligo", "myocardial infarction",
         "bpe tokenizer icelandic", "esperanto", "covid chest radiographs", "snake species",
         "poetry haiku")  # fmt: skip
_COMMON = ("train model", "base uncased", "finetuned model training", "trained adam",
           "small english", "large base", "class task", "cuda training model", "text task",
           "framework class model", "loss optimizer", "train", "english model task",
           "base finetuned", "small model", "classification task text", "language task",
           "adamw entropy", "cross entropy loss", "finetuned")  # fmt: skip
_MONTHS = ("March 2022", "May 2021", "December 2020", "August 2022", "April 2022", "July 2021")
_FRAMEWORKS = ("PyTorch", "TensorFlow", "JAX", "Keras")


def questions() -> list[tuple[str, str]]:
    """Return the mix: (class, question), the same for every size."""
    mix: list[tuple[str, str]] = []
    pairs = list(zip(_FAMILIES, _DATASETS, strict=True))
    mix += [("facet", f"{family} models trained on {dataset}") for family, dataset in pairs]
    mix += [("facet", f"{name} models") for name in _FRAMEWORKS]
    mix += [("facet", f"models on {dataset} without attention") for dataset in _DATASETS]
    mix += [("facet", f"{family} models in PyTorch with AdamW") for family in _FAMILIES]
    mix += [("facet", f"{family} models with batch size over 64") for family in _FAMILIES[:6]]
    mix += [("facet", f"models with learning rate below {rate}") for rate in ("1e-4", "5e-5")]
    mix += [
        ("facet", "models with more than 100 million parameters"),
        ("facet", "models with the most epochs"),
        ("facet", "latest 10 models"),
    ]
    mix += [
        ("facet and words", f"{framework} models for {topic}")
        for framework in _FRAMEWORKS[:3]
        for topic in _TOPICS
    ]
    mix += [
        ("facet and words", f"{family} models on {dataset} for {topic}")
        for (family, dataset), topic in zip(pairs, _TOPICS, strict=True)
    ]
    mix += [("words", topic) for topic in _TOPICS]
    mix += [("words", f"find me something that handles {topic}") for topic in _TOPICS]
    mix += [("rare words", words) for words in _RARE]
    mix += [("common words", words) for words in _COMMON]
    mix += [("dates", f"models created in {month}") for month in _MONTHS]
    mix += [
        ("dates", f"{family} models created since {month}")
        for family, month in zip(_FAMILIES, _MONTHS, strict=False)
    ]
    mix += [
        ("dates", "models modified between March 2021 and May 2021"),
        ("dates", "models modified between 1 June 2020 and 12 August 2022"),
    ]
    mix += [
        ("dates", f"models created {when}")
        for when in ("in March", "before 2020", "in the past 10 days", "in Q1 2022")
    ]
    mix += [("dates", "TensorFlow models created in 2021"), ("dates", "oldest 5 models")]
    mix += [("counts", f"how many models were trained on {dataset}") for dataset in _DATASETS]
    mix += [
        ("counts", f"how many {family} models use {framework}")
        for family, framework in zip(_FAMILIES, _FRAMEWORKS * 3, strict=False)
    ]
    mix += [
        ("values", "how many models per dataset"),
        ("values", "how many PyTorch models per family"),
        ("values", "which datasets did I use with BERT"),
    ]
    return mix


def pictured(connection: Any) -> list[tuple[str, str]]:
    """Return questions about models that have pictures in every size."""
    rows = connection.execute(
        "SELECT DISTINCT m.model_id FROM image i JOIN model m ON m.id = i.model "
        "WHERE m.id < 9000 ORDER BY m.id LIMIT 20"
    ).fetchall()
    mix = [("images of a model", f"images of {row[0]}") for row in rows[:14]]
    return mix + [("images of a model", f"images of {row[0]} from epoch 10") for row in rows[14:]]


def time_mix(connection: Any, mix: Iterable[tuple[str, str]]) -> dict[str, list[float]]:
    """Return milliseconds by class: each question's median of three, after a first round.

    Beside the time that passed stands the processor's, which a busy machine does not lengthen.
    """
    found: dict[str, list[float]] = {}
    asked = list(mix)
    slowest: list[tuple[float, str]] = []
    for _, question in asked:
        answer(connection, question, _OPTIONS)
    gc.collect()
    for kind, question in asked:
        times = []
        for _ in range(_REPEATS):
            started, busy = time.perf_counter(), time.process_time()
            answer(connection, question, _OPTIONS)
            times.append((time.perf_counter() - started, time.process_time() - busy))
        for name in (kind, "all", f"{kind}, processor", "all, processor"):
            part = 1 if name.endswith("processor") else 0
            found.setdefault(name, []).append(statistics.median(t[part] for t in times) * 1e3)
        slowest.append((found["all, processor"][-1], question))
    for ms, question in sorted(slowest, reverse=True)[:12]:
        print(f"{ms:8.1f} ms  {question}", file=sys.stderr)
    return found


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def cold(database: Path, question: str, runs: int = 5) -> float:
    """Return the median milliseconds of a whole process that answers one question."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "modelsearch",
                "query",
                question,
                "--db",
                str(database),
                "--format",
                "json",
                "--today",
                TODAY.isoformat(),
            ],
            check=True,
            capture_output=True,
        )
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def disk(connection: Any, path: Path) -> dict[str, float]:
    """Return bytes per model: the file, texts, vectors, and the rest."""
    models = fetch_value(connection, "SELECT count(*) FROM model")
    texts = sum(
        int(fetch_value(connection, f"SELECT sum(length(CAST({text} AS BLOB))) FROM {table}"))
        for text, table in (("title || text", "passage"), ("coalesce(description, '')", "model"))
    )
    vectors = fetch_value(connection, "SELECT sum(length(vector)) FROM embedding")
    size = path.stat().st_size
    parts = {"file": size, "texts": texts, "vectors": vectors, "rest": size - texts - vectors}
    return {name: value / models for name, value in parts.items()}


def _one_size(database: Path) -> dict[str, Any]:
    """Measure one catalogue; run in a process of its own, so that peak memory is its own."""
    connection = open_for_reading(database)
    mix = [*questions(), *pictured(connection)]
    times = time_mix(connection, mix)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "questions": len(mix),
        "times": {k: [percentile(v, s) for s in (0.5, 0.95, 0.99)] for k, v in times.items()},
        "peak_mb": peak,
        "disk": disk(connection, database),
        "cold": {
            "facets": cold(database, "diffusion models trained on CIFAR-10"),
            "words": cold(database, "speech recognition for swahili"),
        },
    }


def report(results: dict[int, dict[str, Any]]) -> str:
    """Return the tables in Markdown."""
    lines = [f"{next(iter(results.values()))['questions']} questions, {os.cpu_count()} cores.", ""]
    lines += [
        "| class | " + " | ".join(f"{size:,}" for size in results) + " | exponent |",
        "|---|" + "---|" * (len(results) + 1),
    ]
    for kind in next(iter(results.values()))["times"]:
        cells = [" / ".join(f"{ms:.1f}" for ms in one["times"][kind]) for one in results.values()]
        points = [(size, one["times"][kind][0]) for size, one in results.items()]
        lines.append(f"| {kind} | " + " | ".join(cells) + f" | {growth(points):.2f} |")
    lines += [
        "",
        "| | " + " | ".join(f"{size:,}" for size in results) + " |",
        "|---|" + "---|" * len(results),
    ]
    for name in ("facets", "words"):
        row = " | ".join(f"{one['cold'][name]:.0f} ms" for one in results.values())
        lines.append(f"| cold process, {name} | {row} |")
    row = " | ".join(f"{one['peak_mb']:.0f} MB" for one in results.values())
    lines.append(f"| peak memory | {row} |")
    for name in ("file", "texts", "vectors", "rest"):
        row = " | ".join(f"{one['disk'][name]:.0f} B" for one in results.values())
        lines.append(f"| disk per model: {name} | {row} |")
    return "\n".join(lines)


def growth(points: list[tuple[int, float]]) -> float:
    """Return the exponent of a power law through (size, milliseconds), by least squares."""
    if len(points) < 2:
        return math.nan
    logs = [(math.log(size), math.log(ms)) for size, ms in points]
    return statistics.linear_regression(*zip(*logs, strict=True)).slope


def main() -> None:
    """Make what is missing, measure every size in a process of its own, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/scale"))
    parser.add_argument("--sizes", default="10k,100k")
    parser.add_argument("--texts", type=int, help="Encode only so many real texts.")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_one_size(options.one)))
        return
    results: dict[int, dict[str, Any]] = {}
    for name in options.sizes.split(","):
        database = options.work / f"{name}.db"
        if not database.exists():
            encode_all(options.data, options.work / "vec", options.texts)
            size = parse_size(name)
            print(name, write_catalogue(options.data, options.work / "vec", size, database))
        command = [sys.executable, "-m", "bench.scale", str(options.data), "--one", str(database)]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as a question's process has it
        output = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env=environment
        ).stdout
        results[parse_size(name)] = json.loads(output)
        print(report(results), flush=True)


if __name__ == "__main__":
    main()
