"""Vectors for passages: written in batches, reused where the same text was encoded before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import apsw

from modelsearch.database import fetch_all, fetch_value, read_meta, write_meta
from modelsearch.encoders import Encoder, to_int8
from modelsearch.errors import DatabaseError

_BATCH = 256
_VARIABLES = 500

Progress = Callable[[int], None]


def record_encoder(connection: apsw.Connection, encoder: Encoder | None) -> None:
    """Note the encoder of a database, or check that it is still the same one.

    Vectors of different encoders must never meet. Raises DatabaseError when they would.
    """
    known = read_meta(connection, "encoder")
    has_vectors = fetch_value(connection, "SELECT EXISTS (SELECT 1 FROM embedding)")
    if encoder is None:
        if known is None:
            write_meta(connection, "encoder", "none")
        return
    if known not in (None, "none", encoder.name) and has_vectors:
        raise DatabaseError(
            f"this database holds vectors of the encoder {known}; index with --encoder {known}, "
            f"or make a new database for {encoder.name}"
        )
    fingerprint = read_meta(connection, "encoder_fingerprint")
    if has_vectors and fingerprint not in (None, encoder.fingerprint):
        raise DatabaseError(
            f"the encoder {encoder.name} is another one than the database was made with "
            f"(fingerprint {fingerprint}); make a new database"
        )
    write_meta(connection, "encoder", encoder.name)
    write_meta(connection, "encoder_dimension", str(encoder.dimension))
    write_meta(connection, "encoder_fingerprint", encoder.fingerprint)


def vectors_of(connection: apsw.Connection, models: Sequence[int]) -> dict[str, bytes]:
    """Return the vectors that these models' passages have now, by passage hash."""
    found: dict[str, bytes] = {}
    for start in range(0, len(models), _VARIABLES):
        part = tuple(models[start : start + _VARIABLES])
        marks = ", ".join("?" * len(part))
        found.update(
            fetch_all(
                connection,
                "SELECT p.hash, e.vector FROM passage p JOIN embedding e ON e.passage = p.id "
                f"WHERE p.model IN ({marks})",
                part,
            )
        )
    return found


def missing(connection: apsw.Connection) -> int:
    """Return how many passages still want a vector."""
    count = fetch_value(
        connection,
        "SELECT count(*) FROM passage p LEFT JOIN embedding e ON e.passage = p.id "
        "WHERE p.embed = 1 AND e.passage IS NULL",
    )
    return int(count)


def embed_missing(
    connection: apsw.Connection,
    encoder: Encoder,
    known: Mapping[str, bytes] | None = None,
    progress: Progress = lambda _count: None,
) -> int:
    """Encode every passage that wants a vector and has none; return how many were encoded.

    ``known`` are vectors by passage hash that need no encoding. Each batch is one transaction,
    so a killed run loses at most the batch in hand.
    """
    known = dict(known or {})
    encoded = 0
    while True:
        rows = fetch_all(
            connection,
            "SELECT p.id, p.model, p.hash, p.title, p.text FROM passage p "
            "LEFT JOIN embedding e ON e.passage = p.id "
            "WHERE p.embed = 1 AND e.passage IS NULL ORDER BY p.id LIMIT ?",
            (_BATCH,),
        )
        if not rows:
            return encoded
        wanted = {row[2]: passage_text(row[3], row[4]) for row in rows if row[2] not in known}
        if wanted:
            vectors = to_int8(encoder.encode(list(wanted.values())))
            known.update(zip(wanted, vectors, strict=True))
            encoded += len(wanted)
        with connection:
            connection.executemany(
                "INSERT INTO embedding (passage, model, vector) VALUES (?, ?, ?)",
                [(row[0], row[1], known[row[2]]) for row in rows],
            )
        progress(len(rows))


def passage_text(title: str, text: str) -> str:
    """Return what is encoded of a passage: its title, then its text."""
    return f"{title}\n{text}" if title else text
