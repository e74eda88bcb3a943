"""Vectors of texts that changed on the way into a file to pass on."""

from __future__ import annotations

from pathlib import Path

from modelsearch.index.embedding import embed_missing, missing
from modelsearch.records.errors import EncoderError
from modelsearch.search.encoders import load_encoder
from modelsearch.store.database import read_meta
from modelsearch.store.sessions import writing


def encode_again(file: Path) -> int:
    """Give passages that were shortened their vectors, where the file's encoder is on this machine;
    return how many have none.
    """
    with writing(file) as connection:
        name = read_meta(connection, "encoder")
        left = missing(connection) if name not in (None, "none") else 0
        if not left:
            return 0
        try:
            encoder = load_encoder(name)
        except EncoderError:
            return left
        if encoder is not None:
            embed_missing(connection, encoder, lambda _count: None)
    return 0
