"""The program beside other search libraries: same corpus, same questions, same vectors, one run.

Usage: python -m bench.side_by_side FOLDER_OF_SETS --work FOLDER [--sets scifact,apibench-hf]

Run it with the Python of an environment of its own that holds modelsearch, txtai and lancedb
(`pip install txtai lancedb`, and this checkout); a library that is missing is said to be. Vectors
are the shipped encoder's for all, made once and kept in the work folder, so that libraries are
compared and not models. Building, asking and the cold start each happen in a process of their own:
processor seconds to build, bytes on disk, processor and wall time of a process that opens the
index and answers one question, the same for a question when warm (median / 95th percentile), peak
memory while asking, nDCG@10 and recall@100. Processor time is of all threads, and says what a
library costs however busy the machine is. Encoding is in none of these, as it takes all of them
the same.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.cache import CachedEncoder
from bench.engines import ENGINES
from bench.judged import JudgedSet, interval, load, measures
from modelsearch.index.embedding import passage_text
from modelsearch.search.encoders import load_encoder

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
        started = time.process_time()
        engine.build(place, list(judged.documents.values()), vectors)
        seconds = time.process_time() - started
        size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
        return {"seconds": seconds, "bytes": size}
    vectors = np.load(work / f"{folder.name}.queries.npy")
    ask = engine.open(place)
    for (_, text), vector in list(zip(questions, vectors, strict=True))[:10]:
        ask(text, vector, _COUNT)
    waited, used, found = [], [], {}
    for (query, text), vector in zip(questions, vectors, strict=True):
        started = time.perf_counter(), time.process_time()
        found[query] = ask(text, vector, _COUNT)
        waited.append(time.perf_counter() - started[0])
        used.append(time.process_time() - started[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"waited": waited, "used": used, "found": found, "peak_mb": peak}


_COLD = """
import pathlib, sys
import numpy
from bench.engines import ENGINES
engine, place, question, vector = sys.argv[1:]
ask = ENGINES[engine].open(pathlib.Path(place))
print(len(ask(question, numpy.load(vector), 10)))
"""


def cold_seconds(engine: str, judged: JudgedSet, work: Path) -> tuple[list[float], list[float]]:
    """Wall and processor times of processes that open the index and answer one question."""
    question = next(iter(judged.queries.values()))
    vector = work / f"{judged.name}.first.npy"
    np.save(vector, np.load(work / f"{judged.name}.queries.npy")[0])
    place = work / f"{judged.name}.{ENGINES[engine].__name__}"
    command = [sys.executable, "-c", _COLD, engine, str(place), question, str(vector)]
    waited, used = [], []
    for _ in range(_COLD_RUNS + 1):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"the cold process ended with {process.returncode}")
        waited.append(time.perf_counter() - started)
        used.append(usage.ru_utime + usage.ru_stime)
    return waited[1:], used[1:]  # the first fills the file cache


def run_child(phase: str, engine: str, folder: Path, work: Path) -> dict[str, Any]:
    """Run a phase in a process of its own; return its figures."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.side_by_side",
            str(folder),
            "--work",
            str(work),
            "--phase",
            phase,
            "--engine",
            engine,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def compare(folder: Path, work: Path, engines: Sequence[str]) -> Iterator[str]:
    """Measure every engine on one set; yield the lines of its table."""
    judged = prepare(folder, work)
    names = list(judged.documents)
    yield f"\n{judged.name}: {len(names)} documents, {len(judged.queries)} questions"
    yield (
        f"{'':14} {'build s':>8} {'disk MB':>8} {'cold cpu':>8} {'wall ms':>8} {'warm cpu ms':>13} "
        f"{'wall ms':>13} {'peak MB':>8} {'nDCG@10':>8} {'95 %':>12} {'recall@100':>11}"
    )
    for engine in engines:
        try:
            built = run_child("build", engine, folder, work)
            asked = run_child("ask", engine, folder, work)
            cold_waited, cold_used = cold_seconds(engine, judged, work)
        except RuntimeError as error:
            yield f"{engine:14} not measured: {error}"
            continue
        scores = [
            measures([names[number] for number in asked["found"][query]], judged.grades[query])
            for query in judged.queries
        ]
        ndcg = [score["nDCG@10"] for score in scores]
        recall = statistics.fmean(score["recall@100"] for score in scores)
        low, high = interval(ndcg)
        waited, used = (_percentiles(asked[name]) for name in ("waited", "used"))
        yield (
            f"{engine:14} {built['seconds']:8.1f} {built['bytes'] / 1e6:8.1f} "
            f"{_median_ms(cold_used):8.0f} {_median_ms(cold_waited):8.0f} "
            f"{used:>13} {waited:>13} {asked['peak_mb']:8.0f} {statistics.fmean(ndcg):8.3f} "
            f"{low:6.3f}-{high:.3f} {recall:11.3f}"
        )


def _percentiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"{cuts[49] * 1000:.1f} / {cuts[94] * 1000:.1f}"


def _median_ms(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000


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
    parser.add_argument("--engines", nargs="+", choices=tuple(ENGINES), help="not all, but these")
    parser.add_argument("--phase", choices=("build", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--engine", choices=tuple(ENGINES), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        engine = ENGINES[options.engine]
        print(json.dumps(child(options.phase, engine, options.folder, options.work)))
        return
    print(versions())
    for name in options.sets.split(","):
        for line in compare(options.folder / name, options.work, options.engines or tuple(ENGINES)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
