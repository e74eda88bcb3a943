"""How long a question takes to be understood, beside the keyword search over the same database.

``python -m bench.parsing [--sizes 1000,10000,100000]``

Makes databases with so many distinct names (datasets, class names, settings, model ids), parses
the same questions in each, warm, and ranks the same questions by FTS5 in the same process. Prints
for each size the 50th and 95th percentile of both, and their ratio: times depend on the machine,
the ratio hardly does.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import apsw

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.wordlists import word_tuple
from modelsearch.search.lexical import search
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing
from modelsearch.store.name_index import rebuild_name_index
from modelsearch.vocabulary import normalise

TODAY = date(2025, 6, 15)
REPEATS = 3
QUESTIONS = (
    "Which models use U-Net architectures?",
    "Please find models created in March 2025 and using CNN.",
    "latent diffusion with a VAE, batch size over 64, not on MNIST",
    "GANs trained on CelebA with a learning rate between 1e-4 and 1e-3",
    "what learning rate does the energy forecaster use?",
    "compare the diffusion models trained on CIFAR-10 and MNIST",
    "images of CycleGAN v1 from epoch 100",
    "how many models per dataset since last summer",
    "which optimizers did I use on CIFAR-10 in the last six months?",
    "models with attention but neither dropout nor batch normalisation, modified this year",
    "Trasnformer models on MNSIT witout a README",
    "the five newest transformers with more than 8 heads and under 5M parameters",
    "segmentation of medical scans with perceptual loss and gradient clipping",
    "family:gan dataset:celeba lr:<1e-3 -framework:keras created:2025-03",
    "models trained for at least 100 epochs before 12 March 2025 on pictures of flowers",
    "Have I ever built something that forecasts energy prices from weather reports?",
    "best accuracy on CIFAR-100 with SGD and cosine annealing",
    "Qwertzuiop_model_17 and its siblings that were never trained on CUDA",
    "sequence to sequence networks for German to English translation with teacher forcing",
    "scripts larger than 20 KB that run on Apple Silicon, written in JAX or Keras",
)
_SYLLABLES = word_tuple("""
    ba ce di fo gu ha ki lo mu ne pa ri so tu ve wa xi yo zu tra spe clo bri net gan
""")


def names(count: int, seed: int = 7) -> list[str]:
    """Return distinct names of two to five syllables, some with a number."""
    chooser = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(chooser.choice(_SYLLABLES) for _ in range(chooser.randint(2, 5)))
        if chooser.random() < 0.4:
            word += f"-{chooser.randint(1, 999)}"
        found.setdefault(word.capitalize())
    return list(found)


def build(path: Path, count: int) -> apsw.Connection:
    """Make a database with ``count`` distinct names and a model for every tenth; open it."""
    connection = open_for_writing(path)
    chosen = names(count)
    share = count // 10
    datasets, classes, settings = (
        chosen[: 4 * share],
        chosen[4 * share : 7 * share],
        chosen[7 * share : 9 * share],
    )
    models = chosen[9 * share :]
    with connection:
        connection.execute("INSERT INTO root (id, path) VALUES (1, '/models')")
        connection.executemany(
            "INSERT INTO term (kind, name) VALUES ('dataset', ?)", ((name,) for name in datasets)
        )
        for number, name in enumerate(models, 1):
            _add_model(connection, number, name, datasets, classes, settings)
    rebuild_name_index(connection)
    connection.execute("ANALYZE")
    close_after_writing(connection)
    return open_for_reading(path)


def _add_model(
    connection: apsw.Connection,
    number: int,
    name: str,
    datasets: Sequence[str],
    classes: Sequence[str],
    settings: Sequence[str],
) -> None:
    connection.execute(
        "INSERT INTO model (id, model_id, spelling, name, kind, root, path, size_bytes, "
        "architecture) "
        "VALUES (?1, ?2, ?3, ?4, 'script', 1, ?5, 1000, ?6)",
        (
            number,
            f"{name}_{number}",
            normalise(f"{name}_{number}"),
            name,
            f"{name}/{number}.py",
            classes[number % len(classes)],
        ),
    )
    for offset in range(3):
        other = classes[(3 * number + offset) % len(classes)]
        connection.execute(
            "INSERT INTO training_stage (model, position, name, main, model_class) "
            "VALUES (?, ?, 'training', ?, ?)",
            (number, offset + 1, int(offset == 0), other),
        )
    for offset in range(2):
        connection.execute(
            "INSERT INTO hyperparameter (model, name, number) VALUES (?, ?, 1)",
            (number, settings[(2 * number + offset) % len(settings)]),
        )
    words = " ".join(datasets[(number * 17 + i) % len(datasets)] for i in range(20))
    connection.execute(
        "INSERT INTO passage (model, kind, title, text, hash) VALUES (?, 'profile', ?, ?, 0)",
        (number, name, f"models trained on images with attention, learning rate, {words}"),
    )


def timed(act: Callable[[str], object]) -> list[float]:
    """Return the processor seconds of every question, after one round to warm up."""
    for question in QUESTIONS:
        act(question)
    taken = []
    for _ in range(REPEATS):
        for question in QUESTIONS:
            start = time.thread_time()
            act(question)
            taken.append(time.thread_time() - start)
    return taken


def percentiles(taken: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds."""
    cuts = statistics.quantiles(taken, n=20)
    return statistics.median(taken) * 1000, cuts[-1] * 1000


def measured(
    sizes: Sequence[int], folder: Path
) -> Iterator[tuple[int, float, float, float, float]]:
    """Yield size, parse p50 and p95, FTS p50 and p95, in milliseconds."""
    for size in sizes:
        connection = build(folder / f"names-{size}.db", size)

        def understand(question: str, connection: apsw.Connection = connection) -> object:
            return parse(question, Lexicon(connection), today=TODAY)

        def rank(question: str, connection: apsw.Connection = connection) -> object:
            return search(connection, question, filtered=False, depth=1000)

        yield size, *percentiles(timed(understand)), *percentiles(timed(rank))
        connection.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="1000,10000,100000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    print(f"{len(QUESTIONS)} questions, {REPEATS} warm rounds; milliseconds of processor time")
    print("   names  parse p50  parse p95  fts p50  fts p95  ratio of p95")
    with tempfile.TemporaryDirectory() as folder:
        for size, p50, p95, fts50, fts95 in measured(sizes, Path(folder)):
            print(
                f"{size:8,}  {p50:9.2f}  {p95:9.2f}  {fts50:7.2f}  {fts95:7.2f}  {p95 / fts95:.2f}"
            )


if __name__ == "__main__":
    main()
