"""Vectors for passages: written in batches, reused where the same text was encoded before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import apsw

from modelsearch.records.errors import DatabaseError
from modelsearch.records.jsontext import numbers_json
from modelsearch.search.encoders import Encoder, to_int8
from modelsearch.store.database import fetch_all, fetch_value, read_meta, write_meta

_BATCH = 256
_CHUNK = 2_048
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
            f"the encoder {encoder.name} is not the one that the database was made with "
            f"(fingerprint {fingerprint}); make a new database"
        )
    write_meta(connection, "encoder", encoder.name)
    write_meta(connection, "encoder_dimension", str(encoder.dimension))
    write_meta(connection, "encoder_fingerprint", encoder.fingerprint)


def vectors_of(connection: apsw.Connection, models: Sequence[int]) -> dict[int, bytes]:
    """Return the vectors that these models' passages have now, by passage hash."""
    found: dict[int, bytes] = {}
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
    progress: Progress = lambda _count: None,
) -> int:
    """Give every passage that wants a vector one; return how many had to be encoded.

    A passage that says what an encoded one says takes its vector. Passages are encoded in batches
    of like length, longest first within some thousands, so that cores and padded batches are
    full. Each batch is one transaction: a killed run loses at most the batch in hand, and the next
    run goes on from there.
    """
    encoded = 0
    last = 0
    while rows := _wanting(connection, last):
        last = max(row[0] for row in rows)
        waiting: dict[int, list[_Row]] = {}
        for row in rows:
            waiting.setdefault(row[2], []).append(row)
        known = _known_vectors(connection, list(waiting))
        if known:
            _write(connection, [row for digest in known for row in waiting[digest]], known)
            progress(sum(len(waiting[digest]) for digest in known))
        texts = {
            digest: passage_text(group[0][3], group[0][4])
            for digest, group in waiting.items()
            if digest not in known
        }
        order = sorted(texts, key=lambda digest: -len(texts[digest]))
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            vectors = to_int8(encoder.encode([texts[digest] for digest in part]))
            fresh = [row for digest in part for row in waiting[digest]]
            _write(connection, fresh, dict(zip(part, vectors, strict=True)))
            encoded += len(part)
            progress(len(fresh))
    return encoded


#: A passage's id, model, hash, title and text.
_Row = tuple[int, int, int, str, str]


def _wanting(connection: apsw.Connection, after: int) -> list[_Row]:
    return fetch_all(
        connection,
        "SELECT p.id, p.model, p.hash, p.title, p.text FROM passage p "
        "LEFT JOIN embedding e ON e.passage = p.id "
        "WHERE p.embed = 1 AND e.passage IS NULL AND p.id > ? ORDER BY p.id LIMIT ?",
        (after, _CHUNK),
    )


def _known_vectors(connection: apsw.Connection, digests: Sequence[int]) -> dict[int, bytes]:
    """Return the vectors that passages with these hashes have already."""
    return dict(
        fetch_all(
            connection,
            "SELECT p.hash, e.vector FROM json_each(?) j CROSS JOIN passage p ON p.hash = j.value "
            "JOIN embedding e ON e.passage = p.id",
            (numbers_json(digests),),
        )
    )


def _write(connection: apsw.Connection, rows: Sequence[_Row], vectors: Mapping[int, bytes]) -> None:
    with connection:
        connection.executemany(
            "INSERT INTO embedding (passage, model, vector) VALUES (?, ?, ?)",
            [(row[0], row[1], vectors[row[2]]) for row in rows],
        )


def passage_text(title: str, text: str) -> str:
    """Return what is encoded of a passage: its title, then its text."""
    return f"{title}\n{text}" if title else text


def restore_vectors(connection: apsw.Connection, model: int, known: dict[int, bytes]) -> None:
    """Give passages that say what they said before their vectors again; ``known`` has these by
    what the passages say.
    """
    if not known:
        return
    for passage, digest in fetch_all(
        connection, "SELECT id, hash FROM passage WHERE model = ? AND embed = 1", (model,)
    ):
        if digest in known:
            connection.execute(
                "INSERT INTO embedding (passage, model, vector) VALUES (?, ?, ?)",
                (passage, model, known[digest]),
            )
