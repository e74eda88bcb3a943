"""The program beside other search libraries: same corpus, same questions, same vectors, one run.

Usage: python -m bench.side_by_side FOLDER_OF_SETS --work FOLDER [--sets scifact,apibench-hf]

Run it with the Python of an environment of its own that holds modelsearch, txtai and lancedb
(`pip install txtai lancedb`, and this checkout); a library that is missing is said to be. Vectors
are the shipped encoder's for all, made once and kept in the work folder, so that libraries are
compared and not models. Building, asking and the cold start each happen in a process of their own:
seconds to build, bytes on disk, wall time of a process that opens the index and answers one
question, milliseconds a question when warm, peak memory while asking, nDCG@10 and recall@100.
Encoding is in none of these, as it takes all of them the same.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.cache import CachedEncoder
from bench.engines import ENGINES
from bench.judged import JudgedSet, interval, load, measures
from modelsearch.embedding import passage_text
from modelsearch.encoders import load_encoder

_COUNT = 100
_COLD_RUNS = 5
_PACKAGES = ("txtai", "lancedb", "torch", "faiss-cpu", "numpy", "apsw", "onnxruntime")


def prepare(folder: Path, work: Path) -> JudgedSet:
    """Encode a set once; leave its vectors in the work folder."""
    judged = load(folder)
    encoder = load_encoder("default")
    if encoder is None:
        raise SystemExit("the shipped encoder is missing")
    cached = CachedEncoder(encoder, work / "cache")
    texts = [passage_text(title, text) for title, text in judged.documents.values()]
    work.mkdir(parents=True, exist_ok=True)
    np.save(work / f"{judged.name}.documents.npy", cached.encode(texts))
    np.save(work / f"{judged.name}.queries.npy", cached.encode(list(judged.queries.values())))
    return judged


def child(phase: str, engine: Any, folder: Path, work: Path) -> dict[str, Any]:
    """Do one phase in this process; return what was measured."""
    judged = load(folder)
    place = work / f"{folder.name}.{engine.__name__}"
    questions = list(judged.queries.items())
    if phase == "build":
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        vectors = np.load(work / f"{folder.name}.documents.npy")
        started = time.perf_counter()
        engine.build(place, list(judged.documents.values()), vectors)
        seconds = time.perf_counter() - started
        size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
        return {"seconds": seconds, "bytes": size}
    vectors = np.load(work / f"{folder.name}.queries.npy")
    ask = engine.open(place)
    for (_, text), vector in list(zip(questions, vectors, strict=True))[:10]:
        ask(text, vector, _COUNT)
    times, found = [], {}
    for (query, text), vector in zip(questions, vectors, strict=True):
        started = time.perf_counter()
        found[query] = ask(text, vector, _COUNT)
        times.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"times": times, "found": found, "peak_mb": peak}


_COLD = """
import pathlib, sys
import numpy
from bench.engines import ENGINES
engine, place, question, vector = sys.argv[1:]
ask = ENGINES[engine].open(pathlib.Path(place))
print(len(ask(question, numpy.load(vector), 10)))
"""


def cold_seconds(engine: str, judged: JudgedSet, work: Path) -> list[float]:
    """Wall times of processes that open the index and answer one question."""
    question = next(iter(judged.queries.values()))
    vector = work / f"{judged.name}.first.npy"
    np.save(vector, np.load(work / f"{judged.name}.queries.npy")[0])
    place = work / f"{judged.name}.{ENGINES[engine].__name__}"
    seconds = []
    for _ in range(_COLD_RUNS + 1):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", _COLD, engine, str(place), question, str(vector)],
            check=True, capture_output=True,
        )  # fmt: skip
        seconds.append(time.perf_counter() - started)
    return seconds[1:]  # the first fills the file cache


def run_child(phase: str, engine: str, folder: Path, work: Path) -> dict[str, Any]:
    """Run a phase in a process of its own; return its figures."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.side_by_side", str(folder), "--work", str(work),
         "--phase", phase, "--engine", engine],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def compare(folder: Path, work: Path) -> Iterator[str]:
    """Measure every engine on one set; yield the lines of its table."""
    judged = prepare(folder, work)
    names = list(judged.documents)
    yield f"\n{judged.name}: {len(names)} documents, {len(judged.queries)} questions"
    yield (
        f"{'':14} {'build s':>8} {'disk MB':>8} {'cold ms':>8} {'p50 ms':>7} {'p95 ms':>7} "
        f"{'peak MB':>8} {'nDCG@10':>8} {'95 %':>12} {'recall@100':>11}"
    )
    for engine in ENGINES:
        try:
            built = run_child("build", engine, folder, work)
            asked = run_child("ask", engine, folder, work)
            cold = cold_seconds(engine, judged, work)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            yield f"{engine:14} not measured: {error}"
            continue
        scores = [
            measures([names[number] for number in asked["found"][query]], judged.grades[query])
            for query in judged.queries
        ]
        ndcg = [score["nDCG@10"] for score in scores]
        recall = statistics.fmean(score["recall@100"] for score in scores)
        low, high = interval(ndcg)
        times = [1000 * value for value in statistics.quantiles(asked["times"], n=100)]
        yield (
            f"{engine:14} {built['seconds']:8.1f} {built['bytes'] / 1e6:8.1f} "
            f"{statistics.median(cold) * 1000:8.0f} {times[49]:7.1f} {times[94]:7.1f} "
            f"{asked['peak_mb']:8.0f} {statistics.fmean(ndcg):8.3f} {low:6.3f}-{high:.3f} "
            f"{recall:11.3f}"
        )


def versions() -> str:
    """Return the versions of what was measured."""
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} missing")
    return f"Python {sys.version.split()[0]}, " + ", ".join(found)


def main() -> None:
    """Compare on each set, or do one phase for one engine when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--sets", default="scifact,apibench-hf")
    parser.add_argument("--phase", choices=("build", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--engine", choices=tuple(ENGINES), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        engine = ENGINES[options.engine]
        print(json.dumps(child(options.phase, engine, options.folder, options.work)))
        return
    print(versions())
    for name in options.sets.split(","):
        for line in compare(options.folder / name, options.work):
            print(line, flush=True)


if __name__ == "__main__":
    main()
