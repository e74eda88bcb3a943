"""Synthetic catalogues with real distributions, from ten thousand to millions of models.

Names, authors, tasks and creation times come from the Hugging Face list, epochs, batch sizes and
parameter counts from the OpenMMLab list (both in the folder of measuring sets), words of README
passages from the judged sets' sentences, families, datasets and techniques from the vocabulary
with Zipf's frequencies. Vectors are real ones (bench.realtexts): exact for the models that carry
a listed name, perturbed for the variants beyond. The same size gives the same rows, and a smaller
catalogue is the beginning of a larger one.

Rows are written in bulk: triggers, secondary indexes and the keyword index are made when all rows
are there. The derived tables are then brought up to date as after an index run.

    python -m bench.catalogue FOLDER_OF_SETS --work FOLDER --size 100k --out catalogue.db
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from bench.realtexts import hub_text, load_vectors, read_lines, real_texts
from modelsearch import vocabulary
from modelsearch.index.maintenance import refresh_derived
from modelsearch.records.text import split_words
from modelsearch.search.encoders import load_encoder
from modelsearch.store.database import close_after_writing, open_for_writing, write_meta
from modelsearch.store.store import Store, passage_hash
from modelsearch.vocabulary import normalise

_BATCH = 10_000
_NOISE = 0.35  #: length of the perturbation beside a unit vector: a cosine of about 0.94
_MODALITY = {
    "nlp": "text",
    "audio": "audio",
    "computer_vision": "image",
    "tabular": "tabular",
    "multimodal": "image",
    "reinfocement_learning": "game",
}
_FRAMEWORKS = (
    ("PyTorch", 62),
    ("TensorFlow", 14),
    ("Keras", 8),
    ("JAX", 6),
    ("PyTorch Lightning", 6),
    ("Flax", 3),
    ("scikit-learn", 1),
)
_OPTIMIZERS = (
    ("AdamW", 46),
    ("Adam", 34),
    ("SGD", 12),
    ("RMSprop", 3),
    ("Adafactor", 3),
    ("Lion", 1),
    ("Adagrad", 1),
)
_RATES = (
    (1e-3, 20),
    (1e-4, 16),
    (2e-5, 14),
    (5e-5, 12),
    (3e-4, 10),
    (2e-4, 10),
    (1e-5, 8),
    (5e-4, 6),
    (1e-2, 3),
    (0.1, 1),
)
_SCHEDULERS = (
    (None, 60),
    ("CosineAnnealingLR", 15),
    ("LinearLR", 12),
    ("StepLR", 8),
    ("OneCycleLR", 5),
)
_HARDWARE = (("CUDA", 80), ("CPU", 60), ("MPS", 10), ("TPU", 4))
_IMAGE_KINDS = ("samples", "reconstruction", "loss curve")


class _Weighted:
    """Draws values by weight, from a long table made once."""

    def __init__(self, pairs: Sequence[tuple[Any, int]]) -> None:
        self._table = [value for value, weight in pairs for _ in range(weight)]

    def draw(self, random_: random.Random) -> Any:
        return self._table[int(random_.random() * len(self._table))]


class _Zipf:
    """Draws values with frequencies that fall with their place in a list."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = list(values)
        self._sums = list(itertools.accumulate(1 / (n + 2) for n in range(len(values))))

    def draw(self, random_: random.Random) -> Any:
        return random_.choices(self._values, cum_weights=self._sums)[0]


