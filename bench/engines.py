"""Search engines behind one small interface, for bench.side_by_side.

Each builds an index of documents with given vectors in a folder, opens it again and ranks
documents for a question and its vector. All use the same vectors; each its own keyword search and
fusion, as its documentation recommends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Number of a document → its title and text.
Documents = Sequence[tuple[str, str]]
Vectors = NDArray[np.float32]
#: Ranks documents for (question, its vector, how many).
Ask = Callable[[str, Vectors, int], list[int]]


class Modelsearch:
    """The program itself: a model a document, through its own pipeline."""

    name = "modelsearch"

    @staticmethod
    def build(folder: Path, documents: Documents, vectors: Vectors) -> None:
        """Write the index."""
        from modelsearch.search.encoders import to_int8
        from modelsearch.store.database import close_after_writing, open_for_writing, write_meta

        connection = open_for_writing(folder / "models.db")
        with connection:
            connection.execute("INSERT INTO root (id, path) VALUES (1, '/')")
            write_meta(connection, "encoder", "all-MiniLM-L6-v2")
            for number, ((title, text), vector) in enumerate(
                zip(documents, to_int8(vectors), strict=True), 1
            ):
                connection.execute(
                    "INSERT INTO model (id, model_id, name, kind, root, path, size_bytes, "
                    "content_hash) VALUES (?, ?, ?, 'script', 1, ?, 0, ?)",
                    (number, f"d{number}", title, f"d{number}", str(number).encode()),
                )
                connection.execute(
                    "INSERT INTO passage (id, model, kind, title, text, hash) "
                    "VALUES (?, ?, 'profile', ?, ?, ?)",
                    (number, number, title, text, number),
                )
                connection.execute(
                    "INSERT INTO embedding (passage, model, vector) VALUES (?, ?, ?)",
                    (number, number, vector),
                )
        close_after_writing(connection)

    @staticmethod
    def open(folder: Path) -> Ask:
        """Open the index."""
        from modelsearch.search.encoders import to_int8
        from modelsearch.search.pipeline import rank
        from modelsearch.search.ranking import Request
        from modelsearch.store.database import open_for_reading

        connection = open_for_reading(folder / "models.db")

        def ask(question: str, vector: Vectors, count: int) -> list[int]:
            blob = to_int8(vector[None, :])[0]
            found = rank(connection, None, Request(question, lambda _: blob, limit=count))
            return [place.model - 1 for place in found.places[:count]]

        return ask


class Fts5Numpy:
    """The least that does it: FTS5, a float32 matrix and reciprocal rank fusion (k = 60)."""

    name = "FTS5 + NumPy"

    @staticmethod
    def build(folder: Path, documents: Documents, vectors: Vectors) -> None:
        """Write the index."""
        import sqlite3

        connection = sqlite3.connect(folder / "text.db")
        connection.execute("CREATE VIRTUAL TABLE doc USING fts5 (text, tokenize='porter')")
        connection.executemany(
            "INSERT INTO doc (rowid, text) VALUES (?, ?)",
            [(n, f"{title} {text}") for n, (title, text) in enumerate(documents)],
        )
        connection.commit()
        connection.close()
        np.save(folder / "vectors.npy", vectors)

    @staticmethod
    def open(folder: Path) -> Ask:
        """Open the index."""
        import re
        import sqlite3

        connection = sqlite3.connect(folder / "text.db")
        matrix = np.load(folder / "vectors.npy")

        def ask(question: str, vector: Vectors, count: int) -> list[int]:
            words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
            rows = connection.execute(
                "SELECT rowid FROM doc WHERE doc MATCH ? ORDER BY rank LIMIT ?", (words, count)
            ).fetchall()
            near = np.argsort(-(matrix @ vector))[:count]
            scores: dict[int, float] = {}
            for ranking in ([row[0] for row in rows], near.tolist()):
                for place, number in enumerate(ranking, 1):
                    scores[number] = scores.get(number, 0.0) + 1 / (60 + place)
            return sorted(scores, key=lambda number: -scores[number])[:count]

        return ask


class LanceDB:
    """LanceDB: its full-text index with stems, exact vectors, hybrid search with RRF."""

    name = "LanceDB"

    @staticmethod
    def build(folder: Path, documents: Documents, vectors: Vectors) -> None:
        """Write the index."""
        import lancedb
        from lancedb.index import FTS

        table = lancedb.connect(folder / "lance").create_table(
            "doc",
            [
                {"id": n, "text": f"{title} {text}", "vector": vector}
                for n, ((title, text), vector) in enumerate(zip(documents, vectors, strict=True))
            ],
        )
        try:
            table.create_index("text", config=FTS(language="English", stem=True))
        except TypeError:  # before the single create_index
            table.create_fts_index("text", language="English", stem=True)

    @staticmethod
    def open(folder: Path) -> Ask:
        """Open the index."""
        import lancedb
        from lancedb.rerankers import RRFReranker

        table = lancedb.connect(folder / "lance").open_table("doc")
        reranker = RRFReranker()

        def ask(question: str, vector: Vectors, count: int) -> list[int]:
            found = (
                table.search(query_type="hybrid")
                .vector(vector)
                .text(question)
                .distance_type("cosine")
                .rerank(reranker)
                .limit(count)
                .to_arrow()
            )
            return [int(number) for number in found["id"].to_pylist()]

        return ask


#: The vectors that txtai asks for while it builds and searches, by text.
GIVEN: dict[str, Any] = {}


def given_vectors(texts: Sequence[str]) -> Vectors:
    """Return prepared vectors: what txtai calls instead of a model."""
    return np.stack([GIVEN[text] for text in texts]).astype(np.float32)


class Txtai:
    """txtai: dense and sparse index with its default hybrid scores, vectors from outside."""

    name = "txtai"

    @staticmethod
    def build(folder: Path, documents: Documents, vectors: Vectors) -> None:
        """Write the index."""
        os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"  # or it does not call given_vectors
        from txtai import Embeddings

        texts = [f"{title} {text}" for title, text in documents]
        GIVEN.update(zip(texts, vectors, strict=True))
        embeddings = Embeddings(
            method="external", transform="bench.engines.given_vectors", hybrid=True, content=False
        )
        embeddings.index([(n, text, None) for n, text in enumerate(texts)])
        embeddings.save(str(folder / "txtai"))

    @staticmethod
    def open(folder: Path) -> Ask:
        """Open the index."""
        os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"
        from txtai import Embeddings

        embeddings = Embeddings()
        embeddings.load(str(folder / "txtai"))

        def ask(question: str, vector: Vectors, count: int) -> list[int]:
            GIVEN[question] = vector
            return [int(number) for number, _score in embeddings.search(question, count)]

        return ask


ENGINES: dict[str, Any] = {one.name: one for one in (Modelsearch, Fts5Numpy, LanceDB, Txtai)}