@dataclass(slots=True)
class Batch:
    """Rows of one batch, by table, and which real vector each embedded passage takes."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    vectors: list[tuple[int, int, int, bool]] = field(default_factory=list)

    def add(self, table: str, *values: Any) -> None:
        """Add a row of a table, in the order of _COLUMNS."""
        self.rows.setdefault(table, []).append(values)


_COLUMNS = {
    "model": "id, model_id, name, spelling, kind, root, path, size_bytes, created_at, modified_at, "
    "date_source, commits, framework, architecture, task, description, parameters, lines_of_code, "
    "readme, content_hash",
    "artefact": "root, path, kind, size_bytes, mtime_ns, content_hash, status, model",
    "model_term": "model, term, position, role",
    "training_stage": "model, position, name, main, model_class, optimizer, learning_rate, "
    "batch_size, epochs, scheduler, loss",
    "metric": "model, name, value, dataset, split, higher_is_better",
    "layer_fact": "model, name, number",
    "image": "image_id, model, root, path, size_bytes, created_at, modified_at, date_source, "
    "format, width, height, epoch, kind",
    "evidence": "model, position, field, value, line, kind",
    "passage": "id, model, kind, title, text, path, line, hash, embed",
}


class Generator:
    """Makes the rows of models; what a model is depends only on its number."""

    def __init__(self, data: Path, connection: apsw.Connection) -> None:
        listed = read_lines(data / "hf-models-75k/models.jsonl.gz")
        dated = [record for record in listed if record["creation_time"]]
        distinct = {r["modelId"].replace("/", "_").casefold(): r for r in reversed(dated)}
        self.hub = list(reversed(distinct.values()))
        texts = real_texts(data)
        self.vector_of = {text: place for place, text in enumerate(texts)}
        self.sentences = [(place, t) for place, t in enumerate(texts) if len(t) > 60]
        measured = list(read_lines(data / "openmmlab/models.jsonl.gz"))
        metadata = [record.get("Metadata") or {} for record in measured]
        self.epochs = [m["Epochs"] for m in metadata if isinstance(m.get("Epochs"), int)]
        self.batches = [m["Batch Size"] for m in metadata if isinstance(m.get("Batch Size"), int)]
        self.parameters = [
            m["Parameters"] for m in metadata if isinstance(m.get("Parameters"), int)
        ]
        self.store = Store(connection)
        self.root = self.store.root("/catalogue")
        self.family_names = {
            normalise(s): t.name for t in vocabulary.terms("family") for s in t.spellings
        }
        self.families = _Zipf([t.name for t in vocabulary.terms("family")])
        self.techniques = _Zipf([t.name for t in vocabulary.terms("technique")])
        self.tasks = {normalise(s): t.name for t in vocabulary.terms("task") for s in t.spellings}
        self.losses = _Zipf([t.name for t in vocabulary.terms("loss")])
        by_modality: dict[str, list[str]] = {}
        for term in vocabulary.terms("dataset"):
            by_modality.setdefault(term.modality or "", []).append(term.name)
        self.datasets = {name: _Zipf(names) for name, names in by_modality.items()}
        self.any_dataset = _Zipf([t.name for t in vocabulary.terms("dataset")])
        self.draws = {
            name: _Weighted(pairs)
            for name, pairs in (
                ("framework", _FRAMEWORKS),
                ("optimizer", _OPTIMIZERS),
                ("rate", _RATES),
                ("scheduler", _SCHEDULERS),
                ("hardware", _HARDWARE),
            )
        }
        self.passage = 0

    def model(self, number: int, batch: Batch) -> None:
        """Add the rows of one model to a batch; numbers are asked for in order, from 1."""
        record = self.hub[(number - 1) % len(self.hub)]
        variant = (number - 1) // len(self.hub)
        r = random.Random(number)
        suffix = f"-fork{variant + 1}" if variant else ""
        model_id = f"{record['modelId'].replace('/', '_')}{suffix}"
        path = f"{record['modelId']}{suffix}/train.py"
        created = _shifted(record["creation_time"], r.randrange(variant * 20 + 1))
        modified = _shifted(created, int(r.expovariate(1 / 20)))
        words = [normalise(part) for part in split_words(record["modelId"]).split()]
        found = [self.family_names[word] for word in words if word in self.family_names]
        families = list(dict.fromkeys([*found, self.families.draw(r)][:2]))
        modality = _MODALITY.get(record["task_domain"])
        kind_of_data = self.datasets[modality] if modality else self.any_dataset
        datasets = list(dict.fromkeys(kind_of_data.draw(r) for _ in range(r.choice((1, 1, 1, 2)))))
        framework = self.draws["framework"].draw(r)
        techniques = list(
            dict.fromkeys(self.techniques.draw(r) for _ in range(r.choice((0, 1, 2))))
        )
        hardware = list(dict.fromkeys(self.draws["hardware"].draw(r) for _ in range(2)))
        task = self.tasks.get(normalise(record["task_category"] or ""))
        class_name = "".join(w.capitalize() for w in words[-2:])[:40] or families[0]
        optimizer = self.draws["optimizer"].draw(r)
        loss = self.losses.draw(r)
        parameters = (
            int(r.choice(self.parameters) * r.uniform(0.8, 1.2)) if r.random() < 0.5 else None
        )
        size = int(r.lognormvariate(8.8, 0.6))
        sentence = r.choice(self.sentences) if r.random() < 0.3 else None
        digest = number.to_bytes(16, "big")
        batch.add("model", number, model_id, path.split("/")[-2], normalise(model_id), "script",
                  self.root, path, size, created, modified, "git", r.randrange(1, 9), framework,
                  class_name, task, sentence[1][:120] if sentence else None, parameters, size // 35,
                  f"{path[:-9]}/README.md" if sentence else None, digest)  # fmt: skip
        batch.add("artefact", self.root, path, "script", size, number, None, "model", number)
        terms = {
            "family": families,
            "dataset": datasets,
            "framework": [framework],
            "technique": techniques,
            "hardware": hardware,
        }
        self._terms(number, batch, terms)
        batch.add("training_stage", number, 1, "training", 1, class_name, optimizer,
                  self.draws["rate"].draw(r), r.choice(self.batches), r.choice(self.epochs),
                  self.draws["scheduler"].draw(r), loss)  # fmt: skip
        if r.random() < 0.2:
            batch.add(
                "metric", number, "accuracy", round(r.uniform(0.5, 0.99), 4), datasets[0], "test", 1
            )
        if r.random() < 0.3:
            batch.add("layer_fact", number, "hidden_size", float(r.choice((128, 256, 512, 768))))
        self._pictures(number, model_id, path, created, r, batch)
        batch.add("evidence", number, 1, "dataset", datasets[0], r.randrange(1, 300), "code")
        batch.add("evidence", number, 2, "learning_rate", "", r.randrange(1, 300), "code")
        title = f"{model_id} {split_words(path[:-3])}"
        text = ". ".join(
            part
            for part in (
                f"{', '.join(families)} model",
                f"trained on {', '.join(datasets)}",
                f"task: {task}" if task else "",
                f"class {class_name}",
                f"framework {framework}",
                f"techniques: {', '.join(techniques)}" if techniques else "",
                f"optimizer {optimizer}, {loss}",
                sentence[1][:120] if sentence else "",
            )
            if part
        )
        profile = ("profile", title, text, None)
        vector = self.vector_of[hub_text(record)]
        self._passage(number, batch, profile, vector, exact=variant == 0)
        if sentence:
            more = r.choice(self.sentences)[1]
            readme = ("readme", "", f"{sentence[1]} {more}", f"{path[:-9]}/README.md")
            self._passage(number, batch, readme, sentence[0], exact=False)

    def _terms(self, number: int, batch: Batch, terms: dict[str, list[str]]) -> None:
        for kind, names in terms.items():
            role = "train" if kind == "dataset" else None
            for position, name in enumerate(names):
                batch.add("model_term", number, self.store.term(kind, name), position, role)

    def _pictures(
        self, number: int, model_id: str, path: str, created: str, r: random.Random, batch: Batch
    ) -> None:
        if r.random() >= 0.05:
            return
        for count in range(r.randrange(1, 8)):
            kind = r.choice(_IMAGE_KINDS)
            name = f"{path[:-9]}/epoch_{count * 10}_{kind.replace(' ', '_')}.png"
            batch.add("image", f"{model_id}:{name}", number, self.root, name, 20_000, created,
                      created, "git", "PNG", 256, 256, count * 10, kind)  # fmt: skip

    def _passage(
        self,
        number: int,
        batch: Batch,
        text: tuple[str, str, str, str | None],
        vector: int,
        *,
        exact: bool,
    ) -> None:
        """Add a passage: ``text`` is its kind, title, text and path, ``vector`` the row of it."""
        self.passage += 1
        kind, title, words, path = text
        digest = passage_hash(title, words)
        batch.add("passage", self.passage, number, kind, title, words, path, 1, digest, 1)
        batch.vectors.append((self.passage, number, vector, exact))


def _shifted(time_text: str, days: int) -> str:
    moved = datetime.fromisoformat(time_text).replace(tzinfo=None) + timedelta(days=days)
    return moved.isoformat(timespec="seconds") + "+00:00"


def _embedded(
    batch: Batch, vectors: NDArray[np.int8], seed: int
) -> Iterator[tuple[int, int, bytes]]:
    """Yield (passage, model, vector) rows: real vectors, perturbed where a variant is not real."""
    chosen = np.array([place % len(vectors) for _, _, place, _ in batch.vectors])
    rows = vectors[chosen].astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    noise = np.random.default_rng(seed).standard_normal(rows.shape, dtype=np.float32)
    noise *= _NOISE / np.sqrt(rows.shape[1])
    noise[[exact for *_, exact in batch.vectors]] = 0
    rows += noise
    rows /= np.abs(rows).max(axis=1, keepdims=True)
    blobs = np.rint(rows * 127).astype(np.int8)
    for (passage, model, _, _), blob in zip(batch.vectors, blobs, strict=True):
        yield passage, model, blob.tobytes()


def _set_aside(connection: apsw.Connection) -> list[str]:
    """Drop triggers and secondary indexes; return the statements that make them again."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') "
        "AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in rows:
        connection.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in sorted(rows)]


def write_catalogue(
    data: Path, work: Path, size: int, out: Path, *, derived: bool = True
) -> dict[str, float]:
    """Write a catalogue of ``size`` models; return seconds by part of the work."""
    vectors = load_vectors(work)
    out.unlink(missing_ok=True)
    connection = open_for_writing(out)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    seconds: dict[str, float] = {}
    with _timed(seconds, "rows"):
        statements = _set_aside(connection)
        generator = Generator(data, connection)
        numbers = iter(range(1, size + 1))
        while chunk := list(itertools.islice(numbers, _BATCH)):
            batch = Batch()
            for number in chunk:
                generator.model(number, batch)
            with connection:
                for table, rows in batch.rows.items():
                    columns = _COLUMNS[table]
                    marks = ", ".join("?" * len(rows[0]))
                    connection.executemany(
                        f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows
                    )
                connection.executemany(
                    "INSERT INTO embedding (passage, model, vector) VALUES (?, ?, ?)",
                    _embedded(batch, vectors, chunk[0]),
                )
    with _timed(seconds, "keyword index"):
        connection.execute("INSERT INTO passage_fts (passage_fts) VALUES ('rebuild')")
    with _timed(seconds, "indexes"):
        for sql in statements:
            connection.execute(sql)
    encoder = load_encoder("default")
    assert encoder is not None
    write_meta(connection, "encoder", encoder.name)
    write_meta(connection, "encoder_dimension", str(encoder.dimension))
    write_meta(connection, "encoder_fingerprint", encoder.fingerprint)
    if derived:
        with _timed(seconds, "derived tables"):
            refresh_derived(connection)
    with _timed(seconds, "without gaps"):
        close_after_writing(connection)
    return seconds


class _timed:
    def __init__(self, seconds: dict[str, float], name: str) -> None:
        self.seconds, self.name = seconds, name

    def __enter__(self) -> None:
        self.started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds[self.name] = round(time.perf_counter() - self.started, 2)


def parse_size(text: str) -> int:
    """Read 10k, 2M or 75000."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1].lower(), 1)
    return int(float(text[:-1] if factor > 1 else text) * factor)


def main() -> None:
    """Write one catalogue and say how long each part took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--size", type=parse_size, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows-only", action="store_true", help="Leave derived tables out.")
    options = parser.parse_args()
    seconds = write_catalogue(
        options.data, options.work, options.size, options.out, derived=not options.rows_only
    )
    total = sum(seconds.values())
    print(
        f"{options.size} models in {total:.0f} s ({options.size / total:.0f} a second): {seconds}"
    )


if __name__ == "__main__":
    main()
